/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-memory-uploader"

#include "config.h"

#include "pt-memory-uploader.h"

#include "pt-pixels.h"

/* Kept when nobody holds them: one on the screen, one for the next picture. */
#define PT_MEMORY_UPLOADER_KEPT 2

/* Shared by the uploader and by the texture that shows it, whichever lives longer. */
typedef struct
{
  guint8  *data;
  guint    width, height;
  gboolean shown; /* a texture has it */
  PtDamage damage;
} PtMemoryBuffer;

struct _PtMemoryUploader
{
  PtUploader parent_instance;

  GPtrArray *buffers; /* PtMemoryBuffer */
};

G_DEFINE_FINAL_TYPE (PtMemoryUploader, pt_memory_uploader, PT_TYPE_UPLOADER)


static void
pt_memory_buffer_clear (gpointer data)
{
  PtMemoryBuffer *buffer = data;

  g_clear_pointer (&buffer->data, g_free);
}


static void
pt_memory_buffer_unref (gpointer data)
{
  g_rc_box_release_full (data, pt_memory_buffer_clear);
}


static void
pt_memory_buffer_release_cb (gpointer data)
{
  PtMemoryBuffer *buffer = data;

  buffer->shown = FALSE;
  pt_memory_buffer_unref (buffer);
}


static PtMemoryBuffer *
pt_memory_buffer_new (guint width,
                      guint height)
{
  PtMemoryBuffer *buffer = g_rc_box_new0 (PtMemoryBuffer);

  buffer->data = g_malloc_n (height, 4 * (gsize)width);
  buffer->width = width;
  buffer->height = height;
  pt_damage_set_all (&buffer->damage);
  return buffer;
}


/* Buffers of an old size and more idle ones than needed go. */
static void
pt_memory_uploader_trim (PtMemoryUploader  *self,
                         const PtFrameView *view)
{
  for (guint i = self->buffers->len; i > 0; i--)
    {
      PtMemoryBuffer *buffer = self->buffers->pdata[i - 1];
      gboolean        fits = buffer->width == view->width && buffer->height == view->height;

      if (!fits || (!buffer->shown && self->buffers->len > PT_MEMORY_UPLOADER_KEPT))
        g_ptr_array_remove_index_fast (self->buffers, i - 1);
    }
}


static PtMemoryBuffer *
pt_memory_uploader_get_idle (PtMemoryUploader  *self,
                             const PtFrameView *view)
{
  PtMemoryBuffer *buffer = NULL;

  for (guint i = 0; i < self->buffers->len; i++)
    {
      buffer = self->buffers->pdata[i];
      if (!buffer->shown)
        return buffer;
    }
  buffer = pt_memory_buffer_new (view->width, view->height);
  g_ptr_array_add (self->buffers, buffer);
  return buffer;
}


static void
pt_memory_buffer_update (PtMemoryBuffer    *buffer,
                         const PtFrameView *view)
{
  PtRect rects[PT_FRAME_MAX_RECTS] = { 0 };
  guint  n_rects = pt_uploader_get_rects (&buffer->damage, view, rects);
  gsize  pitch = 4 * (gsize)buffer->width;

  for (guint i = 0; i < n_rects; i++)
    pt_pixels_copy (view, &rects[i],
                    buffer->data + rects[i].y * pitch + 4 * (gsize)rects[i].x, pitch);
  pt_damage_clear (&buffer->damage);
}


static GdkTexture *
pt_memory_uploader_upload (PtUploader        *uploader,
                           const PtFrameView *view,
                           GError           **error)
{
  PtMemoryUploader *self = PT_MEMORY_UPLOADER (uploader);
  PtMemoryBuffer   *buffer = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize pitch = 4 * (gsize)view->width;

  pt_memory_uploader_trim (self, view);
  for (guint i = 0; i < self->buffers->len; i++)
    pt_uploader_owe (&((PtMemoryBuffer *)self->buffers->pdata[i])->damage, view);
  buffer = pt_memory_uploader_get_idle (self, view);
  pt_memory_buffer_update (buffer, view);
  buffer->shown = TRUE;
  bytes = g_bytes_new_with_free_func (buffer->data, pitch * view->height,
                                      pt_memory_buffer_release_cb, g_rc_box_acquire (buffer));
  return gdk_memory_texture_new ((int)view->width, (int)view->height,
                                 GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, pitch);
}


static void
pt_memory_uploader_finalize (GObject *object)
{
  PtMemoryUploader *self = PT_MEMORY_UPLOADER (object);

  g_clear_pointer (&self->buffers, g_ptr_array_unref);
  G_OBJECT_CLASS (pt_memory_uploader_parent_class)->finalize (object);
}


static void
pt_memory_uploader_class_init (PtMemoryUploaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_memory_uploader_finalize;
  PT_UPLOADER_CLASS (klass)->path = "memory";
  PT_UPLOADER_CLASS (klass)->upload = pt_memory_uploader_upload;
}


static void
pt_memory_uploader_init (PtMemoryUploader *self)
{
  self->buffers = g_ptr_array_new_with_free_func (pt_memory_buffer_unref);
}


PtUploader *
pt_memory_uploader_new (void)
{
  return g_object_new (PT_TYPE_MEMORY_UPLOADER, NULL);
}
