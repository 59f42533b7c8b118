/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-tour"

#include "config.h"

#include "pt-tour.h"

#include <errno.h>

#include <adwaita.h>

#include "pt-devices-window.h"
#include "pt-picture.h"
#include "pt-rehearsal.h"
#include "pt-trial.h"
#include "pt-window.h"
#include "pt-wizard.h"

/* Seconds. A guest under emulation on a busy machine needs most. */
#define PT_TOUR_PAGE_LIMIT 120
#define PT_TOUR_LIVE_LIMIT 300
#define PT_TOUR_STOP_LIMIT 60

/* A page may have two states; more than this means going round in circles. */
#define PT_TOUR_MOST_VIEWS 20
#define PT_TOUR_PAGES 8
/* Pictures the machine must have shown before it counts as running. */
#define PT_TOUR_PICTURES 45

typedef struct
{
  GtkApplication *application;
  const char     *folder;
  PtSysroot      *sysroot; /* not ours */
  guint           visits[PT_TOUR_PAGES];
  PtWizard       *wizard;  /* strong while it is walked */
  PtWindow       *window;  /* strong */
  GtkWidget      *devices; /* while it is on show */
  PtMachine      *machine;
  char           *machine_name;
  gboolean        start;
  guint           ticks; /* of the window being looked at */
  guint           target;
  gboolean        answered;
  GError         *answer;
} PtTour;

typedef gboolean (*PtTourTest) (PtTour *self);


/* --- Waiting --- */

static gboolean
pt_tour_wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


static gboolean
pt_tour_wait (PtTour     *self,
              PtTourTest  test,
              guint       limit,
              const char *what,
              GError    **error)
{
  gint64 end = g_get_monotonic_time () + (gint64)limit * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, pt_tour_wake_cb, NULL);

  while (!test (self) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if (test (self))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
               "the tour stopped: %s within %u seconds", what, limit);
  return FALSE;
}


static gboolean
pt_tour_tick_cb (GtkWidget     *widget,
                 GdkFrameClock *clock,
                 gpointer       data)
{
  PtTour *self = data;

  self->ticks++;
  return G_SOURCE_CONTINUE;
}


static gboolean
pt_tour_ticked (PtTour *self)
{
  return self->ticks >= self->target;
}


/* Lets @widget draw itself a few times, so that what changed is on show. */
static gboolean
pt_tour_draw (PtTour    *self,
              GtkWidget *widget,
              GError   **error)
{
  guint    tick = gtk_widget_add_tick_callback (widget, pt_tour_tick_cb, self, NULL);
  gboolean drawn = FALSE;

  self->ticks = 0;
  self->target = 4;
  gtk_widget_queue_draw (widget);
  drawn = pt_tour_wait (self, pt_tour_ticked, PT_TOUR_STOP_LIMIT,
                        "its window was not drawn", error);
  gtk_widget_remove_tick_callback (widget, tick);
  return drawn;
}


/* --- Pictures --- */

static gboolean
pt_tour_save (PtTour        *self,
              GtkWidget     *window,
              AdwColorScheme scheme,
              const char    *name,
              const char    *suffix,
              GError       **error)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  if (!pt_tour_draw (self, window, error) || !pt_picture_save (window, path, error))
    return FALSE;
  g_debug ("saved %s", path);
  return TRUE;
}


/* Light last: that is what goes on. */
static gboolean
pt_tour_capture (PtTour     *self,
                 GtkWidget  *window,
                 const char *name,
                 GError    **error)
{
  return pt_tour_save (self, window, ADW_COLOR_SCHEME_FORCE_DARK, name, "-dark.png", error) &&
         pt_tour_save (self, window, ADW_COLOR_SCHEME_FORCE_LIGHT, name, ".png", error);
}


/* --- The wizard --- */

static gboolean
pt_tour_wizard_settled (PtTour *self)
{
  return self->machine_name != NULL || pt_wizard_is_settled (self->wizard);
}


static void
pt_tour_finished_cb (PtTour     *self,
                     const char *machine,
                     gboolean    start)
{
  g_free (self->machine_name);
  self->machine_name = g_strdup (machine);
  self->start = start;
}


