/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-permission"

#include "config.h"

#include <glib/gstdio.h>

#include "pt-data.h"
#include "pt-fake-polkit.h"
#include "pt-helper-methods.h"
#include "pt-rehearsal.h"
#include "pt-test.h"
#include "wizard-fixture.h"

/* The real wizard and the real helper, which asks a polkit that says no, whose question is closed,
 * or that has nobody to ask; and a helper that dies in the middle. */

#define PATIENCE 60

typedef struct
{
  WizardFixture    wizard;
  PtTestFolder    *programs;  /* what starts the helper as the test wants it */
  GDBusConnection *authority; /* polkit's */
  PtFakePolkit    *polkit;
  char            *before; /* /etc of the tree, untouched */
} TestFixture;

static char      *test_helper = NULL; /* the real one */
static GTestDBus *test_bus = NULL;


/* From the next start on: the helper asks polkit, and dies at the call @die_at that changes a file
 * (tests/lib/killer.c; 0 = at none). */
static void
test_prepare_helper (TestFixture *fixture,
                     guint        die_at)
{
  g_autofree char *dying = NULL;
  g_autofree char *script = NULL;
  g_autofree char *path = g_build_filename (fixture->programs, "passthru-helper", NULL);

  if (die_at > 0)
    dying = g_strdup_printf ("export LD_PRELOAD='%s' KILLER_KILL=%u\n",
                             g_getenv ("PT_TEST_KILLER"), die_at);
  script = g_strdup_printf ("#!/bin/sh\n%sexec '%s' \"$@\" --polkit\n",
                            dying != NULL ? dying : "", test_helper);
  pt_test_write (fixture->programs, "passthru-helper", script);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  g_setenv ("PASSTHRU_LIBEXEC_DIR", fixture->programs, TRUE);
}


static char *
test_describe (TestFixture *fixture)
{
  g_autofree char *tree = g_build_filename (fixture->wizard.folder, "tree", "etc", NULL);

  return pt_test_describe_tree (tree);
}


static void
test_assert_untouched (TestFixture *fixture)
{
  g_autofree char *after = test_describe (fixture);

  pt_test_assert_same_tree (after, fixture->before);
}


static gboolean
test_set_up (TestFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                               G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;

  memset (fixture, 0, sizeof *fixture);
  if (!wizard_fixture_set_up (&fixture->wizard, NULL))
    return FALSE;
  fixture->programs = pt_test_make_folder ();
  fixture->authority = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"), flags, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->polkit = pt_fake_polkit_new (fixture->authority);
  /* The policy permits everybody to look. */
  pt_fake_polkit_allow (fixture->polkit, PT_ACTION_READ);
  fixture->before = test_describe (fixture);
  test_prepare_helper (fixture, 0);
  return TRUE;
}


static void
test_tear_down (TestFixture *fixture)
{
  wizard_fixture_tear_down (&fixture->wizard);
  pt_test_run_pending ();
  g_clear_pointer (&fixture->polkit, pt_fake_polkit_free);
  g_dbus_connection_close_sync (fixture->authority, NULL, NULL);
  g_clear_object (&fixture->authority);
  g_clear_pointer (&fixture->programs, pt_test_remove_tree);
  g_clear_pointer (&fixture->before, g_free);
}


/* The question of a dialog, with what it says; gone afterwards. */
static void
test_take_dialog (const char *words,
                  const char *response)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget  *dialog = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        dialog = window;
    }
  g_assert_nonnull (dialog);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), words));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}


/* Until the page says @words. */
static void
test_undo (TestFixture *fixture,
           const char  *words)
{
  wizard_fixture_press (&fixture->wizard, "Undo everything…");
  test_take_dialog ("byte for byte", "confirm");
  wizard_fixture_await_words (&fixture->wizard, words);
  wizard_fixture_await_page (&fixture->wizard, "apply");
}


static void
test_choose_direct (TestFixture *fixture)
{
  GtkWidget *direct = wizard_fixture_find (&fixture->wizard, GTK_TYPE_CHECK_BUTTON,
                                           "Keep it at once");

  g_assert_nonnull (direct);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (direct), TRUE);
}


typedef struct
{
  PtFakePolkitAnswer answer;
  const char        *words;
  const char        *evidence;
  const char        *picture;
} TestRefusal;

static const TestRefusal test_refusals[] = {
  { PT_FAKE_POLKIT_DISMISSED, "was closed without an answer", "dismissed", "e-dismissed" },
  { PT_FAKE_POLKIT_NO, "an administrator of this computer", "not given", "e-denied" },
  { PT_FAKE_POLKIT_CHALLENGE, "polkit agent", "nobody could be asked", "e-unasked" },
};


