/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-frame-store-private.h"
#include "pt-kvmfr-frame.h"
#include "pt-shared-memory.h"

G_BEGIN_DECLS

/* From shared memory into a private buffer, following the write pointer. */

/* The shape of the private copy of @frame. */
void pt_frame_copy_get_shape (const PtKvmfrFrame *frame,
                              PtFrameShape       *shape);

typedef struct
{
  gint64     wait;   /* µs in all that a lagging write pointer is waited for */
  const int *cancel; /* (nullable): non-zero ends the wait */
} PtFrameCopyLimits;

/* Copies @damage. FALSE when the write pointer did not come: the rest of @data is as it was.
 * @bytes (written) is raised by what was copied. */
gboolean pt_frame_copy_run (PtSharedMemory          *memory,
                            const PtKvmfrFrame      *frame,
                            const PtDamage          *damage,
                            const PtFrameShape      *shape,
                            guint8                  *data,
                            const PtFrameCopyLimits *limits,
                            guint64                 *bytes);

G_END_DECLS
