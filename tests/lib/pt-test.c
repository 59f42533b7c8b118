/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-test"

#include "config.h"

#include "pt-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>


char *
pt_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("passthru-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}


static void
pt_test_remove (const char *path)
{
  struct stat info = { 0 };

  if (g_lstat (path, &info) != 0)
    return;
  if (S_ISDIR (info.st_mode))
    {
      g_autoptr (GDir) folder = NULL;
      const char *name = NULL;

      g_chmod (path, 0700);
      folder = g_dir_open (path, 0, NULL);
      while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          pt_test_remove (child);
        }
      g_rmdir (path);
    }
  else
    g_unlink (path);
}


void
pt_test_remove_tree (char *path)
{
  if (path == NULL)
    return;
  /* What has sockets in it is in /tmp wherever the rest is: their paths have 108 bytes. */
  g_assert_true (g_str_has_prefix (path, g_get_tmp_dir ()) || g_str_has_prefix (path, "/tmp/"));
  pt_test_remove (path);
  g_free (path);
}


static char *
pt_test_describe_entry (const char        *path,
                        const struct stat *info)
{
  g_autofree char *content = NULL;
  gsize            length = 0;

  if (S_ISLNK (info->st_mode))
    return g_file_read_link (path, NULL);
  if (!S_ISREG (info->st_mode))
    return g_strdup ("");
  if (!g_file_get_contents (path, &content, &length, NULL))
    return g_strdup ("unreadable");
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)content, length);
}


static void
pt_test_describe (const char *path,
                  const char *name,
                  GPtrArray  *lines)
{
  struct stat      info = { 0 };
  g_autofree char *detail = NULL;

  g_assert_cmpint (g_lstat (path, &info), ==, 0);
  detail = pt_test_describe_entry (path, &info);
  g_ptr_array_add (lines, g_strdup_printf ("%s %06o %u:%u %s", name, info.st_mode, info.st_uid,
                                           info.st_gid, detail));

  if (S_ISDIR (info.st_mode))
    {
      g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
      const char *child = NULL;

      while (folder != NULL && (child = g_dir_read_name (folder)) != NULL)
        {
          g_autofree char *child_path = g_build_filename (path, child, NULL);
          g_autofree char *child_name = g_build_filename (name, child, NULL);

          pt_test_describe (child_path, child_name, lines);
        }
    }
}


static int
pt_test_compare_lines (gconstpointer a,
                       gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}


char *
pt_test_describe_tree (const char *path)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  pt_test_describe (path, ".", lines);
  g_ptr_array_sort (lines, pt_test_compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}


void
pt_test_assert_same_tree_real (const char *one,
                               const char *other,
                               const char *where)
{
  g_auto (GStrv) left = g_strsplit (one, "\n", -1);
  g_auto (GStrv) right = g_strsplit (other, "\n", -1);
  guint line = 0;

  while (left[line] != NULL && g_strcmp0 (left[line], right[line]) == 0)
    line++;
  if (left[line] == NULL && right[line] == NULL)
    return;
  g_test_message ("%s: the trees differ", where);
  g_test_message ("  one:   %s", left[line] != NULL ? left[line] : "(ends here)");
  g_test_message ("  other: %s", right[line] != NULL ? right[line] : "(ends here)");
  g_assert_not_reached ();
}


char *
pt_test_read (const char *folder,
              const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}


void
pt_test_write (const char *folder,
               const char *name,
               const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}


static gboolean
pt_test_timeout_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}


void
pt_test_await_pointer_real (gpointer   *pointer,
                            guint       seconds,
                            const char *where)
{
  gboolean late = FALSE;
  guint    timeout = g_timeout_add_seconds (seconds, pt_test_timeout_cb, &late);

  while (*pointer == NULL && !late)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    g_test_message ("%s: nothing came within %u seconds", where, seconds);
  g_assert_false (late);
  g_source_remove (timeout);
}


void
pt_test_await_flag (const gboolean *flag,
                    guint           seconds)
{
  gboolean late = FALSE;
  guint    timeout = g_timeout_add_seconds (seconds, pt_test_timeout_cb, &late);

  while (!*flag && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timeout);
}


void
pt_test_result_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}


void
pt_test_run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}


void
pt_test_assert_final_unref (gpointer object)
{
  gpointer watched = object;

  g_assert_true (G_IS_OBJECT (object));
  g_object_add_weak_pointer (object, &watched);
  g_object_unref (object);
  g_assert_null (watched);
}
