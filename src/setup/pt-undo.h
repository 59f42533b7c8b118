/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-form.h"
#include "pt-journal.h"

G_BEGIN_DECLS

/* Walks the records of @journal from the last one down to @first and makes every change undone;
 * what is undone already is left alone, so that it can be repeated. FALSE with @error when
 * something could not be put back (PT_SETUP_ERROR_CONFLICT: a later edit of the user's); everything
 * else is put back all the same. */
gboolean pt_undo_run (PtJournal *journal,
                      PtSysroot *sysroot,
                      guint      first,
                      PtStepFunc progress,
                      gpointer   user_data,
                      GError   **error);
/* The same for what only a trial needs: its boot entry and the one-shot mark. */
gboolean pt_undo_run_trial (PtJournal *journal,
                            PtSysroot *sysroot,
                            GError   **error);
/* Takes our @edits (PtPlanChange *) back out of @text, a settings file of @form that was changed
 * after us. NULL if that cannot be done without touching anything else. (transfer full) */
char *pt_undo_merge (PtForm      form,
                     const char *text,
                     GPtrArray  *edits);

G_END_DECLS
