/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-helper-client"

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#include "pt-data.h"
#include "pt-helper-client.h"
#include "pt-plan.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

#define TEST_WAIT 60
#define TEST_CARD "0000:2f:00.0"

/* Where the client finds a bus. */
typedef enum {
  TEST_SESSION_BUS = 0,
  TEST_NO_BUS,
  TEST_SYSTEM_BUS, /* a private one, on which the helper is activated */
} TestPlace;

typedef struct
{
  GTestDBus      *bus;
  char           *folder;
  char           *services;
  PtSysroot      *tree;
  PtHelperClient *client;
  PtIntent       *intent;
  char           *digest;
  char           *original;
  char           *libexec; /* as the environment had it */
  guint           steps;
  guint           kill_at; /* kill the helper at this step, from 1; 0 = do not */
} TestFixture;


/* Process ids of our children that run the helper. */
static GArray *
test_find_helpers (void)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);

  for (const char *name = g_dir_read_name (processes); name != NULL;
       name = g_dir_read_name (processes))
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *stat = NULL;
      int              pid = 0;
      int              parent = 0;
      char             state = 0;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &stat, NULL, NULL))
        continue;
      if (sscanf (stat, "%d (passthru-helper) %c %d", &pid, &state, &parent) == 3 &&
          parent == (int)getpid () && state != 'Z')
        g_array_append_val (found, pid);
    }
  return found;
}


static void
test_kill_helpers (void)
{
  g_autoptr (GArray) helpers = test_find_helpers ();

  g_assert_cmpuint (helpers->len, ==, 1);
  g_assert_cmpint (kill (g_array_index (helpers, int, 0), SIGKILL), ==, 0);
}


static gboolean
test_tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}


/* An end is awaited that no handle of ours stands for: the list of processes is looked at again
 * and again. */
static void
test_await_no_helper (void)
{
  const gint64 end = g_get_monotonic_time () + TEST_WAIT * G_USEC_PER_SEC;
  guint        tick = g_timeout_add (10, test_tick_cb, NULL);
  guint        left = 1;

  while (left > 0 && g_get_monotonic_time () < end)
    {
      g_autoptr (GArray) helpers = test_find_helpers ();

      left = helpers->len;
      if (left > 0)
        g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
  g_assert_cmpuint (left, ==, 0);
}


static void
test_step_cb (PtHelperClient *client,
              const char     *id,
              guint           index,
              guint           total,
              PtStepState     state,
              gpointer        user_data)
{
  TestFixture *fixture = user_data;

  g_assert_cmpuint (index, <, total);
  fixture->steps++;
  if (fixture->steps == fixture->kill_at)
    test_kill_helpers ();
}


/* A bus that starts the helper for the name of the real service, on our tree. */
static void
test_install_service (TestFixture *fixture)
{
  g_autofree char *program = pt_data_find_program ("passthru-helper");
  g_autofree char *text = NULL;

  g_assert_nonnull (program);
  text = g_strdup_printf ("[D-BUS Service]\nName=com.example.Passthru.Helper\n"
                          "Exec=%s --session-bus --sysroot=%s --idle=1\n",
                          program, fixture->folder);
  pt_test_write (fixture->services, "com.example.Passthru.Helper.service", text);
  g_test_dbus_add_service_dir (fixture->bus, fixture->services);
}


static void
test_open_client (TestFixture *fixture,
                  PtSysroot   *sysroot)
{
  fixture->client = pt_helper_client_new (sysroot);
  g_signal_connect (fixture->client, "step", G_CALLBACK (test_step_cb), fixture);
}


static void
test_plan (TestFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (fixture->tree, NULL, &error);
  g_autoptr (PtPlan) plan = NULL;

  g_assert_no_error (error);
  fixture->intent = pt_intent_new_from_string (TEST_CARD, &error);
  g_assert_no_error (error);
  plan = pt_plan_new (host, fixture->intent, &error);
  g_assert_no_error (error);
  fixture->digest = g_strdup (pt_plan_get_digest (plan));
}


static void
test_set_up (TestFixture  *fixture,
             gconstpointer place)
{
  g_autoptr (PtSysroot) real = pt_sysroot_new_host ();

  fixture->libexec = g_strdup (g_getenv ("PASSTHRU_LIBEXEC_DIR"));
  fixture->folder = pt_sample_tree_borrow (&fixture->original);
  fixture->services = pt_test_make_folder ();
  fixture->tree = pt_sysroot_new_directory (fixture->folder);
  test_plan (fixture);

  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  if (GPOINTER_TO_INT (place) != TEST_NO_BUS)
    {
      fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
      if (GPOINTER_TO_INT (place) == TEST_SYSTEM_BUS)
        test_install_service (fixture);
      g_test_dbus_up (fixture->bus);
    }
  if (GPOINTER_TO_INT (place) == TEST_SYSTEM_BUS)
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (fixture->bus), TRUE);
  test_open_client (fixture, GPOINTER_TO_INT (place) == TEST_SYSTEM_BUS ? real : fixture->tree);
}


