/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-lgmp-session"

#include "config.h"

#include "pt-lgmp-session.h"

#include "pt-lgmp-lock.h"

#define PT_LGMP_HEARTBEAT_LIMIT (1000 * 1000) /* µs without a tick */
#define PT_LGMP_LEAVE_WAIT (10 * 1000)        /* µs */

/* Takes the numbers that bound everything else. The caller checks sessionID before and after
 * through the later pt_lgmp_session_check(). */
gboolean
pt_lgmp_session_attach (PtLgmpSession      *self,
                        PtSharedMemory     *memory,
                        const PtLgmpLayout *layout,
                        gint64              now)
{
  guint32 udata_size = 0;

  g_return_val_if_fail (self != NULL && memory != NULL && layout != NULL, FALSE);

  if (!pt_shared_memory_contains (memory, 0, PT_LGMP_HEADER_SIZE))
    return FALSE;
  self->memory = memory;
  self->layout = layout;
  self->id = pt_shared_memory_load32 (memory, PT_LGMP_SESSION_ID);
  udata_size = pt_shared_memory_load32 (memory, PT_LGMP_UDATA_SIZE);
  if (udata_size < PT_KVMFR_HEADER_SIZE ||
      udata_size > PT_LGMP_MAX_UDATA ||
      !pt_shared_memory_contains (memory, PT_LGMP_UDATA, udata_size))
    return FALSE;
  self->header_end = (PT_LGMP_UDATA + (gsize)udata_size + 3) & ~(gsize)3;
  self->client_id = g_random_int () | 1;
  self->heartbeat = pt_shared_memory_load64 (memory, PT_LGMP_TIMESTAMP);
  self->heartbeat_seen = now;
  return pt_shared_memory_load32 (memory, PT_LGMP_SESSION_ID) == self->id;
}


PtLgmpResult
pt_lgmp_session_check (PtLgmpSession *self,
                       gint64         now)
{
  guint64 heartbeat = 0;

  g_return_val_if_fail (self != NULL && self->memory != NULL, PT_LGMP_LOST);

  if (pt_shared_memory_load32 (self->memory, 0) != PT_LGMP_MAGIC ||
      pt_shared_memory_load32 (self->memory, 4) != self->layout->lgmp ||
      pt_shared_memory_load32 (self->memory, PT_LGMP_SESSION_ID) != self->id ||
      pt_shared_memory_is_lost (self->memory))
    return PT_LGMP_LOST;
  heartbeat = pt_shared_memory_load64 (self->memory, PT_LGMP_TIMESTAMP);
  if (heartbeat != self->heartbeat)
    {
      self->heartbeat = heartbeat;
      self->heartbeat_seen = now;
    }
  return now - self->heartbeat_seen > PT_LGMP_HEARTBEAT_LIMIT ? PT_LGMP_EMPTY : PT_LGMP_OK;
}


static guint64
pt_lgmp_queue_load_subs (PtLgmpQueue   *self,
                         PtLgmpSession *session)
{
  return pt_shared_memory_load64 (session->memory, self->block + PT_LGMP_QUEUE_SUBS);
}


static gboolean
pt_lgmp_queue_lock (PtLgmpQueue   *self,
                    PtLgmpSession *session)
{
  return pt_lgmp_lock_take (session->memory, session->layout, self->block + PT_LGMP_QUEUE_LOCK,
                            session->lock_wait, session->cancel);
}


static void
pt_lgmp_queue_unlock (PtLgmpQueue   *self,
                      PtLgmpSession *session)
{
  pt_lgmp_lock_release (session->memory, session->layout, self->block + PT_LGMP_QUEUE_LOCK);
}


static gsize
pt_lgmp_queue_timeout_offset (PtLgmpQueue *self,
                              guint        bit)
{
  return self->block + PT_LGMP_QUEUE_TIMEOUTS + 8 * (gsize)bit;
}


static gsize
pt_lgmp_queue_client_offset (PtLgmpQueue *self,
                             guint        bit)
{
  return self->block + PT_LGMP_QUEUE_CLIENT_IDS + 4 * (gsize)bit;
}


