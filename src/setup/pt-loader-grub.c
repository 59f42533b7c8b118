/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-grub"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-loader-private.h"

/* GRUB's settings as `grub-mkconfig` reads them: /etc/default/grub, then, where Debian's version of
 * it is used, /etc/default/grub.d/NAME.cfg in order. There we have a file of our own; elsewhere
 * GRUB_CMDLINE_LINUX_DEFAULT is edited, which leaves the recovery entries as they are. */

#define PT_GRUB_MAIN "default/grub"
#define PT_GRUB_FOLDER "default/grub.d"
#define PT_GRUB_OURS "60-passthru.cfg"

/* In the order the kernel gets them (grub-mkconfig's 10_linux); the last of two equal
 * parameters counts. */
static const char *const pt_grub_variables[] = { "GRUB_CMDLINE_LINUX",
                                                 "GRUB_CMDLINE_LINUX_DEFAULT" };

static gboolean
pt_grub_has_drop_ins (PtLoader *self)
{
  return pt_host_get_facts (self->host)->grub_drop_in;
}

/* Name of a file read after ours that drops what ours adds, or NULL. */
static const char *
pt_grub_find_spoiler (PtLoader *self)
{
  for (guint i = self->behind; i < self->files->len; i++)
    {
      PtLoaderFile *file = g_ptr_array_index (self->files, i);
      gboolean      replaces = FALSE;
      g_autoptr (GPtrArray) tokens = pt_tokens_parse (file->text, "GRUB_CMDLINE_LINUX_DEFAULT",
                                                      &replaces);

      if (replaces)
        return file->path;
    }
  return NULL;
}

static gboolean
pt_grub_read_drop_ins (PtLoader *self,
                       GError  **error)
{
  g_auto (GStrv) names = pt_sysroot_list (self->sysroot, PT_PLACE_ETC, PT_GRUB_FOLDER, NULL);
  const char *spoiler = NULL;

  self->behind = self->files->len;
  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (PT_GRUB_FOLDER, names[i], NULL);

      if (names[i][0] == '.' || !g_str_has_suffix (names[i], ".cfg"))
        continue;
      if (g_str_equal (names[i], PT_GRUB_OURS))
        self->ours = pt_sysroot_read (self->sysroot, PT_PLACE_ETC, name, NULL, NULL);
      else if (!pt_loader_add_file (self, PT_PLACE_ETC, name, NULL, error))
        return FALSE;
      if (strcmp (names[i], PT_GRUB_OURS) < 0)
        self->behind = self->files->len;
    }

  spoiler = pt_grub_find_spoiler (self);
  if (spoiler != NULL)
    {
      g_autofree char *obstacle = NULL;

      /* Translators: the name of a settings file of the boot loader. */
      obstacle = g_strdup_printf (_ ("%s would drop what Passthru adds."), spoiler);
      pt_loader_refuse (self, obstacle);
    }
  return TRUE;
}

