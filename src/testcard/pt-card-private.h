/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-canvas.h"
#include "pt-card.h"

#define PT_CARD_GROUND 0x16181du
#define PT_CARD_GRID 0x1c1f26u
#define PT_CARD_PANEL 0x1e2129u
#define PT_CARD_EDGE 0x303641u
#define PT_CARD_TEXT 0xe3e6ebu
#define PT_CARD_DIM 0x868e9cu
#define PT_CARD_FAINT 0x39404cu
#define PT_CARD_ACCENT 0x62a0eau

/* pt-card-strip.c */
PtArea pt_card_strip_area (uint32_t    width,
                           uint32_t    height,
                           PtCardStrip strip);
void   pt_card_strip_draw (PtCanvas   *canvas,
                           uint32_t    number,
                           PtCardStrip strip);

/* pt-card-patterns.c: what stays: colour bars, grey steps, checkers and lines one pixel wide, side
 * by side in @area. @gap: pixels between them. */
void pt_card_patterns_draw (PtCanvas *canvas,
                            PtArea    area,
                            int       gap);
/* Fills @pixels (PT_CARD_CURSOR squared) with an arrow, B G R A. */
void pt_card_patterns_arrow (uint32_t *pixels);
