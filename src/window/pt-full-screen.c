/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-full-screen"

#include "config.h"

#include "pt-full-screen.h"

/* How long the pointer must rest at the edge, and how near. */
#define PT_FULL_SCREEN_REST 200
#define PT_FULL_SCREEN_EDGE 3
/* How long the header stays when the pointer leaves it. */
#define PT_FULL_SCREEN_LINGER 600

struct _PtFullScreen
{
  GObject parent_instance;

  GtkWidget          *window; /* weak: it owns this */
  GtkBox             *top;
  GtkWidget          *header;
  GtkRevealer        *revealer;
  GtkEventController *motion;
  GtkEventController *focus;
  gboolean            active;
  gboolean            at_edge;
  guint               timer;
};

G_DEFINE_FINAL_TYPE (PtFullScreen, pt_full_screen, G_TYPE_OBJECT)


static gboolean
pt_full_screen_show_cb (gpointer data)
{
  PtFullScreen *self = PT_FULL_SCREEN (data);

  self->timer = 0;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  return G_SOURCE_REMOVE;
}


static gboolean
pt_full_screen_has_focus (PtFullScreen *self)
{
  GtkEventControllerFocus *focus = GTK_EVENT_CONTROLLER_FOCUS (self->focus);

  return gtk_event_controller_focus_contains_focus (focus);
}


/* An open menu keeps the header: it has the focus. */
static gboolean
pt_full_screen_hide_cb (gpointer data)
{
  PtFullScreen *self = PT_FULL_SCREEN (data);

  self->timer = 0;
  if (pt_full_screen_has_focus (self))
    return G_SOURCE_REMOVE;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  return G_SOURCE_REMOVE;
}


static void
pt_full_screen_schedule (PtFullScreen *self,
                         gboolean      show)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (show)
    self->timer = g_timeout_add (PT_FULL_SCREEN_REST, pt_full_screen_show_cb, self);
  else
    self->timer = g_timeout_add (PT_FULL_SCREEN_LINGER, pt_full_screen_hide_cb, self);
}


/* Resting means: no motion away from the edge until the timer is over. */
static void
pt_full_screen_motion_cb (PtFullScreen *self,
                          double        x,
                          double        y)
{
  gboolean shown = gtk_revealer_get_reveal_child (self->revealer);
  int      height = gtk_widget_get_height (GTK_WIDGET (self->revealer));
  gboolean at_edge = y < PT_FULL_SCREEN_EDGE || (shown && y < height);

  if (!self->active || at_edge == self->at_edge)
    return;
  self->at_edge = at_edge;
  pt_full_screen_schedule (self, at_edge);
}


static void
pt_full_screen_leave_cb (PtFullScreen *self)
{
  if (!self->active || !self->at_edge)
    return;
  self->at_edge = FALSE;
  pt_full_screen_schedule (self, FALSE);
}


static void
pt_full_screen_focus_cb (PtFullScreen *self)
{
  if (!self->active)
    return;
  if (pt_full_screen_has_focus (self))
    pt_full_screen_reveal (self);
  else if (!self->at_edge)
    pt_full_screen_schedule (self, FALSE);
}


static void
pt_full_screen_dispose (GObject *object)
{
  PtFullScreen *self = PT_FULL_SCREEN (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->window != NULL)
    gtk_widget_remove_controller (self->window, self->motion);
  if (self->header != NULL)
    gtk_widget_remove_controller (self->header, self->focus);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->top);
  g_clear_object (&self->header);
  g_clear_object (&self->revealer);

  G_OBJECT_CLASS (pt_full_screen_parent_class)->dispose (object);
}


static void
pt_full_screen_class_init (PtFullScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_full_screen_dispose;
}


static void
pt_full_screen_init (PtFullScreen *self)
{
}


PtFullScreen *
pt_full_screen_new (GtkWidget   *window,
                    GtkBox      *top,
                    GtkWidget   *header,
                    GtkRevealer *revealer)
{
  PtFullScreen *self = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (window) && GTK_IS_WIDGET (header), NULL);
  g_return_val_if_fail (GTK_IS_BOX (top) && GTK_IS_REVEALER (revealer), NULL);

  self = g_object_new (PT_TYPE_FULL_SCREEN, NULL);
  g_set_weak_pointer (&self->window, window);
  self->top = g_object_ref (top);
  self->header = g_object_ref (header);
  self->revealer = g_object_ref (revealer);
  self->motion = gtk_event_controller_motion_new ();
  gtk_event_controller_set_propagation_phase (self->motion, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->motion, "motion", G_CALLBACK (pt_full_screen_motion_cb), self);
  g_signal_connect_swapped (self->motion, "leave", G_CALLBACK (pt_full_screen_leave_cb), self);
  gtk_widget_add_controller (window, self->motion);
  self->focus = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (self->focus, "notify::contains-focus",
                            G_CALLBACK (pt_full_screen_focus_cb), self);
  gtk_widget_add_controller (header, self->focus);
  return self;
}


void
pt_full_screen_set_active (PtFullScreen *self,
                           gboolean      active)
{
  g_return_if_fail (PT_IS_FULL_SCREEN (self));

  if (self->active == active)
    return;
  self->active = active;
  self->at_edge = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  if (active)
    {
      gtk_box_remove (self->top, self->header);
      gtk_revealer_set_child (self->revealer, self->header);
    }
  else
    {
      gtk_revealer_set_child (self->revealer, NULL);
      gtk_box_prepend (self->top, self->header);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->top), !active);
}


void
pt_full_screen_reveal (PtFullScreen *self)
{
  g_return_if_fail (PT_IS_FULL_SCREEN (self));

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->active)
    gtk_revealer_set_reveal_child (self->revealer, TRUE);
}
