/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial"

#include "config.h"

#include "pt-engine.h"
#include "pt-helper-fixture.h"
#include "pt-helper-methods.h"
#include "pt-helper-wire.h"
#include "pt-rehearsal.h"
#include "pt-sample-tree.h"
#include "pt-test.h"
#include "pt-trial.h"

/* The trial through the real helper on a private bus, with a scripted polkit, and at a terminal. */

static GVariant *
test_prepare_arguments (PtHelperFixture *fixture,
                        guint            minutes)
{
  return g_variant_new ("(@(a(uyyy)a{sv})su)", pt_intent_to_variant (fixture->intent),
                        fixture->digest, minutes);
}


static void
test_do (PtHelperFixture *fixture,
         const char      *method,
         const char      *action,
         GVariant        *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  pt_fake_polkit_expect (fixture->polkit, action, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, method, parameters, &error);
  g_assert_no_error (error);
}


static void
test_prepare (PtHelperFixture *fixture)
{
  test_do (fixture, "TrialPrepare", PT_ACTION_TRIAL_PREPARE, test_prepare_arguments (fixture, 5));
}


static void
test_restart (PtHelperFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  pt_rehearsal_restart (fixture->sysroot, NULL, &error);
  g_assert_no_error (error);
}


static void
test_assert_state (PtHelperFixture *fixture,
                   PtTrialState     expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) status = NULL;
  g_autoptr (GVariant) trial = NULL;
  const char *state = NULL;
  guint       left = 0;

  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_READ, PT_FAKE_POLKIT_YES);
  reply = pt_helper_fixture_call (fixture->caller, "Status", NULL, &error);
  g_assert_no_error (error);
  status = g_variant_get_child_value (reply, 0);
  trial = g_variant_lookup_value (status, PT_HELPER_STATUS_TRIAL, G_VARIANT_TYPE_VARDICT);
  g_assert_nonnull (trial);
  g_assert_true (g_variant_lookup (trial, PT_HELPER_TRIAL_STATE, "&s", &state));
  g_assert_cmpstr (state, ==, pt_trial_state_to_nick (expected));
  g_assert_true (g_variant_lookup (trial, PT_HELPER_TRIAL_SECONDS_LEFT, "u", &left));
  g_assert_cmpint (left > 0, ==, expected == PT_TRIAL_RUNNING);
}


static void
test_trial_round (PtHelperFixture *fixture,
                  gconstpointer    data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) log = NULL;

  pt_helper_fixture_start (fixture, NULL);
  test_assert_state (fixture, PT_TRIAL_NONE);
  test_prepare (fixture);
  test_assert_state (fixture, PT_TRIAL_PREPARED);
  test_do (fixture, "TrialStart", PT_ACTION_TRIAL_START, NULL);
  test_assert_state (fixture, PT_TRIAL_STARTED);
  test_restart (fixture);
  test_assert_state (fixture, PT_TRIAL_RUNNING);
  test_restart (fixture);
  test_assert_state (fixture, PT_TRIAL_FAILED);
  pt_fake_polkit_expect (fixture->polkit, PT_ACTION_TRIAL_LOG, PT_FAKE_POLKIT_YES);
  log = pt_helper_fixture_call (fixture->caller, "TrialLog", NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (g_variant_get_string (g_variant_get_child_value (log, 0), NULL),
                            "goes to vfio-pci"));

  test_do (fixture, "TrialStart", PT_ACTION_TRIAL_START, NULL);
  test_restart (fixture);
  test_do (fixture, "TrialConfirm", PT_ACTION_TRIAL_CONFIRM, NULL);
  test_assert_state (fixture, PT_TRIAL_CONFIRMED);
  test_do (fixture, "Undo", PT_ACTION_UNDO, NULL);
  test_assert_state (fixture, PT_TRIAL_NONE);
}


static void
test_trial_cancel (PtHelperFixture *fixture,
                   gconstpointer    data)
{
  pt_helper_fixture_start (fixture, NULL);
  test_prepare (fixture);
  test_do (fixture, "TrialStart", PT_ACTION_TRIAL_START, NULL);
  test_do (fixture, "TrialCancel", PT_ACTION_TRIAL_CANCEL, NULL);
  test_assert_state (fixture, PT_TRIAL_CANCELLED);
  test_do (fixture, "Undo", PT_ACTION_UNDO, NULL);
  pt_helper_fixture_assert_original (fixture);
}


/* In each state each verb without permission: nothing changes. */
static void
test_trial_unauthorised (PtHelperFixture *fixture,
                         gconstpointer    data)
{
  const PtFakePolkitAnswer answers[] = { PT_FAKE_POLKIT_NO, PT_FAKE_POLKIT_DISMISSED,
                                         PT_FAKE_POLKIT_CHALLENGE };
  static const char *const verbs[] = { "TrialStart", "TrialConfirm", "TrialCancel", "TrialLog" };
  g_autofree char         *prepared = NULL;
  g_autofree char         *after = NULL;

  pt_helper_fixture_start (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      pt_fake_polkit_expect (fixture->polkit, PT_ACTION_TRIAL_PREPARE, answers[i]);
      g_assert_null (pt_helper_fixture_call (fixture->caller, "TrialPrepare",
                                             test_prepare_arguments (fixture, 5), &error));
      g_assert_true (pt_setup_error_is_permission (error));
    }
  pt_helper_fixture_assert_original (fixture);

  test_prepare (fixture);
  prepared = pt_test_describe_tree (fixture->folder);
  for (gsize i = 0; i < G_N_ELEMENTS (answers) * G_N_ELEMENTS (verbs); i++)
    {
      const char *verb = verbs[i % G_N_ELEMENTS (verbs)];
      g_autoptr (GError) error = NULL;

      pt_fake_polkit_expect (fixture->polkit, pt_helper_methods_find (verb)->action,
                             answers[i / G_N_ELEMENTS (verbs)]);
      g_assert_null (pt_helper_fixture_call (fixture->caller, verb, NULL, &error));
      g_assert_true (pt_setup_error_is_permission (error));
    }
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, prepared);
}


