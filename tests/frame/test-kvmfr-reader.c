/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvmfr-reader"

#include "config.h"

#include <string.h>

#include "frame-fixture.h"

static const PtSourceStats *
stats (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_stats (fixture->reader);
}


static guint
take (FrameFixture *fixture)
{
  PtFrameView view = { 0 };

  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  pt_frame_store_release (fixture->store);
  return view.n_rects;
}


static void
test_first_frame (FrameFixture *fixture,
                  gconstpointer data)
{
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  g_assert_true (frame_fixture_send (fixture, NULL, 0));
  frame_fixture_await_received (fixture, 1);
  g_assert_true (fixture->events & PT_READER_FRAME);
  g_assert_cmpuint (stats (fixture)->sessions, ==, 1);
  g_assert_cmpuint (stats (fixture)->bytes, >=, 64 * 48 * 4);
  g_assert_cmpuint (pt_kvmfr_reader_get_latency (fixture->reader)->n, ==, 1);
  frame_fixture_assert_picture (fixture);
}


/* The picture was there before us: the producer shows it to every new viewer. */
static void
test_earlier_frame (FrameFixture *fixture,
                    gconstpointer data)
{
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 1);
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
  bytes = stats (fixture)->bytes;
  frame_fixture_paint (fixture, &rect);
  g_assert_true (frame_fixture_send (fixture, &rect, 1));
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (take (fixture), ==, 1);
  frame_fixture_assert_picture (fixture);
  g_assert_cmpuint (stats (fixture)->bytes - bytes, ==, 7 * 8 * 4);

  /* What is not in the list is not copied. */
  frame_fixture_paint (fixture, &secret);
  g_assert_true (frame_fixture_send (fixture, &rect, 1));
  frame_fixture_await_received (fixture, 3);
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  g_assert_cmpuint (view.n_rects, ==, 1);
  g_assert_cmpuint (view.rects[0].x, ==, 5);
  g_assert_cmpuint (view.rects[0].height, ==, 8);
  pt_frame_store_release (fixture->store);
  g_assert_cmpuint (stats (fixture)->bytes - bytes, ==, 2 * 7 * 8 * 4);
}


/* Nobody takes a picture in between: each buffer has a debt of its own. */
static void
test_damage_untaken (FrameFixture *fixture,
                     gconstpointer data)
{
  frame_fixture_go_live (fixture);
  for (guint i = 0; i < 12; i++)
    {
      const PtProducerRect rect = { i, 2 * i, 3, 4 };

      frame_fixture_paint (fixture, &rect);
      g_assert_true (frame_fixture_send (fixture, &rect, 1));
      frame_fixture_await_received (fixture, 2 + i);
      if (i % 4 == 3)
        g_assert_cmpuint (take (fixture), ==, 4);
    }
  frame_fixture_assert_picture (fixture);
}


/* Two pictures wait: the newer is shown, with the damage of both. */
static void
test_skipped (FrameFixture *fixture,
              gconstpointer data)
{
  const PtProducerRect rects[2] = { { 1, 1, 4, 4 }, { 20, 20, 5, 5 } };

  frame_fixture_go_live (fixture);
  for (guint i = 0; i < 2; i++)
    {
      frame_fixture_paint (fixture, &rects[i]);
      g_assert_true (frame_fixture_send (fixture, &rects[i], 1));
    }
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (stats (fixture)->received, ==, 2);
  g_assert_cmpuint (stats (fixture)->dropped, ==, 1);
  g_assert_cmpuint (take (fixture), ==, 2);
  frame_fixture_assert_picture (fixture);
}


/* The skipped picture's rectangles lie in another shape. */
static void
test_skipped_shape (FrameFixture *fixture,
                    gconstpointer data)
{
  const PtProducerFormat small = fixture->format;
  const PtProducerFormat large = { .type = 1, .width = 640, .height = 480, .pitch = 2560 };
  const PtProducerRect   rect = { 600, 400, 40, 80 };

  frame_fixture_go_live (fixture);
  frame_fixture_set_format (fixture, &large);
  pt_producer_set_fault (fixture->producer, PT_FAULT_DAMAGE_COUNT, 1);
  frame_fixture_send (fixture, &rect, 1);
  pt_producer_clear_fault (fixture->producer, PT_FAULT_DAMAGE_COUNT);
  frame_fixture_set_format (fixture, &small);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (take (fixture), ==, 0);
  frame_fixture_assert_picture (fixture);
}


