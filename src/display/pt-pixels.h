/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-frame-store.h"

G_BEGIN_DECLS

/* Copies @rect (inside the picture) of @view as opaque B G R A to @target, where the rectangle's
 * first pixel lands; rows of @target are @target_pitch bytes apart. 10-bit colours lose their low
 * bits; half floats are taken as linear light with 1.0 as white and get the sRGB curve. */
void pt_pixels_copy (const PtFrameView *view,
                     const PtRect      *rect,
                     guint8            *target,
                     gsize              target_pitch);

G_END_DECLS
