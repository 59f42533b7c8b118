/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-setup-check"

#include "config.h"

#include "pt-setup-check.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "pt-helper-client.h"
#include "pt-work.h"


void
pt_setup_check_free (PtSetupCheck *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->intent);
  g_clear_object (&self->verification);
  g_clear_pointer (&self->trial, pt_trial_free);
  g_free (self->boot_id);
  g_free (self);
}


static PtTrialState
pt_setup_check_get_trial (const PtSetupCheck *self)
{
  return self->trial != NULL ? self->trial->state : PT_TRIAL_NONE;
}


/* A trial that is prepared, failed or given up asks nothing of this start. */
static gboolean
pt_setup_check_expects_something (const PtSetupCheck *self)
{
  PtTrialState trial = pt_setup_check_get_trial (self);

  return self->setup == PT_SETUP_APPLIED && self->intent != NULL &&
         (trial == PT_TRIAL_NONE || trial == PT_TRIAL_RUNNING || trial == PT_TRIAL_CONFIRMED);
}


static gboolean
pt_setup_check_look (PtSetupCheck *self,
                     PtSysroot    *sysroot,
                     const char   *seen,
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtPlan) plan = NULL;

  if (!pt_setup_check_expects_something (self))
    return TRUE;
  host = pt_host_scan (sysroot, cancellable, error);
  if (host == NULL)
    return FALSE;
  if (seen != NULL)
    pt_host_take_seen (host, pt_seen_parse (seen));
  plan = pt_plan_new (host, self->intent, error);
  if (plan == NULL)
    return FALSE;
  self->verification = pt_verify (host, plan, self->boot_id);
  return TRUE;
}


/* --- By way of the helper --- */

/* What the worker gets. */
typedef struct
{
  PtSysroot    *sysroot;
  PtSetupCheck *check; /* taken by the result */
  char         *seen;  /* what was there when the set-up was made, or NULL */
} PtSetupCheckLook;

static void
pt_setup_check_look_free (PtSetupCheckLook *look)
{
  g_object_unref (look->sysroot);
  g_clear_pointer (&look->check, pt_setup_check_free);
  g_free (look->seen);
  g_free (look);
}


static gpointer
pt_setup_check_work (gpointer      data,
                     GCancellable *cancellable,
                     GError      **error)
{
  PtSetupCheckLook *look = data;

  if (!pt_setup_check_look (look->check, look->sysroot, look->seen, cancellable, error))
    return NULL;
  return g_steal_pointer (&look->check);
}


static void
pt_setup_check_looked_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  PtSetupCheck *check = pt_work_finish (source, pt_setup_check_look, result, &error);

  if (check != NULL)
    g_task_return_pointer (task, check, (GDestroyNotify)pt_setup_check_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}


static void
pt_setup_check_status_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtSysroot *sysroot = g_task_get_source_object (task);
  g_autoptr (PtSetupCheck) check = g_new0 (PtSetupCheck, 1);
  g_autoptr (GError) error = NULL;
  PtSetupCheckLook *look = NULL;
  GCancellable     *cancellable = g_task_get_cancellable (task);

  if (!pt_helper_client_status_finish (PT_HELPER_CLIENT (source), result, &check->setup,
                                       &check->intent, &check->boot_id, &check->trial, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (pt_setup_check_get_trial (check) == PT_TRIAL_RUNNING)
    check->trial_end = g_get_monotonic_time () +
                       (gint64)check->trial->seconds_left * G_USEC_PER_SEC;
  look = g_new0 (PtSetupCheckLook, 1);
  look->sysroot = g_object_ref (sysroot);
  look->seen = g_strdup (pt_helper_client_get_seen (PT_HELPER_CLIENT (source)));
  look->check = g_steal_pointer (&check);
  pt_work_run_async (sysroot, pt_setup_check_look, pt_setup_check_work, look,
                     (GDestroyNotify)pt_setup_check_look_free, (GDestroyNotify)pt_setup_check_free,
                     cancellable, pt_setup_check_looked_cb, g_steal_pointer (&task));
}


void
pt_setup_check_async (PtSysroot          *sysroot,
                      GCancellable       *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (PtHelperClient) client = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  task = g_task_new (sysroot, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_setup_check_async);
  if (!pt_sysroot_exists (sysroot, PT_PLACE_STATE, NULL))
    {
      g_task_return_pointer (task, g_new0 (PtSetupCheck, 1), (GDestroyNotify)pt_setup_check_free);
      return;
    }
  client = pt_helper_client_new (sysroot);
  /* A rehearsal's helper ends with its client. */
  g_object_set_data_full (G_OBJECT (task), "client", g_object_ref (client), g_object_unref);
  pt_helper_client_status_async (client, cancellable, pt_setup_check_status_cb,
                                 g_steal_pointer (&task));
}


PtSetupCheck *
pt_setup_check_finish (PtSysroot    *sysroot,
                       GAsyncResult *result,
                       GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, sysroot), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}


