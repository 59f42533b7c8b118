/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-producer"

#include "config.h"

#include <glib.h>
#include <string.h>

#include "pt-producer.h"

/* The viewer's side here is written with bare offsets from the protocol's tables, so that neither
 * the producer's nor the reader's view of the layout is trusted. */
#define SIZE (8u << 20)
#define WORD(memory, at) (*(volatile guint32 *)(gpointer)((memory) + (at)))
#define LONG(memory, at) (*(volatile guint64 *)(gpointer)((memory) + (at)))
#define FRAME_QUEUE 32u
#define POINTER_QUEUE (32u + 1144u)
#define WIDTH 64u
#define HEIGHT 48u

typedef struct
{
  guint8          *memory;
  PtProducer      *producer;
  PtProducerFormat format;
  guint8           pixels[4 * WIDTH * HEIGHT];
} Fixture;


static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->memory = g_malloc (SIZE);
  /* A region is not cleared before a producer starts in it. */
  memset (fixture->memory, 0xa5, SIZE);
  fixture->producer = pt_producer_new (fixture->memory, SIZE);
  fixture->format = (PtProducerFormat){ PT_PRODUCER_BGRA8, WIDTH, HEIGHT, 4 * WIDTH, 0, 0 };
  memset (fixture->pixels, 0x11, sizeof fixture->pixels);
}


static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  pt_producer_free (fixture->producer);
  g_free (fixture->memory);
}


static void
subscribe (Fixture *fixture,
           guint    queue,
           guint    bit)
{
  WORD (fixture->memory, queue + 280 + 4 * bit) = 0x1234 + bit;
  LONG (fixture->memory, queue + 416) |= G_GUINT64_CONSTANT (1) << (32 + bit);
  WORD (fixture->memory, queue + 8) += 1;
}


/* Offset of the ring's entry @index. */
static guint
get_entry (Fixture *fixture,
           guint    queue,
           guint    index)
{
  return WORD (fixture->memory, queue + 20) + 16 * index;
}


static void
acknowledge (Fixture *fixture,
             guint    queue,
             guint    index,
             guint    bit)
{
  WORD (fixture->memory, get_entry (fixture, queue, index) + 12) &= ~(1u << bit);
}


static bool
send (Fixture              *fixture,
      const PtProducerRect *rect)
{
  return pt_producer_send (fixture->producer, &fixture->format, fixture->pixels, rect,
                           rect != NULL ? 1 : 0);
}


static PtProducerStats
get_stats (Fixture *fixture)
{
  PtProducerStats stats = { 0 };

  pt_producer_get_stats (fixture->producer, &stats);
  return stats;
}


/* Records follow each other without alignment. */
static guint
get_record_size (const guint8 *record)
{
  guint32 size = 0;

  memcpy (&size, record + 4, sizeof size);
  return size;
}


static void
test_header (Fixture      *fixture,
             gconstpointer data)
{
  guint8 *memory = fixture->memory;
  guint   record = 5756 + 48;

  g_assert_cmpmem (memory, 4, "LGMP", 4);
  g_assert_cmpuint (WORD (memory, 4), ==, 6);
  g_assert_cmpuint (WORD (memory, 8), ==, get_stats (fixture).session);
  g_assert_cmpuint (LONG (memory, 16), >, 0);
  g_assert_cmpuint (WORD (memory, 24), ==, 2);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE), ==, 2);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 4), ==, 3);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 12), ==, 1000);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 448), ==, 10);
  g_assert_cmpuint (WORD (memory, POINTER_QUEUE), ==, 1);
  g_assert_cmpuint (WORD (memory, POINTER_QUEUE + 4), ==, 21);
  g_assert_cmpmem (memory + 5756, 8, "KVMFR---", 8);
  g_assert_cmpuint (WORD (memory, 5756 + 8), ==, 20);
  g_assert_cmpuint (WORD (memory, 5756 + 44), ==, 3);
  g_assert_cmpuint (memory[record], ==, 1);
  record += 8 + get_record_size (memory + record);
  g_assert_cmpuint (memory[record], ==, 2);
  g_assert_cmpuint (record + 8 + get_record_size (memory + record), ==,
                    5756 + WORD (memory, 5752));
}


