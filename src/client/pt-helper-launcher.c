/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-launcher"

#include "config.h"

#include "pt-helper-launcher.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pt-data.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"

/* Number of the socket in a child without a bus. */
#define PT_HELPER_PEER_FD 3

struct _PtHelperLauncher
{
  GObject          parent_instance;
  PtSysroot       *sysroot;
  GDBusConnection *connection;
  GSubprocess     *process; /* of a rehearsal; NULL = none alive */
  char            *owner;   /* its unique name, NULL until it is there or on a socket */
  guint            watch;   /* of its name */
  gboolean         ready;
  GPtrArray       *waiting; /* GTask */
};

/* What is heard of a child; the launcher may be gone or have another child by then. */
typedef struct
{
  GWeakRef     launcher;
  GSubprocess *process;
} PtHelperChild;

G_DEFINE_FINAL_TYPE (PtHelperLauncher, pt_helper_launcher, G_TYPE_OBJECT)


/* Answering those who wait */

static void
pt_helper_launcher_reset (PtHelperLauncher *self)
{
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  /* It finishes what it is doing, then leaves. */
  if (self->process != NULL)
    g_subprocess_send_signal (self->process, SIGTERM);
  g_clear_object (&self->process);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->owner, g_free);
  self->ready = FALSE;
}


static void
pt_helper_launcher_answer (PtHelperLauncher *self,
                           const GError     *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = g_ptr_array_index (waiting, i);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}


static void
pt_helper_launcher_fail (PtHelperLauncher *self,
                         const char       *what,
                         const GError     *cause)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) plain = cause != NULL ? g_error_copy (cause) : NULL;

  if (plain != NULL)
    g_dbus_error_strip_remote_error (plain);
  error = g_error_new (PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER, "%s%s%s", what,
                       plain != NULL ? ": " : "", plain != NULL ? plain->message : "");
  pt_helper_launcher_reset (self);
  pt_helper_launcher_answer (self, error);
}


static void
pt_helper_launcher_succeed (PtHelperLauncher *self,
                            const char       *owner)
{
  g_free (self->owner);
  self->owner = g_strdup (owner);
  self->ready = TRUE;
  pt_helper_launcher_answer (self, NULL);
}


/* The real host */

static void
pt_helper_launcher_owner_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  g_autoptr (PtHelperLauncher) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  const char *owner = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      pt_helper_launcher_fail (self, "the root service left at once", error);
      return;
    }
  g_variant_get (reply, "(&s)", &owner);
  pt_helper_launcher_succeed (self, owner);
}


static void
pt_helper_launcher_activated_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      user_data)
{
  g_autoptr (PtHelperLauncher) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      gboolean unknown = g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN);

      pt_helper_launcher_fail (self,
                               unknown ? "the root service is not installed"
                                       : "the root service did not start",
                               error);
      return;
    }
  g_dbus_connection_call (G_DBUS_CONNECTION (source), "org.freedesktop.DBus",
                          "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner",
                          g_variant_new ("(s)", PT_HELPER_BUS_NAME), G_VARIANT_TYPE ("(s)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, pt_helper_launcher_owner_cb,
                          g_object_ref (self));
}


static void
pt_helper_launcher_system_cb (GObject      *source,
                              GAsyncResult *result,
                              gpointer      user_data)
{
  g_autoptr (PtHelperLauncher) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->connection);
  self->connection = g_bus_get_finish (result, &error);
  if (self->connection == NULL)
    {
      pt_helper_launcher_fail (self, "the system bus cannot be reached", error);
      return;
    }
  /* The application must outlive its system bus. */
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "StartServiceByName",
                          g_variant_new ("(su)", PT_HELPER_BUS_NAME, 0), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, pt_helper_launcher_activated_cb,
                          g_object_ref (self));
}


/* A rehearsal's child */

static PtHelperChild *
pt_helper_child_new (PtHelperLauncher *launcher)
{
  PtHelperChild *child = g_new0 (PtHelperChild, 1);

  g_weak_ref_init (&child->launcher, launcher);
  child->process = g_object_ref (launcher->process);
  return child;
}


