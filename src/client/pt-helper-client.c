/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-client"

#include "config.h"

#include "pt-helper-client.h"

#include "pt-helper-answer.h"
#include "pt-helper-launcher.h"
#include "pt-helper-request.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"

struct _PtHelperClient
{
  GObject           parent_instance;
  PtHelperLauncher *launcher;
  char             *seen;        /* as the last status had it */
  GPtrArray        *handed_over; /* PtHandoverEntry; likewise */
};

enum {
  PT_HELPER_CLIENT_STEP,
  PT_HELPER_CLIENT_N_SIGNALS
};

static guint pt_helper_client_signals[PT_HELPER_CLIENT_N_SIGNALS] = { 0 };

G_DEFINE_FINAL_TYPE (PtHelperClient, pt_helper_client, G_TYPE_OBJECT)


/* Calling */

static void pt_helper_client_reached_cb (GObject      *source,
                                         GAsyncResult *result,
                                         gpointer      user_data);


static void
pt_helper_client_step_cb (GDBusConnection *connection,
                          const char      *sender,
                          const char      *object_path,
                          const char      *interface_name,
                          const char      *signal_name,
                          GVariant        *parameters,
                          gpointer         user_data)
{
  PtHelperClient *self = PT_HELPER_CLIENT (user_data);
  const char     *id = NULL;
  guint           index = 0;
  guint           total = 0;
  guint           state = 0;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(suuu)")))
    return;
  g_variant_get (parameters, "(&suuu)", &id, &index, &total, &state);
  if (state <= PT_STEP_UNDONE && index < total)
    g_signal_emit (self, pt_helper_client_signals[PT_HELPER_CLIENT_STEP], 0, id, index, total,
                   state);
}


static void
pt_helper_client_reach (PtHelperClient *self,
                        GTask          *task)
{
  pt_helper_launcher_reach_async (self->launcher, g_task_get_cancellable (task),
                                  pt_helper_client_reached_cb, g_object_ref (task));
}


static void
pt_helper_client_replied_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtHelperClient  *self = g_task_get_source_object (task);
  PtHelperRequest *request = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GVariant *reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  pt_helper_request_disconnect (request);
  if (reply != NULL)
    {
      g_task_return_pointer (task, reply, (GDestroyNotify)g_variant_unref);
      return;
    }
  if (pt_helper_request_lost_helper (error))
    pt_helper_launcher_forget (self->launcher);
  if (pt_helper_request_may_repeat (request, error))
    {
      /* It left or died just when we called. */
      request->again = TRUE;
      pt_helper_client_reach (self, task);
      return;
    }
  g_task_return_error (task, pt_helper_request_translate (error));
}


static void
pt_helper_client_reached_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  PtHelperClient  *self = g_task_get_source_object (task);
  PtHelperRequest *request = g_task_get_task_data (task);
  g_autofree char *owner = NULL;
  g_autoptr (GError) error = NULL;

  request->connection = pt_helper_launcher_reach_finish (PT_HELPER_LAUNCHER (source), result,
                                                         &owner,
                                                         &error);
  if (request->connection == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  request->steps = g_dbus_connection_signal_subscribe (request->connection, owner,
                                                       PT_HELPER_INTERFACE, "Step",
                                                       PT_HELPER_OBJECT_PATH, NULL,
                                                       G_DBUS_SIGNAL_FLAGS_NONE,
                                                       pt_helper_client_step_cb, self, NULL);
  /* No time limit: a password is typed, an initramfs is built. */
  g_dbus_connection_call (request->connection, owner, PT_HELPER_OBJECT_PATH, PT_HELPER_INTERFACE,
                          request->method, request->parameters, request->reply,
                          G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT,
                          g_task_get_cancellable (task), pt_helper_client_replied_cb,
                          g_object_ref (task));
}


static void
pt_helper_client_call (PtHelperClient     *self,
                       gpointer            tag,
                       PtHelperRequest    *request,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, (GDestroyNotify)pt_helper_request_free);
  pt_helper_client_reach (self, task);
}


/* (transfer full) */
static GVariant *
pt_helper_client_finish (PtHelperClient *self,
                         gpointer        tag,
                         GAsyncResult   *result,
                         GError        **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}


void
pt_helper_client_apply_async (PtHelperClient     *self,
                              PtIntent           *intent,
                              const char         *digest,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GVariant *parameters = NULL;

  g_return_if_fail (PT_IS_HELPER_CLIENT (self));
  g_return_if_fail (PT_IS_INTENT (intent));
  g_return_if_fail (digest != NULL);

  parameters = g_variant_new ("(@(a(uyyy)a{sv})s)", pt_intent_to_variant (intent), digest);
  pt_helper_client_call (self, pt_helper_client_apply_async,
                         pt_helper_request_new ("Apply", parameters, "()"), cancellable, callback,
                         user_data);
}