/* Where the boot menu lies, as grub-mkconfig is told; NULL where there is none yet. */
static char *
pt_grub_find_menu (PtLoader *self)
{
  static const char *const names[] = { "grub2/grub.cfg", "grub/grub.cfg" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (pt_sysroot_exists (self->sysroot, PT_PLACE_BOOT, names[i]))
      return pt_sysroot_logical_path (self->sysroot, PT_PLACE_BOOT, names[i]);
  return NULL;
}

static gboolean
pt_grub_read (PtLoader *self,
              GError  **error)
{
  g_autofree char *menu = pt_grub_find_menu (self);
  g_autofree char *program = pt_sysroot_find_program (self->sysroot, PT_PROGRAM_GRUB_MKCONFIG);

  if (!pt_loader_add_file (self, PT_PLACE_ETC, PT_GRUB_MAIN, NULL, error))
    return FALSE;
  if (pt_grub_has_drop_ins (self))
    return pt_grub_read_drop_ins (self, error);

  if (program == NULL)
    pt_loader_refuse (self, _ ("The program grub-mkconfig, which writes the boot menu, is not "
                               "installed."));
  if (menu == NULL)
    pt_loader_refuse (self, _ ("There is no boot menu of GRUB where it is expected."));
  if (self->files->len == 0)
    pt_loader_refuse (self, _ ("GRUB has no settings file here."));
  return TRUE;
}

/* The last token called @name of @variable in @file. */
static PtToken *
pt_grub_find_token (PtLoaderFile *file,
                    const char   *variable,
                    const char   *name,
                    gboolean     *replaces)
{
  g_autoptr (GPtrArray) tokens = pt_tokens_parse (file->text, variable, replaces);

  for (guint i = tokens->len; i-- > 0;)
    {
      PtToken *token = g_ptr_array_index (tokens, i);

      if (pt_token_is (token->text, name, NULL))
        return g_ptr_array_steal_index (tokens, i);
    }
  return NULL;
}

/* The parameter that takes effect; @file (out): the file that has it. (transfer full) */
static PtToken *
pt_grub_find_in_force (PtLoader      *self,
                       const char    *name,
                       PtLoaderFile **file)
{
  for (gsize v = G_N_ELEMENTS (pt_grub_variables); v-- > 0;)
    {
      gboolean replaces = FALSE;

      for (guint i = self->files->len; !replaces && i-- > 0;)
        {
          PtToken *token = NULL;

          *file = g_ptr_array_index (self->files, i);
          token = pt_grub_find_token (*file, pt_grub_variables[v], name, &replaces);
          if (token != NULL)
            return token;
        }
    }
  return NULL;
}

static char *
pt_grub_find (PtLoader   *self,
              const char *name)
{
  PtLoaderFile *file = NULL;
  g_autoptr (PtToken) token = pt_grub_find_in_force (self, name, &file);

  return token != NULL ? g_steal_pointer (&token->text) : NULL;
}

static gboolean
pt_grub_owns (PtLoader   *self,
              const char *token)
{
  g_autoptr (GPtrArray) tokens = NULL;

  if (self->ours == NULL)
    return FALSE;
  tokens = pt_tokens_parse (self->ours, "GRUB_CMDLINE_LINUX_DEFAULT", NULL);
  for (guint i = 0; i < tokens->len; i++)
    if (g_str_equal (((PtToken *)g_ptr_array_index (tokens, i))->text, token))
      return TRUE;
  return FALSE;
}

/* What of the user's own changes, in the file that has it. */
static gboolean
pt_grub_change (PtLoader     *self,
                PtParameters *parameters,
                GError      **error)
{
  for (guint i = 0; i < parameters->changes->len; i++)
    {
      PtPlanChange    *change = g_ptr_array_index (parameters->changes, i);
      g_autofree char *name = g_strndup (change->from, strcspn (change->from, "="));
      PtLoaderFile    *file = NULL;
      g_autoptr (PtToken) token = pt_grub_find_in_force (self, name, &file);

      if (token != NULL && !pt_loader_file_replace (file, token, change->to, error))
        return FALSE;
    }
  return TRUE;
}

static void
pt_grub_add_edits (PtLoader  *self,
                   GPtrArray *steps)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      PtLoaderFile *file = g_ptr_array_index (self->files, i);
      g_autoptr (GBytes) old = g_bytes_new (file->old, strlen (file->old));
      g_autoptr (GBytes) content = g_bytes_new (file->text, strlen (file->text));
      g_autofree char *id = g_strdup_printf ("user-parameters-%u", i + 1);

      if (file->edits->len > 0)
        g_ptr_array_add (steps,
                         pt_step_new_file (id, _ ("Change a kernel parameter of your own"),
                                           _ ("The kernel would ignore one of two, so yours is "
                                              "adapted. Undo gives it back as it was."),
                                           file->path, old, content, 0644, file->edits));
    }
}

static GBytes *
pt_grub_print_ours (GPtrArray *additions)
{
  GString *text = g_string_new ("# Written by Passthru; "
                                "undoing the set-up in Passthru removes it.\n"
                                "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT");

  for (guint i = 0; i < additions->len; i++)
    g_string_append_printf (text, " %s", (const char *)g_ptr_array_index (additions, i));
  g_string_append (text, "\"\n");
  return g_string_free_to_bytes (text);
}

static gboolean
pt_grub_add_drop_in (PtLoader     *self,
                     PtParameters *parameters,
                     GPtrArray    *steps,
                     GError      **error)
{
  guint before = steps->len;
  g_autoptr (GBytes) ours = pt_grub_print_ours (parameters->additions);

  if (!pt_grub_change (self, parameters, error))
    return FALSE;
  pt_grub_add_edits (self, steps);
  if (parameters->additions->len > 0 &&
      !pt_step_add_own_file (steps, self->sysroot, "boot-parameters",
                             pt_loader_step_title (parameters), pt_loader_step_why (parameters),
                             PT_GRUB_FOLDER "/" PT_GRUB_OURS, ours, 0644, error))
    return FALSE;
  if (steps->len > before)
    pt_loader_add_update (steps, PT_PROGRAM_UPDATE_GRUB, NULL);
  return TRUE;
}

static gboolean
pt_grub_add_steps (PtLoader     *self,
                   PtParameters *parameters,
                   GPtrArray    *steps,
                   GError      **error)
{
  g_autofree char *menu = pt_grub_find_menu (self);
  const char      *arguments[] = { "-o", menu, NULL };
  gboolean         changed = FALSE;

  if (pt_grub_has_drop_ins (self))
    return pt_grub_add_drop_in (self, parameters, steps, error);
  if (!pt_loader_edit_files (self, parameters, steps, &changed, error))
    return FALSE;
  if (changed)
    pt_loader_add_update (steps, PT_PROGRAM_GRUB_MKCONFIG, arguments);
  return TRUE;
}

const PtLoaderClass pt_loader_grub = {
  .read = pt_grub_read,
  .find = pt_grub_find,
  .owns = pt_grub_owns,
  .add_steps = pt_grub_add_steps,
};
