/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-pixels"

#include "config.h"

#include "pt-pixels.h"

/* One pixel of each type, given little-endian, and the B G R A expected. */
typedef struct
{
  const char *name;
  PtPixels    pixels;
  guint8      source[8];
  guint8      target[4];
} PixelsCase;

/* clang-format off */
static const PixelsCase cases[] = {
  { "bgra8", PT_PIXELS_BGRA8, { 1, 2, 3, 0 }, { 1, 2, 3, 0xff } },
  { "rgba8", PT_PIXELS_RGBA8, { 1, 2, 3, 0x80 }, { 3, 2, 1, 0xff } },
  /* R 1023, G 512, B 4 */
  { "rgb10", PT_PIXELS_RGB10, { 0xff, 0x03, 0x48, 0x00 }, { 1, 0x80, 0xff, 0xff } },
  /* R 1.0, G 0.5 (188 in sRGB), B 0 */
  { "rgba16f", PT_PIXELS_RGBA16F, { 0x00, 0x3c, 0x00, 0x38, 0, 0, 0, 0x3c }, { 0, 188, 255, 255 } },
  /* R 65504, G -1.0, B not a number */
  { "rgba16f-wild", PT_PIXELS_RGBA16F,
    { 0xff, 0x7b, 0x00, 0xbc, 0xff, 0x7f, 0, 0 }, { 0, 0, 255, 255 } },
  /* R infinite, G smallest, B 0.0031 */
  { "rgba16f-ends", PT_PIXELS_RGBA16F,
    { 0x00, 0x7c, 0x01, 0x00, 0x5a, 0x1a, 0, 0 }, { 10, 0, 255, 255 } },
};
/* clang-format on */


static void
test_type (gconstpointer data)
{
  const PixelsCase *expected = data;
  PtFrameView       view = { .data = expected->source,
                             .width = 1,
                             .height = 1,
                             .pitch = 8,
                             .pixels = expected->pixels };
  const PtRect      rect = { 0, 0, 1, 1 };
  guint8            target[4] = { 0 };

  pt_pixels_copy (&view, &rect, target, 4);
  g_assert_cmpmem (target, 4, expected->target, 4);
}


/* Nothing but the rectangle is written, with pitches that differ. */
static void
test_rectangle (void)
{
  guint8       source[10 * 52] = { 0 };
  guint8       target[6 * 20] = { 0 };
  PtFrameView  view = { .data = source, .width = 12, .height = 10, .pitch = 52 };
  const PtRect rect = { 3, 2, 4, 5 };

  for (guint y = 0; y < 10; y++)
    for (guint x = 0; x < 12; x++)
      source[y * 52 + 4 * x] = (guint8)(16 * y + x);
  pt_pixels_copy (&view, &rect, target, 20);
  for (guint y = 0; y < 6; y++)
    for (guint x = 0; x < 5; x++)
      {
        gboolean inside = x < 4 && y < 5;

        g_assert_cmpuint (target[y * 20 + 4 * x], ==, (inside ? 16 * (y + 2) + x + 3 : 0));
        g_assert_cmpuint (target[y * 20 + 4 * x + 3], ==, (inside ? 0xff : 0));
      }
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/display/pixels/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_type);
    }
  g_test_add_func ("/display/pixels/rectangle", test_rectangle);
  return g_test_run ();
}
