/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-kvmfr-reader.h"
#include "pt-producer.h"

G_BEGIN_DECLS

/* FrameFixture: a file of shared memory with a producer on one side and a reader on the other,
 * both driven by the test. The reader's clock runs faster than ours, so that nothing has to be
 * slept through. */
typedef struct
{
  char          *directory;
  char          *path;
  int            fd;
  gsize          size;
  guint8        *memory; /* the producer's mapping */
  PtProducer    *producer;
  PtFrameStore  *store;
  PtReaderLimits limits;
  PtKvmfrReader *reader;
  gint64         now;
  PtReaderEvents events; /* since the last clearing */

  PtProducerFormat format;
  guint8          *pixels; /* the guest's picture */
} FrameFixture;

#define FRAME_FIXTURE_SIZE (8 * 1024 * 1024)

typedef gboolean (*FrameFixtureCheck) (FrameFixture *fixture);

/* A file with a producer and a reader that has not made a step. The picture is 64x48 BGRA8. */
void frame_fixture_set_up (FrameFixture *fixture,
                           gconstpointer data);
void frame_fixture_tear_down (FrameFixture *fixture,
                              gconstpointer data);
/* Another picture, filled with a pattern; the next send is the first of that shape. */
void frame_fixture_set_format (FrameFixture           *fixture,
                               const PtProducerFormat *format);
/* Repaints @rect with something new. */
void     frame_fixture_paint (FrameFixture         *fixture,
                              const PtProducerRect *rect);
gboolean frame_fixture_send (FrameFixture         *fixture,
                             const PtProducerRect *rects,
                             guint                 n_rects);
/* One tick of the producer (if any), one step of the reader. */
void frame_fixture_step (FrameFixture *fixture);
/* Steps until @check, or fails the test after long enough. */
void frame_fixture_await (FrameFixture     *fixture,
                          FrameFixtureCheck check);
void frame_fixture_await_state (FrameFixture *fixture,
                                PtSourceState state);
/* Until the reader has published @received pictures in all. */
void frame_fixture_await_received (FrameFixture *fixture,
                                   guint64       received);
void frame_fixture_await_rejected (FrameFixture *fixture,
                                   guint64       rejected);
/* Live, with one picture in the store, taken. */
void frame_fixture_go_live (FrameFixture *fixture);
/* The store's newest picture is the guest's, byte for byte. */
void frame_fixture_assert_picture (FrameFixture *fixture);

/* A word of shared memory as the guest may write it. */
#define FRAME_WORD(fixture, offset) (*(guint32 *)(gpointer)((fixture)->memory + (offset)))

G_END_DECLS
