/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pt-producer.h"

/* PtCard: the animated test card, in BGRA. Each frame repaints only what changed. A strip of cells
 * at the top edge and one at the bottom edge hold the frame's number for programs. */
typedef struct _PtCard PtCard;

enum {
  PT_CARD_MIN = 64,
  PT_CARD_MAX = 8192,
  PT_CARD_MAX_RECTS = 16,
  PT_CARD_CURSOR = 24, /* width and height of the cursor's shape */
};

/* NULL for a size outside PT_CARD_MIN..PT_CARD_MAX or without memory. */
PtCard        *pt_card_new (uint32_t width,
                            uint32_t height);
void           pt_card_free (PtCard *self);
const uint8_t *pt_card_get_pixels (PtCard *self);
/* The card's picture as the producer wants it described. */
void pt_card_get_format (PtCard           *self,
                         PtProducerFormat *format);
/* Paints frame @number; @ms is what the clock shows. @rects gets what changed since the previous
 * call; returns how many, 0 = everything (the first time). */
unsigned int pt_card_draw (PtCard        *self,
                           uint32_t       number,
                           uint64_t       ms,
                           PtProducerRect rects[PT_CARD_MAX_RECTS]);

/* The cursor's shape (valid as long as @self) and where it is at @number. */
void pt_card_get_cursor (PtCard           *self,
                         PtProducerCursor *cursor);
void pt_card_get_cursor_position (PtCard  *self,
                                  uint32_t number,
                                  int     *x,
                                  int     *y);

typedef enum {
  PT_CARD_TOP = 0,
  PT_CARD_BOTTOM,
} PtCardStrip;

/* The number in a strip of a card of @width by @height at @pixels. FALSE if there is none or it is
 * damaged. */
bool pt_card_read_number (const uint8_t *pixels,
                          size_t         pitch,
                          uint32_t       width,
                          uint32_t       height,
                          PtCardStrip    strip,
                          uint32_t      *number);
