/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-frame-pace"

#include "config.h"

#include "pt-frame-pace.h"

#define SECOND G_USEC_PER_SEC

typedef struct
{
  PtFramePace pace;
  gint64      now;
  guint       looks;
  gint64      worst; /* how long a picture waited to be seen */
} Play;


/* Looks as often as the pace says until @at, when a picture comes, and is there to see it. */
static void
play_frame (Play  *play,
            gint64 at)
{
  while (play->now < at)
    {
      play->now += pt_frame_pace_get_wait (&play->pace, play->now);
      play->looks++;
    }
  play->worst = MAX (play->worst, play->now - at);
  pt_frame_pace_note_frame (&play->pace, play->now);
}


static void
play_quiet (Play  *play,
            gint64 until)
{
  while (play->now < until)
    {
      play->now += pt_frame_pace_get_wait (&play->pace, play->now);
      play->looks++;
    }
}


/* @wobble: µs by which pictures come early and late in turn. Ends with the last one seen. */
static gint64
play_steady (Play  *play,
             gint64 interval,
             gint64 wobble,
             guint  n)
{
  gint64 at = play->now;

  for (guint i = 0; i < n; i++)
    {
      at += interval;
      play_frame (play, at + (i % 3 == 0 ? wobble : i % 3 == 1 ? -wobble
                                                               : 0));
    }
  return at;
}


static void
play_start (Play *play)
{
  *play = (Play){ .now = SECOND };
  pt_frame_pace_reset (&play->pace, play->now);
}


/* A rhythm is seen within a millisecond, with far fewer looks than one a millisecond. */
static void
test_steady (void)
{
  const gint64 intervals[] = { 33333, 16667, 8333, 6944 };

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    {
      Play play = { 0 };

      play_start (&play);
      play_steady (&play, intervals[i], 300, 20);
      play.looks = 0;
      play.worst = 0;
      play_steady (&play, intervals[i], 300, 600);
      g_assert_cmpint (play.worst, <=, 1000);
      g_assert_cmpuint (play.looks, <, 600 * (intervals[i] / 2000 + 3));
      if (intervals[i] > 10000)
        g_assert_cmpuint (play.looks, <, 600 * 8);
    }
}


/* Whatever the rhythm: a picture in a hundred may wait longer than two milliseconds, not more. */
static void
test_irregular (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint late = 0;
  Play  play = { 0 };

  play_start (&play);
  for (guint i = 0; i < 5000; i++)
    {
      gint64 before = play.worst;

      play.worst = 0;
      play_frame (&play, play.now + g_rand_int_range (random, 2000, 30000));
      late += play.worst > 2000 ? 1 : 0;
      play.worst = MAX (before, play.worst);
    }
  g_assert_cmpuint (late, <=, 50);
  g_assert_cmpint (play.worst, <=, 8000);
}


/* A guest that suddenly draws twice as often: one picture is seen late, those behind it are not. */
static void
test_faster (void)
{
  Play play = { 0 };

  play_start (&play);
  play_steady (&play, 16667, 0, 100);
  play_frame (&play, play.now + 4000);
  g_assert_cmpint (play.worst, <=, 8000);
  play.worst = 0;
  play_steady (&play, 8333, 0, 100);
  g_assert_cmpint (play.worst, <=, 1750);
}


/* While the pointer moves nothing sleeps long. */
static void
test_pointer (void)
{
  Play play = { 0 };

  play_start (&play);
  play_steady (&play, 16667, 0, 100);
  g_assert_cmpint (pt_frame_pace_get_wait (&play.pace, play.now), >, 2000);
  pt_frame_pace_note_pointer (&play.pace, play.now);
  g_assert_cmpint (pt_frame_pace_get_wait (&play.pace, play.now), <, 2000);
}


/* Pictures stop while the guest lives on. */
static void
test_stops (void)
{
  Play   play = { 0 };
  gint64 last = 0;

  play_start (&play);
  play_steady (&play, 16667, 0, 100);
  last = play.now;
  play.looks = 0;
  play_quiet (&play, last + 250 * 1000);
  g_assert_cmpuint (play.looks, <=, 150);
  play_quiet (&play, last + 3 * SECOND);
  play.looks = 0;
  play_quiet (&play, last + 13 * SECOND);
  g_assert_cmpuint (play.looks, <=, 1700);
  play.worst = 0;
  play_frame (&play, play.now + 1);
  g_assert_cmpint (play.worst, <=, 6000);
  g_assert_cmpint (pt_frame_pace_get_wait (&play.pace, play.now), <, 2000);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/frame/frame-pace/steady", test_steady);
  g_test_add_func ("/frame/frame-pace/irregular", test_irregular);
  g_test_add_func ("/frame/frame-pace/faster", test_faster);
  g_test_add_func ("/frame/frame-pace/pointer", test_pointer);
  g_test_add_func ("/frame/frame-pace/stops", test_stops);
  return g_test_run ();
}
