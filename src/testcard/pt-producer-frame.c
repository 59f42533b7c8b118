/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-producer-private.h"

#include <string.h>

#define PT_PRODUCER_PAGE 4096u
/* From a region's start to the write pointer, so that pixels begin on a page. */
#define PT_PRODUCER_POINTER_OFFSET (PT_PRODUCER_PAGE - 4u)
/* The write pointer is raised after about this much. */
#define PT_PRODUCER_STEP (1024u * 1024u)


static void
pt_producer_debt_add (PtProducerDebt       *debt,
                      const PtProducerRect *rects,
                      unsigned              n_rects)
{
  if (n_rects == 0 || debt->n + n_rects > PT_PRODUCER_MAX_RECTS)
    debt->all = true;
  if (debt->all)
    {
      debt->n = 0;
      return;
    }
  memcpy (debt->rects + debt->n, rects, n_rects * sizeof *rects);
  debt->n += n_rects;
}


static void
pt_producer_debt_clear (PtProducerDebt *debt)
{
  debt->all = false;
  debt->n = 0;
}


static uint32_t
pt_producer_pixel_bytes (uint32_t type)
{
  if (type == PT_PRODUCER_RGBA16F)
    return 8;
  return type == PT_PRODUCER_BGR_PACKED || type == PT_PRODUCER_RGB24 ? 3 : 4;
}


static uint8_t *
pt_producer_region (PtProducer *self,
                    unsigned    index)
{
  return self->memory + self->regions + index * self->region_size;
}


static bool
pt_producer_same_format (const PtProducerFormat *a,
                         const PtProducerFormat *b)
{
  return a->type == b->type && a->width == b->width && a->height == b->height &&
         a->pitch == b->pitch && a->rotation == b->rotation;
}


/* A change of format makes every buffer's content worthless. */
static void
pt_producer_take_format (PtProducer             *self,
                         const PtProducerFormat *format)
{
  if (!pt_producer_same_format (&self->format, format))
    {
      for (unsigned i = 0; i < PT_PRODUCER_REGIONS; i++)
        self->debt[i].all = true;
      self->unsent.all = true;
      if (!self->fault[PT_FAULT_FORMAT_VERSION_FIXED])
        self->format_version++;
    }
  self->format = *format;
  self->rows = (self->region_size - PT_PRODUCER_PAGE) / format->pitch;
  if (self->rows > format->height)
    self->rows = format->height;
}


static void
pt_producer_fill_sizes (PtProducer   *self,
                        PtKvmfrFrame *frame)
{
  const PtProducerFormat *format = &self->format;
  bool                    packed = format->type == PT_PRODUCER_BGR_PACKED;
  uint32_t                width = pt_producer_fault_or (self, PT_FAULT_WIDTH, format->width);
  uint32_t                data_width = packed ? format->pitch / 4 : width;
  uint32_t                rows = pt_producer_fault_or (self, PT_FAULT_HEIGHT, self->rows);

  frame->screen_width = width;
  frame->screen_height = pt_producer_fault_or (self, PT_FAULT_HEIGHT, format->height);
  frame->data_width = pt_producer_fault_or (self, PT_FAULT_DATA_WIDTH, data_width);
  frame->data_height = pt_producer_fault_or (self, PT_FAULT_DATA_HEIGHT, rows);
  frame->frame_width = width;
  frame->frame_height = rows;
  frame->stride = format->pitch / (packed ? 4 : pt_producer_pixel_bytes (format->type));
  frame->pitch = pt_producer_fault_or (self, PT_FAULT_PITCH, format->pitch);
}


static void
pt_producer_fill_damage (PtProducer   *self,
                         PtKvmfrFrame *frame)
{
  uint32_t count = self->unsent.all ? 0 : self->unsent.n;

  memcpy (frame->damage, self->unsent.rects, self->unsent.n * sizeof *frame->damage);
  frame->damage_count = pt_producer_fault_or (self, PT_FAULT_DAMAGE_COUNT, count);
  if (self->fault[PT_FAULT_DAMAGE_RECT])
    frame->damage[0].x = frame->damage[0].width = self->fault_value[PT_FAULT_DAMAGE_RECT];
}


