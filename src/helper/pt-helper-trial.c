/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-trial"

#include "config.h"

#include "pt-helper-trial.h"

#include "pt-helper-wire.h"
#include "pt-trial.h"


static GVariant *
pt_helper_trial_done (void)
{
  return g_variant_ref_sink (g_variant_new ("()"));
}


gboolean
pt_helper_trial_parse_prepare (PtHelperJob *job,
                               GVariant    *parameters,
                               GError     **error)
{
  g_autoptr (GVariant) intent = NULL;
  const char *digest = NULL;

  g_variant_get (parameters, "(@(a(uyyy)a{sv})&su)", &intent, &digest, &job->minutes);
  if (job->minutes < PT_TRIAL_MIN_MINUTES || job->minutes > PT_TRIAL_MAX_MINUTES)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "a trial does not last %u minutes",
                   job->minutes);
      return FALSE;
    }
  return pt_helper_job_take_intent (job, intent, digest, error);
}


GVariant *
pt_helper_trial_describe_prepare (PtHelperJob  *job,
                                  GCancellable *cancellable,
                                  GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_job_derive_plan (job, cancellable, error);

  return plan != NULL ? pt_helper_job_describe_plan (plan) : NULL;
}


/* Without a record there is nothing to ask for. */
GVariant *
pt_helper_trial_describe_record (PtHelperJob  *job,
                                 GCancellable *cancellable,
                                 GError      **error)
{
  g_autoptr (PtTrial) trial = pt_trial_read (job->sysroot, error);

  if (trial == NULL)
    return NULL;
  if (trial->state != PT_TRIAL_NONE)
    return pt_helper_job_describe_record (job, cancellable);
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING, "no trial is prepared");
  return NULL;
}


GVariant *
pt_helper_trial_work_prepare (PtHelperJob  *job,
                              GCancellable *cancellable,
                              GError      **error)
{
  /* Derived anew: the question may have stood on the screen for minutes. */
  g_autoptr (PtPlan) plan = pt_helper_job_derive_plan (job, cancellable, error);

  if (plan == NULL || !pt_trial_prepare (plan, job->minutes, pt_helper_job_report_step, job,
                                         cancellable, error))
    return NULL;
  return pt_helper_trial_done ();
}


PtPlan *
pt_helper_trial_make_plan (PtSysroot    *sysroot,
                           GCancellable *cancellable,
                           GError      **error)
{
  g_autoptr (PtIntent) intent = NULL;
  g_autoptr (PtHost) host = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (!pt_trial_mend (sysroot, error))
    return NULL;
  pt_engine_status (sysroot, &intent, NULL, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (intent == NULL)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING, "no trial is prepared");
      return NULL;
    }
  host = pt_host_scan (sysroot, cancellable, error);
  return host != NULL ? pt_plan_new (host, intent, error) : NULL;
}


GVariant *
pt_helper_trial_work_start (PtHelperJob  *job,
                            GCancellable *cancellable,
                            GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_trial_make_plan (job->sysroot, cancellable, error);

  if (plan == NULL || !pt_trial_start (plan, error))
    return NULL;
  return pt_helper_trial_done ();
}


GVariant *
pt_helper_trial_work_confirm (PtHelperJob  *job,
                              GCancellable *cancellable,
                              GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_trial_make_plan (job->sysroot, cancellable, error);

  if (plan == NULL ||
      !pt_trial_confirm (plan, pt_helper_job_report_step, job, cancellable, error))
    return NULL;
  return pt_helper_trial_done ();
}


GVariant *
pt_helper_trial_work_cancel (PtHelperJob  *job,
                             GCancellable *cancellable,
                             GError      **error)
{
  if (!pt_trial_cancel (job->sysroot, error))
    return NULL;
  return pt_helper_trial_done ();
}


GVariant *
pt_helper_trial_work_log (PtHelperJob  *job,
                          GCancellable *cancellable,
                          GError      **error)
{
  g_autofree char *log = pt_trial_read_log (job->sysroot, error);

  return log != NULL ? g_variant_ref_sink (g_variant_new ("(s)", log)) : NULL;
}


GVariant *
pt_helper_trial_describe (PtSysroot *sysroot,
                          GError   **error)
{
  GVariantBuilder members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (PtTrial) trial = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  trial = pt_trial_read (sysroot, error);
  if (trial == NULL)
    {
      g_variant_builder_clear (&members);
      return NULL;
    }
  g_variant_builder_add (&members, "{sv}", PT_HELPER_TRIAL_STATE,
                         g_variant_new_string (pt_trial_state_to_nick (trial->state)));
  g_variant_builder_add (&members, "{sv}", PT_HELPER_TRIAL_CAUSE,
                         g_variant_new_string (pt_trial_cause_to_nick (trial->cause)));
  g_variant_builder_add (&members, "{sv}", PT_HELPER_TRIAL_MINUTES,
                         g_variant_new_uint32 (trial->minutes));
  g_variant_builder_add (&members, "{sv}", PT_HELPER_TRIAL_SECONDS_LEFT,
                         g_variant_new_uint32 (trial->seconds_left));
  if (trial->boot_id != NULL)
    g_variant_builder_add (&members, "{sv}", PT_HELPER_TRIAL_BOOT_ID,
                           g_variant_new_string (trial->boot_id));
  return g_variant_builder_end (&members);
}
