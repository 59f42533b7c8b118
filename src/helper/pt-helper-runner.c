/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-runner"

#include "config.h"

#include "pt-helper-runner.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "pt-helper-service.h"
#include "pt-helper-trust.h"
#include "pt-plan.h"

struct _PtHelperRunner
{
  GObject                parent_instance;
  const PtHelperOptions *options;
  GMainLoop             *loop;
  PtSysroot             *sysroot;
  GDBusConnection       *connection;
  PtHelperService       *service;
  GError                *error;   /* why it had to leave */
  guint                  name;    /* 0 = not asked for */
  guint                  idle;    /* timer; 0 while busy */
  guint                  signal;  /* SIGTERM */
  gboolean               leaving; /* no new calls; the last ones are finished */
};

G_DEFINE_FINAL_TYPE (PtHelperRunner, pt_helper_runner, G_TYPE_OBJECT)


/* Leaving */

static gboolean
pt_helper_runner_quit_cb (gpointer user_data)
{
  PtHelperRunner *self = user_data;

  if (self->service == NULL || !pt_helper_service_get_busy (self->service))
    g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}


/* Gives the name back first, so that the bus starts a new helper for later callers; calls that
 * had come in before are in our queue by then and are dealt with before the loop gets to the
 * low priority. */
static void
pt_helper_runner_leave (PtHelperRunner *self)
{
  if (self->leaving)
    return;
  self->leaving = TRUE;
  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->name, g_bus_unown_name);
  g_idle_add_full (G_PRIORITY_LOW, pt_helper_runner_quit_cb, g_object_ref (self), g_object_unref);
}


static gboolean
pt_helper_runner_idle_cb (gpointer user_data)
{
  PtHelperRunner *self = user_data;

  g_debug ("idle for %u seconds", self->options->idle);
  self->idle = 0;
  pt_helper_runner_leave (self);
  return G_SOURCE_REMOVE;
}


static void
pt_helper_runner_busy_cb (PtHelperRunner *self)
{
  gboolean busy = pt_helper_service_get_busy (self->service);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (busy)
    return;
  /* A peer leaves with the one connection it can ever have. */
  if (self->options->transport == PT_HELPER_PEER && !self->leaving)
    return;
  if (self->leaving)
    g_idle_add_full (G_PRIORITY_LOW, pt_helper_runner_quit_cb, g_object_ref (self), g_object_unref);
  else
    self->idle = g_timeout_add_seconds (self->options->idle, pt_helper_runner_idle_cb, self);
}


static gboolean
pt_helper_runner_term_cb (gpointer user_data)
{
  PtHelperRunner *self = user_data;

  self->signal = 0;
  pt_helper_runner_leave (self);
  return G_SOURCE_REMOVE;
}


static void
pt_helper_runner_closed_cb (GDBusConnection *connection,
                            gboolean         remote_peer_vanished,
                            GError          *error,
                            gpointer         user_data)
{
  pt_helper_runner_leave (user_data);
}


static void
pt_helper_runner_name_lost_cb (GDBusConnection *connection,
                               const char      *name,
                               gpointer         user_data)
{
  PtHelperRunner *self = user_data;

  /* Without a bus nothing was taken from us. */
  if (!self->leaving && connection != NULL && !g_dbus_connection_is_closed (connection))
    g_set_error (&self->error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                 "the bus does not give us the name %s", name);
  pt_helper_runner_leave (self);
}


/* Beginning */

static GDBusConnection *
pt_helper_runner_open_peer (int      fd,
                            GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);
  g_autoptr (GSocketConnection) stream = NULL;
  g_autofree char     *guid = g_dbus_generate_guid ();
  GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                               G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING;

  if (socket == NULL)
    return NULL;
  stream = g_socket_connection_factory_create_connection (socket);
  return g_dbus_connection_new_sync (G_IO_STREAM (stream), guid, flags, NULL, NULL, error);
}


static GDBusConnection *
pt_helper_runner_open (const PtHelperOptions *options,
                       GError               **error)
{
  switch (options->transport)
    {
    case PT_HELPER_SESSION_BUS:
      return g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
    case PT_HELPER_PEER:
      return pt_helper_runner_open_peer (options->peer_fd, error);
    case PT_HELPER_SYSTEM_BUS:
    default:
      return g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, error);
    }
}


