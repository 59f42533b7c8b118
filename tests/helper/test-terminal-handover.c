/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-terminal-handover"

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pt-engine.h"
#include "pt-handover.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"
#include "pt-rehearsal-private.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

/* Devices that change hands while the computer runs, at a terminal without any bus. */
#define TEST_DRIVE "0000:23:00.0"
#define TEST_USB "0000:34:00.3"
#define TEST_RECORD "run/passthru/handover"

typedef struct
{
  char      *folder;
  PtSysroot *sysroot;
  char      *lent;     /* as it was when it was borrowed */
  char      *original; /* with the module loaded and the drivers noted */
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
  g_clear_pointer (&run->output, g_free);
  g_clear_pointer (&run->complaint, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestRun, test_run_clear)


static void
test_set_up (TestFixture  *fixture,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) note = NULL;

  fixture->folder = pt_sample_tree_borrow (&fixture->lent);
  fixture->sysroot = pt_sysroot_new_directory (fixture->folder);
  pt_played_kernel_load (fixture->sysroot, &error);
  g_assert_no_error (error);
  note = pt_rehearsal_ensure_note (fixture->sysroot, &error);
  g_assert_no_error (error);
  fixture->original = pt_test_describe_tree (fixture->folder);
}


static void
test_tear_down (TestFixture  *fixture,
                gconstpointer data)
{
  g_clear_object (&fixture->sysroot);
  g_free (fixture->original);
  pt_sample_tree_give_back (fixture->folder, fixture->lent);
}


/* Without a bus to be found. */
static void
test_run (TestRun     *run,
          TestFixture *fixture,
          const char  *verb)
{
  const GSubprocessFlags pipes = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (pipes);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s", fixture->folder);

  test_run_clear (run);
  g_subprocess_launcher_unsetenv (launcher, "DBUS_SESSION_BUS_ADDRESS");
  g_subprocess_launcher_setenv (launcher, "DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent",
                                TRUE);
  process = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("PT_TEST_HELPER"), verb,
                                         sysroot, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &run->output, &run->complaint, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  run->code = g_subprocess_get_exit_status (process);
}


static void
test_assert_run (TestFixture *fixture,
                 const char  *verb,
                 int          code,
                 const char  *output,
                 const char  *complaint)
{
  g_auto (TestRun) run = { 0 };

  test_run (&run, fixture, verb);
  g_test_message ("%s: %d\n%s%s", verb, run.code, run.output, run.complaint);
  g_assert_cmpint (run.code, ==, code);
  g_assert_nonnull (strstr (run.output, output));
  if (complaint != NULL)
    g_assert_nonnull (strstr (run.complaint, complaint));
  else
    g_assert_cmpstr (run.complaint, ==, "");
}


static void
test_bind (TestFixture *fixture,
           const char  *devices)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (devices, &error);

  g_assert_no_error (error);
  pt_handover_bind (fixture->sysroot, intent, NULL, &error);
  g_assert_no_error (error);
}


static void
test_assert_driver (TestFixture *fixture,
                    const char  *device,
                    const char  *expected)
{
  g_autofree char *name = g_build_filename (device, "driver", NULL);
  g_autofree char *driver = pt_sysroot_read_link (fixture->sysroot, PT_PLACE_PCI_DEVICES, name,
                                                  NULL);

  g_assert_cmpstr (driver, ==, expected);
}


static void
test_assert_original (TestFixture *fixture)
{
  g_autofree char *now = pt_test_describe_tree (fixture->folder);

  pt_test_assert_same_tree (now, fixture->original);
}


static void
test_write (TestFixture *fixture,
            const char  *name,
            const char  *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}


static void
test_terminal_undo (TestFixture  *fixture,
                    gconstpointer data)
{
  test_bind (fixture, TEST_DRIVE "," TEST_USB);
  test_assert_run (fixture, "--undo", 0,
                   "Device " TEST_DRIVE " was handed over while the computer runs: given back to "
                   "nvme\n"
                   "Device " TEST_USB " was handed over while the computer runs: given back to "
                   "xhci_hcd\n"
                   "Passthru has changed nothing else on this computer.\n",
                   NULL);
  test_assert_original (fixture);
  test_assert_run (fixture, "--undo", 0, "There is nothing to undo.", NULL);
  test_assert_original (fixture);
}


/* What was handed over goes first, then how the computer starts. */
static void
test_terminal_undo_both (TestFixture  *fixture,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (fixture->sysroot, NULL, &error);
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("0000:2f:00.0", &error);
  g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);
  g_auto (TestRun) run = { 0 };

  pt_engine_apply (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  test_bind (fixture, TEST_DRIVE);
  test_run (&run, fixture, "--undo");
  g_assert_cmpint (run.code, ==, 0);
  g_assert_true (g_str_has_prefix (run.output, "Device " TEST_DRIVE));
  g_assert_nonnull (strstr (run.output, "Step 1 of"));
  g_assert_nonnull (strstr (run.output, "as it was before"));
  test_assert_original (fixture);
}


