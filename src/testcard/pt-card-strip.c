/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-card-private.h"

/* Cells from the left: 1 0 1 0, 32 bits of the number from the highest, 4 bits that check them. */
#define PT_STRIP_MARK 0xau
#define PT_STRIP_CELLS 40
#define PT_STRIP_CELL 8
#define PT_STRIP_DARK 0x101216u
#define PT_STRIP_LIGHT 0xe6e9eeu


static int
pt_card_strip_cell (uint32_t width)
{
  int cell = (int)(width / PT_STRIP_CELLS);

  return cell < 1 ? 1 : (cell > PT_STRIP_CELL ? PT_STRIP_CELL : cell);
}


static unsigned
pt_card_strip_check (uint32_t number)
{
  unsigned sum = 5;

  for (unsigned shift = 0; shift < 32; shift += 4)
    sum = sum * 3 + (number >> shift & 0xf);
  return sum & 0xf;
}


static uint64_t
pt_card_strip_encode (uint32_t number)
{
  return (uint64_t)PT_STRIP_MARK << 36 | (uint64_t)number << 4 | pt_card_strip_check (number);
}


PtArea
pt_card_strip_area (uint32_t    width,
                    uint32_t    height,
                    PtCardStrip strip)
{
  int cell = pt_card_strip_cell (width);

  return (PtArea){ 0, strip == PT_CARD_TOP ? 0 : (int)height - cell, cell * PT_STRIP_CELLS, cell };
}


void
pt_card_strip_draw (PtCanvas   *canvas,
                    uint32_t    number,
                    PtCardStrip strip)
{
  PtArea   area = pt_card_strip_area ((uint32_t)canvas->width, (uint32_t)canvas->height, strip);
  uint64_t bits = pt_card_strip_encode (number);

  area.width /= PT_STRIP_CELLS;
  for (unsigned i = 0; i < PT_STRIP_CELLS; i++)
    {
      bool light = bits >> (PT_STRIP_CELLS - 1 - i) & 1;

      pt_canvas_fill (canvas, area, light ? PT_STRIP_LIGHT : PT_STRIP_DARK);
      area.x += area.width;
    }
}


bool
pt_card_read_number (const uint8_t *pixels,
                     size_t         pitch,
                     uint32_t       width,
                     uint32_t       height,
                     PtCardStrip    strip,
                     uint32_t      *number)
{
  PtArea         area = pt_card_strip_area (width, height, strip);
  int            cell = area.height;
  const uint8_t *row = pixels + (size_t)(area.y + cell / 2) * pitch;
  uint64_t       bits = 0;

  if ((uint32_t)area.width > width)
    return false;
  for (int i = 0; i < PT_STRIP_CELLS; i++)
    bits = bits << 1 | (row[(size_t)(i * cell + cell / 2) * 4 + 1] > 0x7f);
  *number = (uint32_t)(bits >> 4);
  return pt_card_strip_encode (*number) == bits;
}
