/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-uki"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-loader-private.h"

/* Unified kernel images that mkinitcpio builds. It takes the parameters from the first of
 * /etc/kernel/cmdline, /usr/lib/kernel/cmdline, /etc/cmdline.d/NAME.conf and the running command
 * line (mkinitcpio's --cmdline). So a drop-in of ours counts only where others are; else the main
 * file is edited. */

#define PT_UKI_FOLDER "cmdline.d"
#define PT_UKI_OURS "cmdline.d/passthru.conf"

static gboolean
pt_uki_read_drop_ins (PtLoader *self,
                      GError  **error)
{
  g_auto (GStrv) names = pt_sysroot_list (self->sysroot, PT_PLACE_ETC, PT_UKI_FOLDER, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (PT_UKI_FOLDER, names[i], NULL);

      if (names[i][0] == '.' || !g_str_has_suffix (names[i], ".conf"))
        continue;
      if (g_str_equal (name, PT_UKI_OURS))
        self->ours = pt_sysroot_read (self->sysroot, PT_PLACE_ETC, name, NULL, NULL);
      else if (!pt_loader_add_file (self, PT_PLACE_ETC, name, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pt_uki_read (PtLoader *self,
             GError  **error)
{
  g_autofree char *program = pt_sysroot_find_program (self->sysroot, PT_PROGRAM_MKINITCPIO);

  if (program == NULL)
    {
      pt_loader_refuse (self, _ ("Unified kernel images can be changed only where mkinitcpio "
                                 "builds them."));
      return TRUE;
    }
  if (!pt_loader_add_file (self, PT_PLACE_ETC, "kernel/cmdline", NULL, error))
    return FALSE;
  if (self->files->len > 0)
    return TRUE;
  if (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, "usr/lib/kernel/cmdline"))
    {
      pt_loader_refuse (self, _ ("The kernel parameters come from /usr/lib/kernel/cmdline, which "
                                 "belongs to the distribution. Copy it to /etc/kernel/cmdline "
                                 "first."));
      return TRUE;
    }

  if (!pt_uki_read_drop_ins (self, error))
    return FALSE;
  if (self->files->len == 0)
    pt_loader_refuse (self, _ ("No file says which kernel parameters the unified kernel image "
                               "gets: write them into /etc/kernel/cmdline first."));
  return TRUE;
}

static gboolean
pt_uki_has_drop_ins (PtLoader *self)
{
  PtLoaderFile    *file = g_ptr_array_index (self->files, 0);
  g_autofree char *main = pt_sysroot_logical_path (self->sysroot, PT_PLACE_ETC, "kernel/cmdline");

  return !g_str_equal (file->path, main);
}

static gboolean
pt_uki_owns (PtLoader   *self,
             const char *token)
{
  g_auto (GStrv) words = pt_tokens_split (self->ours != NULL ? self->ours : "");

  return g_strv_contains ((const char *const *)words, token);
}

/* The last file that has it counts. */
static char *
pt_uki_find (PtLoader   *self,
             const char *name)
{
  for (guint i = self->files->len; i-- > 0;)
    {
      PtLoaderFile *file = g_ptr_array_index (self->files, i);
      g_autoptr (PtToken) token = pt_form_find (file->form, file->text, name);

      if (token != NULL)
        return g_steal_pointer (&token->text);
    }
  return NULL;
}

/* What of the user's own changes is edited where it is; the rest goes into our file. */
static gboolean
pt_uki_add_drop_in (PtLoader     *self,
                    PtParameters *parameters,
                    GPtrArray    *steps,
                    GError      **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) content = NULL;

  for (guint c = 0; c < parameters->changes->len; c++)
    {
      PtPlanChange    *change = g_ptr_array_index (parameters->changes, c);
      g_autofree char *name = g_strndup (change->from, strcspn (change->from, "="));

      for (guint i = 0; i < self->files->len; i++)
        {
          PtLoaderFile *file = g_ptr_array_index (self->files, i);
          g_autoptr (PtToken) token = pt_form_find (file->form, file->text, name);

          if (token != NULL && g_str_equal (token->text, change->from) &&
              !pt_loader_file_replace (file, token, change->to, error))
            return FALSE;
        }
    }
  pt_loader_add_file_steps (self, parameters, steps);
  for (guint i = 0; i < parameters->additions->len; i++)
    {
      const char      *token = g_ptr_array_index (parameters->additions, i);
      g_autofree char *name = g_strndup (token, strcspn (token, "="));
      g_autofree char *there = pt_uki_find (self, name);

      if (g_strcmp0 (there, token) != 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", token);
    }
  if (text->len == 0)
    return TRUE;
  g_string_append_c (text, '\n');
  content = g_bytes_new (text->str, text->len);
  return pt_step_add_own_file (steps, self->sysroot, "boot-parameters-own",
                               pt_loader_step_title (parameters), pt_loader_step_why (parameters),
                               PT_UKI_OURS, content, 0644, error);
}

static gboolean
pt_uki_add_steps (PtLoader     *self,
                  PtParameters *parameters,
                  GPtrArray    *steps,
                  GError      **error)
{
  static const char *const arguments[] = { "-P", NULL };
  gboolean                 changed = FALSE;

  if (pt_uki_has_drop_ins (self))
    {
      if (!pt_uki_add_drop_in (self, parameters, steps, error))
        return FALSE;
      changed = steps->len > 0;
    }
  else if (!pt_loader_edit_files (self, parameters, steps, &changed, error))
    return FALSE;
  if (changed)
    pt_loader_add_update (steps, PT_PROGRAM_MKINITCPIO, arguments);
  return TRUE;
}

const PtLoaderClass pt_loader_uki = {
  .read = pt_uki_read,
  .find = pt_uki_find,
  .owns = pt_uki_owns,
  .add_steps = pt_uki_add_steps,
};
