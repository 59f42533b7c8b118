/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-terminal"

#include "config.h"

#include "pt-helper-terminal.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pt-engine.h"
#include "pt-helper-terminal-private.h"
#include "pt-plan.h"
#include "pt-trial.h"
#include "pt-verify.h"


gboolean
pt_helper_terminal_check_root (PtSysroot *sysroot)
{
  if (!pt_sysroot_is_real (sysroot) || geteuid () == 0)
    return TRUE;
  g_printerr ("%s\n", _ ("Only root can do this. Start it with sudo."));
  return FALSE;
}


static const char *pt_helper_terminal_patience = NULL;


static void
pt_helper_terminal_signal_cb (int number)
{
  /* What a signal handler may do. */
  if (number == SIGINT &&
      write (STDERR_FILENO, pt_helper_terminal_patience, strlen (pt_helper_terminal_patience)) < 0)
    return;
}


/* An impatient Ctrl+C or a closed window must not leave update-initramfs half way: its parts would
 * go on and get in the way of the next undo. A handler, not SIG_IGN: programs do not inherit it. */
void
pt_helper_terminal_hold_out (void)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
  struct sigaction action = { .sa_handler = pt_helper_terminal_signal_cb, .sa_flags = SA_RESTART };

  pt_helper_terminal_patience = _ ("This is finished first. Please wait.\n");
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
}


static void
pt_helper_terminal_step_cb (const char *step_id,
                            guint       index,
                            guint       total,
                            PtStepState state,
                            gpointer    user_data)
{
  switch (state)
    {
    case PT_STEP_STARTED:
      /* Translators: number, number, name of a step. */
      g_print (_ ("Step %1$u of %2$u, %3$s: undoing\n"), index + 1, total, step_id);
      break;
    case PT_STEP_FAILED:
      /* Translators: number, number, name of a step. */
      g_print (_ ("Step %1$u of %2$u, %3$s: this could not be undone\n"), index + 1, total,
               step_id);
      break;
    case PT_STEP_DONE:
    case PT_STEP_UNDONE:
    default:
      /* Translators: number, number, name of a step. */
      g_print (_ ("Step %1$u of %2$u, %3$s: undone\n"), index + 1, total, step_id);
    }
}


/* What the record of the set-up has. @also: there was something else. */
static gboolean
pt_helper_terminal_undo_setup (PtSysroot *sysroot,
                               gboolean   also)
{
  g_autoptr (GError) error = NULL;

  if (pt_engine_undo (sysroot, pt_helper_terminal_step_cb, NULL, NULL, &error))
    {
      g_print ("%s\n", _ ("Everything that Passthru changed is as it was before. "
                          "Restart the computer for it to take effect."));
      return TRUE;
    }
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    {
      g_print ("%s\n", also ? _ ("Passthru has changed nothing else on this computer.")
                            : _ ("Passthru has changed nothing on this computer. "
                                 "There is nothing to undo."));
      return TRUE;
    }
  /* Translators: the reason, in English. */
  g_printerr (_ ("Not everything could be undone: %s\n"), error->message);
  return FALSE;
}


gboolean
pt_helper_terminal_undo (PtSysroot *sysroot)
{
  gboolean any = FALSE;
  gboolean released = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (!pt_helper_terminal_check_root (sysroot))
    return FALSE;
  pt_helper_terminal_hold_out ();
  released = pt_helper_terminal_release_all (sysroot, &any);
  /* How the computer starts is undone all the same. */
  return pt_helper_terminal_undo_setup (sysroot, any || !released) && released;
}


static void
pt_helper_terminal_print_intent (PtIntent *intent)
{
  GArray *addresses = pt_intent_get_addresses (intent);

  for (guint i = 0; i < addresses->len; i++)
    {
      char buffer[PT_ADDRESS_BUFFER] = { 0 };

      /* Translators: the address of a device, such as 0000:2f:00.0. */
      g_print (_ ("Device: %s\n"),
               pt_address_format (&g_array_index (addresses, PtAddress, i), buffer));
    }
}


