/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial-logind"

#include "config.h"

#include "pt-plan.h"
#include "pt-trial-private.h"

/* The mark for one start, as logind is asked for it, against a logind of our own on a private
 * bus. */

typedef struct
{
  GTestDBus       *bus;
  GDBusConnection *caller;
  const char      *can; /* what it answers; NULL: with an error */
  gboolean         refuses;
  char            *marked; /* what it was told */
  GDBusConnection *connection;
  GMainContext    *context;
  GMainLoop       *loop;
  GThread         *thread;
} TestLogind;

static const char test_interface[] =
  "<node><interface name='org.freedesktop.login1.Manager'>"
  "<method name='CanRebootToBootLoaderEntry'><arg type='s' direction='out'/></method>"
  "<method name='SetRebootToBootLoaderEntry'><arg type='s' direction='in'/></method>"
  "</interface></node>";

static void
test_answer (GDBusConnection       *connection,
             const char            *sender,
             const char            *path,
             const char            *interface,
             const char            *method,
             GVariant              *parameters,
             GDBusMethodInvocation *invocation,
             gpointer               user_data)
{
  TestLogind *self = user_data;
  gboolean    asks = g_str_equal (method, "CanRebootToBootLoaderEntry");

  if (asks ? self->can == NULL : self->refuses)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.Failed",
                                                  "not today");
      return;
    }
  if (asks)
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", self->can));
      return;
    }
  g_free (self->marked);
  g_variant_get (parameters, "(s)", &self->marked);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GDBusConnection *
test_connect (TestLogind *self)
{
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                               G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = NULL;

  connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                                       flags, NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static gpointer
test_run (gpointer user_data)
{
  TestLogind *self = user_data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* In a thread of its own: who asks waits for the answer. */
static void
test_appear (TestLogind *self)
{
  static const GDBusInterfaceVTable table = { .method_call = test_answer };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (test_interface, NULL);
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GError) error = NULL;

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->connection = test_connect (self);
  g_main_context_push_thread_default (self->context);
  g_dbus_connection_register_object (self->connection, "/org/freedesktop/login1",
                                     node->interfaces[0], &table, self, NULL, &error);
  g_main_context_pop_thread_default (self->context);
  g_assert_no_error (error);
  owned = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                       "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.login1", 0), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  self->thread = g_thread_new ("logind", test_run, self);
}

static void
test_set_up (TestLogind   *self,
             gconstpointer data)
{
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  self->caller = test_connect (self);
}

static void
test_close (GDBusConnection **connection)
{
  g_dbus_connection_close_sync (*connection, NULL, NULL);
  g_clear_object (connection);
}

static void
test_tear_down (TestLogind   *self,
                gconstpointer data)
{
  if (self->thread != NULL)
    {
      g_main_loop_quit (self->loop);
      g_thread_join (self->thread);
      test_close (&self->connection);
      g_main_loop_unref (self->loop);
      g_main_context_unref (self->context);
    }
  test_close (&self->caller);
  g_free (self->marked);
  g_test_dbus_down (self->bus);
  g_object_unref (self->bus);
}

static void
test_sets (TestLogind   *self,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->can = "yes";
  test_appear (self);
  g_assert_true (pt_trial_firmware_ask_logind (self->caller, "0-passthru_trial.conf", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (self->marked, ==, "0-passthru_trial.conf");
  g_assert_true (pt_trial_firmware_ask_logind (self->caller, NULL, &error));
  g_assert_cmpstr (self->marked, ==, "");
}

static void
test_not_offered (TestLogind   *self,
                  gconstpointer data)
{
  static const char *const answers[] = { "na", "no", "challenge", NULL };
  gboolean                 running = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      self->can = answers[i];
      if (!running)
        test_appear (self);
      running = TRUE;
      g_assert_false (pt_trial_firmware_ask_logind (self->caller, "x.conf", &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED);
      g_assert_null (self->marked);
    }
}

/* It offers that, and then does not do it. */
static void
test_refused (TestLogind   *self,
              gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->can = "yes";
  self->refuses = TRUE;
  test_appear (self);
  g_assert_false (pt_trial_firmware_ask_logind (self->caller, "x.conf", &error));
  g_assert_nonnull (error);
  g_assert_null (self->marked);
}

static void
test_not_there (TestLogind   *self,
                gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_trial_firmware_ask_logind (self->caller, "x.conf", &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define TEST_ADD(name, func) \
  g_test_add ("/setup/trial-logind/" name, TestLogind, NULL, test_set_up, func, test_tear_down)
  TEST_ADD ("sets", test_sets);
  TEST_ADD ("not-offered", test_not_offered);
  TEST_ADD ("refused", test_refused);
  TEST_ADD ("not-there", test_not_there);

  return g_test_run ();
}
