/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kill"

#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pt-data.h"
#include "pt-host-file.h"
#include "pt-trial.h"
#include "setup-fixture.h"

/* Every call that changes something is a moment at which the computer may die. By default a sample
 * of them is tried; in slow mode each one. */

#define TEST_CARD "0000:2f:00.0"
#define TEST_NOTHING (10 + PT_SETUP_ERROR_NOTHING)
#define TEST_SAMPLE 16

typedef struct
{
  PtTestFolder *folder;
  char         *tree;
  char         *report;
  char         *before; /* the tree as it was */
} PtKillFixture;

static void
test_set_up (PtKillFixture *self,
             gconstpointer  data)
{
  g_autofree char *sample = pt_data_find ("sample.host");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (sample);
  self->folder = pt_test_make_folder ();
  self->tree = g_build_filename (self->folder, "tree", NULL);
  self->report = g_build_filename (self->folder, "report", NULL);
  pt_host_file_expand (sample, self->tree, NULL, &error);
  g_assert_no_error (error);
  self->before = pt_test_describe_tree (self->tree);
}

static void
test_tear_down (PtKillFixture *self,
                gconstpointer  data)
{
  g_free (self->tree);
  g_free (self->report);
  g_free (self->before);
  pt_test_remove_tree (self->folder);
}

/* Programs of the host that a killed process left running come to us; wait until they are done. */
static void
test_reap (void)
{
  while (waitpid (-1, NULL, 0) > 0)
    ;
}

