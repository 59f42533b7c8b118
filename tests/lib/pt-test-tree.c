/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-test-tree"

#include "config.h"

#include "pt-test-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PT_TEST_SECOND G_GINT64_CONSTANT (1000000000)
/* Two changes within one tick of the kernel's clock look like one. */
#define PT_TEST_TICK (PT_TEST_SECOND / 20)

typedef struct
{
  PtTestTree        *tree;
  PtTestTree        *known;
  const char *const *left_out;
  gint64             now;
} PtTestReading;

static void
pt_test_file_free (PtTestFile *self)
{
  g_clear_pointer (&self->content, g_bytes_unref);
  g_free (self);
}

static gint64
pt_test_time (const struct timespec *time)
{
  return time->tv_sec * PT_TEST_SECOND + time->tv_nsec;
}

static GBytes *
pt_test_tree_read_content (int         folder,
                           const char *base)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8  buffer[16384];
  ssize_t length = 0;
  int     fd = openat (folder, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return g_bytes_new_static ("(unreadable)", strlen ("(unreadable)"));
  while ((length = read (fd, buffer, sizeof buffer)) > 0)
    g_byte_array_append (bytes, buffer, length);
  g_assert_cmpint (length, ==, 0);
  close (fd);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static GBytes *
pt_test_tree_read_link (int         folder,
                        const char *base)
{
  char    text[4096] = "";
  ssize_t length = readlinkat (folder, base, text, sizeof text);

  g_assert_cmpint (length, >=, 0);
  return g_bytes_new (text, length);
}

static PtTestFile *
pt_test_tree_look (PtTestReading     *reading,
                   int                folder,
                   const char        *base,
                   const char        *name,
                   const struct stat *info)
{
  PtTestFile       *file = g_new0 (PtTestFile, 1);
  const PtTestFile *known = reading->known != NULL ? pt_test_tree_find (reading->known, name)
                                                   : NULL;

  file->mode = info->st_mode;
  file->uid = info->st_uid;
  file->gid = info->st_gid;
  file->changed = pt_test_time (&info->st_mtim);
  file->inode = info->st_ino;
  file->status = pt_test_time (&info->st_ctim);
  if (S_ISDIR (info->st_mode))
    return file;
  if (known != NULL && known->content != NULL && known->status == file->status &&
      known->inode == file->inode && (gsize)info->st_size == g_bytes_get_size (known->content))
    file->content = g_bytes_ref (known->content);
  else if (S_ISREG (info->st_mode))
    file->content = pt_test_tree_read_content (folder, base);
  else if (S_ISLNK (info->st_mode))
    file->content = pt_test_tree_read_link (folder, base);
  else
    file->content = g_bytes_new (NULL, 0);
  if (file->status + PT_TEST_TICK > reading->now)
    file->status = 0;
  return file;
}

static void
pt_test_tree_walk (PtTestReading *reading,
                   int            folder,
                   const char    *above)
{
  DIR           *entries = fdopendir (folder);
  struct dirent *entry = NULL;

  g_assert_nonnull (entries);
  while ((entry = readdir (entries)) != NULL)
    {
      struct stat info = { 0 };
      char       *name = NULL;
      int         inner = -1;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, ".."))
        continue;
      name = *above != '\0' ? g_strconcat (above, "/", entry->d_name, NULL)
                            : g_strdup (entry->d_name);
      if (reading->left_out != NULL && g_strv_contains (reading->left_out, name))
        {
          g_free (name);
          continue;
        }
      g_assert_cmpint (fstatat (folder, entry->d_name, &info, AT_SYMLINK_NOFOLLOW), ==, 0);
      g_hash_table_insert (reading->tree->files, name,
                           pt_test_tree_look (reading, folder, entry->d_name, name, &info));
      if (!S_ISDIR (info.st_mode))
        continue;
      inner = openat (folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      g_assert_cmpint (inner, >=, 0);
      pt_test_tree_walk (reading, inner, name);
    }
  closedir (entries);
}

PtTestTree *
pt_test_tree_read (const char        *folder,
                   const char *const *left_out,
                   PtTestTree        *known)
{
  PtTestTree     *self = g_new0 (PtTestTree, 1);
  PtTestReading   reading = { .tree = self, .known = known, .left_out = left_out };
  struct timespec now = { 0 };
  int             fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (clock_gettime (CLOCK_REALTIME, &now), ==, 0);
  reading.now = pt_test_time (&now);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)pt_test_file_free);
  pt_test_tree_walk (&reading, fd, "");
  return self;
}

void
pt_test_tree_free (PtTestTree *self)
{
  g_return_if_fail (self != NULL);

  g_hash_table_unref (self->files);
  g_free (self);
}