static void
pt_helper_child_free (PtHelperChild *child)
{
  g_weak_ref_clear (&child->launcher);
  g_object_unref (child->process);
  g_free (child);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHelperChild, pt_helper_child_free)


/* The launcher if @child still is its child. (transfer full) */
static PtHelperLauncher *
pt_helper_child_get_launcher (PtHelperChild *child)
{
  g_autoptr (PtHelperLauncher) launcher = g_weak_ref_get (&child->launcher);

  if (launcher == NULL || launcher->process != child->process)
    return NULL;
  return g_steal_pointer (&launcher);
}


static void
pt_helper_launcher_ended_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  g_autoptr (PtHelperChild) child = user_data;
  g_autoptr (PtHelperLauncher) self = pt_helper_child_get_launcher (child);
  g_autofree char *what = NULL;
  GSubprocess     *process = G_SUBPROCESS (source);

  g_subprocess_wait_finish (process, result, NULL);
  if (self == NULL)
    return;
  if (g_subprocess_get_if_exited (process))
    what = g_strdup_printf ("the helper ended with exit code %d",
                            g_subprocess_get_exit_status (process));
  else
    what = g_strdup_printf ("the helper was ended by signal %d",
                            g_subprocess_get_term_sig (process));
  g_clear_object (&self->process);
  pt_helper_launcher_fail (self, what, NULL);
}


static gboolean
pt_helper_launcher_spawn (PtHelperLauncher    *self,
                          GSubprocessLauncher *launcher,
                          const char          *option,
                          const char          *name)
{
  g_autofree char *program = pt_data_find_program ("passthru-helper");
  g_autofree char *sysroot = g_strdup_printf ("--sysroot=%s",
                                              pt_sysroot_get_directory (self->sysroot));
  g_autoptr (GError) error = NULL;

  if (program == NULL)
    {
      pt_helper_launcher_fail (self, "the program passthru-helper is not installed", NULL);
      return FALSE;
    }
  self->process = g_subprocess_launcher_spawn (launcher, &error, program, sysroot, option,
                                               name, NULL);
  if (self->process == NULL)
    {
      pt_helper_launcher_fail (self, "the helper did not start", error);
      return FALSE;
    }
  g_subprocess_wait_async (self->process, NULL, pt_helper_launcher_ended_cb,
                           pt_helper_child_new (self));
  return TRUE;
}


static void
pt_helper_launcher_appeared_cb (GDBusConnection *connection,
                                const char      *name,
                                const char      *owner,
                                gpointer         user_data)
{
  pt_helper_launcher_succeed (user_data, owner);
}


static void
pt_helper_launcher_spawn_on_bus (PtHelperLauncher *self)
{
  static guint children = 0;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *name = g_strdup_printf (PT_HELPER_BUS_NAME ".Rehearsal.n%d_%u", (int)getpid (),
                                           ++children);
  g_autofree char *option = g_strdup_printf ("--bus-name=%s", name);

  if (!pt_helper_launcher_spawn (self, launcher, "--session-bus", option))
    return;
  self->watch = g_bus_watch_name_on_connection (self->connection, name,
                                                G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                pt_helper_launcher_appeared_cb, NULL, self, NULL);
}


static void
pt_helper_launcher_peer_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (PtHelperChild) child = user_data;
  g_autoptr (PtHelperLauncher) self = pt_helper_child_get_launcher (child);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_dbus_connection_new_finish (result, &error);

  /* A child that ended has been reported already. */
  if (self == NULL)
    return;
  if (connection == NULL)
    {
      /* Its end, which is reported next, says more. */
      g_debug ("the helper does not answer: %s", error->message);
      g_subprocess_force_exit (child->process);
      return;
    }
  g_set_object (&self->connection, connection);
  pt_helper_launcher_succeed (self, NULL);
}


