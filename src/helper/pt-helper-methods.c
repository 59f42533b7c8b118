/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-methods"

#include "config.h"

#include "pt-helper-methods.h"

#include "pt-engine.h"
#include "pt-handover-record.h"
#include "pt-handover.h"
#include "pt-helper-handover.h"
#include "pt-helper-plan.h"
#include "pt-helper-trial.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-report.h"
#include "pt-rom-finding.h"

#define PT_ACTION_PREFIX "com.example.Passthru."

/* The largest numbers of an address on the bus. */
#define PT_HELPER_MAX_SLOT 31
#define PT_HELPER_MAX_FUNCTION 7


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
pt_helper_methods_details (const char *key,
                           const char *value)
{
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  g_variant_builder_add (&details, "{ss}", key, value);
  return g_variant_ref_sink (g_variant_builder_end (&details));
}


static void
pt_helper_methods_append_device (GString    *text,
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


/* Apply */

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


static gboolean
pt_helper_methods_parse_apply (PtHelperJob *job,
                               GVariant    *parameters,
                               GError     **error)
{
  g_autoptr (GVariant) intent = NULL;
  const char *digest = NULL;

  g_variant_get (parameters, "(@(a(uyyy)a{sv})&s)", &intent, &digest);
  return pt_helper_job_take_intent (job, intent, digest, error);
}


/* Says with an error why @plan is not done, before anybody is asked for a password. */
static gboolean
pt_helper_methods_check_plan (PtPlan     *plan,
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
  if (plan == NULL || !pt_helper_methods_check_plan (plan, job->digest, error))
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

      pt_helper_methods_append_device (text, pt_device_get_short_name (device),
                                       pt_device_get_address_string (device));
    }
  return pt_helper_methods_details ("devices", text->str);
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


static GVariant *
pt_helper_methods_describe_apply (PtHelperJob  *job,
                                  GCancellable *cancellable,
                                  GError      **error)
{
  g_autoptr (PtPlan) plan = pt_helper_job_derive_plan (job, cancellable, error);

  return plan != NULL ? pt_helper_job_describe_plan (plan) : NULL;
}


static GVariant *
pt_helper_methods_work_apply (PtHelperJob  *job,
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

      pt_helper_methods_append_device (text,
                                       device != NULL ? pt_device_get_short_name (device) : NULL,
                                       pt_address_format (address, buffer));
    }
  return pt_helper_methods_details ("devices", text->len > 0 ? text->str : "-");
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


/* What is on record of the start, and of what Bind took; NULL if nothing can be told. (transfer
 * full) */
static PtIntent *
pt_helper_methods_find_undone (PtSysroot *sysroot)
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


static GVariant *
pt_helper_methods_describe_undo (PtHelperJob  *job,
                                 GCancellable *cancellable,
                                 GError      **error)
{
  g_autoptr (PtIntent) intent = pt_helper_methods_find_undone (job->sysroot);

  return pt_helper_job_describe_intent (job, intent, cancellable);
}


static GVariant *
pt_helper_methods_work_undo (PtHelperJob  *job,
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


/* Status and Report */

/* NULL where it cannot be told. (transfer floating) */
static GVariant *
pt_helper_methods_list_handed_over (PtSysroot *sysroot)
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


static GVariant *
pt_helper_methods_work_status (PtHelperJob  *job,
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
  handed_over = pt_helper_methods_list_handed_over (job->sysroot);
  if (handed_over != NULL)
    g_variant_builder_add (&status, "{sv}", PT_HELPER_STATUS_HANDED_OVER, handed_over);
  return g_variant_ref_sink (g_variant_new ("(a{sv})", &status));
}


static GVariant *
pt_helper_methods_work_report (PtHelperJob  *job,
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


/* ReadRom */

static gboolean
pt_helper_methods_parse_rom (PtHelperJob *job,
                             GVariant    *parameters,
                             GError     **error)
{
  g_variant_get (parameters, "((uyyy))", &job->address.domain, &job->address.bus,
                 &job->address.slot, &job->address.function);
  if (job->address.slot > PT_HELPER_MAX_SLOT || job->address.function > PT_HELPER_MAX_FUNCTION)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "that is no address");
      return FALSE;
    }
  return TRUE;
}


static GVariant *
pt_helper_methods_describe_rom (PtHelperJob  *job,
                                GCancellable *cancellable,
                                GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (job->sysroot, cancellable, error);
  PtDevice *device = host != NULL ? pt_host_find_device (host, &job->address) : NULL;
  char      address[PT_ADDRESS_BUFFER] = { 0 };

  if (host == NULL)
    return NULL;
  if (device == NULL || pt_device_get_kind (device) != PT_DEVICE_GPU)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "%s is no graphics card",
                   pt_address_format (&job->address, address));
      return NULL;
    }
  return pt_helper_methods_details ("devices", pt_device_get_short_name (device));
}


/* A verdict and no bytes: the firmware is its maker's. */
static GVariant *
pt_helper_methods_work_rom (PtHelperJob  *job,
                            GCancellable *cancellable,
                            GError      **error)
{
  PtRomFinding finding = { 0 };
  g_autoptr (GError) cause = NULL;

  if (!pt_rom_find (job->sysroot, &job->address, &finding, &cause))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, cause->message);
      return NULL;
    }
  return g_variant_ref_sink (g_variant_new ("(@" PT_ROM_FINDING_TYPE ")",
                                            pt_rom_finding_to_variant (&finding)));
}


