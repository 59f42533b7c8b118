/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-window-actions"

#include "config.h"

#include "pt-window-private.h"

#include <glib/gi18n-lib.h>

#include "pt-dialogs.h"

/* What the user can do in the main window. */


/* --- Answers of the machine --- */

/* libvirt's own words are the details: facts, and what one searches for. A window that was closed
 * meanwhile says nothing. */
static void
pt_window_complain (PtWindow   *self,
                    const char *heading,
                    GError     *error)
{
  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;
  pt_dialog_tell (GTK_WIDGET (self), heading,
                  _ ("This is what libvirt, which runs the machines, says:"), error->message);
}


static void
pt_window_started_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (PtWindow) self = PT_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  pt_machine_start_finish (PT_MACHINE (source), result, &error);
  pt_window_complain (self, _ ("The machine could not be started"), error);
}


static void
pt_window_stopped_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (PtWindow) self = PT_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  pt_machine_shut_down_finish (PT_MACHINE (source), result, &error);
  pt_window_complain (self, _ ("The machine could not be asked to stop"), error);
}


static void
pt_window_forced_off_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr (PtWindow) self = PT_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  pt_machine_force_off_finish (PT_MACHINE (source), result, &error);
  pt_window_complain (self, _ ("The machine could not be forced off"), error);
}


/* --- Actions --- */

static void
pt_window_start_now (PtWindow *self)
{
  pt_machine_start_async (self->machine, self->cancellable, pt_window_started_cb,
                          g_object_ref (self));
}


void
pt_window_start (PtWindow *self)
{
  g_assert (PT_IS_WINDOW (self));

  if (self->machine == NULL || self->facts.checking)
    return;
  self->facts.checking = TRUE;
  if (pt_window_ask_may_start (self))
    {
      pt_window_refresh (self);
      return;
    }
  self->facts.checking = FALSE;
  pt_window_start_now (self);
}


void
pt_window_answer_start (PtWindow   *self,
                        PtMachine  *machine,
                        const char *refusal)
{
  g_return_if_fail (PT_IS_WINDOW (self));
  g_return_if_fail (PT_IS_MACHINE (machine));

  if (!self->facts.checking || machine != self->machine)
    return;
  self->facts.checking = FALSE;
  if (refusal == NULL && (self->facts.machine == PT_MACHINE_OFF ||
                          self->facts.machine == PT_MACHINE_CRASHED))
    pt_window_start_now (self);
  else if (refusal != NULL)
    pt_dialog_tell (GTK_WIDGET (self), _ ("The machine was not started"), refusal, NULL);
  pt_window_refresh (self);
}


static void
pt_window_look_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  g_signal_emit_by_name (widget, "look");
}


static void
pt_window_close_notice_action (GtkWidget  *widget,
                               const char *name,
                               GVariant   *parameter)
{
  pt_window_set_notice (PT_WINDOW (widget), NULL, FALSE);
}


static void
pt_window_start_action (GtkWidget  *widget,
                        const char *name,
                        GVariant   *parameter)
{
  pt_window_start (PT_WINDOW (widget));
}


static void
pt_window_stop_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  PtWindow *self = PT_WINDOW (widget);

  if (self->machine != NULL)
    pt_machine_shut_down_async (self->machine, self->cancellable, pt_window_stopped_cb,
                                g_object_ref (self));
}


static void
pt_window_force_off (gpointer data)
{
  PtWindow *self = PT_WINDOW (data);

  if (self->machine != NULL)
    pt_machine_force_off_async (self->machine, self->cancellable, pt_window_forced_off_cb,
                                g_object_ref (self));
}


static void
pt_window_force_off_action (GtkWidget  *widget,
                            const char *name,
                            GVariant   *parameter)
{
  PtWindow        *self = PT_WINDOW (widget);
  g_autofree char *heading = NULL;

  if (self->machine == NULL)
    return;
  /* Translators: %s is the name of a machine. */
  heading = g_strdup_printf (_ ("Force “%s” off?"), pt_machine_get_name (self->machine));
  pt_dialog_confirm (widget, heading,
                     _ ("This is like pulling the plug. What is not saved in the machine is lost, "
                        "and an update that is being installed may be damaged."),
                     _ ("_Force Off"), TRUE, pt_window_force_off, self);
}


static void
pt_window_set_up_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  g_signal_emit_by_name (widget, "set-up");
}


static void
pt_window_keep_trial_action (GtkWidget  *widget,
                             const char *name,
                             GVariant   *parameter)
{
  g_signal_emit_by_name (widget, "trial-answer", TRUE);
}


static void
pt_window_leave_trial_action (GtkWidget  *widget,
                              const char *name,
                              GVariant   *parameter)
{
  g_signal_emit_by_name (widget, "trial-answer", FALSE);
}