static void
test_serial_repeated (FrameFixture *fixture,
                      gconstpointer data)
{
  frame_fixture_go_live (fixture);
  g_assert_true (pt_producer_repost (fixture->producer));
  for (guint i = 0; i < 20; i++)
    frame_fixture_step (fixture);
  g_assert_cmpuint (stats (fixture)->received, ==, 1);
  g_assert_false (fixture->events & PT_READER_FRAME);
}


static void
test_serial_gap (FrameFixture *fixture,
                 gconstpointer data)
{
  const PtProducerRect rect = { 0, 0, 1, 1 };
  const PtProducerRect elsewhere = { 30, 30, 8, 8 };

  frame_fixture_go_live (fixture);
  pt_producer_set_fault (fixture->producer, PT_FAULT_SERIAL_GAP, 3);
  frame_fixture_paint (fixture, &elsewhere);
  frame_fixture_paint (fixture, &rect);
  pt_producer_send (fixture->producer, &fixture->format, fixture->pixels, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (stats (fixture)->dropped, ==, 3);
  g_assert_cmpuint (take (fixture), ==, 0);
  frame_fixture_assert_picture (fixture);
}


/* A producer may lose damage without a gap: after a quiet while a picture is copied whole. */
static void
test_quiet (FrameFixture *fixture,
            gconstpointer data)
{
  const PtProducerRect rect = { 0, 0, 1, 1 };

  g_clear_pointer (&fixture->reader, pt_kvmfr_reader_free);
  fixture->limits.quiet = 200 * 1000;
  fixture->reader = pt_kvmfr_reader_new (fixture->path, fixture->store, &fixture->limits);
  frame_fixture_go_live (fixture);
  fixture->now += 300 * 1000;
  frame_fixture_send (fixture, &rect, 1);
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (take (fixture), ==, 0);
}


static void
test_formats (FrameFixture *fixture,
              gconstpointer data)
{
  static const PtProducerFormat formats[] = {
    { .type = PT_PRODUCER_RGBA8, .width = 33, .height = 20, .pitch = 192 },
    { .type = PT_PRODUCER_RGBA10, .width = 64, .height = 48, .pitch = 256, .rotation = 1 },
    { .type = PT_PRODUCER_RGBA16F, .width = 17, .height = 9, .pitch = 136, .rotation = 3 },
    { .type = PT_PRODUCER_BGRA8, .width = 100, .height = 3, .pitch = 4096 },
    { .type = PT_PRODUCER_BGRA8, .width = 5, .height = 5, .pitch = 22 },
  };
  static const PtPixels pixels[] = { PT_PIXELS_RGBA8, PT_PIXELS_RGB10, PT_PIXELS_RGBA16F,
                                     PT_PIXELS_BGRA8, PT_PIXELS_BGRA8 };

  frame_fixture_go_live (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      PtFrameView view = { 0 };

      frame_fixture_set_format (fixture, &formats[i]);
      g_assert_true (frame_fixture_send (fixture, NULL, 0));
      frame_fixture_await_received (fixture, 2 + i);
      g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
      g_assert_cmpint (view.pixels, ==, pixels[i]);
      g_assert_cmpuint (view.rotation, ==, formats[i].rotation);
      g_assert_cmpuint (view.pitch, <, formats[i].width * 8 + 256);
      pt_frame_store_release (fixture->store);
      frame_fixture_assert_picture (fixture);
    }
}


/* Three bytes a pixel in, four out; the damage is in pixels. */
static void
test_packed (FrameFixture *fixture,
             gconstpointer data)
{
  static const PtProducerFormat formats[] = {
    { .type = PT_PRODUCER_BGR_PACKED, .width = 61, .height = 11, .pitch = 256 },
    { .type = PT_PRODUCER_RGB24, .width = 7, .height = 5, .pitch = 21 },
  };

  frame_fixture_go_live (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      PtFrameView          view = { 0 };
      const PtProducerRect rect = { 3, 2, 2, 2 };

      frame_fixture_set_format (fixture, &formats[i]);
      g_assert_true (frame_fixture_send (fixture, NULL, 0));
      frame_fixture_await_received (fixture, 2 + 2 * i);
      for (guint j = 0; j < 6; j++)
        fixture->pixels[2 * formats[i].pitch + 9 + j]++;
      g_assert_true (frame_fixture_send (fixture, &rect, 1));
      frame_fixture_await_received (fixture, 3 + 2 * i);
      g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
      g_assert_cmpuint (view.width, ==, formats[i].width);
      g_assert_cmpuint (view.height, ==, formats[i].height);
      for (guint y = 0; y < view.height; y++)
        for (guint x = 0; x < view.width; x++)
          {
            const guint8 *pixel = view.data + y * view.pitch + (gsize)4 * x;

            g_assert_cmpmem (pixel, 3, fixture->pixels + y * formats[i].pitch + 3 * x, 3);
            g_assert_cmpuint (pixel[3], ==, 255);
          }
      pt_frame_store_release (fixture->store);
    }
}


/* A picture that needs more than the memory has is shown as far as it goes. */
static void
test_too_small (FrameFixture *fixture,
                gconstpointer data)
{
  const PtProducerFormat small = fixture->format;
  const PtProducerFormat large = { .type = 1, .width = 1920, .height = 1080, .pitch = 7680 };
  PtFrameView            view = { 0 };

  frame_fixture_go_live (fixture);
  frame_fixture_set_format (fixture, &large);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_state (fixture, PT_SOURCE_TOO_SMALL);
  g_assert_cmpstr (pt_kvmfr_reader_get_message (fixture->reader), ==,
                   "8 MiB of shared memory, 32 MiB needed");
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  g_assert_cmpuint (view.width, ==, 1920);
  g_assert_cmpuint (view.height, <, 1080);
  g_assert_cmpmem (view.data, 7680, fixture->pixels, 7680);
  pt_frame_store_release (fixture->store);
  frame_fixture_set_format (fixture, &small);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  g_assert_null (pt_kvmfr_reader_get_message (fixture->reader));
}


/* A guest that changes its shape all the time costs us ten allocations a second, not more. */
static void
test_shape_storm (FrameFixture *fixture,
                  gconstpointer data)
{
  const gint64 started = fixture->now;

  frame_fixture_go_live (fixture);
  for (guint i = 0; i < 60; i++)
    {
      const PtProducerFormat format = { .type = 1, .width = 16 + i, .height = 16, .pitch = 512 };

      frame_fixture_set_format (fixture, &format);
      frame_fixture_send (fixture, NULL, 0);
      frame_fixture_step (fixture);
    }
  g_assert_cmpuint (stats (fixture)->received, >=, 10);
  g_assert_cmpuint (stats (fixture)->received, <=,
                    12 + 10 * (guint64)((fixture->now - started) / G_USEC_PER_SEC));
  fixture->now += 2 * G_USEC_PER_SEC;
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, stats (fixture)->received + 1);
  frame_fixture_assert_picture (fixture);
}


