/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  PT_KVMFR_CURSOR_COLOUR = 0,
  PT_KVMFR_CURSOR_MONOCHROME,
  PT_KVMFR_CURSOR_MASKED,
} PtKvmfrCursorType;

/* Tags of a pointer message */
#define PT_KVMFR_CURSOR_POSITION 0x1
#define PT_KVMFR_CURSOR_VISIBLE 0x2
#define PT_KVMFR_CURSOR_SHAPE 0x4

/* A checked pointer message. */
typedef struct
{
  int               x, y; /* top-left of the shape */
  PtKvmfrCursorType type;
  guint             width;
  guint             height; /* visible rows: half of a monochrome mask */
  gsize             pitch;
  gsize             n_bytes; /* of the stored shape, behind the header */
} PtKvmfrCursor;

/* Pure function on a private copy of the header (PT_KVMFR_CURSOR_SIZE bytes). @payload_size: what
 * the message has room for in all. With @has_shape the shape's numbers are checked. Errors:
 * PT_FRAME_ERROR_PROTOCOL. Source: protocol sections 7 and 10. */
gboolean pt_kvmfr_cursor_parse (PtKvmfrCursor *self,
                                const guint8  *header,
                                gboolean       has_shape,
                                gsize          payload_size,
                                GError       **error);
/* @shape: a private copy of the n_bytes stored ones. Premultiplied BGRA, width * 4 bytes per row.
 * Pixels that invert what is below become black with a white seam, since nothing above the picture
 * can invert it. (transfer full) */
GBytes *pt_kvmfr_cursor_convert (const PtKvmfrCursor *self,
                                 const guint8        *shape);

G_END_DECLS
