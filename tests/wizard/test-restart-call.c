/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-restart-call"

#include "config.h"

#include <string.h>

#include "pt-restart-call.h"
#include "pt-test.h"

/* “Restart” asks logind; here it asks one of our own, on a system bus of our own. */

#define NAME "org.freedesktop.login1"
#define PATH "/org/freedesktop/login1"

static const char interface[] = "<node><interface name='org.freedesktop.login1.Manager'>"
                                "<method name='Reboot'><arg type='b' direction='in'/></method>"
                                "</interface></node>";

typedef struct
{
  const char      *error; /* what is answered, or NULL */
  GDBusConnection *connection;
  guint            object;
  guint            name;
  gboolean         owned;
  guint            asked;
  gboolean         interactive;
} Logind;


static void
call_cb (GDBusConnection       *connection,
         const char            *sender,
         const char            *path,
         const char            *interface_name,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               user_data)
{
  Logind *self = user_data;

  self->asked++;
  g_variant_get (parameters, "(b)", &self->interactive);
  if (self->error == NULL)
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_dbus_error (invocation, self->error, "logind says no");
}


static void
owned_cb (GDBusConnection *connection,
          const char      *name,
          gpointer         user_data)
{
  ((Logind *)user_data)->owned = TRUE;
}


/* A connection of its own: the service's calls come back to this process over the bus. */
static void
logind_begin (Logind     *self,
              GTestDBus  *bus,
              const char *error_name)
{
  static const GDBusInterfaceVTable vtable = { call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface, NULL);
  g_autoptr (GError) error = NULL;

  *self = (Logind){ .error = error_name };
  self->connection = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);
  self->object = g_dbus_connection_register_object (self->connection, PATH, node->interfaces[0],
                                                    &vtable, self, NULL, &error);
  g_assert_no_error (error);
  self->name = g_bus_own_name_on_connection (self->connection, NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                             owned_cb, NULL, self, NULL);
  pt_test_await_flag (&self->owned, 30);
}


static void
logind_end (Logind *self)
{
  g_bus_unown_name (self->name);
  g_dbus_connection_unregister_object (self->connection, self->object);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
}


/* NULL if it was done. (transfer full) */
static GError *
ask (void)
{
  g_autoptr (GObject) source = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  pt_restart_call_async (source, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 30);
  if (!pt_restart_call_finish (result, &error))
    g_assert_nonnull (error);
  return error;
}


static void
test_done (gconstpointer data)
{
  Logind logind;
  g_autoptr (GError) error = NULL;

  logind_begin (&logind, (GTestDBus *)data, NULL);
  error = ask ();
  g_assert_no_error (error);
  g_assert_cmpuint (logind.asked, ==, 1);
  /* So that polkit may ask for a password. */
  g_assert_true (logind.interactive);
  logind_end (&logind);
}


/* @name: what a logind answers. Its words reach the user without the name of the error. */
static void
refused (GTestDBus  *bus,
         const char *name)
{
  Logind logind;
  g_autoptr (GError) error = NULL;

  logind_begin (&logind, bus, name);
  error = ask ();
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, "logind says no");
  g_assert_cmpuint (logind.asked, ==, 1);
  logind_end (&logind);
}


/* Another program holds the restart back. */
static void
test_inhibited (gconstpointer data)
{
  refused ((GTestDBus *)data, "org.freedesktop.login1.BlockedByInhibitorLock");
}


static void
test_in_progress (gconstpointer data)
{
  refused ((GTestDBus *)data, "org.freedesktop.login1.OperationInProgress");
}


/* The password was not given. */
static void
test_denied (gconstpointer data)
{
  refused ((GTestDBus *)data, "org.freedesktop.DBus.Error.AccessDenied");
}


static void
test_missing (gconstpointer data)
{
  g_autoptr (GError) error = ask ();

  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN);
  g_assert_null (strstr (error->message, "GDBus.Error"));
}


static void
test_no_bus (void)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/socket", TRUE);
  error = ask ();
  g_assert_nonnull (error);
}


int
main (int    argc,
      char **argv)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  int status = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* First: a bus that was reached stays. */
  test_no_bus ();
  g_test_dbus_up (bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);
  g_test_add_data_func ("/wizard/restart-call/missing", bus, test_missing);
  g_test_add_data_func ("/wizard/restart-call/done", bus, test_done);
  g_test_add_data_func ("/wizard/restart-call/inhibited", bus, test_inhibited);
  g_test_add_data_func ("/wizard/restart-call/in-progress", bus, test_in_progress);
  g_test_add_data_func ("/wizard/restart-call/denied", bus, test_denied);
  status = g_test_run ();
  g_test_dbus_stop (bus);
  return status;
}
