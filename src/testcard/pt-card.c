/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-card-private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The card is laid out on a sheet of this size and scaled to fit. */
#define PT_CARD_SHEET_WIDTH 1280
#define PT_CARD_SHEET_HEIGHT 720
#define PT_CARD_DOTS 60
#define PT_CARD_BAR 10   /* width of the moving bar */
#define PT_CARD_TAIL 150 /* and of the light behind it */
#define PT_CARD_STEP 7   /* sheet pixels per frame */
#define PT_CARD_DIGITS 6

static const PtArea pt_card_number_panel = { 48, 108, 716, 236 };
static const PtArea pt_card_clock_panel = { 788, 108, 444, 106 };
static const PtArea pt_card_dots_panel = { 788, 238, 444, 106 };
static const PtArea pt_card_track_panel = { 48, 368, 1184, 168 };
static const PtArea pt_card_patterns_panel = { 48, 560, 1184, 104 };

struct _PtCard
{
  PtCanvas canvas;
  float    scale;
  int      left, top; /* of the sheet */
  bool     drawn;
  uint32_t number; /* of the previous frame */
  PtArea   trail;  /* of the bar in the previous frame */
  uint32_t arrow[PT_CARD_CURSOR * PT_CARD_CURSOR];
};


static int
pt_card_length (PtCard *self,
                int     length)
{
  return (int)((float)length * self->scale + .5f);
}


static PtArea
pt_card_place (PtCard *self,
               PtArea  area)
{
  int x = self->left + pt_card_length (self, area.x);
  int y = self->top + pt_card_length (self, area.y);

  return (PtArea){ x, y,
                   self->left + pt_card_length (self, area.x + area.width) - x,
                   self->top + pt_card_length (self, area.y + area.height) - y };
}


static int
pt_card_text_size (PtCard *self,
                   int     size)
{
  int scaled = pt_card_length (self, size);

  return scaled < 4 ? 4 : scaled;
}


/* @x, @y on the sheet. */
static void
pt_card_text (PtCard     *self,
              int         x,
              int         y,
              int         size,
              uint32_t    color,
              const char *text)
{
  pt_canvas_text (&self->canvas,
                  self->left + pt_card_length (self, x), self->top + pt_card_length (self, y),
                  pt_card_text_size (self, size), color, text);
}


/* From here on nothing is drawn outside the panel. */
static void
pt_card_panel (PtCard *self,
               PtArea  panel,
               bool    changing)
{
  PtArea area = pt_card_place (self, panel);

  pt_canvas_limit (&self->canvas, area);
  pt_canvas_fill (&self->canvas, area, PT_CARD_PANEL);
  pt_canvas_outline (&self->canvas, area, PT_CARD_EDGE);
  if (changing)
    pt_canvas_corners (&self->canvas, area, 1 + area.height / 8, PT_CARD_ACCENT);
}


static void
pt_card_draw_ground (PtCard *self)
{
  PtArea everything = { 0, 0, self->canvas.width, self->canvas.height };
  int    step = pt_card_length (self, 40);

  pt_canvas_unlimit (&self->canvas);
  pt_canvas_fill (&self->canvas, everything, PT_CARD_GROUND);
  step = step < 8 ? 8 : step;
  for (int x = self->left % step; x < self->canvas.width; x += step)
    pt_canvas_fill (&self->canvas, (PtArea){ x, 0, 1, self->canvas.height }, PT_CARD_GRID);
  for (int y = self->top % step; y < self->canvas.height; y += step)
    pt_canvas_fill (&self->canvas, (PtArea){ 0, y, self->canvas.width, 1 }, PT_CARD_GRID);
}


static void
pt_card_draw_title (PtCard *self)
{
  char text[32] = { 0 };
  int  size = pt_card_text_size (self, 20);

  pt_card_text (self, 50, 46, 30, PT_CARD_TEXT, "Passthru test guest");
  snprintf (text, sizeof text, "%d x %d", self->canvas.width, self->canvas.height);
  pt_canvas_text (&self->canvas,
                  self->left + pt_card_length (self, PT_CARD_SHEET_WIDTH - 50) -
                    pt_glyphs_measure (self->canvas.glyphs, text, size),
                  self->top + pt_card_length (self, 56), size, PT_CARD_DIM, text);
}


