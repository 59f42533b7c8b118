/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-card-private.h"

#include <string.h>

#define PT_PATTERNS 5


static void
pt_card_patterns_bars (PtCanvas *canvas,
                       PtArea    area)
{
  static const uint32_t colors[] = { 0xc0c0c0, 0xc0c000, 0x00c0c0, 0x00c000,
                                     0xc000c0, 0xc00000, 0x0000c0, 0x000000 };

  for (int i = 0; i < 8; i++)
    {
      int left = area.width * i / 8;
      int right = area.width * (i + 1) / 8;

      pt_canvas_fill (canvas,
                      (PtArea){ area.x + left, area.y, right - left, area.height }, colors[i]);
    }
}


static void
pt_card_patterns_greys (PtCanvas *canvas,
                        PtArea    area)
{
  int half = area.height / 2;

  for (int x = 0; x < area.width; x++)
    {
      unsigned smooth = (unsigned)(x * 255 / area.width);
      unsigned steps = (unsigned)(x * 16 / area.width) * 17;

      pt_canvas_fill (canvas, (PtArea){ area.x + x, area.y, 1, half },
                      pt_canvas_mix (0, 0xffffff, smooth));
      pt_canvas_fill (canvas, (PtArea){ area.x + x, area.y + half, 1, area.height - half },
                      pt_canvas_mix (0, 0xffffff, steps));
    }
}


static void
pt_card_patterns_checker (PtCanvas *canvas,
                          PtArea    area,
                          int       cell)
{
  for (int y = 0; y < area.height; y += cell)
    for (int x = y / cell % 2 * cell; x < area.width; x += 2 * cell)
      pt_canvas_fill (canvas,
                      (PtArea){ area.x + x, area.y + y,
                                cell < area.width - x ? cell : area.width - x,
                                cell < area.height - y ? cell : area.height - y },
                      0xc0c0c0);
}


static void
pt_card_patterns_lines (PtCanvas *canvas,
                        PtArea    area)
{
  int half = area.width / 2;

  for (int x = 0; x < half; x += 2 + x * 4 / (half > 0 ? half : 1))
    pt_canvas_fill (canvas, (PtArea){ area.x + x, area.y, 1, area.height }, 0xc0c0c0);
  for (int y = 0; y < area.height; y += 2 + y * 4 / area.height)
    pt_canvas_fill (canvas, (PtArea){ area.x + half, area.y + y, area.width - half, 1 }, 0xc0c0c0);
}


void
pt_card_patterns_draw (PtCanvas *canvas,
                       PtArea    area,
                       int       gap)
{
  /* in twelfths of the width */
  static const int widths[PT_PATTERNS] = { 4, 3, 1, 1, 3 };
  int              room = area.width - (PT_PATTERNS - 1) * gap;
  int              x = area.x;

  for (int i = 0; i < PT_PATTERNS; i++)
    {
      PtArea part = { x, area.y, room * widths[i] / 12, area.height };

      pt_canvas_fill (canvas, part, 0);
      if (i == 0)
        pt_card_patterns_bars (canvas, part);
      else if (i == 1)
        pt_card_patterns_greys (canvas, part);
      else if (i == 4)
        pt_card_patterns_lines (canvas, part);
      else
        pt_card_patterns_checker (canvas, part, i == 2 ? 1 : 8);
      x += part.width + gap;
    }
}


/* The classic arrow: `#` edge, `.` body. */
static const char *const pt_card_patterns_arrow_rows[] = {
  "#",
  "##",
  "#.#",
  "#..#",
  "#...#",
  "#....#",
  "#.....#",
  "#......#",
  "#.......#",
  "#........#",
  "#.........#",
  "#..........#",
  "#......#####",
  "#...#..#",
  "#..##..#",
  "#.#  #..#",
  "##   #..#",
  "      #..#",
  "      #..#",
  "       ##",
};


void
pt_card_patterns_arrow (uint32_t *pixels)
{
  memset (pixels, 0, sizeof *pixels * PT_CARD_CURSOR * PT_CARD_CURSOR);
  for (unsigned y = 0; y < sizeof pt_card_patterns_arrow_rows / sizeof (char *); y++)
    for (unsigned x = 0; pt_card_patterns_arrow_rows[y][x] != '\0'; x++)
      {
        char cell = pt_card_patterns_arrow_rows[y][x];

        if (cell != ' ')
          pixels[y * PT_CARD_CURSOR + x] = cell == '#' ? 0xff101216u : 0xfff4f5f7u;
      }
}
