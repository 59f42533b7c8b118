/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-setup"

#include "config.h"

#include "pt-helper-setup.h"

#include "pt-engine.h"
#include "pt-handover-record.h"
#include "pt-handover.h"
#include "pt-plan.h"


/* Apply */

gboolean
pt_helper_setup_parse_apply (PtHelperJob *job,
                             GVariant    *parameters,
                             GError     **error)
{
  g_autoptr (GVariant) intent = NULL;
  const char *digest = NULL;

  g_variant_get (parameters, "(@(a(uyyy)a{sv})&s)", &intent, &digest);
  return pt_helper_job_take_intent (job, intent, digest, error);
}


GVariant *
pt_helper_setup_describe_apply (PtHelperJob  *job,
                                GCancellable *cancellable,
                                GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_job_derive_plan (job, cancellable, error);

  return plan != NULL ? pt_helper_job_describe_plan (plan) : NULL;
}


GVariant *
pt_helper_setup_work_apply (PtHelperJob  *job,
                            GCancellable *cancellable,
                            GError      **error)
{
  /* Derived anew: the question may have stood on the screen for minutes. */
  g_autoptr (PtPlan) plan = pt_helper_job_derive_plan (job, cancellable, error);

  if (plan == NULL)
    return NULL;
  if (!pt_engine_apply (plan, pt_helper_job_report_step, job, cancellable, error))
    return NULL;
  return g_variant_ref_sink (g_variant_new ("()"));
}


/* Undo */

/* What is on record of the start, and of what Bind took; NULL if nothing can be told. (transfer
 * full) */
static PtIntent *
pt_helper_setup_find_undone (PtSysroot *sysroot)
{
  g_autoptr (GPtrArray) entries = pt_handover_record_load (sysroot, NULL);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  g_autoptr (PtIntent) intent = NULL;

  pt_engine_status (sysroot, &intent, NULL, NULL);
  if (intent != NULL)
    g_array_append_vals (addresses, pt_intent_get_addresses (intent)->data,
                         pt_intent_get_addresses (intent)->len);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    g_array_append_val (addresses, ((PtHandoverEntry *)g_ptr_array_index (entries, i))->address);
  if (addresses->len == 0)
    return NULL;
  return pt_intent_new ((const PtAddress *)addresses->data, addresses->len);
}


GVariant *
pt_helper_setup_describe_undo (PtHelperJob  *job,
                               GCancellable *cancellable,
                               GError      **error)
{
  g_autoptr (PtIntent) intent = pt_helper_setup_find_undone (job->sysroot);

  return pt_helper_job_describe_intent (job, intent, cancellable);
}


GVariant *
pt_helper_setup_work_undo (PtHelperJob  *job,
                           GCancellable *cancellable,
                           GError      **error)
{
  g_autoptr (GPtrArray) released = NULL;
  g_autoptr (GError) stuck = NULL;
  g_autoptr (GError) cause = NULL;
  gboolean undone = FALSE;

  pt_handover_release_all (job->sysroot, &released, &stuck);
  /* How the computer starts is undone even if a machine has one of them. */
  undone = pt_engine_undo (job->sysroot, pt_helper_job_report_step, job, cancellable, &cause);
  if (!undone && (stuck != NULL || released->len > 0) &&
      g_error_matches (cause, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    undone = TRUE;
  if (undone && stuck == NULL)
    return g_variant_ref_sink (g_variant_new ("()"));
  g_propagate_error (error, undone ? g_steal_pointer (&stuck) : g_steal_pointer (&cause));
  return NULL;
}