static void
test_tear_down (TestFixture  *fixture,
                gconstpointer place)
{
  pt_test_run_pending ();
  g_clear_object (&fixture->client);
  test_await_no_helper ();
  pt_test_run_pending ();
  if (fixture->bus != NULL)
    g_test_dbus_down (fixture->bus);
  g_clear_object (&fixture->bus);
  g_setenv ("PASSTHRU_LIBEXEC_DIR", fixture->libexec, TRUE);
  g_clear_object (&fixture->intent);
  g_clear_object (&fixture->tree);
  g_free (fixture->digest);
  g_free (fixture->libexec);
  pt_sample_tree_give_back (fixture->folder, fixture->original);
  pt_test_remove_tree (fixture->services);
}


static gboolean
test_status (TestFixture  *fixture,
             PtSetupState *state,
             PtIntent    **intent,
             char        **boot_id,
             GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pt_helper_client_status_async (fixture->client, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, TEST_WAIT);
  return pt_helper_client_status_finish (fixture->client, result, state, intent, boot_id, NULL,
                                         error);
}


static void
test_assert_state (TestFixture *fixture,
                   PtSetupState expected)
{
  g_autoptr (GError) error = NULL;
  PtSetupState state = PT_SETUP_INTERRUPTED;

  g_assert_true (test_status (fixture, &state, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (state, ==, expected);
}


static gboolean
test_apply (TestFixture *fixture,
            const char  *digest,
            GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pt_helper_client_apply_async (fixture->client, fixture->intent, digest, NULL, pt_test_result_cb,
                                &result);
  pt_test_await_pointer (&result, TEST_WAIT);
  return pt_helper_client_apply_finish (fixture->client, result, error);
}


/* Root's plan, across the bus, is the one we would make with the same sight, step by step. */
static void
test_client_plan (TestFixture  *fixture,
                  gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (fixture->tree, NULL, &error);
  g_autoptr (PtPlan) own = pt_plan_new (host, fixture->intent, &error);
  g_autoptr (PtPlan) told = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *json = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  PtBootFacts      boot = { 0 };

  pt_helper_client_plan_async (fixture->client, fixture->intent, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, TEST_WAIT);
  json = pt_helper_client_plan_finish (fixture->client, result, &boot, &error);
  g_assert_no_error (error);
  g_assert_cmpint (boot.boot_loader, ==, PT_BOOT_LOADER_GRUB);
  g_assert_cmpint (boot.initramfs, ==, PT_INITRAMFS_INITRAMFS_TOOLS);
  g_assert_cmpint (boot.one_shot, ==, pt_host_get_facts (host)->one_shot);
  g_assert_true (boot.grub_drop_in);

  told = pt_plan_new_told (host, fixture->intent, json, &error);
  g_assert_no_error (error);
  first = pt_plan_to_text (own);
  second = pt_plan_to_text (told);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (pt_plan_get_digest (told), ==, fixture->digest);
  g_assert_true (pt_plan_is_applicable (told));
  g_assert_cmpuint (pt_plan_get_n_inert (told), ==, pt_plan_get_n_inert (own));
  test_assert_state (fixture, PT_SETUP_NONE);
}


static gboolean
test_undo (TestFixture *fixture,
           GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pt_helper_client_undo_async (fixture->client, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, TEST_WAIT);
  return pt_helper_client_undo_finish (fixture->client, result, error);
}


static void
test_assert_original (TestFixture *fixture)
{
  g_autofree char *now = pt_test_describe_tree (fixture->folder);

  pt_test_assert_same_tree (now, fixture->original);
}


static void
test_client_whole_way (TestFixture  *fixture,
                       gconstpointer place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtIntent) intent = NULL;
  g_autofree char *boot_id = NULL;
  PtSetupState     state = PT_SETUP_NONE;

  test_assert_state (fixture, PT_SETUP_NONE);
  g_assert_true (test_apply (fixture, fixture->digest, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->steps, >, 2);
  g_assert_true (test_status (fixture, &state, &intent, &boot_id, &error));
  g_assert_no_error (error);
  g_assert_cmpint (state, ==, PT_SETUP_APPLIED);
  g_assert_nonnull (intent);
  g_assert_nonnull (boot_id);
  fixture->steps = 0;
  g_assert_true (test_undo (fixture, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->steps, >, 0);
  test_assert_state (fixture, PT_SETUP_NONE);
  test_assert_original (fixture);
}


static void
test_client_errors (TestFixture  *fixture,
                    gconstpointer place)
{
  g_autoptr (GError) changed = NULL;
  g_autoptr (GError) nothing = NULL;

  g_assert_false (test_apply (fixture, "0123456789abcdef", &changed));
  g_assert_error (changed, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED);
  g_assert_null (strstr (changed->message, "GDBus"));
  g_assert_false (test_undo (fixture, &nothing));
  g_assert_error (nothing, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  test_assert_original (fixture);
}


/* The helper dies in the middle: the call says so, the next one has a new helper, and undo
 * mends it. */
static void
test_client_helper_killed (TestFixture  *fixture,
                           gconstpointer place)
{
  g_autoptr (GError) killed = NULL;
  g_autoptr (GError) error = NULL;

  fixture->kill_at = 3;
  g_assert_false (test_apply (fixture, fixture->digest, &killed));
  g_assert_error (killed, PT_SETUP_ERROR, PT_SETUP_ERROR_ENDED);
  fixture->kill_at = 0;
  test_assert_state (fixture, PT_SETUP_INTERRUPTED);
  g_assert_true (test_undo (fixture, &error));
  g_assert_no_error (error);
  test_assert_original (fixture);
}


/* It dies between two calls, seen by us or not. */
static void
test_client_helper_replaced (TestFixture  *fixture,
                             gconstpointer place)
{
  test_assert_state (fixture, PT_SETUP_NONE);
  test_kill_helpers ();
  test_await_no_helper ();
  pt_test_run_pending ();
  test_assert_state (fixture, PT_SETUP_NONE);
}


static void
test_client_ends_with_object (TestFixture  *fixture,
                              gconstpointer place)
{
  g_autoptr (GArray) helpers = NULL;

  test_assert_state (fixture, PT_SETUP_NONE);
  helpers = test_find_helpers ();
  g_assert_cmpuint (helpers->len, ==, 1);
  pt_test_run_pending ();
  pt_test_assert_final_unref (g_steal_pointer (&fixture->client));
  test_await_no_helper ();
}


static void
test_client_two_at_once (TestFixture  *fixture,
                         gconstpointer place)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GArray) helpers = NULL;
  g_autoptr (GError) error = NULL;

  pt_helper_client_status_async (fixture->client, NULL, pt_test_result_cb, &first);
  pt_helper_client_status_async (fixture->client, NULL, pt_test_result_cb, &second);
  pt_test_await_pointer (&first, TEST_WAIT);
  pt_test_await_pointer (&second, TEST_WAIT);
  g_assert_true (
    pt_helper_client_status_finish (fixture->client, first, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (
    pt_helper_client_status_finish (fixture->client, second, NULL, NULL, NULL, NULL, &error));
  helpers = test_find_helpers ();
  g_assert_cmpuint (helpers->len, ==, 1);
}


static void
test_client_cancelled (TestFixture  *fixture,
                       gconstpointer place)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_helper_client_status_async (fixture->client, cancellable, pt_test_result_cb, &result);
  g_cancellable_cancel (cancellable);
  pt_test_await_pointer (&result, TEST_WAIT);
  g_assert_false (
    pt_helper_client_status_finish (fixture->client, result, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_assert_state (fixture, PT_SETUP_NONE);
}


static void
test_assert_no_helper (TestFixture *fixture,
                       const char  *naming)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_status (fixture, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER);
  g_assert_nonnull (strstr (error->message, naming));
}


static void
test_client_not_installed (TestFixture  *fixture,
                           gconstpointer place)
{
  g_autofree char *installed = g_build_filename (PT_LIBEXEC_DIR, "passthru-helper", NULL);

  if (g_file_test (installed, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("Passthru is installed on this computer");
      return;
    }
  g_setenv ("PASSTHRU_LIBEXEC_DIR", fixture->services, TRUE);
  test_assert_no_helper (fixture, "not installed");
}


/* A helper that does not get as far as answering; then a good one. */
static void
test_client_broken_helper (TestFixture  *fixture,
                           gconstpointer place)
{
  g_autofree char *program = g_build_filename (fixture->services, "passthru-helper", NULL);

  pt_test_write (fixture->services, "passthru-helper", "#!/bin/sh\nexit 3\n");
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  g_setenv ("PASSTHRU_LIBEXEC_DIR", fixture->services, TRUE);
  test_assert_no_helper (fixture, "exit code 3");
  g_setenv ("PASSTHRU_LIBEXEC_DIR", fixture->libexec, TRUE);
  test_assert_state (fixture, PT_SETUP_NONE);
}


static void
test_client_no_system_bus (TestFixture  *fixture,
                           gconstpointer place)
{
  g_autoptr (PtSysroot) real = pt_sysroot_new_host ();

  g_clear_object (&fixture->client);
  test_open_client (fixture, real);
  test_assert_no_helper (fixture, "system bus");
}


/* A system bus on which nobody installed the service. */
static void
test_client_no_service (TestFixture  *fixture,
                        gconstpointer place)
{
  g_autoptr (PtSysroot) real = pt_sysroot_new_host ();

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (fixture->bus), TRUE);
  g_clear_object (&fixture->client);
  test_open_client (fixture, real);
  test_assert_no_helper (fixture, "root service is not installed");
}


/* The bus starts the service at the first call and again after it left for being idle. */
static void
test_client_activated (TestFixture  *fixture,
                       gconstpointer place)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (test_apply (fixture, fixture->digest, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->steps, >, 2);
  test_assert_state (fixture, PT_SETUP_APPLIED);
  g_assert_true (test_undo (fixture, &error));
  g_assert_no_error (error);
  test_assert_original (fixture);
}


#define TEST_ADD(name, place, function)                                                         \
  g_test_add ("/client/helper-client/" name, TestFixture, GINT_TO_POINTER (place), test_set_up, \
              function, test_tear_down)

int
main (int    argc,
      char **argv)
{
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("whole-way/session-bus", TEST_SESSION_BUS, test_client_whole_way);
  TEST_ADD ("whole-way/no-bus", TEST_NO_BUS, test_client_whole_way);
  TEST_ADD ("plan/session-bus", TEST_SESSION_BUS, test_client_plan);
  TEST_ADD ("plan/no-bus", TEST_NO_BUS, test_client_plan);
  TEST_ADD ("errors/session-bus", TEST_SESSION_BUS, test_client_errors);
  TEST_ADD ("errors/no-bus", TEST_NO_BUS, test_client_errors);
  TEST_ADD ("helper-killed/session-bus", TEST_SESSION_BUS, test_client_helper_killed);
  TEST_ADD ("helper-killed/no-bus", TEST_NO_BUS, test_client_helper_killed);
  TEST_ADD ("helper-replaced/session-bus", TEST_SESSION_BUS, test_client_helper_replaced);
  TEST_ADD ("helper-replaced/no-bus", TEST_NO_BUS, test_client_helper_replaced);
  TEST_ADD ("ends-with-object/session-bus", TEST_SESSION_BUS, test_client_ends_with_object);
  TEST_ADD ("ends-with-object/no-bus", TEST_NO_BUS, test_client_ends_with_object);
  TEST_ADD ("two-at-once/session-bus", TEST_SESSION_BUS, test_client_two_at_once);
  TEST_ADD ("two-at-once/no-bus", TEST_NO_BUS, test_client_two_at_once);
  TEST_ADD ("cancelled/session-bus", TEST_SESSION_BUS, test_client_cancelled);
  TEST_ADD ("not-installed", TEST_NO_BUS, test_client_not_installed);
  TEST_ADD ("broken-helper/session-bus", TEST_SESSION_BUS, test_client_broken_helper);
  TEST_ADD ("broken-helper/no-bus", TEST_NO_BUS, test_client_broken_helper);
  TEST_ADD ("no-system-bus", TEST_NO_BUS, test_client_no_system_bus);
  TEST_ADD ("no-service", TEST_SESSION_BUS, test_client_no_service);
  TEST_ADD ("activated", TEST_SYSTEM_BUS, test_client_activated);
  status = g_test_run ();
  pt_sample_tree_clear ();
  return status;
}
