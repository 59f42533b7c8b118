/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-producer-private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define PT_PRODUCER_PAGE 4096u
#define PT_PRODUCER_SMALLEST (1024u * 1024u)
/* Below this much memory, shape blocks of the usual 1 MiB would leave nothing for frames. */
#define PT_PRODUCER_SMALL (16u * 1024u * 1024u)
#define PT_PRODUCER_FRAME_MESSAGES 3u
#define PT_PRODUCER_POINTER_MESSAGES 21u
#define PT_PRODUCER_MAX_TIME 1000u


uint64_t
pt_producer_now (void)
{
  struct timespec now = { 0 };
  uint64_t        ms = 0;

  clock_gettime (CLOCK_MONOTONIC, &now);
  ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
  return ms != 0 ? ms : 1;
}


uint32_t
pt_producer_fault_or (PtProducer     *self,
                      PtProducerFault fault,
                      uint32_t        value)
{
  return self->fault[fault] ? self->fault_value[fault] : value;
}


static uint32_t
pt_producer_round_up (uint32_t value,
                      uint32_t step)
{
  return (value + step - 1) / step * step;
}


static uint32_t
pt_producer_shape_size (size_t size)
{
  return (uint32_t)sizeof (PtKvmfrCursor) + (size < PT_PRODUCER_SMALL ? 64u * 1024 : 1024u * 1024);
}


/* A viewer tells sessions apart by this number, so it only has to differ. A guest that has just
 * started has no random numbers yet: the clock will do. */
static uint32_t
pt_producer_choose_session (uint32_t old)
{
  struct timespec now = { 0 };
  uint32_t        session = 0;

  if (getrandom (&session, sizeof session, GRND_NONBLOCK) != (ssize_t)sizeof session)
    {
      clock_gettime (CLOCK_MONOTONIC, &now);
      session = (uint32_t)now.tv_nsec * 2654435761u;
    }
  while (session == old || session == 0)
    session++;
  return session;
}


static uint32_t
pt_producer_add_record (uint8_t    *udata,
                        uint32_t    used,
                        uint8_t     type,
                        const void *payload,
                        uint32_t    size)
{
  PtKvmfrRecord record = { .type = type, .size = size };

  memcpy (udata + used, &record, sizeof record);
  memcpy (udata + used + sizeof record, payload, size);
  return used + (uint32_t)sizeof record + size;
}


/* Section 4: the header, VM and operating system information. Returns the bytes used. */
static uint32_t
pt_producer_write_user_data (uint8_t *udata)
{
  PtKvmfrHeader header = { .version = PT_PRODUCER_KVMFR_VERSION,
                           .producer = "Passthru test card",
                           .features = PT_KVMFR_FEATURE_SET_CURSOR | PT_KVMFR_FEATURE_WINDOW_SIZE };
  uint8_t       vm[51 + sizeof "Test processor"] = { 0 };
  uint8_t       os[1 + sizeof "Passthru test guest"] = { 0 };
  uint32_t      used = sizeof header;

  memcpy (header.magic, "KVMFR---", sizeof header.magic);
  memcpy (udata, &header, sizeof header);
  memcpy (vm + 16, "Test card", sizeof "Test card");
  vm[48] = vm[49] = vm[50] = 1;
  memcpy (vm + 51, "Test processor", sizeof "Test processor");
  used = pt_producer_add_record (udata, used, 1, vm, sizeof vm);
  memcpy (os + 1, "Passthru test guest", sizeof "Passthru test guest");
  return pt_producer_add_record (udata, used, 2, os, sizeof os);
}


/* Sections 1.1 and 5: rings, pointer blocks, shape blocks, then two equal frame regions. */
static void
pt_producer_lay_out (PtProducer *self)
{
  PtLgmpHeader *header = self->header;
  uint32_t      udata_size = pt_producer_write_user_data (header->udata);
  uint32_t      at = pt_producer_round_up ((uint32_t)sizeof *header + udata_size, 4);
  size_t        room = 0;

  PT_SHARED_WRITE (header->udata_size, udata_size);
  pt_producer_queue_init (&self->frames, &header->queue[0], PT_KVMFR_QUEUE_FRAME,
                          PT_PRODUCER_FRAME_MESSAGES, at, self->max_time);
  at += PT_PRODUCER_FRAME_MESSAGES * (uint32_t)sizeof (PtLgmpEntry);
  pt_producer_queue_init (&self->pointer, &header->queue[1], PT_KVMFR_QUEUE_POINTER,
                          PT_PRODUCER_POINTER_MESSAGES, at, self->max_time);
  at += PT_PRODUCER_POINTER_MESSAGES * (uint32_t)sizeof (PtLgmpEntry);
  self->pointer_blocks = at;
  at += PT_PRODUCER_POINTER_BLOCKS * (uint32_t)sizeof (PtKvmfrCursor);
  self->shape_blocks = at;
  self->shape_size = pt_producer_shape_size (self->size);
  at += PT_PRODUCER_SHAPE_BLOCKS * self->shape_size;
  self->regions = pt_producer_round_up (at, PT_PRODUCER_PAGE);
  room = (self->size - self->regions) / PT_PRODUCER_REGIONS;
  self->region_size = (uint32_t)(room / PT_PRODUCER_PAGE * PT_PRODUCER_PAGE);
}