static const char *
pt_helper_terminal_say_state (PtSetupState state,
                              gboolean     also)
{
  switch (state)
    {
    case PT_SETUP_INTERRUPTED:
      return _ ("A change by Passthru was interrupted. Start this program with --undo.");
    case PT_SETUP_APPLIED:
      return _ ("Passthru has changed how this computer starts.");
    case PT_SETUP_NONE:
    default:
      return also ? _ ("Passthru has changed nothing in how this computer starts.")
                  : _ ("Passthru has changed nothing on this computer.");
    }
}


/* TRUE if this start was to bring what is on record. */
static gboolean
pt_helper_terminal_is_in_force (PtSysroot *sysroot)
{
  g_autoptr (PtTrial) trial = pt_trial_read (sysroot, NULL);

  return trial != NULL && (trial->state == PT_TRIAL_NONE || trial->state == PT_TRIAL_RUNNING ||
                           trial->state == PT_TRIAL_CONFIRMED);
}


/* Whether it did: the one cause, if not, and what to do. */
static void
pt_helper_terminal_print_verdict (PtSysroot  *sysroot,
                                  PtIntent   *intent,
                                  const char *boot_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, &error);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (PtVerification) verification = NULL;
  g_autofree char *text = NULL;

  if (host != NULL)
    {
      pt_engine_tell_host (host);
      plan = pt_plan_new (host, intent, &error);
    }
  if (plan == NULL)
    {
      /* Translators: the reason, in English. */
      g_printerr (_ ("Whether this start is as planned cannot be told: %s\n"), error->message);
      return;
    }
  verification = pt_verify (host, plan, boot_id);
  text = pt_verification_to_text (verification);
  g_print ("%s", text);
}


gboolean
pt_helper_terminal_status (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtIntent) intent = NULL;
  g_autofree char *boot_id = NULL;
  PtSetupState     state = PT_SETUP_NONE;
  gboolean         handed_over = FALSE;
  gboolean         known = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (!pt_helper_terminal_check_root (sysroot))
    return FALSE;
  known = pt_helper_terminal_print_handover (sysroot, &handed_over);
  state = pt_engine_status (sysroot, &intent, &boot_id, &error);
  if (error != NULL)
    {
      /* Translators: the reason, in English. */
      g_printerr (_ ("The record of changes cannot be read: %s\n"), error->message);
      return FALSE;
    }
  g_print ("%s\n", pt_helper_terminal_say_state (state, handed_over));
  if (intent != NULL)
    pt_helper_terminal_print_intent (intent);
  if (boot_id != NULL)
    /* Translators: an identifier. */
    g_print (_ ("Applied in boot: %s\n"), boot_id);
  if (state == PT_SETUP_APPLIED && intent != NULL && pt_helper_terminal_is_in_force (sysroot))
    pt_helper_terminal_print_verdict (sysroot, intent, boot_id);
  return pt_helper_terminal_print_trial (sysroot) && known;
}


/* (transfer full) */
static char *
pt_helper_terminal_print_plan (PtPlan  *plan,
                               gboolean json)
{
  g_autoptr (JsonNode) node = NULL;

  if (!json)
    return pt_plan_to_text (plan);
  node = pt_plan_to_json (plan);
  return json_to_string (node, TRUE);
}


gboolean
pt_helper_terminal_plan (PtSysroot *sysroot,
                         PtIntent  *intent,
                         gboolean   json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtPlan) plan = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (intent), FALSE);

  if (!pt_helper_terminal_check_root (sysroot))
    return FALSE;
  host = pt_host_scan (sysroot, NULL, &error);
  if (host != NULL)
    plan = pt_plan_new (host, intent, &error);
  if (plan == NULL)
    {
      /* Translators: the reason, in English. */
      g_printerr (_ ("There is no plan: %s\n"), error->message);
      return FALSE;
    }
  text = pt_helper_terminal_print_plan (plan, json);
  /* Not g_print(): in the C locale of a rescue shell that would turn UTF-8 into question marks. */
  return fputs (text, stdout) >= 0 && (!json || fputs ("\n", stdout) >= 0) && fflush (stdout) == 0;
}
