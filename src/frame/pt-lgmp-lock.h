/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-lgmp-layout.h"
#include "pt-shared-memory.h"

G_BEGIN_DECLS

/* The spin locks of a queue. The guest may die or be paused while it holds one, so no wait is
 * unbounded. */

gboolean pt_lgmp_lock_try (PtSharedMemory     *memory,
                           const PtLgmpLayout *layout,
                           gsize               offset);
/* FALSE when it was not free for @wait microseconds, or *@cancel became non-zero (nullable). */
gboolean pt_lgmp_lock_take (PtSharedMemory     *memory,
                            const PtLgmpLayout *layout,
                            gsize               offset,
                            gint64              wait,
                            const int          *cancel);
void     pt_lgmp_lock_release (PtSharedMemory     *memory,
                               const PtLgmpLayout *layout,
                               gsize               offset);

G_END_DECLS
