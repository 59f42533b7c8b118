/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial-notice"

#include "config.h"

#include <string.h>

#include "pt-test.h"
#include "pt-trial-notice.h"
#include "trial-fixture.h"

/* The question of a trial while nobody looks: what the desktop's notification service is told. */

#define NAME "org.freedesktop.Notifications"
#define SECOND G_USEC_PER_SEC

static const char interface[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
  "<arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "</interface></node>";

typedef struct
{
  GDBusConnection *connection;
  guint            object;
  guint            name;
  const char      *asker; /* unique name; other tests share the bus and ask their own */
  gboolean         owned;
  gboolean         told;
  gboolean         closed;
  char            *title;
  char            *body;
} Service;


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
  Service *self = user_data;

  gboolean ours = g_strcmp0 (sender, self->asker) == 0;

  if (g_str_equal (method, "CloseNotification"))
    {
      self->closed = self->closed || ours;
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  if (ours)
    {
      g_free (self->title);
      g_free (self->body);
      g_variant_get_child (parameters, 3, "s", &self->title);
      g_variant_get_child (parameters, 4, "s", &self->body);
      self->told = TRUE;
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", 7));
}


static void
owned_cb (GDBusConnection *connection,
          const char      *name,
          gpointer         user_data)
{
  ((Service *)user_data)->owned = TRUE;
}


static void
service_begin (Service *self)
{
  static const GDBusInterfaceVTable vtable = { call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface, NULL);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  *self = (Service){ 0 };
  address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  self->connection = g_dbus_connection_new_for_address_sync (
    address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);
  g_assert_no_error (error);
  self->object = g_dbus_connection_register_object (self->connection,
                                                    "/org/freedesktop/Notifications",
                                                    node->interfaces[0], &vtable, self, NULL,
                                                    &error);
  g_assert_no_error (error);
  self->name = g_bus_own_name_on_connection (self->connection, NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                             owned_cb, NULL, self, NULL);
  trial_fixture_await_flag (&self->owned);
}


static void
service_end (Service *self)
{
  g_bus_unown_name (self->name);
  g_dbus_connection_unregister_object (self->connection, self->object);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_free (self->title);
  g_free (self->body);
}


static void
test_delay (void)
{
  gint64 end = 300 * SECOND;

  g_assert_cmpint (pt_trial_notice_get_delay (0, end, 0), ==, 4 * SECOND);
  g_assert_cmpint (pt_trial_notice_get_delay (4 * SECOND, end, 1), ==, 236 * SECOND);
  g_assert_cmpint (pt_trial_notice_get_delay (250 * SECOND, end, 1), ==, 1);
  g_assert_cmpint (pt_trial_notice_get_delay (240 * SECOND, end, 2), ==, 0);
  g_assert_cmpint (pt_trial_notice_get_delay (end, end, 0), ==, 0);
  g_assert_cmpint (pt_trial_notice_get_delay (end - SECOND, end, 0), ==, SECOND);
}


/* What was sent on @connection before, or to it, has gone its way then. */
static void
ask_bus (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
               g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/",
                                            "org.freedesktop.DBus", "GetId", NULL, NULL,
                                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}


/* No window has the keyboard: the question is asked, and taken back with its answer. */
static void
test_asks (void)
{
  TrialFixture computer = { NULL };
  Service      service;
  g_autoptr (GtkApplication) application = NULL;
  PtTrialNotice *notice = NULL;
  g_autoptr (GError) error = NULL;

  trial_fixture_set_up (&computer);
  trial_fixture_try (&computer);
  service_begin (&service);
  application = gtk_application_new (PT_APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  service.asker = g_dbus_connection_get_unique_name (
    g_application_get_dbus_connection (G_APPLICATION (application)));
  notice = pt_trial_notice_new (application, computer.sysroot,
                                g_get_monotonic_time () + 290 * SECOND);
  trial_fixture_await_flag (&service.told);
  g_assert_cmpstr (service.title, ==, "Keep the changes?");
  g_assert_nonnull (strstr (service.body, "Less than 5 minutes left."));
  /* The service's answer has reached the bus, and then the asker: only now is there a number to
   * take back. */
  ask_bus (service.connection);
  ask_bus (g_application_get_dbus_connection (G_APPLICATION (application)));
  pt_test_run_pending ();
  pt_trial_notice_free (notice);
  trial_fixture_await_flag (&service.closed);
  g_clear_object (&application);
  service_end (&service);
  trial_fixture_tear_down (&computer);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/app/trial-notice/delay", test_delay);
  if (gtk_init_check ())
    g_test_add_func ("/app/trial-notice/asks", test_asks);
  else
    g_test_message ("there is no display to ask on");
  return g_test_run ();
}
