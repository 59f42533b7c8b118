/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-paint"

#include "config.h"

#include "pt-paint.h"


static void
pt_paint_set_size (PangoLayout *layout,
                   PtPaintSize  size)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  if (size != PT_PAINT_TITLE)
    pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  if (size != PT_PAINT_SMALL)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
}


float
pt_paint_text (GtkWidget     *widget,
               GtkSnapshot   *snapshot,
               float          x,
               float          y,
               float          width,
               const char    *text,
               PtPaintSize    size,
               const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = NULL;
  int height = 0;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), 0);
  g_return_val_if_fail (text != NULL && color != NULL, 0);

  layout = gtk_widget_create_pango_layout (widget, text);
  pt_paint_set_size (layout, size);
  if (width >= 0)
    {
      pango_layout_set_width (layout, (int)(MAX (width, 1.0F) * PANGO_SCALE));
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    }
  pango_layout_get_pixel_size (layout, NULL, &height);
  if (snapshot != NULL)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
      gtk_snapshot_append_layout (snapshot, layout, color);
      gtk_snapshot_restore (snapshot);
    }
  return (float)height;
}


void
pt_paint_box (GtkSnapshot           *snapshot,
              const graphene_rect_t *bounds,
              float                  radius,
              float                  border,
              const GdkRGBA         *color,
              float                  fill)
{
  const float    widths[4] = { border, border, border, border };
  GskRoundedRect rect;
  GdkRGBA        inside = { 0 };

  g_return_if_fail (GTK_IS_SNAPSHOT (snapshot));
  g_return_if_fail (bounds != NULL && color != NULL);

  gsk_rounded_rect_init_from_rect (&rect, bounds, radius);
  if (fill > 0)
    {
      inside = *color;
      inside.alpha *= fill;
      gtk_snapshot_push_rounded_clip (snapshot, &rect);
      gtk_snapshot_append_color (snapshot, &inside, &rect.bounds);
      gtk_snapshot_pop (snapshot);
    }
  gtk_snapshot_append_border (snapshot, &rect, widths,
                              (const GdkRGBA[]){ *color, *color, *color, *color });
}