static gboolean
pt_lgmp_queue_is_ours (PtLgmpQueue   *self,
                       PtLgmpSession *session)
{
  gsize offset = pt_lgmp_queue_client_offset (self, self->bit);

  return pt_shared_memory_load32 (session->memory, offset) == session->client_id;
}


/* First match wins; the block is inside the header, which attaching has bounded. */
static gboolean
pt_lgmp_queue_find (PtLgmpQueue   *self,
                    PtLgmpSession *session,
                    guint32        queue_id)
{
  guint32 n = pt_shared_memory_load32 (session->memory, PT_LGMP_NUM_QUEUES);

  for (guint i = 0; i < MIN (n, PT_LGMP_MAX_QUEUES); i++)
    {
      gsize block = PT_LGMP_QUEUES + (gsize)i * PT_LGMP_QUEUE_SIZE;

      if (pt_shared_memory_load32 (session->memory, block + PT_LGMP_QUEUE_ID) == queue_id)
        {
          self->block = block;
          return TRUE;
        }
    }
  return FALSE;
}


static gboolean
pt_lgmp_queue_latch (PtLgmpQueue   *self,
                     PtLgmpSession *session)
{
  PtSharedMemory *memory = session->memory;
  guint64         bytes = 0;

  self->n_messages = pt_shared_memory_load32 (memory, self->block + PT_LGMP_QUEUE_NUM_MESSAGES);
  self->ring = pt_shared_memory_load32 (memory, self->block + PT_LGMP_QUEUE_MESSAGES);
  self->max_time = pt_shared_memory_load32 (memory, self->block + PT_LGMP_QUEUE_MAX_TIME);
  if (self->max_time > 60 * 1000)
    self->max_time = 1000;
  bytes = (guint64)self->n_messages * PT_LGMP_MESSAGE_BYTES;
  return self->n_messages >= 2 &&
         self->n_messages <= PT_LGMP_MAX_MESSAGES &&
         self->ring >= session->header_end &&
         self->ring % 4 == 0 &&
         pt_shared_memory_contains (memory, self->ring, bytes);
}


/* Frees the places of viewers that were timed out long enough ago. Under the lock. */
static guint64
pt_lgmp_queue_reclaim (PtLgmpQueue   *self,
                       PtLgmpSession *session)
{
  guint64 subs = pt_lgmp_queue_load_subs (self, session);
  guint64 now = pt_shared_memory_load64 (session->memory, PT_LGMP_TIMESTAMP);

  for (guint bit = 0; bit < PT_LGMP_SUBSCRIBERS; bit++)
    {
      gsize timeout = pt_lgmp_queue_timeout_offset (self, bit);

      if ((subs & (G_GUINT64_CONSTANT (1) << bit)) == 0 ||
          pt_shared_memory_load64 (session->memory, timeout) >= now)
        continue;
      subs &= ~(G_GUINT64_CONSTANT (0x100000001) << bit);
      pt_shared_memory_store64 (session->memory, timeout, 0);
      pt_shared_memory_store32 (session->memory, pt_lgmp_queue_client_offset (self, bit), 0);
    }
  return subs;
}


static guint32
pt_lgmp_queue_clear_pending (PtLgmpQueue   *self,
                             PtLgmpSession *session,
                             guint32        index)
{
  gsize    entry = self->ring + (gsize)index * PT_LGMP_MESSAGE_BYTES;
  guint32 *pending = pt_shared_memory_u32 (session->memory, entry + PT_LGMP_MESSAGE_PENDING);
  guint32  mask = ~(1u << self->bit);

  return __atomic_fetch_and (pending, mask, __ATOMIC_ACQ_REL) & mask;
}


