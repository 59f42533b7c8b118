/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-canvas.h"

#include <math.h>
#include <stddef.h>

#define PT_CANVAS_OPAQUE 0xff000000u


uint32_t
pt_canvas_mix (uint32_t a,
               uint32_t b,
               unsigned part)
{
  uint32_t result = 0;

  for (unsigned shift = 0; shift < 24; shift += 8)
    {
      unsigned from = a >> shift & 0xff;
      unsigned to = b >> shift & 0xff;

      result |= ((from * (255 - part) + to * part + 127) / 255) << shift;
    }
  return result;
}


static PtArea
pt_canvas_clip (PtCanvas *self,
                PtArea    area)
{
  const PtArea *limits = &self->limits;
  int           right = area.x + area.width;
  int           bottom = area.y + area.height;

  right = right < limits->x + limits->width ? right : limits->x + limits->width;
  bottom = bottom < limits->y + limits->height ? bottom : limits->y + limits->height;
  area.x = area.x > limits->x ? area.x : limits->x;
  area.y = area.y > limits->y ? area.y : limits->y;
  area.width = right > area.x ? right - area.x : 0;
  area.height = bottom > area.y ? bottom - area.y : 0;
  return area;
}


void
pt_canvas_unlimit (PtCanvas *self)
{
  self->limits = (PtArea){ 0, 0, self->width, self->height };
}


void
pt_canvas_limit (PtCanvas *self,
                 PtArea    area)
{
  pt_canvas_unlimit (self);
  self->limits = pt_canvas_clip (self, area);
}


void
pt_canvas_fill (PtCanvas *self,
                PtArea    area,
                uint32_t  color)
{
  area = pt_canvas_clip (self, area);
  for (int y = area.y; y < area.y + area.height; y++)
    {
      uint32_t *row = self->pixels + (long)y * self->width + area.x;

      for (int x = 0; x < area.width; x++)
        row[x] = color | PT_CANVAS_OPAQUE;
    }
}


void
pt_canvas_outline (PtCanvas *self,
                   PtArea    area,
                   uint32_t  color)
{
  pt_canvas_fill (self, (PtArea){ area.x, area.y, area.width, 1 }, color);
  pt_canvas_fill (self, (PtArea){ area.x, area.y + area.height - 1, area.width, 1 }, color);
  pt_canvas_fill (self, (PtArea){ area.x, area.y, 1, area.height }, color);
  pt_canvas_fill (self, (PtArea){ area.x + area.width - 1, area.y, 1, area.height }, color);
}


void
pt_canvas_corners (PtCanvas *self,
                   PtArea    area,
                   int       length,
                   uint32_t  color)
{
  int right = area.x + area.width;
  int bottom = area.y + area.height;

  length = length > area.width / 2 ? area.width / 2 : length;
  for (int i = 0; i < 4; i++)
    {
      int x = i & 1 ? right - length : area.x;
      int y = i & 2 ? bottom - length : area.y;

      pt_canvas_fill (self, (PtArea){ x, i & 2 ? bottom - 1 : area.y, length, 1 }, color);
      pt_canvas_fill (self, (PtArea){ i & 1 ? right - 1 : area.x, y, 1, length }, color);
    }
}


static void
pt_canvas_blend (PtCanvas *self,
                 int       x,
                 int       y,
                 uint32_t  color,
                 unsigned  coverage)
{
  const PtArea *limits = &self->limits;
  uint32_t     *pixel = NULL;

  if (coverage == 0 || x < limits->x || y < limits->y || x >= limits->x + limits->width ||
      y >= limits->y + limits->height)
    return;
  pixel = self->pixels + (long)y * self->width + x;
  *pixel = pt_canvas_mix (*pixel, color, coverage) | PT_CANVAS_OPAQUE;
}


void
pt_canvas_disc (PtCanvas *self,
                int       x,
                int       y,
                int       radius,
                uint32_t  color)
{
  for (int dy = -radius; dy <= radius; dy++)
    for (int dx = -radius; dx <= radius; dx++)
      {
        float inside = (float)radius + .5f - sqrtf ((float)(dx * dx + dy * dy));
        int   part = inside <= 0 ? 0 : (inside >= 1 ? 255 : (int)(inside * 255));

        pt_canvas_blend (self, x + dx, y + dy, color, (unsigned)part);
      }
}


static void
pt_canvas_glyph (PtCanvas      *self,
                 int            x,
                 int            y,
                 uint32_t       color,
                 const PtGlyph *glyph)
{
  for (int row = 0; row < glyph->height; row++)
    for (int column = 0; column < glyph->width; column++)
      pt_canvas_blend (self, x + glyph->left + column, y + glyph->top + row, color,
                       glyph->coverage[row * glyph->width + column]);
}


int
pt_canvas_text (PtCanvas   *self,
                int         x,
                int         y,
                int         size,
                uint32_t    color,
                const char *text)
{
  for (const char *c = text; self->glyphs != NULL && *c != '\0'; c++)
    {
      const PtGlyph *glyph = pt_glyphs_get (self->glyphs, *c, size);

      if (glyph == NULL)
        continue;
      pt_canvas_glyph (self, x, y, color, glyph);
      x += glyph->advance;
    }
  return x;
}
