/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-card.h"
#include "pt-display.h"
#include "pt-producer.h"

G_BEGIN_DECLS

/* DisplayFixture: a producer in a file of shared memory, a source that reads it, and a PtDisplay
 * in a window of the picture's size, all in this process. The producer ticks in the main loop. */
typedef struct
{
  char          *folder;
  char          *path;
  guint8        *memory;
  PtProducer    *producer;
  guint          ticking;
  PtCard        *card;
  guint32        number; /* of the next card */
  PtKvmfrSource *source;
  GtkWidget     *window;
  PtDisplay     *display;
} DisplayFixture;

#define DISPLAY_FIXTURE_SIZE (32 * 1024 * 1024)
#define DISPLAY_FIXTURE_WIDTH 640
#define DISPLAY_FIXTURE_HEIGHT 360
/* For whatever has to come: seconds. */
#define DISPLAY_FIXTURE_PATIENCE 20

typedef gboolean (*DisplayFixtureCheck) (DisplayFixture *fixture);

void display_fixture_set_up (DisplayFixture *fixture,
                             gconstpointer   data);
void display_fixture_tear_down (DisplayFixture *fixture,
                                gconstpointer   data);
/* Runs the main loop until @check, or fails the test. */
void display_fixture_await (DisplayFixture     *fixture,
                            DisplayFixtureCheck check);
/* Runs the main loop for @ms, for what must not happen. */
void display_fixture_linger (guint ms);
/* A new card of another size. The window stays. */
void display_fixture_set_card (DisplayFixture *fixture,
                               guint           width,
                               guint           height);
/* The window takes this many device pixels and has them. */
void display_fixture_resize (DisplayFixture *fixture,
                             int             width,
                             int             height);
/* Draws the next card and sends it, with what changed or as a whole. */
void display_fixture_send (DisplayFixture *fixture,
                           gboolean        whole);
/* Sends @pixels and waits until the widget has drawn one more picture. */
void display_fixture_send_and_await (DisplayFixture *fixture,
                                     gboolean        whole);
void display_fixture_send_pixels (DisplayFixture         *fixture,
                                  const PtProducerFormat *format,
                                  const guint8           *pixels);
/* Until one more picture than @drawn is on the screen. */
void display_fixture_await_drawn (DisplayFixture *fixture,
                                  guint64         drawn);

/* Another program, which does not outlive this one. */
GSubprocess *display_fixture_spawn (const char *const *argv,
                                    GSubprocessFlags   flags);

/* What a widget shows, as GTK's own renderer of its window draws it: B G R A, device pixels. */
typedef struct
{
  int     width, height;
  guint8 *data; /* 4 * width bytes per row */
} DisplayShot;

DisplayShot *display_shot_take (GtkWidget *widget);
void         display_shot_free (DisplayShot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DisplayShot, display_shot_free)
/* 0xRRGGBB */
guint32 display_shot_get (const DisplayShot *self,
                          int                x,
                          int                y);
/* The part of @self at @x, @y equals @pixels (B G R x) within @tolerance per channel. */
void display_shot_assert_equal (const DisplayShot *self,
                                int                x,
                                int                y,
                                const guint8      *pixels,
                                int                width,
                                int                height,
                                int                tolerance);

G_END_DECLS
