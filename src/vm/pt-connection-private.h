/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>
#include <libvirt/libvirt.h>

#include "pt-domain-facts-private.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (virConnect, virConnectClose)

/**
 * PtConnection:
 *
 * One connection to libvirt. Signals, on the main context: `lifecycle` (uuid) when something
 * happened to a domain, `lost` when libvirt is gone; pt_connection_open() may then be called
 * again. The other functions may be called from any thread, and block.
 */
#define PT_TYPE_CONNECTION (pt_connection_get_type ())
G_DECLARE_FINAL_TYPE (PtConnection, pt_connection, PT, CONNECTION, GObject)

/* On the main thread. */
PtConnection *pt_connection_new (const char *uri);
const char   *pt_connection_get_uri (PtConnection *self);
/* TRUE if machines run as the user that we are: `qemu:///session`, the embedded driver. */
gboolean pt_connection_is_own (PtConnection *self);

/* Opens, or opens again. */
gboolean pt_connection_open (PtConnection *self,
                             GCancellable *cancellable,
                             GError      **error);
/* (transfer full), NULL with PT_VM_ERROR_NO_CONNECTION when it is not open. */
virConnectPtr pt_connection_ref_handle (PtConnection *self,
                                        GError      **error);
/* (transfer full), NULL with PT_VM_ERROR_NOT_FOUND when there is none. */
virDomainPtr pt_connection_find (PtConnection *self,
                                 const char   *uuid,
                                 GError      **error);
/* PtDomainFacts of every domain. (transfer full) */
GPtrArray *pt_connection_list (PtConnection *self,
                               GError      **error);

G_END_DECLS
