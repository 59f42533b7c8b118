/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-restart-grub"

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "pt-boot-entry.h"
#include "pt-one-shot.h"
#include "pt-plan.h"
#include "pt-restart-private.h"

static char *
pt_restart_name_environment (PtSysroot *sysroot)
{
  return g_build_filename (pt_one_shot_grub_folder (sysroot), "grubenv", NULL);
}

/* The menu as GRUB sees it: with the entries of one's own where grub.cfg reads them. */
static PtBootMenu *
pt_restart_read_menu (PtSysroot *sysroot,
                      GError   **error)
{
  const char      *folder = pt_one_shot_grub_folder (sysroot);
  g_autofree char *name = g_build_filename (folder, "grub.cfg", NULL);
  g_autofree char *custom_name = g_build_filename (folder, "custom.cfg", NULL);
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, error);
  g_autofree char *custom = NULL;
  g_autofree char *whole = NULL;

  if (text == NULL)
    return NULL;
  if (strstr (text, "custom.cfg") != NULL)
    custom = pt_sysroot_read (sysroot, PT_PLACE_BOOT, custom_name, NULL, NULL);
  whole = g_strconcat (text, "\n", custom, NULL);
  return pt_boot_menu_parse (whole);
}

/* GRUB sets the mark to nothing, in place, before it starts the entry (`save_env`). */
static gboolean
pt_restart_forget_mark (PtSysroot  *sysroot,
                        const char *environment,
                        GError    **error)
{
  g_auto (GStrv) lines = g_strsplit (environment, "\n", -1);
  g_autofree char *name = pt_restart_name_environment (sysroot);
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_BOOT, name);
  g_autoptr (GString) text = g_string_new (NULL);
  FILE *file = NULL;

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "next_entry="))
      g_string_append (text, "next_entry=\n");
    else if (lines[i][0] != '#' || i == 0)
      g_string_append_printf (text, "%s\n", lines[i]);
  while (text->len < strlen (environment))
    g_string_append_c (text, '#');

  file = path != NULL ? fopen (path, "r+") : NULL;
  if (file != NULL && fputs (text->str, file) >= 0 && fclose (file) == 0)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot write %s in the rehearsal",
               name);
  return FALSE;
}

/* Takes the mark: what GRUB reads before it starts something. Both (out) (transfer full),
 * nullable. */
static gboolean
pt_restart_take_mark (PtSysroot *sysroot,
                      char     **environment,
                      char     **mark,
                      GError   **error)
{
  g_autofree char *name = pt_restart_name_environment (sysroot);

  *environment = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, NULL);
  if (*environment != NULL)
    *mark = pt_boot_environment_get (*environment, "next_entry");
  if (*mark != NULL && **mark == '\0')
    g_clear_pointer (mark, g_free);
  return *mark == NULL || pt_restart_forget_mark (sysroot, *environment, error);
}

static void
pt_restart_set_no_entry (GError **error)
{
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "the boot menu of the rehearsal has no entry to start");
}

PtRestartEntry *
pt_restart_choose_grub (PtSysroot *sysroot,
                        GError   **error)
{
  g_autoptr (PtBootMenu) menu = NULL;
  g_autofree char   *environment = NULL;
  g_autofree char   *mark = NULL;
  const PtBootEntry *entry = NULL;
  PtRestartEntry    *chosen = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  menu = pt_restart_read_menu (sysroot, error);
  if (menu == NULL || !pt_restart_take_mark (sysroot, &environment, &mark, error))
    return NULL;
  if (mark != NULL)
    entry = pt_boot_menu_find (menu, mark);
  if (entry == NULL || entry->kernel == NULL)
    entry = pt_boot_menu_get_default (menu, environment);
  if (entry == NULL)
    {
      pt_restart_set_no_entry (error);
      return NULL;
    }
  chosen = g_new0 (PtRestartEntry, 1);
  chosen->command_line = g_strdup_printf ("BOOT_IMAGE=%s %s", entry->kernel, entry->arguments);
  chosen->initrd = g_strdup (entry->initrd);
  return chosen;
}

PtRestartEntry *
pt_restart_choose_bls (PtSysroot *sysroot,
                       GError   **error)
{
  g_autoptr (PtEntries) entries = NULL;
  g_autofree char *environment = NULL;
  g_autofree char *mark = NULL;
  PtEntry         *entry = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  entries = pt_entries_read (sysroot, error);
  if (entries == NULL || !pt_restart_take_mark (sysroot, &environment, &mark, error))
    return NULL;
  for (guint i = 0; mark != NULL && i < entries->entries->len; i++)
    if (g_str_equal (((PtEntry *)g_ptr_array_index (entries->entries, i))->id, mark))
      entry = g_ptr_array_index (entries->entries, i);
  if (entry == NULL)
    entry = pt_entries_find_grub_default (entries, sysroot);
  if (entry != NULL && entry->kernel != NULL)
    return pt_restart_entry_new_file (entry, TRUE);
  pt_restart_set_no_entry (error);
  return NULL;
}
