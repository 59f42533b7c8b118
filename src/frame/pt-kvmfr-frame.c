/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvmfr-frame"

#include "config.h"

#include "pt-kvmfr-frame.h"

#include <string.h>

#include "pt-kvmfr-source.h"

#define PT_KVMFR_MAX_EDGE 16384
#define PT_KVMFR_MAX_PITCH (1024 * 1024)
#define PT_KVMFR_OVERHEAD (10 * 1024 * 1024)

/* Source bytes per texel and per pixel of a row, and what the copy holds. */
static const struct
{
  guint    source; /* bytes of a stored texel */
  guint    row;    /* bytes a pixel takes in a row */
  PtPixels pixels;
  guint    texel; /* bytes of a pixel in the copy */
} types[] = {
  [PT_KVMFR_BGRA8] = { 4, 4, PT_PIXELS_BGRA8, 4 },
  [PT_KVMFR_RGBA8] = { 4, 4, PT_PIXELS_RGBA8, 4 },
  [PT_KVMFR_RGBA10] = { 4, 4, PT_PIXELS_RGB10, 4 },
  [PT_KVMFR_RGBA16F] = { 8, 8, PT_PIXELS_RGBA16F, 8 },
  [PT_KVMFR_BGR_PACKED] = { 4, 3, PT_PIXELS_BGRA8, 4 },
  [PT_KVMFR_RGB24] = { 3, 3, PT_PIXELS_RGBA8, 4 },
};

static guint32
pt_kvmfr_frame_field (const guint8 *header,
                      guint         offset)
{
  guint32 value = 0;

  memcpy (&value, header + offset, sizeof value);
  return value;
}


/* 0 for a field the layout lacks. */
static guint32
pt_kvmfr_frame_optional (const guint8 *header,
                         guint         offset)
{
  return offset != 0 ? pt_kvmfr_frame_field (header, offset) : 0;
}


static gboolean
pt_kvmfr_frame_fail (GError    **error,
                     const char *name,
                     guint64     value)
{
  g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL,
               "frame header: %s is %" G_GUINT64_FORMAT, name, value);
  return FALSE;
}


static gboolean
pt_kvmfr_frame_check_edge (const char *name,
                           guint32     value,
                           GError    **error)
{
  if (value < 1 || value > PT_KVMFR_MAX_EDGE)
    return pt_kvmfr_frame_fail (error, name, value);
  return TRUE;
}


/* The stored image may be narrower in texels than the picture (packed types) and a little lower; a
 * producer that leaves its size unwritten means the size of the picture. */
static gboolean
pt_kvmfr_frame_parse_size (PtKvmfrFrame       *self,
                           const PtLgmpLayout *layout,
                           const guint8       *header,
                           guint              *data_height,
                           GError            **error)
{
  guint32 frame_width = pt_kvmfr_frame_field (header, layout->frame_width);
  guint32 frame_height = pt_kvmfr_frame_field (header, layout->frame_height);
  guint32 width = pt_kvmfr_frame_optional (header, layout->data_width);
  guint32 height = pt_kvmfr_frame_optional (header, layout->data_height);

  if (width == 0 || height == 0)
    {
      width = frame_width;
      height = frame_height;
    }
  if (!pt_kvmfr_frame_check_edge ("screenWidth", pt_kvmfr_frame_field (header, 12), error) ||
      !pt_kvmfr_frame_check_edge ("screenHeight", pt_kvmfr_frame_field (header, 16), error) ||
      !pt_kvmfr_frame_check_edge ("frameWidth", frame_width, error) ||
      !pt_kvmfr_frame_check_edge ("frameHeight", frame_height, error) ||
      !pt_kvmfr_frame_check_edge ("dataWidth", width, error) ||
      !pt_kvmfr_frame_check_edge ("dataHeight", height, error))
    return FALSE;
  if (frame_width > 2 * width)
    return pt_kvmfr_frame_fail (error, "dataWidth", width);
  if (frame_height > 2 * height && !self->truncated)
    return pt_kvmfr_frame_fail (error, "dataHeight", height);
  self->width = frame_width;
  self->height = MIN (frame_height, height);
  self->whole_height = MAX (frame_height, self->truncated ? pt_kvmfr_frame_field (header, 16) : 0);
  *data_height = height;
  self->pitch = pt_kvmfr_frame_field (header, layout->pitch);
  if (self->pitch > PT_KVMFR_MAX_PITCH ||
      self->pitch < (guint64)width * types[self->type].source ||
      self->pitch < (guint64)frame_width * types[self->type].row)
    return pt_kvmfr_frame_fail (error, "pitch", self->pitch);
  return TRUE;
}


