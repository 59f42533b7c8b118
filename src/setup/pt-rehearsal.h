/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* A rehearsal is everything on a recorded host. Its tree lives under the user's state directory,
 * one per recording, so that closing Passthru in the middle loses nothing. */

/* Opens the rehearsal of @recording (a `.host` file, NULL = the shipped sample), expanding it on
 * first use or when the recording changed. (transfer full) */
PtSysroot *pt_rehearsal_open (const char   *recording,
                              GCancellable *cancellable,
                              GError      **error);
/* As above into @directory (tests). */
PtSysroot *pt_rehearsal_open_in (const char   *recording,
                                 const char   *directory,
                                 GCancellable *cancellable,
                                 GError      **error);
/* Plays a restart: the boot loader's default entry of the tree gives the command line, our
 * own early script runs, drivers bind as the kernel would, a new boot id. Only on a
 * directory sysroot. */
gboolean pt_rehearsal_restart (PtSysroot    *sysroot,
                               GCancellable *cancellable,
                               GError      **error);
/* Throws the tree away and expands it anew. */
gboolean pt_rehearsal_reset (PtSysroot    *sysroot,
                             GCancellable *cancellable,
                             GError      **error);

G_END_DECLS
