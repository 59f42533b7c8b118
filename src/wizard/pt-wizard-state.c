/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-state"

#include "config.h"

#include "pt-wizard-state.h"

#include "pt-rehearsal.h"
#include "pt-wizard-look.h"
#include "pt-wizard-state-private.h"
#include "pt-work.h"

G_DEFINE_FINAL_TYPE (PtWizardState, pt_wizard_state, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];


static void
pt_wizard_state_dispose (GObject *object)
{
  PtWizardState *self = PT_WIZARD_STATE (object);

  g_clear_object (&self->client);
  g_clear_object (&self->report);
  g_clear_object (&self->plan);
  g_clear_object (&self->verification);
  g_clear_object (&self->recorded);
  g_clear_object (&self->told_for);
  g_clear_object (&self->sysroot);

  G_OBJECT_CLASS (pt_wizard_state_parent_class)->dispose (object);
}


static void
pt_wizard_state_finalize (GObject *object)
{
  PtWizardState *self = PT_WIZARD_STATE (object);

  g_clear_pointer (&self->store, pt_wizard_store_free);
  g_clear_pointer (&self->spec, pt_machine_spec_free);
  g_clear_pointer (&self->trial, pt_trial_free);
  g_clear_pointer (&self->roms, g_array_unref);
  g_free (self->boot);
  g_free (self->told);
  g_free (self->boot_id);
  g_free (self->machine);
  g_free (self->text);

  G_OBJECT_CLASS (pt_wizard_state_parent_class)->finalize (object);
}


static void
pt_wizard_state_class_init (PtWizardStateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pt_wizard_state_dispose;
  object_class->finalize = pt_wizard_state_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}


static void
pt_wizard_state_init (PtWizardState *self)
{
}


PtWizardState *
pt_wizard_state_new (PtSysroot *sysroot)
{
  PtWizardState   *self = NULL;
  g_autofree char *card = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_object_new (PT_TYPE_WIZARD_STATE, NULL);
  self->sysroot = pt_sysroot_for_user (sysroot);
  self->roms = g_array_new (FALSE, TRUE, sizeof (PtRomFinding));
  self->store = pt_wizard_store_open (sysroot);
  self->client = pt_helper_client_new (sysroot);
  self->minutes = PT_TRIAL_DEFAULT_MINUTES;
  card = pt_wizard_store_get (self->store, "card");
  self->has_card = card != NULL && pt_address_parse (card, &self->card);
  self->machine = pt_wizard_store_get (self->store, "machine");
  return self;
}


static void
pt_wizard_state_changed (PtWizardState *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}


PtSysroot *
pt_wizard_state_get_sysroot (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->sysroot;
}


gboolean
pt_wizard_state_is_rehearsal (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), FALSE);

  return !pt_sysroot_is_real (self->sysroot);
}


PtHelperClient *
pt_wizard_state_get_client (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->client;
}


PtWizardStore *
pt_wizard_state_get_store (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->store;
}


PtHost *
pt_wizard_state_get_host (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->report != NULL ? pt_report_get_host (self->report) : NULL;
}


PtReport *
pt_wizard_state_get_report (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->report;
}


PtPlan *
pt_wizard_state_get_plan (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->plan;
}


PtVerification *
pt_wizard_state_get_verification (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->verification;
}


PtSetupState
pt_wizard_state_get_setup (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), PT_SETUP_NONE);

  return self->setup;
}


gboolean
pt_wizard_state_is_setup_known (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), FALSE);

  return self->status_known;
}


gboolean
pt_wizard_state_awaits_next_part (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), FALSE);

  return self->setup == PT_SETUP_APPLIED && self->verification != NULL &&
         (self->trial == NULL || self->trial->state == PT_TRIAL_NONE) &&
         pt_verification_get_result (self->verification) == PT_VERIFY_NEXT_PART;
}


PtTrialState
pt_wizard_state_get_trial (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), PT_TRIAL_NONE);

  return self->trial != NULL ? self->trial->state : PT_TRIAL_NONE;
}


PtTrialCause
pt_wizard_state_get_trial_cause (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), PT_TRIAL_CAUSE_NONE);

  return self->trial != NULL ? self->trial->cause : PT_TRIAL_CAUSE_NONE;
}


gboolean
pt_wizard_state_is_trial_boot (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), FALSE);

  return self->trial_boot;
}


gint64
pt_wizard_state_get_trial_end (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), 0);

  return self->trial_end;
}


guint
pt_wizard_state_get_trial_minutes (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), PT_TRIAL_DEFAULT_MINUTES);

  return self->minutes;
}


void
pt_wizard_state_set_trial_minutes (PtWizardState *self,
                                   guint          minutes)
{
  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  self->minutes = CLAMP (minutes, PT_TRIAL_MIN_MINUTES, PT_TRIAL_MAX_MINUTES);
}


gboolean
pt_wizard_state_can_try_again (PtWizardState *self)
{
  PtTrialState trial = pt_wizard_state_get_trial (self);

  return self->setup == PT_SETUP_APPLIED && !self->trial_boot &&
         (trial == PT_TRIAL_FAILED || trial == PT_TRIAL_CANCELLED);
}


