/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-limine"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-loader-private.h"
#include "pt-trial-entry.h"

/* Limine. Where limine-entry-tool writes the menu (CachyOS and others), its settings count:
 * KERNEL_CMDLINE[default], else /etc/kernel/cmdline. Elsewhere limine.conf is edited itself. */

#define PT_LIMINE_SETTINGS "default/limine"
#define PT_LIMINE_DROP_INS "limine-entry-tool.d"
/* Of the name of an entry that stays as it was. */
#define PT_LIMINE_SUFFIX " (without Passthru)"

/* The program that writes the menu anew, PT_PROGRAM_LAST where limine.conf is the user's own. */
static PtProgram
pt_limine_get_program (PtLoader *self)
{
  static const PtProgram programs[] = { PT_PROGRAM_LIMINE_UPDATE, PT_PROGRAM_LIMINE_MKINITCPIO };

  for (gsize i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path = pt_sysroot_find_program (self->sysroot, programs[i]);

      if (path != NULL)
        return programs[i];
    }
  return PT_PROGRAM_LAST;
}

static gboolean
pt_limine_text_sets (const char *text)
{
  gsize    start = 0;
  gsize    end = 0;
  gboolean at_line_start = FALSE;

  return text != NULL &&
         pt_tokens_locate (text, "KERNEL_CMDLINE[default]", &start, &end, &at_line_start);
}

/* TRUE if a drop-in of the tool names parameters. */
static gboolean
pt_limine_drop_ins_set (PtLoader *self)
{
  g_auto (GStrv) names = pt_sysroot_list (self->sysroot, PT_PLACE_ETC, PT_LIMINE_DROP_INS, NULL);

  for (gsize i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (PT_LIMINE_DROP_INS, names[i], NULL);
      g_autofree char *text = g_str_has_suffix (names[i], ".conf")
                                ? pt_sysroot_read (self->sysroot, PT_PLACE_ETC, name, NULL, NULL)
                                : NULL;

      if (pt_limine_text_sets (text))
        return TRUE;
    }
  return FALSE;
}

/* With nothing set the tool takes the running command line: a first assignment of ours would then
 * be all that is left of it. */
static gboolean
pt_limine_read_tool (PtLoader *self,
                     GError  **error)
{
  g_autofree char *text = pt_sysroot_read (self->sysroot, PT_PLACE_ETC, PT_LIMINE_SETTINGS, NULL,
                                           NULL);

  if (text != NULL && (pt_limine_text_sets (text) || pt_limine_drop_ins_set (self)))
    return pt_loader_add_file (self, PT_PLACE_ETC, PT_LIMINE_SETTINGS, NULL, error);
  if (!pt_loader_add_file (self, PT_PLACE_ETC, "kernel/cmdline", NULL, error))
    return FALSE;
  if (self->files->len == 0)
    pt_loader_refuse (self, _ ("Neither /etc/default/limine nor /etc/kernel/cmdline says which "
                               "kernel parameters Limine uses."));
  return TRUE;
}

static gboolean
pt_limine_read_menu (PtLoader *self,
                     GError  **error)
{
  static const struct
  {
    PtPlace     place;
    const char *name;
  } names[] = {
    { PT_PLACE_BOOT, "limine.conf" },
    { PT_PLACE_BOOT, "limine/limine.conf" },
    { PT_PLACE_BOOT, "EFI/limine/limine.conf" },
    { PT_PLACE_BOOT, "EFI/BOOT/limine.conf" },
    { PT_PLACE_ROOT, "efi/limine.conf" },
    { PT_PLACE_ROOT, "efi/EFI/limine/limine.conf" },
    { PT_PLACE_ROOT, "efi/EFI/BOOT/limine.conf" },
    { PT_PLACE_BOOT, "efi/limine.conf" },
    { PT_PLACE_BOOT, "efi/limine/limine.conf" },
    { PT_PLACE_BOOT, "efi/EFI/limine/limine.conf" },
    { PT_PLACE_BOOT, "efi/EFI/BOOT/limine.conf" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (!pt_loader_add_file (self, names[i].place, names[i].name, NULL, error))
      return FALSE;
  if (self->files->len == 0)
    pt_loader_refuse (self, _ ("The menu of Limine, limine.conf, was not found."));
  else if (self->files->len > 1)
    pt_loader_refuse (self, _ ("There are several limine.conf files; which of them counts could "
                               "not be told."));
  return TRUE;
}

static gboolean
pt_limine_read (PtLoader *self,
                GError  **error)
{
  PtLoaderFile *file = NULL;
  g_autoptr (GPtrArray) tokens = NULL;

  if (pt_limine_get_program (self) != PT_PROGRAM_LAST)
    return pt_limine_read_tool (self, error);
  if (!pt_limine_read_menu (self, error))
    return FALSE;
  if (self->obstacle != NULL)
    return TRUE;

  file = g_ptr_array_index (self->files, 0);
  tokens = pt_form_parse (file->form, file->text);
  if (tokens->len == 0)
    pt_loader_refuse (self, _ ("Which entry of the boot menu starts by default could not be "
                               "told."));
  return TRUE;
}

/* Limine starts nothing for once only: a copy of the entry as it is now stays as the way out. From
 * here on @file is what it is with that. NULL if it has one. */
static PtStep *
pt_limine_make_fallback (PtLoaderFile *file)
{
  g_autofree char *there = pt_trial_block_get (file->text);
  g_autofree char *entry = pt_form_copy_limine_entry (file->text, PT_LIMINE_SUFFIX);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) old = NULL;
  g_autoptr (GBytes) content = NULL;

  if (there != NULL || entry == NULL)
    return NULL;
  text = pt_trial_block_put (file->text, entry);
  old = g_bytes_new (file->text, strlen (file->text));
  content = g_bytes_new (text, strlen (text));
  g_free (file->old);
  g_free (file->text);
  file->old = g_strdup (text);
  file->text = g_steal_pointer (&text);
  return pt_step_new_block ("fallback-entry", _ ("Keep a boot entry without the changes"),
                            _ ("It is a copy of the one that starts now, to be chosen in the boot "
                               "menu if the screen stays dark."),
                            file->path, old, content);
}

/* Where the tool writes the menu, an entry of ours is not sure to stay in it. */
static gboolean
pt_limine_add_steps (PtLoader     *self,
                     PtParameters *parameters,
                     GPtrArray    *steps,
                     GError      **error)
{
  PtProgram program = pt_limine_get_program (self);
  guint     before = steps->len;
  gboolean  changed = FALSE;
  g_autoptr (PtStep) fallback = NULL;

  if (program == PT_PROGRAM_LAST)
    fallback = pt_limine_make_fallback (g_ptr_array_index (self->files, 0));
  if (!pt_loader_edit_files (self, parameters, steps, &changed, error))
    return FALSE;
  if (changed && fallback != NULL)
    g_ptr_array_insert (steps, (int)before, g_steal_pointer (&fallback));
  if (changed && program != PT_PROGRAM_LAST)
    pt_loader_add_update (steps, program, NULL);
  return TRUE;
}

const PtLoaderClass pt_loader_limine = {
  .read = pt_limine_read,
  .add_steps = pt_limine_add_steps,
};
