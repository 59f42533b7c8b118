/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stdint.h>

#include "pt-glyphs.h"

/* PtCanvas: a BGRA picture in memory and the few things the test card draws on it. Everything is
 * clipped. Colours are 0xRRGGBB. */
typedef struct
{
  int x, y, width, height;
} PtArea;

typedef struct
{
  uint32_t *pixels; /* width * height, no padding; owned by whoever made it */
  int       width, height;
  PtArea    limits; /* nothing is drawn outside */
  PtGlyphs *glyphs; /* (nullable) without it, text is not drawn */
} PtCanvas;

/* From now on nothing is drawn outside @area. */
void pt_canvas_limit (PtCanvas *self,
                      PtArea    area);
/* Ends that. */
void pt_canvas_unlimit (PtCanvas *self);

void pt_canvas_fill (PtCanvas *self,
                     PtArea    area,
                     uint32_t  color);
/* One pixel wide, inside @area. */
void pt_canvas_outline (PtCanvas *self,
                        PtArea    area,
                        uint32_t  color);
/* Four corners of @length pixels, as a camera marks its frame. */
void pt_canvas_corners (PtCanvas *self,
                        PtArea    area,
                        int       length,
                        uint32_t  color);
/* A filled circle with a smooth edge. */
void pt_canvas_disc (PtCanvas *self,
                     int       x,
                     int       y,
                     int       radius,
                     uint32_t  color);
/* @x, @y: pen and cap line. Returns the pen behind the text. */
int pt_canvas_text (PtCanvas   *self,
                    int         x,
                    int         y,
                    int         size,
                    uint32_t    color,
                    const char *text);
/* @part of 255 of @b in @a. */
uint32_t pt_canvas_mix (uint32_t a,
                        uint32_t b,
                        unsigned part);