gboolean
pt_helper_client_apply_finish (PtHelperClient *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_apply_async, result, error);
  return reply != NULL;
}


void
pt_helper_client_undo_async (PtHelperClient     *self,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_return_if_fail (PT_IS_HELPER_CLIENT (self));

  pt_helper_client_call (self, pt_helper_client_undo_async,
                         pt_helper_request_new ("Undo", NULL, "()"), cancellable, callback,
                         user_data);
}


gboolean
pt_helper_client_undo_finish (PtHelperClient *self,
                              GAsyncResult   *result,
                              GError        **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_undo_async, result, error);
  return reply != NULL;
}


void
pt_helper_client_prepare_trial_async (PtHelperClient     *self,
                                      PtIntent           *intent,
                                      const char         *digest,
                                      guint               minutes,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data)
{
  GVariant *parameters = NULL;

  g_return_if_fail (PT_IS_HELPER_CLIENT (self));
  g_return_if_fail (PT_IS_INTENT (intent));
  g_return_if_fail (digest != NULL);

  parameters = g_variant_new ("(@(a(uyyy)a{sv})su)", pt_intent_to_variant (intent), digest,
                              minutes);
  pt_helper_client_call (self, pt_helper_client_prepare_trial_async,
                         pt_helper_request_new ("TrialPrepare", parameters, "()"), cancellable,
                         callback, user_data);
}


gboolean
pt_helper_client_prepare_trial_finish (PtHelperClient *self,
                                       GAsyncResult   *result,
                                       GError        **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_prepare_trial_async, result, error);
  return reply != NULL;
}


void
pt_helper_client_trial_async (PtHelperClient     *self,
                              PtHelperTrialVerb   verb,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  static const char *const methods[] = {
    [PT_HELPER_TRIAL_START] = "TrialStart",
    [PT_HELPER_TRIAL_CONFIRM] = "TrialConfirm",
    [PT_HELPER_TRIAL_CANCEL] = "TrialCancel",
  };

  g_return_if_fail (PT_IS_HELPER_CLIENT (self));
  g_return_if_fail ((gsize)verb < G_N_ELEMENTS (methods));

  pt_helper_client_call (self, pt_helper_client_trial_async,
                         pt_helper_request_new (methods[verb], NULL, "()"), cancellable, callback,
                         user_data);
}


gboolean
pt_helper_client_trial_finish (PtHelperClient *self,
                               GAsyncResult   *result,
                               GError        **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_trial_async, result, error);
  return reply != NULL;
}


void
pt_helper_client_trial_log_async (PtHelperClient     *self,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_return_if_fail (PT_IS_HELPER_CLIENT (self));

  pt_helper_client_call (self, pt_helper_client_trial_log_async,
                         pt_helper_request_new ("TrialLog", NULL, "(s)"), cancellable, callback,
                         user_data);
}


char *
pt_helper_client_trial_log_finish (PtHelperClient *self,
                                   GAsyncResult   *result,
                                   GError        **error)
{
  g_autoptr (GVariant) reply = NULL;
  char *log = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), NULL);

  reply = pt_helper_client_finish (self, pt_helper_client_trial_log_async, result, error);
  if (reply != NULL)
    g_variant_get (reply, "(s)", &log);
  return log;
}


void
pt_helper_client_status_async (PtHelperClient     *self,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_return_if_fail (PT_IS_HELPER_CLIENT (self));

  pt_helper_client_call (self, pt_helper_client_status_async,
                         pt_helper_request_new ("Status", NULL, "(a{sv})"), cancellable, callback,
                         user_data);
}


gboolean
pt_helper_client_status_finish (PtHelperClient *self,
                                GAsyncResult   *result,
                                PtSetupState   *state,
                                PtIntent      **intent,
                                char          **boot_id,
                                PtTrial       **trial,
                                GError        **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) status = NULL;
  PtSetupState found = PT_SETUP_NONE;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_status_async, result, error);
  if (reply == NULL)
    return FALSE;
  status = g_variant_get_child_value (reply, 0);
  if (!pt_helper_answer_parse_status (status, &found, intent, boot_id, trial, error))
    return FALSE;
  g_clear_pointer (&self->handed_over, g_ptr_array_unref);
  self->handed_over = pt_helper_answer_parse_handed_over (status);
  g_clear_pointer (&self->seen, g_free);
  if (!g_variant_lookup (status, PT_HELPER_STATUS_SEEN, "s", &self->seen))
    self->seen = NULL;
  if (state != NULL)
    *state = found;
  return TRUE;
}


const char *
pt_helper_client_get_seen (PtHelperClient *self)
{
  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), NULL);

  return self->seen;
}


