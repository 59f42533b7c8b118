/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What drawings made of boxes and words share. All lengths in pixels. */

typedef enum {
  PT_PAINT_TITLE = 0, /* bold */
  PT_PAINT_HEADING,   /* small and bold */
  PT_PAINT_SMALL,
} PtPaintSize;

/* A paragraph in the font of @widget, wrapped at @width; @width < 0 = as wide as it is. Drawn on
 * @snapshot, or only measured if that is NULL. Returns its height. */
float pt_paint_text (GtkWidget     *widget,
                     GtkSnapshot   *snapshot,
                     float          x,
                     float          y,
                     float          width,
                     const char    *text,
                     PtPaintSize    size,
                     const GdkRGBA *color);
/* A rounded box with a @border thick, its inside @fill (0 to 1) times as strong as @color. */
void pt_paint_box (GtkSnapshot           *snapshot,
                   const graphene_rect_t *bounds,
                   float                  radius,
                   float                  border,
                   const GdkRGBA         *color,
                   float                  fill);

G_END_DECLS