/* The picture that ends the storm is one we refused, and the guest has nothing more to draw. */
static void
test_shape_storm_ends (FrameFixture *fixture,
                       gconstpointer data)
{
  guint64 received = 0;

  frame_fixture_go_live (fixture);
  for (guint i = 0; stats (fixture)->dropped == 0; i++)
    {
      const PtProducerFormat format = { .type = 1, .width = 16 + i, .height = 16, .pitch = 512 };

      g_assert_cmpuint (i, <, 100);
      frame_fixture_set_format (fixture, &format);
      frame_fixture_send (fixture, NULL, 0);
      fixture->now -= 1000;
      frame_fixture_step (fixture);
    }
  received = stats (fixture)->received;
  frame_fixture_await_received (fixture, received + 1);
  frame_fixture_assert_picture (fixture);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_LIVE);
  /* Once is enough. */
  for (guint i = 0; i < 500; i++)
    frame_fixture_step (fixture);
  g_assert_cmpuint (stats (fixture)->received, ==, received + 1);
}


static void
test_restart (FrameFixture *fixture,
              gconstpointer data)
{
  frame_fixture_go_live (fixture);
  pt_producer_restart (fixture->producer);
  frame_fixture_await_state (fixture, PT_SOURCE_STALLED);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  g_assert_cmpuint (stats (fixture)->sessions, ==, 2);
  frame_fixture_paint (fixture, &(PtProducerRect){ 0, 0, 64, 48 });
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  frame_fixture_assert_picture (fixture);
}


