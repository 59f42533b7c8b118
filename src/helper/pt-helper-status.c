/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-status"

#include "config.h"

#include "pt-helper-status.h"

#include "pt-engine.h"
#include "pt-handover-record.h"
#include "pt-helper-trial.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-report.h"


/* NULL where it cannot be told. (transfer floating) */
static GVariant *
pt_helper_status_list_handed_over (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = pt_handover_record_load (sysroot, &error);
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (PT_HELPER_HANDED_OVER_TYPE));

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const PtHandoverEntry *entry = g_ptr_array_index (entries, i);

      g_variant_builder_add (&list, "((uyyy)s)", entry->address.domain, entry->address.bus,
                             entry->address.slot, entry->address.function,
                             entry->driver != NULL ? entry->driver : "");
    }
  if (entries != NULL)
    return g_variant_builder_end (&list);
  g_message ("%s", error->message);
  g_variant_builder_clear (&list);
  return NULL;
}


GVariant *
pt_helper_status_work (PtHelperJob  *job,
                       GCancellable *cancellable,
                       GError      **error)
{
  GVariantBuilder status = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (PtIntent) intent = NULL;
  g_autofree char *boot_id = NULL;
  g_autoptr (GError) unreadable = NULL;
  g_autofree char *seen = NULL;
  GVariant        *trial = NULL;
  GVariant        *handed_over = NULL;
  PtSetupState     state = pt_engine_status (job->sysroot, &intent, &boot_id, &unreadable);

  pt_engine_get_seen (job->sysroot, &seen, NULL);
  if (unreadable == NULL)
    trial = pt_helper_trial_describe (job->sysroot, &unreadable);
  if (unreadable != NULL)
    {
      g_variant_builder_clear (&status);
      g_propagate_error (error, g_steal_pointer (&unreadable));
      return NULL;
    }
  g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_STATE,
                         g_variant_new_string (pt_helper_wire_state_to_nick (state)));
  g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_WORKING,
                         g_variant_new_boolean (job->working));
  if (intent != NULL)
    g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_INTENT, pt_intent_to_variant (intent));
  if (seen != NULL)
    g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_SEEN, g_variant_new_string (seen));
  if (boot_id != NULL)
    g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_BOOT_ID,
                           g_variant_new_string (boot_id));
  g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_TRIAL, trial);
  handed_over = pt_helper_status_list_handed_over (job->sysroot);
  if (handed_over != NULL)
    g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_HANDED_OVER, handed_over);
  return g_variant_ref_sink (g_variant_new ("(a{sv})", &status));
}


GVariant *
pt_helper_status_work_report (PtHelperJob  *job,
                              GCancellable *cancellable,
                              GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (job->sysroot, cancellable, error);
  g_autoptr (PtReport) report = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;

  if (host == NULL)
    return NULL;
  pt_engine_tell_host (host);
  report = pt_report_new (host);
  node = pt_report_to_json (report);
  json = json_to_string (node, FALSE);
  return g_variant_ref_sink (g_variant_new ("(s)", json));
}
