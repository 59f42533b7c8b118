/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PtFramePace:
 *
 * How long a reader may sleep. A guest cannot wake us, so its memory has to be looked at; this says
 * how often, from when its messages came so far. A picture is seen within two milliseconds, in a
 * steady stream within one; nothing that comes unexpectedly waits longer than eight.
 *
 * All times are monotonic µs. Zero-initialised it is ready for use.
 */
typedef struct
{
  gint64 frame;    /* when the last picture came */
  gint64 pointer;  /* when the last pointer message came */
  gint64 interval; /* between pictures, smoothed */
  gint64 jitter;   /* the largest deviation from it of late */
  guint  steady;   /* pictures in a row that came when they were expected */
  gint64 wait;     /* what was answered last */
} PtFramePace;

/* A new session: nothing is known yet. */
void pt_frame_pace_reset (PtFramePace *self,
                          gint64       now);
void pt_frame_pace_note_frame (PtFramePace *self,
                               gint64       now);
void pt_frame_pace_note_pointer (PtFramePace *self,
                                 gint64       now);
/* Until the next look, µs. */
gint64 pt_frame_pace_get_wait (PtFramePace *self,
                               gint64       now);

G_END_DECLS
