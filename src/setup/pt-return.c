/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-return"

#include "config.h"

#include "pt-return.h"

#include <errno.h>

#include <glib/gstdio.h>

#include "pt-trial-private.h"

/* More than a boot's id, less than a nuisance. */
#define PT_RETURN_LONGEST 64

static char *
pt_return_path (PtSysroot *sysroot)
{
  const char      *directory = pt_sysroot_get_directory (sysroot);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, directory, -1);
  g_autofree char *name = NULL;

  if (*directory == '\0')
    name = g_strdup ("after-restart");
  else
    name = g_strdup_printf ("after-restart-%.16s", sum);
  return g_build_filename (g_get_user_state_dir (), "passthru", name, NULL);
}

/* The boot in which it was written; NULL without a note, and for one that says nothing. */
static char *
pt_return_read (PtSysroot *sysroot)
{
  g_autofree char *path = pt_return_path (sysroot);
  g_autofree char *text = NULL;
  gsize            length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  g_strstrip (text);
  return *text != '\0' && length <= PT_RETURN_LONGEST ? g_steal_pointer (&text) : NULL;
}

void
pt_return_await (PtSysroot *sysroot)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *here = NULL;
  g_autofree char *noted = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  here = pt_trial_get_boot_id (sysroot);
  noted = pt_return_read (sysroot);
  if (here == NULL || g_strcmp0 (here, noted) == 0)
    return;
  path = pt_return_path (sysroot);
  folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents (path, here, -1, &error))
    g_message ("Passthru will not open by itself after the restart: %s", error->message);
}

void
pt_return_forget (PtSysroot *sysroot)
{
  g_autofree char *path = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  path = pt_return_path (sysroot);
  if (g_unlink (path) != 0 && errno != ENOENT)
    g_debug ("the note of a restart stays: %s", g_strerror (errno));
}

gboolean
pt_return_is_over (PtSysroot *sysroot)
{
  g_autofree char *here = NULL;
  g_autofree char *noted = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  noted = pt_return_read (sysroot);
  if (noted == NULL)
    return FALSE;
  here = pt_trial_get_boot_id (sysroot);
  return here != NULL && !g_str_equal (here, noted);
}

gboolean
pt_return_is_due (PtSysroot *sysroot)
{
  g_autofree char *id = NULL;
  guint            minutes = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  return pt_trial_is_this_boot (sysroot, &id, &minutes) || pt_return_is_over (sysroot);
}
