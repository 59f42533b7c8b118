/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-setup-guard"

#include "config.h"

#include "pt-setup-guard.h"

#include <glib/gi18n-lib.h>

#include "pt-dialogs.h"
#include "pt-helper-client.h"
#include "pt-rehearsal.h"
#include "pt-restart-call.h"
#include "pt-setup-check.h"
#include "pt-work.h"

#define PT_VERIFIED_KEY "verified-boot"

typedef struct
{
  PtWindow       *window; /* owns this */
  PtSysroot      *sysroot;
  GSettings      *settings; /* nullable */
  PtHelperClient *client;
  GCancellable   *look; /* the look that is under way */
  gboolean        working;
} PtSetupGuard;

/* One look. It holds the window, and with it the guard. */
typedef struct
{
  PtSetupGuard *guard;
  PtWindow     *window;
  gboolean      asked; /* by the user */
} PtSetupGuardLook;

static void pt_setup_guard_begin (PtSetupGuard *self,
                                  gboolean      asked);


static void
pt_setup_guard_free (PtSetupGuard *self)
{
  g_cancellable_cancel (self->look);
  g_object_unref (self->look);
  g_object_unref (self->client);
  g_object_unref (self->sysroot);
  g_clear_object (&self->settings);
  g_free (self);
}


static void
pt_setup_guard_look_free (PtSetupGuardLook *look)
{
  g_object_unref (look->window);
  g_free (look);
}


G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtSetupGuardLook, pt_setup_guard_look_free)


static PtSetupGuard *
pt_setup_guard_of (PtWindow *window)
{
  return g_object_get_data (G_OBJECT (window), "pt-setup-guard");
}


static gboolean
pt_setup_guard_is_rehearsal (PtSetupGuard *self)
{
  return !pt_sysroot_is_real (self->sysroot);
}


/* --- Once a boot --- */

static void
pt_setup_guard_remember (PtSetupGuard *self)
{
  g_autofree char *here = pt_trial_get_boot_id (self->sysroot);

  if (self->settings != NULL && here != NULL)
    g_settings_set_string (self->settings, PT_VERIFIED_KEY, here);
}


static gboolean
pt_setup_guard_is_known (PtSetupGuard *self)
{
  g_autofree char *here = pt_trial_get_boot_id (self->sysroot);
  g_autofree char *known = self->settings != NULL
                             ? g_settings_get_string (self->settings, PT_VERIFIED_KEY)
                             : NULL;

  return here != NULL && g_strcmp0 (here, known) == 0;
}


/* --- Looking --- */

/* A trial's start is looked at each time: its question is open until it is answered. */
static void
pt_setup_guard_show (PtSetupGuard       *self,
                     const PtSetupCheck *check)
{
  gboolean wrong = pt_setup_check_is_wrong (check);

  pt_window_ask_trial (self->window, check->trial_end, !wrong);
  pt_window_warn_setup (self->window, wrong && check->trial_end == 0
                                        ? pt_setup_check_get_words (check)
                                        : NULL);
  if (!wrong && check->trial_end == 0 &&
      (check->verification == NULL ||
       pt_verification_get_result (check->verification) == PT_VERIFY_OK))
    pt_setup_guard_remember (self);
}


static void
pt_setup_guard_tell (PtSetupGuard       *self,
                     const PtSetupCheck *check)
{
  const char *heading = _ ("The set-up is as planned");

  if (pt_setup_check_is_wrong (check))
    heading = _ ("The set-up is not as planned");
  else if (check->verification == NULL ||
           pt_verification_get_result (check->verification) != PT_VERIFY_OK)
    heading = _ ("There is nothing to verify yet");
  pt_dialog_tell (GTK_WIDGET (self->window), heading, pt_setup_check_get_words (check), NULL);
}


static void
pt_setup_guard_looked_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (PtSetupGuardLook) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSetupCheck) check = pt_setup_check_finish (PT_SYSROOT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      !gtk_widget_get_realized (GTK_WIDGET (look->window)))
    return;
  if (check != NULL)
    pt_setup_guard_show (look->guard, check);
  else
    g_message ("whether this start is as planned cannot be told: %s", error->message);
  if (look->asked && check != NULL)
    pt_setup_guard_tell (look->guard, check);
  else if (look->asked)
    pt_dialog_tell (GTK_WIDGET (look->window), _ ("The set-up could not be verified"),
                    _ ("The service of Passthru that knows what was changed did not answer."),
                    error->message);
}


static void
pt_setup_guard_begin (PtSetupGuard *self,
                      gboolean      asked)
{
  PtSetupGuardLook *look = g_new0 (PtSetupGuardLook, 1);

  g_cancellable_cancel (self->look);
  g_object_unref (self->look);
  self->look = g_cancellable_new ();
  look->guard = self;
  look->window = g_object_ref (self->window);
  look->asked = asked;
  pt_setup_check_async (self->sysroot, self->look, pt_setup_guard_looked_cb, look);
}


void
pt_setup_guard_look (PtWindow *window)
{
  PtSetupGuard    *self = NULL;
  g_autofree char *id = NULL;
  guint            minutes = 0;

  g_return_if_fail (PT_IS_WINDOW (window));

  self = pt_setup_guard_of (window);
  if (self == NULL || self->working)
    return;
  if (pt_setup_guard_is_known (self) && !pt_trial_is_this_boot (self->sysroot, &id, &minutes))
    return;
  pt_setup_guard_begin (self, FALSE);
}


