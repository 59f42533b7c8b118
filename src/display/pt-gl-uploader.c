/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-gl-uploader"

#include "config.h"

#include "pt-gl-uploader.h"

#include <epoxy/gl.h>

#include "pt-kvmfr-source.h"
#include "pt-pixels.h"

#define PT_GL_UPLOADER_KEPT 2

/* Shared by the uploader and by the GdkTexture that shows it, whichever lives longer. */
typedef struct
{
  GdkGLContext *context;
  guint         id;
  guint         width, height;
  PtPixels      pixels;
  gboolean      shown;
  PtDamage      damage;
} PtGlTexture;

struct _PtGlUploader
{
  PtUploader parent_instance;

  GdkGLContext *context;
  GPtrArray    *textures; /* PtGlTexture */
  GByteArray   *scratch;  /* pixels GL is not asked to understand */
};

G_DEFINE_FINAL_TYPE (PtGlUploader, pt_gl_uploader, PT_TYPE_UPLOADER)


static void
pt_gl_texture_clear (gpointer data)
{
  PtGlTexture  *texture = data;
  GdkGLContext *current = gdk_gl_context_get_current ();
  g_autoptr (GdkGLContext) previous = current != NULL ? g_object_ref (current) : NULL;

  gdk_gl_context_make_current (texture->context);
  glDeleteTextures (1, &texture->id);
  if (previous != NULL && previous != texture->context)
    gdk_gl_context_make_current (previous);
  g_clear_object (&texture->context);
}


static void
pt_gl_texture_unref (gpointer data)
{
  g_rc_box_release_full (data, pt_gl_texture_clear);
}


static void
pt_gl_texture_release_cb (gpointer data)
{
  PtGlTexture *texture = data;

  texture->shown = FALSE;
  pt_gl_texture_unref (texture);
}


/* The alpha byte of the guest means nothing: what draws the texture gets 1. */
static void
pt_gl_texture_set_parameters (void)
{
  glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_SWIZZLE_A, GL_ONE);
}


static GLenum
pt_gl_texture_get_format (PtGlTexture *texture)
{
  return texture->pixels == PT_PIXELS_RGBA8 ? GL_RGBA : GL_BGRA;
}


/* In the current context. */
static PtGlTexture *
pt_gl_texture_new (GdkGLContext      *context,
                   const PtFrameView *view)
{
  PtGlTexture *texture = g_rc_box_new0 (PtGlTexture);

  texture->context = g_object_ref (context);
  texture->width = view->width;
  texture->height = view->height;
  texture->pixels = view->pixels;
  pt_damage_set_all (&texture->damage);
  glGenTextures (1, &texture->id);
  glBindTexture (GL_TEXTURE_2D, texture->id);
  pt_gl_texture_set_parameters ();
  glTexImage2D (GL_TEXTURE_2D, 0, GL_RGBA8,
                (int)view->width, (int)view->height, 0,
                pt_gl_texture_get_format (texture), GL_UNSIGNED_BYTE, NULL);
  return texture;
}


static void
pt_gl_uploader_trim (PtGlUploader      *self,
                     const PtFrameView *view)
{
  for (guint i = self->textures->len; i > 0; i--)
    {
      PtGlTexture *texture = self->textures->pdata[i - 1];
      gboolean     fits = texture->width == view->width && texture->height == view->height &&
                      texture->pixels == view->pixels;

      if (!fits || (!texture->shown && self->textures->len > PT_GL_UPLOADER_KEPT))
        g_ptr_array_remove_index_fast (self->textures, i - 1);
    }
}


static PtGlTexture *
pt_gl_uploader_get_idle (PtGlUploader      *self,
                         const PtFrameView *view)
{
  PtGlTexture *texture = NULL;

  for (guint i = 0; i < self->textures->len; i++)
    {
      texture = self->textures->pdata[i];
      if (!texture->shown)
        return texture;
    }
  texture = pt_gl_texture_new (self->context, view);
  g_ptr_array_add (self->textures, texture);
  return texture;
}


static void
pt_gl_uploader_send_rect (PtGlUploader      *self,
                          PtGlTexture       *texture,
                          const PtFrameView *view,
                          const PtRect      *rect)
{
  const guint8 *pixels = view->data + rect->y * view->pitch + 4 * (gsize)rect->x;
  gsize         pitch = view->pitch;

  if (view->pixels != PT_PIXELS_BGRA8 && view->pixels != PT_PIXELS_RGBA8)
    {
      pitch = 4 * (gsize)rect->width;
      g_byte_array_set_size (self->scratch, (guint)(pitch * rect->height));
      pt_pixels_copy (view, rect, self->scratch->data, pitch);
      pixels = self->scratch->data;
    }
  glPixelStorei (GL_UNPACK_ROW_LENGTH, (int)(pitch / 4));
  glTexSubImage2D (GL_TEXTURE_2D, 0,
                   (int)rect->x, (int)rect->y, (int)rect->width, (int)rect->height,
                   pt_gl_texture_get_format (texture), GL_UNSIGNED_BYTE, pixels);
}


