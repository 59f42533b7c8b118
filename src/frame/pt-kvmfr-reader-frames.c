/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvmfr-reader-frames"

#include "config.h"

#include "pt-kvmfr-reader-private.h"

#include <string.h>

#include "pt-frame-copy.h"

void
pt_kvmfr_reader_reset_frames (PtKvmfrReader *self)
{
  self->have_serial = FALSE;
  self->owe_all = TRUE;
  self->missed = 0;
  pt_damage_clear (&self->debt);
}


static gboolean
pt_kvmfr_reader_parse_frame (PtKvmfrReader       *self,
                             const PtLgmpMessage *message,
                             PtKvmfrFrame        *frame,
                             GError             **error)
{
  const PtLgmpLayout *layout = self->session.layout;
  guint8              header[PT_KVMFR_MAX_FRAME_HEADER] = { 0 };

  if (message->size < layout->frame_size)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL,
                   "frame message: %u bytes are too few for a header", message->size);
      return FALSE;
    }
  pt_shared_memory_snapshot (self->memory, message->offset, header, layout->frame_size);
  return pt_kvmfr_frame_parse (frame, layout, header, message->offset, self->memory->size, error);
}


/* Counts the pictures between the last serial and this one. A serial that went backwards tells
 * nothing. */
static void
pt_kvmfr_reader_note_serial (PtKvmfrReader *self,
                             guint32        serial)
{
  guint32 gap = serial - self->serial - 1;

  if (self->have_serial && gap != 0)
    {
      self->owe_all = TRUE;
      if (gap < 1000)
        self->stats.dropped += gap;
    }
  self->serial = serial;
  self->have_serial = TRUE;
}


/* A picture that is replaced before we read it: only its damage matters, and that only while it is
 * of the shape we know, since its rectangles lie inside that. */
static void
pt_kvmfr_reader_skip_frame (PtKvmfrReader *self)
{
  PtLgmpMessage message = { 0 };
  PtKvmfrFrame  frame = { 0 };
  PtFrameShape  shape = { 0 };
  gboolean      good = FALSE;

  good = pt_lgmp_queue_peek (&self->frames, &self->session, &message) == PT_LGMP_OK &&
         pt_kvmfr_reader_parse_frame (self, &message, &frame, NULL);
  if (good)
    pt_frame_copy_get_shape (&frame, &shape);
  if (!good || !pt_frame_shape_equal (&self->shape, &shape))
    {
      self->owe_all = TRUE;
      return;
    }
  if (self->have_serial && frame.serial == self->serial)
    return;
  pt_kvmfr_reader_note_serial (self, frame.serial);
  pt_damage_merge (&self->debt, &frame.damage);
  self->stats.dropped++;
}


/* Following a guest that changes its shape all the time would cost an allocation per picture. */
static gboolean
pt_kvmfr_reader_allow_shape (PtKvmfrReader      *self,
                             const PtFrameShape *shape,
                             gint64              now)
{
  if (pt_frame_shape_equal (&self->shape, shape))
    return TRUE;
  if (now - self->shapes_since > G_USEC_PER_SEC)
    {
      self->shapes_since = now;
      self->n_shapes = 0;
    }
  if (self->n_shapes >= PT_READER_MAX_SHAPES)
    return FALSE;
  self->n_shapes++;
  self->shape = *shape;
  self->owe_all = TRUE;
  return TRUE;
}


/* The region was ours until the acknowledgement, unless we were timed out meanwhile. */
static gboolean
pt_kvmfr_reader_still_ours (PtKvmfrReader       *self,
                            const PtLgmpMessage *message)
{
  return pt_lgmp_queue_check (&self->frames, &self->session) == PT_LGMP_OK &&
         pt_shared_memory_load32 (self->memory, message->offset + 4) == self->serial &&
         !pt_shared_memory_is_lost (self->memory);
}


static void
pt_kvmfr_reader_note_size (PtKvmfrReader      *self,
                           const PtKvmfrFrame *frame)
{
  guint64 needed = pt_kvmfr_frame_get_needed (frame) >> 20;
  gsize   size = self->memory->size >> 20;

  if (!frame->truncated)
    {
      pt_kvmfr_reader_set_state (self, PT_SOURCE_LIVE, NULL);
      return;
    }
  pt_kvmfr_reader_set_state (self, PT_SOURCE_TOO_SMALL,
                             g_strdup_printf ("%" G_GSIZE_FORMAT " MiB of shared memory, "
                                              "%" G_GUINT64_FORMAT " MiB needed",
                                              size, needed));
}


static void
pt_kvmfr_reader_note_latency (PtKvmfrReader *self,
                              gint64         latency)
{
  self->latency.samples[self->latency.n % PT_READER_LATENCIES] = (guint32)MAX (0, latency);
  self->latency.n++;
}


