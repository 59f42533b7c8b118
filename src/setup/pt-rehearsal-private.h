/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-rehearsal.h"

G_BEGIN_DECLS

/* What a rehearsal knows about its tree, in the tree: the recording it came from, and the
 * drivers there were. */
#define PT_REHEARSAL_NOTE ".rehearsal"
#define PT_REHEARSAL_GROUP "rehearsal"
#define PT_REHEARSAL_DRIVERS "drivers"

/* NULL if @directory is no rehearsal. (transfer full) */
GKeyFile *pt_rehearsal_load_note (const char *directory);
/* The note of any tree; made from the present drivers where there is none. (transfer full) */
GKeyFile *pt_rehearsal_ensure_note (PtSysroot *sysroot,
                                    GError   **error);

G_END_DECLS
