/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-steps-bar"

#include "config.h"

#include "pt-steps-bar.h"

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"

/* Two rows of the same steps, of which the one that fits is shown. */
struct _PtStepsBar
{
  GtkWidget parent_instance;

  GtkWidget *wide;   /* with names */
  GtkWidget *narrow; /* without */
  guint      n_steps;
};

G_DEFINE_FINAL_TYPE (PtStepsBar, pt_steps_bar, GTK_TYPE_WIDGET)

enum {
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];


static int
pt_steps_bar_wide_width (PtStepsBar *self)
{
  int width = 0;

  gtk_widget_measure (self->wide, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return width;
}


static GtkSizeRequestMode
pt_steps_bar_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}


static void
pt_steps_bar_measure (GtkWidget     *widget,
                      GtkOrientation orientation,
                      int            for_size,
                      int           *minimum,
                      int           *natural,
                      int           *minimum_baseline,
                      int           *natural_baseline)
{
  PtStepsBar *self = PT_STEPS_BAR (widget);
  GtkWidget  *row = self->wide;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (self->narrow, orientation, -1, minimum, NULL, NULL, NULL);
      *natural = MAX (*minimum, pt_steps_bar_wide_width (self));
      return;
    }
  if (for_size >= 0 && for_size < pt_steps_bar_wide_width (self))
    row = self->narrow;
  gtk_widget_measure (row, orientation, -1, minimum, natural, NULL, NULL);
}


static void
pt_steps_bar_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  PtStepsBar *self = PT_STEPS_BAR (widget);
  gboolean    wide = width >= pt_steps_bar_wide_width (self);

  gtk_widget_set_child_visible (self->wide, wide);
  gtk_widget_set_child_visible (self->narrow, !wide);
  gtk_widget_allocate (wide ? self->wide : self->narrow, width, height, baseline, NULL);
}


static void
pt_steps_bar_clicked_cb (PtStepsBar *self,
                         GtkWidget  *button)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "index"));

  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, index);
}


static void
pt_steps_bar_dispose (GObject *object)
{
  PtStepsBar *self = PT_STEPS_BAR (object);

  g_clear_pointer (&self->wide, gtk_widget_unparent);
  g_clear_pointer (&self->narrow, gtk_widget_unparent);

  G_OBJECT_CLASS (pt_steps_bar_parent_class)->dispose (object);
}


static void
pt_steps_bar_class_init (PtStepsBarClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_steps_bar_dispose;
  widget_class->get_request_mode = pt_steps_bar_get_request_mode;
  widget_class->measure = pt_steps_bar_measure;
  widget_class->size_allocate = pt_steps_bar_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "steps-bar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}


static void
pt_steps_bar_init (PtStepsBar *self)
{
  GtkWidget *rows[2] = {
    NULL,
  };

  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      rows[i] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      gtk_box_set_homogeneous (GTK_BOX (rows[i]), TRUE);
      gtk_widget_set_parent (rows[i], GTK_WIDGET (self));
    }
  self->wide = rows[0];
  self->narrow = rows[1];
}


static void
pt_steps_bar_append (PtStepsBar *self,
                     GtkWidget  *row,
                     const char *title,
                     gboolean    named)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (bar, "pt-step-bar");
  gtk_widget_set_hexpand (bar, TRUE);
  gtk_box_append (GTK_BOX (content), bar);
  if (named)
    gtk_box_append (GTK_BOX (content), gtk_label_new (title));
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_button_set_has_frame (GTK_BUTTON (button), FALSE);
  gtk_widget_add_css_class (button, "pt-step");
  gtk_widget_set_tooltip_text (button, title);
  g_object_set_data (G_OBJECT (button), "index", GUINT_TO_POINTER (self->n_steps));
  g_signal_connect_object (button, "clicked", G_CALLBACK (pt_steps_bar_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), button);
}


void
pt_steps_bar_add (PtStepsBar *self,
                  const char *title)
{
  g_return_if_fail (PT_IS_STEPS_BAR (self));
  g_return_if_fail (title != NULL);

  pt_steps_bar_append (self, self->wide, title, TRUE);
  pt_steps_bar_append (self, self->narrow, title, FALSE);
  self->n_steps++;
}


static void
pt_steps_bar_set_class (GtkWidget  *widget,
                        const char *css_class,
                        gboolean    on)
{
  if (on)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}


static void
pt_steps_bar_update_row (GtkWidget *row,
                         guint      current,
                         gboolean   locked)
{
  guint i = 0;

  for (GtkWidget *step = gtk_widget_get_first_child (row); step != NULL;
       step = gtk_widget_get_next_sibling (step), i++)
    {
      const char      *title = gtk_widget_get_tooltip_text (step);
      g_autofree char *label = NULL;

      pt_steps_bar_set_class (step, "finished", i < current);
      pt_steps_bar_set_class (step, "current", i == current);
      gtk_widget_set_sensitive (step, i < current && !locked);
      if (i < current)
        /* Translators: %s is the name of a step, for screen readers. */
        label = g_strdup_printf (_ ("%s, finished"), title);
      else if (i == current)
        /* Translators: %s is the name of a step, for screen readers. */
        label = g_strdup_printf (_ ("%s, current step"), title);
      else
        /* Translators: %s is the name of a step, for screen readers. */
        label = g_strdup_printf (_ ("%s, to come"), title);
      gtk_accessible_update_property (GTK_ACCESSIBLE (step), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
    }
}


void
pt_steps_bar_set_current (PtStepsBar *self,
                          guint       index,
                          gboolean    locked)
{
  g_return_if_fail (PT_IS_STEPS_BAR (self));

  pt_steps_bar_update_row (self->wide, index, locked);
  pt_steps_bar_update_row (self->narrow, index, locked);
}
