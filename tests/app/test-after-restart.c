/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-after-restart"

#include "config.h"

#include <stdlib.h>

#include "pt-application.h"
#include "pt-return.h"
#include "pt-test.h"
#include "trial-fixture.h"

/* What a login finds: the program that every session runs, as it is built, and what it opens. */

#define RUNS 15

typedef struct
{
  TrialFixture computer;
  const char  *wanted;  /* words that end the run */
  guint        windows; /* most that were open at once */
  gboolean     found;
  guint        timer;
  guint        ticks;
} Fixture;


static void
set_up (Fixture      *self,
        gconstpointer data)
{
  *self = (Fixture){ 0 };
  trial_fixture_set_up (&self->computer);
}


static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  pt_return_forget (self->computer.sysroot);
  trial_fixture_tear_down (&self->computer);
}


/* --- The program of every session --- */

/* What it prints when PROGRAM is one that says “opened”. */
static char *
run_program (const char *tree,
             int        *status)
{
  g_autofree char *option = g_strconcat ("--sysroot=", tree, NULL);
  const char      *argv[] = { g_getenv ("PASSTHRU_AFTER_RESTART"), option, "/bin/echo", "opened",
                              NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "XDG_STATE_HOME",
                                                 g_get_user_state_dir (), TRUE);
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  g_assert_nonnull (argv[0]);
  g_spawn_sync (NULL, (char **)argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                status, &error);
  g_assert_no_error (error);
  return output;
}


static void
assert_program (Fixture    *self,
                const char *expected)
{
  int              status = -1;
  g_autofree char *output = run_program (self->computer.tree, &status);

  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (output, ==, expected);
}


static void
test_program (Fixture      *self,
              gconstpointer data)
{
  assert_program (self, "");
  pt_return_await (self->computer.sysroot);
  assert_program (self, "");
  trial_fixture_restart (&self->computer);
  assert_program (self, "opened\n");
  /* It only looks: who opens the window says that it was seen. */
  assert_program (self, "opened\n");
  pt_return_forget (self->computer.sysroot);
  assert_program (self, "");
  trial_fixture_try (&self->computer);
  assert_program (self, "opened\n");
}


static void
test_program_wrong (Fixture      *self,
                    gconstpointer data)
{
  const char *argv[] = { g_getenv ("PASSTHRU_AFTER_RESTART"), NULL };
  int         status = 0;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_false (g_spawn_check_wait_status (status, NULL));
}


static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  return *(const gint64 *)a < *(const gint64 *)b ? -1 : 1;
}


/* Every login pays this: the median of some runs is far below what anybody notices, even on a busy
 * computer. */
static void
test_program_cost (Fixture      *self,
                   gconstpointer data)
{
  gint64 times[RUNS] = { 0 };

  for (guint i = 0; i < RUNS; i++)
    {
      gint64 begin = g_get_monotonic_time ();

      assert_program (self, "");
      times[i] = g_get_monotonic_time () - begin;
    }
  qsort (times, RUNS, sizeof times[0], compare_times);
  g_test_message ("a login pays %.1f ms (median of %u)", (double)times[RUNS / 2] / 1000, RUNS);
  g_assert_cmpint (times[RUNS / 2], <, 100 * 1000);
}


/* --- What it opens --- */

static gboolean
tick_cb (gpointer user_data)
{
  Fixture *self = user_data;

  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  GList          *windows = NULL;

  self->windows = MAX (self->windows, g_list_length (gtk_application_get_windows (application)));
  self->found = self->wanted != NULL &&
                trial_fixture_find (GTK_TYPE_LABEL, self->wanted) != NULL;
  if (!self->found && ++self->ticks < 1200)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  windows = g_list_copy (gtk_application_get_windows (application));
  g_list_free_full (windows, (GDestroyNotify)gtk_window_destroy);
  g_application_quit (G_APPLICATION (application));
  return G_SOURCE_REMOVE;
}


