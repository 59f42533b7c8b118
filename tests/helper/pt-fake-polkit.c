/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-fake-polkit"

#include "config.h"

#include "pt-fake-polkit.h"

static const char pt_fake_polkit_xml[] =
  "<node><interface name='org.freedesktop.PolicyKit1.Authority'>"
  "<method name='CheckAuthorization'>"
  "<arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/>"
  "<arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/>"
  "</method>"
  "<method name='CancelCheckAuthorization'><arg type='s' direction='in'/></method>"
  "</interface></node>";

typedef struct
{
  char              *action;
  PtFakePolkitAnswer answer;
} PtFakeLine;

struct _PtFakePolkit
{
  GDBusConnection       *connection;
  GDBusNodeInfo         *node;
  guint                  registration;
  GQueue                 script;  /* PtFakeLine */
  GHashTable            *allowed; /* actions */
  GDBusMethodInvocation *silent;  /* NULL = none */
  char                  *open;    /* its cancellation id */
  char                  *subject; /* of the last question, as the three below */
  GVariant              *details;
  gboolean               interact;
  guint                  questions;
  gboolean               waiting;
  gboolean               withdrawn;
};


static void
pt_fake_line_free (PtFakeLine *line)
{
  g_free (line->action);
  g_free (line);
}


static void
pt_fake_polkit_reply (GDBusMethodInvocation *invocation,
                      PtFakePolkitAnswer     answer)
{
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  if (answer == PT_FAKE_POLKIT_DISMISSED)
    g_variant_builder_add (&details, "{ss}", "polkit.dismissed", "true");
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("((bba{ss}))",
                                                        answer == PT_FAKE_POLKIT_YES,
                                                        answer == PT_FAKE_POLKIT_CHALLENGE,
                                                        &details));
}


static PtFakePolkitAnswer
pt_fake_polkit_next_answer (PtFakePolkit *self,
                            const char   *action)
{
  PtFakeLine        *line = NULL;
  PtFakePolkitAnswer answer = PT_FAKE_POLKIT_NO;

  if (g_hash_table_contains (self->allowed, action))
    return PT_FAKE_POLKIT_YES;
  line = g_queue_pop_head (&self->script);
  if (line == NULL)
    {
      g_test_message ("polkit was asked about %s, which was not expected", action);
      g_test_fail ();
      return PT_FAKE_POLKIT_NO;
    }
  g_assert_cmpstr (action, ==, line->action);
  answer = line->answer;
  pt_fake_line_free (line);
  return answer;
}


static void
pt_fake_polkit_check (PtFakePolkit          *self,
                      GVariant              *parameters,
                      GDBusMethodInvocation *invocation)
{
  const char *kind = NULL;
  const char *action = NULL;
  const char *question = NULL;
  g_autoptr (GVariant) subject = NULL;
  guint              flags = 0;
  PtFakePolkitAnswer answer = PT_FAKE_POLKIT_NO;

  g_clear_pointer (&self->details, g_variant_unref);
  g_clear_pointer (&self->subject, g_free);
  g_variant_get (parameters, "((&s@a{sv})&s@a{ss}u&s)", &kind, &subject, &action, &self->details,
                 &flags, &question);
  g_assert_cmpstr (kind, ==, "system-bus-name");
  g_assert_true (g_variant_lookup (subject, "name", "s", &self->subject));
  self->interact = (flags & 1) != 0;
  self->questions++;
  answer = pt_fake_polkit_next_answer (self, action);
  if (answer != PT_FAKE_POLKIT_SILENCE)
    {
      pt_fake_polkit_reply (invocation, answer);
      return;
    }
  g_assert_null (self->silent);
  self->silent = invocation;
  self->open = g_strdup (question);
  self->waiting = TRUE;
}


void
pt_fake_polkit_allow (PtFakePolkit *self,
                      const char   *action)
{
  g_hash_table_add (self->allowed, g_strdup (action));
}


void
pt_fake_polkit_answer (PtFakePolkit      *self,
                       PtFakePolkitAnswer answer)
{
  g_assert_nonnull (self->silent);
  pt_fake_polkit_reply (g_steal_pointer (&self->silent), answer);
  g_clear_pointer (&self->open, g_free);
  self->waiting = FALSE;
}


static void
pt_fake_polkit_cancel (PtFakePolkit          *self,
                       GVariant              *parameters,
                       GDBusMethodInvocation *invocation)
{
  const char *question = NULL;

  g_variant_get (parameters, "(&s)", &question);
  g_assert_cmpstr (question, ==, self->open);
  self->withdrawn = TRUE;
  pt_fake_polkit_answer (self, PT_FAKE_POLKIT_NO);
  g_dbus_method_invocation_return_value (invocation, NULL);
}


static void
pt_fake_polkit_call_cb (GDBusConnection       *connection,
                        const char            *sender,
                        const char            *object_path,
                        const char            *interface_name,
                        const char            *method_name,
                        GVariant              *parameters,
                        GDBusMethodInvocation *invocation,
                        gpointer               user_data)
{
  if (g_str_equal (method_name, "CheckAuthorization"))
    pt_fake_polkit_check (user_data, parameters, invocation);
  else
    pt_fake_polkit_cancel (user_data, parameters, invocation);
}


static const GDBusInterfaceVTable pt_fake_polkit_vtable = {
  .method_call = pt_fake_polkit_call_cb,
};


PtFakePolkit *
pt_fake_polkit_new (GDBusConnection *connection)
{
  PtFakePolkit *self = g_new0 (PtFakePolkit, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  self->connection = g_object_ref (connection);
  self->node = g_dbus_node_info_new_for_xml (pt_fake_polkit_xml, &error);
  g_assert_no_error (error);
  g_queue_init (&self->script);
  self->allowed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->registration = g_dbus_connection_register_object (
    connection, "/org/freedesktop/PolicyKit1/Authority", self->node->interfaces[0],
    &pt_fake_polkit_vtable, self, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.PolicyKit1", 4),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return self;
}


void
pt_fake_polkit_free (PtFakePolkit *self)
{
  g_assert_cmpuint (self->script.length, ==, 0);
  g_assert_null (self->silent);
  g_dbus_connection_unregister_object (self->connection, self->registration);
  g_dbus_node_info_unref (self->node);
  g_clear_object (&self->connection);
  g_hash_table_unref (self->allowed);
  g_clear_pointer (&self->details, g_variant_unref);
  g_free (self->subject);
  g_free (self->open);
  g_free (self);
}


void
pt_fake_polkit_expect (PtFakePolkit      *self,
                       const char        *action,
                       PtFakePolkitAnswer answer)
{
  PtFakeLine *line = g_new0 (PtFakeLine, 1);

  line->action = g_strdup (action);
  line->answer = answer;
  g_queue_push_tail (&self->script, line);
}


const char *
pt_fake_polkit_get_subject (PtFakePolkit *self)
{
  return self->subject;
}


const char *
pt_fake_polkit_get_detail (PtFakePolkit *self,
                           const char   *key)
{
  const char *value = NULL;

  if (self->details == NULL || !g_variant_lookup (self->details, key, "&s", &value))
    return NULL;
  return value;
}


gboolean
pt_fake_polkit_get_interact (PtFakePolkit *self)
{
  return self->interact;
}


guint
pt_fake_polkit_get_questions (PtFakePolkit *self)
{
  return self->questions;
}


const gboolean *
pt_fake_polkit_get_waiting (PtFakePolkit *self)
{
  return &self->waiting;
}


const gboolean *
pt_fake_polkit_get_withdrawn (PtFakePolkit *self)
{
  return &self->withdrawn;
}
