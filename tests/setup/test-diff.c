/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-diff"

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "pt-diff.h"
#include "pt-test.h"

static void
test_new_file (void)
{
  g_autofree char *diff = pt_diff_unified ("/etc/x", NULL, "a\nb\n");

  g_assert_cmpstr (diff, ==, "--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b\n");
}

static void
test_change (void)
{
  g_autofree char *diff =
    pt_diff_unified ("/etc/x", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n");

  g_assert_cmpstr (diff, ==,
                   "--- /etc/x\n+++ /etc/x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

static void
test_equal (void)
{
  g_autofree char *diff = pt_diff_unified ("/etc/x", "a\n", "a\n");

  g_assert_cmpstr (diff, ==, "");
}

static void
test_no_newline (void)
{
  g_autofree char *diff = pt_diff_unified ("/etc/x", "a", "a\n");

  g_assert_cmpstr (diff, ==, "--- /etc/x\n+++ /etc/x\n@@ -1 +1 @@\n"
                             "-a\n\\ No newline at end of file\n+a\n");
}

/* `patch` must make the new file of the old one, for whatever lines. */
static void
test_patch (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autofree char *program = g_find_program_in_path ("patch");

  if (program == NULL)
    {
      g_test_skip ("there is no patch program");
      return;
    }

  for (guint round = 0; round < 60; round++)
    {
      GString         *texts[2] = { g_string_new (NULL), g_string_new (NULL) };
      g_autofree char *diff = NULL;
      g_autofree char *patched = NULL;
      g_autoptr (GSubprocess) process = NULL;
      g_autofree char *file = g_build_filename (folder, "file", NULL);

      for (guint t = 0; t < 2; t++)
        {
          gint32 lines = g_rand_int_range (rand, 1, 40);

          for (gint32 i = 0; i < lines; i++)
            g_string_append_printf (texts[t], "%d%s", g_rand_int_range (rand, 0, 4),
                                    i + 1 < lines || g_rand_boolean (rand) ? "\n" : "");
        }
      diff = pt_diff_unified ("file", texts[0]->str, texts[1]->str);
      pt_test_write (folder, "file", texts[0]->str);
      pt_test_write (folder, "diff", diff);
      if (*diff != '\0')
        {
          g_autofree char *patch = g_build_filename (folder, "diff", NULL);

          process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, program, "--quiet",
                                      "--fuzz=0",
                                      "--no-backup-if-mismatch", "-i", patch, file, NULL);
          g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
        }
      patched = pt_test_read (folder, "file");
      g_assert_cmpstr (patched, ==, texts[1]->str);
      g_string_free (texts[0], TRUE);
      g_string_free (texts[1], TRUE);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/setup/diff/new-file", test_new_file);
  g_test_add_func ("/setup/diff/change", test_change);
  g_test_add_func ("/setup/diff/equal", test_equal);
  g_test_add_func ("/setup/diff/no-newline", test_no_newline);
  g_test_add_func ("/setup/diff/patch", test_patch);

  return g_test_run ();
}
