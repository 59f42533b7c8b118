/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* PtTrialNotice: the question of a trial as a notification, for as long as no window of
 * @application has the keyboard: a few seconds after the beginning, and again when little is left.
 * Asks the helper before it says anything, so that a question that was answered is not asked. */
typedef struct _PtTrialNotice PtTrialNotice;

/* @end: of the trial, monotonic. @application outlives it. */
PtTrialNotice *pt_trial_notice_new (GtkApplication *application,
                                    PtSysroot      *sysroot,
                                    gint64          end);
/* Takes back what was said. */
void pt_trial_notice_free (PtTrialNotice *self);

/* When, in microseconds from @now, something is said next; 0: not any more. @told: how often it was
 * said. */
gint64 pt_trial_notice_get_delay (gint64 now,
                                  gint64 end,
                                  guint  told);

G_END_DECLS
