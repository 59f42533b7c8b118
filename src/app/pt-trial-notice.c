/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-notice"

#include "config.h"

#include "pt-trial-notice.h"

#include <glib/gi18n-lib.h>

#include "pt-countdown.h"
#include "pt-helper-client.h"

#define PT_TRIAL_NOTICE_ID "trial"
/* A window that is being opened gets the keyboard by then. */
#define PT_TRIAL_NOTICE_FIRST (4 * G_USEC_PER_SEC)
#define PT_TRIAL_NOTICE_LAST (60 * G_USEC_PER_SEC)

struct _PtTrialNotice
{
  GtkApplication *application;
  PtHelperClient *client;
  GCancellable   *cancellable;
  gint64          end;
  guint           told;
  guint           timer;
};

static void pt_trial_notice_wait (PtTrialNotice *self);


gint64
pt_trial_notice_get_delay (gint64 now,
                           gint64 end,
                           guint  told)
{
  if (now >= end || told > 1)
    return 0;
  if (told == 0)
    return MIN (PT_TRIAL_NOTICE_FIRST, end - now);
  return MAX (end - PT_TRIAL_NOTICE_LAST - now, 1);
}


static gboolean
pt_trial_notice_is_seen (PtTrialNotice *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  return window != NULL && gtk_window_is_active (window);
}


static void
pt_trial_notice_say (PtTrialNotice *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Keep the changes?"));
  gint64           left = MAX (0, self->end - g_get_monotonic_time ());
  g_autofree char *time = pt_countdown_words ((guint)(left / G_USEC_PER_SEC));
  g_autofree char *body = NULL;

  /* Translators: %s says how much time is left, without a full stop. */
  body = g_strdup_printf (_ ("This start of the computer is a trial. %s. Without an answer it then "
                             "restarts by itself into the old state."),
                          time);
  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_set_default_action (notification, "app.set-up");
  g_application_send_notification (G_APPLICATION (self->application), PT_TRIAL_NOTICE_ID,
                                   notification);
}


static void
pt_trial_notice_status_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  PtTrialNotice *self = user_data;
  g_autoptr (PtTrial) trial = NULL;
  g_autoptr (GError) error = NULL;
  PtSetupState setup = PT_SETUP_NONE;

  if (!pt_helper_client_status_finish (PT_HELPER_CLIENT (source), result, &setup, NULL, NULL,
                                       &trial, &error))
    {
      /* Cancelled means that @self is gone. */
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_message ("whether the trial waits for an answer cannot be told: %s", error->message);
    }
  else if (trial == NULL || trial->state != PT_TRIAL_RUNNING)
    return;
  self->told++;
  if (trial != NULL && !pt_trial_notice_is_seen (self))
    pt_trial_notice_say (self);
  pt_trial_notice_wait (self);
}


static gboolean
pt_trial_notice_timer_cb (gpointer user_data)
{
  PtTrialNotice *self = user_data;

  self->timer = 0;
  pt_helper_client_status_async (self->client, self->cancellable, pt_trial_notice_status_cb, self);
  return G_SOURCE_REMOVE;
}


static void
pt_trial_notice_wait (PtTrialNotice *self)
{
  gint64 delay = pt_trial_notice_get_delay (g_get_monotonic_time (), self->end, self->told);

  if (delay > 0)
    self->timer = g_timeout_add ((guint)(delay / 1000), pt_trial_notice_timer_cb, self);
}


PtTrialNotice *
pt_trial_notice_new (GtkApplication *application,
                     PtSysroot      *sysroot,
                     gint64          end)
{
  PtTrialNotice *self = NULL;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_new0 (PtTrialNotice, 1);
  self->application = application;
  self->client = pt_helper_client_new (sysroot);
  self->cancellable = g_cancellable_new ();
  self->end = end;
  pt_trial_notice_wait (self);
  return self;
}


void
pt_trial_notice_free (PtTrialNotice *self)
{
  GApplication *application = NULL;

  g_return_if_fail (self != NULL);

  application = G_APPLICATION (self->application);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->told > 0 && g_application_get_dbus_connection (application) != NULL)
    g_application_withdraw_notification (application, PT_TRIAL_NOTICE_ID);
  g_object_unref (self->cancellable);
  g_object_unref (self->client);
  g_free (self);
}
