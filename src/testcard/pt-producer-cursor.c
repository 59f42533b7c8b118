/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-producer-private.h"

#include <stdlib.h>
#include <string.h>


static uint32_t
pt_producer_cursor_flags (PtProducer *self)
{
  return PT_KVMFR_CURSOR_POSITION | (self->cursor_visible ? PT_KVMFR_CURSOR_VISIBLE : 0);
}


static bool
pt_producer_post_cursor (PtProducer          *self,
                         const PtKvmfrCursor *cursor,
                         uint32_t             offset,
                         uint32_t             size,
                         uint32_t             flags)
{
  memcpy (self->memory + offset, cursor, sizeof *cursor);
  return pt_producer_queue_post (self, &self->pointer, flags, offset, size) != PT_PRODUCER_FULL;
}


/* A ring slot and its block go together: 20 messages can be out, there are 20 blocks. Shapes have
 * three blocks of their own, so they wait until that few are out. */
static bool
pt_producer_post_position (PtProducer *self)
{
  PtKvmfrCursor cursor = { .x = (int16_t)self->cursor_x, .y = (int16_t)self->cursor_y };
  uint32_t      offset = self->pointer_blocks + self->next_pointer * (uint32_t)sizeof cursor;
  uint32_t      flags = pt_producer_cursor_flags (self);

  if (pt_producer_queue_outstanding (&self->pointer) >= PT_PRODUCER_POINTER_BLOCKS ||
      !pt_producer_post_cursor (self, &cursor, offset, sizeof cursor, flags))
    return false;
  self->next_pointer = (self->next_pointer + 1) % PT_PRODUCER_POINTER_BLOCKS;
  return true;
}


static bool
pt_producer_post_shape (PtProducer *self)
{
  PtKvmfrCursor cursor = {
    .x = (int16_t)self->cursor_x,
    .y = (int16_t)self->cursor_y,
    .type = pt_producer_fault_or (self, PT_FAULT_CURSOR_TYPE, self->shape_type),
    .hot_x = self->hot_x,
    .hot_y = self->hot_y,
    .width = pt_producer_fault_or (self, PT_FAULT_CURSOR_WIDTH, self->shape_width),
    .height = pt_producer_fault_or (self, PT_FAULT_CURSOR_HEIGHT, self->shape_height),
    .pitch = pt_producer_fault_or (self, PT_FAULT_CURSOR_PITCH, self->shape_pitch),
  };
  uint32_t offset = self->shape_blocks + self->next_shape * self->shape_size;

  if (pt_producer_queue_outstanding (&self->pointer) >= PT_PRODUCER_SHAPE_BLOCKS)
    return false;
  memcpy (self->memory + offset + sizeof cursor, self->shape, self->shape_bytes);
  if (!pt_producer_post_cursor (self, &cursor, offset, self->shape_size,
                                pt_producer_cursor_flags (self) | PT_KVMFR_CURSOR_SHAPE))
    return false;
  self->next_shape = (self->next_shape + 1) % PT_PRODUCER_SHAPE_BLOCKS;
  return true;
}


bool
pt_producer_repost_cursor (PtProducer *self)
{
  return self->have_shape ? pt_producer_post_shape (self) : pt_producer_post_position (self);
}


bool
pt_producer_set_cursor (PtProducer             *self,
                        const PtProducerCursor *cursor)
{
  uint64_t bytes = (uint64_t)cursor->height * cursor->pitch;
  uint8_t *shape = NULL;

  if (bytes == 0 || bytes + sizeof (PtKvmfrCursor) > self->shape_size)
    return false;
  shape = malloc (bytes);
  if (shape == NULL)
    return false;
  memcpy (shape, cursor->pixels, bytes);
  free (self->shape);
  self->shape = shape;
  self->shape_bytes = (uint32_t)bytes;
  self->shape_type = cursor->type;
  self->shape_width = cursor->width;
  self->shape_height = cursor->height;
  self->shape_pitch = cursor->pitch;
  self->hot_x = cursor->hot_x;
  self->hot_y = cursor->hot_y;
  self->have_shape = true;
  return pt_producer_post_shape (self);
}


bool
pt_producer_move_cursor (PtProducer *self,
                         int         x,
                         int         y,
                         bool        visible)
{
  self->cursor_x = x;
  self->cursor_y = y;
  self->cursor_visible = visible;
  return pt_producer_post_position (self);
}
