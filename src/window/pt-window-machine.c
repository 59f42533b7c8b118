/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-window-machine"

#include "config.h"

#include "pt-window-private.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "pt-statistics.h"

/* Which machine the window shows, and where its frames come from. */

/* Seconds until libvirt is tried again, after it went and after it did not answer. */
#define PT_WINDOW_REOPEN_SOON 1
#define PT_WINDOW_REOPEN_AGAIN 5


static void
pt_window_set_detail (PtWindow *self,
                      char     *detail)
{
  g_free (self->detail);
  self->detail = detail;
}


/* --- Frames --- */

/* (transfer full) (nullable) */
static char *
pt_window_describe_source (PtWindow *self)
{
  g_autofree char *message = pt_kvmfr_source_dup_message (self->source);

  if (self->facts.source != PT_SOURCE_WRONG_VERSION || message == NULL)
    return g_steal_pointer (&message);
  /* Translators: both are names and numbers of protocols, as in “LGMP 6 / KVMFR 20”. */
  return g_strdup_printf (_ ("The machine speaks %1$s. Passthru speaks %2$s."), message,
                          PT_STATISTICS_PROTOCOL);
}


static void
pt_window_source_state_cb (PtWindow *self)
{
  const char *path = self->machine != NULL ? pt_machine_get_shared_memory (self->machine) : NULL;

  self->facts.source = pt_kvmfr_source_get_state (self->source);
  self->facts.denied = self->facts.source == PT_SOURCE_NO_MEMORY && path != NULL &&
                       access (path, F_OK) == 0 && access (path, R_OK | W_OK) != 0;
  pt_window_set_detail (self, pt_window_describe_source (self));
  pt_window_refresh (self);
}


static void
pt_window_source_frame_cb (PtWindow *self)
{
  if (self->facts.picture)
    return;
  self->facts.picture = TRUE;
  pt_window_refresh (self);
}


static void
pt_window_detach (PtWindow *self)
{
  if (self->source == NULL)
    return;
  g_signal_group_set_target (self->source_signals, NULL);
  if (self->display != NULL)
    pt_display_set_source (PT_DISPLAY (self->display), NULL);
  pt_kvmfr_source_stop (self->source);
  g_clear_object (&self->source);
  self->facts.source = PT_SOURCE_STOPPED;
  self->facts.picture = FALSE;
  self->facts.denied = FALSE;
  pt_window_set_detail (self, NULL);
}


void
pt_window_attach (PtWindow   *self,
                  const char *shared_memory)
{
  g_assert (PT_IS_WINDOW (self));

  pt_window_detach (self);
  self->facts.has_memory = shared_memory != NULL;
  if (shared_memory == NULL)
    return;
  self->source = pt_kvmfr_source_new (shared_memory);
  g_signal_group_set_target (self->source_signals, self->source);
  pt_display_set_source (PT_DISPLAY (self->display), self->source);
  pt_kvmfr_source_start (self->source);
  self->facts.source = pt_kvmfr_source_get_state (self->source);
}


/* --- The machine --- */

/* Frames are followed from the moment QEMU runs until it is gone. */
static void
pt_window_follow_frames (PtWindow *self)
{
  gboolean up = self->facts.machine == PT_MACHINE_RUNNING ||
                self->facts.machine == PT_MACHINE_PAUSED ||
                self->facts.machine == PT_MACHINE_STOPPING;

  if (!up)
    pt_window_detach (self);
  else if (self->source == NULL)
    pt_window_attach (self, pt_machine_get_shared_memory (self->machine));
}


static void
pt_window_machine_state_cb (PtWindow *self)
{
  PtMachineState state = pt_machine_get_state (self->machine);

  if (state != self->facts.machine)
    self->machine_since = g_get_monotonic_time ();
  self->facts.machine = state;
  pt_window_follow_frames (self);
  pt_window_refresh (self);
}


static void
pt_window_machine_memory_cb (PtWindow *self)
{
  pt_window_detach (self);
  pt_window_machine_state_cb (self);
}


static void
pt_window_show_title (PtWindow *self)
{
  const char *name = self->machine != NULL ? pt_machine_get_name (self->machine) : "Passthru";

  adw_window_title_set_title (self->title, name);
  gtk_window_set_title (GTK_WINDOW (self), name);
}


/* The drop-down follows a machine that was chosen elsewhere. */
static void
pt_window_select (PtWindow *self)
{
  GListModel *model = gtk_drop_down_get_model (self->switcher);

  for (guint i = 0; model != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (PtMachine) machine = g_list_model_get_item (model, i);

      if (machine == self->machine)
        gtk_drop_down_set_selected (self->switcher, i);
    }
}


