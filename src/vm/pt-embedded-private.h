/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/* libvirt refuses a session daemon to root, and its system daemon would mix a rehearsal with
 * the host's real machines. Its embedded driver
 * (https://libvirt.org/drvqemu.html#embedded-driver) runs in our process on a directory of its
 * own: machines stay defined there and keep running when we end. One process at a time. */

/* URI of the embedded driver in the user's state folder. (transfer full) */
char *pt_embedded_uri (void);
/* Writes the driver's configuration if @uri is of the embedded driver; blocks. */
gboolean pt_embedded_prepare (const char *uri,
                              GError    **error);
/* Keeps the driver of an open connection loaded until the process ends: libvirt cannot load it more
 * than a handful of times ("Too many drivers"). Nothing to do for other drivers. */
void pt_embedded_keep (const char   *uri,
                       virConnectPtr handle);

G_END_DECLS
