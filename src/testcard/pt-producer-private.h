/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-lgmp-layout.h"
#include "pt-producer.h"

#define PT_PRODUCER_POINTER_BLOCKS 20
#define PT_PRODUCER_SHAPE_BLOCKS 3
#define PT_PRODUCER_REGIONS 2

/* What a region of shared memory lacks of the newest picture. */
typedef struct
{
  bool           all;
  unsigned       n;
  PtProducerRect rects[PT_PRODUCER_MAX_RECTS];
} PtProducerDebt;

typedef struct
{
  PtLgmpQueue *shared;
  uint32_t     length; /* ring modulus: requested length + 1 */
  uint32_t     offset; /* of the ring; our copies, so that faults in shared memory miss us */
  uint32_t     position;
  uint32_t     c_rpos;
  bool         lock_kept; /* by a fault */
  bool         c_lock_kept;
} PtProducerQueue;

struct _PtProducer
{
  uint8_t        *memory;
  size_t          size;
  PtLgmpHeader   *header;
  uint32_t        session;
  uint32_t        max_time;
  PtProducerQueue frames;
  PtProducerQueue pointer;

  uint32_t pointer_blocks; /* offsets in memory */
  uint32_t shape_blocks;
  uint32_t shape_size;
  uint32_t regions;
  uint32_t region_size;
  unsigned next_pointer, next_shape, next_region;

  PtProducerFormat format;
  uint32_t         format_version;
  uint32_t         serial;
  int              last_region; /* -1 = no frame yet */
  uint32_t         rows;        /* of the frame that fit */
  uint32_t         open_offset; /* of the frame between begin and finish; 0 = none */
  PtProducerDebt   debt[PT_PRODUCER_REGIONS];
  PtProducerDebt   unsent; /* changes of pictures that were refused */

  bool     have_shape;
  uint32_t shape_type, shape_width, shape_height, shape_pitch, shape_bytes;
  int8_t   hot_x, hot_y;
  uint8_t *shape; /* private copy, for new subscribers */
  int      cursor_x, cursor_y;
  bool     cursor_visible;

  bool            fault[PT_FAULT_LAST];
  uint32_t        fault_value[PT_FAULT_LAST];
  PtProducerStats stats;
};

/* pt-producer-queue.c */
void pt_producer_queue_init (PtProducerQueue *queue,
                             PtLgmpQueue     *shared,
                             uint32_t         id,
                             uint32_t         length,
                             uint32_t         offset,
                             uint32_t         max_time);
/* FALSE if the lock cannot be had. */
bool     pt_producer_queue_lock (PtProducerQueue *queue);
void     pt_producer_queue_unlock (PtProducerQueue *queue);
unsigned pt_producer_queue_outstanding (PtProducerQueue *queue);
unsigned pt_producer_queue_subscribers (PtProducerQueue *queue);

typedef enum {
  PT_PRODUCER_POSTED = 0,
  PT_PRODUCER_NOBODY,
  PT_PRODUCER_FULL,
} PtProducerPost;

PtProducerPost pt_producer_queue_post (PtProducer      *self,
                                       PtProducerQueue *queue,
                                       uint32_t         udata,
                                       uint32_t         offset,
                                       uint32_t         size);
/* Retires what everybody has acknowledged and marks subscribers BAD that sat on it too long. */
void pt_producer_queue_retire (PtProducer      *self,
                               PtProducerQueue *queue,
                               uint64_t         now);
/* The next message of a viewer into @data (64 bytes); its size, or 0. */
uint32_t pt_producer_queue_receive (PtProducerQueue *queue,
                                    uint8_t         *data);
/* How many joined since the last call. */
uint32_t pt_producer_queue_joined (PtProducerQueue *queue);

/* pt-producer-cursor.c */
bool pt_producer_repost_cursor (PtProducer *self);

/* pt-producer.c */
uint32_t pt_producer_fault_or (PtProducer     *self,
                               PtProducerFault fault,
                               uint32_t        value);

#define PT_SHARED_READ(field) __atomic_load_n (&(field), __ATOMIC_ACQUIRE)
#define PT_SHARED_WRITE(field, value) __atomic_store_n (&(field), (value), __ATOMIC_RELEASE)
/* A device's memory may be mapped write-combined: earlier stores go out before what publishes
 * them. */
#define PT_SHARED_FENCE() __atomic_thread_fence (__ATOMIC_SEQ_CST)
