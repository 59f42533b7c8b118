/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* PtFrameStore: the picture between the reader thread and the drawing side. One private copy of
 * the guest's picture; the reader publishes, the drawing side takes what is newest with everything
 * that changed since it last took. Neither waits for the other longer than a copy of rectangles. */
typedef struct _PtFrameStore PtFrameStore;

typedef enum {
  PT_PIXELS_BGRA8 = 0, /* bytes B G R A; alpha is meaningless, treat as opaque */
  PT_PIXELS_RGBA8,
  PT_PIXELS_RGB10,   /* u32: R bits 0-9, G 10-19, B 20-29 */
  PT_PIXELS_RGBA16F, /* half floats */
} PtPixels;

typedef struct
{
  guint32 x, y, width, height;
} PtRect;

#define PT_FRAME_MAX_RECTS 64

/* A look at the newest picture, valid until pt_frame_store_release(). The reader does not write to
 * @data in between (it has further buffers). */
typedef struct
{
  const guint8 *data;
  guint         width, height; /* stored picture, pixels */
  gsize         pitch;         /* bytes per row */
  PtPixels      pixels;
  guint         rotation;      /* quarter turns the guest's desktop was turned clockwise, 0..3 */
  guint64       sequence;      /* +1 per published picture */
  guint32       frame_serial;  /* the guest's own number */
  gint64        posted, ready; /* g_get_monotonic_time(): seen in the queue, copied */
  guint         n_rects;       /* what changed since this side's previous take; 0 = everything */
  PtRect        rects[PT_FRAME_MAX_RECTS];
} PtFrameView;

PtFrameStore *pt_frame_store_new (void);
PtFrameStore *pt_frame_store_ref (PtFrameStore *self);
void          pt_frame_store_unref (PtFrameStore *self);
/* FALSE when there is no picture yet or none newer than the previous take (unless @again: then
 * with n_rects 0), also while a picture already taken is written over; the newer one is announced.
 * One taker. */
gboolean pt_frame_store_acquire (PtFrameStore *self,
                                 gboolean      again,
                                 PtFrameView  *view);
void     pt_frame_store_release (PtFrameStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtFrameStore, pt_frame_store_unref)

G_END_DECLS