static void
test_too_small (void)
{
  guint64 memory[512] = { 0 };

  g_assert_null (pt_producer_new (memory, sizeof memory));
  g_assert_null (pt_producer_new (NULL, SIZE));
  g_assert_cmpuint (pt_producer_needed_size (1080, 1920 * 4), ==, 32u << 20);
  g_assert_cmpuint (pt_producer_needed_size (1440, 2560 * 4), ==, 32u << 20);
  g_assert_cmpuint (pt_producer_needed_size (2160, 3840 * 4), ==, 128u << 20);
}


static void
test_frame (Fixture      *fixture,
            gconstpointer data)
{
  guint8 *memory = fixture->memory;
  guint   entry = get_entry (fixture, FRAME_QUEUE, 0);
  guint   frame = 0;
  guint   offset = 0;

  subscribe (fixture, FRAME_QUEUE, 5);
  g_assert_true (send (fixture, NULL));
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 16), ==, 1);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 440), ==, 1);
  g_assert_cmphex (WORD (memory, entry + 12), ==, 1u << 5);
  frame = WORD (memory, entry + 8);
  g_assert_cmpuint (frame % 4096, ==, 0);
  g_assert_cmpuint (WORD (memory, frame + 4), ==, 1);
  g_assert_cmpuint (WORD (memory, frame + 8), ==, PT_PRODUCER_BGRA8);
  for (guint at = 12; at < 36; at += 8)
    {
      g_assert_cmpuint (WORD (memory, frame + at), ==, WIDTH);
      g_assert_cmpuint (WORD (memory, frame + at + 4), ==, HEIGHT);
    }
  g_assert_cmpuint (WORD (memory, frame + 44), ==, 4 * WIDTH);
  g_assert_cmpuint (WORD (memory, frame + 52), ==, 0);
  g_assert_cmpuint (WORD (memory, frame + 1080), ==, 0);
  offset = frame + WORD (memory, frame + 48);
  g_assert_cmpuint (WORD (memory, offset), ==, 4 * WIDTH * HEIGHT);
  g_assert_cmpmem (memory + offset + 4, sizeof fixture->pixels, fixture->pixels,
                   sizeof fixture->pixels);
}


/* Two regions take turns; each must be whole although only a part is sent. */
static void
test_damage_debt (Fixture      *fixture,
                  gconstpointer data)
{
  guint8 *memory = fixture->memory;

  subscribe (fixture, FRAME_QUEUE, 0);
  /* so that the first picture is not sent again to the newcomer */
  pt_producer_tick (fixture->producer);
  for (guint i = 0; i < 9; i++)
    {
      const PtProducerRect rect = { 4 * i, 3 * i, 9, 5 };
      guint                frame = 0;

      for (guint y = rect.y; y < rect.y + rect.height; y++)
        memset (fixture->pixels + 4 * (y * WIDTH + rect.x), (int)(0x20 + i), 4 * rect.width);
      g_assert_true (send (fixture, &rect));
      frame = WORD (memory, get_entry (fixture, FRAME_QUEUE, i % 3) + 8);
      g_assert_cmpuint (WORD (memory, frame + 52), ==, (i == 0 ? 0 : 1));
      g_assert_cmpmem (memory + frame + 4096, sizeof fixture->pixels, fixture->pixels,
                       sizeof fixture->pixels);
      acknowledge (fixture, FRAME_QUEUE, i % 3, 0);
      pt_producer_tick (fixture->producer);
    }
  /* two whole pictures for the regions' first time, rectangles afterwards */
  g_assert_cmpuint (get_stats (fixture).copied, <, 3 * sizeof fixture->pixels);
}


static void
test_busy (Fixture      *fixture,
           gconstpointer data)
{
  const PtProducerRect first = { 0, 0, 4, 4 };
  const PtProducerRect second = { 40, 30, 4, 4 };
  guint                frame = 0;

  subscribe (fixture, FRAME_QUEUE, 0);
  pt_producer_tick (fixture->producer);
  g_assert_true (send (fixture, NULL));
  g_assert_true (send (fixture, NULL));
  g_assert_false (send (fixture, &first));
  g_assert_cmpuint (get_stats (fixture).busy, ==, 1);
  g_assert_cmpuint (get_stats (fixture).serial, ==, 2);

  acknowledge (fixture, FRAME_QUEUE, 0, 0);
  pt_producer_tick (fixture->producer);
  g_assert_true (send (fixture, &second));
  frame = WORD (fixture->memory, get_entry (fixture, FRAME_QUEUE, 2) + 8);
  g_assert_cmpuint (WORD (fixture->memory, frame + 4), ==, 3);
  /* what was refused is told with the next */
  g_assert_cmpuint (WORD (fixture->memory, frame + 52), ==, 2);
}


