/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-card"

#include "config.h"

#include <glib.h>
#include <string.h>

#include "pt-card.h"
#include "pt-player.h"

/* clang-format off */
static const struct
{
  guint32 width, height;
} sizes[] = { { 64, 64 }, { 320, 200 }, { 639, 361 },
              { 1280, 720 }, { 1080, 1920 }, { 2560, 1440 } };
/* clang-format on */


static guint32
read_number (PtCard     *card,
             PtCardStrip strip)
{
  PtProducerFormat format = { 0 };
  guint32          number = 0;

  pt_card_get_format (card, &format);
  g_assert_true (pt_card_read_number (pt_card_get_pixels (card), format.pitch, format.width,
                                      format.height, strip, &number));
  return number;
}


static void
test_strips (void)
{
  const guint32  numbers[] = { 0, 1, 59, 60, 999999, 1000000, G_MAXUINT32 };
  PtProducerRect rects[PT_CARD_MAX_RECTS] = { 0 };

  for (guint i = 1; i < G_N_ELEMENTS (sizes); i++)
    {
      PtCard *card = pt_card_new (sizes[i].width, sizes[i].height);

      for (guint n = 0; n < G_N_ELEMENTS (numbers); n++)
        {
          pt_card_draw (card, numbers[n], 0, rects);
          g_assert_cmpuint (read_number (card, PT_CARD_TOP), ==, numbers[n]);
          g_assert_cmpuint (read_number (card, PT_CARD_BOTTOM), ==, numbers[n]);
        }
      pt_card_free (card);
    }
}


/* Every single wrong cell is noticed, and so is a picture that is no card. */
static void
test_damaged_strip (void)
{
  PtProducerRect     rects[PT_CARD_MAX_RECTS] = { 0 };
  PtCard            *card = pt_card_new (320, 200);
  g_autofree guint8 *pixels = g_malloc (320 * 200 * 4);
  guint32            number = 0;

  pt_card_draw (card, 123456, 0, rects);
  for (guint cell = 0; cell < 40; cell++)
    {
      memcpy (pixels, pt_card_get_pixels (card), 320 * 200 * 4);
      for (guint y = 0; y < 8; y++)
        for (guint x = 0; x < 8 * 4; x++)
          pixels[y * 320 * 4 + cell * 8 * 4 + x] ^= 0xff;
      g_assert_false (pt_card_read_number (pixels, 320 * 4, 320, 200, PT_CARD_TOP, &number));
    }
  memset (pixels, 0, 320 * 200 * 4);
  g_assert_false (pt_card_read_number (pixels, 320 * 4, 320, 200, PT_CARD_TOP, &number));
  g_assert_false (pt_card_read_number (pixels, 320 * 4, 39, 200, PT_CARD_TOP, &number));
  pt_card_free (card);
}


static gboolean
is_inside (const PtProducerRect *rects,
           guint                 n_rects,
           guint                 x,
           guint                 y)
{
  for (guint i = 0; i < n_rects; i++)
    if (x >= rects[i].x && x < rects[i].x + rects[i].width &&
        y >= rects[i].y && y < rects[i].y + rects[i].height)
      return TRUE;
  return FALSE;
}


/* A viewer copies what the rectangles say and nothing else: no pixel outside may have changed. */
static void
test_damage (void)
{
  for (guint i = 0; i < 4; i++)
    {
      guint32             width = sizes[i].width;
      guint32             height = sizes[i].height;
      PtCard             *card = pt_card_new (width, height);
      PtProducerRect      rects[PT_CARD_MAX_RECTS] = { 0 };
      g_autofree guint32 *before = g_new (guint32, width * height);
      const guint32      *after = (const guint32 *)(gconstpointer)pt_card_get_pixels (card);

      g_assert_cmpuint (pt_card_draw (card, 170, 0, rects), ==, 0);
      for (guint32 number = 171; number < 200; number++)
        {
          guint n_rects = 0;

          memcpy (before, after, 4 * width * height);
          n_rects = pt_card_draw (card, number, number * 16, rects);
          g_assert_cmpuint (n_rects, >, 0);
          g_assert_cmpuint (n_rects, <=, PT_CARD_MAX_RECTS);
          for (guint r = 0; r < n_rects; r++)
            {
              g_assert_cmpuint (rects[r].x + rects[r].width, <=, width);
              g_assert_cmpuint (rects[r].y + rects[r].height, <=, height);
            }
          for (guint p = 0; p < width * height; p++)
            if (before[p] != after[p] && !is_inside (rects, n_rects, p % width, p / width))
              g_assert_cmpstr ("a changed pixel", ==, "inside a rectangle");
        }
      pt_card_free (card);
    }
}


/* However it got there, the same number at the same time is the same picture. */
static void
test_no_history (void)
{
  PtProducerRect rects[PT_CARD_MAX_RECTS] = { 0 };
  PtCard        *walked = pt_card_new (640, 360);
  PtCard        *direct = pt_card_new (640, 360);

  for (guint32 number = 0; number <= 130; number++)
    pt_card_draw (walked, number, number * 100, rects);
  pt_card_draw (direct, 130, 13000, rects);
  g_assert_cmpmem (pt_card_get_pixels (walked), 640 * 360 * 4,
                   pt_card_get_pixels (direct), 640 * 360 * 4);
  pt_card_free (walked);
  pt_card_free (direct);
}


static void
test_sizes (void)
{
  g_assert_null (pt_card_new (PT_CARD_MIN - 1, 64));
  g_assert_null (pt_card_new (64, PT_CARD_MAX + 1));
  g_assert_null (pt_card_new (0, 0));
}


static void
test_mode (void)
{
  const char *const wrong[] = { "", "1920", "1920x", "x1080", "1920x1080@", "1920x1080@0",
                                "1920x1080@60x", "1920x1080 ", "63x64", "1920x9000", "-1x-1",
                                "1920x1080@5000" };
  PtPlayerMode      mode = { 1, 2, 3, true };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (pt_player_parse_mode (wrong[i], &mode));
      g_assert_cmpuint (mode.width, ==, 1);
    }
  g_assert_true (pt_player_parse_mode ("1920x1080", &mode));
  g_assert_cmpuint (mode.width, ==, 1920);
  g_assert_cmpuint (mode.height, ==, 1080);
  g_assert_cmpuint (mode.rate, ==, 3);
  g_assert_true (pt_player_parse_mode ("640x480@144", &mode));
  g_assert_cmpuint (mode.rate, ==, 144);
  g_assert_true (mode.full_damage);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/testcard/card/strips", test_strips);
  g_test_add_func ("/testcard/card/damaged-strip", test_damaged_strip);
  g_test_add_func ("/testcard/card/damage", test_damage);
  g_test_add_func ("/testcard/card/no-history", test_no_history);
  g_test_add_func ("/testcard/card/sizes", test_sizes);
  g_test_add_func ("/testcard/player/mode", test_mode);
  return g_test_run ();
}
