/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-producer-private.h"

#include <string.h>
#include <time.h>

/* A viewer may die with the lock in its hands: never wait for it longer than this. */
#define PT_PRODUCER_LOCK_NS (50 * 1000 * 1000)


static uint64_t
pt_producer_queue_nanoseconds (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}


static bool
pt_producer_queue_try (uint32_t *lock)
{
  uint32_t none = 0;

  return __atomic_compare_exchange_n (lock, &none, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}


static bool
pt_producer_queue_take (uint32_t *lock)
{
  uint64_t end = 0;

  for (unsigned i = 0; i < 256; i++)
    if (pt_producer_queue_try (lock))
      return true;
  end = pt_producer_queue_nanoseconds () + PT_PRODUCER_LOCK_NS;
  while (pt_producer_queue_nanoseconds () < end)
    {
      struct timespec nap = { 0, 50 * 1000 };

      if (pt_producer_queue_try (lock))
        return true;
      nanosleep (&nap, NULL);
    }
  return false;
}


void
pt_producer_queue_init (PtProducerQueue *queue,
                        PtLgmpQueue     *shared,
                        uint32_t         id,
                        uint32_t         length,
                        uint32_t         offset,
                        uint32_t         max_time)
{
  memset (shared, 0, sizeof *shared);
  shared->queue_id = id;
  shared->num_messages = length;
  shared->max_time = max_time;
  shared->messages_offset = offset;
  shared->c_msg_avail = PT_LGMP_CLIENT_MESSAGES;
  memset (queue, 0, sizeof *queue);
  queue->shared = shared;
  queue->length = length;
  queue->offset = offset;
}


bool
pt_producer_queue_lock (PtProducerQueue *queue)
{
  return !queue->lock_kept && pt_producer_queue_take (&queue->shared->lock);
}


void
pt_producer_queue_unlock (PtProducerQueue *queue)
{
  PT_SHARED_WRITE (queue->shared->lock, 0);
}


unsigned
pt_producer_queue_outstanding (PtProducerQueue *queue)
{
  return PT_SHARED_READ (queue->shared->count);
}


unsigned
pt_producer_queue_subscribers (PtProducerQueue *queue)
{
  uint64_t subs = PT_SHARED_READ (queue->shared->subs);

  return (unsigned)__builtin_popcount ((uint32_t)(subs >> 32) & ~(uint32_t)subs);
}


static PtLgmpEntry *
pt_producer_queue_entry (PtProducer      *self,
                         PtProducerQueue *queue,
                         uint32_t         index)
{
  return (PtLgmpEntry *)(void *)(self->memory + queue->offset + index * sizeof (PtLgmpEntry));
}


static uint32_t
pt_producer_queue_next (PtProducerQueue *queue,
                        uint32_t         index)
{
  return index + 1 == queue->length ? 0 : index + 1;
}


PtProducerPost
pt_producer_queue_post (PtProducer      *self,
                        PtProducerQueue *queue,
                        uint32_t         udata,
                        uint32_t         offset,
                        uint32_t         size)
{
  PtLgmpQueue   *shared = queue->shared;
  PtProducerPost result = PT_PRODUCER_FULL;

  if (!pt_producer_queue_lock (queue))
    return PT_PRODUCER_FULL;
  if (pt_producer_queue_outstanding (queue) < queue->length - 1)
    {
      uint64_t     subs = PT_SHARED_READ (shared->subs);
      uint32_t     pending = (uint32_t)(subs >> 32) & ~(uint32_t)subs;
      PtLgmpEntry *entry = pt_producer_queue_entry (self, queue, queue->position);

      result = pending == 0 ? PT_PRODUCER_NOBODY : PT_PRODUCER_POSTED;
      if (pending != 0)
        {
          entry->udata = udata;
          entry->size = size;
          entry->offset = offset;
          PT_SHARED_WRITE (entry->pending_subs, pending);
          if (__atomic_fetch_add (&shared->count, 1, __ATOMIC_ACQ_REL) == 0)
            PT_SHARED_WRITE (shared->msg_timeout, pt_producer_now () + self->max_time);
          queue->position = pt_producer_queue_next (queue, queue->position);
          PT_SHARED_FENCE ();
          PT_SHARED_WRITE (shared->position, queue->position);
        }
    }
  pt_producer_queue_unlock (queue);
  return result;
}


/* The holders of the oldest message had their time. */
static void
pt_producer_queue_mark_bad (PtProducer      *self,
                            PtProducerQueue *queue,
                            uint32_t         holders,
                            uint64_t         now)
{
  for (unsigned i = 0; i < PT_LGMP_SUBSCRIBERS; i++)
    if (holders & (UINT32_C (1) << i))
      {
        queue->shared->timeout[i] = now + self->max_time;
        self->stats.bad++;
      }
  PT_SHARED_WRITE (queue->shared->subs, PT_SHARED_READ (queue->shared->subs) | holders);
}


void
pt_producer_queue_retire (PtProducer      *self,
                          PtProducerQueue *queue,
                          uint64_t         now)
{
  PtLgmpQueue *shared = queue->shared;

  if (pt_producer_queue_outstanding (queue) == 0 || !pt_producer_queue_lock (queue))
    return;
  while (pt_producer_queue_outstanding (queue) > 0)
    {
      uint32_t     start = PT_SHARED_READ (shared->start) % queue->length;
      uint64_t     subs = PT_SHARED_READ (shared->subs);
      uint32_t     alive = (uint32_t)(subs >> 32) & ~(uint32_t)subs;
      PtLgmpEntry *entry = pt_producer_queue_entry (self, queue, start);
      uint32_t     holders = PT_SHARED_READ (entry->pending_subs) & alive;

      if (holders != 0 && now <= PT_SHARED_READ (shared->msg_timeout))
        break;
      if (holders != 0)
        pt_producer_queue_mark_bad (self, queue, holders, now);
      PT_SHARED_WRITE (shared->start, pt_producer_queue_next (queue, start));
      PT_SHARED_WRITE (shared->msg_timeout, now + self->max_time);
      __atomic_fetch_sub (&shared->count, 1, __ATOMIC_ACQ_REL);
    }
  pt_producer_queue_unlock (queue);
}


uint32_t
pt_producer_queue_receive (PtProducerQueue *queue,
                           uint8_t         *data)
{
  PtLgmpQueue *shared = queue->shared;
  uint32_t     size = 0;

  if (queue->c_lock_kept ||
      PT_SHARED_READ (shared->c_msg_avail) >= PT_LGMP_CLIENT_MESSAGES ||
      !pt_producer_queue_take (&shared->c_msg_lock))
    return 0;
  size = shared->c_msgs[queue->c_rpos].size;
  size = size > PT_LGMP_CLIENT_BYTES ? PT_LGMP_CLIENT_BYTES : size;
  memcpy (data, shared->c_msgs[queue->c_rpos].data, size);
  queue->c_rpos = (queue->c_rpos + 1) % PT_LGMP_CLIENT_MESSAGES;
  __atomic_fetch_add (&shared->c_msg_avail, 1, __ATOMIC_ACQ_REL);
  __atomic_fetch_add (&shared->c_msg_rserial, 1, __ATOMIC_ACQ_REL);
  PT_SHARED_WRITE (shared->c_msg_lock, 0);
  return size;
}


uint32_t
pt_producer_queue_joined (PtProducerQueue *queue)
{
  return __atomic_exchange_n (&queue->shared->new_sub_count, 0, __ATOMIC_ACQ_REL);
}
