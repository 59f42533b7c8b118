/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* Does plans and undoes them, on the sysroot of the plan's host. Journal before act: PT_PLACE_STATE
 * holds the bytes, modes and owners that were there. A kill at any instant leaves a state from
 * which undo restores the original byte for byte. Used by the helper only; synchronous. */

typedef enum {
  PT_STEP_STARTED = 0,
  PT_STEP_DONE,
  PT_STEP_FAILED,
  PT_STEP_UNDONE
} PtStepState;

/* @index counts from 0. */
typedef void (*PtStepFunc) (const char *step_id,
                            guint       index,
                            guint       total,
                            PtStepState state,
                            gpointer    user_data);

/* What is on record for a host. */
typedef enum {
  PT_SETUP_NONE = 0,    /* nothing of ours is in place */
  PT_SETUP_INTERRUPTED, /* an apply or undo did not finish: undo is the way */
  PT_SETUP_APPLIED,     /* all steps done, restart pending or passed */
} PtSetupState;

gboolean pt_engine_apply (PtPlan       *plan,
                          PtStepFunc    progress,
                          gpointer      user_data,
                          GCancellable *cancellable,
                          GError      **error);
/* @error PT_SETUP_ERROR_NOTHING when there is nothing, PT_SETUP_ERROR_CONFLICT naming the file when
 * the user's later edit cannot be kept; everything else is then undone all the same. */
gboolean pt_engine_undo (PtSysroot    *sysroot,
                         PtStepFunc    progress,
                         gpointer      user_data,
                         GCancellable *cancellable,
                         GError      **error);
/* @intent (nullable, out, transfer full): the recorded intent. @boot_id (nullable, out): boot
 * id the apply ran in. */
PtSetupState pt_engine_status (PtSysroot *sysroot,
                               PtIntent **intent,
                               char     **boot_id,
                               GError   **error);
/* What was there when the set-up on record was made, for pt_seen_parse(). TRUE with NULL in @seen
 * where nothing is on record; FALSE also for a journal of a version that did not keep it. (out)
 * (transfer full) */
gboolean pt_engine_get_seen (PtSysroot *sysroot,
                             char     **seen,
                             GError   **error);
/* Tells @host what is on record, if we may read it. */
void pt_engine_tell_host (PtHost *host);

G_END_DECLS
