/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-methods"

#include "config.h"

#include "pt-helper-interface.h"
#include "pt-helper-methods.h"
#include "pt-plan.h"

#define TEST_MAX_ROWS 16

/* A copy of the table that a test may spoil. */
typedef struct
{
  PtHelperMethod rows[TEST_MAX_ROWS];
  gsize          n_rows;
} TestTable;


static void
test_table_init (TestTable *table)
{
  const PtHelperMethod *methods = pt_helper_methods_get (&table->n_rows);

  g_assert_cmpuint (table->n_rows, <, TEST_MAX_ROWS);
  for (gsize i = 0; i < table->n_rows; i++)
    table->rows[i] = methods[i];
}


static void
test_table_assert_refused (const TestTable *table,
                           const char      *naming)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_helper_methods_verify (table->rows, table->n_rows,
                                            &com_example_passthru_helper1_interface, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, naming));
}


static void
test_methods_complete (void)
{
  const GDBusInterfaceInfo *interface = &com_example_passthru_helper1_interface;
  g_autoptr (GError) error = NULL;
  gsize                 n_methods = 0;
  const PtHelperMethod *methods = pt_helper_methods_get (&n_methods);

  g_assert_true (pt_helper_methods_verify (methods, n_methods, interface, &error));
  g_assert_no_error (error);
  for (guint i = 0; interface->methods[i] != NULL; i++)
    g_assert_nonnull (pt_helper_methods_find (interface->methods[i]->name));
  g_assert_null (pt_helper_methods_find ("WriteFile"));
}


static void
test_methods_missing_row (void)
{
  gsize n_rows = 0;

  pt_helper_methods_get (&n_rows);
  for (gsize gone = 0; gone < n_rows; gone++)
    {
      TestTable   table = { 0 };
      const char *name = NULL;

      test_table_init (&table);
      name = table.rows[gone].name;
      table.rows[gone] = table.rows[--table.n_rows];
      test_table_assert_refused (&table, name);
    }
}


static void
test_methods_extra_row (void)
{
  TestTable table = { 0 };

  test_table_init (&table);
  table.rows[table.n_rows] = table.rows[0];
  table.rows[table.n_rows++].name = "Shell";
  test_table_assert_refused (&table, "row");
}


static void
test_methods_twice (void)
{
  TestTable table = { 0 };

  test_table_init (&table);
  table.rows[table.n_rows++] = table.rows[0];
  test_table_assert_refused (&table, "2 rows");
}


static void
test_methods_bad_row (void)
{
  TestTable table = { 0 };

  test_table_init (&table);
  table.rows[0].action = NULL;
  test_table_assert_refused (&table, "polkit action");
  table.rows[0].action = "org.freedesktop.login1.reboot";
  test_table_assert_refused (&table, "polkit action");
  table.rows[0].action = PT_ACTION_READ;
  test_table_assert_refused (&table, "permission to read");
  test_table_init (&table);
  table.rows[1].work = NULL;
  test_table_assert_refused (&table, "does nothing");
  test_table_init (&table);
  table.rows[1].name = NULL;
  test_table_assert_refused (&table, "row 1");
}


/* The permissions that exist and those that are asked for are the same. */
static void
test_methods_policy_file (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize                 n_methods = 0;
  const PtHelperMethod *methods = pt_helper_methods_get (&n_methods);
  guint                 actions = 0;
  g_autoptr (GHashTable) asked = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_true (g_file_get_contents (g_getenv ("PT_TEST_POLICY"), &text, NULL, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < n_methods; i++)
    {
      g_autofree char *mark = g_strdup_printf ("<action id=\"%s\">", methods[i].action);

      g_assert_nonnull (strstr (text, mark));
      g_hash_table_add (asked, (gpointer)methods[i].action);
    }
  for (const char *at = strstr (text, "<action "); at != NULL; at = strstr (at + 1, "<action "))
    actions++;
  g_assert_cmpuint (actions, ==, g_hash_table_size (asked));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/helper/methods/complete", test_methods_complete);
  g_test_add_func ("/helper/methods/missing-row", test_methods_missing_row);
  g_test_add_func ("/helper/methods/extra-row", test_methods_extra_row);
  g_test_add_func ("/helper/methods/twice", test_methods_twice);
  g_test_add_func ("/helper/methods/bad-row", test_methods_bad_row);
  g_test_add_func ("/helper/methods/policy-file", test_methods_policy_file);
  return g_test_run ();
}