/* Pictures are numbered by page, so that they sort in the order of the way and keep their names
 * when a page has several states: 06-restart, 06b-restart, … */
static char *
pt_tour_name_page (PtTour     *self,
                   const char *page)
{
  const char *const pages[PT_TOUR_PAGES] = {
    "welcome", "hardware", "card", "changes", "apply", "restart", "machine", "ready"
  };
  guint number = 0;
  guint visit = 0;

  while (number + 1 < PT_TOUR_PAGES && !g_str_equal (pages[number], page))
    number++;
  visit = self->visits[number]++;
  if (visit == 0)
    return g_strdup_printf ("%02u-%s", number + 1, page);
  return g_strdup_printf ("%02u%c-%s", number + 1, 'a' + (int)MIN (visit, 25), page);
}


/* A trial that was kept: the next start has no trial any more. */
static gboolean
pt_tour_restart_kept (PtTour   *self,
                      gboolean *restarted,
                      GError  **error)
{
  g_autoptr (PtTrial) trial = pt_trial_read (self->sysroot, error);
  g_autofree char *id = NULL;
  guint            minutes = 0;

  if (trial == NULL)
    return FALSE;
  *restarted = trial->state == PT_TRIAL_CONFIRMED &&
               pt_trial_is_this_boot (self->sysroot, &id, &minutes);
  if (!*restarted)
    return TRUE;
  return pt_rehearsal_restart (self->sysroot, NULL, error) &&
         gtk_widget_activate_action (GTK_WIDGET (self->wizard), "wizard.go", "s", "restart");
}


/* One page: wait, take its picture, go on. */
static gboolean
pt_tour_page (PtTour  *self,
              char   **last,
              GError **error)
{
  const char      *page = NULL;
  g_autofree char *what = NULL;
  g_autofree char *name = NULL;
  gboolean         restarted = FALSE;

  what = g_strdup_printf ("the page “%s” was not ready",
                          pt_wizard_get_page_name (self->wizard));
  if (!pt_tour_wait (self, pt_tour_wizard_settled, PT_TOUR_PAGE_LIMIT, what, error))
    return FALSE;
  if (self->machine_name != NULL)
    return TRUE;
  page = pt_wizard_get_page_name (self->wizard);
  name = pt_tour_name_page (self, page);
  g_free (*last);
  *last = g_strdup (page);
  if (!pt_tour_capture (self, GTK_WIDGET (self->wizard), name, error) ||
      !pt_tour_restart_kept (self, &restarted, error))
    return FALSE;
  if (restarted || pt_wizard_advance (self->wizard))
    return pt_tour_draw (self, GTK_WIDGET (self->wizard), error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "the tour stopped: the page “%s” offers no way forward", *last);
  return FALSE;
}


static gboolean
pt_tour_walk_wizard (PtTour    *self,
                     PtSysroot *sysroot,
                     GError   **error)
{
  g_autofree char *last = NULL;

  self->wizard = g_object_ref (PT_WIZARD (pt_wizard_new (self->application, sysroot)));
  g_signal_connect_swapped (self->wizard, "finished", G_CALLBACK (pt_tour_finished_cb), self);
  gtk_window_present (GTK_WINDOW (self->wizard));
  for (guint view = 0; self->machine_name == NULL; view++)
    {
      if (view >= PT_TOUR_MOST_VIEWS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       "the tour stopped: the pages do not come to an end after “%s”", last);
          return FALSE;
        }
      if (!pt_tour_page (self, &last, error))
        return FALSE;
    }
  return TRUE;
}


/* --- The main window --- */

static gboolean
pt_tour_is_view (PtTour     *self,
                 const char *view)
{
  return g_strcmp0 (pt_window_get_view (self->window), view) == 0;
}


static gboolean
pt_tour_has_machine (PtTour *self)
{
  return pt_window_get_machine (self->window) != NULL;
}


static gboolean
pt_tour_is_off (PtTour *self)
{
  return pt_tour_is_view (self, "off") || pt_tour_is_view (self, "crashed");
}


static gboolean
pt_tour_is_up (PtTour *self)
{
  return !pt_tour_is_view (self, "off") && !pt_tour_is_view (self, "starting");
}


