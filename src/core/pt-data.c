/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-data"

#include "config.h"

#include "pt-data.h"

static char *
pt_data_search (const char *variable,
                const char *installed,
                const char *name)
{
  const char *value = g_getenv (variable);
  g_auto (GStrv) folders = g_strsplit (value != NULL ? value : "", G_SEARCHPATH_SEPARATOR_S, -1);
  g_autofree char *path = g_build_filename (installed, name, NULL);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *candidate = g_build_filename (folders[i], name, NULL);

      if (*folders[i] != '\0' && g_file_test (candidate, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&candidate);
    }
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path) : NULL;
}


char *
pt_data_find (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return pt_data_search ("PASSTHRU_DATA_DIR", PT_DATA_DIR, name);
}


char *
pt_data_find_program (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return pt_data_search ("PASSTHRU_LIBEXEC_DIR", PT_LIBEXEC_DIR, name);
}
