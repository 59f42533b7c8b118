/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvmfr-cursor"

#include "config.h"

#include <string.h>

#include "frame-fixture.h"
#include "pt-kvmfr-cursor.h"

/* BGRA, premultiplied */
#define CLEAR 0x00000000u
#define BLACK 0xff000000u
#define WHITE 0xffffffffu

static void
fill (guint32 words[6],
      guint32 type,
      guint32 width,
      guint32 height,
      guint32 pitch)
{
  words[0] = (guint16)-7 | (guint32)300 << 16;
  words[1] = type;
  words[2] = 0;
  words[3] = width;
  words[4] = height;
  words[5] = pitch;
}


static void
assert_pixels (const PtKvmfrCursor *cursor,
               gconstpointer        shape,
               const guint32       *expected)
{
  g_autoptr (GBytes) bytes = pt_kvmfr_cursor_convert (cursor, shape);
  const guint32 *pixels = g_bytes_get_data (bytes, NULL);
  guint          n = cursor->width * cursor->height;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 4 * (gsize)n);
  for (guint i = 0; i < n; i++)
    g_assert_cmphex (pixels[i], ==, expected[i]);
}


static void
test_position (void)
{
  PtKvmfrCursor cursor = { 0 };
  guint32       words[6] = { 0 };

  fill (words, 99, 0, 0, 0);
  g_assert_true (pt_kvmfr_cursor_parse (&cursor, (guint8 *)words, FALSE, 24, NULL));
  g_assert_cmpint (cursor.x, ==, -7);
  g_assert_cmpint (cursor.y, ==, 300);
}


/* Brighter than its alpha allows would glow. */
static void
test_colour (void)
{
  const guint32 shape[] = { 0xff102030, 0x80ff4001, 0x00ffffff, 0xdeadbeef, 0xdeadbeef, 0xdeadbeef,
                            0xffffffff, 0xff000000, 0x01000100, 0, 0, 0 };
  const guint32 expected[] = { 0xff102030, 0x80804001, 0, 0xffffffff, 0xff000000, 0x01000100 };
  PtKvmfrCursor cursor = { 0 };
  guint32       words[6] = { 0 };

  fill (words, PT_KVMFR_CURSOR_COLOUR, 3, 2, 24);
  g_assert_true (pt_kvmfr_cursor_parse (&cursor, (guint8 *)words, TRUE, 24 + 48, NULL));
  assert_pixels (&cursor, shape, expected);
}


/* and/xor: 00 black, 01 white, 10 what is below, 11 inverted. */
static void
test_monochrome (void)
{
  const guint8  shape[] = { 0x20, 0x40 }; /* 00100000, 01000000 */
  const guint32 expected[] = { BLACK, WHITE, CLEAR };
  PtKvmfrCursor cursor = { 0 };
  guint32       words[6] = { 0 };

  fill (words, PT_KVMFR_CURSOR_MONOCHROME, 3, 2, 1);
  g_assert_true (pt_kvmfr_cursor_parse (&cursor, (guint8 *)words, TRUE, 24 + 2, NULL));
  g_assert_cmpuint (cursor.height, ==, 1);
  assert_pixels (&cursor, shape, expected);
}


/* An inverting bar (the text pointer) is black with a white seam. */
static void
test_inverted (void)
{
  const guint8  shape[] = { 0xf8, 0xf8, 0xf8, 0x00, 0x20, 0x00 };
  const guint32 expected[] = { CLEAR, WHITE, WHITE, WHITE, CLEAR,
                               CLEAR, WHITE, BLACK, WHITE, CLEAR,
                               CLEAR, WHITE, WHITE, WHITE, CLEAR };
  PtKvmfrCursor cursor = { 0 };
  guint32       words[6] = { 0 };

  fill (words, PT_KVMFR_CURSOR_MONOCHROME, 5, 6, 1);
  g_assert_true (pt_kvmfr_cursor_parse (&cursor, (guint8 *)words, TRUE, 24 + 6, NULL));
  assert_pixels (&cursor, shape, expected);
}


static void
test_masked (void)
{
  const guint32 shape[] = { 0x00102030, 0xff000000, 0xff000000, 0xff000000, 0xffffffff };
  const guint32 expected[] = { 0xff102030, CLEAR, CLEAR, WHITE, BLACK };
  PtKvmfrCursor cursor = { 0 };
  guint32       words[6] = { 0 };

  fill (words, PT_KVMFR_CURSOR_MASKED, 5, 1, 20);
  g_assert_true (pt_kvmfr_cursor_parse (&cursor, (guint8 *)words, TRUE, 24 + 20, NULL));
  assert_pixels (&cursor, shape, expected);
}


