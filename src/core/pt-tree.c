/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-tree"

#include "config.h"

#include "pt-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As many links in one name as the kernel allows. */
#define PT_TREE_MAX_LINKS 40


gboolean
pt_tree_name_is_inside (const char *name)
{
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (name != NULL, FALSE);

  if (*name == '\0')
    return TRUE;
  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0' || g_str_equal (parts[i], ".."))
        return FALSE;
    }
  return TRUE;
}


gboolean
pt_tree_link_is_inside (const char *name,
                        const char *target)
{
  guint depth = 0;

  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (target != NULL, FALSE);

  if (!pt_tree_name_is_inside (name) || *target == '\0')
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    depth += *c == '/';

  while (g_str_equal (target, "..") || g_str_has_prefix (target, "../"))
    {
      if (depth-- == 0)
        return FALSE;
      target += target[2] == '/' ? 3 : 2;
    }
  return pt_tree_name_is_inside (target);
}


int
pt_tree_open (int         root,
              const char *name,
              int         flags)
{
  struct open_how how = {
    .flags = (guint64)(flags | O_CLOEXEC),
    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
  };
  long fd = -1;

  g_return_val_if_fail (name != NULL, -1);

  fd = syscall (SYS_openat2, root, *name != '\0' ? name : ".", &how, sizeof how);
  if (fd >= 0)
    return (int)fd;
  if (errno != ENOSYS && errno != EPERM && errno != EAGAIN)
    return -1;
  return pt_tree_open_by_steps (root, name, flags);
}


static char *
pt_tree_read_link (int         folder,
                   const char *name)
{
  char    buffer[4096] = "";
  ssize_t length = readlinkat (folder, name, buffer, sizeof buffer);

  return length > 0 && (gsize)length < sizeof buffer ? g_strndup (buffer, (gsize)length) : NULL;
}


/* Puts the components of @path before those still to come. */
static void
pt_tree_push (GQueue     *todo,
              const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = g_strv_length (parts); i > 0; i--)
    {
      if (*parts[i - 1] != '\0' && !g_str_equal (parts[i - 1], "."))
        g_queue_push_head (todo, g_strdup (parts[i - 1]));
    }
}


static int
pt_tree_here (GArray *folders,
              int     root)
{
  return folders->len > 0 ? g_array_index (folders, int, folders->len - 1) : root;
}


/* Leaves all directories but the root. */
static void
pt_tree_rewind (GArray *folders)
{
  for (guint i = 0; i < folders->len; i++)
    close (g_array_index (folders, int, i));
  g_array_set_size (folders, 0);
}


/* TRUE if the mode of @fd gives an ordinary user @right: 4 to read, 2 to write, 1 to enter. Owners
 * are not kept in a tree: what it has is root's, in a group the user may be in. */
static gboolean
pt_tree_user_may (int   fd,
                  guint right)
{
  struct stat info = { 0 };

  if (fstat (fd, &info) == 0 &&
      (S_ISLNK (info.st_mode) || ((info.st_mode | info.st_mode >> 3) & right) == right))
    return TRUE;
  errno = EACCES;
  return FALSE;
}


/* @fd, or -1 with errno where the user may not. Takes @fd. */
static int
pt_tree_check_user (int   fd,
                    guint right)
{
  if (fd < 0 || pt_tree_user_may (fd, right))
    return fd;
  close (fd);
  errno = EACCES;
  return -1;
}


/* One component: up, down, or through a link. @folders are the open directories from the root
 * down. */
static gboolean
pt_tree_step (GArray     *folders,
              GQueue     *todo,
              const char *part,
              int         root,
              gboolean    as_user,
              guint      *links)
{
  int              here = pt_tree_here (folders, root);
  g_autofree char *target = NULL;
  int              next = -1;

  if (g_str_equal (part, ".."))
    {
      /* Above the root is the root, as everywhere. */
      if (folders->len > 0)
        {
          close (here);
          g_array_set_size (folders, folders->len - 1);
        }
      return TRUE;
    }

  target = pt_tree_read_link (here, part);
  if (target == NULL)
    {
      next = openat (here, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (as_user)
        next = pt_tree_check_user (next, S_IXOTH);
      if (next >= 0)
        g_array_append_val (folders, next);
      return next >= 0;
    }

  if (++*links > PT_TREE_MAX_LINKS)
    {
      errno = ELOOP;
      return FALSE;
    }
  if (*target == '/')
    pt_tree_rewind (folders);
  pt_tree_push (todo, target);
  return TRUE;
}


/* What of a file @flags of open(2) want. */
static guint
pt_tree_wanted_rights (int flags)
{
  if (flags & O_PATH)
    return 0;
  if ((flags & O_ACCMODE) == O_RDWR)
    return S_IROTH | S_IWOTH;
  return (flags & O_ACCMODE) == O_WRONLY ? S_IWOTH : S_IROTH;
}


static int
pt_tree_walk (int         root,
              const char *name,
              int         flags,
              gboolean    as_user)
{
  g_autoptr (GArray) folders = g_array_new (FALSE, FALSE, sizeof (int));
  GQueue todo = G_QUEUE_INIT;
  guint  links = 0;
  int    fd = -1;
  int    saved = 0;

  pt_tree_push (&todo, name);
  while (fd < 0)
    {
      g_autofree char *part = g_queue_pop_head (&todo);
      int              here = pt_tree_here (folders, root);

      if (part == NULL || (todo.length == 0 && !g_str_equal (part, "..")))
        {
          g_autofree char *target = part != NULL ? pt_tree_read_link (here, part) : NULL;

          if (target == NULL || (flags & O_NOFOLLOW))
            {
              fd = openat (here, part != NULL ? part : ".", flags | O_NOFOLLOW | O_CLOEXEC);
              if (as_user && part != NULL)
                fd = pt_tree_check_user (fd, pt_tree_wanted_rights (flags));
              break;
            }
        }
      if (!pt_tree_step (folders, &todo, part, root, as_user, &links))
        break;
    }

  saved = errno;
  pt_tree_rewind (folders);
  g_queue_clear_full (&todo, g_free);
  errno = saved;
  return fd;
}


int
pt_tree_open_by_steps (int         root,
                       const char *name,
                       int         flags)
{
  g_return_val_if_fail (name != NULL, -1);

  return pt_tree_walk (root, name, flags, FALSE);
}


int
pt_tree_open_as_user (int         root,
                      const char *name,
                      int         flags)
{
  g_return_val_if_fail (name != NULL, -1);

  return pt_tree_walk (root, name, flags, TRUE);
}
