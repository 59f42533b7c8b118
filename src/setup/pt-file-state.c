/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-file-state"

#include "config.h"

#include "pt-file-state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-plan.h"

#define PT_FILE_MAX_SIZE (4 * 1024 * 1024)
#define PT_FILE_SECOND G_GINT64_CONSTANT (1000000000)

/* A name in an open folder. */
typedef struct
{
  int   folder;
  char *base;
  char *beside; /* where the new file is written; its dot hides it from run-parts and globs */
} PtSpot;

static void
pt_spot_clear (PtSpot *self)
{
  if (self->folder >= 0)
    close (self->folder);
  g_free (self->base);
  g_free (self->beside);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PtSpot, pt_spot_clear)

static gboolean
pt_file_fail (GError    **error,
              const char *what,
              const char *path)
{
  int saved = errno;

  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot %s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

static gboolean
pt_spot_open (PtSpot     *self,
              PtSysroot  *sysroot,
              const char *path,
              GError    **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *folder = pt_sysroot_path (sysroot, PT_PLACE_ROOT, parent);

  self->base = g_path_get_basename (path);
  self->beside = g_strdup_printf (".%s.passthru-new", self->base);
  self->folder = -1;
  if (folder != NULL)
    self->folder = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  else
    errno = EXDEV;
  return self->folder >= 0 ? TRUE : pt_file_fail (error, "open the folder", parent);
}

PtFileState *
pt_file_state_new (PtFileKind kind,
                   GBytes    *content,
                   guint      mode,
                   guint      uid,
                   guint      gid)
{
  PtFileState *self = g_new0 (PtFileState, 1);

  self->kind = kind;
  self->content = content != NULL ? g_bytes_ref (content) : NULL;
  self->mode = mode;
  self->uid = uid;
  self->gid = gid;
  return self;
}

void
pt_file_state_free (PtFileState *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->content, g_bytes_unref);
  g_free (self);
}

gboolean
pt_file_state_same_content (const PtFileState *a,
                            const PtFileState *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->kind != b->kind)
    return FALSE;
  return a->kind == PT_FILE_ABSENT || g_bytes_equal (a->content, b->content);
}

char *
pt_file_state_dup_text (const PtFileState *self)
{
  gsize       length = 0;
  const char *data = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->content != NULL)
    data = g_bytes_get_data (self->content, &length);
  return g_strndup (data != NULL ? data : "", length);
}

