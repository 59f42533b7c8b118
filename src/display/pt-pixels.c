/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-pixels"

#include "config.h"

#include "pt-pixels.h"

#include <math.h>
#include <string.h>

#define PT_PIXELS_OPAQUE 0xff000000u

typedef void (*PtPixelsRowFunc) (const guint8 *source,
                                 guint8       *target,
                                 guint         width);


static guint32
pt_pixels_load (const guint8 *source)
{
  guint32 pixel = 0;

  memcpy (&pixel, source, sizeof pixel);
  return GUINT32_FROM_LE (pixel);
}


static void
pt_pixels_store (guint8 *target,
                 guint32 pixel)
{
  pixel = GUINT32_TO_LE (pixel | PT_PIXELS_OPAQUE);
  memcpy (target, &pixel, sizeof pixel);
}


static void
pt_pixels_row_bgra8 (const guint8 *source,
                     guint8       *target,
                     guint         width)
{
  for (guint x = 0; x < width; x++)
    pt_pixels_store (target + 4 * x, pt_pixels_load (source + 4 * x));
}


static void
pt_pixels_row_rgba8 (const guint8 *source,
                     guint8       *target,
                     guint         width)
{
  for (guint x = 0; x < width; x++)
    {
      guint32 pixel = pt_pixels_load (source + 4 * x);

      pt_pixels_store (target + 4 * x,
                       (pixel & 0xff) << 16 | (pixel & 0xff00) | (pixel >> 16 & 0xff));
    }
}


static void
pt_pixels_row_rgb10 (const guint8 *source,
                     guint8       *target,
                     guint         width)
{
  for (guint x = 0; x < width; x++)
    {
      guint32 pixel = pt_pixels_load (source + 4 * x);

      pt_pixels_store (target + 4 * x,
                       (pixel >> 2 & 0xff) << 16 | (pixel >> 12 & 0xff) << 8 |
                         (pixel >> 22 & 0xff));
    }
}


static double
pt_pixels_half_to_double (guint16 half)
{
  int    exponent = half >> 10 & 0x1f;
  double value = half & 0x3ff;

  if (exponent == 0x1f)
    value = value == 0 ? HUGE_VAL : 0;
  else
    value = exponent == 0 ? ldexp (value, -24) : ldexp (value + 1024, exponent - 25);
  return half & 0x8000 ? -value : value;
}


static guint8
pt_pixels_encode (double linear)
{
  double value = CLAMP (linear, 0, 1);

  value = value <= 0.0031308 ? value * 12.92 : 1.055 * pow (value, 1 / 2.4) - 0.055;
  return (guint8)lround (value * 255);
}


/* All 65536 half floats as sRGB bytes. */
static const guint8 *
pt_pixels_half_table (void)
{
  static guint8 *table = NULL;

  if (g_once_init_enter (&table))
    {
      guint8 *made = g_malloc (1 << 16);

      for (guint i = 0; i < 1 << 16; i++)
        made[i] = pt_pixels_encode (pt_pixels_half_to_double ((guint16)i));
      g_once_init_leave (&table, made);
    }
  return table;
}


static void
pt_pixels_row_rgba16f (const guint8 *source,
                       guint8       *target,
                       guint         width)
{
  const guint8 *table = pt_pixels_half_table ();

  for (guint x = 0; x < width; x++)
    {
      guint16 half[3] = { 0 };

      memcpy (half, source + 8 * x, sizeof half);
      pt_pixels_store (target + 4 * x,
                       (guint32)table[GUINT16_FROM_LE (half[0])] << 16 |
                         (guint32)table[GUINT16_FROM_LE (half[1])] << 8 |
                         table[GUINT16_FROM_LE (half[2])]);
    }
}


void
pt_pixels_copy (const PtFrameView *view,
                const PtRect      *rect,
                guint8            *target,
                gsize              target_pitch)
{
  static const PtPixelsRowFunc rows[] = {
    [PT_PIXELS_BGRA8] = pt_pixels_row_bgra8,
    [PT_PIXELS_RGBA8] = pt_pixels_row_rgba8,
    [PT_PIXELS_RGB10] = pt_pixels_row_rgb10,
    [PT_PIXELS_RGBA16F] = pt_pixels_row_rgba16f,
  };
  gsize bytes = view->pixels == PT_PIXELS_RGBA16F ? 8 : 4;

  g_return_if_fail ((gsize)view->pixels < G_N_ELEMENTS (rows));

  for (guint y = 0; y < rect->height; y++)
    rows[view->pixels](view->data + (rect->y + y) * view->pitch + rect->x * bytes,
                       target + y * target_pitch, rect->width);
}
