/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-lgmp-session"

#include "config.h"

#include <string.h>

#include "frame-fixture.h"
#include "pt-lgmp-layout.h"
#include "pt-lgmp-lock.h"
#include "pt-lgmp-session.h"

/* A producer of the older layout (LGMP 5 / KVMFR 19), written by hand: memory of its own, no code
 * shared with either side. */
#define OLD_SIZE (1024 * 1024)
#define OLD_RING 8192
#define OLD_FRAME 16384
#define OLD_PIXELS (OLD_FRAME + 2048)
#define OLD_QUEUE PT_LGMP_QUEUES
#define OLD_WIDTH 20
#define OLD_HEIGHT 10

static guint32 old_words[OLD_SIZE / 4];

static void
put (gsize   offset,
     guint32 value)
{
  old_words[offset / 4] = value;
}


static guint32
get (gsize offset)
{
  return old_words[offset / 4];
}


/* Unused bytes are garbage, as they are in real life: three of them share a word with the lock. */
static void
old_start (void)
{
  memset (old_words, 0xa5, sizeof old_words);
  put (0, PT_LGMP_MAGIC);
  put (4, 5);
  put (8, 1234);
  put (16, 1);
  put (20, 0);
  put (24, 1);
  put (5752, 48);
  memcpy ((guint8 *)old_words + 5756, "KVMFR---", 8);
  put (5764, 19);
  memset ((guint8 *)old_words + 5768, 0, 32);
  memset ((guint8 *)old_words + OLD_QUEUE, 0, 408);
  put (OLD_QUEUE, PT_KVMFR_QUEUE_FRAME);
  put (OLD_QUEUE + 4, 3);
  put (OLD_QUEUE + 12, 1000);
  put (OLD_QUEUE + 20, OLD_RING);
  put (OLD_QUEUE + 408, 0xa5a5a500);
  put (OLD_QUEUE + 416, 0);
  put (OLD_QUEUE + 420, 0);
  put (OLD_QUEUE + 424, 0);
  put (OLD_QUEUE + 440, 0);
}


static void
old_post (guint32 serial)
{
  guint32 position = get (OLD_QUEUE + 16);

  memset ((guint8 *)old_words + OLD_FRAME, 0, 1076);
  put (OLD_FRAME + 4, serial);
  put (OLD_FRAME + 8, 2);
  put (OLD_FRAME + 12, OLD_WIDTH);
  put (OLD_FRAME + 16, OLD_HEIGHT);
  put (OLD_FRAME + 20, OLD_WIDTH);
  put (OLD_FRAME + 24, OLD_HEIGHT);
  put (OLD_FRAME + 28, 2);
  put (OLD_FRAME + 36, OLD_WIDTH * 4);
  put (OLD_FRAME + 40, OLD_PIXELS - 4 - OLD_FRAME);
  put (OLD_PIXELS - 4, OLD_WIDTH * OLD_HEIGHT * 4);
  for (guint i = 0; i < OLD_WIDTH * OLD_HEIGHT; i++)
    put (OLD_PIXELS + 4 * i, serial * 1000 + i);
  put (OLD_RING + 16 * position, 0);
  put (OLD_RING + 16 * position + 4, 65536);
  put (OLD_RING + 16 * position + 8, OLD_FRAME);
  put (OLD_RING + 16 * position + 12, get (OLD_QUEUE + 420));
  put (OLD_QUEUE + 440, get (OLD_QUEUE + 440) + 1);
  put (OLD_QUEUE + 16, (position + 1) % 3);
}


static void
old_assert_picture (PtFrameStore *store,
                    guint32       serial)
{
  PtFrameView view = { 0 };

  g_assert_true (pt_frame_store_acquire (store, FALSE, &view));
  g_assert_cmpuint (view.width, ==, OLD_WIDTH);
  g_assert_cmpuint (view.height, ==, OLD_HEIGHT);
  g_assert_cmpuint (view.rotation, ==, 2);
  g_assert_cmpint (view.pixels, ==, PT_PIXELS_RGBA8);
  for (guint y = 0; y < OLD_HEIGHT; y++)
    g_assert_cmpmem (view.data + y * view.pitch, (gsize)OLD_WIDTH * 4,
                     old_words + OLD_PIXELS / 4 + (gsize)y * OLD_WIDTH, (gsize)OLD_WIDTH * 4);
  g_assert_cmpuint (view.frame_serial, ==, serial);
  pt_frame_store_release (store);
}