static GBytes *
pt_file_read_bytes (int fd)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8  buffer[16384];
  ssize_t length = 0;

  while ((length = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0)
        return NULL;
      g_byte_array_append (bytes, buffer, length);
      if (bytes->len > PT_FILE_MAX_SIZE)
        {
          errno = EFBIG;
          return NULL;
        }
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static GBytes *
pt_spot_read_regular (PtSpot *self)
{
  GBytes *content = NULL;
  int     saved = 0;
  int     fd = openat (self->folder, self->base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  content = pt_file_read_bytes (fd);
  saved = errno;
  close (fd);
  errno = saved;
  return content;
}

static GBytes *
pt_spot_read_link (PtSpot *self)
{
  char    text[4096] = "";
  ssize_t length = readlinkat (self->folder, self->base, text, sizeof text);

  return length < 0 ? NULL : g_bytes_new (text, length);
}

static PtFileState *
pt_spot_read (PtSpot     *self,
              const char *path,
              GError    **error)
{
  struct stat  info = { 0 };
  PtFileState *state = NULL;
  g_autoptr (GBytes) content = NULL;

  if (fstatat (self->folder, self->base, &info, AT_SYMLINK_NOFOLLOW) != 0)
    {
      if (errno == ENOENT)
        return pt_file_state_new (PT_FILE_ABSENT, NULL, 0, 0, 0);
      pt_file_fail (error, "look at", path);
      return NULL;
    }

  if (S_ISREG (info.st_mode))
    content = pt_spot_read_regular (self);
  else if (S_ISLNK (info.st_mode))
    content = pt_spot_read_link (self);
  else
    errno = EINVAL;
  if (content == NULL)
    {
      pt_file_fail (error, "read", path);
      return NULL;
    }
  state = pt_file_state_new (S_ISREG (info.st_mode) ? PT_FILE_REGULAR : PT_FILE_LINK, content,
                             info.st_mode & 07777, info.st_uid, info.st_gid);
  if (S_ISREG (info.st_mode) && info.st_mtim.tv_sec >= 0)
    state->changed = info.st_mtim.tv_sec * PT_FILE_SECOND + info.st_mtim.tv_nsec;
  return state;
}

PtFileState *
pt_file_state_read (PtSysroot  *sysroot,
                    const char *path,
                    GError    **error)
{
  g_auto (PtSpot) spot = { -1, NULL, NULL };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (!pt_spot_open (&spot, sysroot, path, NULL))
    {
      if (errno == ENOENT)
        return pt_file_state_new (PT_FILE_ABSENT, NULL, 0, 0, 0);
      pt_file_fail (error, "open the folder of", path);
      return NULL;
    }
  return pt_spot_read (&spot, path, error);
}

gboolean
pt_write_all (int         fd,
              const void *data,
              gsize       length)
{
  const char *position = data;

  while (length > 0)
    {
      ssize_t written = write (fd, position, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      position += written;
      length -= written;
    }
  return TRUE;
}

gboolean
pt_folder_sync (int folder)
{
  return fsync (folder) == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
}

/* Package managers tell by it whether a file was touched; one that cannot be set is no harm. */
static void
pt_spot_set_changed (int    fd,
                     gint64 changed)
{
  struct timespec times[2] = { { 0, UTIME_OMIT },
                               { changed / PT_FILE_SECOND, changed % PT_FILE_SECOND } };

  if (changed > 0 && futimens (fd, times) != 0)
    g_debug ("cannot set the time of a file: %s", g_strerror (errno));
}

static gboolean
pt_spot_fill (PtSpot            *self,
              int                fd,
              const PtFileState *state)
{
  struct stat info = { 0 };
  gsize       length = 0;
  const void *data = g_bytes_get_data (state->content, &length);

  if (!pt_write_all (fd, data, length) || fstat (fd, &info) != 0)
    return FALSE;
  if ((info.st_uid != state->uid || info.st_gid != state->gid) &&
      fchown (fd, state->uid, state->gid) != 0)
    return FALSE;
  pt_spot_set_changed (fd, state->changed);
  return fchmod (fd, state->mode) == 0 && fsync (fd) == 0;
}

/* Writes @state to the name beside. FALSE with errno set. */
static gboolean
pt_spot_write_beside (PtSpot            *self,
                      const PtFileState *state)
{
  gboolean filled = FALSE;
  int      saved = 0;
  int      fd = -1;

  if (state->kind == PT_FILE_LINK)
    {
      g_autofree char *target = g_strndup (g_bytes_get_data (state->content, NULL),
                                           g_bytes_get_size (state->content));

      return symlinkat (target, self->folder, self->beside) == 0;
    }

  fd = openat (self->folder, self->beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
               0600);
  if (fd < 0)
    return FALSE;
  filled = pt_spot_fill (self, fd, state);
  saved = errno;
  if (close (fd) != 0 && filled)
    return FALSE;
  errno = saved;
  return filled;
}

static gboolean
pt_spot_remove (PtSpot     *self,
                const char *path,
                GError    **error)
{
  if (unlinkat (self->folder, self->base, 0) != 0 && errno != ENOENT)
    return pt_file_fail (error, "remove", path);
  return pt_folder_sync (self->folder) ? TRUE : pt_file_fail (error, "sync the folder of", path);
}

gboolean
pt_file_state_put (const PtFileState *self,
                   PtSysroot         *sysroot,
                   const char        *path,
                   GError           **error)
{
  g_auto (PtSpot) spot = { -1, NULL, NULL };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!pt_spot_open (&spot, sysroot, path, error))
    return FALSE;
  if (self->kind == PT_FILE_ABSENT)
    return pt_spot_remove (&spot, path, error);

  unlinkat (spot.folder, spot.beside, 0);
  if (!pt_spot_write_beside (&spot, self) ||
      renameat (spot.folder, spot.beside, spot.folder, spot.base) != 0)
    {
      pt_file_fail (error, "write", path);
      unlinkat (spot.folder, spot.beside, 0);
      return FALSE;
    }
  return pt_folder_sync (spot.folder) ? TRUE : pt_file_fail (error, "sync the folder of", path);
}

void
pt_file_state_sweep (PtSysroot  *sysroot,
                     const char *path)
{
  g_auto (PtSpot) spot = { -1, NULL, NULL };

  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (path != NULL);

  if (pt_spot_open (&spot, sysroot, path, NULL))
    unlinkat (spot.folder, spot.beside, 0);
}

char **
pt_folders_missing (PtSysroot  *sysroot,
                    const char *path)
{
  g_autofree char *folder = NULL;
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  folder = g_path_get_dirname (path);
  while (!g_str_equal (folder, "/") && !g_str_equal (folder, ".") &&
         !pt_sysroot_exists (sysroot, PT_PLACE_ROOT, folder))
    {
      char *parent = g_path_get_dirname (folder);

      g_ptr_array_insert (missing, 0, g_steal_pointer (&folder));
      folder = parent;
    }
  g_ptr_array_add (missing, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&missing), FALSE);
}

gboolean
pt_folder_make (PtSysroot  *sysroot,
                const char *path,
                GError    **error)
{
  g_auto (PtSpot) spot = { -1, NULL, NULL };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!pt_spot_open (&spot, sysroot, path, error))
    return FALSE;
  if (mkdirat (spot.folder, spot.base, 0755) != 0)
    return errno == EEXIST ? TRUE : pt_file_fail (error, "make the folder", path);
  /* Whatever the umask is. */
  if (fchmodat (spot.folder, spot.base, 0755, 0) != 0)
    return pt_file_fail (error, "set the mode of", path);
  return pt_folder_sync (spot.folder) ? TRUE : pt_file_fail (error, "sync the folder of", path);
}

gboolean
pt_folder_remove_if_empty (PtSysroot  *sysroot,
                           const char *path,
                           GError    **error)
{
  g_auto (PtSpot) spot = { -1, NULL, NULL };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!pt_spot_open (&spot, sysroot, path, NULL) ||
      unlinkat (spot.folder, spot.base, AT_REMOVEDIR) != 0 || pt_folder_sync (spot.folder))
    return TRUE;
  return pt_file_fail (error, "sync the folder of", path);
}
