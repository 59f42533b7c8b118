/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-ostree"

#include "config.h"

#include "pt-ostree.h"

#include <string.h>

#include <json-glib/json-glib.h>

#include "pt-outside.h"
#include "pt-tokens.h"
#include "pt-trial-entry.h"

/* Nobody keeps more. */
#define PT_OSTREE_MAX_DEPLOYMENTS 64
#define PT_OSTREE_CHECKSUM 64

void
pt_deployment_free (PtDeployment *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->id);
  g_free (self->folder);
  g_strfreev (self->arguments);
  g_free (self);
}

static gboolean
pt_ostree_is_name (const char *text,
                   gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("._-", text[i]) == NULL)
      return FALSE;
  return length > 0 && length < 128 && text[0] != '.' && text[0] != '-';
}

gboolean
pt_ostree_is_id (const char *text)
{
  const char *dash = NULL;
  const char *rest = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  dash = strrchr (text, '-');
  if (dash == NULL || !pt_ostree_is_name (text, dash - text) ||
      strspn (dash + 1, "0123456789abcdef") != PT_OSTREE_CHECKSUM)
    return FALSE;
  rest = dash + 1 + PT_OSTREE_CHECKSUM;
  return *rest == '.' && rest[1] != '\0' && strlen (rest) < 12 &&
         strspn (rest + 1, "0123456789") == strlen (rest + 1);
}

static const char *
pt_ostree_get_string (JsonObject *object,
                      const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
             json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static gboolean
pt_ostree_get_boolean (JsonObject *object,
                       const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

static char **
pt_ostree_get_strv (JsonObject *object,
                    const char *name)
{
  JsonNode  *node = json_object_get_member (object, name);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node)
                                                                  : NULL;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *word = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (word) && json_node_get_value_type (word) == G_TYPE_STRING)
        g_strv_builder_add (words, json_node_get_string (word));
    }
  return g_strv_builder_end (words);
}

/* NULL for what is no deployment. */
static PtDeployment *
pt_ostree_parse_one (PtSysroot *sysroot,
                     JsonNode  *node)
{
  JsonObject      *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char      *id = object != NULL ? pt_ostree_get_string (object, "id") : NULL;
  PtDeployment    *self = NULL;
  g_autofree char *name = NULL;
  const char      *dash = NULL;

  if (id == NULL || !pt_ostree_is_id (id))
    return NULL;
  dash = strrchr (id, '-');
  name = g_strdup_printf ("ostree/deploy/%.*s/deploy/%s", (int)(dash - id), id, dash + 1);
  self = g_new0 (PtDeployment, 1);
  self->id = g_strdup (id);
  self->folder = pt_sysroot_logical_path (sysroot, PT_PLACE_ROOT, name);
  self->booted = pt_ostree_get_boolean (object, "booted");
  self->pinned = pt_ostree_get_boolean (object, "pinned");
  self->regenerates = pt_ostree_get_boolean (object, "regenerate-initramfs");
  self->arguments = pt_ostree_get_strv (object, "initramfs-args");
  return self;
}

GPtrArray *
pt_ostree_parse (PtSysroot  *sysroot,
                 const char *text,
                 GError    **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GPtrArray) deployments = NULL;
  JsonNode  *list = NULL;
  JsonArray *array = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  node = json_from_string (text, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    list = json_object_get_member (json_node_get_object (node), "deployments");
  if (list != NULL && JSON_NODE_HOLDS_ARRAY (list))
    array = json_node_get_array (list);
  deployments = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_deployment_free);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      PtDeployment *deployment = pt_ostree_parse_one (sysroot, json_array_get_element (array, i));

      if (deployment == NULL)
        break;
      g_ptr_array_add (deployments, deployment);
    }
  if (array != NULL && deployments->len > 0 && deployments->len <= PT_OSTREE_MAX_DEPLOYMENTS &&
      deployments->len == json_array_get_length (array))
    return g_steal_pointer (&deployments);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "what rpm-ostree says about its deployments is not understood");
  return NULL;
}

GPtrArray *
pt_ostree_read (PtSysroot *sysroot,
                GError   **error)
{
  static const char *const arguments[] = { "status", "--json", NULL };
  g_autofree char         *text = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (!pt_sysroot_run (sysroot, PT_PROGRAM_RPM_OSTREE, arguments, &text, NULL, error))
    return NULL;
  return pt_ostree_parse (sysroot, text, error);
}

/* Parameters */

char **
pt_ostree_read_words (PtSysroot *sysroot,
                      guint      index,
                      GError   **error)
{
  g_autofree char *which = g_strdup_printf ("--deploy-index=%u", index);
  g_autofree char *output = NULL;
  const char      *arguments[] = { "kargs", which, NULL };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (!pt_sysroot_run (sysroot, PT_PROGRAM_RPM_OSTREE, arguments, &output, NULL, error))
    return NULL;
  return pt_tokens_split (output);
}

/* @id: of the trial, or NULL for any. */
static gboolean
pt_ostree_words_try (char      **words,
                     const char *id)
{
  for (gsize i = 0; words[i] != NULL; i++)
    {
      const char *value = NULL;

      if (pt_token_is (words[i], PT_TRIAL_PARAMETER, &value) &&
          (id == NULL || (value != NULL && g_str_has_prefix (value, id))))
        return TRUE;
    }
  return FALSE;
}

