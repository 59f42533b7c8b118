/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot-config"

#include "config.h"

#include "pt-boot-config.h"

#include <string.h>

#include "pt-step-private.h"

/* In the order the kernel gets them (grub-mkconfig's 10_linux); the last of two equal
 * parameters counts. */
static const char *const pt_boot_variables[] = { "GRUB_CMDLINE_LINUX",
                                                 "GRUB_CMDLINE_LINUX_DEFAULT" };

static void
pt_boot_file_free (PtBootFile *self)
{
  g_free (self->name);
  g_free (self->old);
  g_free (self->text);
  g_ptr_array_unref (self->edits);
  g_free (self);
}

void
pt_boot_config_free (PtBootConfig *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->files);
  g_free (self->ours);
  g_free (self);
}

/* FALSE only for a file that is there and cannot be read. */
static gboolean
pt_boot_config_add (PtBootConfig *self,
                    PtSysroot    *sysroot,
                    const char   *name,
                    GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_ETC, name, NULL, &local_error);
  PtBootFile      *file = NULL;

  if (text == NULL && g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    return TRUE;
  if (text == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  file = g_new0 (PtBootFile, 1);
  file->name = g_strdup (name);
  file->text = g_strdup (text);
  file->old = g_steal_pointer (&text);
  file->edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  g_ptr_array_add (self->files, file);
  return TRUE;
}

PtBootConfig *
pt_boot_config_read (PtSysroot *sysroot,
                     GError   **error)
{
  g_autoptr (PtBootConfig) self = g_new0 (PtBootConfig, 1);
  g_auto (GStrv) names = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_boot_file_free);
  if (!pt_boot_config_add (self, sysroot, PT_BOOT_CONFIG_MAIN, error))
    return NULL;
  self->behind = self->files->len;

  names = pt_sysroot_list (sysroot, PT_PLACE_ETC, PT_BOOT_CONFIG_FOLDER, NULL);
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (PT_BOOT_CONFIG_FOLDER, names[i], NULL);

      if (names[i][0] == '.' || !g_str_has_suffix (names[i], ".cfg"))
        continue;
      if (g_str_equal (names[i], PT_BOOT_CONFIG_OURS))
        self->ours = pt_sysroot_read (sysroot, PT_PLACE_ETC, name, NULL, NULL);
      else if (!pt_boot_config_add (self, sysroot, name, error))
        return NULL;
      if (strcmp (names[i], PT_BOOT_CONFIG_OURS) < 0)
        self->behind = self->files->len;
    }

  return g_steal_pointer (&self);
}

/* The last token called @name among @tokens, taken out of it. */
static PtToken *
pt_boot_config_take (GPtrArray  *tokens,
                     const char *name)
{
  for (guint i = tokens->len; i-- > 0;)
    {
      PtToken *token = g_ptr_array_index (tokens, i);

      if (pt_token_is (token->text, name, NULL))
        return g_ptr_array_steal_index (tokens, i);
    }
  return NULL;
}

PtToken *
pt_boot_config_find (PtBootConfig *self,
                     const char   *name,
                     PtBootFile  **file)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize v = G_N_ELEMENTS (pt_boot_variables); v-- > 0;)
    {
      gboolean replaces = FALSE;

      for (guint i = self->files->len; !replaces && i-- > 0;)
        {
          PtBootFile *candidate = g_ptr_array_index (self->files, i);
          g_autoptr (GPtrArray) tokens =
                       pt_tokens_parse (candidate->text, pt_boot_variables[v], &replaces);
          PtToken *token = pt_boot_config_take (tokens, name);

          if (token == NULL)
            continue;
          *file = candidate;
          return token;
        }
    }
  return NULL;
}

gboolean
pt_boot_config_edit (PtBootFile    *file,
                     const PtToken *token,
                     const char    *replacement,
                     GError       **error)
{
  char *edited = NULL;

  g_return_val_if_fail (file != NULL, FALSE);
  g_return_val_if_fail (token != NULL, FALSE);

  edited = pt_tokens_replace (file->text, token, replacement, error);
  if (edited == NULL)
    {
      g_prefix_error (error, "%s: ", file->name);
      return FALSE;
    }

  g_free (file->text);
  file->text = edited;
  g_ptr_array_add (file->edits, pt_plan_change_new (token->text, replacement));
  return TRUE;
}

const char *
pt_boot_config_find_spoiler (PtBootConfig *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = self->behind; i < self->files->len; i++)
    {
      PtBootFile *file = g_ptr_array_index (self->files, i);
      gboolean    replaces = FALSE;
      g_autoptr (GPtrArray) tokens = pt_tokens_parse (file->text, "GRUB_CMDLINE_LINUX_DEFAULT",
                                                      &replaces);

      if (replaces)
        return file->name;
    }
  return NULL;
}

gboolean
pt_boot_config_ours_has (PtBootConfig *self,
                         const char   *text)
{
  g_autoptr (GPtrArray) tokens = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (self->ours == NULL)
    return FALSE;

  tokens = pt_tokens_parse (self->ours, "GRUB_CMDLINE_LINUX_DEFAULT", NULL);
  for (guint i = 0; i < tokens->len; i++)
    {
      const PtToken *token = g_ptr_array_index (tokens, i);

      if (g_str_equal (token->text, text))
        return TRUE;
    }
  return FALSE;
}
