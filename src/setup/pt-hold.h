/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* PtHold: PT_PLACE_STATE, held by one process at a time. The folder itself is the lock (it is
 * closed to others, so nobody else can hold it). Where it does not exist it is built beside its
 * place, with whatever is to be in it, and moved there in one go: a kill leaves either nothing but
 * a folder of a known name, or all. */
typedef struct _PtHold PtHold;

/* PT_SETUP_ERROR_BUSY while someone else has it, or programs that a killed one had started still
 * run; waits 3 seconds for them. Without @create and without the folder:
 * PT_SETUP_ERROR_NOTHING, after clearing away what a killed process may have left; @swept (out,
 * nullable) says if there was something. (transfer full) */
PtHold *pt_hold_take (PtSysroot *sysroot,
                      gboolean   create,
                      gboolean  *swept,
                      GError   **error);
/* The open folder, also while it is not yet in its place. */
int pt_hold_get_folder (PtHold *self);
/* Logical paths of the folders that this hold makes, outermost first.
 * NULL-ended. (transfer none) */
char **pt_hold_get_made (PtHold *self);
/* Moves a new folder to its place. */
gboolean pt_hold_settle (PtHold  *self,
                         GError **error);
/* Removes @file and, if @made is not empty, the folders in it as far as nothing else is in them.
 * FALSE with errno set. */
gboolean pt_hold_remove (PtHold            *self,
                         const char        *file,
                         const char *const *made);
/* Lets go; a new folder that was not settled is thrown away. */
void pt_hold_free (PtHold *self);

G_END_DECLS
