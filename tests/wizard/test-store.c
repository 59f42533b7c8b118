/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-store"

#include "config.h"

#include "pt-test.h"
#include "pt-wizard-store.h"


static void
test_remembers (void)
{
  g_autoptr (PtSysroot) one = pt_sysroot_new_directory ("/nowhere/one");
  g_autoptr (PtSysroot) two = pt_sysroot_new_directory ("/nowhere/two");
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  g_autoptr (PtWizardStore) first = pt_wizard_store_open (one);
  g_autoptr (PtWizardStore) again = NULL;
  g_autoptr (PtWizardStore) other = NULL;
  g_autoptr (PtWizardStore) real = NULL;
  g_autofree char *card = NULL;
  g_autofree char *other_card = NULL;
  g_autofree char *real_card = NULL;

  pt_wizard_store_set (first, "card", "0000:2f:00.0");
  again = pt_wizard_store_open (one);
  other = pt_wizard_store_open (two);
  real = pt_wizard_store_open (host);
  card = pt_wizard_store_get (again, "card");
  other_card = pt_wizard_store_get (other, "card");
  real_card = pt_wizard_store_get (real, "card");
  g_assert_cmpstr (card, ==, "0000:2f:00.0");
  g_assert_null (other_card);
  g_assert_null (real_card);
}


static void
test_forgets (void)
{
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory ("/nowhere/three");
  g_autoptr (PtWizardStore) store = pt_wizard_store_open (sysroot);
  g_autoptr (PtWizardStore) again = NULL;
  g_autofree char *machine = NULL;
  g_autofree char *page = NULL;

  pt_wizard_store_set (store, "machine", "windows");
  pt_wizard_store_set (store, "page", "ready");
  pt_wizard_store_set (store, "machine", NULL);
  machine = pt_wizard_store_get (store, "machine");
  g_assert_null (machine);
  pt_wizard_store_clear (store);
  again = pt_wizard_store_open (sysroot);
  page = pt_wizard_store_get (again, "page");
  g_assert_null (page);
}


/* Rubbish in the file is a fresh start, and the next choice is kept. */
static void
test_damaged (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "passthru", NULL);
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  g_autoptr (PtWizardStore) store = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *card = NULL;

  pt_test_write (folder, "wizard-host.ini", "\001\002 [[[ no key file");
  store = pt_wizard_store_open (host);
  nothing = pt_wizard_store_get (store, "card");
  g_assert_null (nothing);
  pt_wizard_store_set (store, "card", "0000:01:00.0");
  g_clear_pointer (&store, pt_wizard_store_free);
  store = pt_wizard_store_open (host);
  card = pt_wizard_store_get (store, "card");
  g_assert_cmpstr (card, ==, "0000:01:00.0");
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/wizard/store/remembers", test_remembers);
  g_test_add_func ("/wizard/store/forgets", test_forgets);
  g_test_add_func ("/wizard/store/damaged", test_damaged);

  return g_test_run ();
}