static void
test_old_layout (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  g_autoptr (PtKvmfrReader) reader = NULL;
  gint64 wait = 0;
  gint64 now = 1;

  old_start ();
  reader = pt_kvmfr_reader_new_for_memory (pt_shared_memory_new_for_data (old_words, OLD_SIZE),
                                           store, &pt_reader_default_limits);
  for (guint i = 0; i < 5; i++, now += 300000)
    {
      put (16, get (16) + 10);
      pt_kvmfr_reader_step (reader, now, &wait);
    }
  g_assert_cmpint (pt_kvmfr_reader_get_state (reader), ==, PT_SOURCE_LIVE);
  g_assert_cmphex (get (OLD_QUEUE + 408), ==, 0xa5a5a500);
  g_assert_cmphex (get (OLD_QUEUE + 420), ==, 1);
  for (guint32 serial = 7; serial < 14; serial++, now += 1000)
    {
      old_post (serial);
      put (16, get (16) + 10);
      pt_kvmfr_reader_step (reader, now, &wait);
      old_assert_picture (store, serial);
      g_assert_cmpuint (get (OLD_QUEUE + 440), ==, 0);
      g_assert_cmpuint (get (OLD_QUEUE + 424), ==, get (OLD_QUEUE + 16));
    }
  g_clear_pointer (&reader, pt_kvmfr_reader_free);
  g_assert_cmphex (get (OLD_QUEUE + 420), ==, 0);
  g_assert_cmphex (get (OLD_QUEUE + 408), ==, 0xa5a5a500);
}


/* A lock is one byte there and four here; taking one leaves its neighbours alone. */
static void
test_locks (gconstpointer data)
{
  const PtLgmpLayout *layout = pt_lgmp_layout_find (GPOINTER_TO_UINT (data));
  guint32             words[16] = { 0 };
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (words, sizeof words);
  gint64 started = 0;
  int    cancel = 1;

  words[2] = layout->byte_locks ? 0xffffff00 : 0;
  g_assert_true (pt_lgmp_lock_try (memory, layout, 8));
  g_assert_cmphex (words[2], ==, layout->byte_locks ? 0xffffff01 : 1);
  g_assert_false (pt_lgmp_lock_try (memory, layout, 8));
  started = g_get_monotonic_time ();
  g_assert_false (pt_lgmp_lock_take (memory, layout, 8, 20000, NULL));
  g_assert_cmpint (g_get_monotonic_time () - started, >=, 20000);
  started = g_get_monotonic_time ();
  g_assert_false (pt_lgmp_lock_take (memory, layout, 8, 60 * G_USEC_PER_SEC, &cancel));
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
  pt_lgmp_lock_release (memory, layout, 8);
  g_assert_cmphex (words[2], ==, layout->byte_locks ? 0xffffff00 : 0);
  g_assert_true (pt_lgmp_lock_take (memory, layout, 8, 0, NULL));
}


typedef struct
{
  PtLgmpSession session;
  PtLgmpQueue   queue;
} Viewer;

static void
join (Viewer         *viewer,
      PtSharedMemory *memory,
      guint           bit)
{
  g_assert_true (pt_lgmp_session_attach (&viewer->session, memory, pt_lgmp_layout_find (5), 0));
  viewer->session.lock_wait = 1000;
  g_assert_cmpint (pt_lgmp_queue_join (&viewer->queue, &viewer->session, PT_KVMFR_QUEUE_FRAME), ==,
                   PT_LGMP_OK);
  g_assert_cmpuint (viewer->queue.bit, ==, bit);
}


