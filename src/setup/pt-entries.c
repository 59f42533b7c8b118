/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-entries"

#include "config.h"

#include "pt-entries.h"

#include <string.h>

#include "pt-facts.h"

static const struct
{
  PtPlace     place;
  const char *folder;
} pt_entries_places[] = {
  { PT_PLACE_BOOT, "" },
  { PT_PLACE_ROOT, "efi" },
  { PT_PLACE_BOOT, "efi" },
};

void
pt_entry_free (PtEntry *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->id);
  g_free (self->path);
  g_free (self->text);
  g_free (self->title);
  g_free (self->kernel);
  g_free (self->version);
  g_free (self->sort_key);
  g_free (self);
}

void
pt_entries_free (PtEntries *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->folder);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

char *
pt_entry_get (const char *text,
              const char *key)
{
  g_auto (GStrv) lines = NULL;
  gsize length = 0;
  char *value = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  lines = g_strsplit (text, "\n", -1);
  length = strlen (key);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);

      if (strncmp (line, key, length) != 0 || (line[length] != ' ' && line[length] != '\t'))
        continue;
      g_free (value);
      value = g_strstrip (g_strdup (line + length));
    }
  return value;
}

/* `NAME+LEFT-DONE` counts starts; the counter is no part of the id. */
static char *
pt_entry_make_id (const char *name)
{
  g_autofree char *id = g_strndup (name, strlen (name) - strlen (".conf"));
  char            *plus = strrchr (id, '+');

  if (plus != NULL && plus[1] != '\0' && strspn (plus + 1, "0123456789-") == strlen (plus + 1))
    *plus = '\0';
  return g_steal_pointer (&id);
}

PtEntry *
pt_entry_parse (const char *base,
                const char *text)
{
  PtEntry *self = NULL;

  g_return_val_if_fail (base != NULL && g_str_has_suffix (base, ".conf"), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (PtEntry, 1);
  self->id = pt_entry_make_id (base);
  self->text = g_strdup (text);
  self->title = pt_entry_get (text, "title");
  self->kernel = pt_entry_get (text, "linux");
  self->version = pt_entry_get (text, "version");
  self->sort_key = pt_entry_get (text, "sort-key");
  return self;
}

static gboolean
pt_entries_add (PtEntries  *self,
                PtSysroot  *sysroot,
                PtPlace     place,
                const char *folder,
                const char *base,
                GError    **error)
{
  g_autofree char *name = g_build_filename (folder, base, NULL);
  g_autofree char *text = pt_sysroot_read (sysroot, place, name, NULL, error);
  PtEntry         *entry = NULL;

  if (text == NULL)
    return FALSE;

  entry = pt_entry_parse (base, text);
  entry->path = pt_sysroot_logical_path (sysroot, place, name);
  g_ptr_array_add (self->entries, entry);
  return TRUE;
}

static int
pt_entries_compare (gconstpointer a,
                    gconstpointer b)
{
  const PtEntry *left = *(const PtEntry *const *)a;
  const PtEntry *right = *(const PtEntry *const *)b;
  int            order = 0;

  if ((left->sort_key == NULL) != (right->sort_key == NULL))
    return left->sort_key == NULL ? 1 : -1;
  if (left->sort_key != NULL)
    {
      order = strcmp (left->sort_key, right->sort_key);
      if (order == 0)
        order = -strverscmp (left->version != NULL ? left->version : "",
                             right->version != NULL ? right->version : "");
    }
  return order != 0 ? order : -strverscmp (left->id, right->id);
}

void
pt_entries_sort (GPtrArray *entries)
{
  g_return_if_fail (entries != NULL);

  g_ptr_array_sort (entries, pt_entries_compare);
}

static gboolean
pt_entries_read_folder (PtEntries  *self,
                        PtSysroot  *sysroot,
                        PtPlace     place,
                        const char *folder,
                        GError    **error)
{
  g_autofree char *entries = g_build_filename (folder, "loader/entries", NULL);
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) names = pt_sysroot_list (sysroot, place, entries, &local_error);

  if (names == NULL)
    {
      if (g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  for (gsize i = 0; names[i] != NULL; i++)
    if (names[i][0] != '.' && g_str_has_suffix (names[i], ".conf") &&
        !pt_entries_add (self, sysroot, place, entries, names[i], error))
      return FALSE;
  if (self->entries->len > 0 && self->folder == NULL)
    self->folder = pt_sysroot_logical_path (sysroot, place, folder);
  return TRUE;
}

PtEntries *
pt_entries_read (PtSysroot *sysroot,
                 GError   **error)
{
  g_autoptr (PtEntries) self = g_new0 (PtEntries, 1);
  g_autoptr (GError) denied = NULL;
  gboolean failed = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_entry_free);
  for (gsize i = 0; i < G_N_ELEMENTS (pt_entries_places); i++)
    if (!pt_entries_read_folder (self, sysroot, pt_entries_places[i].place,
                                 pt_entries_places[i].folder,
                                 denied == NULL ? &denied : NULL))
      failed = TRUE;
  /* An EFI partition that may not be read does not matter where the entries are elsewhere. */
  if (failed && self->entries->len == 0)
    {
      g_propagate_error (error, g_steal_pointer (&denied));
      return NULL;
    }
  self->unread = g_error_matches (denied, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
  pt_entries_sort (self->entries);
  return g_steal_pointer (&self);
}

PtEntry *
pt_entries_match (GPtrArray  *entries,
                  const char *pattern)
{
  g_autofree char *plain = NULL;

  g_return_val_if_fail (entries != NULL, NULL);
  g_return_val_if_fail (pattern != NULL, NULL);

  plain = g_strdup (pattern);
  if (g_str_has_suffix (plain, ".conf"))
    plain[strlen (plain) - strlen (".conf")] = '\0';
  for (guint i = 0; i < entries->len; i++)
    {
      PtEntry *entry = g_ptr_array_index (entries, i);

      if (g_pattern_match_simple (plain, entry->id))
        return entry;
    }
  return NULL;
}

/* What loader.conf calls the default, or NULL. `@saved` is the entry that was started last. */
static char *
pt_entries_read_default (PtSysroot *sysroot)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pt_entries_places); i++)
    {
      g_autofree char *name = g_build_filename (pt_entries_places[i].folder, "loader/loader.conf",
                                                NULL);
      g_autofree char *text = pt_sysroot_read (sysroot, pt_entries_places[i].place, name, NULL,
                                               NULL);
      g_autofree char *value = text != NULL ? pt_entry_get (text, "default") : NULL;

      if (g_strcmp0 (value, "@saved") == 0)
        return pt_boot_read_loader_variable (sysroot, "LoaderEntryLastBooted");
      if (value != NULL)
        return g_steal_pointer (&value);
    }
  return NULL;
}

