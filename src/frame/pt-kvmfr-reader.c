/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvmfr-reader"

#include "config.h"

#include "pt-kvmfr-reader.h"

#include <stdlib.h>
#include <string.h>

#include "pt-kvmfr-reader-private.h"

#define PT_READER_MS(n) ((gint64)(n)*1000)

#define PT_READER_FILE_WAIT PT_READER_MS (250)
#define PT_READER_PROBE_WAIT PT_READER_MS (50)
#define PT_READER_ATTACH_WAIT PT_READER_MS (250)
#define PT_READER_ATTACH_MAX PT_READER_MS (2000)
#define PT_READER_JOIN_WAIT PT_READER_MS (10)
#define PT_READER_JOIN_MAX PT_READER_MS (1000)
#define PT_READER_DEAD_AFTER PT_READER_MS (1000)

/* How long a picture may be missing before the producer is made to send it again. */
#define PT_READER_FETCH_AFTER PT_READER_MS (1000)

const PtReaderLimits pt_reader_default_limits = {
  .lock_wait = PT_READER_MS (50),
  .pointer_wait = PT_READER_MS (100),
  .quiet = PT_READER_MS (200),
};

static int
pt_reader_latency_compare (const void *a,
                           const void *b)
{
  guint32 left = *(const guint32 *)a;
  guint32 right = *(const guint32 *)b;

  return left < right ? -1 : left > right;
}


guint
pt_reader_latency_get (const PtReaderLatency *self,
                       guint                  percent)
{
  guint32 sorted[PT_READER_LATENCIES] = { 0 };
  guint   n = MIN (self->n, PT_READER_LATENCIES);

  g_return_val_if_fail (percent > 0 && percent <= 100, 0);

  if (n == 0)
    return 0;
  memcpy (sorted, self->samples, n * sizeof *sorted);
  qsort (sorted, n, sizeof *sorted, pt_reader_latency_compare);
  return sorted[(n * percent + 99) / 100 - 1];
}


static PtKvmfrReader *
pt_kvmfr_reader_new_empty (PtFrameStore         *store,
                           const PtReaderLimits *limits)
{
  PtKvmfrReader *self = g_new0 (PtKvmfrReader, 1);

  self->store = pt_frame_store_ref (store);
  self->limits = *limits;
  self->state = PT_SOURCE_NO_MEMORY;
  self->attach_delay = PT_READER_ATTACH_WAIT;
  self->join_delay = PT_READER_JOIN_WAIT;
  return self;
}


PtKvmfrReader *
pt_kvmfr_reader_new (const char           *path,
                     PtFrameStore         *store,
                     const PtReaderLimits *limits)
{
  PtKvmfrReader *self = NULL;

  g_return_val_if_fail (path != NULL && store != NULL && limits != NULL, NULL);

  self = pt_kvmfr_reader_new_empty (store, limits);
  self->path = g_strdup (path);
  return self;
}


PtKvmfrReader *
pt_kvmfr_reader_new_for_memory (PtSharedMemory       *memory,
                                PtFrameStore         *store,
                                const PtReaderLimits *limits)
{
  PtKvmfrReader *self = NULL;

  g_return_val_if_fail (memory != NULL && store != NULL && limits != NULL, NULL);

  self = pt_kvmfr_reader_new_empty (store, limits);
  self->memory = memory;
  return self;
}


void
pt_kvmfr_reader_set_state (PtKvmfrReader *self,
                           PtSourceState  state,
                           char          *message)
{
  g_autofree char *owned = message;

  if (self->state == state && g_strcmp0 (self->message, owned) == 0)
    return;
  self->state = state;
  g_free (self->message);
  self->message = g_steal_pointer (&owned);
  self->events |= PT_READER_STATE;
}


void
pt_kvmfr_reader_reject (PtKvmfrReader *self,
                        GError        *error)
{
  g_autoptr (GError) owned = error;

  g_debug ("rejected: %s", owned->message);
  self->rejected++;
  self->stats.rejected++;
  self->events |= PT_READER_STATS;
  if (self->rejected == PT_READER_MAX_REJECTED)
    pt_kvmfr_reader_set_state (self, self->state, g_strdup (owned->message));
}


/* Forgets the session without a word to the producer. */
static void
pt_kvmfr_reader_detach (PtKvmfrReader *self)
{
  self->attached = FALSE;
  self->probed = FALSE;
  self->frames.joined = FALSE;
  self->pointer.joined = FALSE;
  pt_kvmfr_reader_reset_frames (self);
}


