/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* The countdown of a trial. The unit `passthru-trial.service` runs it as `passthru-helper
 * --trial-watch` in a boot whose command line has `passthru.trial=ID:MINUTES`, early and whatever
 * becomes of the desktop. It restarts the computer when the time is over and the trial is on record
 * as undecided, or nothing can be read; it cannot be asked to wait. What is confirmed or undone is
 * left alone: somebody is there. What it does is written to the kernel's log. */

/* Time and its end, so that a test need not wait. */
typedef struct
{
  /* Seconds since the kernel started. */
  gint64 (*now) (gpointer user_data);
  void (*sleep) (guint    seconds,
                 gpointer user_data);
  gboolean (*restart) (gpointer user_data,
                       GError **error);
  gpointer user_data;
} PtTrialClock;

typedef enum {
  PT_TRIAL_WATCH_NO_TRIAL = 0, /* the command line has none */
  PT_TRIAL_WATCH_KEPT,         /* confirmed */
  PT_TRIAL_WATCH_OVER,         /* undone, or of another start */
  PT_TRIAL_WATCH_RESTARTED,    /* the restart was asked for */
  PT_TRIAL_WATCH_FAILED        /* it was, in vain */
} PtTrialWatch;

/* Returns when it is decided. @clock (nullable): the host's own. */
PtTrialWatch pt_trial_watch (PtSysroot          *sysroot,
                             const PtTrialClock *clock);
/* The last act of a trial whose time is over, without the restart: noted and logged. FALSE if the
 * trial of this boot is permanent or has time left, or if there is none. */
gboolean pt_trial_watch_end (PtSysroot *sysroot);

G_END_DECLS
