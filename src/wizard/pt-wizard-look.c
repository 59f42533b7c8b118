/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-look"

#include "config.h"

#include "pt-wizard-look.h"

#include "pt-trial.h"

void
pt_look_input_free (PtLookInput *input)
{
  g_clear_object (&input->sysroot);
  g_clear_object (&input->intent);
  g_free (input->boot_id);
  g_free (input->seen);
  g_clear_pointer (&input->roms, g_array_unref);
  g_free (input->boot);
  g_free (input->told);
  g_free (input);
}


void
pt_look_free (PtLook *look)
{
  g_clear_object (&look->report);
  g_clear_object (&look->plan);
  g_clear_object (&look->verification);
  g_free (look->text);
  g_free (look);
}


/* Root's plan where there is one, else our own; (nullable), with a word to the log. (transfer
 * full) */
static PtPlan *
pt_look_plan (const PtLookInput *input,
              PtHost            *host)
{
  g_autoptr (GError) error = NULL;
  PtPlan *plan = NULL;

  if (input->told != NULL)
    plan = pt_plan_new_told (host, input->intent, input->told, &error);
  if (error != NULL)
    g_message ("the plan of the helper does not fit: %s", error->message);
  g_clear_error (&error);
  if (plan == NULL)
    plan = pt_plan_new (host, input->intent, &error);
  if (error != NULL)
    g_message ("no plan for the choice: %s", error->message);
  return plan;
}


gpointer
pt_look_work (gpointer      data,
              GCancellable *cancellable,
              GError      **error)
{
  PtLookInput *input = data;
  g_autoptr (PtLook) look = g_new0 (PtLook, 1);
  g_autoptr (PtHost) host = pt_host_scan (input->sysroot, cancellable, error);
  g_autofree char *trial = NULL;
  guint            minutes = 0;

  if (host == NULL)
    return NULL;
  if (input->seen_known)
    pt_host_take_seen (host, input->seen != NULL ? pt_seen_parse (input->seen) : NULL);
  if (input->boot != NULL)
    pt_host_take_boot (host, input->boot);
  look->report = pt_report_new_with_roms (host, input->roms);
  look->text = pt_report_to_text (look->report);
  look->trial_boot = pt_trial_is_this_boot (input->sysroot, &trial, &minutes);
  if (input->intent != NULL)
    look->plan = pt_look_plan (input, host);
  if (look->plan != NULL && input->setup == PT_SETUP_APPLIED)
    look->verification = pt_verify (host, look->plan, input->boot_id);
  return g_steal_pointer (&look);
}
