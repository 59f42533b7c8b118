/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-frame-damage.h"
#include "pt-frame-store.h"

G_BEGIN_DECLS

/* The publishing side of PtFrameStore: one thread. */

typedef struct
{
  guint    width, height;
  gsize    pitch; /* bytes per row; the store keeps it */
  PtPixels pixels;
  guint    rotation;
} PtFrameShape;

gboolean pt_frame_shape_equal (const PtFrameShape *self,
                               const PtFrameShape *other);

/* A buffer to write the next picture into. @damage: what the picture changes relative to the one
 * published before; @owed becomes what has to be written into this buffer to make it that picture.
 * NULL when there is no memory for it. Must be followed by commit or abandon. */
guint8 *pt_frame_store_begin (PtFrameStore       *self,
                              const PtFrameShape *shape,
                              const PtDamage     *damage,
                              PtDamage           *owed);
/* Publishes. TRUE when the taker has nothing unread, that is, should be told. */
gboolean pt_frame_store_commit (PtFrameStore *self,
                                guint32       frame_serial,
                                gint64        posted,
                                gint64        ready);
/* The buffer's content is unusable; what was published before may be gone, the next picture must
 * come with everything as damage. */
void pt_frame_store_abandon (PtFrameStore *self);

G_END_DECLS