static gboolean
pt_tour_is_live (PtTour *self)
{
  return pt_tour_is_view (self, "live") && pt_window_get_drawn (self->window) >= PT_TOUR_PICTURES;
}


static gboolean
pt_tour_capture_window (PtTour     *self,
                        const char *name,
                        GError    **error)
{
  return pt_tour_capture (self, GTK_WIDGET (self->window), name, error);
}


/* What passes by on the way is taken if it is still there. */
static gboolean
pt_tour_capture_passing (PtTour     *self,
                         const char *view,
                         const char *name,
                         GError    **error)
{
  return !pt_tour_is_view (self, view) || pt_tour_capture_window (self, name, error);
}


static gboolean
pt_tour_see_start (PtTour  *self,
                   GError **error)
{
  if (!pt_tour_wait (self, pt_tour_has_machine, PT_TOUR_STOP_LIMIT,
                     "its machine was not listed", error))
    return FALSE;
  g_set_object (&self->machine, pt_window_get_machine (self->window));
  if (pt_tour_is_off (self) && !self->start)
    {
      if (!pt_tour_capture_window (self, "10-off", error))
        return FALSE;
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.start", NULL);
    }
  return pt_tour_capture_passing (self, "starting", "11-starting", error) &&
         pt_tour_wait (self, pt_tour_is_up, PT_TOUR_STOP_LIMIT,
                       "the machine did not start", error) &&
         pt_tour_capture_passing (self, "waiting", "12-waiting", error);
}


static gboolean
pt_tour_see_picture (PtTour  *self,
                     GError **error)
{
  if (!pt_tour_wait (self, pt_tour_is_live, PT_TOUR_LIVE_LIMIT,
                     "no picture came from the machine", error) ||
      !pt_tour_capture_window (self, "09-running", error))
    return FALSE;
  g_object_set (self->window, "show-statistics", TRUE, NULL);
  return TRUE;
}


static void
pt_tour_answer_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  PtTour *self = user_data;

  self->answered = TRUE;
  pt_machine_force_off_finish (PT_MACHINE (source), result, &self->answer);
}


static void
pt_tour_removed_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  PtTour *self = user_data;

  self->answered = TRUE;
  pt_machine_remove_finish (PT_MACHINE (source), result, &self->answer);
}


static gboolean
pt_tour_is_answered (PtTour *self)
{
  return self->answered;
}


static gboolean
pt_tour_machine_is_off (PtTour *self)
{
  PtMachineState state = pt_machine_get_state (self->machine);

  return state == PT_MACHINE_OFF || state == PT_MACHINE_CRASHED;
}


static gboolean
pt_tour_see_statistics_cb (gpointer data)
{
  ((PtTour *)data)->answered = TRUE;
  return G_SOURCE_REMOVE;
}


/* The figures are of whole seconds. */
static gboolean
pt_tour_see_statistics (PtTour  *self,
                        GError **error)
{
  self->answered = FALSE;
  g_timeout_add (2500, pt_tour_see_statistics_cb, self);
  return pt_tour_wait (self, pt_tour_is_answered, PT_TOUR_STOP_LIMIT,
                       "the statistics did not come", error) &&
         pt_tour_capture_window (self, "13-statistics", error);
}


static gboolean
pt_tour_devices_settled (PtTour *self)
{
  return pt_devices_window_is_settled (PT_DEVICES_WINDOW (self->devices));
}


/* What could be handed over while the computer runs. */
static gboolean
pt_tour_see_devices (PtTour  *self,
                     GError **error)
{
  gboolean seen = FALSE;

  self->devices = pt_devices_window_new (GTK_WINDOW (self->window), self->sysroot);
  gtk_window_present (GTK_WINDOW (self->devices));
  seen = pt_tour_wait (self, pt_tour_devices_settled, PT_TOUR_STOP_LIMIT,
                       "the devices were not looked at", error) &&
         pt_tour_capture (self, self->devices, "16-devices", error);
  gtk_window_destroy (GTK_WINDOW (self->devices));
  self->devices = NULL;
  return seen;
}


