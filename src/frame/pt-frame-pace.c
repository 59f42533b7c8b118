/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-frame-pace"

#include "config.h"

#include "pt-frame-pace.h"

#define PT_PACE_MS(n) ((gint64)(n)*1000)

/* A picture is due. */
#define PT_PACE_DUE PT_PACE_MS (1)
/* One may come at any time: within two milliseconds, waking up included. */
#define PT_PACE_ANY 1750
/* The next one is known to be far. */
#define PT_PACE_MAX PT_PACE_MS (8)
/* Nothing has come for a while, and for long: then the first picture may wait a third of a
 * display's frame, and the view costs less than one percent of a core (DESIGN section 12). */
#define PT_PACE_IDLE PT_PACE_MS (2)
#define PT_PACE_IDLE_AFTER PT_PACE_MS (250)
#define PT_PACE_REST PT_PACE_MS (6)
#define PT_PACE_REST_AFTER PT_PACE_MS (2000)

/* A longer gap is a pause, not a rhythm. */
#define PT_PACE_LONGEST PT_PACE_MS (100)
/* Gaps seen before a rhythm is believed. */
#define PT_PACE_STEADY 8

void
pt_frame_pace_reset (PtFramePace *self,
                     gint64       now)
{
  g_return_if_fail (self != NULL);

  *self = (PtFramePace){ .frame = now };
}


/* One that was there when a long sleep ended may have been there for most of it: the rhythm has
 * changed. The jitter is forgotten slowly, so that what happens to one picture in a hundred still
 * counts. */
void
pt_frame_pace_note_frame (PtFramePace *self,
                          gint64       now)
{
  gint64 gap = 0;

  g_return_if_fail (self != NULL);

  gap = now - self->frame;
  self->frame = now;
  if (self->wait > PT_PACE_ANY || gap > PT_PACE_LONGEST)
    self->steady = 0;
  if (gap > PT_PACE_LONGEST)
    return;
  if (self->steady == 0)
    {
      self->interval = gap;
      self->jitter = 0;
    }
  self->jitter = MAX (ABS (gap - self->interval), self->jitter - self->jitter / 100);
  self->interval += (gap - self->interval) / 4;
  self->steady++;
}


void
pt_frame_pace_note_pointer (PtFramePace *self,
                            gint64       now)
{
  g_return_if_fail (self != NULL);

  self->pointer = now;
}


static gint64
pt_frame_pace_decide (const PtFramePace *self,
                      gint64             now)
{
  gint64 quiet = now - MAX (self->frame, self->pointer);
  gint64 due = self->frame + self->interval;
  gint64 margin = self->jitter + PT_PACE_DUE;

  if (quiet > PT_PACE_REST_AFTER)
    return PT_PACE_REST;
  if (quiet > PT_PACE_IDLE_AFTER)
    return PT_PACE_IDLE;
  if (self->steady < PT_PACE_STEADY || now - due > margin)
    return PT_PACE_ANY;
  if (due - margin - now <= PT_PACE_DUE)
    return PT_PACE_DUE;
  /* A pointer that moves is drawn at once, whatever the pictures do. */
  return MIN (due - margin - now,
              now - self->pointer > PT_PACE_IDLE_AFTER ? PT_PACE_MAX : PT_PACE_ANY);
}


gint64
pt_frame_pace_get_wait (PtFramePace *self,
                        gint64       now)
{
  g_return_val_if_fail (self != NULL, PT_PACE_ANY);

  self->wait = pt_frame_pace_decide (self, now);
  return self->wait;
}
