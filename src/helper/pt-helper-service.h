/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-authority.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/**
 * PtHelperService:
 *
 * The helper's object on one connection. Each call is taken apart, described, permitted and
 * done, in that order; one change at a time. A caller that leaves takes its question along; a
 * change under way is finished.
 *
 * Property `busy` (gboolean, read-only, notifies): a call is being dealt with.
 */
#define PT_TYPE_HELPER_SERVICE (pt_helper_service_get_type ())
G_DECLARE_FINAL_TYPE (PtHelperService, pt_helper_service, PT, HELPER_SERVICE, GObject)

/* Calls that may wait at once: of one connection, of one user, of all. */
#define PT_HELPER_MAX_CALLS_PER_CALLER 4
#define PT_HELPER_MAX_CALLS_PER_USER 8
#define PT_HELPER_MAX_CALLS 32

/* Exports the object on @connection. NULL with @error if the table of permissions does not fit
 * the interface or the object's path is taken. (transfer full) */
PtHelperService *pt_helper_service_new (GDBusConnection *connection,
                                        PtSysroot       *sysroot,
                                        PtAuthority     *authority,
                                        GError         **error);
gboolean         pt_helper_service_get_busy (PtHelperService *self);
/* Takes the object off the connection; calls under way are finished. */
void pt_helper_service_close (PtHelperService *self);

G_END_DECLS