/* A machine has it: said with its name, and everything else is undone all the same. */
static void
test_terminal_undo_busy (TestFixture  *fixture,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (fixture->sysroot, NULL, &error);
  g_autoptr (PtIntent) intent = pt_intent_new_from_string ("0000:2f:00.0", &error);
  g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);
  PtSetupState state = PT_SETUP_INTERRUPTED;

  pt_engine_apply (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  test_bind (fixture, TEST_DRIVE "," TEST_USB);
  test_write (fixture, "dev/vfio/23/open", "");
  test_assert_run (fixture, "--undo", 1, "given back to xhci_hcd",
                   TEST_DRIVE " may be in use by a virtual machine");
  test_assert_driver (fixture, TEST_DRIVE, "vfio-pci");
  test_assert_driver (fixture, TEST_USB, "xhci_hcd");
  state = pt_engine_status (fixture->sysroot, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (state, ==, PT_SETUP_NONE);
}


/* A record that is not ours in every word is not followed; the rest is undone and it is said. */
static void
test_terminal_undo_garbled (TestFixture  *fixture,
                            gconstpointer data)
{
  test_bind (fixture, TEST_DRIVE);
  test_write (fixture, TEST_RECORD, "[handover]\nversion=9\n");
  test_assert_run (fixture, "--undo", 1, "nothing else", "newer version");
  test_assert_run (fixture, "--status", 1, "nothing in how this computer starts",
                   "cannot be told");
  test_assert_driver (fixture, TEST_DRIVE, "vfio-pci");
}


static void
test_terminal_status (TestFixture  *fixture,
                      gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_assert_run (fixture, "--status", 0, "Passthru has changed nothing on this computer.\n",
                   NULL);
  test_bind (fixture, TEST_DRIVE);
  test_assert_run (fixture, "--status", 0,
                   "Handed over until the restart: " TEST_DRIVE " (now vfio-pci, before nvme)\n"
                   "Passthru has changed nothing in how this computer starts.\n",
                   NULL);
  /* What the computer says counts, not what was written down. */
  pt_played_kernel_write (fixture->sysroot, PT_PLACE_PCI_DRIVERS, "vfio-pci/unbind", TEST_DRIVE,
                          &error);
  g_assert_no_error (error);
  test_assert_run (fixture, "--status", 0, "(now no driver, before nvme)", NULL);
}


/* There and back, with no bus. */
static void
test_terminal_bind (TestFixture  *fixture,
                    gconstpointer data)
{
  test_assert_run (fixture, "--bind=23:00.0,34:00.3", 0, TEST_DRIVE " ", NULL);
  test_assert_driver (fixture, TEST_DRIVE, "vfio-pci");
  test_assert_driver (fixture, TEST_USB, "vfio-pci");
  test_assert_run (fixture, "--bind=" TEST_DRIVE, 0, "It is set aside.", NULL);
  test_assert_run (fixture, "--release=23:00.0", 0, "Given back", NULL);
  test_assert_driver (fixture, TEST_DRIVE, "nvme");
  test_assert_driver (fixture, TEST_USB, "vfio-pci");
  test_assert_run (fixture, "--release=23:00.0", 1, "", "not handed over since");
  test_assert_run (fixture, "--release=" TEST_USB, 0, "Given back", NULL);
  test_assert_original (fixture);
}


/* Each member with what is in the way of it; nothing changes. */
static void
test_terminal_bind_refused (TestFixture  *fixture,
                            gconstpointer data)
{
  test_assert_run (fixture, "--bind=01:00.0", 1,
                   "This computer uses it for /, /boot/efi, [swap].\n", "Nothing was handed over");
  test_assert_run (fixture, "--bind=" TEST_DRIVE ",01:00.0", 1, "Nothing is in the way.\n",
                   "0000:01:00.0");
  test_assert_run (fixture, "--bind=77:00.0", 1, "", "there is no device at 0000:77:00.0");
  test_assert_run (fixture, "--bind=00:00.0", 1, "It is no drive", "neither a drive");
  test_assert_run (fixture, "--bind=nonsense", 2, "", "nonsense");
  test_assert_run (fixture, "--bind=", 2, "", "");
  test_assert_original (fixture);
}


static void
test_terminal_release_busy (TestFixture  *fixture,
                            gconstpointer data)
{
  test_bind (fixture, TEST_DRIVE);
  test_write (fixture, "dev/vfio/23/open", "");
  test_assert_run (fixture, "--release=" TEST_DRIVE, 1, "", "in use by a virtual machine");
  test_assert_driver (fixture, TEST_DRIVE, "vfio-pci");
}


static void
test_terminal_help (TestFixture  *fixture,
                    gconstpointer data)
{
  test_assert_run (fixture, "--help", 0, "--bind=ADDRESS[,…]", NULL);
  test_assert_run (fixture, "--help", 0, "--release=ADDRESS[,…]", NULL);
}


#define TEST_ADD(name, function)                                                           \
  g_test_add ("/helper/terminal-handover/" name, TestFixture, NULL, test_set_up, function, \
              test_tear_down)

int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("undo", test_terminal_undo);
  TEST_ADD ("undo-both", test_terminal_undo_both);
  TEST_ADD ("undo-busy", test_terminal_undo_busy);
  TEST_ADD ("undo-garbled", test_terminal_undo_garbled);
  TEST_ADD ("status", test_terminal_status);
  TEST_ADD ("bind", test_terminal_bind);
  TEST_ADD ("bind-refused", test_terminal_bind_refused);
  TEST_ADD ("release-busy", test_terminal_release_busy);
  TEST_ADD ("help", test_terminal_help);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
