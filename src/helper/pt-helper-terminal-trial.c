/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-terminal-trial"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-helper-terminal-private.h"
#include "pt-helper-terminal.h"
#include "pt-helper-trial.h"
#include "pt-trial-watch.h"
#include "pt-trial.h"


/* The plan for what is on record; says why there is none. */
static PtPlan *
pt_helper_terminal_recorded_plan (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  PtPlan *plan = NULL;

  if (!pt_helper_terminal_check_root (sysroot))
    return NULL;
  pt_helper_terminal_hold_out ();
  plan = pt_helper_trial_make_plan (sysroot, NULL, &error);
  if (plan == NULL)
    /* Translators: the reason, in English. */
    g_printerr (_ ("This cannot be done: %s\n"), error->message);
  return plan;
}


static gboolean
pt_helper_terminal_tell (gboolean    done,
                         const char *words,
                         GError     *error)
{
  if (done)
    g_print ("%s\n", words);
  else
    /* Translators: the reason, in English. */
    g_printerr (_ ("This cannot be done: %s\n"), error->message);
  return done;
}


gboolean
pt_helper_terminal_trial_start (PtSysroot *sysroot)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  plan = pt_helper_terminal_recorded_plan (sysroot);
  if (plan == NULL)
    return FALSE;
  done = pt_trial_start (plan, &error);
  return pt_helper_terminal_tell (done,
                                  _ ("The next start of the computer is the trial. Restart it "
                                     "now."),
                                  error);
}


gboolean
pt_helper_terminal_trial_confirm (PtSysroot *sysroot)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  plan = pt_helper_terminal_recorded_plan (sysroot);
  if (plan == NULL)
    return FALSE;
  done = pt_trial_confirm (plan, NULL, NULL, NULL, &error);
  return pt_helper_terminal_tell (done, _ ("The computer keeps starting like this."), error);
}


gboolean
pt_helper_terminal_trial_cancel (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (!pt_helper_terminal_check_root (sysroot))
    return FALSE;
  pt_helper_terminal_hold_out ();
  done = pt_trial_cancel (sysroot, &error);
  return pt_helper_terminal_tell (done,
                                  _ ("There will be no trial. The next start of the computer is an "
                                     "ordinary one."),
                                  error);
}


gboolean
pt_helper_terminal_trial_watch (PtSysroot *sysroot)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  return pt_helper_terminal_check_root (sysroot) &&
         pt_trial_watch (sysroot, NULL) != PT_TRIAL_WATCH_FAILED;
}


static char *
pt_helper_terminal_describe_trial (const PtTrial *trial)
{
  switch (trial->state)
    {
    case PT_TRIAL_PREPARED:
      return g_strdup (_ ("A trial start is prepared and has not been tried."));
    case PT_TRIAL_STARTED:
      return g_strdup (_ ("The next start of the computer is the trial."));
    case PT_TRIAL_RUNNING:
      /* Translators: minutes and seconds. */
      return g_strdup_printf (_ ("This is the trial start. The computer restarts as before in "
                                 "%1$u:%2$02u unless it is confirmed."),
                              trial->seconds_left / 60, trial->seconds_left % 60);
    case PT_TRIAL_FAILED:
      return g_strdup (_ ("The trial start was not confirmed. The computer starts as before."));
    case PT_TRIAL_CANCELLED:
      return g_strdup (_ ("The trial start was dropped."));
    case PT_TRIAL_CONFIRMED:
      return g_strdup (_ ("The trial start was confirmed."));
    case PT_TRIAL_NONE:
    case PT_TRIAL_LAST:
    default:
      return NULL;
    }
}


gboolean
pt_helper_terminal_print_trial (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtTrial) trial = pt_trial_read (sysroot, &error);
  g_autofree char *words = trial != NULL ? pt_helper_terminal_describe_trial (trial) : NULL;

  if (words != NULL)
    g_print ("%s\n", words);
  return trial != NULL;
}
