/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* PtProducer: writes frames into shared memory as a Looking Glass host application would (LGMP 6 /
 * KVMFR 20), for tests, benches and the test guest. Written from our protocol specification,
 * sections 1 to 8, and apart from the reader in src/frame: neither includes the other's layout, so
 * one proves the other.
 *
 * No thread and no main loop: the caller ticks every 10 ms or so. Plain C without GLib, so that a
 * static /init can hold it. One thread at a time. */
typedef struct _PtProducer PtProducer;

enum {
  PT_PRODUCER_LGMP_VERSION = 6,
  PT_PRODUCER_KVMFR_VERSION = 20,
  PT_PRODUCER_MAX_RECTS = 64,
};

/* Pixel types of section 6.3. */
typedef enum {
  PT_PRODUCER_BGRA8 = 1,
  PT_PRODUCER_RGBA8 = 2,
  PT_PRODUCER_RGBA10 = 3,
  PT_PRODUCER_RGBA16F = 4,
  PT_PRODUCER_BGR_PACKED = 5, /* rows are B G R B G R ... in 32-bit texels */
  PT_PRODUCER_RGB24 = 6,
} PtProducerType;

/* Frame flags of section 6.2. PT_PRODUCER_TRUNCATED is also set by itself when a picture does not
 * fit. */
enum {
  PT_PRODUCER_BLOCK_SCREENSAVER = 0x01,
  PT_PRODUCER_ATTENTION = 0x02,
  PT_PRODUCER_TRUNCATED = 0x04,
  PT_PRODUCER_HDR = 0x08,
  PT_PRODUCER_HDR_PQ = 0x10,
};

typedef struct
{
  uint32_t type;          /* PtProducerType */
  uint32_t width, height; /* of the picture in pixels, as stored (before it is turned upright) */
  uint32_t pitch;         /* bytes per row, in the caller's picture and in shared memory alike */
  uint32_t rotation;      /* quarter turns clockwise from desktop to stored picture, 0..3 */
  uint32_t flags;
} PtProducerFormat;

typedef struct
{
  uint32_t x, y, width, height;
} PtProducerRect;

typedef enum {
  PT_PRODUCER_CURSOR_COLOR = 0,  /* B G R A */
  PT_PRODUCER_CURSOR_MONO = 1,   /* AND mask, then XOR mask; height counts both */
  PT_PRODUCER_CURSOR_MASKED = 2, /* B G R A, alpha 0 = copy, else XOR */
} PtProducerCursorType;

typedef struct
{
  uint32_t       type; /* PtProducerCursorType */
  uint32_t       width, height;
  uint32_t       pitch; /* bytes per row */
  int8_t         hot_x, hot_y;
  const uint8_t *pixels; /* height * pitch bytes, copied */
} PtProducerCursor;

/* Deviations from the protocol for tests. "At once" ones change shared memory when set, the others
 * change what each later frame or cursor message says until cleared. */
typedef enum {
  /* at once */
  PT_FAULT_SESSION_CHANGED = 0, /* new session id in the header, nothing else */
  PT_FAULT_LGMP_VERSION,        /* value */
  PT_FAULT_KVMFR_VERSION,       /* value */
  PT_FAULT_MAGIC,               /* value */
  PT_FAULT_NUM_QUEUES,          /* value */
  PT_FAULT_UDATA_SIZE,          /* value */
  PT_FAULT_NUM_MESSAGES,        /* value, frame queue */
  PT_FAULT_MESSAGES_OFFSET,     /* value, frame queue */
  PT_FAULT_POSITION,            /* value, frame queue */
  PT_FAULT_BAD_FORCED,          /* every subscriber of both queues is marked BAD */
  PT_FAULT_KICKED,              /* every subscriber's ON bit and id are cleared */
  PT_FAULT_LOCK_HELD,           /* frame queue's lock taken and kept until cleared */
  PT_FAULT_MESSAGE_LOCK_HELD,   /* pointer queue's client message lock likewise */
  /* lasting */
  PT_FAULT_HEARTBEAT_STOPPED,    /* tick leaves the timestamp alone */
  PT_FAULT_DEAF,                 /* tick only beats: no time-outs, no client messages */
  PT_FAULT_ENTRY_OFFSET,         /* value: payload offset in the ring entry */
  PT_FAULT_ENTRY_SIZE,           /* value: payload size in the ring entry */
  PT_FAULT_TYPE,                 /* value */
  PT_FAULT_WIDTH,                /* value, screen, data and frame alike */
  PT_FAULT_HEIGHT,               /* value, likewise */
  PT_FAULT_DATA_WIDTH,           /* value */
  PT_FAULT_DATA_HEIGHT,          /* value */
  PT_FAULT_PITCH,                /* value */
  PT_FAULT_FRAME_OFFSET,         /* value: from frame header to write pointer */
  PT_FAULT_ROTATION,             /* value */
  PT_FAULT_DAMAGE_COUNT,         /* value */
  PT_FAULT_DAMAGE_RECT,          /* value: x and width of the first rectangle */
  PT_FAULT_WRITE_POINTER_STUCK,  /* value: it never passes this */
  PT_FAULT_WRITE_POINTER_BACK,   /* it jumps back to 0 half-way and stays */
  PT_FAULT_SERIAL_REPEATED,      /* each frame bears its predecessor's serial */
  PT_FAULT_SERIAL_GAP,           /* value: serials skipped before each frame */
  PT_FAULT_FORMAT_VERSION_FIXED, /* formatVer does not follow a change of format */
  PT_FAULT_CURSOR_TYPE,          /* value */
  PT_FAULT_CURSOR_WIDTH,         /* value */
  PT_FAULT_CURSOR_HEIGHT,        /* value */
  PT_FAULT_CURSOR_PITCH,         /* value */
  PT_FAULT_LAST
} PtProducerFault;

