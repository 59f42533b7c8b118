/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-menu"

#include "config.h"

#include <string.h>

#include "pt-entries.h"
#include "pt-facts.h"
#include "pt-one-shot.h"
#include "pt-ostree.h"
#include "pt-trial-private.h"

void
pt_trial_menu_free (PtTrialMenu *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->path);
  g_free (self->entry);
  g_free (self->mark);
  g_clear_pointer (&self->edits, g_ptr_array_unref);
  g_free (self);
}

gboolean
pt_trial_menu_owns_path (PtSysroot  *sysroot,
                         const char *path)
{
  static const char *const names[] = { "grub/custom.cfg", "grub2/custom.cfg" };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *allowed = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, names[i]);

      if (g_str_equal (path, allowed))
        return TRUE;
    }
  return FALSE;
}

/* Where GRUB's menu is a program: custom.cfg beside it. */
static gboolean
pt_trial_menu_fill_grub (PtTrialMenu       *self,
                         PtSysroot         *sysroot,
                         const PtTrialLine *line,
                         GError           **error)
{
  const char      *folder = pt_one_shot_grub_folder (sysroot);
  g_autofree char *name = g_build_filename (folder, "grub.cfg", NULL);
  g_autofree char *custom = g_build_filename (folder, "custom.cfg", NULL);
  g_autofree char *environment_name = g_build_filename (folder, "grubenv", NULL);
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, error);
  g_autofree char *environment = NULL;
  g_autoptr (PtBootMenu) menu = NULL;
  const PtBootEntry *entry = NULL;

  if (text == NULL)
    return FALSE;
  environment = pt_sysroot_read (sysroot, PT_PLACE_BOOT, environment_name, NULL, NULL);
  menu = pt_boot_menu_parse (text);
  entry = pt_boot_menu_get_default (menu, environment);
  if (entry == NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                   "the entry that %s starts by default cannot be told", name);
      return FALSE;
    }
  self->path = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, custom);
  self->mark = g_strdup (PT_TRIAL_ENTRY_ID);
  self->entry = pt_trial_entry_copy_grub (entry, line, error);
  return self->entry != NULL;
}

/* All entries but those of trials. */
static PtEntries *
pt_trial_menu_read_entries (PtSysroot *sysroot,
                            GError   **error)
{
  PtEntries *entries = pt_entries_read (sysroot, error);

  for (guint i = entries != NULL ? entries->entries->len : 0; i-- > 0;)
    if (pt_trial_entry_is_ours (((PtEntry *)g_ptr_array_index (entries->entries, i))->id))
      g_ptr_array_remove_index (entries->entries, i);
  return entries;
}

/* Loaders start the first entry when none is named, older ones the last; the copy must be neither.
 * Both count as strverscmp() does, systemd-boot in small letters. */
static gboolean
pt_trial_menu_check_order (const PtEntry *entry,
                           const char    *id,
                           GError       **error)
{
  g_autofree char *small = g_ascii_strdown (entry->id, -1);

  if (strverscmp (id, small) < 0)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
               "an entry for the trial would come before %s in the boot menu", entry->id);
  return FALSE;
}

/* Loaders up to a version of systemd-boot leave `.conf` out of the names of entries; what this one
 * calls the entry that it started tells. */
static char *
pt_trial_menu_name_mark (PtSysroot  *sysroot,
                         const char *id)
{
  g_autofree char *selected = pt_boot_read_loader_variable (sysroot, "LoaderEntrySelected");
  g_autofree char *known = selected != NULL ? g_strconcat (selected, ".conf", NULL) : NULL;
  g_autoptr (PtEntries) entries = pt_entries_read (sysroot, NULL);

  for (guint i = 0; known != NULL && entries != NULL && i < entries->entries->len; i++)
    {
      const PtEntry *entry = g_ptr_array_index (entries->entries, i);

      if (g_ascii_strcasecmp (entry->id, selected) == 0)
        return g_strdup (id);
    }
  return g_strconcat (id, ".conf", NULL);
}

