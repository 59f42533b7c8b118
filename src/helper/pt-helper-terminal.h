/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-intent.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* The way back for the day the screen is black: no bus, no desktop. Both print what they do on
 * standard output and what went wrong on standard error. */

/* Undoes everything on @sysroot, what was handed over while it runs
 * first; the real host needs root. TRUE when nothing of ours is left,
 * also if nothing was there. */
gboolean pt_helper_terminal_undo (PtSysroot *sysroot);
/* Prints what is on record. Changes nothing. */
gboolean pt_helper_terminal_status (PtSysroot *sysroot);
/* What changes hands while the computer runs (pt-handover.h). Each member of the groups is named
 * with how it stands; nothing changes where one is in the way. */
gboolean pt_helper_terminal_bind (PtSysroot *sysroot,
                                  PtIntent  *intent);
gboolean pt_helper_terminal_release (PtSysroot *sysroot,
                                     PtIntent  *intent);
/* Prints the plan for @intent as root sees it, as text or JSON. Changes nothing. */
gboolean pt_helper_terminal_plan (PtSysroot *sysroot,
                                  PtIntent  *intent,
                                  gboolean   json);
/* The trial (pt-trial.h). */
gboolean pt_helper_terminal_trial_start (PtSysroot *sysroot);
gboolean pt_helper_terminal_trial_confirm (PtSysroot *sysroot);
gboolean pt_helper_terminal_trial_cancel (PtSysroot *sysroot);
/* The countdown of a trial, until it is decided. FALSE if the restart failed. */
gboolean pt_helper_terminal_trial_watch (PtSysroot *sysroot);

G_END_DECLS