static void
test_broken (void)
{
  static const struct
  {
    guint32     type, width, height, pitch;
    gsize       size;
    const char *name;
  } cases[] = {
    { 3, 4, 4, 16, 4096, "type" },
    { G_MAXUINT32, 4, 4, 16, 4096, "type" },
    { 0, 0, 4, 16, 4096, "width" },
    { 0, 513, 4, 4096, 1 << 20, "width" },
    { 0, G_MAXUINT32, 4, 16, 4096, "width" },
    { 0, 4, 0, 16, 4096, "height" },
    { 0, 4, 513, 16, 1 << 20, "height" },
    { 1, 4, 3, 1, 4096, "height" },
    { 1, 4, 1026, 1, 4096, "height" },
    { 1, 4, 1, 1, 4096, "height" },
    { 1, 9, 2, 1, 4096, "pitch" },
    { 0, 4, 4, 15, 4096, "pitch" },
    { 0, 4, 4, 0, 4096, "pitch" },
    { 0, 4, 4, G_MAXUINT32, 4096, "pitch" },
    { 0, 4, 4, 0x40000000, 4096, "pitch" }, /* times height wraps to 0 in 32 bits */
    { 0, 4, 4, 16, 24 + 63, "pitch" },
    { 0, 4, 4, 16, 24, "pitch" },
    { 2, 4, 4, 16, 3, "pitch" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PtKvmfrCursor cursor = { 0 };
      guint32       words[6] = { 0 };
      g_autoptr (GError) error = NULL;

      fill (words, cases[i].type, cases[i].width, cases[i].height, cases[i].pitch);
      g_assert_false (
        pt_kvmfr_cursor_parse (&cursor, (guint8 *)words, TRUE, cases[i].size, &error));
      g_assert_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_PROTOCOL);
      g_assert_nonnull (strstr (error->message, cases[i].name));
    }
}


static gboolean
has_shape (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_cursor (fixture->reader)->shape_serial >= 1;
}


static gboolean
has_moved (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_cursor (fixture->reader)->x == -20;
}


static void
set_cursor (FrameFixture *fixture)
{
  static const guint32   pixels[4] = { 0xff112233, 0xff445566, 0xff778899, 0xffaabbcc };
  const PtProducerCursor cursor = { .type = PT_PRODUCER_CURSOR_COLOR,
                                    .width = 2,
                                    .height = 2,
                                    .pitch = 8,
                                    .pixels = (const guint8 *)pixels };

  g_assert_true (pt_producer_set_cursor (fixture->producer, &cursor));
}


static void
test_reader (FrameFixture *fixture,
             gconstpointer data)
{
  const PtCursor *cursor = pt_kvmfr_reader_get_cursor (fixture->reader);

  frame_fixture_go_live (fixture);
  set_cursor (fixture);
  frame_fixture_await (fixture, has_shape);
  g_assert_true (fixture->events & PT_READER_CURSOR);
  g_assert_cmpuint (cursor->width, ==, 2);
  g_assert_cmphex (((const guint32 *)g_bytes_get_data (cursor->shape, NULL))[3], ==, 0xffaabbcc);
  g_assert_true (pt_producer_move_cursor (fixture->producer, -20, 30, true));
  frame_fixture_await (fixture, has_moved);
  g_assert_cmpint (cursor->y, ==, 30);
  g_assert_true (cursor->visible);
  g_assert_cmpuint (cursor->shape_serial, ==, 1);
}


/* Many moves at once: all are handed back, the last one counts. */
static void
test_flood (FrameFixture *fixture,
            gconstpointer data)
{
  guint refused = 0;

  frame_fixture_go_live (fixture);
  for (int round = 0; round < 10; round++)
    {
      for (int i = 0; i < 15; i++)
        refused += !pt_producer_move_cursor (fixture->producer, i, i, true);
      frame_fixture_step (fixture);
    }
  g_assert_cmpuint (refused, ==, 0);
  pt_producer_move_cursor (fixture->producer, -20, 0, false);
  frame_fixture_await (fixture, has_moved);
  g_assert_false (pt_kvmfr_reader_get_cursor (fixture->reader)->visible);
}


/* A broken shape leaves the old one; position and visibility are believed. */
static void
test_reader_broken (FrameFixture *fixture,
                    gconstpointer data)
{
  static const struct
  {
    PtProducerFault fault;
    guint32         value;
  } cases[] = { { PT_FAULT_CURSOR_TYPE, 3 },
                { PT_FAULT_CURSOR_WIDTH, 0 },
                { PT_FAULT_CURSOR_HEIGHT, 513 },
                { PT_FAULT_CURSOR_PITCH, 0x80000000 } };
  const PtCursor *cursor = pt_kvmfr_reader_get_cursor (fixture->reader);

  frame_fixture_go_live (fixture);
  set_cursor (fixture);
  frame_fixture_await (fixture, has_shape);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      pt_producer_set_fault (fixture->producer, cases[i].fault, cases[i].value);
      set_cursor (fixture);
      frame_fixture_await_rejected (fixture, i + 1);
      pt_producer_clear_fault (fixture->producer, cases[i].fault);
      g_assert_cmpuint (cursor->shape_serial, ==, 1);
      g_assert_cmpuint (cursor->width, ==, 2);
    }
  g_assert_true (pt_producer_move_cursor (fixture->producer, -20, 1, true));
  frame_fixture_await (fixture, has_moved);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_LIVE);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/frame/kvmfr-cursor/position", test_position);
  g_test_add_func ("/frame/kvmfr-cursor/colour", test_colour);
  g_test_add_func ("/frame/kvmfr-cursor/monochrome", test_monochrome);
  g_test_add_func ("/frame/kvmfr-cursor/inverted", test_inverted);
  g_test_add_func ("/frame/kvmfr-cursor/masked", test_masked);
  g_test_add_func ("/frame/kvmfr-cursor/broken", test_broken);
  g_test_add ("/frame/kvmfr-cursor/reader", FrameFixture, NULL, frame_fixture_set_up, test_reader,
              frame_fixture_tear_down);
  g_test_add ("/frame/kvmfr-cursor/flood", FrameFixture, NULL, frame_fixture_set_up, test_flood,
              frame_fixture_tear_down);
  g_test_add ("/frame/kvmfr-cursor/reader-broken", FrameFixture, NULL, frame_fixture_set_up,
              test_reader_broken, frame_fixture_tear_down);
  return g_test_run ();
}
