/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-terminal"

#include "config.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "pt-engine.h"
#include "pt-plan.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

/* The helper as somebody at a terminal starts it: words, exit codes, and that it needs no bus. */

typedef struct
{
  char      *folder;
  PtSysroot *sysroot;
  char      *original;
} TestFixture;

typedef struct
{
  int   code;
  char *output;
  char *complaint;
} TestRun;


static void
test_run_clear (TestRun *run)
{
  g_free (run->output);
  g_free (run->complaint);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestRun, test_run_clear)


static void
test_set_up (TestFixture  *fixture,
             gconstpointer data)
{
  fixture->folder = pt_sample_tree_borrow (&fixture->original);
  fixture->sysroot = pt_sysroot_new_directory (fixture->folder);
}


static void
test_tear_down (TestFixture  *fixture,
                gconstpointer data)
{
  g_clear_object (&fixture->sysroot);
  pt_sample_tree_give_back (fixture->folder, fixture->original);
}


static void
test_run (TestRun    *run,
          const char *first,
          const char *second)
{
  const GSubprocessFlags pipes = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (pipes);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_unsetenv (launcher, "DBUS_SESSION_BUS_ADDRESS");
  g_subprocess_launcher_setenv (launcher, "DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent",
                                TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("PT_TEST_HELPER"), first,
                                         second, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &run->output, &run->complaint, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  run->code = g_subprocess_get_exit_status (process);
}


static void
test_run_on_tree (TestRun     *run,
                  TestFixture *fixture,
                  const char  *verb)
{
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s", fixture->folder);

  test_run (run, verb, sysroot);
}


static void
test_apply (TestFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (fixture->sysroot, NULL, &error);
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("0000:2f:00.0", &error);
  g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);

  g_assert_no_error (error);
  pt_engine_apply (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}


static void
test_terminal_undo (TestFixture  *fixture,
                    gconstpointer data)
{
  g_auto (TestRun) status = { 0 };
  g_auto (TestRun) undo = { 0 };
  g_autofree char *after = NULL;

  test_apply (fixture);
  test_run_on_tree (&status, fixture, "--status");
  g_assert_cmpint (status.code, ==, 0);
  g_assert_nonnull (strstr (status.output, "has changed how this computer starts"));
  g_assert_nonnull (strstr (status.output, "0000:2f:00.0"));
  test_run_on_tree (&undo, fixture, "--undo");
  g_assert_cmpint (undo.code, ==, 0);
  g_assert_nonnull (strstr (undo.output, "Step 1 of"));
  g_assert_nonnull (strstr (undo.output, "as it was before"));
  g_assert_cmpstr (undo.complaint, ==, "");
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, fixture->original);
}


/* Root's plan, as text and as the app prints it; nothing is touched. */
static void
test_terminal_plan (TestFixture  *fixture,
                    gconstpointer data)
{
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s", fixture->folder);
  g_autofree char *after = NULL;
  g_auto (TestRun) text = { 0 };
  g_auto (TestRun) unknown = { 0 };
  g_auto (TestRun) garbled = { 0 };

  test_run (&text, "--plan=2f:00.0", sysroot);
  g_assert_cmpint (text.code, ==, 0);
  g_assert_nonnull (strstr (text.output, "+ vfio-pci.ids=1002:73df"));
  g_assert_nonnull (strstr (text.output, "+++ /etc/default/grub.d/60-passthru.cfg"));
  g_assert_cmpstr (text.complaint, ==, "");
  test_run (&unknown, "--plan=ff:1f.7", sysroot);
  g_assert_cmpint (unknown.code, ==, 1);
  g_assert_nonnull (strstr (unknown.complaint, "There is no plan"));
  test_run (&garbled, "--plan=; reboot", sysroot);
  g_assert_cmpint (garbled.code, ==, 2);
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, fixture->original);
}


