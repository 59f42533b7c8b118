/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-outside"

#include "config.h"

#include "pt-outside.h"

gboolean
pt_outside_run (PtSysroot         *sysroot,
                const char *const *command,
                GError           **error)
{
  static const char *const how[] = { "--quiet", "--wait", "--collect", "--", NULL };
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (command != NULL && command[0] != NULL, FALSE);

  g_strv_builder_addv (words, (const char **)how);
  g_strv_builder_addv (words, (const char **)command);
  arguments = g_strv_builder_end (words);
  if (pt_sysroot_run (sysroot, PT_PROGRAM_SYSTEMD_RUN, (const char *const *)arguments, NULL, NULL,
                      error))
    return TRUE;
  g_prefix_error (error, "%s: ", command[0]);
  return FALSE;
}