/* Runs the driver with @variable=@value set; returns its wait status. */
static int
test_run (PtKillFixture *self,
          const char    *verb,
          const char    *variable,
          guint          value)
{
  static const char *const with_card[] = { "apply", "prepare", "start", "confirm", NULL };
  g_autofree char         *text = g_strdup_printf ("%u", value);
  g_auto (GStrv) environment = g_get_environ ();
  const char *argv[] = { PT_TEST_DRIVER, verb, self->tree,
                         g_strv_contains (with_card, verb) ? TEST_CARD : NULL,
                         NULL };
  g_autoptr (GError) error = NULL;
  int  status = 0;
  GPid pid = 0;

  if (variable != NULL)
    {
      environment = g_environ_setenv (environment, "LD_PRELOAD", PT_TEST_KILLER, TRUE);
      environment = g_environ_setenv (environment, "KILLER_REPORT", self->report, TRUE);
      environment = g_environ_setenv (environment, variable, text, TRUE);
    }
  g_spawn_async (NULL, (char **)argv, environment,
                 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  test_reap ();
  return status;
}

static int
test_run_plain (PtKillFixture *self,
                const char    *verb)
{
  int status = test_run (self, verb, NULL, 0);

  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* How many calls a whole run makes. */
static guint
test_count (PtKillFixture *self,
            const char    *verb)
{
  g_autofree char *text = NULL;
  int              status = test_run (self, verb, "KILLER_KILL", 0);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  text = pt_test_read (self->folder, "report");
  return strtoul (text, NULL, 10);
}

static guint
test_stride (guint total,
             guint share)
{
  if (g_test_slow ())
    return 1;
  return MAX (1, total / (TEST_SAMPLE / share));
}

static void
test_assert_original (PtKillFixture *self,
                      const char    *what,
                      guint          n)
{
  g_autofree char *now = pt_test_describe_tree (self->tree);
  g_autofree char *where = g_strdup_printf ("%s at %u", what, n);

  pt_setup_assert_same_tree (self->before, now, where);
}

/* Undo gives the original back, and a second one finds nothing. */
static void
test_undo (PtKillFixture *self,
           const char    *what,
           guint          n)
{
  int code = test_run_plain (self, "undo");

  if (code != 0 && code != TEST_NOTHING)
    g_test_message ("%s at %u: undo exits with %d", what, n, code);
  g_assert_true (code == 0 || code == TEST_NOTHING);
  test_assert_original (self, what, n);
  g_assert_cmpint (test_run_plain (self, "undo"), ==, TEST_NOTHING);
  test_assert_original (self, what, n);
}

static void
test_kill (PtKillFixture *self,
           const char    *verb,
           guint          n)
{
  int status = test_run (self, verb, "KILLER_KILL", n);

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
}

static void
test_killed_apply (PtKillFixture *self,
                   gconstpointer  data)
{
  guint total = test_count (self, "apply");
  guint stride = test_stride (total, 1);
  guint tried = 0;

  test_undo (self, "apply", 0);
  for (guint n = 1; n <= total; n += stride, tried++)
    {
      test_kill (self, "apply", n);
      test_undo (self, "apply killed", n);
    }
  g_test_message ("apply: %u kill points, %u tried", total, tried);
}

static void
test_killed_undo (PtKillFixture *self,
                  gconstpointer  data)
{
  guint total = 0;
  guint stride = 0;
  guint tried = 0;

  g_assert_cmpint (test_run_plain (self, "apply"), ==, 0);
  total = test_count (self, "undo");
  test_assert_original (self, "undo", 0);
  stride = test_stride (total, 1);
  for (guint n = 1; n <= total; n += stride, tried++)
    {
      g_assert_cmpint (test_run_plain (self, "apply"), ==, 0);
      test_kill (self, "undo", n);
      test_undo (self, "undo killed", n);
    }
  g_test_message ("undo: %u kill points, %u tried", total, tried);
}

/* The computer dies in apply, and then in the undo of that. */
static void
test_killed_twice (PtKillFixture *self,
                   gconstpointer  data)
{
  guint total = test_count (self, "apply");
  guint tried = 0;

  test_undo (self, "apply", 0);
  for (guint n = total / 4; n <= total; n += MAX (1, total / 4))
    {
      guint undo_total = 0;

      test_kill (self, "apply", n);
      undo_total = test_count (self, "undo");
      for (guint m = 1; m <= undo_total; m += test_stride (undo_total, 4), tried++)
        {
          test_kill (self, "apply", n);
          test_kill (self, "undo", m);
          test_undo (self, "killed twice", m);
        }
    }
  g_test_message ("killed twice: %u pairs tried", tried);
}

/* One call fails: apply either does without it or puts everything back. */
static void
test_failing_call (PtKillFixture *self,
                   gconstpointer  data)
{
  guint total = test_count (self, "apply");
  guint refused = 0;
  guint tried = 0;

  test_undo (self, "apply", 0);
  for (guint n = 1; n <= total; n += test_stride (total, 1), tried++)
    {
      int status = test_run (self, "apply", "KILLER_FAIL", n);

      g_assert_true (WIFEXITED (status));
      if (WEXITSTATUS (status) != 0)
        {
          test_assert_original (self, "failed call", n);
          refused++;
        }
      test_undo (self, "failed call", n);
    }
  g_test_message ("failing call: %u tried, %u refused and put back", tried, refused);
  g_assert_cmpuint (refused, >, 0);
}

/* The disk is full from one call on, also while apply puts back; undo on a disk
 * with room ends it. */
static void
test_full_disk (PtKillFixture *self,
                gconstpointer  data)
{
  guint total = test_count (self, "apply");
  guint refused = 0;
  guint tried = 0;

  test_undo (self, "apply", 0);
  for (guint n = 1; n <= total; n += test_stride (total, 1), tried++)
    {
      int status = test_run (self, "apply", "KILLER_FULL", n);

      g_assert_true (WIFEXITED (status));
      refused += WEXITSTATUS (status) != 0;
      test_undo (self, "full disk", n);
    }
  g_test_message ("full disk: %u tried, %u refused", tried, refused);
  g_assert_cmpuint (refused, >, 0);
}

/* A disk without any room must not keep anybody from undoing. */
static void
test_full_disk_undo (PtKillFixture *self,
                     gconstpointer  data)
{
  int status = 0;

  g_assert_cmpint (test_run_plain (self, "apply"), ==, 0);
  status = test_run (self, "undo", "KILLER_FULL", 1);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  test_assert_original (self, "undo on a full disk", 1);
}

/* The command line of the trial that is prepared, or the tree's own. */
static void
test_set_command_line (PtKillFixture *self,
                       gboolean       in_trial)
{
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (self->tree);
  g_autoptr (PtTrial) trial = NULL;
  g_autofree char *line = g_strdup ("ro quiet\n");

  if (in_trial)
    {
      trial = pt_trial_read (sysroot, NULL);
      g_assert_nonnull (trial->id);
      g_free (line);
      line = g_strdup_printf ("ro quiet passthru.trial=%s:5\n", trial->id);
    }
  pt_test_write (self->tree, "proc/cmdline", line);
}

/* Brings the tree to where @verb of a trial can be done. */
static void
test_set_stage (PtKillFixture *self,
                const char    *verb)
{
  test_set_command_line (self, FALSE);
  if (g_str_equal (verb, "prepare"))
    return;
  g_assert_cmpint (test_run_plain (self, "prepare"), ==, 0);
  if (g_str_equal (verb, "start"))
    return;
  g_assert_cmpint (test_run_plain (self, "start"), ==, 0);
  test_set_command_line (self, g_str_equal (verb, "confirm"));
}

/* The computer dies in one of the trial's verbs: undo gives the original back, the one-shot mark
 * included. */
static void
test_killed_trial (PtKillFixture *self,
                   gconstpointer  data)
{
  const char *verb = data;
  guint       total = 0;
  guint       tried = 0;

  test_set_command_line (self, FALSE);
  g_free (self->before);
  self->before = pt_test_describe_tree (self->tree);
  test_set_stage (self, verb);
  total = test_count (self, verb);
  test_set_command_line (self, FALSE);
  test_undo (self, verb, 0);
  for (guint n = 1; n <= total; n += test_stride (total, 2), tried++)
    {
      test_set_stage (self, verb);
      test_kill (self, verb, n);
      test_set_command_line (self, FALSE);
      test_undo (self, verb, n);
    }
  g_test_message ("%s: %u kill points, %u tried", verb, total, tried);
  g_assert_cmpuint (total, >, 0);
}

static void
test_no_room_in_boot (PtKillFixture *self,
                      gconstpointer  data)
{
  int status = test_run (self, "apply", "KILLER_FREE", 1 << 20);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 10 + PT_SETUP_ERROR_FAILED);
  test_assert_original (self, "no room in /boot", 0);
  g_assert_cmpint (test_run_plain (self, "undo"), ==, TEST_NOTHING);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1), ==, 0);

#define TEST_ADD(name, func) \
  g_test_add ("/setup/kill/" name, PtKillFixture, NULL, test_set_up, func, test_tear_down)
  TEST_ADD ("apply", test_killed_apply);
  TEST_ADD ("undo", test_killed_undo);
  TEST_ADD ("twice", test_killed_twice);
  TEST_ADD ("failing-call", test_failing_call);
  TEST_ADD ("full-disk", test_full_disk);
  TEST_ADD ("full-disk-undo", test_full_disk_undo);
  TEST_ADD ("no-room-in-boot", test_no_room_in_boot);
#define TEST_ADD_TRIAL(verb)                                                                  \
  g_test_add ("/setup/kill/trial-" verb, PtKillFixture, verb, test_set_up, test_killed_trial, \
              test_tear_down)
  TEST_ADD_TRIAL ("prepare");
  TEST_ADD_TRIAL ("start");
  TEST_ADD_TRIAL ("confirm");
  TEST_ADD_TRIAL ("cancel");

  return g_test_run ();
}
