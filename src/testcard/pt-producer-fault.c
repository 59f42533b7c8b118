/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-producer-private.h"


static void
pt_producer_mark_subscribers (PtProducer      *self,
                              PtProducerQueue *queue,
                              bool             kick)
{
  PtLgmpQueue *shared = queue->shared;
  uint64_t     subs = 0;
  uint64_t     now = pt_producer_now ();

  if (!pt_producer_queue_lock (queue))
    return;
  subs = PT_SHARED_READ (shared->subs);
  for (unsigned i = 0; i < PT_LGMP_SUBSCRIBERS; i++)
    if (subs & (UINT64_C (1) << (32 + i)))
      {
        shared->timeout[i] = now + self->max_time;
        if (kick)
          PT_SHARED_WRITE (shared->client_id[i], 0);
      }
  PT_SHARED_WRITE (shared->subs, kick ? 0 : subs | subs >> 32);
  pt_producer_queue_unlock (queue);
}


static void
pt_producer_hold (uint32_t *lock,
                  bool     *kept)
{
  if (!*kept)
    while (__atomic_exchange_n (lock, 1, __ATOMIC_ACQUIRE) != 0)
      ;
  *kept = true;
}


static void
pt_producer_let_go (uint32_t *lock,
                    bool     *kept)
{
  if (*kept)
    PT_SHARED_WRITE (*lock, 0);
  *kept = false;
}


/* The word of shared memory an at-once fault overwrites, or NULL. */
static uint32_t *
pt_producer_fault_word (PtProducer     *self,
                        PtProducerFault fault)
{
  PtKvmfrHeader *kvmfr = (PtKvmfrHeader *)(void *)self->header->udata;

  if (fault == PT_FAULT_LGMP_VERSION)
    return &self->header->version;
  if (fault == PT_FAULT_KVMFR_VERSION)
    return &kvmfr->version;
  if (fault == PT_FAULT_MAGIC)
    return &self->header->magic;
  if (fault == PT_FAULT_NUM_QUEUES)
    return &self->header->num_queues;
  if (fault == PT_FAULT_UDATA_SIZE)
    return &self->header->udata_size;
  if (fault == PT_FAULT_NUM_MESSAGES)
    return &self->frames.shared->num_messages;
  if (fault == PT_FAULT_MESSAGES_OFFSET)
    return &self->frames.shared->messages_offset;
  if (fault == PT_FAULT_POSITION)
    return &self->frames.shared->position;
  return NULL;
}


void
pt_producer_set_fault (PtProducer     *self,
                       PtProducerFault fault,
                       uint32_t        value)
{
  uint32_t *word = pt_producer_fault_word (self, fault);

  self->fault[fault] = true;
  self->fault_value[fault] = value;
  if (word != NULL)
    PT_SHARED_WRITE (*word, value);
  if (fault == PT_FAULT_SESSION_CHANGED)
    PT_SHARED_WRITE (self->header->session, PT_SHARED_READ (self->header->session) + 1);
  if (fault == PT_FAULT_BAD_FORCED || fault == PT_FAULT_KICKED)
    {
      pt_producer_mark_subscribers (self, &self->frames, fault == PT_FAULT_KICKED);
      pt_producer_mark_subscribers (self, &self->pointer, fault == PT_FAULT_KICKED);
    }
  if (fault == PT_FAULT_LOCK_HELD)
    pt_producer_hold (&self->frames.shared->lock, &self->frames.lock_kept);
  if (fault == PT_FAULT_MESSAGE_LOCK_HELD)
    pt_producer_hold (&self->pointer.shared->c_msg_lock, &self->pointer.c_lock_kept);
}


void
pt_producer_clear_fault (PtProducer     *self,
                         PtProducerFault fault)
{
  self->fault[fault] = false;
  if (fault == PT_FAULT_LOCK_HELD)
    pt_producer_let_go (&self->frames.shared->lock, &self->frames.lock_kept);
  if (fault == PT_FAULT_MESSAGE_LOCK_HELD)
    pt_producer_let_go (&self->pointer.shared->c_msg_lock, &self->pointer.c_lock_kept);
}