/* Where entries are files: one more beside the one that is copied. */
static gboolean
pt_trial_menu_fill_file (PtTrialMenu       *self,
                         PtEntry           *entry,
                         const char        *id,
                         const PtTrialLine *line,
                         GError           **error)
{
  g_autofree char *folder = NULL;
  g_autofree char *name = g_strconcat (id, ".conf", NULL);

  if (entry == NULL || entry->kernel == NULL)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                           "the boot entry that starts by default cannot be told");
      return FALSE;
    }
  if (!pt_trial_menu_check_order (entry, id, error))
    return FALSE;
  folder = g_path_get_dirname (entry->path);
  self->path = g_build_filename (folder, name, NULL);
  self->entry = pt_trial_entry_copy_file (entry->text, line, error);
  return self->entry != NULL;
}

static gboolean
pt_trial_menu_fill_interface (PtTrialMenu       *self,
                              PtSysroot         *sysroot,
                              const PtTrialLine *line,
                              GError           **error)
{
  g_autoptr (PtEntries) entries = pt_trial_menu_read_entries (sysroot, error);

  if (entries == NULL)
    return FALSE;
  self->firmware = TRUE;
  self->mark = pt_trial_menu_name_mark (sysroot, PT_TRIAL_ENTRY_FILE);
  return pt_trial_menu_fill_file (self, pt_entries_find_systemd_boot_default (entries, sysroot),
                                  PT_TRIAL_ENTRY_FILE, line, error);
}

/* GRUB with entries: named after what it is copied from, as an old version, which is how a rescue
 * entry is named there. GRUB calls an entry by its file without `.conf`. */
static gboolean
pt_trial_menu_fill_bls (PtTrialMenu       *self,
                        PtSysroot         *sysroot,
                        const PtTrialLine *line,
                        GError           **error)
{
  g_autoptr (PtEntries) entries = pt_trial_menu_read_entries (sysroot, error);
  PtEntry *entry = NULL;

  if (entries == NULL)
    return FALSE;
  entry = pt_entries_find_grub_default (entries, sysroot);
  if (entry != NULL && strchr (entry->id, '-') != NULL)
    self->mark = g_strdup_printf ("%.*s-" PT_TRIAL_ENTRY_FILE,
                                  (int)(strchr (entry->id, '-') - entry->id), entry->id);
  else
    self->mark = g_strdup (PT_TRIAL_ENTRY_FILE);
  return pt_trial_menu_fill_file (self, entry, self->mark, line, error);
}

/* What starts next may be the trial's already. */
static gboolean
pt_trial_menu_fill_deployment (PtTrialMenu       *self,
                               PtSysroot         *sysroot,
                               const PtTrialLine *line,
                               GError           **error)
{
  g_auto (GStrv) words = pt_ostree_read_words (sysroot, 0, error);

  if (words == NULL)
    return FALSE;
  self->edits = pt_trial_line_make_edits (line, (const char *const *)words, error);
  return self->edits != NULL;
}

PtTrialMenu *
pt_trial_menu_make (PtSysroot         *sysroot,
                    PtBootLoader       loader,
                    const PtTrialLine *line,
                    GError           **error)
{
  g_autoptr (PtTrialMenu) self = g_new0 (PtTrialMenu, 1);
  gboolean filled = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (line != NULL, NULL);

  if (loader == PT_BOOT_LOADER_GRUB)
    filled = pt_trial_menu_fill_grub (self, sysroot, line, error);
  else if (loader == PT_BOOT_LOADER_GRUB_BLS)
    filled = pt_trial_menu_fill_bls (self, sysroot, line, error);
  else if (loader == PT_BOOT_LOADER_RPM_OSTREE)
    filled = pt_trial_menu_fill_deployment (self, sysroot, line, error);
  else
    filled = pt_trial_menu_fill_interface (self, sysroot, line, error);
  return filled ? g_steal_pointer (&self) : NULL;
}
