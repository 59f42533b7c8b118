/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-entries.h"

G_BEGIN_DECLS

/* What a played restart starts. */
typedef struct
{
  char *command_line; /* of the kernel */
  char *initrd;       /* as the loader calls it, or NULL */
} PtRestartEntry;

void pt_restart_entry_free (PtRestartEntry *self);
/* @grub: whose way with the command line. (transfer full) */
PtRestartEntry *pt_restart_entry_new_file (const PtEntry *entry,
                                           gboolean       grub);
/* What GRUB chooses: the entry marked for once, which it forgets, else the default. Of its menu, or
 * of entries that are files. (transfer full) */
PtRestartEntry *pt_restart_choose_grub (PtSysroot *sysroot,
                                        GError   **error);
PtRestartEntry *pt_restart_choose_bls (PtSysroot *sysroot,
                                       GError   **error);
/* What systemd-boot chooses: the entry marked for once, which it forgets, else the default.
 * (transfer full) */
PtRestartEntry *pt_restart_choose_file (PtSysroot *sysroot,
                                        GError   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtRestartEntry, pt_restart_entry_free)

G_END_DECLS