static void
pt_kvmfr_reader_leave (PtKvmfrReader *self)
{
  if (self->attached)
    {
      pt_lgmp_queue_leave (&self->frames, &self->session);
      pt_lgmp_queue_leave (&self->pointer, &self->session);
    }
  pt_kvmfr_reader_detach (self);
}


static void
pt_kvmfr_reader_close (PtKvmfrReader *self)
{
  pt_kvmfr_reader_detach (self);
  g_clear_pointer (&self->memory, pt_shared_memory_free);
}


void
pt_kvmfr_reader_free (PtKvmfrReader *self)
{
  g_return_if_fail (self != NULL);

  pt_kvmfr_reader_leave (self);
  g_clear_pointer (&self->memory, pt_shared_memory_free);
  pt_frame_store_unref (self->store);
  g_clear_pointer (&self->cursor.shape, g_bytes_unref);
  g_free (self->message);
  g_free (self->path);
  g_free (self);
}


/* Something that cannot be: leave, and come back after a while, longer each time until a picture
 * arrives. */
static gint64
pt_kvmfr_reader_give_up (PtKvmfrReader *self,
                         gint64         now,
                         const char    *reason)
{
  char *message = g_strdup (reason);

  g_debug ("session given up: %s", reason);
  pt_kvmfr_reader_leave (self);
  self->rejected = 0;
  self->kicks = 0;
  self->attach_delay = MIN (2 * self->attach_delay, PT_READER_ATTACH_MAX);
  self->attach_after = now + self->attach_delay;
  pt_kvmfr_reader_set_state (self, PT_SOURCE_NO_PRODUCER, message);
  return PT_READER_PROBE_WAIT;
}


static gint64
pt_kvmfr_reader_open (PtKvmfrReader *self,
                      gint64         now)
{
  g_autoptr (GError) error = NULL;

  self->memory = pt_shared_memory_open (self->path, &error);
  if (self->memory == NULL)
    {
      pt_kvmfr_reader_set_state (self, PT_SOURCE_NO_MEMORY, g_strdup (error->message));
      return PT_READER_FILE_WAIT;
    }
  if (self->memory->size < PT_LGMP_HEADER_SIZE + PT_KVMFR_HEADER_SIZE)
    {
      pt_kvmfr_reader_set_state (self, PT_SOURCE_TOO_SMALL,
                                 g_strdup_printf ("%s has %" G_GSIZE_FORMAT " bytes", self->path,
                                                  self->memory->size));
      pt_kvmfr_reader_close (self);
      return PT_READER_FILE_WAIT;
    }
  self->probed = FALSE;
  self->check_file_after = now + PT_READER_FILE_WAIT;
  pt_kvmfr_reader_set_state (self, PT_SOURCE_NO_PRODUCER, NULL);
  return 0;
}


/* The file may have been replaced by another machine's start, or cut short. */
static gboolean
pt_kvmfr_reader_check_file (PtKvmfrReader *self,
                            gint64         now)
{
  if (pt_shared_memory_is_lost (self->memory))
    return FALSE;
  if (now < self->check_file_after)
    return TRUE;
  self->check_file_after = now + PT_READER_FILE_WAIT;
  return pt_shared_memory_is_current (self->memory);
}


/* It may be what an earlier run of the guest left behind: alive is only who moves the heartbeat. */
static gboolean
pt_kvmfr_reader_is_alive (PtKvmfrReader     *self,
                          const PtLgmpProbe *probe,
                          gint64             now)
{
  gboolean ticked = self->probed && probe->heartbeat != self->probe_heartbeat;

  if (!self->probed || ticked)
    self->probe_ticked = now;
  self->probed = TRUE;
  self->probe_heartbeat = probe->heartbeat;
  if (!ticked &&
      self->state == PT_SOURCE_WRONG_VERSION &&
      now - self->probe_ticked > PT_READER_DEAD_AFTER)
    pt_kvmfr_reader_set_state (self, PT_SOURCE_NO_PRODUCER, NULL);
  return ticked;
}