static void
pt_producer_begin_session (PtProducer *self)
{
  PtLgmpHeader *header = self->header;

  self->session = pt_producer_choose_session (PT_SHARED_READ (header->session));
  PT_SHARED_WRITE (header->session, self->session);
  PT_SHARED_WRITE (header->num_queues, 0);
  PT_SHARED_WRITE (header->version, PT_PRODUCER_LGMP_VERSION);
  pt_producer_lay_out (self);
  PT_SHARED_WRITE (header->num_queues, 2);
  PT_SHARED_WRITE (header->timestamp, pt_producer_now ());
  PT_SHARED_FENCE ();
  PT_SHARED_WRITE (header->magic, PT_LGMP_MAGIC);
}


size_t
pt_producer_needed_size (uint32_t height,
                         uint32_t pitch)
{
  uint64_t needed = sizeof (PtLgmpHeader) + PT_PRODUCER_PAGE +
                    PT_PRODUCER_SHAPE_BLOCKS * (uint64_t)pt_producer_shape_size (SIZE_MAX) +
                    PT_PRODUCER_REGIONS * (2 * PT_PRODUCER_PAGE + (uint64_t)height * pitch);
  size_t size = PT_PRODUCER_SMALL;

  while (size < needed)
    size *= 2;
  return size;
}


PtProducer *
pt_producer_new (void  *memory,
                 size_t size)
{
  PtProducer *self = NULL;

  if (memory == NULL || size < PT_PRODUCER_SMALLEST || size > UINT32_MAX)
    return NULL;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    return NULL;
  self->memory = memory;
  self->size = size;
  self->header = memory;
  self->max_time = PT_PRODUCER_MAX_TIME;
  self->last_region = -1;
  pt_producer_begin_session (self);
  return self;
}


void
pt_producer_free (PtProducer *self)
{
  if (self == NULL)
    return;
  free (self->shape);
  free (self);
}


void
pt_producer_restart (PtProducer *self)
{
  uint8_t *memory = self->memory;
  size_t   size = self->size;
  uint32_t max_time = self->max_time;

  free (self->shape);
  memset (self, 0, sizeof *self);
  self->memory = memory;
  self->size = size;
  self->header = (void *)memory;
  self->max_time = max_time;
  self->last_region = -1;
  pt_producer_begin_session (self);
}


/* Section 8. Unknown messages are only acknowledged. */
static void
pt_producer_handle_message (PtProducer    *self,
                            const uint8_t *data,
                            uint32_t       size)
{
  uint32_t words[3] = { 0 };

  if (size < sizeof words)
    return;
  memcpy (words, data, sizeof words);
  if (words[0] == PT_KVMFR_MESSAGE_SET_CURSOR)
    {
      self->stats.cursor_requests++;
      self->stats.cursor_x = (int32_t)words[1];
      self->stats.cursor_y = (int32_t)words[2];
    }
  else if (words[0] == PT_KVMFR_MESSAGE_WINDOW_SIZE)
    {
      self->stats.size_requests++;
      self->stats.window_width = words[1];
      self->stats.window_height = words[2];
    }
}


static void
pt_producer_serve (PtProducer *self,
                   uint64_t    now)
{
  uint8_t  data[PT_LGMP_CLIENT_BYTES] = { 0 };
  uint32_t size = 0;

  pt_producer_queue_retire (self, &self->frames, now);
  pt_producer_queue_retire (self, &self->pointer, now);
  while ((size = pt_producer_queue_receive (&self->pointer, data)) > 0)
    pt_producer_handle_message (self, data, size);
  /* Between begin and finish the last frame is on its way anyway. */
  if (pt_producer_queue_joined (&self->frames) > 0 && self->open_offset == 0)
    pt_producer_repost (self);
  if (pt_producer_queue_joined (&self->pointer) > 0)
    pt_producer_repost_cursor (self);
}


void
pt_producer_tick (PtProducer *self)
{
  uint64_t now = pt_producer_now ();

  if (PT_SHARED_READ (self->header->magic) != PT_LGMP_MAGIC && !self->fault[PT_FAULT_MAGIC])
    pt_producer_restart (self);
  if (!self->fault[PT_FAULT_HEARTBEAT_STOPPED])
    PT_SHARED_WRITE (self->header->timestamp, now);
  if (!self->fault[PT_FAULT_DEAF])
    pt_producer_serve (self, now);
}


void
pt_producer_set_max_time (PtProducer *self,
                          uint32_t    max_time)
{
  self->max_time = max_time;
  PT_SHARED_WRITE (self->frames.shared->max_time, max_time);
  PT_SHARED_WRITE (self->pointer.shared->max_time, max_time);
}


void
pt_producer_get_stats (PtProducer      *self,
                       PtProducerStats *stats)
{
  *stats = self->stats;
  stats->session = self->session;
  stats->serial = self->serial;
  stats->subscribers = pt_producer_queue_subscribers (&self->frames);
  stats->outstanding = pt_producer_queue_outstanding (&self->frames);
}
