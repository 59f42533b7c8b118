/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-handover"

#include "config.h"

#include "pt-helper-handover.h"

#include "pt-handover.h"


gboolean
pt_helper_handover_parse (PtHelperJob *job,
                          GVariant    *parameters,
                          GError     **error)
{
  g_autoptr (GVariant) addresses = g_variant_get_child_value (parameters, 0);
  g_autoptr (GVariant) intent = NULL;

  intent = g_variant_ref_sink (
    g_variant_new ("(@a(uyyy)@a{sv})", addresses,
                   g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0)));
  job->intent = pt_intent_new_from_variant (intent, error);
  return job->intent != NULL;
}


GVariant *
pt_helper_handover_describe_bind (PtHelperJob  *job,
                                  GCancellable *cancellable,
                                  GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (job->sysroot, cancellable, error);
  g_autoptr (PtHandover) handover = NULL;
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  handover = host != NULL ? pt_handover_judge (host, job->intent, error) : NULL;
  if (handover == NULL || !pt_handover_check (handover, error))
    return NULL;
  for (guint i = 0; i < handover->members->len; i++)
    {
      const PtHandoverMember *member = g_ptr_array_index (handover->members, i);

      if (member->chosen)
        g_ptr_array_add (devices, member->device);
    }
  return pt_helper_job_describe_devices (devices);
}


/* Named as they are found now; one that is gone is known by its address. */
GVariant *
pt_helper_handover_describe_release (PtHelperJob  *job,
                                     GCancellable *cancellable,
                                     GError      **error)
{
  return pt_helper_job_describe_intent (job, job->intent, cancellable);
}


GVariant *
pt_helper_handover_work_bind (PtHelperJob  *job,
                              GCancellable *cancellable,
                              GError      **error)
{
  if (!pt_handover_bind (job->sysroot, job->intent, cancellable, error))
    return NULL;
  return g_variant_ref_sink (g_variant_new ("()"));
}


GVariant *
pt_helper_handover_work_release (PtHelperJob  *job,
                                 GCancellable *cancellable,
                                 GError      **error)
{
  if (!pt_handover_release (job->sysroot, job->intent, error))
    return NULL;
  return g_variant_ref_sink (g_variant_new ("()"));
}
