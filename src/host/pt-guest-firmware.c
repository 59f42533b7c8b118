/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-guest-firmware"

#include "config.h"

#include "pt-guest-firmware.h"

#include <json-glib/json-glib.h>

#include "pt-host.h"

/* Where an administrator's descriptions lie, below etc. */
#define PT_GUEST_FIRMWARE_OVERRIDES "qemu/firmware"


void
pt_guest_firmware_free (PtGuestFirmware *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->executable);
  g_free (self->variables);
  g_free (self->format);
  g_free (self);
}


/* The member if it is of @type, else NULL. */
static JsonNode *
pt_guest_firmware_member (JsonObject  *object,
                          const char  *name,
                          JsonNodeType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && json_node_get_node_type (node) == type ? node : NULL;
}


static JsonObject *
pt_guest_firmware_object (JsonObject *object,
                          const char *name)
{
  JsonNode *node = pt_guest_firmware_member (object, name, JSON_NODE_OBJECT);

  return node != NULL ? json_node_get_object (node) : NULL;
}


static JsonArray *
pt_guest_firmware_array (JsonObject *object,
                         const char *name)
{
  JsonNode *node = pt_guest_firmware_member (object, name, JSON_NODE_ARRAY);

  return node != NULL ? json_node_get_array (node) : NULL;
}


static const char *
pt_guest_firmware_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}


static const char *
pt_guest_firmware_text (JsonObject *object,
                        const char *name)
{
  return pt_guest_firmware_string (pt_guest_firmware_member (object, name, JSON_NODE_VALUE));
}


/* Some string of @array begins with @prefix; with @whole it is all of it. */
static gboolean
pt_guest_firmware_has (JsonArray  *array,
                       const char *prefix,
                       gboolean    whole)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *text = pt_guest_firmware_string (json_array_get_element (array, i));

      if (text != NULL && (whole ? g_str_equal (text, prefix) : g_str_has_prefix (text, prefix)))
        return TRUE;
    }
  return FALSE;
}


static gboolean
pt_guest_firmware_fits (JsonObject *root)
{
  JsonArray *targets = pt_guest_firmware_array (root, "targets");

  if (!pt_guest_firmware_has (pt_guest_firmware_array (root, "interface-types"), "uefi", TRUE))
    return FALSE;
  for (guint i = 0; targets != NULL && i < json_array_get_length (targets); i++)
    {
      JsonNode   *node = json_array_get_element (targets, i);
      JsonObject *target = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (g_strcmp0 (pt_guest_firmware_text (target, "architecture"), "x86_64") == 0 &&
          pt_guest_firmware_has (pt_guest_firmware_array (target, "machines"), "pc-q35", FALSE))
        return TRUE;
    }
  return FALSE;
}


/* Machines keep their variables in a file of their own, so there has to be a template for it. */
static PtGuestFirmware *
pt_guest_firmware_take (const char *name,
                        JsonObject *root)
{
  JsonObject *mapping = pt_guest_firmware_object (root, "mapping");
  JsonObject *executable = pt_guest_firmware_object (mapping, "executable");
  JsonObject *variables = pt_guest_firmware_object (mapping, "nvram-template");
  JsonArray  *features = pt_guest_firmware_array (root, "features");
  const char *path = pt_guest_firmware_text (executable, "filename");
  const char *template = pt_guest_firmware_text (variables, "filename");
  g_autoptr (PtGuestFirmware) self = NULL;

  if (path == NULL || template == NULL ||
      g_strcmp0 (pt_guest_firmware_text (mapping, "device"), "flash") != 0)
    return NULL;

  self = g_new0 (PtGuestFirmware, 1);
  self->name = g_strdup (name);
  self->executable = g_strdup (path);
  self->variables = g_strdup (template);
  self->format = g_strdup (pt_guest_firmware_text (variables, "format"));
  self->secure_boot = pt_guest_firmware_has (features, "secure-boot", TRUE);
  self->enrolled_keys = pt_guest_firmware_has (features, "enrolled-keys", TRUE);
  return g_steal_pointer (&self);
}


PtGuestFirmware *
pt_guest_firmware_parse (const char *name,
                         const char *text,
                         GError    **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  if (!json_parser_load_from_data (parser, text, -1, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, PT_HOST_ERROR, PT_HOST_ERROR_FAILED, "%s holds no object", name);
      return NULL;
    }
  if (!pt_guest_firmware_fits (json_node_get_object (root)))
    return NULL;
  return pt_guest_firmware_take (name, json_node_get_object (root));
}


static void
pt_guest_firmware_read_one (PtSysroot  *sysroot,
                            PtPlace     place,
                            const char *file,
                            const char *name,
                            GPtrArray  *found)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, place, file, NULL);
  g_autoptr (PtGuestFirmware) firmware = NULL;
  g_autoptr (GError) error = NULL;

  /* An empty file in etc hides the one of the same name. */
  if (text == NULL || *text == '\0')
    return;
  firmware = pt_guest_firmware_parse (name, text, &error);
  if (error != NULL)
    g_debug ("%s: %s", name, error->message);
  if (firmware == NULL)
    return;
  firmware->present = pt_sysroot_exists (sysroot, PT_PLACE_ROOT, firmware->executable) &&
                      pt_sysroot_exists (sysroot, PT_PLACE_ROOT, firmware->variables);
  g_ptr_array_add (found, g_steal_pointer (&firmware));
}


static int
pt_guest_firmware_compare (gconstpointer a,
                           gconstpointer b)
{
  const PtGuestFirmware *const *left = a;
  const PtGuestFirmware *const *right = b;

  return g_strcmp0 ((*left)->name, (*right)->name);
}


GPtrArray *
pt_guest_firmware_read (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) packaged = NULL;
  g_auto (GStrv) own = NULL;
  g_autoptr (GPtrArray) found =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_guest_firmware_free);

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  packaged = pt_sysroot_list (sysroot, PT_PLACE_GUEST_FIRMWARE, NULL, &error);
  if (packaged == NULL &&
      !(pt_sysroot_is_real (sysroot) &&
        g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING)))
    return NULL;
  own = pt_sysroot_list (sysroot, PT_PLACE_ETC, PT_GUEST_FIRMWARE_OVERRIDES, NULL);

  for (guint i = 0; own != NULL && own[i] != NULL; i++)
    {
      g_autofree char *file = g_build_filename (PT_GUEST_FIRMWARE_OVERRIDES, own[i], NULL);

      if (g_str_has_suffix (own[i], ".json"))
        pt_guest_firmware_read_one (sysroot, PT_PLACE_ETC, file, own[i], found);
    }
  for (guint i = 0; packaged != NULL && packaged[i] != NULL; i++)
    if (g_str_has_suffix (packaged[i], ".json") &&
        (own == NULL || !g_strv_contains ((const char *const *)own, packaged[i])))
      pt_guest_firmware_read_one (sysroot, PT_PLACE_GUEST_FIRMWARE, packaged[i], packaged[i],
                                  found);
  g_ptr_array_sort (found, pt_guest_firmware_compare);
  return g_steal_pointer (&found);
}