/* What makes no sense is refused; the ones without a trial even without a question. */
static void
test_trial_misplaced (PtHelperFixture *fixture,
                      gconstpointer    data)
{
  static const char *const verbs[] = { "TrialStart", "TrialConfirm", "TrialCancel" };
  static const guint       minutes[] = { 0, 1, 61, G_MAXUINT32 };

  pt_helper_fixture_start (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pt_helper_fixture_call (fixture->caller, verbs[i], NULL, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (minutes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pt_helper_fixture_call (fixture->caller, "TrialPrepare",
                                             test_prepare_arguments (fixture, minutes[i]),
                                             &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
    }
  g_assert_cmpuint (pt_fake_polkit_get_questions (fixture->polkit), ==, 0);
  pt_helper_fixture_assert_original (fixture);

  test_prepare (fixture);
  {
    g_autoptr (GError) error = NULL;

    pt_fake_polkit_expect (fixture->polkit, PT_ACTION_TRIAL_CONFIRM, PT_FAKE_POLKIT_YES);
    g_assert_null (pt_helper_fixture_call (fixture->caller, "TrialConfirm", NULL, &error));
    g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
  }
  test_assert_state (fixture, PT_TRIAL_PREPARED);
}


/* At a terminal, without any bus. */
static char *
test_run (PtHelperFixture *fixture,
          const char      *verb,
          int             *code)
{
  g_autofree char *sysroot = g_strconcat ("--sysroot=", fixture->folder, NULL);
  g_autoptr (GError) error = NULL;
  const GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE;
  g_autoptr (GSubprocess) process = NULL;
  char *output = NULL;

  process = g_subprocess_new (flags, &error, g_getenv ("PT_TEST_HELPER"), verb, sysroot, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  *code = g_subprocess_get_exit_status (process);
  return output;
}


static void
test_assert_run (PtHelperFixture *fixture,
                 const char      *verb,
                 int              expected,
                 const char      *words)
{
  int              code = -1;
  g_autofree char *output = test_run (fixture, verb, &code);

  g_test_message ("%s: %s", verb, output);
  g_assert_cmpint (code, ==, expected);
  g_assert_nonnull (strstr (output, words));
}


static void
test_trial_terminal (PtHelperFixture *fixture,
                     gconstpointer    data)
{
  test_assert_run (fixture, "--trial-start", 1, "cannot be done");
  test_assert_run (fixture, "--trial-confirm", 1, "cannot be done");
  test_assert_run (fixture, "--trial-cancel", 1, "cannot be done");
  test_assert_run (fixture, "--trial-watch", 0, "");
  pt_helper_fixture_start (fixture, NULL);
  test_prepare (fixture);
  test_assert_run (fixture, "--status", 0, "has not been tried");
  test_assert_run (fixture, "--trial-confirm", 1, "not the trial");
  test_assert_run (fixture, "--trial-start", 0, "Restart");
  test_assert_run (fixture, "--status", 0, "is the trial");
  test_restart (fixture);
  test_assert_run (fixture, "--status", 0, "unless it is confirmed");
  test_assert_run (fixture, "--trial-confirm", 0, "keeps starting");
  /* The watch, as its unit starts it: nothing to do any more. */
  pt_test_write (fixture->folder, "proc/uptime", "100000.0 0.0\n");
  test_assert_run (fixture, "--trial-watch", 0, "");
  g_assert_false (pt_sysroot_exists (fixture->sysroot, PT_PLACE_RUN, "systemctl"));
  test_assert_run (fixture, "--undo", 0, "as it was before");
}


/* The time is over: the program asks systemd for the restart. */
static void
test_trial_watch (PtHelperFixture *fixture,
                  gconstpointer    data)
{
  g_autofree char *asked = NULL;

  pt_helper_fixture_start (fixture, NULL);
  test_prepare (fixture);
  test_assert_run (fixture, "--trial-start", 0, "Restart");
  test_restart (fixture);
  pt_test_write (fixture->folder, "proc/uptime", "299.0 0.0\n");
  test_assert_run (fixture, "--trial-watch", 0, "");
  asked = pt_test_read (fixture->folder, "run/systemctl");
  g_assert_cmpstr (asked, ==, "reboot\n");
  test_restart (fixture);
  test_assert_run (fixture, "--status", 0, "was not confirmed");
}


#define TEST_ADD(path, func)                                                                \
  g_test_add ("/helper/trial/" path, PtHelperFixture, NULL, pt_helper_fixture_set_up, func, \
              pt_helper_fixture_tear_down)


int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("round", test_trial_round);
  TEST_ADD ("cancel", test_trial_cancel);
  TEST_ADD ("unauthorised", test_trial_unauthorised);
  TEST_ADD ("misplaced", test_trial_misplaced);
  TEST_ADD ("terminal", test_trial_terminal);
  TEST_ADD ("watch", test_trial_watch);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
