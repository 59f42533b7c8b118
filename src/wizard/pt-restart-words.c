/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-restart-words"

#include "config.h"

#include "pt-restart-words.h"

#include <glib/gi18n-lib.h>


static PtRestartStage
pt_restart_decide_permanent (const PtRestartFacts *facts)
{
  if (facts->next_part)
    return PT_RESTART_NEXT_PART;
  if (facts->verified == PT_VERIFY_NOT_RESTARTED)
    return PT_RESTART_BEFORE;
  if (facts->verified != PT_VERIFY_OK)
    return PT_RESTART_WRONG;
  return facts->trial_boot ? PT_RESTART_KEPT : PT_RESTART_READY;
}


PtRestartStage
pt_restart_decide (const PtRestartFacts *facts)
{
  g_return_val_if_fail (facts != NULL, PT_RESTART_NOTHING);

  if (facts->setup != PT_SETUP_APPLIED)
    return PT_RESTART_NOTHING;
  switch (facts->trial)
    {
    case PT_TRIAL_PREPARED:
    case PT_TRIAL_STARTED:
      return PT_RESTART_BEFORE_TRIAL;
    case PT_TRIAL_RUNNING:
      return facts->verified == PT_VERIFY_OK ? PT_RESTART_TRIAL : PT_RESTART_TRIAL_WRONG;
    case PT_TRIAL_FAILED:
      return PT_RESTART_FAILED;
    case PT_TRIAL_CANCELLED:
      return facts->trial_boot ? PT_RESTART_CANCELLED_INSIDE : PT_RESTART_CANCELLED;
    case PT_TRIAL_NONE:
    case PT_TRIAL_CONFIRMED:
    case PT_TRIAL_LAST:
    default:
      return pt_restart_decide_permanent (facts);
    }
}


gboolean
pt_restart_is_awaited (PtRestartStage        stage,
                       const PtRestartFacts *facts)
{
  g_return_val_if_fail (facts != NULL, FALSE);

  return !facts->rehearsal && facts->verified == PT_VERIFY_NOT_RESTARTED &&
         (stage == PT_RESTART_BEFORE || stage == PT_RESTART_BEFORE_TRIAL);
}


static const char *
pt_restart_get_restart_label (const PtRestartFacts *facts)
{
  return facts->rehearsal ? _ ("Play the restart") : _ ("Restart…");
}


static const char *
pt_restart_get_safety (const PtRestartFacts *facts)
{
  return facts->rehearsal ? _ ("In a rehearsal the restart is played on the sample computer. Yours "
                               "stays on.")
                          : _ ("Passthru opens by itself after the restart and continues on this "
                               "page. Save your work in other windows first.");
}


static void
pt_restart_say_before (PtRestartWords       *self,
                       const PtRestartFacts *facts)
{
  self->kind = PT_STATUS_KIND_PENDING;
  self->heading = g_strdup (_ ("The next start makes it real."));
  self->body = g_strdup (_ ("The computer starts with the card kept for the machine. Your desktop "
                            "comes up on the other card; its monitor must be plugged in there."));
  self->advice = g_strdup (pt_restart_get_safety (facts));
  self->forward = pt_restart_get_restart_label (facts);
  self->can_go_forward = TRUE;
}


static void
pt_restart_say_before_trial (PtRestartWords       *self,
                             const PtRestartFacts *facts)
{
  self->kind = PT_STATUS_KIND_PENDING;
  if (facts->verified == PT_VERIFY_NOT_RESTARTED)
    self->heading = g_strdup (_ ("The next start is a trial."));
  else
    self->heading = g_strdup (_ ("The trial is prepared and was never started."));
  self->body = g_strdup_printf (
    ngettext ("Your desktop comes up on the other card; its monitor must be plugged in there. You "
              "then have %u minute to say that it works. If you say nothing, or see nothing, the "
              "computer restarts by itself into the old state.",
              "Your desktop comes up on the other card; its monitor must be plugged in there. You "
              "then have %u minutes to say that it works. If you say nothing, or see nothing, the "
              "computer restarts by itself into the old state.",
              facts->minutes),
    facts->minutes);
  self->advice = facts->rehearsal
                   ? g_strdup (pt_restart_get_safety (facts))
                   : g_strdup (_ ("Save your work in other windows first. After the restart log "
                                  "in: Passthru opens by itself and asks on this page whether to "
                                  "keep the changes."));
  self->forward = facts->rehearsal ? _ ("Play the restart") : _ ("Restart to try…");
  self->can_go_forward = TRUE;
}


static void
pt_restart_say_trial (PtRestartWords       *self,
                      const PtRestartFacts *facts,
                      const char           *message)
{
  gboolean ok = facts->verified == PT_VERIFY_OK;

  self->kind = ok ? PT_STATUS_KIND_PASS : PT_STATUS_KIND_WARN;
  self->heading = g_strdup (ok ? _ ("This start is the trial.")
                               : _ ("This start is the trial. Something is not as planned."));
  self->body = g_strdup (message);
  self->advice = g_strdup (ok ? _ ("Look whether your monitors, sound and network are as you need "
                                   "them before you keep the changes.")
                              : _ ("Going back is the safe answer. Nothing is lost by it: the "
                                   "changes can be tried again."));
  self->can_go_forward = ok;
}


