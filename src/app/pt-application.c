/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-application"

#include "config.h"

#include "pt-application.h"

#include "pt-copy-report.h"
#include "pt-devices-window.h"
#include "pt-dialogs.h"
#include "pt-groups-window.h"
#include "pt-helper-client.h"
#include "pt-rehearsal.h"
#include "pt-return.h"
#include "pt-settings.h"
#include "pt-setup-guard.h"
#include "pt-start-guard.h"
#include "pt-tour-home.h"
#include "pt-tour.h"
#include "pt-trial-notice.h"
#include "pt-window.h"
#include "pt-wizard.h"
#include "pt-work.h"

struct _PtApplication
{
  AdwApplication parent_instance;

  GSettings      *settings; /* NULL without a schema */
  GCancellable   *cancellable;
  PtSysroot      *sysroot;   /* NULL until it is open */
  char           *recording; /* of a rehearsal; NULL = the sample */
  char           *launch;    /* machine to start with */
  char           *tour;      /* folder for the pictures */
  PtTourHome     *tour_home; /* its folders; not ours */
  PtHelperClient *client;    /* for the trial; NULL until it is asked */
  PtTrialNotice  *notice;    /* of a trial that waits for an answer, or NULL */
  gboolean        trial;     /* this start is one that waits for an answer */
  gboolean        returning; /* the session begins: only a reason to come opens a window */
  gboolean        rehearsal;
  gboolean        opening;
  GtkWidget      *wizard;  /* weak */
  GtkWidget      *window;  /* weak */
  GtkWidget      *devices; /* weak */
  GError         *error;   /* why the run failed */
};

G_DEFINE_FINAL_TYPE (PtApplication, pt_application, ADW_TYPE_APPLICATION)

static void pt_application_open (PtApplication *self);
static void pt_application_look_cb (PtApplication *self);


static void
pt_application_fail (PtApplication *self,
                     GError        *error)
{
  if (self->error == NULL)
    self->error = g_error_copy (error);
  g_application_quit (G_APPLICATION (self));
}


/* --- Trial --- */

static void pt_application_choose (PtApplication *self);


/* The sample computer has nothing to say to somebody who does not look. */
static void
pt_application_take_trial (PtApplication *self,
                           const PtTrial *trial)
{
  gint64 end = 0;

  g_clear_pointer (&self->notice, pt_trial_notice_free);
  self->trial = trial != NULL && trial->state == PT_TRIAL_RUNNING;
  if (!self->trial || self->rehearsal)
    return;
  end = g_get_monotonic_time () + (gint64)trial->seconds_left * G_USEC_PER_SEC;
  self->notice = pt_trial_notice_new (GTK_APPLICATION (self), self->sysroot, end);
}


/* Where the helper does not answer the kernel's own word counts: better one look too many. */
static void
pt_application_status_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (PtApplication) self = PT_APPLICATION (user_data);
  PtSetupState setup = PT_SETUP_NONE;
  g_autoptr (PtTrial) trial = NULL;
  g_autoptr (GError) error = NULL;
  gboolean told = pt_helper_client_status_finish (PT_HELPER_CLIENT (source), result, &setup, NULL,
                                                  NULL, &trial, &error);

  pt_application_take_trial (self, trial);
  if (!told)
    {
      g_message ("whether the trial waits for an answer cannot be told: %s", error->message);
      self->trial = TRUE;
    }
  pt_application_choose (self);
}


/* Only a start that is a trial has anything to ask the helper. */
static void
pt_application_ask_trial (PtApplication *self)
{
  g_autofree char *id = NULL;
  guint            minutes = 0;

  if (self->sysroot == NULL || !pt_trial_is_this_boot (self->sysroot, &id, &minutes))
    {
      pt_application_take_trial (self, NULL);
      pt_application_choose (self);
      return;
    }
  g_clear_object (&self->client);
  self->client = pt_helper_client_new (self->sysroot);
  pt_helper_client_status_async (self->client, self->cancellable, pt_application_status_cb,
                                 g_object_ref (self));
}


