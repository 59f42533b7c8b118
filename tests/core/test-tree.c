/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-tree"

#include "config.h"

#include "pt-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "pt-test.h"

typedef int (*TestTreeOpen) (int         root,
                             const char *name,
                             int         flags);


static void
test_tree_names (void)
{
  g_assert_true (pt_tree_name_is_inside (""));
  g_assert_true (pt_tree_name_is_inside ("a/b"));
  g_assert_true (pt_tree_name_is_inside ("..a/b.."));
  g_assert_false (pt_tree_name_is_inside ("/a"));
  g_assert_false (pt_tree_name_is_inside ("a//b"));
  g_assert_false (pt_tree_name_is_inside ("a/"));
  g_assert_false (pt_tree_name_is_inside (".."));
  g_assert_false (pt_tree_name_is_inside ("a/../b"));

  g_assert_true (pt_tree_link_is_inside ("a", "b"));
  g_assert_true (pt_tree_link_is_inside ("a/b", "../c"));
  g_assert_true (pt_tree_link_is_inside ("a/b", ".."));
  g_assert_false (pt_tree_link_is_inside ("a", ".."));
  g_assert_false (pt_tree_link_is_inside ("a/b", "../../c"));
  g_assert_false (pt_tree_link_is_inside ("a/b", "c/../d"));
  g_assert_false (pt_tree_link_is_inside ("a/b", "/c"));
  g_assert_false (pt_tree_link_is_inside ("a", ""));
}


static char *
test_tree_content (int fd)
{
  char    buffer[64] = "";
  ssize_t length = 0;

  if (fd < 0)
    return g_strdup (g_strerror (errno));
  length = read (fd, buffer, sizeof buffer - 1);
  close (fd);
  return g_strdup (length < 0 ? "error" : buffer);
}


static void
test_tree_link (const char *tree,
                const char *name,
                const char *target)
{
  g_autofree char *path = g_build_filename (tree, name, NULL);

  g_assert_cmpint (symlink (target, path), ==, 0);
}


/* Both ways of opening must agree on all of these. */
static void
test_tree_open (gconstpointer data)
{
  static const struct
  {
    const char *name;
    int         flags;
    const char *content; /* or the error's text */
    int         error;
  } cases[] = {
    { "etc/file", 0, "inside", 0 },
    { "up/file", 0, "inside", 0 },
    { "absolute", 0, "inside", 0 },
    { "chain", 0, "inside", 0 },
    { "climber", 0, NULL, ENOENT },
    { "rooted-folder/file", 0, "inside", 0 },
    { "loop", 0, NULL, ELOOP },
    { "dangling", 0, NULL, ENOENT },
    { "etc/file/more", 0, NULL, ENOTDIR },
    { "missing/file", 0, NULL, ENOENT },
    { "absolute", O_NOFOLLOW, NULL, ELOOP },
    { "./etc/./file", 0, "inside", 0 },
  };
  TestTreeOpen open_func = *(const TestTreeOpen *)data;
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *tree = g_build_filename (folder, "tree", NULL);
  int              root = -1;

  pt_test_write (folder, "secret", "outside");
  pt_test_write (tree, "etc/file", "inside");
  pt_test_write (tree, "a/b/c", "");
  test_tree_link (tree, "up", "a/b/../../../../etc");
  test_tree_link (tree, "absolute", "/etc/file");
  test_tree_link (tree, "chain", "absolute");
  test_tree_link (tree, "climber", "../secret");
  test_tree_link (tree, "rooted-folder", "/etc");
  test_tree_link (tree, "loop", "loop");
  test_tree_link (tree, "dangling", "nowhere");

  root = open (tree, O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (root, >=, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int              fd = open_func (root, cases[i].name, O_RDONLY | cases[i].flags);
      g_autofree char *content = test_tree_content (fd);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (content, ==,
                       cases[i].error != 0 ? g_strerror (cases[i].error) : cases[i].content);
    }
  close (root);
}


int
main (int    argc,
      char **argv)
{
  static const TestTreeOpen kernel = pt_tree_open;
  static const TestTreeOpen steps = pt_tree_open_by_steps;
  static const TestTreeOpen user = pt_tree_open_as_user;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/core/tree/names", test_tree_names);
  g_test_add_data_func ("/core/tree/open", &kernel, test_tree_open);
  g_test_add_data_func ("/core/tree/open-by-steps", &steps, test_tree_open);
  g_test_add_data_func ("/core/tree/open-as-user", &user, test_tree_open);
  return g_test_run ();
}
