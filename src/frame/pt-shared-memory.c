/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-shared-memory"

#include "config.h"

#include "pt-shared-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-bus-guard.h"
#include "pt-kvmfr-source.h"

/* The kvmfr module's "how large are you", protocol section 3.1; it has no header of its own. */
#define PT_KVMFR_GETSIZE _IO ('u', 0x44)

static gboolean
pt_shared_memory_read_size (int          fd,
                            struct stat *status,
                            gsize       *size)
{
  int bytes = 0;

  if (fstat (fd, status) != 0)
    return FALSE;
  if (S_ISREG (status->st_mode))
    {
      *size = (gsize)status->st_size;
      return TRUE;
    }
  bytes = S_ISCHR (status->st_mode) ? ioctl (fd, PT_KVMFR_GETSIZE, 0) : -1;
  *size = bytes > 0 ? (gsize)bytes : 0;
  return bytes > 0;
}


/* Whoever owns the file can draw into our window: say so when it is nobody we expect. */
static void
pt_shared_memory_check_owner (const char        *path,
                              const struct stat *status)
{
  static const char *const expected[] = { "libvirt-qemu", "qemu", NULL };
  struct passwd            entry = { 0 };
  struct passwd           *found = NULL;
  char                     buffer[4096] = { 0 };

  if (status->st_uid == geteuid () || status->st_uid == 0 || S_ISCHR (status->st_mode))
    return;
  getpwuid_r (status->st_uid, &entry, buffer, sizeof buffer, &found);
  if (found == NULL || !g_strv_contains (expected, found->pw_name))
    g_warning ("%s belongs to user %u, neither to you nor to the machine", path, status->st_uid);
}


static PtSharedMemory *
pt_shared_memory_new_for_fd (const char *path,
                             int         fd,
                             GError    **error)
{
  g_autoptr (PtSharedMemory) self = g_new0 (PtSharedMemory, 1);
  struct stat status = { 0 };
  gpointer    base = NULL;

  self->fd = fd;
  self->path = g_strdup (path);
  if (!pt_shared_memory_read_size (fd, &status, &self->size))
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_OPEN,
                   "%s is neither a shared memory file nor a kvmfr device", path);
      return NULL;
    }
  if (self->size == 0)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_OPEN, "%s is empty", path);
      return NULL;
    }
  base = mmap (NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (base == MAP_FAILED)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_OPEN, "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  self->base = base;
  if (!pt_bus_guard_add (self->base, self->size, &self->lost))
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_OPEN, "%s: too many mappings", path);
      return NULL;
    }
  pt_shared_memory_check_owner (path, &status);
  return g_steal_pointer (&self);
}


PtSharedMemory *
pt_shared_memory_open (const char *path,
                       GError    **error)
{
  int fd = -1;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  fd = open (path, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    {
      g_set_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_OPEN, "%s: %s", path, g_strerror (errno));
      return NULL;
    }
  return pt_shared_memory_new_for_fd (path, fd, error);
}


PtSharedMemory *
pt_shared_memory_new_for_data (gpointer data,
                               gsize    size)
{
  PtSharedMemory *self = g_new0 (PtSharedMemory, 1);

  self->base = data;
  self->size = size;
  self->fd = -1;
  return self;
}


void
pt_shared_memory_free (PtSharedMemory *self)
{
  g_return_if_fail (self != NULL);

  if (self->fd >= 0)
    {
      if (self->base != NULL)
        {
          pt_bus_guard_remove (self->base);
          munmap (self->base, self->size);
        }
      close (self->fd);
    }
  g_free (self->path);
  g_free (self);
}


gboolean
pt_shared_memory_is_current (PtSharedMemory *self)
{
  struct stat ours = { 0 };
  struct stat named = { 0 };
  gsize       size = 0;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->fd < 0)
    return TRUE;
  return pt_shared_memory_read_size (self->fd, &ours, &size) &&
         size == self->size &&
         lstat (self->path, &named) == 0 &&
         named.st_dev == ours.st_dev &&
         named.st_ino == ours.st_ino;
}


void
pt_shared_memory_snapshot (PtSharedMemory *self,
                           gsize           offset,
                           gpointer        copy,
                           gsize           length)
{
  guint8 *bytes = copy;

  g_return_if_fail (self != NULL);
  g_return_if_fail (pt_shared_memory_contains (self, offset, length));
  g_return_if_fail (offset % 4 == 0 && length % 4 == 0);

  for (gsize i = 0; i < length; i += 4)
    {
      guint32 word = __atomic_load_n (pt_shared_memory_u32 (self, offset + i), __ATOMIC_RELAXED);

      memcpy (bytes + i, &word, 4);
    }
}
