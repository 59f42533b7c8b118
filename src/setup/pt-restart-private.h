/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What a played restart starts. */
typedef struct
{
  char *command_line; /* of the kernel */
  char *initrd;       /* as the loader calls it, or NULL */
} PtRestartEntry;

void pt_restart_entry_free (PtRestartEntry *self);
/* What systemd-boot chooses: the entry marked for once, which it forgets, else the default.
 * (transfer full) */
PtRestartEntry *pt_restart_choose_file (PtSysroot *sysroot,
                                        GError   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtRestartEntry, pt_restart_entry_free)

G_END_DECLS
