/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-job"

#include "config.h"

#include "pt-helper-job.h"

#include "pt-helper-wire.h"
#include "pt-plan.h"


PtHelperJob *
pt_helper_job_new (PtSysroot       *sysroot,
                   GDBusConnection *connection,
                   const char      *caller)
{
  PtHelperJob *self = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_new0 (PtHelperJob, 1);
  self->sysroot = g_object_ref (sysroot);
  g_set_object (&self->connection, connection);
  self->caller = g_strdup (caller);
  return self;
}


void
pt_helper_job_free (PtHelperJob *self)
{
  g_clear_object (&self->sysroot);
  g_clear_object (&self->intent);
  g_clear_object (&self->connection);
  g_free (self->digest);
  g_free (self->caller);
  g_free (self);
}


/* Progress, for the caller alone; in the worker's thread, which GDBusConnection allows. */
void
pt_helper_job_report_step (const char *step_id,
                           guint       index,
                           guint       total,
                           PtStepState state,
                           gpointer    user_data)
{
  PtHelperJob *job = user_data;
  GVariant    *arguments = g_variant_new ("(suuu)", step_id, index, total, (guint)state);

  /* Fails only when the connection is gone; the work goes on without a listener. */
  g_dbus_connection_emit_signal (job->connection, job->caller, PT_HELPER_OBJECT_PATH,
                                 PT_HELPER_INTERFACE, "Step", arguments, NULL);
}


static GVariant *
pt_helper_job_details (const char *key,
                       const char *value)
{
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  g_variant_builder_add (&details, "{ss}", key, value);
  return g_variant_ref_sink (g_variant_builder_end (&details));
}


static void
pt_helper_job_append_device (GString    *text,
                             const char *name,
                             const char *address)
{
  if (text->len > 0)
    g_string_append (text, ", ");
  if (name != NULL)
    g_string_append_printf (text, "%s (%s)", name, address);
  else
    g_string_append (text, address);
}


gboolean
pt_helper_job_take_intent (PtHelperJob *job,
                           GVariant    *intent,
                           const char  *digest,
                           GError     **error)
{
  g_return_val_if_fail (job != NULL, FALSE);
  g_return_val_if_fail (intent != NULL, FALSE);
  g_return_val_if_fail (digest != NULL, FALSE);

  if (*digest == '\0' || strlen (digest) > PT_HELPER_MAX_DIGEST)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "the digest of the plan has %zu characters", strlen (digest));
      return FALSE;
    }
  job->digest = g_strdup (digest);
  job->intent = pt_intent_new_from_variant (intent, error);
  return job->intent != NULL;
}


/* Says with an error why @plan is not done, before anybody is asked for a password. */
static gboolean
pt_helper_job_check_plan (PtPlan     *plan,
                          const char *digest,
                          GError    **error)
{
  GPtrArray *refusals = pt_plan_get_refusals (plan);

  if (!g_str_equal (pt_plan_get_digest (plan), digest))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED,
                   "this computer is not as it was when the plan was shown");
      return FALSE;
    }
  if (refusals->len > 0)
    {
      const PtPlanRefusal *refusal = g_ptr_array_index (refusals, 0);
      char                 address[PT_ADDRESS_BUFFER] = { 0 };
      char                 because[PT_ADDRESS_BUFFER] = { 0 };

      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED,
                   "%s may not be given away: %s (%s)",
                   pt_address_format (&refusal->address, address),
                   pt_blocker_reason_to_nick (refusal->reason),
                   pt_address_format (&refusal->because, because));
      return FALSE;
    }
  if (pt_plan_get_manual_text (plan) != NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                   "the way this computer starts cannot be changed automatically yet");
      return FALSE;
    }
  if (!pt_plan_is_applicable (plan))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "there is nothing to change");
      return FALSE;
    }
  return TRUE;
}


PtPlan *
pt_helper_job_derive_plan (PtHelperJob  *job,
                           GCancellable *cancellable,
                           GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (job->sysroot, cancellable, error);
  g_autoptr (PtPlan) plan = NULL;

  if (host == NULL)
    return NULL;
  plan = pt_plan_new (host, job->intent, error);
  if (plan == NULL || !pt_helper_job_check_plan (plan, job->digest, error))
    return NULL;
  return g_steal_pointer (&plan);
}


GVariant *
pt_helper_job_describe_devices (GPtrArray *devices)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (devices != NULL, NULL);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      pt_helper_job_append_device (text, pt_device_get_short_name (device),
                                   pt_device_get_address_string (device));
    }
  return pt_helper_job_details ("devices", text->str);
}


GVariant *
pt_helper_job_describe_plan (PtPlan *plan)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();
  GPtrArray *rows = NULL;

  g_return_val_if_fail (PT_IS_PLAN (plan), NULL);

  rows = pt_plan_get_devices (plan);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (devices, ((PtPlanDevice *)g_ptr_array_index (rows, i))->device);
  return pt_helper_job_describe_devices (devices);
}


GVariant *
pt_helper_job_describe_intent (PtHelperJob  *job,
                               PtIntent     *intent,
                               GCancellable *cancellable)
{
  g_autoptr (PtHost) host = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (job != NULL, NULL);

  host = intent != NULL ? pt_host_scan (job->sysroot, cancellable, NULL) : NULL;
  for (guint i = 0; intent != NULL && i < pt_intent_get_addresses (intent)->len; i++)
    {
      const PtAddress *address = &g_array_index (pt_intent_get_addresses (intent), PtAddress, i);
      PtDevice        *device = host != NULL ? pt_host_find_device (host, address) : NULL;
      char             buffer[PT_ADDRESS_BUFFER] = { 0 };

      pt_helper_job_append_device (text,
                                   device != NULL ? pt_device_get_short_name (device) : NULL,
                                   pt_address_format (address, buffer));
    }
  return pt_helper_job_details ("devices", text->len > 0 ? text->str : "-");
}


GVariant *
pt_helper_job_describe_record (PtHelperJob  *job,
                               GCancellable *cancellable)
{
  g_autoptr (PtIntent) intent = NULL;

  g_return_val_if_fail (job != NULL, NULL);

  /* Names are for the prompt only. Undo also works where the record cannot be read, and clears
   * away what a killed helper left before it had a record. */
  pt_engine_status (job->sysroot, &intent, NULL, NULL);
  return pt_helper_job_describe_intent (job, intent, cancellable);
}
