/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where things lie in the shared memory (all little-endian, x86-64 alignment). Family A is LGMP 5
 * and 6; the two differ only in the width of the locks. Source: measured, protocol sections 1, 4,
 * 6 and 7. */

#define PT_LGMP_MAGIC 0x504D474Cu /* "LGMP" */
#define PT_LGMP_SUBSCRIBERS 32

/* Region header */
enum {
  PT_LGMP_SESSION_ID = 8,
  PT_LGMP_TIMESTAMP = 16, /* u64 */
  PT_LGMP_NUM_QUEUES = 24,
  PT_LGMP_QUEUES = 32,
  PT_LGMP_QUEUE_SIZE = 1144,
  PT_LGMP_MAX_QUEUES = 5,
  PT_LGMP_UDATA_SIZE = 5752,
  PT_LGMP_UDATA = 5756,
  PT_LGMP_HEADER_SIZE = 5760,
  PT_LGMP_MAX_UDATA = 64 * 1024,
};

/* Queue block */
enum {
  PT_LGMP_QUEUE_ID = 0,
  PT_LGMP_QUEUE_NUM_MESSAGES = 4,
  PT_LGMP_QUEUE_NEW_SUBS = 8,
  PT_LGMP_QUEUE_MAX_TIME = 12,
  PT_LGMP_QUEUE_POSITION = 16,
  PT_LGMP_QUEUE_MESSAGES = 20,
  PT_LGMP_QUEUE_TIMEOUTS = 24,    /* 32 x u64 */
  PT_LGMP_QUEUE_CLIENT_IDS = 280, /* 32 x u32 */
  PT_LGMP_QUEUE_LOCK = 408,
  PT_LGMP_QUEUE_SUBS = 416, /* u64: ON in the high half, BAD in the low */
  PT_LGMP_QUEUE_START = 424,
  PT_LGMP_QUEUE_MSG_TIMEOUT = 432, /* u64 */
  PT_LGMP_QUEUE_COUNT = 440,
};

/* Ring entry */
enum {
  PT_LGMP_MESSAGE_UDATA = 0,
  PT_LGMP_MESSAGE_SIZE = 4,
  PT_LGMP_MESSAGE_OFFSET = 8,
  PT_LGMP_MESSAGE_PENDING = 12,
  PT_LGMP_MESSAGE_BYTES = 16,
  PT_LGMP_MAX_MESSAGES = 64,
};

/* KVMFR */
enum {
  PT_KVMFR_QUEUE_POINTER = 1,
  PT_KVMFR_QUEUE_FRAME = 2,
  PT_KVMFR_HEADER_SIZE = 48,
  PT_KVMFR_HEADER_VERSION = 8,
  PT_KVMFR_HEADER_PRODUCER = 12,
  PT_KVMFR_PRODUCER_BYTES = 32,
  PT_KVMFR_MAX_FRAME_HEADER = 1088,
  PT_KVMFR_CURSOR_SIZE = 24,
};

/* What we can read. Offsets of the frame header; an offset of 0 stands for a field that layout
 * lacks. */
typedef struct
{
  guint32  lgmp;
  guint32  kvmfr;
  gboolean byte_locks; /* one byte, test and set; else u32, compare and swap */
  guint    frame_size;
  guint    data_width, data_height;
  guint    frame_width, frame_height;
  guint    rotation;
  guint    pitch;
  guint    offset;
  guint    n_rects;
  guint    rects;
  guint    flags;
} PtLgmpLayout;

/* NULL for a version we cannot read. */
const PtLgmpLayout *pt_lgmp_layout_find (guint32 lgmp);

/* Just enough of every known family to tell the user what the guest runs. */
typedef struct
{
  guint32 first, last; /* LGMP versions */
  gsize   magic;       /* the version follows it */
  gsize   timestamp;
  gsize   udata_size;
  gsize   udata;
} PtLgmpFamily;

extern const PtLgmpFamily pt_lgmp_families[];
extern const guint        pt_lgmp_n_families;

G_END_DECLS