/* The guest's firmware wipes the memory; the producer notices and starts over. */
static void
test_zeroed (FrameFixture *fixture,
             gconstpointer data)
{
  frame_fixture_go_live (fixture);
  memset (fixture->memory, 0, fixture->size);
  frame_fixture_await_state (fixture, PT_SOURCE_STALLED);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  frame_fixture_assert_picture (fixture);
}


static void
test_gone_for_good (FrameFixture *fixture,
                    gconstpointer data)
{
  frame_fixture_go_live (fixture);
  g_clear_pointer (&fixture->producer, pt_producer_free);
  frame_fixture_await_state (fixture, PT_SOURCE_STALLED);
  memset (fixture->memory, 0, fixture->size);
  frame_fixture_await_state (fixture, PT_SOURCE_NO_PRODUCER);
  frame_fixture_assert_picture (fixture);
}


static void
test_stalled (FrameFixture *fixture,
              gconstpointer data)
{
  PtProducerStats producer = { 0 };

  frame_fixture_go_live (fixture);
  pt_producer_set_fault (fixture->producer, PT_FAULT_HEARTBEAT_STOPPED, 1);
  frame_fixture_await_state (fixture, PT_SOURCE_STALLED);
  frame_fixture_assert_picture (fixture);
  pt_producer_get_stats (fixture->producer, &producer);
  g_assert_cmpuint (producer.subscribers, ==, 0);
  pt_producer_clear_fault (fixture->producer, PT_FAULT_HEARTBEAT_STOPPED);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  frame_fixture_await_received (fixture, 2);
  pt_producer_get_stats (fixture->producer, &producer);
  g_assert_cmpuint (producer.subscribers, ==, 1);
}


static void
test_resubscribe (FrameFixture *fixture,
                  gconstpointer data)
{
  static const PtProducerFault faults[] = { PT_FAULT_BAD_FORCED, PT_FAULT_KICKED };

  frame_fixture_go_live (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      guint64 before = stats (fixture)->received;

      pt_producer_set_fault (fixture->producer, faults[i], 1);
      frame_fixture_await_received (fixture, before + 1);
      g_assert_cmpuint (stats (fixture)->resubscribes, >=, 1 + i);
      g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_LIVE);
      take (fixture);
      frame_fixture_assert_picture (fixture);
    }
  g_assert_cmpuint (stats (fixture)->sessions, ==, 1);
}


/* Thrown out whenever we come: not a storm, and not for ever. */
static void
test_kicked_always (FrameFixture *fixture,
                    gconstpointer data)
{
  gint64 deadline = 0;

  frame_fixture_go_live (fixture);
  deadline = fixture->now + 20 * G_USEC_PER_SEC;
  while (pt_kvmfr_reader_get_state (fixture->reader) == PT_SOURCE_LIVE)
    {
      pt_producer_set_fault (fixture->producer, PT_FAULT_KICKED, 1);
      frame_fixture_step (fixture);
      g_assert_cmpint (fixture->now, <, deadline);
    }
  g_assert_cmpuint (stats (fixture)->resubscribes, <, 50);
  g_assert_nonnull (pt_kvmfr_reader_get_message (fixture->reader));
  frame_fixture_await_received (fixture, 2);
}