/* Leading zeros are there so that the digits do not jump, but faint. */
static void
pt_card_draw_number (PtCard  *self,
                     uint32_t number)
{
  char text[16] = { 0 };
  bool leading = true;
  int  size = pt_card_text_size (self, 122);
  int  x = self->left + pt_card_length (self, pt_card_number_panel.x + 40);
  int  y = self->top + pt_card_length (self, pt_card_number_panel.y + 84);

  pt_card_panel (self, pt_card_number_panel, true);
  pt_card_text (self, pt_card_number_panel.x + 26, pt_card_number_panel.y + 24,
                19, PT_CARD_DIM, "frame");
  snprintf (text, sizeof text, "%0*u", PT_CARD_DIGITS, number % 1000000u);
  for (int i = 0; i < PT_CARD_DIGITS; i++)
    {
      const char digit[2] = { text[i], '\0' };

      leading = leading && text[i] == '0' && i < PT_CARD_DIGITS - 1;
      x = pt_canvas_text (&self->canvas, x, y, size, leading ? PT_CARD_FAINT : PT_CARD_TEXT, digit);
    }
}


static void
pt_card_draw_clock (PtCard  *self,
                    uint64_t ms)
{
  char text[32] = { 0 };

  pt_card_panel (self, pt_card_clock_panel, true);
  pt_card_text (self, pt_card_clock_panel.x + 26, pt_card_clock_panel.y + 20,
                15, PT_CARD_DIM, "clock");
  snprintf (text, sizeof text, "%02u:%02u:%02u.%03u",
            (unsigned)(ms / 3600000 % 24), (unsigned)(ms / 60000 % 60),
            (unsigned)(ms / 1000 % 60), (unsigned)(ms % 1000));
  pt_card_text (self, pt_card_clock_panel.x + 28, pt_card_clock_panel.y + 54,
                34, PT_CARD_TEXT, text);
}


/* The surroundings of a dot: all that changes with it. */
static PtArea
pt_card_dot_area (PtCard  *self,
                  unsigned index)
{
  int column = (int)(index % (PT_CARD_DOTS / 2));
  int row = (int)(index / (PT_CARD_DOTS / 2));

  return pt_card_place (self, (PtArea){ pt_card_dots_panel.x + 27 + column * 13,
                                        pt_card_dots_panel.y + 50 + row * 24, 13, 18 });
}


static PtArea
pt_card_draw_dot (PtCard  *self,
                  uint32_t number,
                  bool     lit)
{
  PtArea area = pt_card_dot_area (self, number % PT_CARD_DOTS);
  int    size = area.width < area.height ? area.width : area.height;
  int    radius = lit ? size / 2 - 1 : size / 5;

  pt_canvas_limit (&self->canvas, area);
  pt_canvas_fill (&self->canvas, area, PT_CARD_PANEL);
  pt_canvas_disc (&self->canvas, area.x + area.width / 2, area.y + area.height / 2,
                  radius < 0 ? 0 : radius, lit ? PT_CARD_ACCENT : PT_CARD_FAINT);
  return area;
}


static void
pt_card_draw_dots (PtCard *self)
{
  pt_card_panel (self, pt_card_dots_panel, false);
  pt_card_text (self, pt_card_dots_panel.x + 26, pt_card_dots_panel.y + 20,
                15, PT_CARD_DIM, "a dot a frame");
  for (unsigned i = 0; i < PT_CARD_DOTS; i++)
    pt_card_draw_dot (self, i, false);
}


/* The inner part of the track in pixels. */
static PtArea
pt_card_track (PtCard *self)
{
  PtArea area = pt_card_place (self, pt_card_track_panel);

  return (PtArea){ area.x + 1, area.y + 1, area.width - 2, area.height - 2 };
}


