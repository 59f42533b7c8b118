/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "frame-fixture"

#include "config.h"

#include "frame-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define FRAME_FIXTURE_PATIENCE (20 * G_USEC_PER_SEC)
#define FRAME_FIXTURE_NAP 200   /* µs of ours … */
#define FRAME_FIXTURE_LEAP 5000 /* … are at most so many of the reader's */

static PtSourceState awaited_state;
static guint64       awaited_count;

void
frame_fixture_set_up (FrameFixture *fixture,
                      gconstpointer data)
{
  const PtProducerFormat format = { .type = PT_PRODUCER_BGRA8,
                                    .width = 64,
                                    .height = 48,
                                    .pitch = 256 };
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("pt-frame-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "memory", NULL);
  fixture->size = FRAME_FIXTURE_SIZE;
  fixture->fd = g_open (fixture->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (fixture->fd, >=, 0);
  g_assert_cmpint (ftruncate (fixture->fd, (off_t)fixture->size), ==, 0);
  fixture->memory = mmap (NULL, fixture->size, PROT_READ | PROT_WRITE, MAP_SHARED, fixture->fd, 0);
  g_assert_true (fixture->memory != MAP_FAILED);
  fixture->producer = pt_producer_new (fixture->memory, fixture->size);
  g_assert_nonnull (fixture->producer);
  fixture->store = pt_frame_store_new ();
  fixture->limits = pt_reader_default_limits;
  fixture->limits.quiet = G_MAXINT64 / 4;
  fixture->limits.lock_wait = 2000;
  fixture->limits.pointer_wait = 5000;
  fixture->reader = pt_kvmfr_reader_new (fixture->path, fixture->store, &fixture->limits);
  fixture->now = g_get_monotonic_time ();
  frame_fixture_set_format (fixture, &format);
}


void
frame_fixture_tear_down (FrameFixture *fixture,
                         gconstpointer data)
{
  g_clear_pointer (&fixture->reader, pt_kvmfr_reader_free);
  g_clear_pointer (&fixture->producer, pt_producer_free);
  pt_frame_store_unref (fixture->store);
  munmap (fixture->memory, fixture->size);
  close (fixture->fd);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->path);
  g_free (fixture->directory);
  g_free (fixture->pixels);
}


void
frame_fixture_set_format (FrameFixture           *fixture,
                          const PtProducerFormat *format)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (format->width * 3 + format->type);
  gsize n = (gsize)format->pitch * format->height;

  fixture->format = *format;
  g_free (fixture->pixels);
  fixture->pixels = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    fixture->pixels[i] = (guint8)g_rand_int (random);
}


void
frame_fixture_paint (FrameFixture         *fixture,
                     const PtProducerRect *rect)
{
  for (guint y = rect->y; y < rect->y + rect->height; y++)
    for (guint x = 4 * rect->x; x < 4 * (rect->x + rect->width); x++)
      fixture->pixels[y * fixture->format.pitch + x] += 37;
}


gboolean
frame_fixture_send (FrameFixture         *fixture,
                    const PtProducerRect *rects,
                    guint                 n_rects)
{
  return pt_producer_send (fixture->producer, &fixture->format, fixture->pixels, rects, n_rects);
}


void
frame_fixture_step (FrameFixture *fixture)
{
  gint64 wait = 0;

  if (fixture->producer != NULL)
    pt_producer_tick (fixture->producer);
  fixture->events |= pt_kvmfr_reader_step (fixture->reader, fixture->now, &wait);
  g_assert_cmpint (wait, >=, 0);
  g_usleep (FRAME_FIXTURE_NAP);
  fixture->now += MAX (FRAME_FIXTURE_NAP, MIN (wait, FRAME_FIXTURE_LEAP));
}


void
frame_fixture_await (FrameFixture     *fixture,
                     FrameFixtureCheck check)
{
  gint64 deadline = g_get_monotonic_time () + FRAME_FIXTURE_PATIENCE;

  while (!check (fixture))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      frame_fixture_step (fixture);
    }
}


static gboolean
frame_fixture_has_state (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_state (fixture->reader) == awaited_state;
}


void
frame_fixture_await_state (FrameFixture *fixture,
                           PtSourceState state)
{
  awaited_state = state;
  frame_fixture_await (fixture, frame_fixture_has_state);
}


static gboolean
frame_fixture_has_received (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_stats (fixture->reader)->received >= awaited_count;
}


void
frame_fixture_await_received (FrameFixture *fixture,
                              guint64       received)
{
  awaited_count = received;
  frame_fixture_await (fixture, frame_fixture_has_received);
}


static gboolean
frame_fixture_has_rejected (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_stats (fixture->reader)->rejected >= awaited_count;
}


void
frame_fixture_await_rejected (FrameFixture *fixture,
                              guint64       rejected)
{
  awaited_count = rejected;
  frame_fixture_await (fixture, frame_fixture_has_rejected);
}


void
frame_fixture_go_live (FrameFixture *fixture)
{
  PtFrameView view = { 0 };

  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 1);
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  pt_frame_store_release (fixture->store);
  fixture->events = 0;
}


void
frame_fixture_assert_picture (FrameFixture *fixture)
{
  const PtProducerFormat *format = &fixture->format;
  guint                   texel = format->type == PT_PRODUCER_RGBA16F ? 8 : 4;
  PtFrameView             view = { 0 };

  g_assert_true (pt_frame_store_acquire (fixture->store, TRUE, &view));
  g_assert_cmpuint (view.width, ==, format->width);
  g_assert_cmpuint (view.height, ==, format->height);
  for (guint y = 0; y < view.height; y++)
    g_assert_cmpmem (view.data + y * view.pitch, (gsize)texel * view.width,
                     fixture->pixels + (gsize)y * format->pitch, (gsize)texel * view.width);
  pt_frame_store_release (fixture->store);
}