/* --- Windows --- */

static void
pt_application_show_window (PtApplication *self,
                            const char    *machine,
                            gboolean       start)
{
  if (self->window == NULL)
    {
      GtkWidget *window = pt_window_new (GTK_APPLICATION (self), self->rehearsal);

      g_set_weak_pointer (&self->window, window);
      pt_window_set_settings (PT_WINDOW (window), self->settings);
      g_signal_connect_object (window, "set-up", G_CALLBACK (pt_application_open), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (window, "look", G_CALLBACK (pt_application_look_cb), self,
                               G_CONNECT_SWAPPED);
      if (self->sysroot == NULL && !self->rehearsal)
        self->sysroot = pt_sysroot_new_host ();
      if (self->sysroot != NULL)
        {
          GSettings *settings = self->rehearsal ? NULL : self->settings;

          pt_start_guard_install (PT_WINDOW (window), self->sysroot, settings);
          pt_setup_guard_install (PT_WINDOW (window), self->sysroot, settings);
        }
    }
  if (machine != NULL)
    pt_window_show_machine (PT_WINDOW (self->window), machine, start);
  gtk_window_present (GTK_WINDOW (self->window));
  pt_setup_guard_look (PT_WINDOW (self->window));
}


static void
pt_application_finished_cb (PtApplication *self,
                            const char    *machine,
                            gboolean       start)
{
  GtkWidget *wizard = self->wizard;

  if (self->settings != NULL && !self->rehearsal)
    g_settings_set_boolean (self->settings, "set-up-finished", TRUE);
  pt_application_show_window (self, machine, start);
  if (wizard != NULL)
    gtk_window_destroy (GTK_WINDOW (wizard));
}


/* From here on this run is a rehearsal; the set-up of this computer is where the user left it. */
static void
pt_application_rehearse_cb (PtApplication *self)
{
  g_autoptr (GtkWidget) wizard = self->wizard != NULL ? g_object_ref (self->wizard) : NULL;
  g_autoptr (GtkWidget) window = self->window != NULL ? g_object_ref (self->window) : NULL;

  g_clear_weak_pointer (&self->wizard);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->sysroot);
  self->rehearsal = TRUE;
  g_clear_pointer (&self->recording, g_free);
  pt_application_open (self);
  if (wizard != NULL)
    gtk_window_destroy (GTK_WINDOW (wizard));
  if (window != NULL)
    gtk_window_destroy (GTK_WINDOW (window));
}