void
pt_setup_guard_verify (PtWindow *window)
{
  PtSetupGuard *self = NULL;

  g_return_if_fail (PT_IS_WINDOW (window));

  self = pt_setup_guard_of (window);
  if (self != NULL && !self->working)
    pt_setup_guard_begin (self, TRUE);
}


/* --- The answer --- */

static void
pt_setup_guard_set_working (PtSetupGuard *self,
                            gboolean      working)
{
  self->working = working;
  pt_window_set_trial_busy (self->window, working);
}


/* What went wrong leaves the computer as it was; the strip then says how that is. */
static void
pt_setup_guard_end (PtSetupGuardLook *look,
                    const char       *heading,
                    const char       *body,
                    const GError     *error)
{
  pt_setup_guard_set_working (look->guard, FALSE);
  if (!gtk_widget_get_realized (GTK_WIDGET (look->window)))
    return;
  if (error != NULL)
    pt_dialog_tell (GTK_WIDGET (look->window), heading, body, error->message);
  pt_setup_guard_begin (look->guard, FALSE);
}


static void
pt_setup_guard_kept_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (PtSetupGuardLook) look = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_helper_client_trial_finish (PT_HELPER_CLIENT (source), result, &error))
    pt_window_toast (look->window, _ ("The changes are kept"));
  pt_setup_guard_end (look, _ ("The changes could not be kept"),
                      _ ("The trial goes on, and its time runs. Try again, or let the computer "
                         "restart into the old state."),
                      error);
}


static gpointer
pt_setup_guard_play_work (gpointer      data,
                          GCancellable *cancellable,
                          GError      **error)
{
  PtSysroot *sysroot = data;

  return pt_rehearsal_restart (sysroot, cancellable, error) ? g_object_ref (sysroot) : NULL;
}


static void
pt_setup_guard_played_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (PtSetupGuardLook) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSysroot) played = pt_work_finish (source, pt_setup_guard_verify, result, &error);

  if (played != NULL)
    pt_window_toast (look->window, _ ("The sample computer is back in its old state"));
  pt_setup_guard_end (look, _ ("The restart could not be played"),
                      _ ("The sample computer is as it was."), error);
}


static void
pt_setup_guard_called_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (PtSetupGuardLook) look = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_restart_call_finish (result, &error))
    return;
  pt_setup_guard_end (look, _ ("The computer could not be restarted from here"),
                      _ ("The trial is given up. Restart the computer from the system menu: it "
                         "then starts into the old state."),
                      error);
}


static void
pt_setup_guard_dropped_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (PtSetupGuardLook) look = user_data;
  PtSetupGuard *self = look->guard;
  g_autoptr (GError) error = NULL;

  if (!pt_helper_client_trial_finish (PT_HELPER_CLIENT (source), result, &error))
    pt_setup_guard_end (look, _ ("The trial could not be given up"),
                        _ ("The computer restarts into the old state when the time is over."),
                        error);
  else if (pt_setup_guard_is_rehearsal (self))
    pt_work_run_async (self->sysroot, pt_setup_guard_verify, pt_setup_guard_play_work,
                       g_object_ref (self->sysroot), g_object_unref, g_object_unref, NULL,
                       pt_setup_guard_played_cb, g_steal_pointer (&look));
  else
    pt_restart_call_async (look->window, pt_setup_guard_called_cb, g_steal_pointer (&look));
}


/* Not cancelled when the window goes: the helper finishes what it began. */
static void
pt_setup_guard_do (PtSetupGuard       *self,
                   PtHelperTrialVerb   verb,
                   GAsyncReadyCallback callback)
{
  PtSetupGuardLook *look = NULL;

  if (self->working)
    return;
  look = g_new0 (PtSetupGuardLook, 1);
  look->guard = self;
  look->window = g_object_ref (self->window);
  pt_setup_guard_set_working (self, TRUE);
  pt_helper_client_trial_async (self->client, verb, NULL, callback, look);
}


static void
pt_setup_guard_go_back (gpointer user_data)
{
  pt_setup_guard_do (user_data, PT_HELPER_TRIAL_CANCEL, pt_setup_guard_dropped_cb);
}


/* A rehearsal closes nothing, so it need not ask. */
static void
pt_setup_guard_answer_cb (PtSetupGuard *self,
                          gboolean      keep)
{
  if (keep)
    pt_setup_guard_do (self, PT_HELPER_TRIAL_CONFIRM, pt_setup_guard_kept_cb);
  else if (pt_setup_guard_is_rehearsal (self))
    pt_setup_guard_go_back (self);
  else
    pt_dialog_confirm (GTK_WIDGET (self->window), _ ("Restart now?"),
                       _ ("The trial is given up and the computer starts into the old state. All "
                          "programs are closed. Save your work in other windows first."),
                       _ ("_Restart"), FALSE, pt_setup_guard_go_back, self);
}


void
pt_setup_guard_install (PtWindow  *window,
                        PtSysroot *sysroot,
                        GSettings *settings)
{
  PtSetupGuard *self = NULL;

  g_return_if_fail (PT_IS_WINDOW (window));
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (settings == NULL || G_IS_SETTINGS (settings));

  self = g_new0 (PtSetupGuard, 1);
  self->window = window;
  self->sysroot = g_object_ref (sysroot);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  self->client = pt_helper_client_new (sysroot);
  self->look = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (window), "pt-setup-guard", self,
                          (GDestroyNotify)pt_setup_guard_free);
  g_signal_connect_swapped (window, "trial-answer", G_CALLBACK (pt_setup_guard_answer_cb), self);
}
