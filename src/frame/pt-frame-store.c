/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-frame-store"

#include "config.h"

#include "pt-frame-store.h"

#include <string.h>

#include "pt-frame-store-private.h"

/* One published and unread, one in the taker's hands, one being written. */
#define PT_FRAME_BUFFERS 3

typedef struct
{
  guint8      *data;
  PtFrameShape shape;
  PtDamage     owed; /* what this buffer lacks of the published picture */
} PtFrameBuffer;

struct _PtFrameStore
{
  gatomicrefcount references;
  GMutex          lock; /* held for bookkeeping only, never while pixels are copied */
  PtFrameBuffer   buffers[PT_FRAME_BUFFERS];
  int             current; /* published, or -1 */
  int             held;    /* the taker reads it, or -1 */
  int             writing; /* or -1 */
  gboolean        taken;   /* the taker has seen the current one */
  PtDamage        damage;  /* of the picture being written */
  PtDamage        unseen;  /* changed since the taker's last take */
  PtFrameView     view;    /* of the current one, without rectangles */
};

gboolean
pt_frame_shape_equal (const PtFrameShape *self,
                      const PtFrameShape *other)
{
  return self->width == other->width &&
         self->height == other->height &&
         self->pitch == other->pitch &&
         self->pixels == other->pixels &&
         self->rotation == other->rotation;
}


PtFrameStore *
pt_frame_store_new (void)
{
  PtFrameStore *self = g_new0 (PtFrameStore, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->current = -1;
  self->held = -1;
  self->writing = -1;
  self->taken = TRUE;
  pt_damage_set_all (&self->unseen);
  return self;
}


PtFrameStore *
pt_frame_store_ref (PtFrameStore *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}


void
pt_frame_store_unref (PtFrameStore *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  for (guint i = 0; i < PT_FRAME_BUFFERS; i++)
    g_free (self->buffers[i].data);
  g_mutex_clear (&self->lock);
  g_free (self);
}


/* What bringing a buffer up to date costs: pixels, or more for a whole copy or new memory. */
static guint64
pt_frame_store_get_cost (const PtFrameBuffer *buffer,
                         const PtFrameShape  *shape)
{
  if (buffer->data == NULL)
    return G_MAXUINT64 - 1;
  if (buffer->owed.all || !pt_frame_shape_equal (&buffer->shape, shape))
    return G_MAXUINT64 - 2;
  return pt_damage_get_area (&buffer->owed);
}


/* Writing over the current buffer costs only what changed, and is allowed once the taker has it;
 * otherwise the free buffer that lacks least. */
static int
pt_frame_store_choose (PtFrameStore       *self,
                       const PtFrameShape *shape)
{
  int     best = -1;
  guint64 best_cost = G_MAXUINT64;

  if (self->current >= 0 && self->taken && self->held != self->current &&
      pt_frame_shape_equal (&self->buffers[self->current].shape, shape))
    return self->current;
  for (int i = 0; i < PT_FRAME_BUFFERS; i++)
    {
      guint64 cost = pt_frame_store_get_cost (&self->buffers[i], shape);

      if (i == self->current || i == self->held || cost >= best_cost)
        continue;
      best = i;
      best_cost = cost;
    }
  return best;
}


static gboolean
pt_frame_store_prepare (PtFrameBuffer      *buffer,
                        const PtFrameShape *shape)
{
  if (buffer->data != NULL && pt_frame_shape_equal (&buffer->shape, shape))
    return TRUE;
  if (buffer->data == NULL ||
      buffer->shape.pitch * buffer->shape.height != shape->pitch * shape->height)
    {
      g_free (buffer->data);
      buffer->data = g_try_malloc0 (shape->pitch * shape->height);
    }
  buffer->shape = *shape;
  pt_damage_set_all (&buffer->owed);
  return buffer->data != NULL;
}


/* Only this thread changes the current buffer, and the taker never touches a buffer being written,
 * so the choice holds without the lock. */
guint8 *
pt_frame_store_begin (PtFrameStore       *self,
                      const PtFrameShape *shape,
                      const PtDamage     *damage,
                      PtDamage           *owed)
{
  g_autoptr (GMutexLocker) locker = NULL;
  PtFrameBuffer *buffer = NULL;

  g_return_val_if_fail (self != NULL && shape != NULL && damage != NULL && owed != NULL, NULL);
  g_return_val_if_fail (self->writing < 0, NULL);
  g_return_val_if_fail (shape->width > 0 && shape->height > 0 && shape->pitch > 0, NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->writing = pt_frame_store_choose (self, shape);
  buffer = &self->buffers[self->writing];
  if (!pt_frame_store_prepare (buffer, shape))
    {
      self->writing = -1;
      return NULL;
    }
  self->damage = *damage;
  if (self->current < 0 || !pt_frame_shape_equal (&self->buffers[self->current].shape, shape))
    pt_damage_set_all (&self->damage);
  pt_damage_merge (&buffer->owed, &self->damage);
  *owed = buffer->owed;
  return buffer->data;
}


gboolean
pt_frame_store_commit (PtFrameStore *self,
                       guint32       frame_serial,
                       gint64        posted,
                       gint64        ready)
{
  g_autoptr (GMutexLocker) locker = NULL;
  PtFrameBuffer *buffer = NULL;
  gboolean       unread = FALSE;

  g_return_val_if_fail (self != NULL && self->writing >= 0, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  unread = !self->taken;
  for (int i = 0; i < PT_FRAME_BUFFERS; i++)
    if (i != self->writing)
      pt_damage_merge (&self->buffers[i].owed, &self->damage);
  buffer = &self->buffers[self->writing];
  pt_damage_clear (&buffer->owed);
  pt_damage_merge (&self->unseen, &self->damage);
  self->view = (PtFrameView){ .data = buffer->data,
                              .width = buffer->shape.width,
                              .height = buffer->shape.height,
                              .pitch = buffer->shape.pitch,
                              .pixels = buffer->shape.pixels,
                              .rotation = buffer->shape.rotation,
                              .sequence = self->view.sequence + 1,
                              .frame_serial = frame_serial,
                              .posted = posted,
                              .ready = ready };
  self->current = self->writing;
  self->writing = -1;
  self->taken = FALSE;
  return !unread;
}


void
pt_frame_store_abandon (PtFrameStore *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && self->writing >= 0);

  locker = g_mutex_locker_new (&self->lock);
  pt_damage_set_all (&self->buffers[self->writing].owed);
  if (self->writing == self->current)
    self->current = -1;
  self->writing = -1;
}


gboolean
pt_frame_store_acquire (PtFrameStore *self,
                        gboolean      again,
                        PtFrameView  *view)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL && view != NULL, FALSE);
  g_return_val_if_fail (self->held < 0, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  if (self->current < 0 || self->current == self->writing || (self->taken && !again))
    return FALSE;
  *view = self->view;
  if (!again && !self->unseen.all)
    {
      view->n_rects = self->unseen.n_rects;
      memcpy (view->rects, self->unseen.rects, sizeof (PtRect) * self->unseen.n_rects);
    }
  pt_damage_clear (&self->unseen);
  self->held = self->current;
  self->taken = TRUE;
  return TRUE;
}


void
pt_frame_store_release (PtFrameStore *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->held = -1;
}