static void
test_refuse (TestFixture       *fixture,
             const TestRefusal *refusal,
             const char        *action,
             const char        *button)
{
  WizardFixture *wizard = &fixture->wizard;

  pt_fake_polkit_expect (fixture->polkit, action, refusal->answer);
  wizard_fixture_press (wizard, button);
  wizard_fixture_await_page (wizard, "apply");
  /* The real question named the card. */
  g_assert_nonnull (strstr (pt_fake_polkit_get_detail (fixture->polkit, "devices"),
                            "(0000:2f:00.0)"));
  g_assert_true (pt_fake_polkit_get_interact (fixture->polkit));
  g_assert_true (wizard_fixture_says (wizard, "The changes were not made. Everything is as it was "
                                              "before."));
  g_assert_true (wizard_fixture_says (wizard, refusal->words));
  g_assert_true (wizard_fixture_says (wizard, "your choice is kept"));
  g_assert_true (wizard_fixture_says (wizard, refusal->evidence));
  g_assert_false (wizard_fixture_says (wizard, "not installed"));
  g_assert_false (pt_wizard_advance (PT_WIZARD (wizard->wizard)));
  test_assert_untouched (fixture);
  wizard_fixture_picture (wizard, refusal->picture);
  wizard_fixture_press (wizard, "See the changes again");
  wizard_fixture_await_page (wizard, "changes");
}


/* Each refusal of the trial, and one of the change itself; nothing is lost, and the next try
 * works. */
static void
test_permission_refused (void)
{
  TestFixture fixture;

  if (!test_set_up (&fixture))
    return;
  wizard_fixture_walk_to (&fixture.wizard, "changes");
  for (gsize i = 0; i < G_N_ELEMENTS (test_refusals); i++)
    test_refuse (&fixture, &test_refusals[i], PT_ACTION_TRIAL_PREPARE, "Try it once…");
  test_choose_direct (&fixture);
  test_refuse (&fixture, &test_refusals[0], PT_ACTION_APPLY, "Apply…");
  g_assert_true (wizard_fixture_says (&fixture.wizard, "vfio-pci.ids="));

  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  wizard_fixture_press (&fixture.wizard, "Apply…");
  wizard_fixture_await_page (&fixture.wizard, "apply");
  g_assert_true (wizard_fixture_says (&fixture.wizard, "The changes are in place."));
  test_tear_down (&fixture);
}


/* An undo that is refused says that nothing was undone, and can be tried again on the spot. */
static void
test_permission_undo (void)
{
  TestFixture      fixture;
  g_autofree char *applied = NULL;
  g_autofree char *after = NULL;

  if (!test_set_up (&fixture))
    return;
  wizard_fixture_walk_to (&fixture.wizard, "changes");
  test_choose_direct (&fixture);
  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  wizard_fixture_press (&fixture.wizard, "Apply…");
  wizard_fixture_await_page (&fixture.wizard, "apply");
  g_assert_true (pt_wizard_advance (PT_WIZARD (fixture.wizard.wizard)));
  wizard_fixture_await_page (&fixture.wizard, "restart");
  applied = test_describe (&fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (test_refusals); i++)
    {
      pt_fake_polkit_expect (fixture.polkit, PT_ACTION_UNDO, test_refusals[i].answer);
      test_undo (&fixture, test_refusals[i].words);
      g_assert_true (wizard_fixture_says (&fixture.wizard, "Nothing was undone."));
    }
  wizard_fixture_picture (&fixture.wizard, "e-undo-refused");
  after = test_describe (&fixture);
  pt_test_assert_same_tree (after, applied);

  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  test_undo (&fixture, "Everything is as it was before.");
  test_assert_untouched (&fixture);
  test_tear_down (&fixture);
}


/* In the trial the clock runs on, and that is said. */
static void
test_permission_confirm (void)
{
  TestFixture fixture;

  if (!test_set_up (&fixture))
    return;
  pt_fake_polkit_allow (fixture.polkit, PT_ACTION_TRIAL_PREPARE);
  pt_fake_polkit_allow (fixture.polkit, PT_ACTION_TRIAL_START);
  wizard_fixture_walk_to (&fixture.wizard, "restart");
  wizard_fixture_press (&fixture.wizard, "Play the restart");
  wizard_fixture_await_words (&fixture.wizard, "Keep these changes?");
  wizard_fixture_await_page (&fixture.wizard, "restart");

  for (gsize i = 0; i < G_N_ELEMENTS (test_refusals); i++)
    {
      pt_fake_polkit_expect (fixture.polkit, PT_ACTION_TRIAL_CONFIRM, test_refusals[i].answer);
      g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard.wizard)) &&
                      wizard_fixture_says (&fixture.wizard, "The changes are kept."));
      wizard_fixture_await_page (&fixture.wizard, "restart");
      test_take_dialog (test_refusals[i].words, "close");
      g_assert_true (wizard_fixture_says (&fixture.wizard, "Keep these changes?"));
    }
  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_TRIAL_CONFIRM, PT_FAKE_POLKIT_NO);
  g_assert_true (pt_wizard_advance (PT_WIZARD (fixture.wizard.wizard)));
  wizard_fixture_await_page (&fixture.wizard, "restart");
  test_take_dialog ("its time runs", "close");

  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_TRIAL_CONFIRM, PT_FAKE_POLKIT_YES);
  g_assert_true (pt_wizard_advance (PT_WIZARD (fixture.wizard.wizard)));
  wizard_fixture_await_words (&fixture.wizard, "The changes are kept.");
  test_tear_down (&fixture);
}


