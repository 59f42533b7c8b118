/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* PtSharedMemory: one mapping the guest can write to at any time. Reading goes through the loads
 * below, so that every number is fetched exactly once; offsets must have been checked with
 * pt_shared_memory_contains(). Used by one thread. */
typedef struct
{
  guint8 *base;
  gsize   size;
  int     lost; /* the file was cut short under us */
  int     fd;   /* -1: memory of the caller */
  char   *path;
} PtSharedMemory;

/* A regular file or the kvmfr device, never a link. Errors: PT_FRAME_ERROR_OPEN. */
PtSharedMemory *pt_shared_memory_open (const char *path,
                                       GError    **error);
/* Memory of the caller's, which must outlive the result: tests and fuzzing. */
PtSharedMemory *pt_shared_memory_new_for_data (gpointer data,
                                               gsize    size);
void            pt_shared_memory_free (PtSharedMemory *self);
/* FALSE when the path names another file by now, or the file changed its size. */
gboolean pt_shared_memory_is_current (PtSharedMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtSharedMemory, pt_shared_memory_free)

static inline gboolean
pt_shared_memory_is_lost (PtSharedMemory *self)
{
  return g_atomic_int_get (&self->lost) != 0;
}


/* No sum here can wrap. */
static inline gboolean
pt_shared_memory_contains (const PtSharedMemory *self,
                           guint64               offset,
                           guint64               length)
{
  return offset <= self->size && length <= self->size - offset;
}


static inline guint32 *
pt_shared_memory_u32 (PtSharedMemory *self,
                      gsize           offset)
{
  return (guint32 *)(gpointer)(self->base + offset);
}


static inline guint64 *
pt_shared_memory_u64 (PtSharedMemory *self,
                      gsize           offset)
{
  return (guint64 *)(gpointer)(self->base + offset);
}


static inline guint32
pt_shared_memory_load32 (PtSharedMemory *self,
                         gsize           offset)
{
  return __atomic_load_n (pt_shared_memory_u32 (self, offset), __ATOMIC_ACQUIRE);
}


static inline guint64
pt_shared_memory_load64 (PtSharedMemory *self,
                         gsize           offset)
{
  return __atomic_load_n (pt_shared_memory_u64 (self, offset), __ATOMIC_ACQUIRE);
}


static inline void
pt_shared_memory_store32 (PtSharedMemory *self,
                          gsize           offset,
                          guint32         value)
{
  __atomic_store_n (pt_shared_memory_u32 (self, offset), value, __ATOMIC_RELEASE);
}


static inline void
pt_shared_memory_store64 (PtSharedMemory *self,
                          gsize           offset,
                          guint64         value)
{
  __atomic_store_n (pt_shared_memory_u64 (self, offset), value, __ATOMIC_RELEASE);
}


/* Copies @length bytes (offset and length multiples of 4) by loads the compiler may not repeat:
 * what is checked in the copy is what will be used. */
void pt_shared_memory_snapshot (PtSharedMemory *self,
                                gsize           offset,
                                gpointer        copy,
                                gsize           length);

G_END_DECLS
