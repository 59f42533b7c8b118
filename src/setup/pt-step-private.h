/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* A file step. @name: below PT_PLACE_ROOT. @old is NULL where there is no such file. @edits:
 * PtPlanChange *, what was changed token by token in a file of the user's, or NULL for a file
 * that is wholly ours. */
PtStep *pt_step_new_file (const char *id,
                          const char *title,
                          const char *why,
                          const char *file,
                          GBytes     *old,
                          GBytes     *content,
                          guint       mode,
                          GPtrArray  *edits);
/* A file in which only the boot entry of a trial is ours (pt-trial-entry.h). */
PtStep *pt_step_new_block (const char *id,
                           const char *title,
                           const char *why,
                           const char *file,
                           GBytes     *old,
                           GBytes     *content);
/* @undo: arguments that take it back; NULL for what is simply run again. */
PtStep *pt_step_new_command (const char        *id,
                             const char        *title,
                             const char        *why,
                             PtProgram          program,
                             const char *const *arguments,
                             const char *const *undo);

/* A command that does @edits (PtPlanChange *) by itself: see pt-boot-command.h. @block: only for a
 * trial. */
PtStep *pt_step_new_edits (const char *id,
                           const char *title,
                           const char *why,
                           PtProgram   program,
                           GPtrArray  *edits,
                           gboolean    block);
/* A step that another process will do, to be shown: a file with its @diff, or a @command. */
PtStep *pt_step_new_told (const char        *id,
                          const char        *title,
                          const char        *why,
                          const char        *file,
                          const char        *diff,
                          const char *const *command);
/* Adds the step that gives @name below PT_PLACE_ETC, a file that is wholly ours, its @content,
 * unless it has it. FALSE with @error if what is there cannot be read. */
gboolean pt_step_add_own_file (GPtrArray  *steps,
                               PtSysroot  *sysroot,
                               const char *id,
                               const char *title,
                               const char *why,
                               const char *name,
                               GBytes     *content,
                               guint       mode,
                               GError    **error);

GBytes *pt_step_get_old (PtStep *self);
/* For a file the user's parameters that were changed, for a command all it changes; or NULL. */
GPtrArray *pt_step_get_edits (PtStep *self);
PtProgram  pt_step_get_program (PtStep *self);
gboolean   pt_step_is_block (PtStep *self);

PtPlanChange *pt_plan_change_new (const char *from,
                                  const char *to);
void          pt_plan_change_free (PtPlanChange *self);

G_END_DECLS