/* The bar and its tail for frame @number; it runs in from the left and out to the right. */
static PtArea
pt_card_trail_at (PtCard  *self,
                  uint32_t number)
{
  PtArea   track = pt_card_track (self);
  int      length = pt_card_length (self, PT_CARD_BAR + PT_CARD_TAIL);
  int      step = pt_card_length (self, PT_CARD_STEP) > 0 ? pt_card_length (self, PT_CARD_STEP) : 1;
  uint32_t steps = (uint32_t)((track.width + length) / step);
  int      right = (int)(number % steps + 1) * step;
  int      left = right - length > 0 ? right - length : 0;

  right = right < track.width ? right : track.width;
  return (PtArea){ track.x + left, track.y, right > left ? right - left : 0, track.height };
}


static void
pt_card_draw_trail (PtCard  *self,
                    uint32_t number)
{
  PtArea track = pt_card_track (self);
  PtArea trail = pt_card_trail_at (self, number);
  int    tail = pt_card_length (self, PT_CARD_TAIL);
  int    bar = pt_card_length (self, PT_CARD_BAR) > 0 ? pt_card_length (self, PT_CARD_BAR) : 1;
  int    step = pt_card_length (self, PT_CARD_STEP) > 0 ? pt_card_length (self, PT_CARD_STEP) : 1;
  int    steps = (track.width + pt_card_length (self, PT_CARD_BAR + PT_CARD_TAIL)) / step;
  int    head = track.x + ((int)(number % (uint32_t)steps) + 1) * step;

  pt_canvas_limit (&self->canvas, track);
  pt_canvas_fill (&self->canvas, self->trail, PT_CARD_PANEL);
  for (int x = trail.x; x < trail.x + trail.width; x++)
    {
      int      behind = head - bar - x;
      int      light = tail > behind ? (tail - behind) * 110 / tail : 0;
      unsigned part = behind <= 0 ? 255 : (unsigned)light;

      pt_canvas_fill (&self->canvas, (PtArea){ x, trail.y, 1, trail.height },
                      pt_canvas_mix (PT_CARD_PANEL, PT_CARD_ACCENT, part));
    }
  pt_canvas_corners (&self->canvas, trail, 1 + trail.height / 12, PT_CARD_ACCENT);
}


static PtArea
pt_card_union (PtArea a,
               PtArea b)
{
  int left = a.x < b.x ? a.x : b.x;
  int top = a.y < b.y ? a.y : b.y;
  int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
  int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;

  return (PtArea){ left, top, right - left, bottom - top };
}


static unsigned
pt_card_add_rect (PtCard         *self,
                  PtProducerRect *rects,
                  unsigned        n,
                  PtArea          area)
{
  int right = area.x + area.width;
  int bottom = area.y + area.height;

  right = right < self->canvas.width ? right : self->canvas.width;
  bottom = bottom < self->canvas.height ? bottom : self->canvas.height;
  area.x = area.x > 0 ? area.x : 0;
  area.y = area.y > 0 ? area.y : 0;
  if (right <= area.x || bottom <= area.y)
    return n;
  rects[n] = (PtProducerRect){ (uint32_t)area.x, (uint32_t)area.y,
                               (uint32_t)(right - area.x), (uint32_t)(bottom - area.y) };
  return n + 1;
}


static void
pt_card_draw_lasting (PtCard *self)
{
  PtArea patterns = pt_card_place (self, pt_card_patterns_panel);

  pt_card_draw_ground (self);
  pt_card_draw_title (self);
  pt_card_draw_dots (self);
  pt_card_panel (self, pt_card_track_panel, false);
  pt_canvas_unlimit (&self->canvas);
  pt_card_patterns_draw (&self->canvas, patterns, pt_card_length (self, 16));
}