/* Whoever loses patience in the middle still gets all of it. */
static void
test_terminal_impatient (TestFixture  *fixture,
                         gconstpointer data)
{
  static const int numbers[] = { SIGINT, SIGHUP, SIGTERM };
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s", fixture->folder);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = NULL;
  char first[64] = "";

  test_apply (fixture);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, g_getenv ("PT_TEST_HELPER"), "--undo", sysroot, NULL);
  g_assert_no_error (error);
  /* The first step is under way. Nobody reads the rest. */
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (process), first,
                                        sizeof first - 1, NULL, NULL),
                   >, 0);
  g_assert_nonnull (strstr (first, "Step 1"));
  g_input_stream_close (g_subprocess_get_stdout_pipe (process), NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_subprocess_send_signal (process, numbers[i]);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
  g_assert_no_error (error);
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, fixture->original);
}


static void
test_terminal_nothing (TestFixture  *fixture,
                       gconstpointer data)
{
  g_auto (TestRun) status = { 0 };
  g_auto (TestRun) undo = { 0 };
  g_autofree char *after = NULL;

  test_run_on_tree (&status, fixture, "--status");
  g_assert_cmpint (status.code, ==, 0);
  g_assert_nonnull (strstr (status.output, "has changed nothing"));
  test_run_on_tree (&undo, fixture, "--undo");
  g_assert_cmpint (undo.code, ==, 0);
  g_assert_nonnull (strstr (undo.output, "nothing to undo"));
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, fixture->original);
}


/* A sysroot on the system bus, and the real computer on another one. */
static void
test_terminal_refused (TestFixture  *fixture,
                       gconstpointer data)
{
  g_auto (TestRun) tree = { 0 };
  g_auto (TestRun) real = { 0 };
  g_auto (TestRun) unknown = { 0 };
  g_autofree char *after = NULL;

  test_run_on_tree (&tree, fixture, "--idle=1");
  g_assert_cmpint (tree.code, ==, 2);
  g_assert_nonnull (strstr (tree.complaint, "not served on the system bus"));
  test_run (&real, "--session-bus", "--sysroot=/");
  g_assert_cmpint (real.code, ==, 2);
  test_run (&unknown, "--shell", NULL);
  g_assert_cmpint (unknown.code, ==, 2);
  after = pt_test_describe_tree (fixture->folder);
  pt_test_assert_same_tree (after, fixture->original);
}


/* Out of the build tree it does not serve the real computer, whoever starts it. */
static void
test_terminal_untrusted (TestFixture  *fixture,
                         gconstpointer data)
{
  g_auto (TestRun) run = { 0 };

  test_run (&run, "--idle=1", NULL);
  g_assert_cmpint (run.code, ==, 1);
  g_assert_cmpstr (run.complaint, !=, "");
}


static void
test_terminal_version (TestFixture  *fixture,
                       gconstpointer data)
{
  g_auto (TestRun) run = { 0 };

  test_run (&run, "--version", NULL);
  g_assert_cmpint (run.code, ==, 0);
  g_assert_cmpstr (run.output, ==, "passthru-helper " PT_VERSION "\n");
}


static void
test_terminal_ordinary_user (TestFixture  *fixture,
                             gconstpointer data)
{
  g_auto (TestRun) run = { 0 };

  if (geteuid () == 0)
    {
      g_test_skip ("root may undo");
      return;
    }
  test_run (&run, "--undo", NULL);
  g_assert_cmpint (run.code, ==, 1);
  g_assert_nonnull (strstr (run.complaint, "Only root"));
}


#define TEST_ADD(name, function) \
  g_test_add ("/helper/terminal/" name, TestFixture, NULL, test_set_up, function, test_tear_down)

int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("undo", test_terminal_undo);
  TEST_ADD ("plan", test_terminal_plan);
  TEST_ADD ("impatient", test_terminal_impatient);
  TEST_ADD ("nothing", test_terminal_nothing);
  TEST_ADD ("refused", test_terminal_refused);
  TEST_ADD ("untrusted", test_terminal_untrusted);
  TEST_ADD ("version", test_terminal_version);
  TEST_ADD ("ordinary-user", test_terminal_ordinary_user);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
