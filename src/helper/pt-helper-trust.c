/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-trust"

#include "config.h"

#include "pt-helper-trust.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "pt-plan.h"


static gboolean
pt_helper_trust_file (const char *path,
                      GError    **error)
{
  struct stat status = { 0 };

  if (lstat (path, &status) != 0)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED, "%s: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  if (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED,
                   "others than root can change %s (owner %u, mode %04o)", path,
                   (guint)status.st_uid, (guint)status.st_mode & 07777);
      return FALSE;
    }
  return TRUE;
}


gboolean
pt_helper_trust_program (const char *program,
                         GError    **error)
{
  char            *resolved = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (program != NULL, FALSE);

  resolved = realpath (program, NULL);
  if (resolved == NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED, "%s: %s", program,
                   g_strerror (errno));
      return FALSE;
    }
  path = g_strdup (resolved);
  free (resolved);
  while (pt_helper_trust_file (path, error))
    {
      g_autofree char *parent = g_path_get_dirname (path);

      if (g_str_equal (parent, path))
        return TRUE;
      g_free (path);
      path = g_steal_pointer (&parent);
    }
  return FALSE;
}