static void
pt_application_show_wizard (PtApplication *self)
{
  if (self->wizard == NULL)
    {
      GtkWidget *wizard = pt_wizard_new (GTK_APPLICATION (self), self->sysroot);

      g_set_weak_pointer (&self->wizard, wizard);
      g_signal_connect_object (wizard, "finished", G_CALLBACK (pt_application_finished_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (wizard, "rehearse", G_CALLBACK (pt_application_rehearse_cb), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_window_present (GTK_WINDOW (self->wizard));
}


/* There is a host since there is a window. */
static void
pt_application_look_cb (PtApplication *self)
{
  if (self->sysroot == NULL)
    return;
  pt_application_show_wizard (self);
  pt_wizard_show_hardware (PT_WIZARD (self->wizard));
}


/* --- Which window --- */

static gboolean
pt_application_has_machine (PtApplication *self,
                            PtMachines    *machines)
{
  GListModel *list = G_LIST_MODEL (machines);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (PtMachine) machine = g_list_model_get_item (list, i);

      if (pt_machine_is_rehearsal (machine) == self->rehearsal)
        return TRUE;
    }
  return FALSE;
}


static void
pt_application_release (PtApplication *self)
{
  self->opening = FALSE;
  g_application_release (G_APPLICATION (self));
  g_application_unmark_busy (G_APPLICATION (self));
}


/* libvirt that cannot be reached is no reason against the wizard: one of its checks says so in
 * full. */
static void
pt_application_machines_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (PtApplication) self = PT_APPLICATION (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtMachines) machines = pt_machines_open_finish (result, &error);

  if (error != NULL)
    g_debug ("no machines: %s", error->message);
  if (machines != NULL && pt_application_has_machine (self, machines))
    pt_application_show_window (self, NULL, FALSE);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pt_application_show_wizard (self);
  pt_application_release (self);
}


/* As the session begins: a trial that waits, or the end of a restart that was waited for. Said
 * once. */
static void
pt_application_return (PtApplication *self)
{
  gboolean over = pt_return_is_over (self->sysroot);

  self->returning = FALSE;
  if (over)
    pt_return_forget (self->sysroot);
  if (over || self->trial)
    pt_application_show_wizard (self);
}


static void
pt_application_choose (PtApplication *self)
{
  gboolean finished = self->settings != NULL && !self->rehearsal &&
                      g_settings_get_boolean (self->settings, "set-up-finished");

  if (self->returning)
    pt_application_return (self);
  else if (self->window != NULL)
    pt_application_show_wizard (self);
  else if (self->launch != NULL)
    pt_application_show_window (self, self->launch, TRUE);
  else if (self->trial)
    pt_application_show_wizard (self);
  else if (finished)
    pt_application_show_window (self, NULL, FALSE);
  else
    {
      pt_machines_open_async (pt_machines_default_uri (self->rehearsal), self->cancellable,
                              pt_application_machines_cb, g_object_ref (self));
      return;
    }
  pt_application_release (self);
}


static gpointer
pt_application_expand (gpointer      data,
                       GCancellable *cancellable,
                       GError      **error)
{
  return pt_rehearsal_open (data, cancellable, error);
}


static void
pt_application_expanded_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  PtApplication *self = PT_APPLICATION (source);
  g_autoptr (GError) error = NULL;

  self->sysroot = pt_work_finish (self, pt_application_open, result, &error);
  if (self->sysroot != NULL)
    {
      pt_application_ask_trial (self);
      return;
    }
  pt_application_release (self);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pt_application_fail (self, error);
}


/* Opens the host if need be, then what belongs on the screen. */
static void
pt_application_open (PtApplication *self)
{
  if (self->opening)
    return;
  self->opening = TRUE;
  g_application_hold (G_APPLICATION (self));
  g_application_mark_busy (G_APPLICATION (self));
  if (self->sysroot == NULL && self->rehearsal)
    {
      pt_work_run_async (self, pt_application_open, pt_application_expand,
                         g_strdup (self->recording), g_free, g_object_unref, self->cancellable,
                         pt_application_expanded_cb, NULL);
      return;
    }
  if (self->sysroot == NULL)
    self->sysroot = pt_sysroot_new_host ();
  /* The question of a trial comes before everything but a machine that was asked for. */
  pt_application_ask_trial (self);
}


/* --- Actions --- */

static void
pt_application_launch_action (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  const char *machine = g_variant_get_string (parameter, NULL);

  pt_application_show_window (PT_APPLICATION (user_data), machine, TRUE);
}


static void
pt_application_about_action (GSimpleAction *action,
                             GVariant      *parameter,
                             gpointer       user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  if (window != NULL)
    pt_dialog_about (GTK_WIDGET (window));
}


static void
pt_application_copy_report_action (GSimpleAction *action,
                                   GVariant      *parameter,
                                   gpointer       user_data)
{
  PtApplication *self = PT_APPLICATION (user_data);

  if (self->window != NULL && self->sysroot != NULL)
    pt_copy_report (PT_WINDOW (self->window), self->sysroot, self->cancellable);
}


static void
pt_application_set_up_action (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  PtApplication *self = PT_APPLICATION (user_data);

  if (self->wizard != NULL)
    gtk_window_present (GTK_WINDOW (self->wizard));
  else
    pt_application_open (self);
}


static void
pt_application_verify_action (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  PtApplication *self = PT_APPLICATION (user_data);

  if (self->window != NULL)
    pt_setup_guard_verify (PT_WINDOW (self->window));
}


static void
pt_application_groups_action (GSimpleAction *action,
                              GVariant      *parameter,
                              gpointer       user_data)
{
  PtApplication *self = PT_APPLICATION (user_data);
  GtkWindow     *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (self->sysroot != NULL)
    gtk_window_present (GTK_WINDOW (pt_groups_window_new (window, self->sysroot)));
}


static void
pt_application_devices_action (GSimpleAction *action,
                               GVariant      *parameter,
                               gpointer       user_data)
{
  PtApplication *self = PT_APPLICATION (user_data);
  GtkWindow     *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (self->sysroot == NULL)
    return;
  if (self->devices == NULL)
    g_set_weak_pointer (&self->devices, pt_devices_window_new (window, self->sysroot));
  gtk_window_present (GTK_WINDOW (self->devices));
}


/* Windows are asked one by one: each may have something to say first. */
static void
pt_application_quit_action (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       user_data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  g_list_foreach (windows, (GFunc)(GCallback)gtk_window_close, NULL);
  g_list_free (windows);
}


/* --- GObject --- */

static gboolean
pt_application_tour_cb (gpointer data)
{
  PtApplication *self = PT_APPLICATION (data);
  g_autoptr (GError) error = NULL;

  if (!pt_tour_run (GTK_APPLICATION (self), self->recording,
                    pt_tour_home_get_rehearsal (self->tour_home), self->tour, &error))
    pt_application_fail (self, error);
  g_application_release (G_APPLICATION (self));
  g_application_quit (G_APPLICATION (self));
  return G_SOURCE_REMOVE;
}


static void
pt_application_activate (GApplication *application)
{
  PtApplication *self = PT_APPLICATION (application);

  if (self->tour != NULL)
    {
      g_application_hold (application);
      g_idle_add (pt_application_tour_cb, self);
    }
  else if (self->window != NULL || self->wizard != NULL)
    gtk_window_present (gtk_application_get_active_window (GTK_APPLICATION (application)));
  else
    pt_application_open (self);
}


static void
pt_application_startup (GApplication *application)
{
  const char *const quit[] = { "<Control>q", NULL };
  const char *const help[] = { "<Control>question", NULL };
  const char *const close[] = { "<Control>w", NULL };
  const char *const devices[] = { "<Control>d", NULL };
  GtkApplication   *gtk = GTK_APPLICATION (application);

  G_APPLICATION_CLASS (pt_application_parent_class)->startup (application);
  /* Registers our icons. */
  g_type_class_unref (g_type_class_ref (PT_TYPE_WINDOW));
  gtk_window_set_default_icon_name (PT_APPLICATION_ID);
  gtk_application_set_accels_for_action (gtk, "app.quit", quit);
  gtk_application_set_accels_for_action (gtk, "window.close", close);
  gtk_application_set_accels_for_action (gtk, "app.devices", devices);
  gtk_application_set_accels_for_action (gtk, "win.show-help-overlay", help);
}


static void
pt_application_shutdown (GApplication *application)
{
  g_cancellable_cancel (PT_APPLICATION (application)->cancellable);
  g_clear_pointer (&PT_APPLICATION (application)->notice, pt_trial_notice_free);
  G_APPLICATION_CLASS (pt_application_parent_class)->shutdown (application);
}


static void
pt_application_dispose (GObject *object)
{
  PtApplication *self = PT_APPLICATION (object);

  g_clear_weak_pointer (&self->wizard);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->devices);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_object (&self->sysroot);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (pt_application_parent_class)->dispose (object);
}