static gint64
pt_kvmfr_reader_attach (PtKvmfrReader     *self,
                        const PtLgmpProbe *probe,
                        gint64             now)
{
  if (now < self->attach_after)
    return MIN (self->attach_after - now, PT_READER_PROBE_WAIT);
  self->attach_after = now + self->attach_delay;
  if (!pt_lgmp_session_attach (&self->session, self->memory, probe->layout, now))
    return PT_READER_PROBE_WAIT;
  self->session.lock_wait = self->limits.lock_wait;
  self->session.cancel = self->limits.cancel;
  pt_kvmfr_reader_detach (self);
  self->attached = TRUE;
  self->counted = FALSE;
  self->join_delay = PT_READER_JOIN_WAIT;
  self->join_frames_after = now;
  self->join_pointer_after = now;
  self->rejected = 0;
  self->kicks = 0;
  return 0;
}


static gint64
pt_kvmfr_reader_await_producer (PtKvmfrReader *self,
                                gint64         now)
{
  PtLgmpProbe probe = { 0 };

  if (!pt_kvmfr_reader_check_file (self, now))
    {
      pt_kvmfr_reader_close (self);
      return PT_READER_PROBE_WAIT;
    }
  if (!pt_lgmp_probe (self->memory, &probe))
    {
      self->probed = FALSE;
      if (self->message == NULL || self->state == PT_SOURCE_WRONG_VERSION)
        pt_kvmfr_reader_set_state (self, PT_SOURCE_NO_PRODUCER, NULL);
      return PT_READER_PROBE_WAIT;
    }
  if (!pt_kvmfr_reader_is_alive (self, &probe, now))
    return PT_READER_PROBE_WAIT;
  if (probe.layout == NULL)
    {
      g_autofree char *theirs = pt_lgmp_probe_to_string (&probe);

      pt_kvmfr_reader_set_state (self, PT_SOURCE_WRONG_VERSION, g_steal_pointer (&theirs));
      return PT_READER_FILE_WAIT;
    }
  if (probe.kvmfr == 0)
    return PT_READER_PROBE_WAIT;
  return pt_kvmfr_reader_attach (self, &probe, now);
}


/* Back-off for both queues; a wait of 0 means: try again at once. */
static void
pt_kvmfr_reader_defer_join (PtKvmfrReader *self,
                            gint64        *after,
                            gint64         now)
{
  *after = now + self->join_delay;
  self->join_delay = MIN (2 * self->join_delay, PT_READER_JOIN_MAX);
}


static void
pt_kvmfr_reader_joined (PtKvmfrReader *self,
                        gint64         now)
{
  pt_kvmfr_reader_reset_frames (self);
  pt_frame_pace_reset (&self->pace, now);
  if (!self->counted)
    self->stats.sessions++;
  self->counted = TRUE;
  self->events |= PT_READER_STATS;
  if (self->state != PT_SOURCE_TOO_SMALL)
    pt_kvmfr_reader_set_state (self, PT_SOURCE_LIVE, NULL);
}


/* NULL, or why the session cannot go on. */
static const char *
pt_kvmfr_reader_join (PtKvmfrReader *self,
                      PtLgmpQueue   *queue,
                      guint32        id,
                      gint64        *after,
                      gint64         now)
{
  if (queue->joined || now < *after)
    return NULL;
  switch (pt_lgmp_queue_join (queue, &self->session, id))
    {
    case PT_LGMP_OK:
      if (queue == &self->frames)
        pt_kvmfr_reader_joined (self, now);
      return NULL;
    case PT_LGMP_FULL:
      if (queue == &self->frames)
        pt_kvmfr_reader_set_state (self, PT_SOURCE_NO_PRODUCER, g_strdup ("too many viewers"));
      pt_kvmfr_reader_defer_join (self, after, now);
      return NULL;
    case PT_LGMP_LOST:
      return "a queue stays locked";
    case PT_LGMP_BROKEN:
      return "a queue's numbers cannot be";
    case PT_LGMP_ABSENT:
    case PT_LGMP_EMPTY:
    case PT_LGMP_KICKED:
    default:
      *after = now + PT_READER_JOIN_WAIT;
      return NULL;
    }
}


/* NULL, or why the session cannot go on. */
static const char *
pt_kvmfr_reader_check_taken (PtKvmfrReader *self,
                             PtLgmpQueue   *queue,
                             PtLgmpResult   result,
                             gint64        *after,
                             gint64         now)
{
  if (result == PT_LGMP_BROKEN || result == PT_LGMP_LOST)
    return "a queue's numbers cannot be";
  if (self->rejected >= PT_READER_MAX_REJECTED)
    return self->message != NULL ? self->message : "broken messages";
  if (result != PT_LGMP_KICKED)
    return NULL;
  queue->joined = FALSE;
  self->stats.resubscribes++;
  self->events |= PT_READER_STATS;
  pt_kvmfr_reader_defer_join (self, after, now);
  return ++self->kicks > PT_READER_MAX_KICKS ? "thrown out of the queue again and again" : NULL;
}