/* Who does not acknowledge is timed out by the producer, comes back and sees everything. */
static void
test_timed_out (FrameFixture *fixture,
                gconstpointer data)
{
  PtProducerStats producer = { 0 };
  gint64          deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  pt_producer_set_max_time (fixture->producer, 1);
  frame_fixture_go_live (fixture);
  frame_fixture_paint (fixture, &(PtProducerRect){ 0, 0, 64, 48 });
  frame_fixture_send (fixture, NULL, 0);
  while (producer.bad == 0)
    {
      pt_producer_tick (fixture->producer);
      pt_producer_get_stats (fixture->producer, &producer);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (stats (fixture)->resubscribes, >=, 1);
  frame_fixture_assert_picture (fixture);
}


static void
test_two_readers (FrameFixture *fixture,
                  gconstpointer data)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  g_autoptr (PtKvmfrReader) second =
               pt_kvmfr_reader_new (fixture->path, store, &fixture->limits);
  PtProducerStats producer = { 0 };
  gint64          deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  frame_fixture_go_live (fixture);
  while (pt_kvmfr_reader_get_stats (second)->received == 0)
    {
      gint64 wait = 0;

      frame_fixture_step (fixture);
      pt_kvmfr_reader_step (second, fixture->now, &wait);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  pt_producer_get_stats (fixture->producer, &producer);
  g_assert_cmpuint (producer.subscribers, ==, 2);
  for (guint i = 0; i < 20; i++)
    {
      gint64 wait = 0;

      frame_fixture_send (fixture, NULL, 0);
      frame_fixture_step (fixture);
      pt_kvmfr_reader_step (second, fixture->now, &wait);
    }
  frame_fixture_assert_picture (fixture);
  g_assert_cmpuint (pt_kvmfr_reader_get_stats (second)->received, >=, 20);
  g_assert_cmpuint (stats (fixture)->received, >=, 20);
  pt_producer_get_stats (fixture->producer, &producer);
  g_assert_cmpuint (producer.outstanding, ==, 0);
  g_clear_pointer (&second, pt_kvmfr_reader_free);
  pt_producer_get_stats (fixture->producer, &producer);
  g_assert_cmpuint (producer.subscribers, ==, 1);
}


/* Whoever leaves frees its place, so that nobody waits for it. */
static void
test_leave (FrameFixture *fixture,
            gconstpointer data)
{
  PtProducerStats producer = { 0 };

  frame_fixture_go_live (fixture);
  frame_fixture_send (fixture, NULL, 0);
  g_clear_pointer (&fixture->reader, pt_kvmfr_reader_free);
  pt_producer_get_stats (fixture->producer, &producer);
  g_assert_cmpuint (producer.subscribers, ==, 0);
  g_assert_cmpuint (producer.bad, ==, 0);
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
  ADD ("earlier-frame", test_earlier_frame);
  ADD ("damage", test_damage);
  ADD ("damage-untaken", test_damage_untaken);
  ADD ("skipped", test_skipped);
  ADD ("skipped-shape", test_skipped_shape);
  ADD ("serial-repeated", test_serial_repeated);
  ADD ("serial-gap", test_serial_gap);
  ADD ("quiet", test_quiet);
  ADD ("formats", test_formats);
  ADD ("packed", test_packed);
  ADD ("too-small", test_too_small);
  ADD ("shape-storm", test_shape_storm);
  ADD ("shape-storm-ends", test_shape_storm_ends);
  ADD ("restart", test_restart);
  ADD ("zeroed", test_zeroed);
  ADD ("gone-for-good", test_gone_for_good);
  ADD ("stalled", test_stalled);
  ADD ("resubscribe", test_resubscribe);
  ADD ("kicked-always", test_kicked_always);
  ADD ("timed-out", test_timed_out);
  ADD ("two-readers", test_two_readers);
  ADD ("leave", test_leave);
  return g_test_run ();
}