/* A producer short of room may let its last rows run past the end of the region: those are cut
 * off, nothing else is forgiven. The first test bounds what we will allocate by the size of the
 * region. */
static gboolean
pt_kvmfr_frame_place (PtKvmfrFrame *self,
                      guint32       offset,
                      guint         data_height,
                      guint         header_size,
                      gsize         payload,
                      gsize         region_size,
                      GError      **error)
{
  guint64 first = (guint64)payload + offset + 4;
  guint64 size = (guint64)data_height * self->pitch;

  if (size > region_size)
    return pt_kvmfr_frame_fail (error, "dataHeight times pitch", size);
  if (offset < header_size || offset % 4 != 0 || first + self->pitch > region_size)
    return pt_kvmfr_frame_fail (error, "offset", offset);
  self->pointer = first - 4;
  self->pixels = first;
  self->rows = MIN (self->height, (region_size - first) / self->pitch);
  self->truncated |= self->rows < self->height;
  return TRUE;
}


static gboolean
pt_kvmfr_frame_clip (const PtKvmfrFrame *self,
                     PtRect             *rect)
{
  if (rect->x >= self->width || rect->y >= self->height || rect->width == 0 || rect->height == 0)
    return FALSE;
  rect->width = MIN (rect->width, self->width - rect->x);
  rect->height = MIN (rect->height, self->height - rect->y);
  return TRUE;
}


/* Anything odd means everything: a full copy of one frame is always right. */
static void
pt_kvmfr_frame_parse_damage (PtKvmfrFrame       *self,
                             const PtLgmpLayout *layout,
                             const guint8       *header)
{
  guint32 n = pt_kvmfr_frame_field (header, layout->n_rects);

  pt_damage_clear (&self->damage);
  for (guint i = 0; n <= PT_FRAME_MAX_RECTS && i < n; i++)
    {
      guint  at = layout->rects + 16 * i;
      PtRect rect = { .x = pt_kvmfr_frame_field (header, at),
                      .y = pt_kvmfr_frame_field (header, at + 4),
                      .width = pt_kvmfr_frame_field (header, at + 8),
                      .height = pt_kvmfr_frame_field (header, at + 12) };

      if (pt_kvmfr_frame_clip (self, &rect))
        pt_damage_add (&self->damage, &rect);
    }
  if (pt_damage_is_empty (&self->damage) ||
      pt_damage_get_area (&self->damage) > (guint64)self->width * self->height)
    pt_damage_set_all (&self->damage);
}


gboolean
pt_kvmfr_frame_parse (PtKvmfrFrame       *self,
                      const PtLgmpLayout *layout,
                      const guint8       *header,
                      gsize               payload,
                      gsize               region_size,
                      GError            **error)
{
  guint32 type = 0;
  guint   data_height = 0;

  g_return_val_if_fail (self != NULL && layout != NULL && header != NULL, FALSE);

  type = pt_kvmfr_frame_field (header, 8);
  if (type < PT_KVMFR_BGRA8 || type > PT_KVMFR_RGB24)
    return pt_kvmfr_frame_fail (error, "type", type);
  self->serial = pt_kvmfr_frame_field (header, 4);
  self->type = type;
  self->rotation = pt_kvmfr_frame_field (header, layout->rotation);
  if (self->rotation > 3)
    self->rotation = 0;
  self->truncated = (pt_kvmfr_frame_field (header, layout->flags) & PT_KVMFR_FLAG_TRUNCATED) != 0;
  if (!pt_kvmfr_frame_parse_size (self, layout, header, &data_height, error) ||
      !pt_kvmfr_frame_place (self, pt_kvmfr_frame_field (header, layout->offset), data_height,
                             layout->frame_size, payload, region_size, error))
    return FALSE;
  pt_kvmfr_frame_parse_damage (self, layout, header);
  return TRUE;
}


guint
pt_kvmfr_frame_get_texel (const PtKvmfrFrame *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return types[self->type].texel;
}


PtPixels
pt_kvmfr_frame_get_pixels (const PtKvmfrFrame *self)
{
  g_return_val_if_fail (self != NULL, PT_PIXELS_BGRA8);

  return types[self->type].pixels;
}


guint64
pt_kvmfr_frame_get_needed (const PtKvmfrFrame *self)
{
  guint64 bytes = 0;
  guint64 size = 1024 * 1024;

  g_return_val_if_fail (self != NULL, 0);

  bytes = 2 * (guint64)self->pitch * self->whole_height + PT_KVMFR_OVERHEAD;
  while (size < bytes)
    size *= 2;
  return size;
}
