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

/* DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER of the D-Bus specification. */
#define PT_BUS_PRIMARY_OWNER 1

struct _PtHelperRunner
{
  GObject                parent_instance;
  const PtHelperOptions *options;
  GMainLoop             *loop;
  PtSysroot             *sysroot;
  GDBusConnection       *connection;
  PtHelperService       *service;
  gboolean               named;   /* the bus has given us our name */
  guint                  idle;    /* timer; 0 while busy */
  guint                  signal;  /* SIGTERM */
  gboolean               leaving; /* no new calls; the last ones are finished */
};

G_DEFINE_FINAL_TYPE (PtHelperRunner, pt_helper_runner, G_TYPE_OBJECT)


/* The name */

/* @arguments: floating. The number the bus answers, 0 with @error. */
static guint
pt_helper_runner_ask_bus (PtHelperRunner *self,
                          const char     *method,
                          GVariant       *arguments,
                          GError        **error)
{
  g_autoptr (GVariant) reply = NULL;
  guint answer = 0;

  reply = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus",
                                       "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                       arguments, G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE,
                                       -1, NULL, error);
  if (reply != NULL)
    g_variant_get (reply, "(u)", &answer);
  return answer;
}


/* Once and for all: nobody may replace us, and we wait in no queue. */
static gboolean
pt_helper_runner_take_name (PtHelperRunner *self,
                            GError        **error)
{
  const char *name = self->options->bus_name;
  GVariant   *arguments = g_variant_new ("(su)", name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE);
  g_autoptr (GError) refusal = NULL;
  guint answer = pt_helper_runner_ask_bus (self, "RequestName", arguments, &refusal);

  self->named = answer == PT_BUS_PRIMARY_OWNER;
  if (!self->named)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                 "the bus does not give us the name %s: %s", name,
                 refusal != NULL ? refusal->message : "another helper has it");
  return self->named;
}


static void
pt_helper_runner_release_name (PtHelperRunner *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->named || g_dbus_connection_is_closed (self->connection))
    return;
  pt_helper_runner_ask_bus (self, "ReleaseName", g_variant_new ("(s)", self->options->bus_name),
                            &error);
  if (error != NULL)
    g_debug ("the name stays ours until we end: %s", error->message);
  self->named = FALSE;
}


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
  pt_helper_runner_release_name (self);
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
  if (self->options->transport != PT_HELPER_PEER)
    return pt_helper_runner_take_name (self, error);
  g_dbus_connection_start_message_processing (self->connection);
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
  /* The last reply is still in the hands of GDBus's own thread. */
  g_dbus_connection_flush_sync (self->connection, NULL, NULL);
  return TRUE;
}


static void
pt_helper_runner_dispose (GObject *object)
{
  PtHelperRunner *self = PT_HELPER_RUNNER (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->signal, g_source_remove);
  g_clear_object (&self->service);
  g_clear_object (&self->connection);
  g_clear_object (&self->sysroot);
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
