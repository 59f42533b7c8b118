/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-frame-damage"

#include "config.h"

#include "pt-frame-damage.h"

static gboolean
pt_damage_covers (const PtRect *outer,
                  const PtRect *inner)
{
  return inner->x >= outer->x &&
         inner->y >= outer->y &&
         (guint64)inner->x + inner->width <= (guint64)outer->x + outer->width &&
         (guint64)inner->y + inner->height <= (guint64)outer->y + outer->height;
}


void
pt_damage_clear (PtDamage *self)
{
  self->all = FALSE;
  self->n_rects = 0;
}


void
pt_damage_set_all (PtDamage *self)
{
  self->all = TRUE;
  self->n_rects = 0;
}


gboolean
pt_damage_is_empty (const PtDamage *self)
{
  return !self->all && self->n_rects == 0;
}


void
pt_damage_add (PtDamage     *self,
               const PtRect *rect)
{
  guint kept = 0;

  if (self->all)
    return;
  for (guint i = 0; i < self->n_rects; i++)
    if (pt_damage_covers (&self->rects[i], rect))
      return;
  for (guint i = 0; i < self->n_rects; i++)
    if (!pt_damage_covers (rect, &self->rects[i]))
      self->rects[kept++] = self->rects[i];
  self->n_rects = kept;
  if (kept == PT_FRAME_MAX_RECTS)
    pt_damage_set_all (self);
  else
    self->rects[self->n_rects++] = *rect;
}


void
pt_damage_merge (PtDamage       *self,
                 const PtDamage *other)
{
  if (other->all)
    pt_damage_set_all (self);
  for (guint i = 0; i < other->n_rects; i++)
    pt_damage_add (self, &other->rects[i]);
}


guint64
pt_damage_get_area (const PtDamage *self)
{
  guint64 area = 0;

  for (guint i = 0; i < self->n_rects; i++)
    area += (guint64)self->rects[i].width * self->rects[i].height;
  return area;
}