static const char *
pt_kvmfr_reader_poll_queues (PtKvmfrReader *self,
                             gint64         now)
{
  gint64      *frames_at = &self->join_frames_after;
  gint64      *pointer_at = &self->join_pointer_after;
  const char  *reason = NULL;
  PtLgmpResult taken = PT_LGMP_OK;

  reason = pt_kvmfr_reader_join (self, &self->frames, PT_KVMFR_QUEUE_FRAME, frames_at, now);
  if (reason == NULL)
    reason = pt_kvmfr_reader_join (self, &self->pointer, PT_KVMFR_QUEUE_POINTER, pointer_at, now);
  if (reason == NULL && self->pointer.joined)
    {
      taken = pt_kvmfr_reader_take_pointer (self, now);
      reason = pt_kvmfr_reader_check_taken (self, &self->pointer, taken, pointer_at, now);
    }
  if (reason == NULL && self->frames.joined)
    {
      taken = pt_kvmfr_reader_take_frames (self, now);
      reason = pt_kvmfr_reader_check_taken (self, &self->frames, taken, frames_at, now);
    }
  return reason;
}


/* The newest picture was refused or is only half here, and no other came: a producer sends what it
 * has to whoever joins. */
static void
pt_kvmfr_reader_fetch_missed (PtKvmfrReader *self,
                              gint64         now)
{
  if (self->missed == 0 ||
      !self->frames.joined ||
      now - self->missed <= PT_READER_FETCH_AFTER)
    return;
  self->missed = 0;
  pt_lgmp_queue_leave (&self->frames, &self->session);
  self->join_frames_after = now;
}


static gint64
pt_kvmfr_reader_poll (PtKvmfrReader *self,
                      gint64         now)
{
  const char  *reason = NULL;
  guint64      received = self->stats.received;
  PtLgmpResult alive = pt_lgmp_session_check (&self->session, now);

  if (alive == PT_LGMP_LOST)
    {
      pt_kvmfr_reader_detach (self);
      pt_kvmfr_reader_set_state (self, PT_SOURCE_STALLED, NULL);
      return 0;
    }
  if (alive == PT_LGMP_EMPTY)
    {
      pt_kvmfr_reader_leave (self);
      pt_kvmfr_reader_set_state (self, PT_SOURCE_STALLED, NULL);
      return PT_READER_PROBE_WAIT;
    }
  reason = pt_kvmfr_reader_poll_queues (self, now);
  if (reason != NULL)
    return pt_kvmfr_reader_give_up (self, now, reason);
  if (self->stats.received != received)
    {
      self->attach_delay = PT_READER_ATTACH_WAIT;
      self->join_delay = PT_READER_JOIN_WAIT;
    }
  pt_kvmfr_reader_fetch_missed (self, now);
  return pt_frame_pace_get_wait (&self->pace, now);
}


PtReaderEvents
pt_kvmfr_reader_step (PtKvmfrReader *self,
                      gint64         now,
                      gint64        *wait)
{
  g_return_val_if_fail (self != NULL && wait != NULL, 0);

  self->events = 0;
  if (self->memory == NULL)
    *wait = pt_kvmfr_reader_open (self, now);
  else if (!self->attached)
    *wait = pt_kvmfr_reader_await_producer (self, now);
  else
    *wait = pt_kvmfr_reader_poll (self, now);
  return self->events;
}


PtSourceState
pt_kvmfr_reader_get_state (PtKvmfrReader *self)
{
  g_return_val_if_fail (self != NULL, PT_SOURCE_STOPPED);

  return self->state;
}


const char *
pt_kvmfr_reader_get_message (PtKvmfrReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}


const PtSourceStats *
pt_kvmfr_reader_get_stats (PtKvmfrReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->stats;
}


const PtReaderLatency *
pt_kvmfr_reader_get_latency (PtKvmfrReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->latency;
}


const PtCursor *
pt_kvmfr_reader_get_cursor (PtKvmfrReader *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->cursor;
}
