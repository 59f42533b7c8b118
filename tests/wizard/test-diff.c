/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-diff"

#include "config.h"

#include "pt-diff-view.h"


static void
test_classify (void)
{
  g_assert_cmpint (pt_diff_line_classify ("--- a/etc/default/grub", FALSE), ==, PT_DIFF_FILE);
  g_assert_cmpint (pt_diff_line_classify ("+++ b/etc/default/grub", FALSE), ==, PT_DIFF_FILE);
  g_assert_cmpint (pt_diff_line_classify ("@@ -0,0 +1,4 @@", FALSE), ==, PT_DIFF_PLACE);
  g_assert_cmpint (pt_diff_line_classify ("+new", TRUE), ==, PT_DIFF_ADDED);
  g_assert_cmpint (pt_diff_line_classify ("-old", TRUE), ==, PT_DIFF_REMOVED);
  g_assert_cmpint (pt_diff_line_classify (" same", TRUE), ==, PT_DIFF_SAME);
  g_assert_cmpint (pt_diff_line_classify ("", TRUE), ==, PT_DIFF_SAME);
  /* Within the body three signs are content: a removed line that begins with two dashes. */
  g_assert_cmpint (pt_diff_line_classify ("--- comment", TRUE), ==, PT_DIFF_REMOVED);
  g_assert_cmpint (pt_diff_line_classify ("+++ sum", TRUE), ==, PT_DIFF_ADDED);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/widgets/diff/classify", test_classify);

  return g_test_run ();
}
