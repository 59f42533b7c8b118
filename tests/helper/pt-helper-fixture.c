/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-fixture"

#include "config.h"

#include "pt-helper-fixture.h"

#include <signal.h>

#include "pt-data.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-sample-tree.h"
#include "pt-test.h"

#define PT_TEST_CARD "0000:2f:00.0"


GDBusConnection *
pt_helper_fixture_connect (PtHelperFixture *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                               G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  GDBusConnection *connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus), flags, NULL,
                                            NULL, &error);

  g_assert_no_error (error);
  return connection;
}


static void
pt_helper_fixture_plan (PtHelperFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, &error);
  g_autoptr (PtPlan) plan = NULL;

  g_assert_no_error (error);
  self->intent = pt_intent_new_from_string (PT_TEST_CARD, &error);
  g_assert_no_error (error);
  plan = pt_plan_new (host, self->intent, &error);
  g_assert_no_error (error);
  g_assert_true (pt_plan_is_applicable (plan));
  self->digest = g_strdup (pt_plan_get_digest (plan));
}


void
pt_helper_fixture_set_up (PtHelperFixture *self,
                          gconstpointer    data)
{
  pt_helper_wire_register_errors ();
  self->folder = pt_sample_tree_borrow (&self->original);
  self->sysroot = pt_sysroot_new_directory (self->folder);
  pt_helper_fixture_plan (self);

  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->caller = pt_helper_fixture_connect (self);
  self->authority = pt_helper_fixture_connect (self);
  self->polkit = pt_fake_polkit_new (self->authority);
}


void
pt_helper_fixture_tear_down (PtHelperFixture *self,
                             gconstpointer    data)
{
  if (self->helper != NULL)
    pt_helper_fixture_kill (self);
  g_clear_pointer (&self->polkit, pt_fake_polkit_free);
  g_clear_object (&self->caller);
  g_clear_object (&self->authority);
  g_test_dbus_down (self->bus);
  g_clear_object (&self->bus);
  g_clear_object (&self->intent);
  g_clear_object (&self->sysroot);
  g_clear_pointer (&self->digest, g_free);
  pt_sample_tree_give_back (g_steal_pointer (&self->folder), g_steal_pointer (&self->original));
}


/* tests/lib/killer.c has the words. */
static void
pt_helper_fixture_preload (PtHelperFixture     *self,
                           GSubprocessLauncher *launcher)
{
  g_autofree char *number = g_strdup_printf ("%u", self->die_at);

  if (self->die_at == 0)
    return;
  g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", g_getenv ("PT_TEST_KILLER"), TRUE);
  g_subprocess_launcher_setenv (launcher, "KILLER_KILL", number, TRUE);
}


static void
pt_helper_fixture_appeared_cb (GDBusConnection *connection,
                               const char      *name,
                               const char      *owner,
                               gpointer         user_data)
{
  *(gboolean *)user_data = TRUE;
}


void
pt_helper_fixture_start (PtHelperFixture *self,
                         const char      *option)
{
  g_autofree char *program = pt_data_find_program ("passthru-helper");
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s", self->folder);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  gboolean there = FALSE;
  guint    watch = 0;

  g_assert_null (self->helper);
  g_assert_nonnull (program);
  pt_helper_fixture_preload (self, launcher);
  watch = g_bus_watch_name_on_connection (self->caller, PT_HELPER_BUS_NAME,
                                          G_BUS_NAME_WATCHER_FLAGS_NONE,
                                          pt_helper_fixture_appeared_cb, NULL, &there, NULL);
  self->helper = g_subprocess_launcher_spawn (launcher, &error, program, "--session-bus", sysroot,
                                              "--polkit", option, NULL);
  g_assert_no_error (error);
  pt_test_await_flag (&there, PT_TEST_WAIT);
  g_bus_unwatch_name (watch);
}


static void
pt_helper_fixture_vanished_cb (GDBusConnection *connection,
                               const char      *name,
                               gpointer         user_data)
{
  *(gboolean *)user_data = TRUE;
}


/* The process ends before the bus has seen it: the name could pass for the next one's. */
static void
pt_helper_fixture_await_end (PtHelperFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean gone = FALSE;
  guint    watch = 0;

  g_subprocess_wait_async (self->helper, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PT_TEST_WAIT);
  g_subprocess_wait_finish (self->helper, result, &error);
  g_assert_no_error (error);
  watch = g_bus_watch_name_on_connection (self->caller, PT_HELPER_BUS_NAME,
                                          G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                          pt_helper_fixture_vanished_cb, &gone, NULL);
  pt_test_await_flag (&gone, PT_TEST_WAIT);
  g_bus_unwatch_name (watch);
}


void
pt_helper_fixture_kill (PtHelperFixture *self)
{
  g_subprocess_send_signal (self->helper, SIGKILL);
  pt_helper_fixture_await_end (self);
  g_clear_object (&self->helper);
}


void
pt_helper_fixture_await_exit (PtHelperFixture *self)
{
  pt_helper_fixture_await_end (self);
  g_assert_true (g_subprocess_get_if_exited (self->helper));
  g_assert_cmpint (g_subprocess_get_exit_status (self->helper), ==, 0);
  g_clear_object (&self->helper);
}


void
pt_helper_fixture_begin (GDBusConnection *caller,
                         const char      *method,
                         GVariant        *parameters,
                         GAsyncResult   **result)
{
  g_dbus_connection_call (caller, PT_HELPER_BUS_NAME, PT_HELPER_OBJECT_PATH, PT_HELPER_INTERFACE,
                          method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT, NULL,
                          pt_test_result_cb, result);
}


GVariant *
pt_helper_fixture_finish (GDBusConnection *caller,
                          GAsyncResult   **result,
                          GError         **error)
{
  GVariant *reply = NULL;

  pt_test_await_pointer (result, PT_TEST_WAIT);
  reply = g_dbus_connection_call_finish (caller, *result, error);
  g_clear_object (result);
  return reply;
}


GVariant *
pt_helper_fixture_call (GDBusConnection *caller,
                        const char      *method,
                        GVariant        *parameters,
                        GError         **error)
{
  GAsyncResult *result = NULL;

  pt_helper_fixture_begin (caller, method, parameters, &result);
  return pt_helper_fixture_finish (caller, &result, error);
}


GVariant *
pt_helper_fixture_apply_arguments (PtHelperFixture *self)
{
  return g_variant_new ("(@(a(uyyy)a{sv})s)", pt_intent_to_variant (self->intent), self->digest);
}


void
pt_helper_fixture_assert_original (PtHelperFixture *self)
{
  g_autofree char *now = pt_test_describe_tree (self->folder);

  pt_test_assert_same_tree (now, self->original);
}


void
pt_helper_fixture_assert_changed (PtHelperFixture *self)
{
  g_autofree char *now = pt_test_describe_tree (self->folder);

  g_assert_cmpstr (now, !=, self->original);
}
