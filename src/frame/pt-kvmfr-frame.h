/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-frame-damage.h"
#include "pt-lgmp-layout.h"

G_BEGIN_DECLS

typedef enum {
  PT_KVMFR_BGRA8 = 1,
  PT_KVMFR_RGBA8,
  PT_KVMFR_RGBA10,
  PT_KVMFR_RGBA16F,
  PT_KVMFR_BGR_PACKED, /* rows are a plain B G R stream */
  PT_KVMFR_RGB24,
} PtKvmfrType;

#define PT_KVMFR_FLAG_TRUNCATED 0x04

/* A frame header whose numbers have been checked against each other and against the region. */
typedef struct
{
  guint32     serial;
  PtKvmfrType type;
  guint       width, height; /* picture, pixels; no row is wider than the pitch */
  guint       whole_height;  /* what the guest wants to show; more than height when truncated */
  guint       rows;          /* of these rows as many are in the region; 1 <= rows <= height */
  gsize       pitch;
  guint       rotation;
  gboolean    truncated; /* the guest says the region is too small, or rows lie outside it */
  gsize       pointer;   /* region offset of the write pointer */
  gsize       pixels;    /* region offset of the first row */
  PtDamage    damage;    /* clipped to the picture */
} PtKvmfrFrame;

/* Pure function on a private copy of a header. @header has layout->frame_size bytes, @payload is
 * its offset in the region of @region_size bytes. Errors: PT_FRAME_ERROR_PROTOCOL. Source:
 * protocol sections 6 and 10. */
gboolean pt_kvmfr_frame_parse (PtKvmfrFrame       *self,
                               const PtLgmpLayout *layout,
                               const guint8       *header,
                               gsize               payload,
                               gsize               region_size,
                               GError            **error);
/* Bytes a pixel takes in the private copy. */
guint    pt_kvmfr_frame_get_texel (const PtKvmfrFrame *self);
PtPixels pt_kvmfr_frame_get_pixels (const PtKvmfrFrame *self);
/* Region size a producer needs for such pictures, bytes. */
guint64 pt_kvmfr_frame_get_needed (const PtKvmfrFrame *self);

G_END_DECLS