static void
pt_restart_say_cancelled (PtRestartWords       *self,
                          const PtRestartFacts *facts)
{
  if (facts->trial_boot)
    {
      self->kind = PT_STATUS_KIND_PENDING;
      self->heading = g_strdup (_ ("The trial is given up."));
      self->body = g_strdup (_ ("The next start is the old one. This start still has the card kept "
                                "for the machine, and ends by itself when its time is over."));
      self->advice = g_strdup (pt_restart_get_safety (facts));
      self->forward = pt_restart_get_restart_label (facts);
    }
  else
    {
      self->kind = PT_STATUS_KIND_UNDONE;
      self->heading = g_strdup (_ ("The computer is back in its old state."));
      self->body = g_strdup (_ ("The trial was given up. What was prepared is still there and does "
                                "nothing."));
      self->advice = g_strdup (_ ("Try again whenever you like, or undo everything: then what was "
                                  "prepared is taken away, too."));
      self->forward = _ ("Try again…");
    }
  self->can_go_forward = TRUE;
}


static const char *
pt_restart_get_failure (PtTrialCause cause)
{
  switch (cause)
    {
    case PT_TRIAL_CAUSE_NOT_CONFIRMED:
      return _ ("The computer started with the changes, and nobody said in time that it works. So "
                "it restarted by itself into the old state.");
    case PT_TRIAL_CAUSE_CUT_SHORT:
      return _ ("The computer started with the changes, and that start ended before its time: it "
                "was switched off, restarted or crashed. It is in the old state again.");
    case PT_TRIAL_CAUSE_NO_TRACE:
    case PT_TRIAL_CAUSE_NONE:
    case PT_TRIAL_CAUSE_LAST:
    default:
      return _ ("The trial left no trace. Either it stopped very early, or the computer did not "
                "start it at all. It is in the old state.");
    }
}


static const char *
pt_restart_get_failure_advice (PtTrialCause cause)
{
  switch (cause)
    {
    case PT_TRIAL_CAUSE_NOT_CONFIRMED:
      return _ ("If the time was only too short, try again with more of it. If the screen stayed "
                "dark, look whether the monitor is plugged into the card that stays with this "
                "computer; the last lines below say how far the start came.");
    case PT_TRIAL_CAUSE_CUT_SHORT:
      return _ ("If you restarted it yourself, try again. If not, the last lines below may say "
                "what went wrong; copy them when you ask somebody for help.");
    case PT_TRIAL_CAUSE_NO_TRACE:
    case PT_TRIAL_CAUSE_NONE:
    case PT_TRIAL_CAUSE_LAST:
    default:
      return _ ("Try again, and watch which entry the boot menu starts: it is the one whose name "
                "ends with “trial start by Passthru”. If that does not help, undo everything.");
    }
}


static void
pt_restart_say_failed (PtRestartWords       *self,
                       const PtRestartFacts *facts)
{
  self->kind = PT_STATUS_KIND_WARN;
  self->heading = g_strdup (_ ("The trial was not confirmed. Nothing has changed."));
  self->body = g_strdup (pt_restart_get_failure (facts->cause));
  self->advice = g_strdup (pt_restart_get_failure_advice (facts->cause));
  self->forward = _ ("Try again…");
  self->can_go_forward = TRUE;
}


static void
pt_restart_say_verified (PtRestartWords *self,
                         PtRestartStage  stage,
                         const char     *message)
{
  gboolean wrong = stage == PT_RESTART_WRONG;

  self->kind = wrong ? PT_STATUS_KIND_FAIL : PT_STATUS_KIND_PASS;
  self->body = g_strdup (message);
  self->forward = _ ("Continue");
  self->can_go_forward = !wrong;
  if (stage == PT_RESTART_READY)
    self->heading = g_strdup (_ ("The card is ready for the machine."));
  if (stage == PT_RESTART_KEPT)
    {
      self->heading = g_strdup (_ ("The changes are kept."));
      self->advice = g_strdup (_ ("From now on the computer always starts this way. “Undo "
                                  "everything” still takes it all back at any time."));
    }
  if (wrong)
    {
      self->heading = g_strdup (_ ("The start did not bring what was planned."));
      self->advice = g_strdup (_ ("Nothing is lost: set it right and come back, or undo everything "
                                  "and the computer is as it was before."));
    }
  if (stage == PT_RESTART_NEXT_PART)
    {
      self->heading = g_strdup (_ ("The first part worked."));
      self->forward = _ ("See the second part");
    }
}


static void
pt_restart_say_nothing (PtRestartWords *self)
{
  self->kind = PT_STATUS_KIND_PENDING;
  self->heading = g_strdup (_ ("There is nothing to try yet."));
  self->body = g_strdup (_ ("Go back and apply the changes first."));
  self->forward = _ ("Continue");
}


PtRestartWords *
pt_restart_words_new (PtRestartStage        stage,
                      const PtRestartFacts *facts,
                      const char           *message)
{
  PtRestartWords *self = NULL;

  g_return_val_if_fail (facts != NULL, NULL);
  g_return_val_if_fail (message != NULL, NULL);

  self = g_new0 (PtRestartWords, 1);
  switch (stage)
    {
    case PT_RESTART_BEFORE: pt_restart_say_before (self, facts); break;
    case PT_RESTART_BEFORE_TRIAL: pt_restart_say_before_trial (self, facts); break;
    case PT_RESTART_TRIAL:
    case PT_RESTART_TRIAL_WRONG: pt_restart_say_trial (self, facts, message); break;
    case PT_RESTART_CANCELLED_INSIDE:
    case PT_RESTART_CANCELLED: pt_restart_say_cancelled (self, facts); break;
    case PT_RESTART_FAILED: pt_restart_say_failed (self, facts); break;
    case PT_RESTART_KEPT:
    case PT_RESTART_NEXT_PART:
    case PT_RESTART_READY:
    case PT_RESTART_WRONG: pt_restart_say_verified (self, stage, message); break;
    case PT_RESTART_NOTHING:
    default: pt_restart_say_nothing (self); break;
    }
  return self;
}


void
pt_restart_words_free (PtRestartWords *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->heading);
  g_free (self->body);
  g_free (self->advice);
  g_free (self);
}