GPtrArray *
pt_helper_client_get_handed_over (PtHelperClient *self)
{
  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), NULL);

  return self->handed_over;
}


void
pt_helper_client_hand_over_async (PtHelperClient      *self,
                                  PtHelperHandoverVerb verb,
                                  PtIntent            *intent,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  static const char *const methods[] = {
    [PT_HELPER_BIND] = "Bind",
    [PT_HELPER_RELEASE] = "Release",
  };
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (GVariant) addresses = NULL;

  g_return_if_fail (PT_IS_HELPER_CLIENT (self));
  g_return_if_fail ((gsize)verb < G_N_ELEMENTS (methods));
  g_return_if_fail (PT_IS_INTENT (intent));

  wire = g_variant_ref_sink (pt_intent_to_variant (intent));
  addresses = g_variant_get_child_value (wire, 0);
  pt_helper_client_call (self, pt_helper_client_hand_over_async,
                         pt_helper_request_new (methods[verb],
                                                g_variant_new ("(@a(uyyy))", addresses), "()"),
                         cancellable, callback, user_data);
}


gboolean
pt_helper_client_hand_over_finish (PtHelperClient *self,
                                   GAsyncResult   *result,
                                   GError        **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_hand_over_async, result, error);
  return reply != NULL;
}


void
pt_helper_client_read_rom_async (PtHelperClient     *self,
                                 const PtAddress    *address,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  GVariant *parameters = NULL;

  g_return_if_fail (PT_IS_HELPER_CLIENT (self));
  g_return_if_fail (address != NULL);

  parameters = g_variant_new ("((uyyy))", address->domain, address->bus, address->slot,
                              address->function);
  pt_helper_client_call (self, pt_helper_client_read_rom_async,
                         pt_helper_request_new ("ReadRom", parameters,
                                                "(" PT_ROM_FINDING_TYPE ")"),
                         cancellable, callback, user_data);
}


gboolean
pt_helper_client_read_rom_finish (PtHelperClient *self,
                                  GAsyncResult   *result,
                                  PtRomFinding   *finding,
                                  GError        **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) wire = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), FALSE);
  g_return_val_if_fail (finding != NULL, FALSE);

  reply = pt_helper_client_finish (self, pt_helper_client_read_rom_async, result, error);
  if (reply == NULL)
    return FALSE;
  wire = g_variant_get_child_value (reply, 0);
  if (!pt_rom_finding_from_variant (wire, finding))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "the helper tells of a card's firmware what cannot be");
      return FALSE;
    }
  return TRUE;
}


void
pt_helper_client_plan_async (PtHelperClient     *self,
                             PtIntent           *intent,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GVariant *parameters = NULL;

  g_return_if_fail (PT_IS_HELPER_CLIENT (self));
  g_return_if_fail (PT_IS_INTENT (intent));

  parameters = g_variant_new ("(@(a(uyyy)a{sv}))", pt_intent_to_variant (intent));
  pt_helper_client_call (self, pt_helper_client_plan_async,
                         pt_helper_request_new ("Plan", parameters, "(sa{sv})"), cancellable,
                         callback, user_data);
}


char *
pt_helper_client_plan_finish (PtHelperClient *self,
                              GAsyncResult   *result,
                              PtBootFacts    *boot,
                              GError        **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) members = NULL;
  g_autofree char *json = NULL;

  g_return_val_if_fail (PT_IS_HELPER_CLIENT (self), NULL);
  g_return_val_if_fail (boot != NULL, NULL);

  reply = pt_helper_client_finish (self, pt_helper_client_plan_async, result, error);
  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(s@a{sv})", &json, &members);
  if (!pt_helper_answer_parse_boot (members, boot))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "the helper tells of the start of this computer what cannot be");
      return NULL;
    }
  return g_steal_pointer (&json);
}


static void
pt_helper_client_dispose (GObject *object)
{
  PtHelperClient *self = PT_HELPER_CLIENT (object);

  g_clear_object (&self->launcher);
  g_clear_pointer (&self->seen, g_free);
  g_clear_pointer (&self->handed_over, g_ptr_array_unref);
  G_OBJECT_CLASS (pt_helper_client_parent_class)->dispose (object);
}


static void
pt_helper_client_class_init (PtHelperClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_helper_client_dispose;
  pt_helper_client_signals[PT_HELPER_CLIENT_STEP] =
    g_signal_new ("step", PT_TYPE_HELPER_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 4, G_TYPE_STRING, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
}


static void
pt_helper_client_init (PtHelperClient *self)
{
}


PtHelperClient *
pt_helper_client_new (PtSysroot *sysroot)
{
  PtHelperClient *self = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  pt_helper_wire_register_errors ();
  self = g_object_new (PT_TYPE_HELPER_CLIENT, NULL);
  self->launcher = pt_helper_launcher_new (sysroot);
  return self;
}