static PtLgmpResult
pt_lgmp_queue_join_locked (PtLgmpQueue   *self,
                           PtLgmpSession *session)
{
  gsize    new_subs_offset = self->block + PT_LGMP_QUEUE_NEW_SUBS;
  guint32 *new_subs = pt_shared_memory_u32 (session->memory, new_subs_offset);
  guint64  subs = pt_lgmp_queue_reclaim (self, session);
  guint32  used = (guint32)subs | (guint32)(subs >> 32);

  pt_shared_memory_store64 (session->memory, self->block + PT_LGMP_QUEUE_SUBS, subs);
  if (used == G_MAXUINT32)
    return PT_LGMP_FULL;
  self->bit = (guint)__builtin_ctz (~used);
  for (guint32 i = 0; i < self->n_messages; i++)
    pt_lgmp_queue_clear_pending (self, session, i);
  pt_shared_memory_store64 (session->memory, pt_lgmp_queue_timeout_offset (self, self->bit), 0);
  pt_shared_memory_store32 (session->memory, pt_lgmp_queue_client_offset (self, self->bit),
                            session->client_id);
  pt_shared_memory_store64 (session->memory, self->block + PT_LGMP_QUEUE_SUBS,
                            subs | (G_GUINT64_CONSTANT (0x100000000) << self->bit));
  __atomic_fetch_add (new_subs, 1, __ATOMIC_ACQ_REL);
  self->index = pt_shared_memory_load32 (session->memory, self->block + PT_LGMP_QUEUE_POSITION);
  self->joined = TRUE;
  return self->index < self->n_messages ? PT_LGMP_OK : PT_LGMP_BROKEN;
}


PtLgmpResult
pt_lgmp_queue_join (PtLgmpQueue   *self,
                    PtLgmpSession *session,
                    guint32        queue_id)
{
  PtLgmpResult result = PT_LGMP_OK;

  g_return_val_if_fail (self != NULL && session != NULL, PT_LGMP_BROKEN);
  g_return_val_if_fail (!self->joined, PT_LGMP_BROKEN);

  if (!pt_lgmp_queue_find (self, session, queue_id))
    return PT_LGMP_ABSENT;
  if (!pt_lgmp_queue_latch (self, session))
    return PT_LGMP_BROKEN;
  if (!pt_lgmp_queue_lock (self, session))
    return PT_LGMP_LOST;
  result = pt_lgmp_queue_join_locked (self, session);
  pt_lgmp_queue_unlock (self, session);
  if (result == PT_LGMP_BROKEN)
    pt_lgmp_queue_leave (self, session);
  return result;
}


/* Leaving is worth a short wait even to somebody in a hurry: a place we keep holds up all other
 * viewers. A place marked BAD is left as it is: whoever subscribes later reclaims it. */
void
pt_lgmp_queue_leave (PtLgmpQueue   *self,
                     PtLgmpSession *session)
{
  PtLgmpSession patient = { 0 };
  guint64       both = 0;
  guint64       subs = 0;

  g_return_if_fail (self != NULL && session != NULL);

  if (!self->joined)
    return;
  self->joined = FALSE;
  patient = *session;
  patient.lock_wait = MIN (session->lock_wait, PT_LGMP_LEAVE_WAIT);
  patient.cancel = NULL;
  if (!pt_lgmp_queue_lock (self, &patient))
    return;
  both = G_GUINT64_CONSTANT (0x100000001) << self->bit;
  subs = pt_lgmp_queue_load_subs (self, session);
  if ((subs & (G_GUINT64_CONSTANT (1) << self->bit)) == 0 &&
      pt_lgmp_queue_is_ours (self, session))
    {
      for (guint32 i = 0; i < self->n_messages; i++)
        pt_lgmp_queue_clear_pending (self, session, i);
      pt_shared_memory_store64 (session->memory, pt_lgmp_queue_timeout_offset (self, self->bit), 0);
      pt_shared_memory_store32 (session->memory, pt_lgmp_queue_client_offset (self, self->bit), 0);
      pt_shared_memory_store64 (session->memory, self->block + PT_LGMP_QUEUE_SUBS, subs & ~both);
    }
  pt_lgmp_queue_unlock (self, session);
}


