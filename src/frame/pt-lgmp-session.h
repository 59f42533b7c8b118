/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-lgmp-layout.h"
#include "pt-shared-memory.h"

G_BEGIN_DECLS

/* PtLgmpSession: one run of one producer as seen by one viewer (LGMP family A, protocol section
 * 3). PtLgmpQueue: our place in one of its queues. Nothing here waits longer than @lock_wait. */

typedef enum {
  PT_LGMP_OK = 0,
  PT_LGMP_EMPTY,  /* nothing new */
  PT_LGMP_ABSENT, /* the queue is not there (yet) */
  PT_LGMP_FULL,   /* too many viewers */
  PT_LGMP_KICKED, /* timed out or thrown out of the queue: subscribe again */
  PT_LGMP_BROKEN, /* a number that cannot be: give up the session */
  PT_LGMP_LOST,   /* restarted, unlocked never, or the memory is gone */
} PtLgmpResult;

typedef struct
{
  PtSharedMemory     *memory; /* borrowed */
  const PtLgmpLayout *layout;
  guint32             id;
  guint32             client_id;
  gsize               header_end; /* nothing we read as a message may lie below */
  guint64             heartbeat;
  gint64              heartbeat_seen; /* when it last changed */
  gint64              lock_wait;      /* µs */
  const int          *cancel;         /* (nullable): non-zero ends waits */
} PtLgmpSession;

typedef struct
{
  gboolean joined;
  gsize    block; /* offset of the queue block */
  guint    bit;
  guint32  n_messages; /* latched: the guest may change its own later */
  gsize    ring;
  guint32  index; /* our next message */
  guint32  max_time;
} PtLgmpQueue;

typedef struct
{
  guint32 udata;
  guint32 size;
  gsize   offset; /* checked: 4-aligned, behind the headers, inside the region with its size */
  gsize   entry;
} PtLgmpMessage;

/* @now: monotonic µs. FALSE when the numbers of the region do not add up (yet). */
gboolean pt_lgmp_session_attach (PtLgmpSession      *self,
                                 PtSharedMemory     *memory,
                                 const PtLgmpLayout *layout,
                                 gint64              now);
/* OK, EMPTY (the heartbeat has stopped) or LOST. */
PtLgmpResult pt_lgmp_session_check (PtLgmpSession *self,
                                    gint64         now);

PtLgmpResult pt_lgmp_queue_join (PtLgmpQueue   *self,
                                 PtLgmpSession *session,
                                 guint32        queue_id);
void         pt_lgmp_queue_leave (PtLgmpQueue   *self,
                                  PtLgmpSession *session);
/* OK or KICKED. */
PtLgmpResult pt_lgmp_queue_check (PtLgmpQueue   *self,
                                  PtLgmpSession *session);
/* How many messages wait, at most the length of the ring; BROKEN when that cannot be told. */
PtLgmpResult pt_lgmp_queue_pending (PtLgmpQueue   *self,
                                    PtLgmpSession *session,
                                    guint         *n_pending);
/* The oldest waiting message (there must be one). BROKEN: its place cannot be; acknowledge it all
 * the same. */
PtLgmpResult pt_lgmp_queue_peek (PtLgmpQueue   *self,
                                 PtLgmpSession *session,
                                 PtLgmpMessage *message);
/* Hands the oldest message back. OK or BROKEN. */
PtLgmpResult pt_lgmp_queue_acknowledge (PtLgmpQueue   *self,
                                        PtLgmpSession *session);

G_END_DECLS
