/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-settings"

#include "config.h"

#include "pt-settings.h"

#include "pt-data.h"


static GSettingsSchema *
pt_settings_find_installed (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();

  return source != NULL ? g_settings_schema_source_lookup (source, PT_APPLICATION_ID, TRUE) : NULL;
}


static GSettingsSchema *
pt_settings_find_built (void)
{
  g_autofree char *compiled = pt_data_find ("gschemas.compiled");
  g_autofree char *folder = NULL;
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autoptr (GError) error = NULL;

  if (compiled == NULL)
    return NULL;
  folder = g_path_get_dirname (compiled);
  source = g_settings_schema_source_new_from_directory (
    folder, g_settings_schema_source_get_default (), FALSE, &error);
  if (source == NULL)
    {
      g_warning ("cannot read the settings schema in %s: %s", folder, error->message);
      return NULL;
    }
  return g_settings_schema_source_lookup (source, PT_APPLICATION_ID, FALSE);
}


/* g_settings_new() would end the process where the schema is not installed. The one of an
 * uninstalled run goes first: it is the newer one. */
GSettings *
pt_settings_new (void)
{
  g_autoptr (GSettingsSchema) schema = pt_settings_find_built ();

  if (schema == NULL)
    schema = pt_settings_find_installed ();
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