static gboolean
pt_gl_uploader_send (PtGlUploader      *self,
                     PtGlTexture       *texture,
                     const PtFrameView *view,
                     GError           **error)
{
  PtRect rects[PT_FRAME_MAX_RECTS] = { 0 };
  guint  n_rects = pt_uploader_get_rects (&texture->damage, view, rects);
  GLenum problem = GL_NO_ERROR;

  glBindTexture (GL_TEXTURE_2D, texture->id);
  glPixelStorei (GL_UNPACK_ALIGNMENT, 4);
  for (guint i = 0; i < n_rects; i++)
    pt_gl_uploader_send_rect (self, texture, view, &rects[i]);
  glPixelStorei (GL_UNPACK_ROW_LENGTH, 0);
  glBindTexture (GL_TEXTURE_2D, 0);
  problem = glGetError ();
  if (problem != GL_NO_ERROR)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_FAILED,
                   "a texture of %u x %u could not be filled: GL error 0x%x",
                   view->width, view->height, problem);
      return FALSE;
    }
  /* GTK's context sees the pixels only after this one has handed them over. */
  glFlush ();
  pt_damage_clear (&texture->damage);
  return TRUE;
}


static GdkTexture *
pt_gl_uploader_upload (PtUploader        *uploader,
                       const PtFrameView *view,
                       GError           **error)
{
  PtGlUploader *self = PT_GL_UPLOADER (uploader);
  PtGlTexture  *texture = NULL;

  if (view->pitch % 4 != 0)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_FAILED,
                   "GL cannot skip a part of a pixel: %" G_GSIZE_FORMAT " bytes per row",
                   view->pitch);
      return NULL;
    }
  gdk_gl_context_make_current (self->context);
  if (gdk_gl_context_get_current () != self->context)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_FAILED, "the GL context is lost");
      return NULL;
    }
  while (glGetError () != GL_NO_ERROR)
    g_debug ("an older GL error is dropped");
  pt_gl_uploader_trim (self, view);
  for (guint i = 0; i < self->textures->len; i++)
    pt_uploader_owe (&((PtGlTexture *)self->textures->pdata[i])->damage, view);
  texture = pt_gl_uploader_get_idle (self, view);
  if (!pt_gl_uploader_send (self, texture, view, error))
    return NULL;
  texture->shown = TRUE;
  return gdk_gl_texture_new (self->context, texture->id, (int)view->width, (int)view->height,
                             pt_gl_texture_release_cb, g_rc_box_acquire (texture));
}


static void
pt_gl_uploader_dispose (GObject *object)
{
  PtGlUploader *self = PT_GL_UPLOADER (object);

  g_clear_pointer (&self->textures, g_ptr_array_unref);
  g_clear_pointer (&self->scratch, g_byte_array_unref);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (pt_gl_uploader_parent_class)->dispose (object);
}


static void
pt_gl_uploader_class_init (PtGlUploaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_gl_uploader_dispose;
  PT_UPLOADER_CLASS (klass)->path = "gl";
  PT_UPLOADER_CLASS (klass)->upload = pt_gl_uploader_upload;
}


static void
pt_gl_uploader_init (PtGlUploader *self)
{
  self->textures = g_ptr_array_new_with_free_func (pt_gl_texture_unref);
  self->scratch = g_byte_array_new ();
}


/* Swizzles need GL 3.3. GLES stores B G R A only in a way that GDK 4.8 does not know and warns
 * about. GDK knows the version only after the context was current once. */
static gboolean
pt_gl_uploader_check_abilities (GdkGLContext *context,
                                GError      **error)
{
  gdk_gl_context_make_current (context);
  if (epoxy_is_desktop_gl () &&
      (epoxy_gl_version () >= 33 || epoxy_has_gl_extension ("GL_ARB_texture_swizzle")))
    return TRUE;
  g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_FAILED, "this GL will not do: %s",
               (const char *)glGetString (GL_VERSION));
  return FALSE;
}


PtUploader *
pt_gl_uploader_new (GdkSurface *surface,
                    GError    **error)
{
  g_autoptr (GdkGLContext) context = NULL;
  PtGlUploader *self = NULL;

  g_return_val_if_fail (GDK_IS_SURFACE (surface), NULL);

  context = gdk_surface_create_gl_context (surface, error);
  if (context == NULL || !gdk_gl_context_realize (context, error) ||
      !pt_gl_uploader_check_abilities (context, error))
    return NULL;
  self = g_object_new (PT_TYPE_GL_UPLOADER, NULL);
  self->context = g_steal_pointer (&context);
  return PT_UPLOADER (self);
}
