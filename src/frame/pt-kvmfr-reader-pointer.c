/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvmfr-reader-pointer"

#include "config.h"

#include "pt-kvmfr-reader-private.h"

#include "pt-kvmfr-cursor.h"

/* The shape is copied before anything in it is looked at: deciding and converting see the same
 * bytes. */
static void
pt_kvmfr_reader_take_shape (PtKvmfrReader       *self,
                            const PtKvmfrCursor *shape,
                            gsize                offset)
{
  gsize              length = (shape->n_bytes + 3) & ~(gsize)3;
  g_autofree guint8 *copy = g_malloc0 (length);
  gsize              whole = shape->n_bytes & ~(gsize)3;

  pt_shared_memory_snapshot (self->memory, offset, copy, whole);
  for (gsize i = whole; i < shape->n_bytes; i++)
    copy[i] = __atomic_load_n (self->memory->base + offset + i, __ATOMIC_RELAXED);
  g_clear_pointer (&self->cursor.shape, g_bytes_unref);
  self->cursor.shape = pt_kvmfr_cursor_convert (shape, copy);
  self->cursor.width = shape->width;
  self->cursor.height = shape->height;
  self->cursor.shape_serial++;
}


/* A broken shape keeps the old one; position and visibility are good all the same. */
static void
pt_kvmfr_reader_take_cursor (PtKvmfrReader       *self,
                             const PtLgmpMessage *message)
{
  PtKvmfrCursor cursor = { 0 };
  guint8        header[PT_KVMFR_CURSOR_SIZE] = { 0 };
  gboolean      has_shape = (message->udata & PT_KVMFR_CURSOR_SHAPE) != 0;
  GError       *error = NULL;

  pt_shared_memory_snapshot (self->memory, message->offset, header, sizeof header);
  if (!pt_kvmfr_cursor_parse (&cursor, header, has_shape, message->size, &error))
    pt_kvmfr_reader_reject (self, error);
  else if (has_shape)
    pt_kvmfr_reader_take_shape (self, &cursor, message->offset + PT_KVMFR_CURSOR_SIZE);
  if (message->udata & PT_KVMFR_CURSOR_POSITION)
    {
      self->cursor.x = cursor.x;
      self->cursor.y = cursor.y;
    }
  self->cursor.visible = (message->udata & PT_KVMFR_CURSOR_VISIBLE) != 0;
  self->events |= PT_READER_CURSOR;
}


PtLgmpResult
pt_kvmfr_reader_take_pointer (PtKvmfrReader *self,
                              gint64         now)
{
  guint        n = 0;
  PtLgmpResult result = pt_lgmp_queue_pending (&self->pointer, &self->session, &n);

  if (result != PT_LGMP_OK)
    return result;
  pt_frame_pace_note_pointer (&self->pace, now);
  for (; n > 0; n--)
    {
      PtLgmpMessage message = { 0 };

      if (pt_lgmp_queue_peek (&self->pointer, &self->session, &message) == PT_LGMP_OK &&
          message.size >= PT_KVMFR_CURSOR_SIZE)
        pt_kvmfr_reader_take_cursor (self, &message);
      else
        pt_kvmfr_reader_reject (self, g_error_new (PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL,
                                                   "pointer message: %u bytes at %" G_GSIZE_FORMAT
                                                   " cannot be one",
                                                   message.size, message.offset));
      if (pt_lgmp_queue_acknowledge (&self->pointer, &self->session) != PT_LGMP_OK)
        return PT_LGMP_BROKEN;
    }
  return PT_LGMP_OK;
}
