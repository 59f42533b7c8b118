/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-hold"

#include "config.h"

#include "pt-hold.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-file-state.h"
#include "pt-plan.h"

#define PT_HOLD_BESIDE ".passthru-new"
#define PT_HOLD_TRIES 16
/* Microseconds between two looks at a lock, and how many of them. */
#define PT_HOLD_PAUSE 100000
#define PT_HOLD_LOOKS 30

struct _PtHold
{
  PtSysroot *sysroot;
  int        folder; /* of the state */
  int        parent; /* where the folder beside is; -1 when the state folder was there */
  int        beside; /* the folder beside */
  char      *name;   /* of the outermost folder that is made */
  char     **made;
};

static void
pt_hold_close (int *fd)
{
  if (*fd >= 0)
    close (g_steal_fd (fd));
}

static gboolean
pt_hold_fail (GError    **error,
              const char *what,
              const char *path)
{
  int saved = errno;

  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL, "cannot %s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

static gboolean
pt_hold_busy (GError **error)
{
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY, "another change is under way");
  return FALSE;
}

static gboolean
pt_hold_is_named (int         parent,
                  const char *name,
                  int         fd)
{
  struct stat there = { 0 };
  struct stat here = { 0 };

  return fstatat (parent, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && fstat (fd, &here) == 0 &&
         there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

/* What a killed helper had started keeps the lock, and mostly ends at once. FALSE with errno. */
static gboolean
pt_hold_lock (int fd)
{
  for (guint i = 0; i < PT_HOLD_LOOKS; i++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
      if (errno != EWOULDBLOCK)
        return FALSE;
      g_usleep (PT_HOLD_PAUSE);
    }
  errno = EWOULDBLOCK;
  return FALSE;
}

/* Opens and locks the folder @name. -1 with errno: EWOULDBLOCK when someone else has it. */
static int
pt_hold_lock_folder (int         parent,
                     const char *name)
{
  for (guint i = 0; i < PT_HOLD_TRIES; i++)
    {
      int saved = 0;
      int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

      if (fd < 0)
        return -1;
      if (!pt_hold_lock (fd))
        {
          saved = errno;
          close (fd);
          errno = saved;
          return -1;
        }
      /* It may have been moved away between opening and locking. */
      if (pt_hold_is_named (parent, name, fd))
        return fd;
      close (fd);
    }
  errno = EWOULDBLOCK;
  return -1;
}

/* Empties the open folder @fd of files and folders. */
static void
pt_hold_empty_folder (int fd)
{
  DIR           *folder = fdopendir (dup (fd));
  struct dirent *entry = NULL;

  if (folder == NULL)
    return;
  rewinddir (folder);
  while ((entry = readdir (folder)) != NULL)
    {
      int child = -1;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, ".."))
        continue;
      if (unlinkat (fd, entry->d_name, 0) == 0)
        continue;
      child = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child < 0)
        continue;
      pt_hold_empty_folder (child);
      close (child);
      unlinkat (fd, entry->d_name, AT_REMOVEDIR);
    }
  closedir (folder);
}

/* Throws away a folder that did not get to its place. */
static void
pt_hold_discard (PtHold *self)
{
  if (self->parent < 0 || self->beside < 0)
    return;
  pt_hold_empty_folder (self->beside);
  unlinkat (self->parent, PT_HOLD_BESIDE, AT_REMOVEDIR);
}

void
pt_hold_free (PtHold *self)
{
  g_return_if_fail (self != NULL);

  if (self->sysroot != NULL)
    pt_sysroot_set_kept (self->sysroot, -1);
  pt_hold_discard (self);
  pt_hold_close (&self->folder);
  pt_hold_close (&self->beside);
  pt_hold_close (&self->parent);
  g_strfreev (self->made);
  g_free (self->name);
  g_clear_object (&self->sysroot);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHold, pt_hold_free)

