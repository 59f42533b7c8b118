/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-plan"

#include "config.h"

#include "pt-helper-plan.h"

#include "pt-helper-wire.h"
#include "pt-plan.h"


gboolean
pt_helper_plan_parse (PtHelperJob *job,
                      GVariant    *parameters,
                      GError     **error)
{
  g_autoptr (GVariant) intent = g_variant_get_child_value (parameters, 0);

  job->intent = pt_intent_new_from_variant (intent, error);
  return job->intent != NULL;
}


/* (transfer full) */
static PtPlan *
pt_helper_plan_make (PtHelperJob  *job,
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (job->sysroot, cancellable, error);

  return host != NULL ? pt_plan_new (host, job->intent, error) : NULL;
}


GVariant *
pt_helper_plan_describe (PtHelperJob  *job,
                         GCancellable *cancellable,
                         GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_plan_make (job, cancellable, error);

  return plan != NULL ? pt_helper_job_describe_plan (plan) : NULL;
}


/* What the checks say of how the computer starts, for a caller who could not read it. Floating. */
static GVariant *
pt_helper_plan_describe_boot (const PtHostFacts *facts)
{
  GVariantBuilder boot = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&boot, "{sv}", PT_HELPER_BOOT_LOADER,
                         g_variant_new_string (pt_boot_loader_to_nick (facts->boot_loader)));
  g_variant_builder_add (&boot, "{sv}", PT_HELPER_BOOT_INITRAMFS,
                         g_variant_new_string (pt_initramfs_to_nick (facts->initramfs)));
  g_variant_builder_add (&boot, "{sv}", PT_HELPER_BOOT_DROP_IN,
                         g_variant_new_boolean (facts->grub_drop_in));
  g_variant_builder_add (&boot, "{sv}", PT_HELPER_BOOT_TRIAL,
                         g_variant_new_string (pt_one_shot_to_nick (facts->one_shot)));
  return g_variant_builder_end (&boot);
}


/* Derived anew: the question may have stood on the screen for minutes. */
GVariant *
pt_helper_plan_work (PtHelperJob  *job,
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_plan_make (job, cancellable, error);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *json = NULL;

  if (plan == NULL)
    return NULL;
  node = pt_plan_to_json (plan);
  json = json_to_string (node, FALSE);
  return g_variant_ref_sink (
    g_variant_new ("(s@a{sv})", json,
                   pt_helper_plan_describe_boot (pt_host_get_facts (pt_plan_get_host (plan)))));
}