static void
pt_application_finalize (GObject *object)
{
  PtApplication *self = PT_APPLICATION (object);

  g_free (self->recording);
  g_free (self->launch);
  g_free (self->tour);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (pt_application_parent_class)->finalize (object);
}


static void
pt_application_class_init (PtApplicationClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = pt_application_dispose;
  object_class->finalize = pt_application_finalize;

  application_class->activate = pt_application_activate;
  application_class->startup = pt_application_startup;
  application_class->shutdown = pt_application_shutdown;
}


static void
pt_application_init (PtApplication *self)
{
  const GActionEntry entries[] = {
    { "launch", pt_application_launch_action, "s", NULL, NULL },
    { "about", pt_application_about_action, NULL, NULL, NULL },
    { "copy-report", pt_application_copy_report_action, NULL, NULL, NULL },
    { "set-up", pt_application_set_up_action, NULL, NULL, NULL },
    { "verify", pt_application_verify_action, NULL, NULL, NULL },
    { "devices", pt_application_devices_action, NULL, NULL, NULL },
    { "groups", pt_application_groups_action, NULL, NULL, NULL },
    { "quit", pt_application_quit_action, NULL, NULL, NULL },
  };

  self->cancellable = g_cancellable_new ();
  self->settings = pt_settings_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}


