/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-acs-override"

#include "config.h"

#include "pt-acs-override.h"

#include <string.h>

/* `pcie_acs_overrides`, which decides for a device whether it is split. */
#define PT_ACS_FUNCTION "pcie_acs_overrides"


/* Ends with TRUE or FALSE at the line, with unknown where nothing could be read. */
static PtTri
pt_acs_override_search (GDataInputStream *lines,
                        GCancellable     *cancellable)
{
  PtTri found = PT_TRI_UNKNOWN;

  while (found != PT_TRI_TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, cancellable, NULL);

      if (line == NULL)
        break;
      found = strstr (line, " " PT_ACS_FUNCTION) != NULL ? PT_TRI_TRUE : PT_TRI_FALSE;
    }
  return found;
}


PtTri
pt_acs_override_probe (PtSysroot    *sysroot,
                       GCancellable *cancellable)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GDataInputStream) lines = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_TRI_UNKNOWN);

  path = pt_sysroot_path (sysroot, PT_PLACE_PROC, "kallsyms");
  if (path == NULL)
    return PT_TRI_UNKNOWN;
  file = g_file_new_for_path (path);
  stream = g_file_read (file, cancellable, NULL);
  if (stream == NULL)
    return PT_TRI_UNKNOWN;
  lines = g_data_input_stream_new (G_INPUT_STREAM (stream));
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (lines), 256 * 1024);
  return pt_acs_override_search (lines, cancellable);
}


gboolean
pt_acs_override_is_asked (const PtHostFacts *facts)
{
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (facts != NULL, FALSE);

  words = g_strsplit (facts->command_line != NULL ? facts->command_line : "", " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (g_str_has_prefix (words[i], PT_ACS_OVERRIDE_PARAMETER "="))
        return TRUE;
    }
  return FALSE;
}