PtCard *
pt_card_new (uint32_t width,
             uint32_t height)
{
  PtCard *self = NULL;
  float   across = (float)width / PT_CARD_SHEET_WIDTH;
  float   down = (float)height / PT_CARD_SHEET_HEIGHT;

  if (width < PT_CARD_MIN || width > PT_CARD_MAX || height < PT_CARD_MIN || height > PT_CARD_MAX)
    return NULL;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    return NULL;
  self->canvas.width = (int)width;
  self->canvas.height = (int)height;
  self->canvas.pixels = calloc ((size_t)width * height, sizeof *self->canvas.pixels);
  self->canvas.glyphs = pt_glyphs_new ();
  self->scale = across < down ? across : down;
  self->left = (int)(((float)width - PT_CARD_SHEET_WIDTH * self->scale) / 2);
  self->top = (int)(((float)height - PT_CARD_SHEET_HEIGHT * self->scale) / 2);
  pt_card_patterns_arrow (self->arrow);
  if (self->canvas.pixels != NULL && self->canvas.glyphs != NULL)
    return self;
  pt_card_free (self);
  return NULL;
}


void
pt_card_free (PtCard *self)
{
  if (self == NULL)
    return;
  pt_glyphs_free (self->canvas.glyphs);
  free (self->canvas.pixels);
  free (self);
}


const uint8_t *
pt_card_get_pixels (PtCard *self)
{
  return (const uint8_t *)self->canvas.pixels;
}


void
pt_card_get_format (PtCard           *self,
                    PtProducerFormat *format)
{
  *format = (PtProducerFormat){ .type = PT_PRODUCER_BGRA8,
                                .width = (uint32_t)self->canvas.width,
                                .height = (uint32_t)self->canvas.height,
                                .pitch = (uint32_t)self->canvas.width * 4 };
}


unsigned int
pt_card_draw (PtCard        *self,
              uint32_t       number,
              uint64_t       ms,
              PtProducerRect rects[PT_CARD_MAX_RECTS])
{
  PtArea   trail = pt_card_trail_at (self, number);
  uint32_t width = (uint32_t)self->canvas.width;
  uint32_t height = (uint32_t)self->canvas.height;
  unsigned n = 0;

  if (!self->drawn)
    pt_card_draw_lasting (self);
  pt_card_draw_number (self, number);
  pt_card_draw_clock (self, ms);
  pt_card_draw_trail (self, number);
  n = pt_card_add_rect (self, rects, n, pt_card_place (self, pt_card_number_panel));
  n = pt_card_add_rect (self, rects, n, pt_card_place (self, pt_card_clock_panel));
  n = pt_card_add_rect (self, rects, n, pt_card_union (self->drawn ? self->trail : trail, trail));
  n = pt_card_add_rect (self, rects, n, pt_card_draw_dot (self, self->number, false));
  n = pt_card_add_rect (self, rects, n, pt_card_draw_dot (self, number, true));
  pt_canvas_unlimit (&self->canvas);
  pt_card_strip_draw (&self->canvas, number, PT_CARD_TOP);
  pt_card_strip_draw (&self->canvas, number, PT_CARD_BOTTOM);
  n = pt_card_add_rect (self, rects, n, pt_card_strip_area (width, height, PT_CARD_TOP));
  n = pt_card_add_rect (self, rects, n, pt_card_strip_area (width, height, PT_CARD_BOTTOM));
  n = self->drawn ? n : 0;
  self->trail = trail;
  self->number = number;
  self->drawn = true;
  return n;
}


void
pt_card_get_cursor (PtCard           *self,
                    PtProducerCursor *cursor)
{
  *cursor = (PtProducerCursor){ .type = PT_PRODUCER_CURSOR_COLOR,
                                .width = PT_CARD_CURSOR,
                                .height = PT_CARD_CURSOR,
                                .pitch = PT_CARD_CURSOR * 4,
                                .pixels = (const uint8_t *)self->arrow };
}


/* A slow lying eight around the middle. */
void
pt_card_get_cursor_position (PtCard  *self,
                             uint32_t number,
                             int     *x,
                             int     *y)
{
  float angle = (float)(number % 720) * (3.14159265f / 360);

  *x = (int)((float)self->canvas.width * (.5f + .3f * sinf (angle)));
  *y = (int)((float)self->canvas.height * (.62f + .08f * sinf (2 * angle)));
}
