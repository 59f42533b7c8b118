/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-restart-call"

#include "config.h"

#include "pt-restart-call.h"


static void
pt_restart_called_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL)
    g_task_return_boolean (task, TRUE);
  else
    {
      /* The words of logind are for the user. */
      g_dbus_error_strip_remote_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}


static void
pt_restart_bus_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.login1", "/org/freedesktop/login1",
                          "org.freedesktop.login1.Manager", "Reboot", g_variant_new ("(b)", TRUE),
                          NULL, G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, -1, NULL,
                          pt_restart_called_cb, g_steal_pointer (&task));
}


void
pt_restart_call_async (gpointer            source_object,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  GTask *task = NULL;

  g_return_if_fail (G_IS_OBJECT (source_object));

  task = g_task_new (source_object, NULL, callback, user_data);
  g_task_set_source_tag (task, pt_restart_call_async);
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, pt_restart_bus_cb, task);
}


gboolean
pt_restart_call_finish (GAsyncResult *result,
                        GError      **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pt_restart_call_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
