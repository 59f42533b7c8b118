/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-ivshmem"

#include "config.h"

#include "pt-ivshmem-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "pt-machine.h"


static gboolean
pt_ivshmem_refuse (GError    **error,
                   const char *path,
                   const char *reason)
{
  g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_STORAGE, "shared memory %s: %s", path, reason);
  return FALSE;
}


/* The kernel grants a write lease only while nobody else has the file open or mapped. It is
 * given back with the descriptor. */
static gboolean
pt_ivshmem_is_unused (int descriptor)
{
  return fcntl (descriptor, F_SETLEASE, F_WRLCK) == 0;
}


static gboolean
pt_ivshmem_renew (const char *path,
                  int         descriptor,
                  gboolean    own,
                  GError    **error)
{
  if (!pt_ivshmem_is_unused (descriptor))
    return pt_ivshmem_refuse (error, path, "another program is using it");
  if ((own ? g_unlink (path) : ftruncate (descriptor, 0)) < 0)
    return pt_ivshmem_refuse (error, path, g_strerror (errno));
  g_debug ("cleared %s, left over from an earlier run", path);
  return TRUE;
}


/* QEMU grows an empty file and refuses a short one; a long one would mislead the reader. */
static gboolean
pt_ivshmem_check_size (const struct stat *status,
                       guint64            size)
{
  return status->st_size == 0 || (guint64)status->st_size == size;
}


static gboolean
pt_ivshmem_check_foreign (const char        *path,
                          const struct stat *status,
                          guint64            size,
                          GError           **error)
{
  g_autofree char *reason = NULL;

  if (pt_ivshmem_check_size (status, size))
    return TRUE;
  reason = g_strdup_printf ("it belongs to user %u and has %" G_GINT64_FORMAT
                            " bytes instead of %" G_GUINT64_FORMAT "; remove it first",
                            status->st_uid, (gint64)status->st_size, size);
  return pt_ivshmem_refuse (error, path, reason);
}


gboolean
pt_ivshmem_prepare (const char *path,
                    guint64     size,
                    gboolean    own,
                    GError    **error)
{
  struct stat status = { 0 };
  int         descriptor = -1;
  gboolean    ok = FALSE;

  g_return_val_if_fail (path != NULL, FALSE);

  if (lstat (path, &status) < 0)
    return errno == ENOENT ? TRUE : pt_ivshmem_refuse (error, path, g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return pt_ivshmem_refuse (error, path, "it is not a regular file");
  if (status.st_uid != geteuid ())
    return pt_ivshmem_check_foreign (path, &status, size, error);
  if (!own && pt_ivshmem_check_size (&status, size))
    return TRUE;
  descriptor = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0)
    return pt_ivshmem_refuse (error, path, g_strerror (errno));
  ok = pt_ivshmem_renew (path, descriptor, own, error);
  close (descriptor);
  return ok;
}


PtFrameFile
pt_ivshmem_judge (const char *path,
                  guint64     size)
{
  struct stat status = { 0 };

  g_return_val_if_fail (path != NULL, PT_FRAME_FILE_FINE);

  if (lstat (path, &status) < 0)
    return PT_FRAME_FILE_FINE;
  if (!S_ISREG (status.st_mode))
    return PT_FRAME_FILE_NO_FILE;
  if (status.st_uid != geteuid () && !pt_ivshmem_check_size (&status, size))
    return PT_FRAME_FILE_FOREIGN;
  return PT_FRAME_FILE_FINE;
}


void
pt_ivshmem_remove (const char *path)
{
  struct stat status = { 0 };

  g_return_if_fail (path != NULL);

  if (lstat (path, &status) == 0 && S_ISREG (status.st_mode) && status.st_uid == geteuid () &&
      g_unlink (path) < 0)
    g_debug ("%s stays: %s", path, g_strerror (errno));
}
