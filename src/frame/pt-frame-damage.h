/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-frame-store.h"

G_BEGIN_DECLS

/* What changed in a picture: everything, or up to 64 rectangles inside it. */
typedef struct
{
  gboolean all;
  guint    n_rects;
  PtRect   rects[PT_FRAME_MAX_RECTS];
} PtDamage;

void     pt_damage_clear (PtDamage *self);
void     pt_damage_set_all (PtDamage *self);
gboolean pt_damage_is_empty (const PtDamage *self);
/* Skips what is covered already; turns into everything when there is no room. */
void pt_damage_add (PtDamage     *self,
                    const PtRect *rect);
void pt_damage_merge (PtDamage       *self,
                      const PtDamage *other);
/* Pixels, overlaps counted twice. */
guint64 pt_damage_get_area (const PtDamage *self);

G_END_DECLS