PtGpu *
pt_wizard_state_get_card (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  if (!self->has_card || self->report == NULL)
    return NULL;
  return pt_host_find_gpu (pt_report_get_host (self->report), &self->card);
}


gboolean
pt_wizard_state_has_card (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), FALSE);

  return self->has_card;
}


static void
pt_wizard_state_take_card (PtWizardState   *self,
                           const PtAddress *address)
{
  char buffer[PT_ADDRESS_BUFFER];

  self->card = *address;
  self->has_card = TRUE;
  pt_wizard_store_set (self->store, "card", pt_address_format (address, buffer));
}


void
pt_wizard_state_set_card (PtWizardState   *self,
                          const PtAddress *address)
{
  g_return_if_fail (PT_IS_WIZARD_STATE (self));
  g_return_if_fail (address != NULL);

  if (self->setup != PT_SETUP_NONE)
    return;
  if (self->has_card && pt_address_equal (&self->card, address))
    return;
  g_clear_object (&self->plan);
  pt_wizard_state_take_card (self, address);
  pt_wizard_state_changed (self);
}


void
pt_wizard_state_set_request (PtWizardState *self,
                             PtRequest      request)
{
  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  self->request = request;
}


PtRequest
pt_wizard_state_take_request (PtWizardState *self)
{
  PtRequest request = PT_REQUEST_NONE;

  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), PT_REQUEST_NONE);

  request = self->request;
  self->request = PT_REQUEST_NONE;
  return request;
}


const char *
pt_wizard_state_get_machine (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->machine;
}


void
pt_wizard_state_set_machine (PtWizardState *self,
                             const char    *name)
{
  g_autofree char *copy = g_strdup (name);

  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  g_free (self->machine);
  self->machine = g_steal_pointer (&copy);
  pt_wizard_store_set (self->store, "machine", self->machine);
  pt_wizard_state_changed (self);
}


const PtMachineSpec *
pt_wizard_state_get_spec (PtWizardState *self)
{
  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), NULL);

  return self->spec;
}


void
pt_wizard_state_set_spec (PtWizardState       *self,
                          const PtMachineSpec *spec)
{
  PtMachineSpec *copy = spec != NULL ? pt_machine_spec_copy (spec) : NULL;

  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  g_clear_pointer (&self->spec, pt_machine_spec_free);
  self->spec = copy;
}


PtIntent *
pt_wizard_state_dup_intent (PtWizardState *self)
{
  if (self->setup != PT_SETUP_NONE && self->recorded != NULL)
    return g_object_ref (self->recorded);
  return self->has_card ? pt_intent_new (&self->card, 1) : NULL;
}


/* TRUE if root planned for @intent. */
static gboolean
pt_wizard_state_is_told (PtWizardState *self,
                         PtIntent      *intent)
{
  return self->told != NULL && intent != NULL && pt_intent_names_same (self->told_for, intent);
}


void
pt_wizard_state_look_async (PtWizardState      *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  PtLookInput *input = NULL;

  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  input = g_new0 (PtLookInput, 1);
  input->sysroot = g_object_ref (self->sysroot);
  input->intent = pt_wizard_state_dup_intent (self);
  input->roms = g_array_copy (self->roms);
  input->boot = self->boot != NULL ? g_memdup2 (self->boot, sizeof *self->boot) : NULL;
  if (pt_wizard_state_is_told (self, input->intent))
    input->told = g_strdup (self->told);
  input->setup = self->setup;
  input->boot_id = g_strdup (self->boot_id);
  if (self->setup != PT_SETUP_NONE)
    input->seen = g_strdup (pt_helper_client_get_seen (self->client));
  input->seen_known = self->status_known &&
                      (self->setup == PT_SETUP_NONE || input->seen != NULL);
  pt_work_run_async (self, pt_wizard_state_look_async, pt_look_work, input,
                     (GDestroyNotify)pt_look_input_free, (GDestroyNotify)pt_look_free,
                     cancellable, callback, user_data);
}


gboolean
pt_wizard_state_look_finish (PtWizardState *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_autoptr (PtLook) look = NULL;

  g_return_val_if_fail (PT_IS_WIZARD_STATE (self), FALSE);

  look = pt_work_finish (self, pt_wizard_state_look_async, result, error);
  if (look == NULL)
    return FALSE;
  /* A host that is as it was stays the same object, so that pages keep their rows and focus. */
  if (g_strcmp0 (self->text, look->text) != 0)
    {
      g_set_object (&self->report, look->report);
      g_free (self->text);
      self->text = g_steal_pointer (&look->text);
    }
  g_set_object (&self->plan, look->plan);
  g_set_object (&self->verification, look->verification);
  self->trial_boot = look->trial_boot;
  pt_wizard_state_changed (self);
  return TRUE;
}


/* The card of a recorded set-up is the recorded one, whatever the key file says. */
static void
pt_wizard_state_adopt_recorded (PtWizardState *self)
{
  GArray *addresses = NULL;

  if (self->recorded == NULL || self->setup == PT_SETUP_NONE)
    return;
  addresses = pt_intent_get_addresses (self->recorded);
  if (addresses->len > 0)
    pt_wizard_state_take_card (self, &g_array_index (addresses, PtAddress, 0));
}