static void
pt_producer_fill_header (PtProducer   *self,
                         PtKvmfrFrame *frame)
{
  const PtProducerFormat *format = &self->format;
  uint32_t                truncated = self->rows < format->height ? PT_PRODUCER_TRUNCATED : 0;

  frame->format_version = self->format_version;
  frame->serial = self->serial;
  frame->type = pt_producer_fault_or (self, PT_FAULT_TYPE, format->type);
  frame->rotation = pt_producer_fault_or (self, PT_FAULT_ROTATION, format->rotation);
  frame->offset = pt_producer_fault_or (self, PT_FAULT_FRAME_OFFSET, PT_PRODUCER_POINTER_OFFSET);
  frame->flags = format->flags | truncated;
  pt_producer_fill_sizes (self, frame);
  pt_producer_fill_damage (self, frame);
}


static void
pt_producer_set_pointer (PtProducer *self,
                         uint32_t    valid)
{
  uint32_t  total = self->rows * self->format.pitch;
  uint32_t  limit = pt_producer_fault_or (self, PT_FAULT_WRITE_POINTER_STUCK, total);
  uint32_t  at = self->open_offset + PT_PRODUCER_POINTER_OFFSET;
  uint32_t *pointer = (uint32_t *)(void *)(self->memory + at);

  valid = valid > limit ? limit : valid;
  if (self->fault[PT_FAULT_WRITE_POINTER_BACK] && valid >= total / 2)
    {
      PT_SHARED_WRITE (*pointer, total / 2);
      valid = 0;
    }
  PT_SHARED_FENCE ();
  PT_SHARED_WRITE (*pointer, valid);
}


static PtProducerPost
pt_producer_post_region (PtProducer *self,
                         unsigned    region)
{
  uint32_t offset = self->regions + region * self->region_size;
  uint32_t size = pt_producer_fault_or (self, PT_FAULT_ENTRY_SIZE, self->region_size);

  offset = pt_producer_fault_or (self, PT_FAULT_ENTRY_OFFSET, offset);
  return pt_producer_queue_post (self, &self->frames, 0, offset, size);
}


/* Writes the next region's header and posts it. Nothing but the serial and that header changed if
 * it fails. */
static bool
pt_producer_open (PtProducer *self)
{
  unsigned       region = self->next_region;
  uint32_t       serial = self->serial;
  PtProducerPost post = PT_PRODUCER_FULL;

  if (!self->fault[PT_FAULT_SERIAL_REPEATED])
    self->serial += 1 + pt_producer_fault_or (self, PT_FAULT_SERIAL_GAP, 0);
  self->open_offset = self->regions + region * self->region_size;
  pt_producer_fill_header (self, (PtKvmfrFrame *)(void *)pt_producer_region (self, region));
  pt_producer_set_pointer (self, 0);
  post = pt_producer_post_region (self, region);
  if (post == PT_PRODUCER_FULL)
    {
      self->serial = serial;
      self->open_offset = 0;
      self->stats.busy++;
      return false;
    }
  if (post == PT_PRODUCER_POSTED)
    self->stats.sent++;
  else
    self->stats.unseen++;
  self->last_region = (int)region;
  self->next_region = (region + 1) % PT_PRODUCER_REGIONS;
  pt_producer_debt_clear (&self->unsent);
  return true;
}


static bool
pt_producer_start (PtProducer             *self,
                   const PtProducerFormat *format,
                   const PtProducerRect   *rects,
                   unsigned int            n_rects)
{
  if (format->pitch == 0 || format->pitch > self->region_size || format->height == 0 ||
      (uint64_t)format->width * pt_producer_pixel_bytes (format->type) > format->pitch)
    return false;
  pt_producer_take_format (self, format);
  for (unsigned i = 0; i < PT_PRODUCER_REGIONS; i++)
    pt_producer_debt_add (&self->debt[i], rects, n_rects);
  pt_producer_debt_add (&self->unsent, rects, n_rects);
  if (pt_producer_queue_outstanding (&self->frames) >= PT_PRODUCER_REGIONS)
    {
      self->stats.busy++;
      return false;
    }
  return pt_producer_open (self);
}


