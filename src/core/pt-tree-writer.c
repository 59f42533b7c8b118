/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-tree-writer"

#include "config.h"

#include "pt-tree-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pt-tree.h"


static gboolean
pt_tree_writer_fail (const char *name,
                     GError    **error)
{
  /* ELOOP and ENOTDIR: a link or a file stands where a folder should be. */
  gboolean escapes = errno == ELOOP || errno == ENOTDIR;

  g_set_error (error, PT_HOST_FILE_ERROR,
               escapes ? PT_HOST_FILE_ERROR_ESCAPES : PT_HOST_FILE_ERROR_FAILED,
               "cannot write %s: %s", name, g_strerror (errno));
  return FALSE;
}


static gboolean
pt_tree_writer_refuse (const char *name,
                       GError    **error)
{
  g_set_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_ESCAPES, "%s would leave the tree",
               name);
  return FALSE;
}


/* Opens folder @name, made where missing; no component may be a link. */
static int
pt_tree_writer_enter (int         root,
                      const char *name)
{
  struct open_how how = {
    .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  };
  g_auto (GStrv) parts = NULL;
  int fd = (int)syscall (SYS_openat2, root, name, &how, sizeof how);

  /* Mostly it is there already. */
  if (fd >= 0)
    return fd;
  parts = g_strsplit (name, "/", -1);
  fd = openat (root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; fd >= 0 && parts[i] != NULL; i++)
    {
      int      next = -1;
      gboolean made = mkdirat (fd, parts[i], 0755) == 0;

      if (made || errno == EEXIST)
        next = openat (fd, parts[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      /* A computer's folders do not depend on the umask of who expands it. */
      if (made && next >= 0 && fchmod (next, 0755) != 0)
        {
          close (next);
          next = -1;
        }
      close (fd);
      fd = next;
    }
  return fd;
}


/* The folder @name goes into, open, and what it is called there. */
static int
pt_tree_writer_open_parent (int         root,
                            const char *name,
                            char      **base,
                            GError    **error)
{
  g_autofree char *folder = NULL;
  int              fd = -1;

  if (*name == '\0' || !pt_tree_name_is_inside (name))
    {
      pt_tree_writer_refuse (name, error);
      return -1;
    }

  folder = g_path_get_dirname (name);
  *base = g_path_get_basename (name);
  fd = g_str_equal (folder, ".") ? openat (root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                                 : pt_tree_writer_enter (root, folder);
  if (fd < 0)
    pt_tree_writer_fail (name, error);
  return fd;
}


static gboolean
pt_tree_writer_put (int           folder,
                    const char   *base,
                    gconstpointer content,
                    gsize         length,
                    guint         mode)
{
  const char *from = content;
  gboolean    done = FALSE;
  int         fd = -1;

  if (unlinkat (folder, base, 0) != 0 && errno != ENOENT)
    return FALSE;
  fd = openat (folder, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return FALSE;

  while (length > 0)
    {
      ssize_t written = write (fd, from, length);

      if (written < 0 && errno != EINTR)
        break;
      from += MAX (written, 0);
      length -= (gsize)MAX (written, 0);
    }
  done = length == 0 && fchmod (fd, mode & 0777) == 0;
  return close (fd) == 0 && done;
}


gboolean
pt_tree_write_file (int           root,
                    const char   *name,
                    gconstpointer content,
                    gsize         length,
                    guint         mode,
                    GError      **error)
{
  g_autofree char *base = NULL;
  gboolean         done = FALSE;
  int              folder = -1;

  g_return_val_if_fail (name != NULL, FALSE);

  folder = pt_tree_writer_open_parent (root, name, &base, error);
  if (folder < 0)
    return FALSE;
  done = pt_tree_writer_put (folder, base, content, length, mode);
  if (!done)
    pt_tree_writer_fail (name, error);
  close (folder);
  return done;
}


gboolean
pt_tree_write_folder (int         root,
                      const char *name,
                      guint       mode,
                      GError    **error)
{
  gboolean done = FALSE;
  int      fd = -1;

  g_return_val_if_fail (name != NULL, FALSE);

  if (*name == '\0' || !pt_tree_name_is_inside (name))
    return pt_tree_writer_refuse (name, error);

  fd = pt_tree_writer_enter (root, name);
  done = fd >= 0 && (mode == 0 || fchmod (fd, mode & 0777) == 0);
  if (!done)
    pt_tree_writer_fail (name, error);
  if (fd >= 0)
    close (fd);
  return done;
}


gboolean
pt_tree_write_link (int         root,
                    const char *name,
                    const char *target,
                    GError    **error)
{
  g_autofree char *base = NULL;
  gboolean         done = FALSE;
  int              folder = -1;

  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (target != NULL, FALSE);

  if (!pt_tree_link_is_inside (name, target))
    return pt_tree_writer_refuse (name, error);

  folder = pt_tree_writer_open_parent (root, name, &base, error);
  if (folder < 0)
    return FALSE;
  done =
    (unlinkat (folder, base, 0) == 0 || errno == ENOENT) && symlinkat (target, folder, base) == 0;
  if (!done)
    pt_tree_writer_fail (name, error);
  close (folder);
  return done;
}