/* --- At a terminal --- */

static void
pt_setup_check_result_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}


static PtSetupCheck *
pt_setup_check_wait (PtSysroot *sysroot,
                     GError   **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_main_context_push_thread_default (context);
  pt_setup_check_async (sysroot, NULL, pt_setup_check_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return pt_setup_check_finish (sysroot, result, error);
}


PtSetupCheck *
pt_setup_check_now (PtSysroot *sysroot,
                    GError   **error)
{
  g_autoptr (PtSetupCheck) self = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *seen = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (pt_sysroot_is_real (sysroot) && geteuid () != 0)
    return pt_setup_check_wait (sysroot, error);
  self = g_new0 (PtSetupCheck, 1);
  self->setup = pt_engine_status (sysroot, &self->intent, &self->boot_id, &local_error);
  if (local_error == NULL)
    self->trial = pt_trial_read (sysroot, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (!pt_engine_get_seen (sysroot, &seen, &local_error))
    g_debug ("%s", local_error->message);
  if (!pt_setup_check_look (self, sysroot, seen, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}


/* --- Words --- */

static const char *
pt_setup_check_get_trial_words (const PtSetupCheck *self)
{
  switch (pt_setup_check_get_trial (self))
    {
    case PT_TRIAL_PREPARED:
      return _ ("A trial start is prepared and was never tried. This start is an ordinary one.");
    case PT_TRIAL_STARTED:
      return _ ("The next start is the trial. Restart the computer now.");
    case PT_TRIAL_FAILED:
      return _ ("The trial start was not confirmed, and this start is the old state. Open Passthru "
                "to see what is known of the trial, and to try again.");
    case PT_TRIAL_CANCELLED:
      return _ ("The trial start was given up. What was prepared is still there and does nothing.");
    case PT_TRIAL_NONE:
    case PT_TRIAL_RUNNING:
    case PT_TRIAL_CONFIRMED:
    case PT_TRIAL_LAST:
    default:
      return _ ("What is on record names no device. Undo the change and make it again.");
    }
}


const char *
pt_setup_check_get_words (const PtSetupCheck *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->verification != NULL)
    return pt_verification_get_message (self->verification);
  switch (self->setup)
    {
    case PT_SETUP_INTERRUPTED:
      return _ ("A change did not finish. Undo it, then make it again.");
    case PT_SETUP_APPLIED:
      return pt_setup_check_get_trial_words (self);
    case PT_SETUP_NONE:
    default:
      return _ ("Passthru has changed nothing on this computer, so there is nothing to verify.");
    }
}


gboolean
pt_setup_check_is_wrong (const PtSetupCheck *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->verification == NULL)
    return self->setup == PT_SETUP_INTERRUPTED;
  switch (pt_verification_get_result (self->verification))
    {
    case PT_VERIFY_OK:
    case PT_VERIFY_NOT_RESTARTED:
    case PT_VERIFY_NEXT_PART:
      return FALSE;
    case PT_VERIFY_NO_PARAMETERS:
    case PT_VERIFY_WRONG_ENTRY:
    case PT_VERIFY_SETTINGS_LOST:
    case PT_VERIFY_WRONG_DRIVER:
    case PT_VERIFY_OLD_IMAGE:
    case PT_VERIFY_DEVICE_MOVED:
    case PT_VERIFY_STRANGER_BOUND:
    case PT_VERIFY_GROUP_CHANGED:
    case PT_VERIFY_FRAMEBUFFER:
    case PT_VERIFY_IOMMU_OFF:
    case PT_VERIFY_LAST:
    default:
      return TRUE;
    }
}


char *
pt_setup_check_to_text (const PtSetupCheck *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->verification != NULL)
    return pt_verification_to_text (self->verification);
  return g_strconcat (pt_setup_check_get_words (self), "\n", NULL);
}