char **
pt_ostree_read_settled_words (PtSysroot *sysroot,
                              GError   **error)
{
  for (guint i = 0; i < PT_OSTREE_MAX_DEPLOYMENTS; i++)
    {
      g_auto (GStrv) words = pt_ostree_read_words (sysroot, i, error);

      if (words == NULL)
        return NULL;
      if (!pt_ostree_words_try (words, NULL))
        return g_steal_pointer (&words);
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       "every deployment of this computer is a trial");
  return NULL;
}

/* The way back */

/* `ostree admin` writes to the system's own disk, in a name space of its own. */
static gboolean
pt_ostree_run_pin (PtSysroot *sysroot,
                   guint      index,
                   gboolean   pin,
                   GError   **error)
{
  g_autofree char *number = g_strdup_printf ("%u", index);
  const char      *on[] = { "ostree", "admin", "pin", number, NULL };
  const char      *off[] = { "ostree", "admin", "pin", "--unpin", number, NULL };

  return pt_outside_run (sysroot, pin ? on : off, error);
}

gboolean
pt_ostree_find_unpinned (PtSysroot *sysroot,
                         char     **id,
                         GError   **error)
{
  g_autoptr (GPtrArray) deployments = NULL;

  g_return_val_if_fail (id != NULL, FALSE);

  *id = NULL;
  deployments = pt_ostree_read (sysroot, error);
  for (guint i = 0; deployments != NULL && i < deployments->len; i++)
    {
      PtDeployment *deployment = g_ptr_array_index (deployments, i);

      if (!deployment->booted)
        continue;
      if (!deployment->pinned)
        *id = g_strdup (deployment->id);
      return TRUE;
    }
  if (deployments != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "rpm-ostree does not say which deployment runs");
  return FALSE;
}

gboolean
pt_ostree_pin (PtSysroot  *sysroot,
               const char *id,
               gboolean    pin,
               GError    **error)
{
  g_autoptr (GPtrArray) deployments = NULL;

  g_return_val_if_fail (id != NULL, FALSE);

  deployments = pt_ostree_read (sysroot, error);
  if (deployments == NULL)
    return FALSE;
  for (guint i = 0; i < deployments->len; i++)
    {
      PtDeployment *deployment = g_ptr_array_index (deployments, i);

      if (g_str_equal (deployment->id, id))
        return deployment->pinned == pin || pt_ostree_run_pin (sysroot, i, pin, error);
    }
  if (pin)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "there is no deployment %s", id);
  return !pin;
}

static gboolean
pt_ostree_run (PtSysroot  *sysroot,
               const char *verb,
               const char *option,
               GError    **error)
{
  const char *arguments[] = { verb, option, NULL };

  return pt_sysroot_run (sysroot, PT_PROGRAM_RPM_OSTREE, arguments, NULL, NULL, error);
}

/* TRUE if deployment @index is that of trial @id; -1 with @error if that cannot be told. */
static int
pt_ostree_is_trial (PtSysroot  *sysroot,
                    guint       index,
                    const char *id,
                    GError    **error)
{
  g_auto (GStrv) words = pt_ostree_read_words (sysroot, index, error);

  if (words == NULL)
    return -1;
  return pt_ostree_words_try (words, id);
}

/* Rolling back swaps the first two, so it must never be done twice; and what was prepared in front
 * of the one that runs, such as an update, has the trial's parameters too. */
gboolean
pt_ostree_go_back (PtSysroot  *sysroot,
                   const char *id,
                   GError    **error)
{
  g_autoptr (GPtrArray) deployments = NULL;
  int found = 0;

  g_return_val_if_fail (id != NULL, FALSE);

  found = pt_ostree_is_trial (sysroot, 0, id, error);
  if (found <= 0)
    return found == 0;
  deployments = pt_ostree_read (sysroot, error);
  if (deployments == NULL)
    return FALSE;
  if (!((PtDeployment *)g_ptr_array_index (deployments, 0))->booted &&
      !pt_ostree_run (sysroot, "cleanup", "--pending", error))
    return FALSE;
  if (!pt_ostree_run (sysroot, "rollback", NULL, error))
    return FALSE;
  found = pt_ostree_is_trial (sysroot, 0, id, error);
  if (found > 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "the previous deployment did not become the one that starts");
  return found == 0;
}

/* Only the one right behind the running one is what rpm-ostree calls the rollback. */
gboolean
pt_ostree_forget (PtSysroot  *sysroot,
                  const char *id,
                  GError    **error)
{
  g_autoptr (GPtrArray) deployments = NULL;

  g_return_val_if_fail (id != NULL, FALSE);

  deployments = pt_ostree_read (sysroot, error);
  if (deployments == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < deployments->len; i++)
    if (((PtDeployment *)g_ptr_array_index (deployments, i))->booted)
      {
        int found = pt_ostree_is_trial (sysroot, i + 1, id, error);

        if (found <= 0)
          return found == 0;
        return pt_ostree_run (sysroot, "cleanup", "--rollback", error);
      }
  return TRUE;
}
