/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvmfr-reader"

#include "config.h"

#include "frame-fixture.h"

static void
test_first_frame (FrameFixture *fixture,
                  gconstpointer data)
{
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  g_assert_true (frame_fixture_send (fixture, NULL, 0));
  frame_fixture_await_received (fixture, 1);
  g_assert_true (fixture->events & PT_READER_FRAME);
  g_assert_cmpuint (pt_kvmfr_reader_get_stats (fixture->reader)->sessions, ==, 1);
  frame_fixture_assert_picture (fixture);
}


static void
test_damage (FrameFixture *fixture,
             gconstpointer data)
{
  const PtProducerRect rect = { 5, 6, 7, 8 };
  const PtProducerRect secret = { 40, 30, 4, 4 };
  guint64              bytes = 0;
  PtFrameView          view = { 0 };

  frame_fixture_go_live (fixture);
  bytes = pt_kvmfr_reader_get_stats (fixture->reader)->bytes;
  frame_fixture_paint (fixture, &rect);
  g_assert_true (frame_fixture_send (fixture, &rect, 1));
  frame_fixture_await_received (fixture, 2);
  frame_fixture_assert_picture (fixture);
  g_assert_cmpuint (pt_kvmfr_reader_get_stats (fixture->reader)->bytes - bytes, ==, 7 * 8 * 4);

  /* What is not in the list is not copied. */
  frame_fixture_paint (fixture, &secret);
  g_assert_true (frame_fixture_send (fixture, &rect, 1));
  frame_fixture_await_received (fixture, 3);
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  g_assert_cmpuint (view.n_rects, ==, 1);
  g_assert_cmpuint (view.rects[0].x, ==, 5);
  g_assert_cmpuint (view.rects[0].height, ==, 8);
  pt_frame_store_release (fixture->store);
}


#define ADD(name, func)                                                                    \
  g_test_add ("/frame/kvmfr-reader/" name, FrameFixture, NULL, frame_fixture_set_up, func, \
              frame_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("first-frame", test_first_frame);
  ADD ("damage", test_damage);
  return g_test_run ();
}