static void
pt_window_close_warning_action (GtkWidget  *widget,
                                const char *name,
                                GVariant   *parameter)
{
  pt_window_warn_setup (PT_WINDOW (widget), NULL);
}


/* Either libvirt did not answer, or the frames could not be opened. */
static void
pt_window_try_again_action (GtkWidget  *widget,
                            const char *name,
                            GVariant   *parameter)
{
  PtWindow *self = PT_WINDOW (widget);

  if (self->facts.unreachable)
    {
      pt_window_connect (self);
      return;
    }
  if (self->machine != NULL)
    pt_window_attach (self, pt_machine_get_shared_memory (self->machine));
  pt_window_refresh (self);
}


static void
pt_window_show_menu_action (GtkWidget  *widget,
                            const char *name,
                            GVariant   *parameter)
{
  PtWindow *self = PT_WINDOW (widget);

  if (!gtk_window_is_fullscreen (GTK_WINDOW (self)) ||
      gtk_revealer_get_child_revealed (GTK_REVEALER (self->revealer)))
    {
      gtk_menu_button_popup (self->menu_button);
      return;
    }
  self->menu_wanted = TRUE;
  pt_full_screen_reveal (self->full_screen);
}


void
pt_window_update_actions (PtWindow *self)
{
  GtkWidget   *widget = GTK_WIDGET (self);
  PtViewButton button = pt_view_get_button (self->view);
  gboolean     up = self->facts.has_machine && self->facts.machine != PT_MACHINE_OFF &&
                self->facts.machine != PT_MACHINE_CRASHED &&
                self->facts.machine != PT_MACHINE_STARTING;

  gtk_widget_action_set_enabled (widget, "win.start", button == PT_VIEW_BUTTON_START);
  gtk_widget_action_set_enabled (widget, "win.stop", button == PT_VIEW_BUTTON_STOP);
  gtk_widget_action_set_enabled (widget, "win.force-off", up);
  gtk_widget_action_set_enabled (widget, "win.try-again",
                                 self->view == PT_VIEW_UNREACHABLE || self->view == PT_VIEW_DENIED);
}


/* --- Closing --- */

static void
pt_window_close_anyway (gpointer data)
{
  PtWindow *self = PT_WINDOW (data);

  self->closing = TRUE;
  if (self->settings != NULL)
    g_settings_set_boolean (self->settings, "told-machine-goes-on", TRUE);
  gtk_window_close (GTK_WINDOW (self));
}


/* A machine is not ended with its window: whoever closes a window on a game still loading, or
 * by mistake, loses nothing. Said once. */
gboolean
pt_window_may_close (PtWindow *self)
{
  const char *heading = _ ("The machine goes on without its window");
  gboolean    told = self->settings != NULL &&
                  g_settings_get_boolean (self->settings, "told-machine-goes-on");
  gboolean runs = self->machine != NULL && (self->facts.machine == PT_MACHINE_RUNNING ||
                                            self->facts.machine == PT_MACHINE_STARTING);

  if (!runs || told || self->closing)
    return TRUE;
  pt_dialog_confirm (GTK_WIDGET (self), heading,
                     _ ("Closing the window does not stop the machine. Open Passthru again to see "
                        "it, or stop it first. Passthru says this once."),
                     _ ("C_lose Window"), FALSE, pt_window_close_anyway, self);
  return FALSE;
}


/* --- Class --- */

void
pt_window_class_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.start", NULL, pt_window_start_action);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, pt_window_stop_action);
  gtk_widget_class_install_action (widget_class, "win.force-off", NULL, pt_window_force_off_action);
  gtk_widget_class_install_action (widget_class, "win.set-up", NULL, pt_window_set_up_action);
  gtk_widget_class_install_action (widget_class, "win.keep-trial", NULL,
                                   pt_window_keep_trial_action);
  gtk_widget_class_install_action (widget_class, "win.leave-trial", NULL,
                                   pt_window_leave_trial_action);
  gtk_widget_class_install_action (widget_class, "win.close-warning", NULL,
                                   pt_window_close_warning_action);
  gtk_widget_class_install_action (widget_class, "win.look", NULL, pt_window_look_action);
  gtk_widget_class_install_action (widget_class, "win.close-notice", NULL,
                                   pt_window_close_notice_action);
  gtk_widget_class_install_action (widget_class, "win.try-again", NULL, pt_window_try_again_action);
  gtk_widget_class_install_action (widget_class, "win.show-menu", NULL, pt_window_show_menu_action);
  gtk_widget_class_install_property_action (widget_class, "win.fullscreen", "fullscreened");
  gtk_widget_class_install_property_action (widget_class, "win.show-statistics", "show-statistics");

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, 0, "win.show-menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "win.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK,
                                       "win.start", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return,
                                       GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.stop", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, GDK_CONTROL_MASK,
                                       "win.show-statistics", NULL);
}