/* Thirty-two and no more; a message is retired by the last to acknowledge it. */
static void
test_many_viewers (void)
{
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  Viewer viewers[PT_LGMP_SUBSCRIBERS + 1] = { 0 };

  old_start ();
  for (guint i = 0; i < PT_LGMP_SUBSCRIBERS; i++)
    join (&viewers[i], memory, i);
  viewers[32].session = viewers[0].session;
  g_assert_cmpint (pt_lgmp_queue_join (&viewers[32].queue, &viewers[32].session, 2), ==,
                   PT_LGMP_FULL);
  g_assert_cmpuint (get (OLD_QUEUE + PT_LGMP_QUEUE_NEW_SUBS), ==, 32);
  old_post (1);
  for (guint i = 0; i < PT_LGMP_SUBSCRIBERS; i++)
    {
      PtLgmpMessage message = { 0 };
      guint         n = 0;

      g_assert_cmpuint (get (OLD_QUEUE + PT_LGMP_QUEUE_COUNT), ==, 1);
      g_assert_cmpint (pt_lgmp_queue_pending (&viewers[i].queue, &viewers[i].session, &n), ==,
                       PT_LGMP_OK);
      g_assert_cmpuint (n, ==, 1);
      g_assert_cmpint (pt_lgmp_queue_peek (&viewers[i].queue, &viewers[i].session, &message), ==,
                       PT_LGMP_OK);
      g_assert_cmpint (pt_lgmp_queue_acknowledge (&viewers[i].queue, &viewers[i].session), ==,
                       PT_LGMP_OK);
    }
  g_assert_cmpuint (get (OLD_QUEUE + PT_LGMP_QUEUE_COUNT), ==, 0);
  pt_lgmp_queue_leave (&viewers[5].queue, &viewers[5].session);
  join (&viewers[32], memory, 5);
}


/* A place marked BAD is not ours to free, and a place somebody else has taken is not ours to
 * leave. */
static void
test_leave (void)
{
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  Viewer viewer = { 0 };

  old_start ();
  join (&viewer, memory, 0);
  put (OLD_QUEUE + PT_LGMP_QUEUE_SUBS, 1);
  put (OLD_QUEUE + PT_LGMP_QUEUE_TIMEOUTS, 5000);
  g_assert_cmpint (pt_lgmp_queue_check (&viewer.queue, &viewer.session), ==, PT_LGMP_KICKED);
  pt_lgmp_queue_leave (&viewer.queue, &viewer.session);
  g_assert_cmphex (get (OLD_QUEUE + PT_LGMP_QUEUE_SUBS), ==, 1);
  g_assert_cmphex (get (OLD_QUEUE + PT_LGMP_QUEUE_SUBS + 4), ==, 1);
  join (&viewer, memory, 1);
  put (OLD_QUEUE + PT_LGMP_QUEUE_CLIENT_IDS + 4, viewer.session.client_id + 1);
  g_assert_cmpint (pt_lgmp_queue_check (&viewer.queue, &viewer.session), ==, PT_LGMP_KICKED);
  pt_lgmp_queue_leave (&viewer.queue, &viewer.session);
  g_assert_cmphex (get (OLD_QUEUE + PT_LGMP_QUEUE_SUBS + 4), ==, 3);
}


static void
test_attach (void)
{
  static const guint32 sizes[] = { 0, 47, 64 * 1024 + 1, OLD_SIZE, G_MAXUINT32 };
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  g_autoptr (PtSharedMemory) small = pt_shared_memory_new_for_data (old_words, 5759);
  PtLgmpSession session = { 0 };

  old_start ();
  g_assert_true (pt_lgmp_session_attach (&session, memory, pt_lgmp_layout_find (5), 0));
  g_assert_cmpuint (session.header_end, ==, 5804);
  g_assert_cmpuint (session.client_id, !=, 0);
  g_assert_false (pt_lgmp_session_attach (&session, small, pt_lgmp_layout_find (5), 0));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      put (PT_LGMP_UDATA_SIZE, sizes[i]);
      g_assert_false (pt_lgmp_session_attach (&session, memory, pt_lgmp_layout_find (5), 0));
    }
}


/* Any sign that it is not the session we joined. */
static void
test_check (void)
{
  static const gsize words[] = { 0, 4, PT_LGMP_SESSION_ID };
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  PtLgmpSession session = { 0 };

  old_start ();
  g_assert_true (pt_lgmp_session_attach (&session, memory, pt_lgmp_layout_find (5), 0));
  g_assert_cmpint (pt_lgmp_session_check (&session, 1000 * 1000), ==, PT_LGMP_OK);
  g_assert_cmpint (pt_lgmp_session_check (&session, 1000 * 1000 + 1), ==, PT_LGMP_EMPTY);
  put (PT_LGMP_TIMESTAMP, 99);
  g_assert_cmpint (pt_lgmp_session_check (&session, 1000 * 1000 + 2), ==, PT_LGMP_OK);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      put (words[i], get (words[i]) + 1);
      g_assert_cmpint (pt_lgmp_session_check (&session, 1000 * 1000 + 3), ==, PT_LGMP_LOST);
      put (words[i], get (words[i]) - 1);
      g_assert_cmpint (pt_lgmp_session_check (&session, 1000 * 1000 + 3), ==, PT_LGMP_OK);
    }
}


