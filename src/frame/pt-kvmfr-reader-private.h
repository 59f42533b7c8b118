/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-frame-pace.h"
#include "pt-frame-store-private.h"
#include "pt-kvmfr-frame.h"
#include "pt-kvmfr-reader.h"
#include "pt-lgmp-probe.h"
#include "pt-lgmp-session.h"

G_BEGIN_DECLS

/* In a row; then the session is given up for a while. */
#define PT_READER_MAX_REJECTED 16
#define PT_READER_MAX_KICKS 8
/* Changes of shape per second before we stop following them. */
#define PT_READER_MAX_SHAPES 10

struct _PtKvmfrReader
{
  char           *path; /* NULL: the memory was given */
  PtFrameStore   *store;
  PtReaderLimits  limits;
  PtSharedMemory *memory; /* NULL until opened */

  PtSourceState  state;
  char          *message;
  PtReaderEvents events; /* of this step */

  /* Waiting for a producer */
  gboolean probed; /* the heartbeat has been seen once */
  guint64  probe_heartbeat;
  gint64   probe_ticked; /* when it last changed */
  gint64   attach_after; /* not before */
  gint64   attach_delay;
  gint64   check_file_after;

  /* In a session */
  gboolean      attached;
  gboolean      counted; /* in stats.sessions */
  PtLgmpSession session;
  PtLgmpQueue   frames;
  PtLgmpQueue   pointer;
  gint64        join_frames_after, join_pointer_after;
  gint64        join_delay;
  guint         rejected, kicks; /* in a row */
  PtFramePace   pace;

  /* Pictures */
  gboolean        have_serial;
  guint32         serial;
  gboolean        owe_all;
  PtDamage        debt; /* of messages acknowledged unread */
  gint64          published;
  gint64          missed; /* when the newest picture was not shown whole, 0 if it was */
  PtFrameShape    shape;
  gint64          shapes_since;
  guint           n_shapes;
  PtSourceStats   stats;
  PtReaderLatency latency;

  PtCursor cursor;
};

void pt_kvmfr_reader_set_state (PtKvmfrReader *self,
                                PtSourceState  state,
                                char          *message); /* (transfer full) (nullable) */
/* Counts a message that broke a rule; @error is consumed. */
void pt_kvmfr_reader_reject (PtKvmfrReader *self,
                             GError        *error);

/* The two queues. Each handles what waits and returns; a result other than OK is for the state
 * machine. */
void         pt_kvmfr_reader_reset_frames (PtKvmfrReader *self);
PtLgmpResult pt_kvmfr_reader_take_frames (PtKvmfrReader *self,
                                          gint64         now);
PtLgmpResult pt_kvmfr_reader_take_pointer (PtKvmfrReader *self,
                                           gint64         now);

G_END_DECLS
