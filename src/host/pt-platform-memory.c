/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-platform-memory"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "pt-platform-private.h"

#define PT_MIB (G_GUINT64_CONSTANT (1) << 20)

/* The smallest that Looking Glass works with; all are powers of two. */
#define PT_PICTURE_LEAST (16 * PT_MIB)


void
pt_picture_memory_free (PtPictureMemory *self)
{
  g_free (self->path);
  g_free (self->detail);
  g_free (self);
}


/* QEMU takes a file as it is or makes an empty one as large as it needs. */
static gboolean
pt_picture_size_is_odd (guint64 size)
{
  return size != 0 && (size < PT_PICTURE_LEAST || (size & (size - 1)) != 0);
}


/* On a recorded host the file's text is the key of the trouble that there was. */
static const char *
pt_picture_recorded_trouble (PtSysroot  *sysroot,
                             const char *name,
                             guint64     size)
{
  static const char *const known[] = { "fix-shared-memory-permission", "fix-shared-memory-size",
                                       "fix-shared-memory-kind", "fix-kvmfr-file" };
  g_autofree char         *text =
    size < 64 ? pt_sysroot_read_text (sysroot, PT_PLACE_DEV, name, NULL) : NULL;

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (text, known[i]))
      return known[i];
  return NULL;
}


static const char *
pt_picture_judge_file (PtSysroot         *sysroot,
                       const char        *path,
                       const char        *name,
                       const struct stat *status)
{
  const char *recorded = NULL;

  if (!S_ISREG (status->st_mode))
    return "fix-shared-memory-kind";
  if (!pt_sysroot_is_real (sysroot))
    recorded = pt_picture_recorded_trouble (sysroot, name, (guint64)status->st_size);
  if (recorded != NULL)
    return recorded;
  if (pt_sysroot_is_real (sysroot) && access (path, R_OK | W_OK) != 0)
    return "fix-shared-memory-permission";
  return pt_picture_size_is_odd ((guint64)status->st_size) ? "fix-shared-memory-size" : NULL;
}


/* Made by its module it is a device. A machine that was started before the module makes an
 * ordinary file of that name, which then is in the way of the device. */
static const char *
pt_picture_judge_device (PtSysroot         *sysroot,
                         const char        *path,
                         const char        *name,
                         const struct stat *status)
{
  if (!pt_sysroot_is_real (sysroot))
    return pt_picture_recorded_trouble (sysroot, name, (guint64)status->st_size);
  if (!S_ISCHR (status->st_mode))
    return "fix-kvmfr-file";
  return access (path, R_OK | W_OK) == 0 ? NULL : "fix-shared-memory-permission";
}


static const char *
pt_picture_kind (const struct stat *status)
{
  if (S_ISCHR (status->st_mode))
    return "a device";
  return S_ISREG (status->st_mode) ? "a file" : "neither file nor device";
}


/* The names that Passthru gives hold what the machine is called, which is nobody's business. */
static char *
pt_picture_public_path (PtSysroot  *sysroot,
                        const char *name)
{
  if (g_str_has_prefix (name, "shm/passthru-"))
    name = "shm/passthru-…";
  return pt_sysroot_logical_path (sysroot, PT_PLACE_DEV, name);
}


static void
pt_picture_add (PtSysroot  *sysroot,
                const char *name,
                gboolean    device,
                GPtrArray  *memories)
{
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_DEV, name);
  struct stat      status = { 0 };
  PtPictureMemory *memory = NULL;

  if (path == NULL || lstat (path, &status) != 0)
    return;
  /* A folder with our prefix is a rehearsal's or a test's: no machine's memory is called so. */
  if (S_ISDIR (status.st_mode) && g_str_has_prefix (name, "shm/passthru-"))
    return;
  memory = g_new0 (PtPictureMemory, 1);
  memory->path = pt_picture_public_path (sysroot, name);
  memory->trouble = device ? pt_picture_judge_device (sysroot, path, name, &status)
                           : pt_picture_judge_file (sysroot, path, name, &status);
  memory->detail =
    g_strdup_printf ("%s, mode %04o, %" G_GUINT64_FORMAT " MiB", pt_picture_kind (&status),
                     (guint)status.st_mode & 07777, (guint64)status.st_size / PT_MIB);
  g_ptr_array_add (memories, memory);
}


static gboolean
pt_picture_is_ours (const char *name)
{
  return g_str_has_prefix (name, "looking-glass") || g_str_has_prefix (name, "passthru-");
}


void
pt_platform_read_memory (PtSysroot  *sysroot,
                         PtPlatform *platform)
{
  g_auto (GStrv) shared = NULL;
  g_auto (GStrv) devices = NULL;
  g_autofree char *folder = NULL;
  struct statvfs   room = { 0 };

  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (platform != NULL);

  shared = pt_sysroot_list (sysroot, PT_PLACE_DEV, "shm", NULL);
  if (shared == NULL)
    return;
  platform->memories = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_picture_memory_free);
  for (guint i = 0; shared[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename ("shm", shared[i], NULL);

      if (pt_picture_is_ours (shared[i]))
        pt_picture_add (sysroot, name, FALSE, platform->memories);
    }
  devices = pt_sysroot_list (sysroot, PT_PLACE_DEV, NULL, NULL);
  for (guint i = 0; devices != NULL && devices[i] != NULL; i++)
    if (g_str_has_prefix (devices[i], "kvmfr"))
      pt_picture_add (sysroot, devices[i], TRUE, platform->memories);

  folder = pt_sysroot_path (sysroot, PT_PLACE_DEV, "shm");
  if (pt_sysroot_is_real (sysroot) && folder != NULL && statvfs (folder, &room) == 0)
    platform->shared_room = (guint64)room.f_bavail * room.f_frsize;
}