/* The table */

static const PtHelperMethod pt_helper_methods[] = {
  {
    .name = "Apply",
    .action = PT_ACTION_APPLY,
    .changes = TRUE,
    .parse = pt_helper_methods_parse_apply,
    .describe = pt_helper_methods_describe_apply,
    .work = pt_helper_methods_work_apply,
  },
  {
    .name = "Plan",
    .action = PT_ACTION_PLAN,
    .parse = pt_helper_plan_parse,
    .describe = pt_helper_plan_describe,
    .work = pt_helper_plan_work,
  },
  {
    .name = "Undo",
    .action = PT_ACTION_UNDO,
    .changes = TRUE,
    .describe = pt_helper_methods_describe_undo,
    .work = pt_helper_methods_work_undo,
  },
  {
    .name = "TrialPrepare",
    .action = PT_ACTION_TRIAL_PREPARE,
    .changes = TRUE,
    .parse = pt_helper_trial_parse_prepare,
    .describe = pt_helper_trial_describe_prepare,
    .work = pt_helper_trial_work_prepare,
  },
  {
    .name = "TrialStart",
    .action = PT_ACTION_TRIAL_START,
    .changes = TRUE,
    .describe = pt_helper_trial_describe_record,
    .work = pt_helper_trial_work_start,
  },
  {
    .name = "TrialConfirm",
    .action = PT_ACTION_TRIAL_CONFIRM,
    .changes = TRUE,
    .describe = pt_helper_trial_describe_record,
    .work = pt_helper_trial_work_confirm,
  },
  {
    .name = "TrialCancel",
    .action = PT_ACTION_TRIAL_CANCEL,
    .changes = TRUE,
    .describe = pt_helper_trial_describe_record,
    .work = pt_helper_trial_work_cancel,
  },
  {
    .name = "TrialLog",
    .action = PT_ACTION_TRIAL_LOG,
    .work = pt_helper_trial_work_log,
  },
  {
    .name = "Bind",
    .action = PT_ACTION_BIND,
    .changes = TRUE,
    .parse = pt_helper_handover_parse,
    .describe = pt_helper_handover_describe_bind,
    .work = pt_helper_handover_work_bind,
  },
  {
    .name = "Release",
    .action = PT_ACTION_RELEASE,
    .changes = TRUE,
    .parse = pt_helper_handover_parse,
    .describe = pt_helper_handover_describe_release,
    .work = pt_helper_handover_work_release,
  },
  {
    .name = "Status",
    .action = PT_ACTION_READ,
    .work = pt_helper_methods_work_status,
  },
  {
    .name = "Report",
    .action = PT_ACTION_READ,
    .work = pt_helper_methods_work_report,
  },
  {
    .name = "ReadRom",
    .action = PT_ACTION_READ_ROM,
    .parse = pt_helper_methods_parse_rom,
    .describe = pt_helper_methods_describe_rom,
    .work = pt_helper_methods_work_rom,
  },
};


const PtHelperMethod *
pt_helper_methods_get (gsize *n_methods)
{
  g_return_val_if_fail (n_methods != NULL, NULL);

  *n_methods = G_N_ELEMENTS (pt_helper_methods);
  return pt_helper_methods;
}


const PtHelperMethod *
pt_helper_methods_find (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_helper_methods); i++)
    if (g_str_equal (pt_helper_methods[i].name, name))
      return &pt_helper_methods[i];
  return NULL;
}


static gboolean
pt_helper_methods_verify_row (const PtHelperMethod *method,
                              GError              **error)
{
  if (method->work == NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "method %s does nothing", method->name);
      return FALSE;
    }
  if (method->action == NULL || !g_str_has_prefix (method->action, PT_ACTION_PREFIX))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "method %s has no polkit action of ours", method->name);
      return FALSE;
    }
  if (method->changes && g_str_equal (method->action, PT_ACTION_READ))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "method %s changes the host with the permission to read it", method->name);
      return FALSE;
    }
  return TRUE;
}


static gboolean
pt_helper_methods_verify_method (const PtHelperMethod *methods,
                                 gsize                 n_methods,
                                 const char           *name,
                                 GError              **error)
{
  guint rows = 0;

  for (gsize i = 0; i < n_methods; i++)
    if (g_strcmp0 (methods[i].name, name) == 0)
      rows++;
  if (rows != 1)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                 "method %s has %u rows in the table of permissions", name, rows);
  return rows == 1;
}


gboolean
pt_helper_methods_verify (const PtHelperMethod     *methods,
                          gsize                     n_methods,
                          const GDBusInterfaceInfo *interface,
                          GError                  **error)
{
  g_return_val_if_fail (methods != NULL, FALSE);
  g_return_val_if_fail (interface != NULL, FALSE);

  for (gsize i = 0; i < n_methods; i++)
    {
      GDBusInterfaceInfo *info = (GDBusInterfaceInfo *)interface;

      if (methods[i].name == NULL ||
          g_dbus_interface_info_lookup_method (info, methods[i].name) == NULL)
        {
          g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "row %zu of the table of permissions is for no method of %s", i,
                       interface->name);
          return FALSE;
        }
      if (!pt_helper_methods_verify_row (&methods[i], error))
        return FALSE;
    }
  for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++)
    if (!pt_helper_methods_verify_method (methods, n_methods, interface->methods[i]->name, error))
      return FALSE;
  return TRUE;
}
