/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-service"

#include "config.h"

#include "pt-helper-service.h"

#include <gio/gunixfdlist.h>

#include "pt-helper-interface.h"
#include "pt-helper-methods.h"
#include "pt-helper-rate.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-work.h"

struct _PtHelperService
{
  GObject          parent_instance;
  GDBusConnection *connection;
  PtSysroot       *sysroot;
  PtAuthority     *authority;
  GPtrArray       *calls; /* PtHelperCall, owned by their own callbacks */
  PtHelperRate    *rate;
  guint            registration; /* 0 = not exported */
  gboolean         working;      /* a call is changing the host */
};

/* One call on its way. */
typedef struct
{
  PtHelperService       *service;
  const PtHelperMethod  *method;
  GDBusMethodInvocation *invocation;
  PtHelperJob           *job;
  GCancellable          *cancellable; /* the caller left */
  guint                  watch;       /* 0 on a peer connection */
  guint32                user;
  gboolean               admitted; /* the caller is known to be @user, who has room */
} PtHelperCall;

typedef enum {
  PT_HELPER_SERVICE_BUSY = 1,
  PT_HELPER_SERVICE_N_PROPERTIES
} PtHelperServiceProperty;

static GParamSpec *pt_helper_service_properties[PT_HELPER_SERVICE_N_PROPERTIES] = { NULL };

G_DEFINE_FINAL_TYPE (PtHelperService, pt_helper_service, G_TYPE_OBJECT)


/* Calls */

static void
pt_helper_call_caller_gone_cb (GDBusConnection *connection,
                               const char      *name,
                               gpointer         user_data)
{
  PtHelperCall *call = user_data;

  g_debug ("%s left before %s was done", name, call->method->name);
  g_cancellable_cancel (call->cancellable);
}


static PtHelperCall *
pt_helper_call_new (PtHelperService       *service,
                    const PtHelperMethod  *method,
                    GDBusMethodInvocation *invocation)
{
  PtHelperCall *call = g_new0 (PtHelperCall, 1);
  const char   *caller = g_dbus_method_invocation_get_sender (invocation);

  call->service = g_object_ref (service);
  call->method = method;
  call->invocation = invocation;
  call->cancellable = g_cancellable_new ();
  call->job = pt_helper_job_new (service->sysroot, service->connection, caller);
  call->job->working = service->working;
  if (caller != NULL)
    call->watch = g_bus_watch_name_on_connection (service->connection, caller,
                                                  G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                  pt_helper_call_caller_gone_cb, call, NULL);
  g_ptr_array_add (service->calls, call);
  g_object_notify_by_pspec (G_OBJECT (service),
                            pt_helper_service_properties[PT_HELPER_SERVICE_BUSY]);
  return call;
}


/* The invocation must have been answered. */
static void
pt_helper_call_free (PtHelperCall *call)
{
  g_autoptr (PtHelperService) service = g_steal_pointer (&call->service);

  if (call->watch != 0)
    g_bus_unwatch_name (call->watch);
  g_ptr_array_remove (service->calls, call);
  g_clear_object (&call->cancellable);
  pt_helper_job_free (call->job);
  g_free (call);
  g_object_notify_by_pspec (G_OBJECT (service),
                            pt_helper_service_properties[PT_HELPER_SERVICE_BUSY]);
}


static void
pt_helper_call_fail (PtHelperCall *call,
                     const GError *error)
{
  g_message ("%s for %s: %s", call->method->name,
             call->job->caller != NULL ? call->job->caller : "our parent", error->message);
  g_dbus_method_invocation_return_gerror (call->invocation, error);
  pt_helper_call_free (call);
}


static void
pt_helper_call_done_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  PtHelperCall *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = pt_work_finish (source, pt_helper_call_done_cb, result, &error);

  if (call->method->changes)
    call->service->working = FALSE;
  if (reply == NULL)
    {
      pt_helper_call_fail (call, error);
      return;
    }
  g_dbus_method_invocation_return_value (call->invocation, reply);
  pt_helper_call_free (call);
}


static void
pt_helper_call_work (PtHelperCall *call)
{
  /* A change is not stopped half way because somebody stopped listening. */
  GCancellable *cancellable = call->method->changes ? NULL : call->cancellable;

  if (call->method->changes)
    call->service->working = TRUE;
  pt_work_run_async (call->service, pt_helper_call_done_cb, (PtWorkFunc)call->method->work,
                     call->job, NULL, (GDestroyNotify)g_variant_unref, cancellable,
                     pt_helper_call_done_cb, call);
}