void
pt_window_set_machine (PtWindow  *self,
                       PtMachine *machine)
{
  g_assert (PT_IS_WINDOW (self));

  if (machine == self->machine)
    return;
  pt_window_detach (self);
  g_set_object (&self->machine, machine);
  g_signal_group_set_target (self->machine_signals, machine);
  self->facts.has_machine = machine != NULL;
  self->facts.checking = FALSE;
  self->machine_since = g_get_monotonic_time ();
  pt_window_show_title (self);
  pt_window_select (self);
  if (machine != NULL)
    {
      pt_window_machine_state_cb (self);
      if (self->settings != NULL && !self->rehearsal)
        g_settings_set_string (self->settings, "machine", pt_machine_get_name (machine));
    }
  else
    pt_window_refresh (self);
  g_object_notify (G_OBJECT (self), "machine-name");
}


/* --- The list of machines --- */

/* A rehearsal shows its own machines only, and the real list none of theirs. */
static gboolean
pt_window_filter_cb (gpointer item,
                     gpointer data)
{
  PtWindow *self = PT_WINDOW (data);

  return pt_machine_is_rehearsal (PT_MACHINE (item)) == self->rehearsal;
}


static PtMachine *
pt_window_find (PtWindow   *self,
                GListModel *model,
                const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (PtMachine) machine = g_list_model_get_item (model, i);

      if (name == NULL || g_strcmp0 (pt_machine_get_name (machine), name) == 0)
        return g_steal_pointer (&machine);
    }
  return NULL;
}


static gboolean
pt_window_still_there (PtWindow   *self,
                       GListModel *model)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (PtMachine) machine = g_list_model_get_item (model, i);

      if (machine == self->machine)
        return TRUE;
    }
  return FALSE;
}


/* Which one to show: the one asked for, else the one on show, else the last one, else any. */
static PtMachine *
pt_window_choose (PtWindow   *self,
                  GListModel *model)
{
  g_autoptr (PtMachine) machine = NULL;

  if (self->wanted != NULL)
    return pt_window_find (self, model, self->wanted);
  if (self->machine != NULL && pt_window_still_there (self, model))
    return g_object_ref (self->machine);
  if (self->settings != NULL && !self->rehearsal)
    {
      g_autofree char *last = g_settings_get_string (self->settings, "machine");

      machine = pt_window_find (self, model, last);
    }
  return machine != NULL ? g_steal_pointer (&machine) : pt_window_find (self, model, NULL);
}


static void
pt_window_machines_changed_cb (PtWindow *self)
{
  GListModel *model = gtk_drop_down_get_model (self->switcher);
  g_autoptr (PtMachine) machine = NULL;

  if (model == NULL)
    return;
  machine = pt_window_choose (self, model);
  gtk_stack_set_visible_child_name (self->title_stack,
                                    g_list_model_get_n_items (model) > 1 ? "switcher" : "title");
  self->facts.missing = self->wanted != NULL && machine == NULL;
  if (self->facts.missing)
    pt_window_set_detail (self, g_strdup (self->wanted));
  pt_window_set_machine (self, machine);
  pt_window_refresh (self);
  if (machine == NULL || self->wanted == NULL)
    return;
  g_clear_pointer (&self->wanted, g_free);
  if (self->start_wanted && pt_view_get_button (self->view) == PT_VIEW_BUTTON_START)
    pt_window_start (self);
  self->start_wanted = FALSE;
}


static void
pt_window_reopened_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data);


static gboolean
pt_window_reopen_timer_cb (gpointer data)
{
  PtWindow *self = PT_WINDOW (data);

  self->reopen_timer = 0;
  pt_machines_reopen_async (self->machines, self->cancellable, pt_window_reopened_cb,
                            g_object_ref (self));
  return G_SOURCE_REMOVE;
}


static void
pt_window_reopen_in (PtWindow *self,
                     guint     seconds)
{
  g_clear_handle_id (&self->reopen_timer, g_source_remove);
  self->reopen_timer = g_timeout_add_seconds (seconds, pt_window_reopen_timer_cb, self);
}


/* libvirt may go, and come back, as when it is updated: what it ran goes on meanwhile, and so does
 * its picture. */
static void
pt_window_connected_cb (PtWindow *self)
{
  self->facts.unreachable = !pt_machines_is_connected (self->machines);
  if (self->facts.unreachable)
    pt_window_reopen_in (self, PT_WINDOW_REOPEN_SOON);
  else
    g_clear_handle_id (&self->reopen_timer, g_source_remove);
  pt_window_set_detail (self, NULL);
  pt_window_refresh (self);
}