static int
pt_hold_open_folder (PtSysroot  *sysroot,
                     const char *path)
{
  g_autofree char *real = pt_sysroot_path (sysroot, PT_PLACE_ROOT, path);

  if (real == NULL)
    {
      errno = EXDEV;
      return -1;
    }
  return open (real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Clears a folder beside that nobody holds out of @parent. 1 = there was one, 0 =
 * none, -1 = it is held. */
static int
pt_hold_sweep_folder (int parent)
{
  int fd = pt_hold_lock_folder (parent, PT_HOLD_BESIDE);

  if (fd < 0)
    return errno == EWOULDBLOCK ? -1 : 0;
  pt_hold_empty_folder (fd);
  unlinkat (parent, PT_HOLD_BESIDE, AT_REMOVEDIR);
  /* Where it comes back by a power cut, it is swept once more. */
  if (!pt_folder_sync (parent))
    g_debug ("cannot sync a folder: %s", g_strerror (errno));
  close (fd);
  return 1;
}

/* Looks in every folder on the way to the state where one may have been built. */
static gboolean
pt_hold_sweep (PtSysroot *sysroot,
               gboolean  *swept,
               GError   **error)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_STATE, NULL);

  while (!g_str_equal (path, "/"))
    {
      char *parent_path = g_path_get_dirname (path);
      int   parent = pt_hold_open_folder (sysroot, parent_path);
      int   found = parent >= 0 ? pt_hold_sweep_folder (parent) : 0;

      pt_hold_close (&parent);
      g_free (path);
      path = parent_path;
      if (found < 0)
        return pt_hold_busy (error);
      if (found > 0 && swept != NULL)
        *swept = TRUE;
    }
  return TRUE;
}

/* Makes the folders below the one beside: all of @made but the first. */
static int
pt_hold_build_inner (PtHold *self)
{
  int fd = dup (self->beside);

  for (gsize i = 1; self->made[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (self->made[i]);
      int              inner = -1;

      if (fchmod (fd, 0755) == 0 && mkdirat (fd, name, 0700) == 0)
        inner = openat (fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      close (fd);
      if (inner < 0)
        return -1;
      fd = inner;
    }
  return fd;
}

static gboolean
pt_hold_build (PtHold  *self,
               GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->made[0]);

  self->name = g_path_get_basename (self->made[0]);
  self->parent = pt_hold_open_folder (self->sysroot, parent);
  if (self->parent < 0)
    return pt_hold_fail (error, "open the folder", parent);
  if (mkdirat (self->parent, PT_HOLD_BESIDE, 0700) != 0 && errno != EEXIST)
    return pt_hold_fail (error, "make a folder in", parent);
  self->beside = pt_hold_lock_folder (self->parent, PT_HOLD_BESIDE);
  if (self->beside < 0)
    return errno == EWOULDBLOCK ? pt_hold_busy (error)
                                : pt_hold_fail (error, "open a folder in", parent);

  pt_hold_empty_folder (self->beside);
  self->folder = pt_hold_build_inner (self);
  if (self->folder < 0)
    return pt_hold_fail (error, "make a folder in", parent);
  /* With one folder this is the lock already held, under another descriptor of the same opening. */
  if (flock (self->folder, LOCK_EX | LOCK_NB) != 0)
    return pt_hold_busy (error);
  return TRUE;
}

static char **
pt_hold_missing (PtSysroot *sysroot)
{
  g_autofree char *inside = pt_sysroot_logical_path (sysroot, PT_PLACE_STATE, "journal");

  return pt_folders_missing (sysroot, inside);
}

static gboolean
pt_hold_take_existing (PtHold  *self,
                       GError **error)
{
  g_autofree char *path = pt_sysroot_logical_path (self->sysroot, PT_PLACE_STATE, NULL);
  g_autofree char *parent_path = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  int              parent = pt_hold_open_folder (self->sysroot, parent_path);

  if (parent < 0)
    return pt_hold_fail (error, "open the folder", parent_path);
  self->folder = pt_hold_lock_folder (parent, name);
  if (self->folder < 0 && errno == EWOULDBLOCK)
    pt_hold_busy (error);
  else if (self->folder < 0)
    pt_hold_fail (error, "open the folder", path);
  close (parent);
  return self->folder >= 0;
}

static gboolean
pt_hold_take_lock (PtHold   *self,
                   gboolean  create,
                   gboolean *swept,
                   GError  **error)
{
  if (self->made[0] == NULL)
    return pt_hold_take_existing (self, error);
  if (create)
    return pt_hold_build (self, error);
  if (pt_hold_sweep (self->sysroot, swept, error))
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING, "there is nothing to undo");
  return FALSE;
}