void
pt_wizard_state_looked_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_wizard_state_look_finish (PT_WIZARD_STATE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}


static void
pt_wizard_state_take_trial (PtWizardState *self,
                            PtTrial       *trial)
{
  g_clear_pointer (&self->trial, pt_trial_free);
  self->trial = trial;
  if (trial == NULL || trial->state == PT_TRIAL_NONE)
    return;
  pt_wizard_state_set_trial_minutes (self, trial->minutes);
  self->trial_end = g_get_monotonic_time () + (gint64)trial->seconds_left * G_USEC_PER_SEC;
}


static void
pt_wizard_state_status_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtWizardState *self = g_task_get_source_object (task);
  GCancellable  *cancellable = NULL;
  PtTrial       *trial = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->recorded);
  g_clear_pointer (&self->boot_id, g_free);
  self->status_known = pt_helper_client_status_finish (PT_HELPER_CLIENT (source), result,
                                                       &self->setup, &self->recorded,
                                                       &self->boot_id, &trial, &error);
  pt_wizard_state_take_trial (self, trial);
  if (!self->status_known)
    {
      g_message ("what is on record cannot be told: %s", error->message);
      self->setup = PT_SETUP_NONE;
    }
  pt_wizard_state_adopt_recorded (self);
  cancellable = g_task_get_cancellable (task);
  pt_wizard_state_look_async (self, cancellable, pt_wizard_state_looked_cb,
                              g_steal_pointer (&task));
}


void
pt_wizard_state_load_async (PtWizardState      *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PT_IS_WIZARD_STATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_wizard_state_load_async);
  pt_wizard_state_forget_told (self);
  if (pt_sysroot_exists (self->sysroot, PT_PLACE_STATE, NULL))
    {
      pt_helper_client_status_async (self->client, cancellable, pt_wizard_state_status_cb,
                                     g_steal_pointer (&task));
      return;
    }
  self->setup = PT_SETUP_NONE;
  self->status_known = TRUE;
  pt_wizard_state_take_trial (self, NULL);
  pt_wizard_state_look_async (self, cancellable, pt_wizard_state_looked_cb,
                              g_steal_pointer (&task));
}


gboolean
pt_wizard_state_load_finish (PtWizardState *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}


static gpointer
pt_rehearsal_restart_work (gpointer      data,
                           GCancellable *cancellable,
                           GError      **error)
{
  PtSysroot *sysroot = data;

  return pt_rehearsal_restart (sysroot, cancellable, error) ? g_object_ref (sysroot) : NULL;
}


static gpointer
pt_rehearsal_reset_work (gpointer      data,
                         GCancellable *cancellable,
                         GError      **error)
{
  PtSysroot *sysroot = data;

  return pt_rehearsal_reset (sysroot, cancellable, error) ? g_object_ref (sysroot) : NULL;
}


static void
pt_wizard_state_loaded_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_wizard_state_load_finish (PT_WIZARD_STATE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}


static void
pt_wizard_state_forget (PtWizardState *self)
{
  pt_wizard_store_clear (self->store);
  g_clear_object (&self->plan);
  g_clear_object (&self->verification);
  g_clear_object (&self->recorded);
  g_clear_pointer (&self->machine, g_free);
  g_clear_pointer (&self->boot, g_free);
  self->minutes = PT_TRIAL_DEFAULT_MINUTES;
  self->has_card = FALSE;
  self->setup = PT_SETUP_NONE;
}


static void
pt_wizard_state_rehearsed_cb (GObject      *source,
                              GAsyncResult *result,
                              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtWizardState *self = PT_WIZARD_STATE (source);
  GCancellable  *cancellable = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSysroot) sysroot = NULL;

  sysroot = pt_work_finish (self, pt_wizard_state_rehearse_async, result, &error);
  if (sysroot == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (GPOINTER_TO_INT (g_task_get_task_data (task)))
    pt_wizard_state_forget (self);
  cancellable = g_task_get_cancellable (task);
  pt_wizard_state_load_async (self, cancellable, pt_wizard_state_loaded_cb,
                              g_steal_pointer (&task));
}


void
pt_wizard_state_rehearse_async (PtWizardState      *self,
                                gboolean            reset,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  GTask *task = NULL;

  g_return_if_fail (PT_IS_WIZARD_STATE (self));
  g_return_if_fail (pt_wizard_state_is_rehearsal (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_wizard_state_rehearse_async);
  g_task_set_task_data (task, GINT_TO_POINTER (reset), NULL);
  pt_work_run_async (self, pt_wizard_state_rehearse_async,
                     reset ? pt_rehearsal_reset_work : pt_rehearsal_restart_work,
                     g_object_ref (self->sysroot), g_object_unref, g_object_unref, cancellable,
                     pt_wizard_state_rehearsed_cb, task);
}


gboolean
pt_wizard_state_rehearse_finish (PtWizardState *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