static void
pt_window_set_machines (PtWindow   *self,
                        PtMachines *machines)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (pt_window_filter_cb, self, NULL));
  g_autoptr (GtkFilterListModel) model = NULL;
  g_autoptr (GtkExpression) name = gtk_property_expression_new (PT_TYPE_MACHINE, NULL, "name");

  g_set_object (&self->machines, machines);
  model = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (machines)), filter);
  gtk_drop_down_set_expression (self->switcher, name);
  gtk_drop_down_set_model (self->switcher, G_LIST_MODEL (model));
  g_signal_connect_object (model, "items-changed", G_CALLBACK (pt_window_machines_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (machines, "notify::connected", G_CALLBACK (pt_window_connected_cb), self,
                           G_CONNECT_SWAPPED);
  pt_window_machines_changed_cb (self);
}


static void
pt_window_opened_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (PtWindow) self = PT_WINDOW (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtMachines) machines = pt_machines_open_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->facts.connecting = FALSE;
  self->facts.unreachable = machines == NULL;
  pt_window_set_detail (self, error != NULL ? g_strdup (error->message) : NULL);
  if (machines != NULL)
    pt_window_set_machines (self, machines);
  else
    pt_window_refresh (self);
}


static void
pt_window_reopened_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (PtWindow) self = PT_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  pt_machines_reopen_finish (PT_MACHINES (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->facts.connecting = FALSE;
  self->facts.unreachable = error != NULL;
  pt_window_set_detail (self, error != NULL ? g_strdup (error->message) : NULL);
  if (error != NULL)
    pt_window_reopen_in (self, PT_WINDOW_REOPEN_AGAIN);
  pt_window_refresh (self);
}


void
pt_window_connect (PtWindow *self)
{
  g_assert (PT_IS_WINDOW (self));

  g_clear_handle_id (&self->reopen_timer, g_source_remove);
  self->facts.connecting = TRUE;
  self->facts.unreachable = FALSE;
  pt_window_set_detail (self, NULL);
  pt_window_refresh (self);
  if (self->machines != NULL)
    {
      pt_machines_reopen_async (self->machines, self->cancellable, pt_window_reopened_cb,
                                g_object_ref (self));
      return;
    }
  pt_machines_open_async (pt_machines_default_uri (self->rehearsal), self->cancellable,
                          pt_window_opened_cb, g_object_ref (self));
}


/* Nothing is shown any more. What is under way may keep the window's memory for a while: it finds
 * nothing to do here. */
void
pt_window_disconnect (PtWindow *self)
{
  g_assert (PT_IS_WINDOW (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->reopen_timer, g_source_remove);
  if (self->switcher != NULL)
    gtk_drop_down_set_model (self->switcher, NULL);
  pt_window_detach (self);
  if (self->machine_signals != NULL)
    g_signal_group_set_target (self->machine_signals, NULL);
  g_clear_object (&self->machine_signals);
  g_clear_object (&self->source_signals);
  g_clear_object (&self->machine);
  g_clear_object (&self->machines);
  g_clear_object (&self->cancellable);
}


void
pt_window_init_machine (PtWindow *self)
{
  g_assert (PT_IS_WINDOW (self));

  self->cancellable = g_cancellable_new ();
  self->machine_signals = g_signal_group_new (PT_TYPE_MACHINE);
  g_signal_group_connect_swapped (self->machine_signals, "notify::state",
                                  G_CALLBACK (pt_window_machine_state_cb), self);
  g_signal_group_connect_swapped (self->machine_signals, "notify::shared-memory",
                                  G_CALLBACK (pt_window_machine_memory_cb), self);
  self->source_signals = g_signal_group_new (PT_TYPE_KVMFR_SOURCE);
  g_signal_group_connect_swapped (self->source_signals, "notify::state",
                                  G_CALLBACK (pt_window_source_state_cb), self);
  g_signal_group_connect_swapped (self->source_signals, "frame",
                                  G_CALLBACK (pt_window_source_frame_cb), self);
}


void
pt_window_show_machine (PtWindow   *self,
                        const char *name,
                        gboolean    start)
{
  g_return_if_fail (PT_IS_WINDOW (self));
  g_return_if_fail (name != NULL);

  g_free (self->wanted);
  self->wanted = g_strdup (name);
  self->start_wanted = start;
  pt_window_machines_changed_cb (self);
}