static void
test_time_out (Fixture      *fixture,
               gconstpointer data)
{
  subscribe (fixture, FRAME_QUEUE, 0);
  subscribe (fixture, FRAME_QUEUE, 1);
  pt_producer_tick (fixture->producer);
  pt_producer_set_max_time (fixture->producer, 20);
  g_assert_true (send (fixture, NULL));
  acknowledge (fixture, FRAME_QUEUE, 0, 0);
  while (get_stats (fixture).bad == 0)
    pt_producer_tick (fixture->producer);
  g_assert_cmphex (LONG (fixture->memory, FRAME_QUEUE + 416), ==,
                   G_GUINT64_CONSTANT (0x0000000300000002));
  g_assert_cmpuint (LONG (fixture->memory, FRAME_QUEUE + 24 + 8), >, 0);
  g_assert_cmpuint (get_stats (fixture).outstanding, ==, 0);
  g_assert_cmpuint (get_stats (fixture).subscribers, ==, 1);
}


/* Somebody who comes later gets the last picture, with its old number, and the pointer. */
static void
test_newcomer (Fixture      *fixture,
               gconstpointer data)
{
  guint8                 shape[4 * 8 * 8] = { 0 };
  const PtProducerCursor cursor = { PT_PRODUCER_CURSOR_COLOR, 8, 8, 4 * 8, 0, 0, shape };

  g_assert_true (send (fixture, NULL));
  g_assert_true (pt_producer_set_cursor (fixture->producer, &cursor));
  g_assert_true (pt_producer_move_cursor (fixture->producer, -3, 7, TRUE));
  g_assert_cmpuint (get_stats (fixture).unseen, ==, 1);
  g_assert_cmpuint (get_stats (fixture).outstanding, ==, 0);

  subscribe (fixture, FRAME_QUEUE, 0);
  subscribe (fixture, POINTER_QUEUE, 0);
  pt_producer_tick (fixture->producer);
  g_assert_cmpuint (get_stats (fixture).outstanding, ==, 1);
  g_assert_cmpuint (get_stats (fixture).serial, ==, 1);
  g_assert_cmpuint (WORD (fixture->memory, POINTER_QUEUE + 440), ==, 1);
  g_assert_cmphex (WORD (fixture->memory, get_entry (fixture, POINTER_QUEUE, 0)), ==, 7);
  g_assert_cmpuint (WORD (fixture->memory, FRAME_QUEUE + 8), ==, 0);
}


static void
test_progress (Fixture      *fixture,
               gconstpointer data)
{
  guint8 *pixels = NULL;

  subscribe (fixture, FRAME_QUEUE, 0);
  pixels = pt_producer_begin (fixture->producer, &fixture->format, NULL, 0);
  g_assert_nonnull (pixels);
  g_assert_cmpuint (WORD (pixels, -4), ==, 0);
  g_assert_cmpuint (get_stats (fixture).outstanding, ==, 1);
  pt_producer_advance (fixture->producer, 1000);
  g_assert_cmpuint (WORD (pixels, -4), ==, 1000);
  pt_producer_finish (fixture->producer);
  g_assert_cmpuint (WORD (pixels, -4), ==, sizeof fixture->pixels);
}


static void
test_truncated (Fixture      *fixture,
                gconstpointer data)
{
  const PtProducerFormat large = { PT_PRODUCER_BGRA8, 2560, 1440, 4 * 2560, 0, 0 };
  g_autofree guint8     *pixels = g_malloc0 (4 * 2560 * 1440);
  guint                  frame = 0;
  guint                  rows = 0;

  subscribe (fixture, FRAME_QUEUE, 0);
  g_assert_true (pt_producer_send (fixture->producer, &large, pixels, NULL, 0));
  frame = WORD (fixture->memory, get_entry (fixture, FRAME_QUEUE, 0) + 8);
  rows = WORD (fixture->memory, frame + 32);
  g_assert_cmpuint (WORD (fixture->memory, frame + 1080), ==, PT_PRODUCER_TRUNCATED);
  g_assert_cmpuint (WORD (fixture->memory, frame + 16), ==, 1440);
  g_assert_cmpuint (rows, <, 1440);
  g_assert_cmpuint (frame + 4096 + rows * 4 * 2560, <=, SIZE);
}