/* Bytes of shared memory a picture of @height rows of @pitch bytes needs: a power of two. */
size_t pt_producer_needed_size (uint32_t height,
                                uint32_t pitch);

/* Starts a session in @memory, which stays the caller's and must outlive the producer. @memory
 * 8-aligned. NULL if @size is too small for anything (under 1 MiB). */
PtProducer *pt_producer_new (void  *memory,
                             size_t size);
/* Ends the heartbeat; shared memory stays as it is, as when the guest's program is killed. */
void pt_producer_free (PtProducer *self);
/* A new session in the same memory, with every index and id new, as after a restart of the guest's
 * program. Faults are cleared; format, last frame and cursor are forgotten. */
void pt_producer_restart (PtProducer *self);

/* To be called about every 10 ms: heartbeat, time-outs, client messages, and the last frame and
 * cursor again for new subscribers. Also restarts the session when somebody zeroed the memory. */
void pt_producer_tick (PtProducer *self);

/* One whole picture at @pixels (@format's pitch * height bytes); what changed since the previous
 * one is in @rects (0 = everything). Posts first and copies then, raising the write pointer, as
 * the protocol asks. Only what a region of shared memory lacks is copied. FALSE if both regions
 * are still with subscribers: then nothing happened and the changes are carried over to the next
 * call. */
bool pt_producer_send (PtProducer             *self,
                       const PtProducerFormat *format,
                       const uint8_t          *pixels,
                       const PtProducerRect   *rects,
                       unsigned int            n_rects);

/* The same in three steps, for tests which stop in the middle: the header is filled and the
 * message posted by begin, which returns where the picture's bytes go (region capacity checked,
 * NULL when busy), the pointer is raised to @valid bytes by advance, and finish raises it to the
 * end. */
uint8_t *pt_producer_begin (PtProducer             *self,
                            const PtProducerFormat *format,
                            const PtProducerRect   *rects,
                            unsigned int            n_rects);
void     pt_producer_advance (PtProducer *self,
                              size_t      valid);
void     pt_producer_finish (PtProducer *self);
/* The last frame again with the same serial. FALSE if there is none or the ring is full. */
bool pt_producer_repost (PtProducer *self);

/* FALSE if the ring is full or the shape too large. Position is the shape's top-left in upright
 * desktop pixels. */
bool pt_producer_set_cursor (PtProducer             *self,
                             const PtProducerCursor *cursor);
bool pt_producer_move_cursor (PtProducer *self,
                              int         x,
                              int         y,
                              bool        visible);

void pt_producer_set_fault (PtProducer     *self,
                            PtProducerFault fault,
                            uint32_t        value);
/* Takes a lasting fault back, or lets go of a lock. The changed words of the other at-once faults
 * stay. */
void pt_producer_clear_fault (PtProducer     *self,
                              PtProducerFault fault);

/* How long a subscriber may sit on the oldest message, ms; 1000 unless set. */
void pt_producer_set_max_time (PtProducer *self,
                               uint32_t    max_time);

typedef struct
{
  uint32_t session;
  uint32_t serial;          /* of the last frame */
  unsigned subscribers;     /* of the frame queue, without BAD ones */
  unsigned outstanding;     /* frame messages not yet acknowledged by all */
  unsigned bad;             /* subscribers of both queues marked BAD so far */
  uint64_t sent;            /* frames posted to somebody */
  uint64_t unseen;          /* frames nobody was subscribed for */
  uint64_t busy;            /* frames refused because both regions were out */
  uint64_t copied;          /* bytes */
  unsigned cursor_requests; /* SETCURSORPOS messages handled, with the last one's position: */
  int32_t  cursor_x, cursor_y;
  unsigned size_requests; /* WINDOWSIZE likewise */
  uint32_t window_width, window_height;
} PtProducerStats;

void pt_producer_get_stats (PtProducer      *self,
                            PtProducerStats *stats);
/* The clock of the heartbeat: ms, never 0. */
uint64_t pt_producer_now (void);

#ifdef __cplusplus
}
#endif
