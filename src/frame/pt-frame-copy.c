/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-frame-copy"

#include "config.h"

#include "pt-frame-copy.h"

#include <string.h>

#define PT_FRAME_COPY_STEP (1024 * 1024)
#define PT_FRAME_COPY_NAP 150 /* µs: a producer needs a few of these, and waking up is not free */

/* Rows of the source's own length keep a whole copy one call; a much longer or odd one would waste
 * memory or trouble the taker. */
void
pt_frame_copy_get_shape (const PtKvmfrFrame *frame,
                         PtFrameShape       *shape)
{
  guint texel = pt_kvmfr_frame_get_texel (frame);
  gsize row = (gsize)frame->width * texel;

  shape->width = frame->width;
  shape->height = frame->height;
  shape->pixels = pt_kvmfr_frame_get_pixels (frame);
  shape->rotation = frame->rotation;
  shape->pitch = (row + 63) & ~(gsize)63;
  if (frame->type <= PT_KVMFR_RGBA16F && frame->pitch < row + 256 && frame->pitch % texel == 0)
    shape->pitch = frame->pitch;
}


/* The value is only ever compared: it may jump anywhere. */
static gboolean
pt_frame_copy_await (PtSharedMemory          *memory,
                     const PtKvmfrFrame      *frame,
                     gsize                    end,
                     const PtFrameCopyLimits *limits,
                     gint64                  *deadline)
{
  while (pt_shared_memory_load32 (memory, frame->pointer) < end)
    {
      gint64 now = g_get_monotonic_time ();

      if (*deadline == 0)
        *deadline = now + limits->wait;
      if (now >= *deadline || (limits->cancel != NULL && g_atomic_int_get (limits->cancel) != 0))
        return FALSE;
      g_usleep (PT_FRAME_COPY_NAP);
    }
  return TRUE;
}


static void
pt_frame_copy_expand_bgr (guint8       *to,
                          const guint8 *from,
                          guint         n)
{
  for (guint i = 0; i < n; i++, to += 4, from += 3)
    {
      to[0] = from[0];
      to[1] = from[1];
      to[2] = from[2];
      to[3] = 0xff;
    }
}


static void
pt_frame_copy_rows (const PtKvmfrFrame *frame,
                    const PtRect       *rect,
                    const PtFrameShape *shape,
                    const guint8       *from,
                    guint8             *to,
                    guint               y,
                    guint               n)
{
  guint texel = pt_kvmfr_frame_get_texel (frame);
  gsize source_texel = frame->type <= PT_KVMFR_RGBA16F ? texel : 3;

  if (shape->pitch == frame->pitch &&
      source_texel == texel &&
      rect->x == 0 &&
      rect->width == frame->width)
    {
      /* The last row may be the last bytes of the region, so no padding behind it. */
      memcpy (to + y * shape->pitch, from + y * frame->pitch,
              (n - 1) * frame->pitch + (gsize)rect->width * texel);
      return;
    }
  for (guint i = y; i < y + n; i++)
    {
      const guint8 *source = from + i * frame->pitch + rect->x * source_texel;
      guint8       *target = to + i * shape->pitch + (gsize)rect->x * texel;

      if (source_texel == texel)
        memcpy (target, source, (gsize)rect->width * texel);
      else
        pt_frame_copy_expand_bgr (target, source, rect->width);
    }
}


/* As many rows at a time as are there already, else in steps behind the producer. */
static gboolean
pt_frame_copy_rect (PtSharedMemory          *memory,
                    const PtKvmfrFrame      *frame,
                    const PtRect            *rect,
                    const PtFrameShape      *shape,
                    guint8                  *data,
                    const PtFrameCopyLimits *limits,
                    gint64                  *deadline,
                    guint64                 *bytes)
{
  guint step = MAX (1, PT_FRAME_COPY_STEP / frame->pitch);
  guint end = MIN ((guint64)rect->y + rect->height, frame->rows);

  for (guint y = rect->y; y < end;)
    {
      gsize valid = pt_shared_memory_load32 (memory, frame->pointer);
      guint n = MIN (end - y, step);

      if (valid >= end * frame->pitch)
        n = end - y;
      else if (!pt_frame_copy_await (memory, frame, (y + n) * frame->pitch, limits, deadline))
        return FALSE;
      pt_frame_copy_rows (frame, rect, shape, memory->base + frame->pixels, data, y, n);
      *bytes += (guint64)n * rect->width * pt_kvmfr_frame_get_texel (frame);
      y += n;
    }
  return TRUE;
}


gboolean
pt_frame_copy_run (PtSharedMemory          *memory,
                   const PtKvmfrFrame      *frame,
                   const PtDamage          *damage,
                   const PtFrameShape      *shape,
                   guint8                  *data,
                   const PtFrameCopyLimits *limits,
                   guint64                 *bytes)
{
  const PtRect whole = { 0, 0, frame->width, frame->height };
  gint64       deadline = 0;

  g_return_val_if_fail (memory != NULL && frame != NULL && damage != NULL && data != NULL, FALSE);

  if (damage->all)
    return pt_frame_copy_rect (memory, frame, &whole, shape, data, limits, &deadline, bytes);
  for (guint i = 0; i < damage->n_rects; i++)
    if (!pt_frame_copy_rect (memory, frame, &damage->rects[i], shape, data, limits, &deadline,
                             bytes))
      return FALSE;
  return TRUE;
}
