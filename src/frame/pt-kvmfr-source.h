/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-frame-store.h"

G_BEGIN_DECLS

/**
 * PtKvmfrSource:
 *
 * Frames from a Looking Glass producer in shared memory (LGMP 6 / KVMFR 20, LGMP 5 / KVMFR 19). A
 * thread of its own reads; it never waits for the drawing side and nothing the guest writes can end
 * the process.
 *
 * Property `state` (PtSourceState) notifies on the main context of its creator, also when only the
 * message behind it changed. Signal `frame` is emitted there when a new picture is in the store, at
 * most once until the store was read. Signal `cursor` likewise, until the cursor was read.
 */
#define PT_TYPE_KVMFR_SOURCE (pt_kvmfr_source_get_type ())
G_DECLARE_FINAL_TYPE (PtKvmfrSource, pt_kvmfr_source, PT, KVMFR_SOURCE, GObject)

typedef enum {
  PT_SOURCE_STOPPED = 0,
  PT_SOURCE_NO_MEMORY,   /* the file is not there (yet) or may not be opened: see the message */
  PT_SOURCE_NO_PRODUCER, /* waiting for the guest's program */
  PT_SOURCE_LIVE,
  PT_SOURCE_STALLED,       /* the heartbeat stopped: guest paused or gone; the last picture stays */
  PT_SOURCE_WRONG_VERSION, /* message has both numbers */
  PT_SOURCE_TOO_SMALL,     /* message has the needed size */
} PtSourceState;
#define PT_TYPE_SOURCE_STATE (pt_source_state_get_type ())
GType pt_source_state_get_type (void);

#define PT_FRAME_ERROR (pt_frame_error_quark ())
typedef enum {
  PT_FRAME_ERROR_OPEN = 0,
  PT_FRAME_ERROR_PROTOCOL,
  PT_FRAME_ERROR_FAILED,
} PtFrameError;
GQuark pt_frame_error_quark (void);

typedef struct
{
  guint64 received;     /* pictures published */
  guint64 dropped;      /* guest pictures never published (serial gaps) */
  guint64 rejected;     /* broken by a check of protocol section 10 */
  guint64 sessions;     /* times a producer was joined */
  guint64 resubscribes; /* after a time-out */
  guint64 bytes;        /* copied */
  gint64  copy_time;    /* µs spent copying */
  guint   latency_p50;  /* µs from posted to ready, over the last 256 pictures */
  guint   latency_p99;
} PtSourceStats;

/* @path: a shared-memory file or the kvmfr device. Does not open it yet. */
PtKvmfrSource *pt_kvmfr_source_new (const char *path);
void           pt_kvmfr_source_start (PtKvmfrSource *self);
/* Leaves the session cleanly and joins the thread (within 100 ms). */
void          pt_kvmfr_source_stop (PtKvmfrSource *self);
PtSourceState pt_kvmfr_source_get_state (PtKvmfrSource *self);
/* Facts behind the state, not translated (version numbers, needed size, errno text), or NULL.
 * (transfer full) */
char         *pt_kvmfr_source_dup_message (PtKvmfrSource *self);
PtFrameStore *pt_kvmfr_source_get_store (PtKvmfrSource *self);
void          pt_kvmfr_source_get_stats (PtKvmfrSource *self,
                                         PtSourceStats *stats);

/* The guest's pointer, converted to premultiplied BGRA. */
typedef struct
{
  gboolean visible;
  int      x, y;          /* top-left of the shape, upright desktop space */
  guint    width, height; /* 0 = no shape yet */
  GBytes  *shape;         /* width * 4 bytes per row; NULL = as before; (transfer full) */
  guint64  shape_serial;
} PtCursor;
void pt_kvmfr_source_get_cursor (PtKvmfrSource *self,
                                 PtCursor      *cursor);

G_END_DECLS