/* The real computer is served as root and from a copy that only root can have put there. */
static gboolean
pt_helper_runner_check_trust (PtSysroot *sysroot,
                              GError   **error)
{
  g_autofree char *program = NULL;

  if (!pt_sysroot_is_real (sysroot))
    return TRUE;
  if (geteuid () != 0)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED,
                   "the system bus is served by root only");
      return FALSE;
    }
  program = pt_sysroot_path (sysroot, PT_PLACE_PROC, "self/exe");
  return pt_helper_trust_program (program, error);
}


static PtAuthority *
pt_helper_runner_choose_authority (PtHelperRunner *self)
{
  if (self->options->polkit)
    return pt_authority_new (self->connection, PT_AUTHORITY_POLKIT);
  if (self->options->transport == PT_HELPER_PEER)
    return pt_authority_new (self->connection, PT_AUTHORITY_PEER);
  return pt_authority_new (self->connection, PT_AUTHORITY_SAME_USER);
}


static gboolean
pt_helper_runner_begin (PtHelperRunner *self,
                        GError        **error)
{
  g_autoptr (PtAuthority) authority = NULL;

  if (!pt_helper_runner_check_trust (self->sysroot, error))
    return FALSE;
  self->connection = pt_helper_runner_open (self->options, error);
  if (self->connection == NULL)
    return FALSE;
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  g_signal_connect_object (self->connection, "closed", G_CALLBACK (pt_helper_runner_closed_cb),
                           self, 0);
  authority = pt_helper_runner_choose_authority (self);
  self->service = pt_helper_service_new (self->connection, self->sysroot, authority, error);
  if (self->service == NULL)
    return FALSE;
  g_signal_connect_object (self->service, "notify::busy", G_CALLBACK (pt_helper_runner_busy_cb),
                           self, G_CONNECT_SWAPPED);
  pt_helper_runner_busy_cb (self);
  if (self->options->transport == PT_HELPER_PEER)
    g_dbus_connection_start_message_processing (self->connection);
  else
    self->name = g_bus_own_name_on_connection (self->connection, self->options->bus_name,
                                               G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL,
                                               pt_helper_runner_name_lost_cb, self, NULL);
  return TRUE;
}


gboolean
pt_helper_runner_run (PtHelperRunner *self,
                      GError        **error)
{
  g_return_val_if_fail (PT_IS_HELPER_RUNNER (self), FALSE);

  if (!pt_helper_runner_begin (self, error))
    return FALSE;
  self->signal = g_unix_signal_add (SIGTERM, pt_helper_runner_term_cb, self);
  g_main_loop_run (self->loop);
  pt_helper_service_close (self->service);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}


static void
pt_helper_runner_dispose (GObject *object)
{
  PtHelperRunner *self = PT_HELPER_RUNNER (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->signal, g_source_remove);
  g_clear_handle_id (&self->name, g_bus_unown_name);
  g_clear_object (&self->service);
  g_clear_object (&self->connection);
  g_clear_object (&self->sysroot);
  g_clear_error (&self->error);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  G_OBJECT_CLASS (pt_helper_runner_parent_class)->dispose (object);
}


static void
pt_helper_runner_class_init (PtHelperRunnerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_helper_runner_dispose;
}


static void
pt_helper_runner_init (PtHelperRunner *self)
{
  self->loop = g_main_loop_new (NULL, FALSE);
}


PtHelperRunner *
pt_helper_runner_new (const PtHelperOptions *options)
{
  PtHelperRunner *self = NULL;

  g_return_val_if_fail (options != NULL, NULL);
  g_return_val_if_fail (options->verb == PT_HELPER_SERVE, NULL);

  self = g_object_new (PT_TYPE_HELPER_RUNNER, NULL);
  self->options = options;
  self->sysroot = options->sysroot != NULL ? pt_sysroot_new_directory (options->sysroot)
                                           : pt_sysroot_new_host ();
  return self;
}