static void
test_client_message (Fixture      *fixture,
                     gconstpointer data)
{
  guint8 *memory = fixture->memory;

  WORD (memory, POINTER_QUEUE + 464) = 12;
  WORD (memory, POINTER_QUEUE + 468) = 0;
  WORD (memory, POINTER_QUEUE + 472) = 400;
  WORD (memory, POINTER_QUEUE + 476) = (guint32)-5;
  WORD (memory, POINTER_QUEUE + 448) = 9;
  pt_producer_tick (fixture->producer);
  g_assert_cmpuint (get_stats (fixture).cursor_requests, ==, 1);
  g_assert_cmpint (get_stats (fixture).cursor_x, ==, 400);
  g_assert_cmpint (get_stats (fixture).cursor_y, ==, -5);
  g_assert_cmpuint (WORD (memory, POINTER_QUEUE + 448), ==, 10);
  g_assert_cmpuint (WORD (memory, POINTER_QUEUE + 460), ==, 1);
}


static void
test_restart (Fixture      *fixture,
              gconstpointer data)
{
  guint32 session = get_stats (fixture).session;

  subscribe (fixture, FRAME_QUEUE, 0);
  g_assert_true (send (fixture, NULL));
  /* the firmware cleared the device's memory under us */
  memset (fixture->memory, 0, SIZE);
  pt_producer_tick (fixture->producer);
  g_assert_cmpuint (get_stats (fixture).session, !=, session);
  g_assert_cmpuint (get_stats (fixture).subscribers, ==, 0);
  test_header (fixture, NULL);
  test_frame (fixture, NULL);
}


static void
test_faults (Fixture      *fixture,
             gconstpointer data)
{
  guint8 *memory = fixture->memory;
  guint64 beat = 0;
  guint   frame = 0;

  subscribe (fixture, FRAME_QUEUE, 0);
  pt_producer_set_fault (fixture->producer, PT_FAULT_PITCH, G_MAXUINT32);
  pt_producer_set_fault (fixture->producer, PT_FAULT_DAMAGE_COUNT, 65);
  pt_producer_set_fault (fixture->producer, PT_FAULT_WRITE_POINTER_STUCK, 100);
  g_assert_true (send (fixture, NULL));
  frame = WORD (memory, get_entry (fixture, FRAME_QUEUE, 0) + 8);
  g_assert_cmphex (WORD (memory, frame + 44), ==, G_MAXUINT32);
  g_assert_cmpuint (WORD (memory, frame + 52), ==, 65);
  g_assert_cmpuint (WORD (memory, frame + 4092), ==, 100);

  pt_producer_set_fault (fixture->producer, PT_FAULT_LOCK_HELD, 0);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 408), ==, 1);
  g_assert_false (send (fixture, NULL));
  pt_producer_clear_fault (fixture->producer, PT_FAULT_LOCK_HELD);
  g_assert_cmpuint (WORD (memory, FRAME_QUEUE + 408), ==, 0);
  g_assert_true (send (fixture, NULL));

  pt_producer_set_fault (fixture->producer, PT_FAULT_BAD_FORCED, 0);
  g_assert_cmphex (LONG (memory, FRAME_QUEUE + 416), ==, G_GUINT64_CONSTANT (0x0000000100000001));
  pt_producer_set_fault (fixture->producer, PT_FAULT_NUM_MESSAGES, 1u << 31);
  g_assert_cmphex (WORD (memory, FRAME_QUEUE + 4), ==, 1u << 31);
  pt_producer_set_fault (fixture->producer, PT_FAULT_HEARTBEAT_STOPPED, 0);
  beat = LONG (memory, 16);
  g_usleep (3000);
  pt_producer_tick (fixture->producer);
  g_assert_cmpuint (LONG (memory, 16), ==, beat);
}


static void
add (const char *name,
     void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/testcard/producer/%s", name);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  add ("header", test_header);
  g_test_add_func ("/testcard/producer/too-small", test_too_small);
  add ("frame", test_frame);
  add ("damage-debt", test_damage_debt);
  add ("busy", test_busy);
  add ("time-out", test_time_out);
  add ("newcomer", test_newcomer);
  add ("progress", test_progress);
  add ("truncated", test_truncated);
  add ("client-message", test_client_message);
  add ("restart", test_restart);
  add ("faults", test_faults);
  return g_test_run ();
}