/* A helper that dies in the middle is not one that is not installed, and something was changed. */
static void
test_permission_helper_dies (void)
{
  TestFixture fixture;

  if (!test_set_up (&fixture))
    return;
  test_prepare_helper (&fixture, 12);
  wizard_fixture_walk_to (&fixture.wizard, "changes");
  test_choose_direct (&fixture);
  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_YES);
  wizard_fixture_press (&fixture.wizard, "Apply…");
  wizard_fixture_await_page (&fixture.wizard, "apply");
  g_assert_true (wizard_fixture_says (&fixture.wizard, "ended before it had finished"));
  g_assert_true (wizard_fixture_says (&fixture.wizard, "not everything is back yet"));
  g_assert_false (wizard_fixture_says (&fixture.wizard, "Nothing was changed"));
  g_assert_false (wizard_fixture_says (&fixture.wizard, "not installed"));
  wizard_fixture_picture (&fixture.wizard, "e-helper-died");

  test_prepare_helper (&fixture, 0);
  /* The one that told the state is a dying one too. */
  wizard_fixture_close (&fixture.wizard);
  wizard_fixture_open (&fixture.wizard);
  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  test_undo (&fixture, "Everything is as it was before.");
  test_assert_untouched (&fixture);
  test_tear_down (&fixture);
}


/* It dies, and there is none to ask how far it came: unknown is never nothing. */
static void
test_permission_nobody_tells (void)
{
  TestFixture     fixture;
  PtTestFolder   *nothing = NULL;
  const gboolean *waiting = NULL;

  if (!test_set_up (&fixture))
    return;
  nothing = pt_test_make_folder ();
  test_prepare_helper (&fixture, 12);
  wizard_fixture_walk_to (&fixture.wizard, "changes");
  test_choose_direct (&fixture);
  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_APPLY, PT_FAKE_POLKIT_SILENCE);
  wizard_fixture_press (&fixture.wizard, "Apply…");
  waiting = pt_fake_polkit_get_waiting (fixture.polkit);
  pt_test_await_flag (waiting, PATIENCE);
  g_setenv ("PASSTHRU_LIBEXEC_DIR", nothing, TRUE);
  pt_fake_polkit_answer (fixture.polkit, PT_FAKE_POLKIT_YES);
  wizard_fixture_await_page (&fixture.wizard, "apply");
  g_assert_true (wizard_fixture_says (&fixture.wizard, "Whether something was changed cannot be "
                                                       "told."));
  g_assert_true (wizard_fixture_says (&fixture.wizard, "ended before it had finished"));
  g_assert_false (wizard_fixture_says (&fixture.wizard, "Everything is as it was before"));
  g_assert_null (wizard_fixture_find (&fixture.wizard, GTK_TYPE_WIDGET, "Under way"));
  wizard_fixture_picture (&fixture.wizard, "e-unknown");

  test_prepare_helper (&fixture, 0);
  pt_fake_polkit_expect (fixture.polkit, PT_ACTION_UNDO, PT_FAKE_POLKIT_YES);
  test_undo (&fixture, "Everything is as it was before.");
  test_assert_untouched (&fixture);
  pt_test_remove_tree (nothing);
  test_tear_down (&fixture);
}


/* Stopped and not taken down: GTK holds its connection to the end, for which that would wait. */
static void
test_leave_bus (void)
{
  g_autoptr (GDBusConnection) session = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (session != NULL)
    g_dbus_connection_set_exit_on_close (session, FALSE);
  g_test_dbus_stop (test_bus);
}


int
main (int   argc,
      char *argv[])
{
  g_autoptr (PtTestFolder) home = pt_test_make_folder ();
  int status = 0;

  wizard_fixture_isolate (home);
  g_test_init (&argc, &argv, NULL);
  test_helper = pt_data_find_program ("passthru-helper");
  g_assert_nonnull (test_helper);
  /* Before the bus, which takes the name of the display out of the environment. */
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (test_bus);

  g_test_add_func ("/wizard/permission/refused", test_permission_refused);
  g_test_add_func ("/wizard/permission/undo", test_permission_undo);
  g_test_add_func ("/wizard/permission/confirm", test_permission_confirm);
  g_test_add_func ("/wizard/permission/helper-dies", test_permission_helper_dies);
  g_test_add_func ("/wizard/permission/nobody-tells", test_permission_nobody_tells);
  status = g_test_run ();

  test_leave_bus ();
  g_free (test_helper);
  return status;
}
