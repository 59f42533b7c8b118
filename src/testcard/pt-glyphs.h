/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stdint.h>

/* PtGlyphs: a small built-in stroke font, drawn smooth at any size. Digits, lower-case letters,
 * `P` and a little punctuation; anything else is a blank. Bitmaps are made once per character and
 * size. */
typedef struct _PtGlyphs PtGlyphs;

typedef struct
{
  int      width, height; /* of the bitmap */
  int      left, top;     /* where its corner lies from pen and cap line */
  int      advance;
  uint8_t *coverage; /* width * height, 0..255 */
} PtGlyph;

PtGlyphs *pt_glyphs_new (void);
void      pt_glyphs_free (PtGlyphs *self);
/* @size: height of a capital in pixels. Valid as long as @self. NULL only without memory. */
const PtGlyph *pt_glyphs_get (PtGlyphs *self,
                              char      character,
                              int       size);
/* Width of @text in pixels. */
int pt_glyphs_measure (PtGlyphs   *self,
                       const char *text,
                       int         size);
