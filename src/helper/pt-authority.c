/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-authority"

#include "config.h"

#include "pt-authority.h"

#include <unistd.h>

#include "pt-plan.h"

#define PT_POLKIT_NAME "org.freedesktop.PolicyKit1"
#define PT_POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define PT_POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
/* CheckAuthorizationFlags of polkit's interface. */
#define PT_POLKIT_INTERACT 1

struct _PtAuthority
{
  GObject          parent_instance;
  GDBusConnection *connection;
  PtAuthorityKind  kind;
  guint            questions; /* asked so far, for their names */
};

G_DEFINE_FINAL_TYPE (PtAuthority, pt_authority, G_TYPE_OBJECT)


static void
pt_authority_dispose (GObject *object)
{
  PtAuthority *self = PT_AUTHORITY (object);

  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pt_authority_parent_class)->dispose (object);
}


static void
pt_authority_class_init (PtAuthorityClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_authority_dispose;
}


static void
pt_authority_init (PtAuthority *self)
{
}


PtAuthority *
pt_authority_new (GDBusConnection *connection,
                  PtAuthorityKind  kind)
{
  PtAuthority *self = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  self = g_object_new (PT_TYPE_AUTHORITY, NULL);
  self->connection = g_object_ref (connection);
  self->kind = kind;
  return self;
}


/* The data of a task that asks polkit: the name of the question. */
static void
pt_authority_withdraw (PtAuthority *self,
                       const char  *question)
{
  g_dbus_connection_call (self->connection, PT_POLKIT_NAME, PT_POLKIT_PATH, PT_POLKIT_INTERFACE,
                          "CancelCheckAuthorization", g_variant_new ("(s)", question), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}


static void
pt_authority_judge (GTask    *task,
                    GVariant *answer)
{
  gboolean authorised = FALSE;
  gboolean challenge = FALSE;
  g_autoptr (GVariant) details = NULL;

  g_variant_get (answer, "((bb@a{ss}))", &authorised, &challenge, &details);
  if (authorised)
    g_task_return_boolean (task, TRUE);
  else if (g_variant_lookup (details, "polkit.dismissed", "&s", NULL))
    g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_DISMISSED,
                             "the question for permission was dismissed");
  else if (challenge)
    g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED,
                             "permission needs authentication and nobody could be asked");
  else
    g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED,
                             "permission was not given");
}


static void
pt_authority_polkit_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer != NULL)
    {
      pt_authority_judge (task, answer);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pt_authority_withdraw (g_task_get_source_object (task), g_task_get_task_data (task));
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_dbus_error_strip_remote_error (error);
  g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED,
                           "polkit could not be asked: %s", error->message);
}


static void
pt_authority_ask_polkit (PtAuthority *self,
                         GTask       *task,
                         const char  *sender,
                         const char  *action,
                         GVariant    *details,
                         gboolean     interact)
{
  GVariantBuilder subject = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  char           *question = g_strdup_printf ("passthru-%u", ++self->questions);
  GVariant       *arguments = NULL;

  g_task_set_task_data (task, question, g_free);
  g_variant_builder_add (&subject, "{sv}", "name", g_variant_new_string (sender));
  arguments = g_variant_new ("((sa{sv})s@a{ss}us)", "system-bus-name", &subject, action, details,
                             interact ? PT_POLKIT_INTERACT : 0, question);
  /* No time limit: a person is typing a password. */
  g_dbus_connection_call (self->connection, PT_POLKIT_NAME, PT_POLKIT_PATH, PT_POLKIT_INTERFACE,
                          "CheckAuthorization", arguments, G_VARIANT_TYPE ("((bba{ss}))"),
                          G_DBUS_CALL_FLAGS_NONE, G_MAXINT, g_task_get_cancellable (task),
                          pt_authority_polkit_cb, g_object_ref (task));
}


static void
pt_authority_user_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  guint32 user = 0;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_variant_get (answer, "(u)", &user);
  if (user == geteuid ())
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED,
                             "this rehearsal belongs to user %u, not to user %u",
                             (guint)geteuid (), user);
}


static void
pt_authority_ask_bus (PtAuthority *self,
                      GTask       *task,
                      const char  *sender)
{
  g_dbus_connection_call (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetConnectionUnixUser",
                          g_variant_new ("(s)", sender), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task),
                          pt_authority_user_cb, g_object_ref (task));
}


void
pt_authority_check_async (PtAuthority        *self,
                          const char         *sender,
                          const char         *action,
                          GVariant           *details,
                          gboolean            interact,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GVariant) held = NULL;

  g_return_if_fail (PT_IS_AUTHORITY (self));
  g_return_if_fail (action != NULL);
  g_return_if_fail (details != NULL);

  held = g_variant_ref_sink (details);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pt_authority_check_async);
  if (self->kind == PT_AUTHORITY_PEER)
    g_task_return_boolean (task, TRUE);
  else if (sender == NULL)
    g_task_return_new_error (task, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED,
                             "the caller of %s has no name", action);
  else if (self->kind == PT_AUTHORITY_SAME_USER)
    pt_authority_ask_bus (self, task, sender);
  else
    pt_authority_ask_polkit (self, task, sender, action, held, interact);
}


gboolean
pt_authority_check_finish (PtAuthority  *self,
                           GAsyncResult *result,
                           GError      **error)
{
  g_return_val_if_fail (PT_IS_AUTHORITY (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
