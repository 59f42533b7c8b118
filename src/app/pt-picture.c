/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-picture"

#include "config.h"

#include "pt-picture.h"


static GskRenderNode *
pt_picture_draw (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int          scale = gtk_widget_get_scale_factor (window);

  gtk_snapshot_scale (snapshot, (float)scale, (float)scale);
  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  return gtk_snapshot_free_to_node (snapshot);
}


/* Without the frame that GTK draws around windows where no compositor does. */
static void
pt_picture_measure (GtkWidget       *window,
                    graphene_rect_t *area)
{
  graphene_rect_t bounds = { 0 };
  float           scale = (float)gtk_widget_get_scale_factor (window);

  if (!gtk_widget_compute_bounds (window, window, &bounds))
    g_warning ("a window without bounds");
  graphene_rect_init (area, -bounds.origin.x * scale, -bounds.origin.y * scale,
                      (float)gtk_widget_get_width (window) * scale,
                      (float)gtk_widget_get_height (window) * scale);
}


gboolean
pt_picture_save (GtkWidget  *window,
                 const char *path,
                 GError    **error)
{
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderer    *renderer = NULL;
  graphene_rect_t area = { 0 };

  g_return_val_if_fail (GTK_IS_WINDOW (window), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  node = renderer != NULL ? pt_picture_draw (window) : NULL;
  if (node == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                   "%s: the window is not drawn yet", path);
      return FALSE;
    }
  pt_picture_measure (window, &area);
  texture = gsk_renderer_render_texture (renderer, node, &area);
  if (gdk_texture_save_to_png (texture, path))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: cannot write the picture", path);
  return FALSE;
}
