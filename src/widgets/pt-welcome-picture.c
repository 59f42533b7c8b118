/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-welcome-picture"

#include "config.h"

#include "pt-welcome-picture.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"

/* Drawn in a space of this size, then scaled to fit. */
#define WIDTH 440.0
#define HEIGHT 200.0

struct _PtWelcomePicture
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (PtWelcomePicture, pt_welcome_picture, GTK_TYPE_WIDGET)


static void
pt_picture_color (cairo_t       *cr,
                  const GdkRGBA *color,
                  double         alpha)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}


static void
pt_picture_rounded (cairo_t *cr,
                    double   x,
                    double   y,
                    double   width,
                    double   height,
                    double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}


static void
pt_picture_fan (cairo_t       *cr,
                double         x,
                double         y,
                double         radius,
                const GdkRGBA *color)
{
  pt_picture_color (cr, color, 0.9);
  cairo_set_line_width (cr, 2);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  cairo_stroke (cr);
  for (int blade = 0; blade < 5; blade++)
    {
      double angle = blade * 2 * G_PI / 5;

      cairo_move_to (cr, x + 4 * cos (angle), y + 4 * sin (angle));
      cairo_curve_to (cr, x + 8 * cos (angle + 0.2), y + 8 * sin (angle + 0.2),
                      x + (radius - 6) * cos (angle + 0.4), y + (radius - 6) * sin (angle + 0.4),
                      x + (radius - 4) * cos (angle + 0.8), y + (radius - 4) * sin (angle + 0.8));
      cairo_stroke (cr);
    }
}


/* A graphics card with its bracket at the left and two fans. */
static void
pt_picture_card (cairo_t       *cr,
                 double         y,
                 const GdkRGBA *color)
{
  pt_picture_rounded (cr, 18, y, 126, 62, 9);
  pt_picture_color (cr, color, 0.16);
  cairo_fill_preserve (cr);
  pt_picture_color (cr, color, 0.9);
  cairo_set_line_width (cr, 2.5);
  cairo_stroke (cr);
  cairo_rectangle (cr, 8, y - 6, 5, 78);
  cairo_rectangle (cr, 38, y + 63, 62, 6);
  cairo_fill (cr);
  pt_picture_fan (cr, 52, y + 31, 21, color);
  pt_picture_fan (cr, 110, y + 31, 21, color);
}


/* The way of a picture from a card to what it draws. */
static void
pt_picture_cable (cairo_t       *cr,
                  double         from,
                  double         x,
                  double         to,
                  const GdkRGBA *color)
{
  pt_picture_color (cr, color, 0.9);
  cairo_set_line_width (cr, 2.5);
  cairo_move_to (cr, 146, from);
  cairo_curve_to (cr, 190, from, 165, to, x, to);
  cairo_stroke (cr);
  cairo_arc (cr, x, to, 4, 0, 2 * G_PI);
  cairo_fill (cr);
}


static void
pt_picture_monitor (cairo_t       *cr,
                    const GdkRGBA *color)
{
  pt_picture_rounded (cr, 210, 12, 222, 146, 10);
  pt_picture_color (cr, color, 0.07);
  cairo_fill_preserve (cr);
  pt_picture_color (cr, color, 0.7);
  cairo_set_line_width (cr, 3);
  cairo_stroke (cr);
  cairo_rectangle (cr, 210, 24, 222, 1);
  cairo_rectangle (cr, 308, 160, 26, 20);
  cairo_fill (cr);
  pt_picture_rounded (cr, 282, 180, 78, 6, 3);
  cairo_fill (cr);
}


/* The window with a small game in it: a sun over hills. */
static void
pt_picture_window (cairo_t       *cr,
                   const GdkRGBA *accent,
                   const GdkRGBA *paper)
{
  cairo_save (cr);
  pt_picture_rounded (cr, 250, 44, 158, 96, 8);
  cairo_clip (cr);
  pt_picture_color (cr, paper, 1);
  cairo_paint (cr);
  pt_picture_color (cr, accent, 0.30);
  cairo_paint (cr);
  pt_picture_color (cr, accent, 0.9);
  cairo_rectangle (cr, 250, 44, 158, 14);
  cairo_fill (cr);
  cairo_arc (cr, 366, 84, 13, 0, 2 * G_PI);
  cairo_fill (cr);
  pt_picture_color (cr, accent, 0.55);
  cairo_move_to (cr, 250, 140);
  cairo_line_to (cr, 250, 118);
  cairo_line_to (cr, 292, 82);
  cairo_line_to (cr, 346, 140);
  cairo_fill (cr);
  pt_picture_color (cr, accent, 0.85);
  cairo_move_to (cr, 304, 140);
  cairo_line_to (cr, 352, 102);
  cairo_line_to (cr, 408, 136);
  cairo_line_to (cr, 408, 140);
  cairo_fill (cr);
  cairo_restore (cr);
  pt_picture_rounded (cr, 250, 44, 158, 96, 8);
  pt_picture_color (cr, accent, 0.9);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  for (int dot = 0; dot < 3; dot++)
    {
      pt_picture_color (cr, paper, 0.9);
      cairo_arc (cr, 400 - 9 * dot, 51, 2.5, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}


static void
pt_welcome_picture_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  float    width = (float)gtk_widget_get_width (widget);
  float    height = (float)gtk_widget_get_height (widget);
  double   scale = MIN (width / WIDTH, height / HEIGHT);
  GdkRGBA  text = { 0 };
  GdkRGBA  accent = { 0 };
  GdkRGBA  paper = { 0 };
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  pt_widgets_lookup_color (widget, "window_fg_color", "#333", &text);
  pt_widgets_lookup_color (widget, "accent_bg_color", "#3584e4", &accent);
  pt_widgets_lookup_color (widget, "view_bg_color", "#fff", &paper);
  cairo_translate (cr, (width - WIDTH * scale) / 2, (height - HEIGHT * scale) / 2);
  cairo_scale (cr, scale, scale);
  text.alpha = 0.75F;
  pt_picture_monitor (cr, &text);
  pt_picture_cable (cr, 45, 210, 45, &text);
  pt_picture_card (cr, 14, &text);
  pt_picture_window (cr, &accent, &paper);
  pt_picture_cable (cr, 139, 250, 112, &accent);
  pt_picture_card (cr, 108, &accent);
  cairo_destroy (cr);
}


static void
pt_welcome_picture_measure (GtkWidget     *widget,
                            GtkOrientation orientation,
                            int            for_size,
                            int           *minimum,
                            int           *natural,
                            int           *minimum_baseline,
                            int           *natural_baseline)
{
  gboolean horizontal = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = horizontal ? 220 : 110;
  *natural = (int)(horizontal ? WIDTH : HEIGHT);
}


static void
pt_welcome_picture_class_init (PtWelcomePictureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = pt_welcome_picture_snapshot;
  widget_class->measure = pt_welcome_picture_measure;
  gtk_widget_class_set_css_name (widget_class, "welcome-picture");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}


static void
pt_welcome_picture_init (PtWelcomePicture *self)
{
  const char *label = _ ("Two graphics cards: one draws the desktop, the other one window in it.");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}


GtkWidget *
pt_welcome_picture_new (void)
{
  return g_object_new (PT_TYPE_WELCOME_PICTURE, NULL);
}
