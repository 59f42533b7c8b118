/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-lgmp-lock"

#include "config.h"

#include "pt-lgmp-lock.h"

#define PT_LGMP_LOCK_SPINS 256
#define PT_LGMP_LOCK_NAP 50 /* µs */

gboolean
pt_lgmp_lock_try (PtSharedMemory     *memory,
                  const PtLgmpLayout *layout,
                  gsize               offset)
{
  guint32 expected = 0;

  if (layout->byte_locks)
    return __atomic_exchange_n (memory->base + offset, (guint8)1, __ATOMIC_ACQUIRE) == 0;
  return __atomic_compare_exchange_n (pt_shared_memory_u32 (memory, offset), &expected, 1, FALSE,
                                      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}


/* A holder needs a few instructions, so spinning comes first; a preempted holder needs a while. */
gboolean
pt_lgmp_lock_take (PtSharedMemory     *memory,
                   const PtLgmpLayout *layout,
                   gsize               offset,
                   gint64              wait,
                   const int          *cancel)
{
  gint64 deadline = 0;

  for (guint i = 0; i < PT_LGMP_LOCK_SPINS; i++)
    if (pt_lgmp_lock_try (memory, layout, offset))
      return TRUE;
  deadline = g_get_monotonic_time () + wait;
  while (g_get_monotonic_time () < deadline && (cancel == NULL || g_atomic_int_get (cancel) == 0))
    {
      g_usleep (PT_LGMP_LOCK_NAP);
      if (pt_lgmp_lock_try (memory, layout, offset))
        return TRUE;
    }
  return FALSE;
}


void
pt_lgmp_lock_release (PtSharedMemory     *memory,
                      const PtLgmpLayout *layout,
                      gsize               offset)
{
  if (layout->byte_locks)
    __atomic_store_n (memory->base + offset, (guint8)0, __ATOMIC_RELEASE);
  else
    pt_shared_memory_store32 (memory, offset, 0);
}