const PtTestFile *
pt_test_tree_find (PtTestTree *self,
                   const char *name)
{
  return g_hash_table_lookup (self->files, name);
}

gboolean
pt_test_file_equal (const PtTestFile *a,
                    const PtTestFile *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid &&
         (a->content == b->content ||
          (a->content != NULL && b->content != NULL && g_bytes_equal (a->content, b->content)));
}

char *
pt_test_file_describe (const PtTestFile *self)
{
  g_autofree char *sum = NULL;

  if (self == NULL)
    return g_strdup ("nothing");
  if (self->content != NULL)
    sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->content);
  return g_strdup_printf ("%06o %u:%u %.12s", self->mode, self->uid, self->gid,
                          sum != NULL ? sum : "");
}

static int
pt_test_compare_names (gconstpointer a,
                       gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
pt_test_trees_list (PtTestTree *const *trees,
                    gsize              n_trees)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; i < n_trees; i++)
    {
      GHashTableIter iter = { 0 };
      gpointer       name = NULL;
      gboolean       listed = FALSE;

      g_hash_table_iter_init (&iter, trees[i]->files);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        {
          listed = FALSE;
          for (gsize before = 0; before < i && !listed; before++)
            listed = pt_test_tree_find (trees[before], name) != NULL;
          if (!listed)
            g_ptr_array_add (names, g_strdup (name));
        }
    }
  g_ptr_array_sort (names, pt_test_compare_names);
  return names;
}

/* Giving back */

static void
pt_test_file_make (const PtTestFile *self,
                   const char       *path)
{
  const struct timespec times[2] = {
    { 0, UTIME_OMIT }, { self->changed / PT_TEST_SECOND, self->changed % PT_TEST_SECOND }
  };
  gsize       length = 0;
  const char *data = self->content != NULL ? g_bytes_get_data (self->content, &length) : NULL;

  if (S_ISDIR (self->mode))
    {
      g_assert_true (mkdir (path, 0700) == 0 || errno == EEXIST);
    }
  else if (S_ISLNK (self->mode))
    {
      g_autofree char *target = g_strndup (data, length);

      g_assert_cmpint (symlink (target, path), ==, 0);
    }
  else
    {
      int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

      g_assert_true (S_ISREG (self->mode));
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (write (fd, data, length), ==, length);
      close (fd);
    }
  g_assert_cmpint (lchown (path, self->uid, self->gid), ==, 0);
  if (!S_ISLNK (self->mode))
    g_assert_cmpint (chmod (path, self->mode & 07777), ==, 0);
  if (!S_ISDIR (self->mode))
    g_assert_cmpint (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), ==, 0);
}

static PtTestFile *
pt_test_file_copy (const PtTestFile *self)
{
  PtTestFile *copy = g_memdup2 (self, sizeof *self);

  if (copy->content != NULL)
    g_bytes_ref (copy->content);
  copy->status = 0;
  return copy;
}

static gboolean
pt_test_file_is_there (const PtTestFile *wanted,
                       const PtTestFile *now)
{
  return pt_test_file_equal (wanted, now) &&
         (wanted == NULL || S_ISDIR (wanted->mode) || wanted->changed == now->changed);
}

void
pt_test_tree_write (PtTestTree *self,
                    const char *folder,
                    PtTestTree *now)
{
  PtTestTree *const trees[] = { self, now };
  g_autoptr (GPtrArray) names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));

  /* What lies in a folder comes after it. */
  for (guint i = names->len; i-- > 0;)
    {
      const char       *name = g_ptr_array_index (names, i);
      const PtTestFile *wanted = pt_test_tree_find (self, name);
      const PtTestFile *there = pt_test_tree_find (now, name);
      g_autofree char  *path = g_build_filename (folder, name, NULL);

      if (there == NULL || pt_test_file_is_there (wanted, there) ||
          (wanted != NULL && S_ISDIR (wanted->mode) && S_ISDIR (there->mode)))
        continue;
      g_assert_cmpint (S_ISDIR (there->mode) ? rmdir (path) : unlink (path), ==, 0);
    }
  for (guint i = 0; i < names->len; i++)
    {
      const char       *name = g_ptr_array_index (names, i);
      const PtTestFile *wanted = pt_test_tree_find (self, name);
      g_autofree char  *path = g_build_filename (folder, name, NULL);

      if (pt_test_file_is_there (wanted, pt_test_tree_find (now, name)))
        continue;
      if (wanted == NULL)
        {
          g_hash_table_remove (now->files, name);
          continue;
        }
      pt_test_file_make (wanted, path);
      g_hash_table_replace (now->files, g_strdup (name), pt_test_file_copy (wanted));
    }
}
