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
PtStep *pt_step_new_command (const char        *id,
                             const char        *title,
                             const char        *why,
                             PtProgram          program,
                             const char *const *arguments);

GBytes    *pt_step_get_old (PtStep *self);
GPtrArray *pt_step_get_edits (PtStep *self);
PtProgram  pt_step_get_program (PtStep *self);

PtPlanChange *pt_plan_change_new (const char *from,
                                  const char *to);
void          pt_plan_change_free (PtPlanChange *self);

G_END_DECLS