PtHold *
pt_hold_take (PtSysroot *sysroot,
              gboolean   create,
              gboolean  *swept,
              GError   **error)
{
  g_autoptr (PtHold) self = g_new0 (PtHold, 1);

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self->sysroot = g_object_ref (sysroot);
  self->folder = self->parent = self->beside = -1;
  self->made = pt_hold_missing (sysroot);
  if (!pt_hold_take_lock (self, create, swept, error))
    return NULL;
  pt_sysroot_set_kept (sysroot, self->folder);
  return g_steal_pointer (&self);
}

int
pt_hold_get_folder (PtHold *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->folder;
}

char **
pt_hold_get_made (PtHold *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->made;
}

gboolean
pt_hold_settle (PtHold  *self,
                GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->parent < 0)
    return TRUE;
  if (!pt_folder_sync (self->beside) ||
      renameat (self->parent, PT_HOLD_BESIDE, self->parent, self->name) != 0)
    return pt_hold_fail (error, "make the folder", self->made[0]);
  if (!pt_folder_sync (self->parent))
    {
      pt_hold_fail (error, "sync the folder of", self->made[0]);
      renameat (self->parent, self->name, self->parent, PT_HOLD_BESIDE);
      return FALSE;
    }
  pt_hold_close (&self->parent);
  return TRUE;
}

/* TRUE if @fd holds nothing but @inner[0], that nothing but @inner[1], and so on down to @file. */
static gboolean
pt_hold_is_only (int                fd,
                 const char *const *inner,
                 const char        *file)
{
  g_autofree char *expected = *inner != NULL ? g_path_get_basename (*inner) : g_strdup (file);
  DIR             *folder = fdopendir (dup (fd));
  struct dirent   *entry = NULL;
  gboolean         only = folder != NULL;
  int              child = -1;

  if (folder != NULL)
    rewinddir (folder);
  while (only && (entry = readdir (folder)) != NULL)
    only = g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..") ||
           g_str_equal (entry->d_name, expected);
  if (folder != NULL)
    closedir (folder);
  if (!only || *inner == NULL)
    return only;

  child = openat (fd, expected, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  only = child >= 0 && pt_hold_is_only (child, inner + 1, file);
  pt_hold_close (&child);
  return only;
}

/* Moves the folder @path aside in one go, then deletes it. FALSE if something else is in it.
 * @synced: (out) whether that is on the disk. */
static gboolean
pt_hold_remove_folder (PtHold            *self,
                       const char        *path,
                       const char *const *inner,
                       const char        *file,
                       gboolean          *synced)
{
  g_autofree char *parent_path = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  int              parent = pt_hold_open_folder (self->sysroot, parent_path);
  int              fd = -1;
  gboolean         removed = FALSE;

  if (parent >= 0)
    fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0 && pt_hold_is_only (fd, inner, file) &&
      renameat (parent, name, parent, PT_HOLD_BESIDE) == 0)
    {
      *synced = pt_folder_sync (parent);
      pt_hold_empty_folder (fd);
      removed = unlinkat (parent, PT_HOLD_BESIDE, AT_REMOVEDIR) == 0;
      *synced = pt_folder_sync (parent) && *synced;
    }
  pt_hold_close (&fd);
  pt_hold_close (&parent);
  return removed;
}

gboolean
pt_hold_remove (PtHold            *self,
                const char        *file,
                const char *const *made)
{
  gboolean synced = TRUE;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (file != NULL, FALSE);

  for (gsize i = 0; made != NULL && made[i] != NULL; i++)
    if (pt_hold_remove_folder (self, made[i], made + i + 1, file, &synced))
      {
        errno = synced ? errno : EIO;
        return synced;
      }

  if (unlinkat (self->folder, file, 0) != 0 && errno != ENOENT)
    return FALSE;
  return pt_folder_sync (self->folder) && synced;
}
