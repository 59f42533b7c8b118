/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-countdown"

#include "config.h"

#include "pt-countdown.h"

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"

/* Seconds from which on the figures change their colour. */
#define PT_COUNTDOWN_SOON 60

struct _PtCountdown
{
  GtkWidget parent_instance;

  GtkLabel *figures;
  char     *told;
  gint64    end;
  guint     timer;
  gboolean  over;
};

G_DEFINE_FINAL_TYPE (PtCountdown, pt_countdown, GTK_TYPE_WIDGET)

enum {
  SIGNAL_OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];


char *
pt_countdown_words (guint seconds)
{
  guint minutes = (seconds + 59) / 60;

  if (seconds > 60)
    return g_strdup_printf (ngettext ("Less than %u minute left", "Less than %u minutes left",
                                      minutes),
                            minutes);
  if (seconds > 30)
    return g_strdup (_ ("Less than a minute left"));
  if (seconds > 10)
    return g_strdup (_ ("Less than 30 seconds left"));
  return g_strdup (seconds > 0 ? _ ("Less than 10 seconds left") : _ ("The time is over"));
}


static guint
pt_countdown_get_seconds (PtCountdown *self)
{
  gint64 left = self->end - g_get_monotonic_time ();

  return left > 0 ? (guint)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;
}


static void
pt_countdown_show (PtCountdown *self,
                   guint        seconds)
{
  g_autofree char *figures = g_strdup_printf ("%u:%02u", seconds / 60, seconds % 60);
  g_autofree char *words = pt_countdown_words (seconds);

  gtk_label_set_label (self->figures, figures);
  if (seconds <= PT_COUNTDOWN_SOON)
    gtk_widget_add_css_class (GTK_WIDGET (self), "soon");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "soon");
  if (g_strcmp0 (words, self->told) == 0)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_free (self->told);
  self->told = g_steal_pointer (&words);
}


static gboolean
pt_countdown_tick (gpointer user_data)
{
  PtCountdown *self = PT_COUNTDOWN (user_data);
  guint        seconds = pt_countdown_get_seconds (self);

  pt_countdown_show (self, seconds);
  if (seconds > 0)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  self->over = TRUE;
  g_signal_emit (self, signals[SIGNAL_OVER], 0);
  return G_SOURCE_REMOVE;
}


static void
pt_countdown_run (PtCountdown *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->end == 0 || self->over || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  pt_countdown_show (self, pt_countdown_get_seconds (self));
  self->timer = g_timeout_add_seconds (1, pt_countdown_tick, self);
}


static void
pt_countdown_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pt_countdown_parent_class)->map (widget);
  pt_countdown_run (PT_COUNTDOWN (widget));
}


static void
pt_countdown_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&PT_COUNTDOWN (widget)->timer, g_source_remove);
  GTK_WIDGET_CLASS (pt_countdown_parent_class)->unmap (widget);
}


static void
pt_countdown_dispose (GObject *object)
{
  PtCountdown *self = PT_COUNTDOWN (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->figures != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->figures)));

  G_OBJECT_CLASS (pt_countdown_parent_class)->dispose (object);
}


static void
pt_countdown_finalize (GObject *object)
{
  g_free (PT_COUNTDOWN (object)->told);

  G_OBJECT_CLASS (pt_countdown_parent_class)->finalize (object);
}


static void
pt_countdown_class_init (PtCountdownClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_countdown_dispose;
  object_class->finalize = pt_countdown_finalize;
  widget_class->map = pt_countdown_map;
  widget_class->unmap = pt_countdown_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TIMER);

  signals[SIGNAL_OVER] = g_signal_new ("over", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}


/* The figures themselves are for the eye: read out every second they would drown the rest. */
static void
pt_countdown_init (PtCountdown *self)
{
  GtkWidget *figures = g_object_new (GTK_TYPE_LABEL, "accessible-role",
                                     GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  self->figures = GTK_LABEL (figures);
  gtk_widget_add_css_class (figures, "figures");
  gtk_widget_add_css_class (figures, "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self), "pt-countdown");
  gtk_widget_set_parent (figures, GTK_WIDGET (self));
}


void
pt_countdown_set_end (PtCountdown *self,
                      gint64       end)
{
  g_return_if_fail (PT_IS_COUNTDOWN (self));

  /* The same moment, told anew a little later, is not another one. */
  if (self->over && ABS (end - self->end) < 5 * G_USEC_PER_SEC)
    return;
  self->end = end;
  self->over = FALSE;
  pt_countdown_run (self);
}
