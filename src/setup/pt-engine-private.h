/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-journal.h"

G_BEGIN_DECLS

/* The record that begins the work of @plan. (transfer full) */
PtRecord *pt_engine_make_begin (PtPlan *plan);
/* Does @steps, all or part of those of @plan or others in their place, as one change that @begin
 * (transfer full) announces; a failure puts all of it back. */
gboolean pt_engine_do (PtPlan       *plan,
                       PtRecord     *begin,
                       GPtrArray    *steps,
                       PtStepFunc    progress,
                       gpointer      user_data,
                       GCancellable *cancellable,
                       GError      **error);
/* Does @step on the host of @plan, @journal first. */
gboolean pt_engine_put_step (PtJournal *journal,
                             PtPlan    *plan,
                             PtStep    *step,
                             GError   **error);
/* Puts back what the records from @first on announce, which are those of an apply that was cut
 * short on top of one that is done, and notes it. */
gboolean pt_engine_put_back (PtJournal *journal,
                             PtSysroot *sysroot,
                             guint      first,
                             GError   **error);

G_END_DECLS