/* --- Public --- */

/* A folder is the host itself; a recording is opened where its rehearsal lives. */
static gboolean
pt_application_take (PtApplication       *self,
                     const PtCommandLine *command_line,
                     GError             **error)
{
  g_autofree char *path = NULL;

  self->rehearsal = command_line->rehearse || command_line->sysroot != NULL;
  self->returning = command_line->verb == PT_VERB_AFTER_RESTART;
  if (command_line->verb == PT_VERB_LAUNCH)
    self->launch = g_strdup (command_line->argument);
  if (command_line->verb == PT_VERB_TOUR)
    self->tour = g_strdup (command_line->argument);
  if (command_line->sysroot == NULL)
    return TRUE;
  path = g_canonicalize_filename (command_line->sysroot, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                   "%s: no such folder or recording", path);
      return FALSE;
    }
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    self->recording = g_steal_pointer (&path);
  else if (self->tour == NULL)
    {
      g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (path);

      self->sysroot = pt_sysroot_for_user (sysroot);
    }
  else
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s: a tour changes its host, and needs a recording (a .host file)", path);
      return FALSE;
    }
  return TRUE;
}


/* Another process shows the windows of this computer already: it starts the machine. */
static gboolean
pt_application_launch_there (PtApplication *self,
                             GError       **error)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self));

  g_action_group_activate_action (G_ACTION_GROUP (self), "launch",
                                  g_variant_new_string (self->launch));
  return bus == NULL || g_dbus_connection_flush_sync (bus, NULL, error);
}


gboolean
pt_application_start (const PtCommandLine *command_line,
                      GError             **error)
{
  g_autoptr (PtTourHome) home = NULL; /* ends after the application */
  g_autoptr (PtApplication) self = NULL;
  GApplicationFlags flags = G_APPLICATION_DEFAULT_FLAGS;

  g_return_val_if_fail (command_line != NULL, FALSE);

  if (command_line->verb == PT_VERB_TOUR)
    {
      home = pt_tour_home_new (error);
      if (home == NULL)
        return FALSE;
    }
  if (!gtk_init_check ())
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "there is no display to open a window on; --check and --plan need none");
      return FALSE;
    }
  if (command_line->rehearse || command_line->sysroot != NULL)
    flags |= G_APPLICATION_NON_UNIQUE;
  self = g_object_new (PT_TYPE_APPLICATION, "application-id", PT_APPLICATION_ID, "flags", flags,
                       "resource-base-path", "/com/example/Passthru", NULL);
  self->tour_home = home;
  if (!pt_application_take (self, command_line, error) ||
      !g_application_register (G_APPLICATION (self), NULL, error))
    return FALSE;
  if (self->launch != NULL && g_application_get_is_remote (G_APPLICATION (self)))
    return pt_application_launch_there (self, error);
  g_application_run (G_APPLICATION (self), 0, NULL);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}