PtEntry *
pt_entries_find_systemd_boot_default (PtEntries *self,
                                      PtSysroot *sysroot)
{
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  wanted = pt_boot_read_loader_variable (sysroot, "LoaderEntryDefault");
  if (wanted == NULL)
    wanted = pt_entries_read_default (sysroot);
  if (wanted != NULL)
    return pt_entries_match (self->entries, wanted);
  return self->entries->len > 0 ? g_ptr_array_index (self->entries, 0) : NULL;
}

/* By id, by title or by place in the menu. */
static PtEntry *
pt_entries_find_named (PtEntries  *self,
                       const char *name)
{
  guint64 number = 0;

  if (g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT, &number, NULL))
    return number < self->entries->len ? g_ptr_array_index (self->entries, number) : NULL;
  for (guint i = 0; i < self->entries->len; i++)
    {
      PtEntry *entry = g_ptr_array_index (self->entries, i);

      if (g_str_equal (entry->id, name) || g_strcmp0 (entry->title, name) == 0)
        return entry;
    }
  return NULL;
}

PtEntry *
pt_entries_find_grub_default (PtEntries *self,
                              PtSysroot *sysroot)
{
  static const char *const names[] = { "grub2/grubenv", "grub/grubenv" };

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, names[i], NULL, NULL);
      const char      *saved = text != NULL ? strstr (text, "\nsaved_entry=") : NULL;
      g_autofree char *name = NULL;

      if (saved == NULL)
        continue;
      saved += strlen ("\nsaved_entry=");
      name = g_strndup (saved, strcspn (saved, "\n"));
      if (*name != '\0')
        return pt_entries_find_named (self, name);
    }
  return self->entries->len > 0 ? g_ptr_array_index (self->entries, 0) : NULL;
}
