/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-uploader"

#include "config.h"

#include "pt-uploader.h"

#include "pt-gl-uploader.h"
#include "pt-memory-uploader.h"

G_DEFINE_ABSTRACT_TYPE (PtUploader, pt_uploader, G_TYPE_OBJECT)


static void
pt_uploader_class_init (PtUploaderClass *klass)
{
}


static void
pt_uploader_init (PtUploader *self)
{
}


/* Only GTK's GL renderers use our texture as it is; others would fetch it back from the card. */
static gboolean
pt_uploader_renderer_takes_gl (GskRenderer *renderer)
{
  const char *name = G_OBJECT_TYPE_NAME (renderer);

  return g_str_equal (name, "GskGLRenderer") || g_str_equal (name, "GskNglRenderer");
}


PtUploader *
pt_uploader_new_for_native (GtkNative *native)
{
  g_autoptr (GError) error = NULL;
  PtUploader *self = NULL;

  g_return_val_if_fail (GTK_IS_NATIVE (native), NULL);

  if (pt_uploader_renderer_takes_gl (gtk_native_get_renderer (native)))
    {
      self = pt_gl_uploader_new (gtk_native_get_surface (native), &error);
      if (self == NULL)
        g_debug ("no GL for frames: %s", error->message);
    }
  return self != NULL ? self : pt_uploader_new_memory ();
}


PtUploader *
pt_uploader_new_memory (void)
{
  return pt_memory_uploader_new ();
}


GdkTexture *
pt_uploader_upload (PtUploader        *self,
                    const PtFrameView *view,
                    GError           **error)
{
  g_return_val_if_fail (PT_IS_UPLOADER (self), NULL);
  g_return_val_if_fail (view != NULL && view->data != NULL, NULL);

  return PT_UPLOADER_GET_CLASS (self)->upload (self, view, error);
}


const char *
pt_uploader_get_path (PtUploader *self)
{
  g_return_val_if_fail (PT_IS_UPLOADER (self), NULL);

  return PT_UPLOADER_GET_CLASS (self)->path;
}


static gboolean
pt_uploader_clip (const PtFrameView *view,
                  const PtRect      *rect,
                  PtRect            *clipped)
{
  if (rect->x >= view->width || rect->y >= view->height || rect->width == 0 || rect->height == 0)
    return FALSE;
  *clipped = *rect;
  clipped->width = MIN (rect->width, view->width - rect->x);
  clipped->height = MIN (rect->height, view->height - rect->y);
  return TRUE;
}


void
pt_uploader_owe (PtDamage          *damage,
                 const PtFrameView *view)
{
  g_return_if_fail (damage != NULL && view != NULL);

  if (view->n_rects == 0 || view->n_rects > PT_FRAME_MAX_RECTS)
    pt_damage_set_all (damage);
  for (guint i = 0; !damage->all && i < view->n_rects; i++)
    {
      PtRect rect = { 0 };

      if (pt_uploader_clip (view, &view->rects[i], &rect))
        pt_damage_add (damage, &rect);
    }
}


guint
pt_uploader_get_rects (const PtDamage    *damage,
                       const PtFrameView *view,
                       PtRect            *rects)
{
  g_return_val_if_fail (damage != NULL && view != NULL && rects != NULL, 0);

  if (damage->all)
    {
      rects[0] = (PtRect){ 0, 0, view->width, view->height };
      return 1;
    }
  for (guint i = 0; i < damage->n_rects; i++)
    rects[i] = damage->rects[i];
  return damage->n_rects;
}