/* Like a user who has no time: ask, look, then pull the plug. */
static gboolean
pt_tour_stop_machine (PtTour  *self,
                      GError **error)
{
  if (!pt_tour_machine_is_off (self))
    {
      self->answered = FALSE;
      pt_machine_force_off_async (self->machine, NULL, pt_tour_answer_cb, self);
      if (!pt_tour_wait (self, pt_tour_is_answered, PT_TOUR_STOP_LIMIT,
                         "the machine was not forced off", error))
        return FALSE;
      /* It may have ended by itself meanwhile. */
      g_clear_error (&self->answer);
    }
  return pt_tour_wait (self, pt_tour_machine_is_off, PT_TOUR_STOP_LIMIT,
                       "the machine did not end", error);
}


static gboolean
pt_tour_see_stop (PtTour  *self,
                  GError **error)
{
  g_object_set (self->window, "show-statistics", FALSE, NULL);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.stop", NULL);
  if (!pt_tour_draw (self, GTK_WIDGET (self->window), error) ||
      !pt_tour_capture_passing (self, "stopping", "14-stopping", error) ||
      !pt_tour_stop_machine (self, error))
    return FALSE;
  return pt_tour_wait (self, pt_tour_is_off, PT_TOUR_STOP_LIMIT,
                       "the window did not see the end", error) &&
         pt_tour_capture_window (self, "15-off", error);
}


static gboolean
pt_tour_remove_machine (PtTour  *self,
                        GError **error)
{
  if (self->machine == NULL)
    return TRUE;
  if (!pt_tour_stop_machine (self, error))
    return FALSE;
  self->answered = FALSE;
  pt_machine_remove_async (self->machine, NULL, pt_tour_removed_cb, self);
  if (!pt_tour_wait (self, pt_tour_is_answered, PT_TOUR_STOP_LIMIT,
                     "the machine was not removed", error))
    return FALSE;
  if (self->answer == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&self->answer),
                              "the machine was not removed: ");
  return FALSE;
}


static gboolean
pt_tour_walk_window (PtTour  *self,
                     GError **error)
{
  self->window = g_object_ref (PT_WINDOW (pt_window_new (self->application, TRUE)));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1120, 720);
  pt_window_show_machine (self->window, self->machine_name, self->start);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_window_destroy (GTK_WINDOW (self->wizard));
  return pt_tour_see_start (self, error) &&
         pt_tour_see_picture (self, error) &&
         pt_tour_see_statistics (self, error) &&
         pt_tour_see_stop (self, error) &&
         pt_tour_see_devices (self, error);
}


/* --- Run --- */

static void
pt_tour_clear (PtTour *self)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  if (self->wizard != NULL)
    gtk_window_destroy (GTK_WINDOW (self->wizard));
  g_clear_object (&self->window);
  g_clear_object (&self->wizard);
  g_clear_object (&self->machine);
  g_clear_pointer (&self->machine_name, g_free);
  g_clear_error (&self->answer);
}


static gboolean
pt_tour_walk (PtTour    *self,
              PtSysroot *sysroot,
              GError   **error)
{
  g_autoptr (GError) left = NULL;
  gboolean walked = pt_tour_walk_wizard (self, sysroot, error) && pt_tour_walk_window (self, error);

  if (!pt_tour_remove_machine (self, &left))
    {
      if (!walked)
        g_warning ("%s", left->message);
      else
        g_propagate_error (error, g_steal_pointer (&left));
      walked = FALSE;
    }
  pt_tour_clear (self);
  return walked;
}


gboolean
pt_tour_run (GtkApplication *application,
             const char     *recording,
             const char     *directory,
             const char     *folder,
             GError        **error)
{
  PtTour self = { .application = application, .folder = folder };
  g_autoptr (PtSysroot) sysroot = NULL;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), FALSE);
  g_return_val_if_fail (directory != NULL && folder != NULL, FALSE);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   "%s: %s", folder, g_strerror (errno));
      return FALSE;
    }
  sysroot = pt_rehearsal_open_in (recording, directory, NULL, error);
  if (sysroot == NULL)
    return FALSE;
  /* A picture of a page halfway into the next shows neither. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  self.sysroot = sysroot;
  return pt_tour_walk (&self, sysroot, error);
}