/* A header has room for five queues, however many the guest says there are. */
static void
test_queue_bound (void)
{
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  Viewer viewer = { 0 };

  old_start ();
  put (PT_LGMP_NUM_QUEUES, G_MAXUINT32);
  put (PT_LGMP_QUEUES + 6 * PT_LGMP_QUEUE_SIZE, 77);
  g_assert_true (pt_lgmp_session_attach (&viewer.session, memory, pt_lgmp_layout_find (5), 0));
  g_assert_cmpint (pt_lgmp_queue_join (&viewer.queue, &viewer.session, 77), ==, PT_LGMP_ABSENT);
  put (PT_LGMP_QUEUES + 4 * PT_LGMP_QUEUE_SIZE, 77);
  g_assert_cmpint (pt_lgmp_queue_join (&viewer.queue, &viewer.session, 77), !=, PT_LGMP_ABSENT);
}


/* Where a message may not lie. The header ends behind the 48 bytes of user data, at 5804. */
static void
test_peek (void)
{
  static const struct
  {
    guint32      size, offset;
    PtLgmpResult result;
  } cases[] = {
    { 64, 5804, PT_LGMP_OK },
    { 64, 5800, PT_LGMP_BROKEN },
    { 64, 0, PT_LGMP_BROKEN },
    { 64, 5806, PT_LGMP_BROKEN },
    { 64, OLD_SIZE - 64, PT_LGMP_OK },
    { 64, OLD_SIZE - 60, PT_LGMP_BROKEN },
    { 0, OLD_SIZE + 4, PT_LGMP_BROKEN },
    { G_MAXUINT32, 8192, PT_LGMP_BROKEN },
    { 8, G_MAXUINT32 - 3, PT_LGMP_BROKEN },
  };
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  Viewer viewer = { 0 };

  old_start ();
  join (&viewer, memory, 0);
  old_post (1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PtLgmpMessage message = { 0 };

      put (OLD_RING + PT_LGMP_MESSAGE_SIZE, cases[i].size);
      put (OLD_RING + PT_LGMP_MESSAGE_OFFSET, cases[i].offset);
      g_assert_cmpint (pt_lgmp_queue_peek (&viewer.queue, &viewer.session, &message), ==,
                       cases[i].result);
    }
}


/* Absurd times are never used. */
static void
test_max_time (void)
{
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (old_words, OLD_SIZE);
  Viewer viewer = { 0 };

  old_start ();
  put (OLD_QUEUE + PT_LGMP_QUEUE_MAX_TIME, G_MAXUINT32);
  join (&viewer, memory, 0);
  old_post (1);
  g_assert_cmpint (pt_lgmp_queue_acknowledge (&viewer.queue, &viewer.session), ==, PT_LGMP_OK);
  g_assert_cmpuint (get (OLD_QUEUE + PT_LGMP_QUEUE_MSG_TIMEOUT), ==, get (16) + 1000);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/frame/lgmp-session/old-layout", test_old_layout);
  g_test_add_data_func ("/frame/lgmp-session/locks-5", GUINT_TO_POINTER (5), test_locks);
  g_test_add_data_func ("/frame/lgmp-session/locks-6", GUINT_TO_POINTER (6), test_locks);
  g_test_add_func ("/frame/lgmp-session/many-viewers", test_many_viewers);
  g_test_add_func ("/frame/lgmp-session/leave", test_leave);
  g_test_add_func ("/frame/lgmp-session/attach", test_attach);
  g_test_add_func ("/frame/lgmp-session/check", test_check);
  g_test_add_func ("/frame/lgmp-session/queue-bound", test_queue_bound);
  g_test_add_func ("/frame/lgmp-session/peek", test_peek);
  g_test_add_func ("/frame/lgmp-session/max-time", test_max_time);
  return g_test_run ();
}