/* Refuses a second change beside the one under way. */
static gboolean
pt_helper_service_check_free (PtHelperService      *self,
                              const PtHelperMethod *method,
                              GError              **error)
{
  if (!method->changes || !self->working)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY, "another change is under way");
  return FALSE;
}


static void
pt_helper_call_permitted_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  PtHelperCall *call = user_data;
  g_autoptr (GError) error = NULL;

  if (!pt_authority_check_finish (PT_AUTHORITY (source), result, &error) ||
      !pt_helper_service_check_free (call->service, call->method, &error))
    pt_helper_call_fail (call, error);
  else
    pt_helper_call_work (call);
}


static void
pt_helper_call_ask (PtHelperCall *call,
                    GVariant     *details)
{
  GDBusMessage     *message = g_dbus_method_invocation_get_message (call->invocation);
  GDBusMessageFlags flags = g_dbus_message_get_flags (message);

  pt_authority_check_async (call->service->authority, call->job->caller, call->method->action,
                            details,
                            (flags & G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION) != 0,
                            call->cancellable, pt_helper_call_permitted_cb, call);
}


static void
pt_helper_call_described_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  PtHelperCall *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) details = NULL;

  details = pt_work_finish (source, pt_helper_call_described_cb, result, &error);

  if (details == NULL)
    pt_helper_call_fail (call, error);
  else
    pt_helper_call_ask (call, details);
}


static void
pt_helper_call_describe (PtHelperCall *call)
{
  if (call->method->describe == NULL)
    pt_helper_call_ask (call, g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0));
  else
    pt_work_run_async (call->service, pt_helper_call_described_cb,
                       (PtWorkFunc)call->method->describe, call->job, NULL,
                       (GDestroyNotify)g_variant_unref, call->cancellable,
                       pt_helper_call_described_cb, call);
}


/* Who calls: connections cost a user nothing, so the room is counted by user */

static gboolean
pt_helper_call_check_room (PtHelperCall *call,
                           guint32       user,
                           GError      **error)
{
  GPtrArray *calls = call->service->calls;
  guint      of_user = 0;
  guint      of_all = 0;

  for (guint i = 0; i < calls->len; i++)
    {
      const PtHelperCall *other = g_ptr_array_index (calls, i);

      of_all += other->admitted ? 1 : 0;
      of_user += other->admitted && other->user == user ? 1 : 0;
    }
  if (of_user < PT_HELPER_MAX_CALLS_PER_USER && of_all < PT_HELPER_MAX_CALLS)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
               "too many calls are waiting: %u of user %u, %u in all", of_user, user, of_all);
  return FALSE;
}


static void
pt_helper_call_known_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  PtHelperCall *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  guint32 user = 0;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply != NULL)
    g_variant_get (reply, "(u)", &user);
  if (reply == NULL || !pt_helper_call_check_room (call, user, &error) ||
      !pt_helper_rate_take (call->service->rate, user, g_get_monotonic_time (), &error))
    {
      pt_helper_call_fail (call, error);
      return;
    }
  call->user = user;
  call->admitted = TRUE;
  pt_helper_call_describe (call);
}


/* A peer is the only one there is. */
static void
pt_helper_call_admit (PtHelperCall *call)
{
  if (call->job->caller == NULL)
    pt_helper_call_describe (call);
  else
    g_dbus_connection_call (call->service->connection, "org.freedesktop.DBus",
                            "/org/freedesktop/DBus", "org.freedesktop.DBus",
                            "GetConnectionUnixUser", g_variant_new ("(s)", call->job->caller),
                            G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, call->cancellable,
                            pt_helper_call_known_cb, call);
}


/* The object on the bus */

/* Open files are no argument of anything here, and each takes one of ours while the call waits. */
static gboolean
pt_helper_service_check_files (GDBusMethodInvocation *invocation,
                               GError               **error)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);
  GUnixFDList  *files = g_dbus_message_get_unix_fd_list (message);

  if (files == NULL || g_unix_fd_list_get_length (files) == 0)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
               "%d open files came with the call, which takes none",
               g_unix_fd_list_get_length (files));
  return FALSE;
}


static gboolean
pt_helper_service_check_size (GVariant *parameters,
                              GError  **error)
{
  gsize size = g_variant_get_size (parameters);

  if (size <= PT_HELPER_MAX_ARGUMENTS)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
               "the arguments have %zu bytes, at most %d are read", size, PT_HELPER_MAX_ARGUMENTS);
  return FALSE;
}


