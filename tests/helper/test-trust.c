/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trust"

#include "config.h"

#include <glib/gstdio.h>

#include "pt-helper-trust.h"
#include "pt-plan.h"
#include "pt-test.h"


static void
test_trust_system_program (void)
{
  g_autofree char *program = g_find_program_in_path ("env");
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_helper_trust_program (program, &error));
  g_assert_no_error (error);
}


/* Root's own file in a folder where everybody may put another one in its place. */
static void
test_trust_open_folder (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *program = g_build_filename (folder, "passthru-helper", NULL);
  g_autoptr (GError) error = NULL;

  pt_test_write (folder, "passthru-helper", "");
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  g_assert_false (pt_helper_trust_program (program, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED);
}


static void
test_trust_writable (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *program = g_build_filename (folder, "passthru-helper", NULL);
  g_autoptr (GError) error = NULL;

  pt_test_write (folder, "passthru-helper", "");
  g_assert_cmpint (g_chmod (program, 0777), ==, 0);
  g_assert_false (pt_helper_trust_program (program, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED);
  g_assert_nonnull (strstr (error->message, program));
}


static void
test_trust_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_helper_trust_program ("/nowhere/passthru-helper", &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/helper/trust/system-program", test_trust_system_program);
  g_test_add_func ("/helper/trust/open-folder", test_trust_open_folder);
  g_test_add_func ("/helper/trust/writable", test_trust_writable);
  g_test_add_func ("/helper/trust/missing", test_trust_missing);
  return g_test_run ();
}
