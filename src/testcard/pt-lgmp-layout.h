/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Shared memory as LGMP 6 and KVMFR 20 lay it out (protocol specification, sections 1.1 to 1.3, 4,
 * 6.1, 7). Used by the producer only; the reader has its own. */

#define PT_LGMP_MAGIC 0x504d474cu
#define PT_LGMP_QUEUES 5
#define PT_LGMP_SUBSCRIBERS 32
#define PT_LGMP_CLIENT_MESSAGES 10
#define PT_LGMP_CLIENT_BYTES 64

typedef struct
{
  uint32_t size;
  uint8_t  data[PT_LGMP_CLIENT_BYTES];
} PtLgmpClientMessage;

typedef struct
{
  uint32_t            queue_id;
  uint32_t            num_messages;
  uint32_t            new_sub_count;
  uint32_t            max_time;
  uint32_t            position;
  uint32_t            messages_offset;
  uint64_t            timeout[PT_LGMP_SUBSCRIBERS];
  uint32_t            client_id[PT_LGMP_SUBSCRIBERS];
  uint32_t            lock;
  uint32_t            padding0;
  uint64_t            subs; /* ON mask in the high half, BAD mask in the low half */
  uint32_t            start;
  uint32_t            padding1;
  uint64_t            msg_timeout;
  uint32_t            count;
  uint32_t            c_msg_lock;
  uint32_t            c_msg_avail;
  uint32_t            c_msg_wpos;
  uint32_t            c_msg_wserial;
  uint32_t            c_msg_rserial;
  PtLgmpClientMessage c_msgs[PT_LGMP_CLIENT_MESSAGES];
} PtLgmpQueue;

typedef struct
{
  uint32_t    magic;
  uint32_t    version;
  uint32_t    session;
  uint32_t    padding0;
  uint64_t    timestamp;
  uint32_t    num_queues;
  uint32_t    padding1;
  PtLgmpQueue queue[PT_LGMP_QUEUES];
  uint32_t    udata_size;
  uint8_t     udata[];
} PtLgmpHeader;

typedef struct
{
  uint32_t udata;
  uint32_t size;
  uint32_t offset;
  uint32_t pending_subs;
} PtLgmpEntry;

typedef struct
{
  char     magic[8];
  uint32_t version;
  char     producer[32];
  uint32_t features;
} PtKvmfrHeader;

typedef struct
{
  uint8_t  type;
  uint8_t  padding[3];
  uint32_t size;
} PtKvmfrRecord;

typedef struct
{
  uint32_t x, y, width, height;
} PtKvmfrRect;

typedef struct
{
  uint32_t    format_version;
  uint32_t    serial;
  uint32_t    type;
  uint32_t    screen_width, screen_height;
  uint32_t    data_width, data_height;
  uint32_t    frame_width, frame_height;
  uint32_t    rotation;
  uint32_t    stride;
  uint32_t    pitch;
  uint32_t    offset; /* from here to the write pointer; pixels follow it */
  uint32_t    damage_count;
  PtKvmfrRect damage[64];
  uint32_t    flags;
} PtKvmfrFrame;

typedef struct
{
  int16_t  x, y;
  uint32_t type;
  int8_t   hot_x, hot_y;
  uint8_t  padding[2];
  uint32_t width, height, pitch;
} PtKvmfrCursor;

_Static_assert(sizeof (PtLgmpQueue) == 1144, "queue block");
_Static_assert(offsetof (PtLgmpQueue, lock) == 408, "queue lock");
_Static_assert(offsetof (PtLgmpQueue, msg_timeout) == 432, "message time-out");
_Static_assert(offsetof (PtLgmpQueue, c_msgs) == 464, "client messages");
_Static_assert(offsetof (PtLgmpHeader, queue) == 32, "queues");
_Static_assert(offsetof (PtLgmpHeader, udata) == 5756, "user data");
_Static_assert(sizeof (PtLgmpEntry) == 16, "ring entry");
_Static_assert(sizeof (PtKvmfrHeader) == 48, "application header");
_Static_assert(sizeof (PtKvmfrFrame) == 1084, "frame header");
_Static_assert(sizeof (PtKvmfrCursor) == 24, "cursor header");

#define PT_KVMFR_QUEUE_POINTER 1
#define PT_KVMFR_QUEUE_FRAME 2

#define PT_KVMFR_FEATURE_SET_CURSOR 0x1
#define PT_KVMFR_FEATURE_WINDOW_SIZE 0x2

#define PT_KVMFR_CURSOR_POSITION 0x1
#define PT_KVMFR_CURSOR_VISIBLE 0x2
#define PT_KVMFR_CURSOR_SHAPE 0x4

#define PT_KVMFR_MESSAGE_SET_CURSOR 0
#define PT_KVMFR_MESSAGE_WINDOW_SIZE 1
