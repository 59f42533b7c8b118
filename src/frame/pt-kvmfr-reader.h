/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-kvmfr-source.h"
#include "pt-shared-memory.h"

G_BEGIN_DECLS

/* PtKvmfrReader: the reading of PtKvmfrSource without its thread: one step after the other, so
 * that tests and the fuzzer decide when something happens. One thread at a time. */
typedef struct _PtKvmfrReader PtKvmfrReader;

typedef enum {
  PT_READER_STATE = 1 << 0,
  PT_READER_FRAME = 1 << 1, /* the store has something the taker does not know of */
  PT_READER_CURSOR = 1 << 2,
  PT_READER_STATS = 1 << 3,
} PtReaderEvents;

typedef struct
{
  gint64     lock_wait;    /* µs for a queue lock */
  gint64     pointer_wait; /* µs for a frame's write pointer, in all */
  gint64     quiet;        /* µs without a picture, after which the next one is copied whole */
  const int *cancel;       /* (nullable): non-zero ends waits */
} PtReaderLimits;

extern const PtReaderLimits pt_reader_default_limits;

#define PT_READER_LATENCIES 256
typedef struct
{
  guint32 samples[PT_READER_LATENCIES]; /* µs */
  guint   n;                            /* ever taken */
} PtReaderLatency;

/* The smallest latency that @percent of the samples do not exceed, 0 without samples. */
guint pt_reader_latency_get (const PtReaderLatency *self,
                             guint                  percent);

/* @limits is copied. */
PtKvmfrReader *pt_kvmfr_reader_new (const char           *path,
                                    PtFrameStore         *store,
                                    const PtReaderLimits *limits);
/* Takes @memory instead of opening a file. */
PtKvmfrReader *pt_kvmfr_reader_new_for_memory (PtSharedMemory       *memory,
                                               PtFrameStore         *store,
                                               const PtReaderLimits *limits);
/* Leaves the session. */
void pt_kvmfr_reader_free (PtKvmfrReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtKvmfrReader, pt_kvmfr_reader_free)

/* Does what can be done at @now (monotonic µs). @wait: µs until the next step makes sense. */
PtReaderEvents pt_kvmfr_reader_step (PtKvmfrReader *self,
                                     gint64         now,
                                     gint64        *wait);
PtSourceState  pt_kvmfr_reader_get_state (PtKvmfrReader *self);
/* (nullable) */
const char            *pt_kvmfr_reader_get_message (PtKvmfrReader *self);
const PtSourceStats   *pt_kvmfr_reader_get_stats (PtKvmfrReader *self);
const PtReaderLatency *pt_kvmfr_reader_get_latency (PtKvmfrReader *self);
/* The shape stays the reader's. */
const PtCursor *pt_kvmfr_reader_get_cursor (PtKvmfrReader *self);

G_END_DECLS