PtLgmpResult
pt_lgmp_queue_check (PtLgmpQueue   *self,
                     PtLgmpSession *session)
{
  guint64 subs = 0;

  g_return_val_if_fail (self != NULL && session != NULL && self->joined, PT_LGMP_KICKED);

  subs = pt_lgmp_queue_load_subs (self, session);
  if ((subs & (G_GUINT64_CONSTANT (1) << self->bit)) != 0 ||
      (subs & (G_GUINT64_CONSTANT (0x100000000) << self->bit)) == 0 ||
      !pt_lgmp_queue_is_ours (self, session))
    return PT_LGMP_KICKED;
  return PT_LGMP_OK;
}


PtLgmpResult
pt_lgmp_queue_pending (PtLgmpQueue   *self,
                       PtLgmpSession *session,
                       guint         *n_pending)
{
  guint32 position = 0;

  g_return_val_if_fail (self != NULL && session != NULL && n_pending != NULL, PT_LGMP_BROKEN);

  *n_pending = 0;
  if (pt_lgmp_queue_check (self, session) != PT_LGMP_OK)
    return PT_LGMP_KICKED;
  position = pt_shared_memory_load32 (session->memory, self->block + PT_LGMP_QUEUE_POSITION);
  if (position >= self->n_messages)
    return PT_LGMP_BROKEN;
  *n_pending = (position + self->n_messages - self->index) % self->n_messages;
  return *n_pending != 0 ? PT_LGMP_OK : PT_LGMP_EMPTY;
}


PtLgmpResult
pt_lgmp_queue_peek (PtLgmpQueue   *self,
                    PtLgmpSession *session,
                    PtLgmpMessage *message)
{
  guint32 entry[3] = { 0 };

  g_return_val_if_fail (self != NULL && session != NULL && message != NULL, PT_LGMP_BROKEN);

  message->entry = self->ring + (gsize)self->index * PT_LGMP_MESSAGE_BYTES;
  pt_shared_memory_snapshot (session->memory, message->entry, entry, sizeof entry);
  message->udata = entry[0];
  message->size = entry[1];
  message->offset = entry[2];
  if (message->offset < session->header_end ||
      message->offset % 4 != 0 ||
      !pt_shared_memory_contains (session->memory, message->offset, message->size))
    return PT_LGMP_BROKEN;
  return PT_LGMP_OK;
}


/* Under the lock: nobody needs the oldest message any more. */
static PtLgmpResult
pt_lgmp_queue_retire (PtLgmpQueue   *self,
                      PtLgmpSession *session)
{
  PtSharedMemory *memory = session->memory;
  guint64         now = pt_shared_memory_load64 (memory, PT_LGMP_TIMESTAMP);

  if (pt_shared_memory_load32 (memory, self->block + PT_LGMP_QUEUE_START) != self->index)
    return PT_LGMP_OK;
  if (pt_shared_memory_load32 (memory, self->block + PT_LGMP_QUEUE_COUNT) == 0)
    return PT_LGMP_BROKEN;
  pt_shared_memory_store32 (memory, self->block + PT_LGMP_QUEUE_START,
                            (self->index + 1) % self->n_messages);
  __atomic_fetch_sub (pt_shared_memory_u32 (memory, self->block + PT_LGMP_QUEUE_COUNT), 1,
                      __ATOMIC_ACQ_REL);
  pt_shared_memory_store64 (memory, self->block + PT_LGMP_QUEUE_MSG_TIMEOUT, now + self->max_time);
  return PT_LGMP_OK;
}


/* The lock is only tried: if it is taken, the producer's next tick retires the message. */
PtLgmpResult
pt_lgmp_queue_acknowledge (PtLgmpQueue   *self,
                           PtLgmpSession *session)
{
  PtLgmpResult result = PT_LGMP_OK;
  guint32      others = 0;

  g_return_val_if_fail (self != NULL && session != NULL && self->joined, PT_LGMP_BROKEN);

  others = pt_lgmp_queue_clear_pending (self, session, self->index);
  if (others == 0 &&
      pt_lgmp_lock_try (session->memory, session->layout, self->block + PT_LGMP_QUEUE_LOCK))
    {
      result = pt_lgmp_queue_retire (self, session);
      pt_lgmp_queue_unlock (self, session);
    }
  self->index = (self->index + 1) % self->n_messages;
  return result;
}