static gboolean
pt_helper_service_check_count (PtHelperService *self,
                               const char      *caller,
                               GError         **error)
{
  guint of_caller = 0;

  for (guint i = 0; i < self->calls->len; i++)
    {
      const PtHelperCall *call = g_ptr_array_index (self->calls, i);

      if (g_strcmp0 (call->job->caller, caller) == 0)
        of_caller++;
    }
  if (of_caller < PT_HELPER_MAX_CALLS_PER_CALLER)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
               "too many calls are waiting: %u of this caller", of_caller);
  return FALSE;
}


static void
pt_helper_service_call_cb (GDBusConnection       *connection,
                           const char            *sender,
                           const char            *object_path,
                           const char            *interface_name,
                           const char            *method_name,
                           GVariant              *parameters,
                           GDBusMethodInvocation *invocation,
                           gpointer               user_data)
{
  PtHelperService      *self = PT_HELPER_SERVICE (user_data);
  const PtHelperMethod *method = pt_helper_methods_find (method_name);
  g_autoptr (GError) error = NULL;
  PtHelperCall *call = NULL;

  if (method == NULL)
    {
      g_dbus_method_invocation_return_error (invocation, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED,
                                             "nobody is permitted %s", method_name);
      return;
    }
  if (!pt_helper_service_check_files (invocation, &error) ||
      !pt_helper_service_check_size (parameters, &error) ||
      !pt_helper_service_check_count (self, sender, &error) ||
      !pt_helper_service_check_free (self, method, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  call = pt_helper_call_new (self, method, invocation);
  if (method->parse != NULL && !method->parse (call->job, parameters, &error))
    pt_helper_call_fail (call, error);
  else
    pt_helper_call_admit (call);
}


static const GDBusInterfaceVTable pt_helper_service_vtable = {
  .method_call = pt_helper_service_call_cb,
};


static void
pt_helper_service_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  PtHelperService *self = PT_HELPER_SERVICE (object);

  switch ((PtHelperServiceProperty)property_id)
    {
    case PT_HELPER_SERVICE_BUSY:
      g_value_set_boolean (value, pt_helper_service_get_busy (self));
      break;
    case PT_HELPER_SERVICE_N_PROPERTIES:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}


static void
pt_helper_service_dispose (GObject *object)
{
  PtHelperService *self = PT_HELPER_SERVICE (object);

  pt_helper_service_close (self);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->rate, pt_helper_rate_free);
  g_clear_object (&self->authority);
  g_clear_object (&self->sysroot);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pt_helper_service_parent_class)->dispose (object);
}


static void
pt_helper_service_class_init (PtHelperServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pt_helper_service_get_property;
  object_class->dispose = pt_helper_service_dispose;
  pt_helper_service_properties[PT_HELPER_SERVICE_BUSY] =
    g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PT_HELPER_SERVICE_N_PROPERTIES,
                                     pt_helper_service_properties);
}


static void
pt_helper_service_init (PtHelperService *self)
{
  self->calls = g_ptr_array_new ();
  self->rate = pt_helper_rate_new ();
}


PtHelperService *
pt_helper_service_new (GDBusConnection *connection,
                       PtSysroot       *sysroot,
                       PtAuthority     *authority,
                       GError         **error)
{
  g_autoptr (PtHelperService) self = NULL;
  GDBusInterfaceInfo   *interface = (GDBusInterfaceInfo *)&com_example_passthru_helper1_interface;
  const PtHelperMethod *methods = NULL;
  gsize                 n_methods = 0;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (PT_IS_AUTHORITY (authority), NULL);

  methods = pt_helper_methods_get (&n_methods);
  if (!pt_helper_methods_verify (methods, n_methods, interface, error))
    return NULL;
  pt_helper_wire_register_errors ();
  self = g_object_new (PT_TYPE_HELPER_SERVICE, NULL);
  self->connection = g_object_ref (connection);
  self->sysroot = g_object_ref (sysroot);
  self->authority = g_object_ref (authority);
  self->registration = g_dbus_connection_register_object (connection, PT_HELPER_OBJECT_PATH,
                                                          interface, &pt_helper_service_vtable,
                                                          self, NULL, error);
  return self->registration != 0 ? g_steal_pointer (&self) : NULL;
}


gboolean
pt_helper_service_get_busy (PtHelperService *self)
{
  g_return_val_if_fail (PT_IS_HELPER_SERVICE (self), FALSE);

  return self->calls->len > 0;
}


void
pt_helper_service_close (PtHelperService *self)
{
  g_return_if_fail (PT_IS_HELPER_SERVICE (self));

  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
}
