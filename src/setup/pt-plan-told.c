/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-plan-told"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-choice.h"
#include "pt-plan-private.h"
#include "pt-step-private.h"

/* A plan that root made, read back from what pt_plan_to_json() says of it. */

static gboolean
pt_plan_told_fail (GError    **error,
                   const char *what)
{
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
               "the plan that was told has no sound %s", what);
  return FALSE;
}

/* NULL for null, another type and a member that is not there. */
static const char *
pt_plan_told_get_string (JsonObject *object,
                         const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static gboolean
pt_plan_told_get_boolean (JsonObject *object,
                          const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN &&
         json_node_get_boolean (node);
}

/* NULL if it is no list. */
static JsonArray *
pt_plan_told_get_list (JsonObject *object,
                       const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
pt_plan_told_get_object (JsonArray *list,
                         guint      index)
{
  JsonNode *node = json_array_get_element (list, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Words of a list; NULL if it is none or holds something else. (transfer full) */
static char **
pt_plan_told_get_words (JsonObject *object,
                        const char *name)
{
  JsonArray *list = pt_plan_told_get_list (object, name);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (json_node_get_value_type (node) != G_TYPE_STRING)
        return NULL;
      g_strv_builder_add (words, json_node_get_string (node));
    }
  return list != NULL ? g_strv_builder_end (words) : NULL;
}

static gboolean
pt_plan_told_get_address (JsonObject *object,
                          const char *name,
                          PtAddress  *address)
{
  const char *text = object != NULL ? pt_plan_told_get_string (object, name) : NULL;

  return text != NULL && pt_address_parse (text, address);
}

static gboolean
pt_plan_told_take_device (PtPlan     *self,
                          JsonObject *object,
                          GError    **error)
{
  PtAddress     address = { 0 };
  PtPlanDevice *entry = NULL;
  PtDevice     *device = NULL;
  const char   *grade = NULL;

  if (!pt_plan_told_get_address (object, "address", &address))
    return pt_plan_told_fail (error, "device");
  device = pt_host_find_device (self->host, &address);
  if (device == NULL ||
      g_strcmp0 (pt_device_get_id (device), pt_plan_told_get_string (object, "id")) != 0)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED,
                   "this computer is not as it was when the plan was made");
      return FALSE;
    }
  entry = g_new0 (PtPlanDevice, 1);
  entry->device = g_object_ref (device);
  entry->at_boot = g_strcmp0 (pt_plan_told_get_string (object, "binding"), "boot") == 0;
  grade = pt_plan_told_get_string (object, "grade");
  for (PtGrade i = PT_GRADE_ID; i <= PT_GRADE_ADDRESS; i++)
    if (g_strcmp0 (grade, pt_grade_to_nick (i)) == 0)
      entry->grade = i;
  g_ptr_array_add (self->devices, entry);
  return TRUE;
}

static gboolean
pt_plan_told_take_refusal (PtPlan     *self,
                           JsonObject *object,
                           GError    **error)
{
  PtPlanRefusal refusal = { .reason = PT_BLOCKER_UNREADABLE };
  const char   *reason = NULL;

  if (!pt_plan_told_get_address (object, "address", &refusal.address) ||
      !pt_plan_told_get_address (object, "because", &refusal.because))
    return pt_plan_told_fail (error, "refusal");
  reason = pt_plan_told_get_string (object, "reason");
  for (PtBlockerReason i = PT_BLOCKER_FOREIGN_DEVICE; i <= PT_BLOCKER_UNREADABLE; i++)
    if (g_strcmp0 (reason, pt_blocker_reason_to_nick (i)) == 0)
      refusal.reason = i;
  g_ptr_array_add (self->refusals, g_memdup2 (&refusal, sizeof refusal));
  return TRUE;
}

static gboolean
pt_plan_told_take_change (PtPlan     *self,
                          JsonObject *object,
                          GError    **error)
{
  const char *from = object != NULL ? pt_plan_told_get_string (object, "from") : NULL;
  const char *to = object != NULL ? pt_plan_told_get_string (object, "to") : NULL;

  if (from == NULL || to == NULL)
    return pt_plan_told_fail (error, "change");
  g_ptr_array_add (self->changes, pt_plan_change_new (from, to));
  return TRUE;
}

/* Sentences in the user's language where the other end spoke English, as services do. */
static gboolean
pt_plan_told_take_step (PtPlan     *self,
                        JsonObject *object,
                        GError    **error)
{
  const char *id = object != NULL ? pt_plan_told_get_string (object, "id") : NULL;
  const char *title = object != NULL ? pt_plan_told_get_string (object, "title") : NULL;
  const char *why = object != NULL ? pt_plan_told_get_string (object, "why") : NULL;
  const char *file = NULL;
  g_auto (GStrv) command = NULL;

  if (id == NULL || title == NULL || *title == '\0' || why == NULL || *why == '\0')
    return pt_plan_told_fail (error, "step");
  file = pt_plan_told_get_string (object, "file");
  command = pt_plan_told_get_words (object, "command");
  if ((file == NULL) == (command == NULL))
    return pt_plan_told_fail (error, "step");
  g_ptr_array_add (self->steps,
                   pt_step_new_told (id, g_dgettext (GETTEXT_PACKAGE, title),
                                     g_dgettext (GETTEXT_PACKAGE, why), file,
                                     pt_plan_told_get_string (object, "diff"),
                                     (const char *const *)command));
  return TRUE;
}

/* Each object of the list @name. */
static gboolean
pt_plan_told_take_list (PtPlan     *self,
                        JsonObject *root,
                        const char *name,
                        gboolean (*take) (PtPlan     *self,
                                          JsonObject *object,
                                          GError    **error),
                        GError **error)
{
  JsonArray *list = pt_plan_told_get_list (root, name);

  if (list == NULL)
    return pt_plan_told_fail (error, name);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!take (self, pt_plan_told_get_object (list, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
pt_plan_told_take_parameters (PtPlan     *self,
                              JsonObject *root,
                              GError    **error)
{
  JsonNode   *node = json_object_get_member (root, "parameters");
  JsonObject *parameters = NULL;
  char      **additions = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    parameters = json_node_get_object (node);
  if (parameters != NULL)
    additions = pt_plan_told_get_words (parameters, "add");
  if (additions == NULL)
    return pt_plan_told_fail (error, "list of parameters");
  g_strfreev (self->additions);
  self->additions = additions;
  return pt_plan_told_take_list (self, parameters, "change", pt_plan_told_take_change, error);
}

static gboolean
pt_plan_told_take_rest (PtPlan     *self,
                        JsonObject *root,
                        GError    **error)
{
  JsonNode *inert = json_object_get_member (root, "inert");
  gint64    n_inert = -1;

  if (inert != NULL && json_node_get_value_type (inert) == G_TYPE_INT64)
    n_inert = json_node_get_int (inert);
  if (n_inert < 0 || n_inert > self->steps->len)
    return pt_plan_told_fail (error, "number of steps");
  self->n_inert = (guint)n_inert;
  self->first_part = pt_plan_told_get_boolean (root, "first_part");
  self->root_only = pt_plan_told_get_boolean (root, "root_only");
  self->manual_text = g_strdup (pt_plan_told_get_string (root, "manual"));
  self->digest = g_strdup (pt_plan_told_get_string (root, "digest"));
  return (self->digest != NULL && *self->digest != '\0') || pt_plan_told_fail (error, "digest");
}

static gboolean
pt_plan_told_take (PtPlan     *self,
                   JsonObject *root,
                   GError    **error)
{
  return pt_plan_told_take_list (self, root, "devices", pt_plan_told_take_device, error) &&
         pt_plan_told_take_list (self, root, "refused", pt_plan_told_take_refusal, error) &&
         pt_plan_told_take_parameters (self, root, error) &&
         pt_plan_told_take_list (self, root, "steps", pt_plan_told_take_step, error) &&
         pt_plan_told_take_rest (self, root, error);
}

PtPlan *
pt_plan_new_told (PtHost     *host,
                  PtIntent   *intent,
                  const char *json,
                  GError    **error)
{
  g_autoptr (PtPlan) self = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (PT_IS_INTENT (intent), NULL);
  g_return_val_if_fail (json != NULL, NULL);

  node = json_from_string (json, error);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_clear_error (error);
      pt_plan_told_fail (error, "form");
      return NULL;
    }
  self = g_object_new (PT_TYPE_PLAN, NULL);
  self->host = g_object_ref (host);
  self->intent = g_object_ref (intent);
  return pt_plan_told_take (self, json_node_get_object (node), error) ? g_steal_pointer (&self)
                                                                      : NULL;
}