static void
pt_helper_launcher_spawn_peer (PtHelperLauncher *self)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *option = g_strdup_printf ("--peer-fd=%d", PT_HELPER_PEER_FD);
  int              ends[2] = { -1, -1 };

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      pt_helper_launcher_fail (self, "no socket for the helper", NULL);
      return;
    }
  g_subprocess_launcher_take_fd (launcher, ends[1], PT_HELPER_PEER_FD);
  socket = g_socket_new_from_fd (ends[0], &error);
  if (socket == NULL)
    {
      close (ends[0]);
      pt_helper_launcher_fail (self, "no socket for the helper", error);
      return;
    }
  if (!pt_helper_launcher_spawn (self, launcher, option, NULL))
    return;
  stream = g_socket_connection_factory_create_connection (socket);
  /* Our copy of the child's end must go, or its death would not be seen. */
  g_subprocess_launcher_close (launcher);
  g_dbus_connection_new (G_IO_STREAM (stream), NULL,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL,
                         pt_helper_launcher_peer_cb, pt_helper_child_new (self));
}


static void
pt_helper_launcher_session_cb (GObject      *source,
                               GAsyncResult *result,
                               gpointer      user_data)
{
  g_autoptr (PtHelperLauncher) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->connection);
  self->connection = g_bus_get_finish (result, &error);
  if (self->connection != NULL && !g_dbus_connection_is_closed (self->connection))
    {
      pt_helper_launcher_spawn_on_bus (self);
      return;
    }
  g_debug ("no session bus (%s): the helper gets a socket",
           error != NULL ? error->message : "closed");
  g_clear_object (&self->connection);
  pt_helper_launcher_spawn_peer (self);
}


/* GIO would start a bus of its own through X11 where there is none, which nobody would ever end. */
static gboolean
pt_helper_launcher_has_session_bus (void)
{
  const char      *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  if (address != NULL && *address != '\0')
    return TRUE;
  return g_file_test (path, G_FILE_TEST_EXISTS);
}


void
pt_helper_launcher_forget (PtHelperLauncher *self)
{
  g_return_if_fail (PT_IS_HELPER_LAUNCHER (self));

  /* Another call may be starting a new one already. */
  if (self->waiting->len == 0)
    pt_helper_launcher_reset (self);
}


/* Reaching */

static gboolean
pt_helper_launcher_is_alive (PtHelperLauncher *self)
{
  /* The bus knows better than we whether the service of a real host has left: asked each time. */
  return self->ready && !pt_sysroot_is_real (self->sysroot) &&
         !g_dbus_connection_is_closed (self->connection);
}


static void
pt_helper_launcher_begin (PtHelperLauncher *self)
{
  pt_helper_launcher_reset (self);
  if (pt_sysroot_is_real (self->sysroot))
    g_bus_get (G_BUS_TYPE_SYSTEM, NULL, pt_helper_launcher_system_cb, g_object_ref (self));
  else if (pt_helper_launcher_has_session_bus ())
    g_bus_get (G_BUS_TYPE_SESSION, NULL, pt_helper_launcher_session_cb, g_object_ref (self));
  else
    pt_helper_launcher_spawn_peer (self);
}


void
pt_helper_launcher_reach_async (PtHelperLauncher   *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PT_IS_HELPER_LAUNCHER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_helper_launcher_reach_async);
  if (pt_helper_launcher_is_alive (self))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (self->waiting->len == 1)
    pt_helper_launcher_begin (self);
}


GDBusConnection *
pt_helper_launcher_reach_finish (PtHelperLauncher *self,
                                 GAsyncResult     *result,
                                 char            **owner,
                                 GError          **error)
{
  g_return_val_if_fail (PT_IS_HELPER_LAUNCHER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (owner != NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  if (self->connection == NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER, "the helper ended at once");
      return NULL;
    }
  *owner = g_strdup (self->owner);
  return g_object_ref (self->connection);
}


static void
pt_helper_launcher_dispose (GObject *object)
{
  PtHelperLauncher *self = PT_HELPER_LAUNCHER (object);

  pt_helper_launcher_reset (self);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_object (&self->sysroot);
  G_OBJECT_CLASS (pt_helper_launcher_parent_class)->dispose (object);
}


static void
pt_helper_launcher_class_init (PtHelperLauncherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_helper_launcher_dispose;
}


static void
pt_helper_launcher_init (PtHelperLauncher *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}


PtHelperLauncher *
pt_helper_launcher_new (PtSysroot *sysroot)
{
  PtHelperLauncher *self = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_object_new (PT_TYPE_HELPER_LAUNCHER, NULL);
  self->sysroot = g_object_ref (sysroot);
  return self;
}
