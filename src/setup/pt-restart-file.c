/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-restart-file"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "pt-entries.h"
#include "pt-facts.h"
#include "pt-form.h"
#include "pt-plan.h"
#include "pt-restart-private.h"

void
pt_restart_entry_free (PtRestartEntry *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->command_line);
  g_free (self->initrd);
  g_free (self);
}

/* The mark is gone before the entry starts. */
static void
pt_restart_forget_variable (PtSysroot *sysroot)
{
  g_autofree char *file = pt_boot_loader_variable_name ("LoaderEntryOneShot");
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_EFI_VARIABLES, file);

  if (path != NULL)
    unlink (path);
}

static PtEntry *
pt_restart_find_file (PtEntries  *entries,
                      const char *wanted)
{
  for (guint i = 0; i < entries->entries->len; i++)
    {
      PtEntry         *entry = g_ptr_array_index (entries->entries, i);
      g_autofree char *name = g_strconcat (entry->id, ".conf", NULL);

      if (g_ascii_strcasecmp (name, wanted) == 0 || g_ascii_strcasecmp (entry->id, wanted) == 0)
        return entry;
    }
  return NULL;
}

/* The value of the first line with @key, or NULL. */
static char *
pt_restart_get_value (const char *text,
                      const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (g_strstrip (lines[i]), " \t", 2);

      if (g_strcmp0 (words[0], key) == 0 && words[1] != NULL)
        return g_strdup (g_strstrip (words[1]));
    }
  return NULL;
}

PtRestartEntry *
pt_restart_entry_new_file (const PtEntry *entry,
                           gboolean       grub)
{
  PtRestartEntry *self = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GString) line = g_string_new (NULL);

  g_return_val_if_fail (entry != NULL, NULL);

  self = g_new0 (PtRestartEntry, 1);
  self->initrd = pt_restart_get_value (entry->text, "initrd");
  /* Who starts the kernel as an EFI program tells it of the initramfs as the firmware calls it. */
  if (grub)
    g_string_append_printf (line, "BOOT_IMAGE=%s", entry->kernel);
  else if (self->initrd != NULL)
    g_string_append_printf (line, "initrd=%s", self->initrd);
  if (!grub)
    g_strdelimit (line->str, "/", '\\');
  tokens = pt_form_parse (PT_FORM_ENTRY, entry->text);
  for (guint i = 0; i < tokens->len; i++)
    g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "",
                            ((PtToken *)g_ptr_array_index (tokens, i))->text);
  self->command_line = g_strdup (line->str);
  return self;
}

PtRestartEntry *
pt_restart_choose_file (PtSysroot *sysroot,
                        GError   **error)
{
  g_autoptr (PtEntries) entries = NULL;
  g_autofree char *mark = NULL;
  g_autofree char *info = NULL;
  PtEntry         *entry = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  entries = pt_entries_read (sysroot, error);
  if (entries == NULL)
    return NULL;
  mark = pt_boot_read_loader_variable (sysroot, "LoaderEntryOneShot");
  if (mark != NULL)
    entry = pt_restart_find_file (entries, mark);
  pt_restart_forget_variable (sysroot);
  if (entry == NULL)
    entry = pt_entries_find_systemd_boot_default (entries, sysroot);
  if (entry == NULL)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                           "the boot menu of the rehearsal has no entry to start");
      return NULL;
    }
  info = pt_boot_read_loader_variable (sysroot, "LoaderInfo");
  return pt_restart_entry_new_file (entry, info != NULL && g_str_has_prefix (info, "GRUB"));
}
