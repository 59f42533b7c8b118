/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-file-state.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Programs that change kernel parameters by themselves: grubby, kernelstub and rpm-ostree. What
 * they write is theirs; we say which tokens (PtPlanChange) and, for undo, take out those that are
 * ours. */

/* A file such a program writes, as it was before. */
typedef struct
{
  char        *path; /* logical */
  PtFileState *before;
} PtTouched;

PtTouched *pt_touched_new (const char  *path,
                           PtFileState *before);
void       pt_touched_free (PtTouched *self);

/* TRUE if @program is one of them. */
gboolean pt_boot_command_is_one (PtProgram program);
/* TRUE also for those that only write boot entries anew from settings. */
gboolean pt_boot_command_writes_entries (PtProgram program);
/* Arguments that make @program do @edits. @kernel: for grubby `DEFAULT` or the path of a
 * kernel. (transfer full) */
char **pt_boot_command_arguments (PtProgram   program,
                                  const char *kernel,
                                  GPtrArray  *edits);
/* The parameters in the text of kernelstub's configuration (JSON: user, kernel_options). NULL with
 * @error. (transfer full) */
char **pt_kernelstub_parse_words (const char *text,
                                  GError    **error);
/* The parameters @program keeps for the next start: kernelstub's configuration, or what rpm-ostree
 * says. NULL with @error. (transfer full) */
char **pt_boot_command_read_words (PtSysroot *sysroot,
                                   PtProgram  program,
                                   GError   **error);
/* The files @program writes, as they are now. PtTouched *. (transfer full) */
GPtrArray *pt_boot_command_touch (PtSysroot *sysroot,
                                  PtProgram  program,
                                  GError   **error);
/* All boot entries, as they are now. PtTouched *. (transfer full) */
GPtrArray *pt_boot_command_touch_entries (PtSysroot *sysroot,
                                          GError   **error);
/* Which of @edits the boot entry @path with @text has from us. One that had such a parameter
 * before, as @touched tells, keeps it; entries of kernels that came later have inherited ours.
 * Borrows the edits. (transfer full) */
GPtrArray *pt_boot_command_find_inherited (const char *path,
                                           const char *text,
                                           GPtrArray  *edits,
                                           GPtrArray  *touched);
/* TRUE if @path is one that pt_boot_command_touch() may name. */
gboolean pt_boot_command_may_touch (PtSysroot  *sysroot,
                                    const char *path);
/* A program that dies while it writes leaves an empty file, or half of one: those of @touched that
 * lost what they need get their old bytes. Anything else is left alone. */
gboolean pt_boot_command_mend (PtSysroot *sysroot,
                               GPtrArray *touched,
                               GError   **error);
/* Runs @program so that @edits are taken back as far as they are there, whether or not it ever ran
 * or was killed on the way; then gives files of @touched, which it lays out anew, their old bytes
 * where they say the same again. Can be repeated. */
gboolean pt_boot_command_undo (PtSysroot *sysroot,
                               PtProgram  program,
                               GPtrArray *edits,
                               GPtrArray *touched,
                               GError   **error);

G_END_DECLS