/* The part of @rect in the rows [@top, @bottom), from the caller's picture into the open region. */
static void
pt_producer_copy_band (PtProducer           *self,
                       const uint8_t        *pixels,
                       const PtProducerRect *rect,
                       uint32_t              top,
                       uint32_t              bottom)
{
  const PtProducerFormat *format = &self->format;
  uint32_t                bytes = pt_producer_pixel_bytes (format->type);
  uint8_t                *target = self->memory + self->open_offset + PT_PRODUCER_PAGE;
  uint64_t                right = (uint64_t)rect->x + rect->width;
  uint64_t                end = (uint64_t)rect->y + rect->height;

  right = right > format->width ? format->width : right;
  bottom = end < bottom ? (uint32_t)end : bottom;
  top = rect->y > top ? rect->y : top;
  if (rect->x >= right)
    return;
  for (uint32_t y = top; y < bottom; y++)
    {
      size_t at = (size_t)y * format->pitch + (size_t)rect->x * bytes;

      memcpy (target + at, pixels + at, (size_t)(right - rect->x) * bytes);
      self->stats.copied += (right - rect->x) * bytes;
    }
}


static void
pt_producer_copy (PtProducer    *self,
                  const uint8_t *pixels)
{
  PtProducerDebt      *debt = &self->debt[self->last_region];
  const PtProducerRect everything = { 0, 0, self->format.width, self->format.height };
  uint32_t             pitch = self->format.pitch;
  uint32_t             step = PT_PRODUCER_STEP / pitch > 0 ? PT_PRODUCER_STEP / pitch : 1;

  for (uint32_t top = 0; top < self->rows; top += step)
    {
      uint32_t bottom = self->rows - top < step ? self->rows : top + step;

      if (debt->all)
        pt_producer_copy_band (self, pixels, &everything, top, bottom);
      for (unsigned i = 0; i < debt->n; i++)
        pt_producer_copy_band (self, pixels, &debt->rects[i], top, bottom);
      pt_producer_set_pointer (self, bottom * pitch);
    }
}


bool
pt_producer_send (PtProducer             *self,
                  const PtProducerFormat *format,
                  const uint8_t          *pixels,
                  const PtProducerRect   *rects,
                  unsigned int            n_rects)
{
  if (!pt_producer_start (self, format, rects, n_rects))
    return false;
  pt_producer_copy (self, pixels);
  pt_producer_finish (self);
  return true;
}


uint8_t *
pt_producer_begin (PtProducer             *self,
                   const PtProducerFormat *format,
                   const PtProducerRect   *rects,
                   unsigned int            n_rects)
{
  if (!pt_producer_start (self, format, rects, n_rects))
    return NULL;
  return self->memory + self->open_offset + PT_PRODUCER_PAGE;
}


void
pt_producer_advance (PtProducer *self,
                     size_t      valid)
{
  uint32_t total = self->rows * self->format.pitch;

  if (self->open_offset != 0)
    pt_producer_set_pointer (self, valid < total ? (uint32_t)valid : total);
}


void
pt_producer_finish (PtProducer *self)
{
  if (self->open_offset == 0)
    return;
  pt_producer_set_pointer (self, self->rows * self->format.pitch);
  pt_producer_debt_clear (&self->debt[self->last_region]);
  self->open_offset = 0;
}


bool
pt_producer_repost (PtProducer *self)
{
  if (self->last_region < 0 || pt_producer_queue_outstanding (&self->frames) >= PT_PRODUCER_REGIONS)
    return false;
  return pt_producer_post_region (self, (unsigned)self->last_region) == PT_PRODUCER_POSTED;
}
