/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-store"

#include "config.h"

#include "pt-wizard-store.h"

#include <glib/gstdio.h>

#define GROUP "wizard"

struct _PtWizardStore
{
  GKeyFile *keys;
  char     *path;
};


static char *
pt_wizard_store_path (PtSysroot *sysroot)
{
  const char      *directory = pt_sysroot_get_directory (sysroot);
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, directory, -1);
  g_autofree char *name = NULL;

  if (*directory == '\0')
    name = g_strdup ("wizard-host.ini");
  else
    name = g_strdup_printf ("wizard-%.16s.ini", sum);
  return g_build_filename (g_get_user_state_dir (), "passthru", name, NULL);
}


PtWizardStore *
pt_wizard_store_open (PtSysroot *sysroot)
{
  PtWizardStore *self = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_new0 (PtWizardStore, 1);
  self->keys = g_key_file_new ();
  self->path = pt_wizard_store_path (sysroot);
  if (!g_key_file_load_from_file (self->keys, self->path, G_KEY_FILE_NONE, &error))
    g_debug ("starting anew: %s", error->message);
  return self;
}


void
pt_wizard_store_free (PtWizardStore *self)
{
  g_return_if_fail (self != NULL);

  g_key_file_unref (self->keys);
  g_free (self->path);
  g_free (self);
}


static void
pt_wizard_store_save (PtWizardStore *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  if (!g_key_file_save_to_file (self->keys, self->path, &error))
    g_message ("the choices cannot be kept: %s", error->message);
}


char *
pt_wizard_store_get (PtWizardStore *self,
                     const char    *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  return g_key_file_get_string (self->keys, GROUP, key, NULL);
}


void
pt_wizard_store_set (PtWizardStore *self,
                     const char    *key,
                     const char    *value)
{
  g_autofree char *before = NULL;

  g_return_if_fail (self != NULL && key != NULL);

  before = g_key_file_get_string (self->keys, GROUP, key, NULL);
  if (g_strcmp0 (before, value) == 0)
    return;
  if (value != NULL)
    g_key_file_set_string (self->keys, GROUP, key, value);
  else
    g_key_file_remove_key (self->keys, GROUP, key, NULL);
  pt_wizard_store_save (self);
}


void
pt_wizard_store_clear (PtWizardStore *self)
{
  g_return_if_fail (self != NULL);

  g_key_file_remove_group (self->keys, GROUP, NULL);
  g_unlink (self->path);
}