static void
pt_kvmfr_reader_publish (PtKvmfrReader      *self,
                         const PtKvmfrFrame *frame,
                         gint64              posted,
                         gint64              copied_since,
                         guint64             bytes)
{
  gint64 ready = g_get_monotonic_time ();

  if (pt_frame_store_commit (self->store, frame->serial, posted, ready))
    self->events |= PT_READER_FRAME;
  pt_damage_clear (&self->debt);
  self->events |= PT_READER_STATS;
  self->stats.received++;
  self->stats.bytes += bytes;
  self->stats.copy_time += ready - copied_since;
  pt_kvmfr_reader_note_latency (self, ready - posted);
  self->rejected = 0;
  self->kicks = 0;
  pt_kvmfr_reader_note_size (self, frame);
}


static void
pt_kvmfr_reader_copy_frame (PtKvmfrReader       *self,
                            const PtLgmpMessage *message,
                            PtKvmfrFrame        *frame,
                            const PtFrameShape  *shape,
                            gint64               posted)
{
  const PtFrameCopyLimits limits = { self->limits.pointer_wait, self->limits.cancel };
  PtDamage                owed = { 0 };
  guint64                 bytes = 0;
  gint64                  started = g_get_monotonic_time ();
  gboolean                complete = FALSE;
  guint8                 *data = NULL;

  if (self->owe_all)
    pt_damage_set_all (&frame->damage);
  pt_damage_merge (&frame->damage, &self->debt);
  data = pt_frame_store_begin (self->store, shape, &frame->damage, &owed);
  if (data == NULL)
    {
      pt_kvmfr_reader_reject (self, g_error_new (PT_FRAME_ERROR, PT_FRAME_ERROR_FAILED,
                                                 "no memory for a picture of %ux%u",
                                                 frame->width, frame->height));
      self->owe_all = TRUE;
      return;
    }
  complete = pt_frame_copy_run (self->memory, frame, &owed, shape, data, &limits, &bytes);
  self->owe_all = !complete;
  if (pt_kvmfr_reader_still_ours (self, message))
    {
      pt_kvmfr_reader_publish (self, frame, posted, started, bytes);
      return;
    }
  pt_frame_store_abandon (self->store);
  self->owe_all = TRUE;
}


/* A repeat of the picture we have (a new subscriber came) carries no news. */
static void
pt_kvmfr_reader_take_frame (PtKvmfrReader *self,
                            gint64         now)
{
  PtLgmpMessage message = { 0 };
  PtKvmfrFrame  frame = { 0 };
  PtFrameShape  shape = { 0 };
  GError       *error = NULL;

  if (pt_lgmp_queue_peek (&self->frames, &self->session, &message) != PT_LGMP_OK)
    g_set_error (&error, PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL,
                 "frame message: %u bytes at %" G_GSIZE_FORMAT " are outside the memory",
                 message.size, message.offset);
  if (error != NULL || !pt_kvmfr_reader_parse_frame (self, &message, &frame, &error))
    {
      pt_kvmfr_reader_reject (self, error);
      self->owe_all = TRUE;
      return;
    }
  if (self->have_serial &&
      frame.serial == self->serial &&
      !self->owe_all &&
      pt_damage_is_empty (&self->debt))
    return;
  if (now - self->published > self->limits.quiet)
    self->owe_all = TRUE;
  pt_frame_copy_get_shape (&frame, &shape);
  if (!pt_kvmfr_reader_allow_shape (self, &shape, now))
    {
      self->stats.dropped++;
      self->owe_all = TRUE;
      self->missed = now;
      return;
    }
  if (!self->have_serial || frame.serial != self->serial)
    pt_kvmfr_reader_note_serial (self, frame.serial);
  pt_kvmfr_reader_copy_frame (self, &message, &frame, &shape, g_get_monotonic_time ());
  self->published = now;
  self->missed = self->owe_all ? now : 0;
}


/* Newest wins: older messages are handed back unread. */
PtLgmpResult
pt_kvmfr_reader_take_frames (PtKvmfrReader *self,
                             gint64         now)
{
  guint        n = 0;
  PtLgmpResult result = pt_lgmp_queue_pending (&self->frames, &self->session, &n);

  if (result != PT_LGMP_OK)
    return result;
  pt_frame_pace_note_frame (&self->pace, now);
  for (; n > 1; n--)
    {
      pt_kvmfr_reader_skip_frame (self);
      if (pt_lgmp_queue_acknowledge (&self->frames, &self->session) != PT_LGMP_OK)
        return PT_LGMP_BROKEN;
    }
  pt_kvmfr_reader_take_frame (self, now);
  if (pt_lgmp_queue_check (&self->frames, &self->session) != PT_LGMP_OK)
    return PT_LGMP_KICKED;
  return pt_lgmp_queue_acknowledge (&self->frames, &self->session);
}
