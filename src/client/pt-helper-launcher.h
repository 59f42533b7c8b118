/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-sysroot.h"

G_BEGIN_DECLS

/**
 * PtHelperLauncher:
 *
 * Finds the helper of a sysroot or starts one. Real host: the bus activates it. Rehearsal: our
 * own child, on the user's session bus under a name of its own or, where there is no session
 * bus, on a socket that only the two of us hold. The child ends with this object.
 */
#define PT_TYPE_HELPER_LAUNCHER (pt_helper_launcher_get_type ())
G_DECLARE_FINAL_TYPE (PtHelperLauncher, pt_helper_launcher, PT, HELPER_LAUNCHER, GObject)

PtHelperLauncher *pt_helper_launcher_new (PtSysroot *sysroot);
/* Yields a helper that lives, starting one if there is none. */
void pt_helper_launcher_reach_async (PtHelperLauncher   *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
/* Its connection (transfer full); @owner: its unique name on it, NULL on a socket (transfer
 * full). Errors: PT_SETUP_ERROR_NO_HELPER, G_IO_ERROR_CANCELLED. */
GDBusConnection *pt_helper_launcher_reach_finish (PtHelperLauncher *self,
                                                  GAsyncResult     *result,
                                                  char            **owner,
                                                  GError          **error);
/* The helper that was reached has turned out to be gone: the next call looks anew. */
void pt_helper_launcher_forget (PtHelperLauncher *self);

G_END_DECLS
