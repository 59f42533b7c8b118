/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvmfr-cursor"

#include "config.h"

#include "pt-kvmfr-cursor.h"

#include <string.h>

#include "pt-kvmfr-source.h"
#include "pt-lgmp-layout.h"

#define PT_KVMFR_CURSOR_EDGE 512

typedef enum {
  PT_CURSOR_PIXEL_CLEAR = 0,
  PT_CURSOR_PIXEL_COLOUR,
  PT_CURSOR_PIXEL_INVERT,
} PtCursorPixel;

static gboolean
pt_kvmfr_cursor_fail (GError    **error,
                      const char *name,
                      guint64     value)
{
  g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL,
               "pointer message: %s is %" G_GUINT64_FORMAT, name, value);
  return FALSE;
}


static gboolean
pt_kvmfr_cursor_parse_shape (PtKvmfrCursor *self,
                             const guint32 *words,
                             gsize          payload_size,
                             GError       **error)
{
  guint32 rows = words[4];
  gsize   row = 0;

  if (words[1] > PT_KVMFR_CURSOR_MASKED)
    return pt_kvmfr_cursor_fail (error, "type", words[1]);
  self->type = words[1];
  self->width = words[3];
  self->pitch = words[5];
  self->height = self->type == PT_KVMFR_CURSOR_MONOCHROME ? rows / 2 : rows;
  if (self->width < 1 || self->width > PT_KVMFR_CURSOR_EDGE)
    return pt_kvmfr_cursor_fail (error, "width", self->width);
  if (self->height < 1 ||
      self->height > PT_KVMFR_CURSOR_EDGE ||
      (self->type == PT_KVMFR_CURSOR_MONOCHROME &&
       rows % 2 != 0))
    return pt_kvmfr_cursor_fail (error, "height", rows);
  row = self->type == PT_KVMFR_CURSOR_MONOCHROME ? (self->width + 7) / 8 : self->width * 4;
  if (self->pitch < row ||
      payload_size < PT_KVMFR_CURSOR_SIZE ||
      (guint64)self->pitch * rows > payload_size - PT_KVMFR_CURSOR_SIZE)
    return pt_kvmfr_cursor_fail (error, "pitch", self->pitch);
  self->n_bytes = self->pitch * rows;
  return TRUE;
}


gboolean
pt_kvmfr_cursor_parse (PtKvmfrCursor *self,
                       const guint8  *header,
                       gboolean       has_shape,
                       gsize          payload_size,
                       GError       **error)
{
  guint32 words[PT_KVMFR_CURSOR_SIZE / 4] = { 0 };

  g_return_val_if_fail (self != NULL && header != NULL, FALSE);

  memset (self, 0, sizeof *self);
  memcpy (words, header, sizeof words);
  self->x = (gint16)(words[0] & 0xffff);
  self->y = (gint16)(words[0] >> 16);
  return !has_shape || pt_kvmfr_cursor_parse_shape (self, words, payload_size, error);
}


static gboolean
pt_kvmfr_cursor_bit (const guint8 *row,
                     guint         x)
{
  return (row[x / 8] >> (7 - x % 8)) & 1;
}


/* What the stored shape says at (@x, @y); @bgra gets the premultiplied pixel. */
static PtCursorPixel
pt_kvmfr_cursor_decode (const PtKvmfrCursor *self,
                        const guint8        *shape,
                        guint                x,
                        guint                y,
                        guint8               bgra[4])
{
  const guint8 *row = shape + y * self->pitch;
  const guint8 *pixel = row + 4 * (gsize)x;
  gboolean      keep = FALSE;
  gboolean      flip = FALSE;

  memset (bgra, 0, 4);
  if (self->type == PT_KVMFR_CURSOR_COLOUR)
    {
      for (guint i = 0; i < 3; i++)
        bgra[i] = MIN (pixel[i], pixel[3]);
      bgra[3] = pixel[3];
      return PT_CURSOR_PIXEL_COLOUR;
    }
  if (self->type == PT_KVMFR_CURSOR_MONOCHROME)
    {
      keep = pt_kvmfr_cursor_bit (row, x);
      flip = pt_kvmfr_cursor_bit (row + self->height * self->pitch, x);
      memset (bgra, !keep && flip ? 0xff : 0, 3);
    }
  else
    {
      keep = pixel[3] != 0;
      flip = (pixel[0] | pixel[1] | pixel[2]) != 0;
      memcpy (bgra, pixel, 3);
    }
  bgra[3] = 0xff;
  if (!keep)
    return PT_CURSOR_PIXEL_COLOUR;
  return flip ? PT_CURSOR_PIXEL_INVERT : PT_CURSOR_PIXEL_CLEAR;
}


static gboolean
pt_kvmfr_cursor_touches_invert (const PtKvmfrCursor *self,
                                const guint8        *kinds,
                                guint                x,
                                guint                y)
{
  for (guint i = y > 0 ? y - 1 : 0; i <= MIN (y + 1, self->height - 1); i++)
    for (guint j = x > 0 ? x - 1 : 0; j <= MIN (x + 1, self->width - 1); j++)
      if (kinds[i * self->width + j] == PT_CURSOR_PIXEL_INVERT)
        return TRUE;
  return FALSE;
}


static void
pt_kvmfr_cursor_draw_inverted (const PtKvmfrCursor *self,
                               const guint8        *kinds,
                               guint8              *bgra)
{
  static const guint8 black[4] = { 0, 0, 0, 0xff };
  static const guint8 clear[4] = { 0, 0, 0, 0 };

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        gsize at = (gsize)y * self->width + x;

        if (kinds[at] == PT_CURSOR_PIXEL_INVERT)
          memcpy (bgra + 4 * at, black, 4);
        else if (kinds[at] == PT_CURSOR_PIXEL_CLEAR &&
                 pt_kvmfr_cursor_touches_invert (self, kinds, x, y))
          memset (bgra + 4 * at, 0xff, 4);
        else if (kinds[at] == PT_CURSOR_PIXEL_CLEAR)
          memcpy (bgra + 4 * at, clear, 4);
      }
}


GBytes *
pt_kvmfr_cursor_convert (const PtKvmfrCursor *self,
                         const guint8        *shape)
{
  g_autofree guint8 *kinds = NULL;
  guint8            *bgra = NULL;
  gsize              n = 0;

  g_return_val_if_fail (self != NULL && shape != NULL && self->n_bytes > 0, NULL);

  n = (gsize)self->width * self->height;
  kinds = g_malloc (n);
  bgra = g_malloc (4 * n);
  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        gsize at = (gsize)y * self->width + x;

        kinds[at] = pt_kvmfr_cursor_decode (self, shape, x, y, bgra + 4 * at);
      }
  pt_kvmfr_cursor_draw_inverted (self, kinds, bgra);
  return g_bytes_new_take (bgra, 4 * n);
}