/* Runs the application until it says @wanted or ends by itself. */
static void
run_application (Fixture    *self,
                 const char *wanted)
{
  g_autofree char *option = g_strconcat ("--sysroot=", self->computer.tree, NULL);
  const char      *argv[] = { "passthru", "--after-restart", option, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PtCommandLine) command_line = pt_command_line_parse (argv, &error);

  g_assert_no_error (error);
  g_assert_cmpint (command_line->verb, ==, PT_VERB_AFTER_RESTART);
  self->wanted = wanted;
  self->windows = 0;
  self->ticks = 0;
  self->found = FALSE;
  self->timer = g_timeout_add (50, tick_cb, self);
  pt_application_start (command_line, &error);
  g_assert_no_error (error);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_assert_true (self->found == (wanted != NULL));
}


static void
test_nothing (Fixture      *self,
              gconstpointer data)
{
  run_application (self, NULL);
  g_assert_cmpuint (self->windows, ==, 0);
}


/* The trial runs: its question, whatever page was left. */
static void
test_trial (Fixture      *self,
            gconstpointer data)
{
  trial_fixture_try (&self->computer);
  run_application (self, "Keep these changes?");
}


/* Kept already, and logged in once more: nothing is asked. */
static void
test_kept (Fixture      *self,
           gconstpointer data)
{
  g_autoptr (PtIntent) intent = NULL;
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  trial_fixture_try (&self->computer);
  g_assert_cmpint (pt_engine_status (self->computer.sysroot, &intent, NULL, &error), ==,
                   PT_SETUP_APPLIED);
  host = pt_host_scan (self->computer.sysroot, NULL, NULL);
  plan = pt_plan_new (host, intent, &error);
  pt_trial_confirm (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  run_application (self, NULL);
  g_assert_cmpuint (self->windows, ==, 0);
}


/* Nobody answered in the trial: the next session says so, once. */
static void
test_failed (Fixture      *self,
             gconstpointer data)
{
  pt_return_await (self->computer.sysroot);
  trial_fixture_try (&self->computer);
  pt_test_write (self->computer.tree, "proc/uptime", "301.00 0.00\n");
  trial_fixture_restart (&self->computer);
  g_assert_cmpint (trial_fixture_get_state (&self->computer), ==, PT_TRIAL_FAILED);
  run_application (self, "The trial was not confirmed. Nothing has changed.");
  g_assert_false (pt_return_is_due (self->computer.sysroot));
  run_application (self, NULL);
  g_assert_cmpuint (self->windows, ==, 0);
}


/* Without a trial: the verdict of the start. */
static void
test_permanent (Fixture      *self,
                gconstpointer data)
{
  pt_return_await (self->computer.sysroot);
  trial_fixture_apply (&self->computer);
  trial_fixture_take (&self->computer, "0000:2f:00.1", "snd_hda_intel");
  run_application (self, "The start did not bring what was planned.");
}


/* The helper cannot read its record: the kernel says that this is a trial, and that is enough to
 * open. */
static void
test_record_damaged (Fixture      *self,
                     gconstpointer data)
{
  trial_fixture_try (&self->computer);
  pt_test_write (self->computer.tree, "var/lib/passthru/journal", "garbage\n");
  run_application (self, "Passthru");
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* GTK warns about icons, of which the folders of the test have none. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
#define ADD(name, func) \
  g_test_add ("/app/after-restart/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("program", test_program);
  ADD ("program-wrong", test_program_wrong);
  ADD ("program-cost", test_program_cost);
  if (!gtk_init_check ())
    {
      g_test_message ("there is no display to open windows on");
      return g_test_run ();
    }
  ADD ("nothing", test_nothing);
  ADD ("trial", test_trial);
  ADD ("kept", test_kept);
  ADD ("failed", test_failed);
  ADD ("permanent", test_permanent);
  ADD ("record-damaged", test_record_damaged);
  return g_test_run ();
}
