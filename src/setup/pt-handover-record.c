/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-handover-record"

#include "config.h"

#include "pt-handover-record.h"

#include <string.h>
#include <unistd.h>

#include "pt-file-state.h"
#include "pt-plan.h"

#define PT_HANDOVER_GROUP "handover"
#define PT_HANDOVER_VERSION 1
/* The kernel's PCI drivers have shorter names by far. */
#define PT_HANDOVER_MAX_DRIVER 64


PtHandoverEntry *
pt_handover_entry_new (const PtAddress *address,
                       const char      *driver,
                       const char      *override)
{
  PtHandoverEntry *self = NULL;

  g_return_val_if_fail (address != NULL, NULL);

  self = g_new0 (PtHandoverEntry, 1);
  self->address = *address;
  self->driver = g_strdup (driver);
  self->override = g_strdup (override);
  return self;
}


void
pt_handover_entry_free (PtHandoverEntry *self)
{
  g_free (self->driver);
  g_free (self->override);
  g_free (self);
}


const PtHandoverEntry *
pt_handover_record_find (GPtrArray       *entries,
                         const PtAddress *address)
{
  g_return_val_if_fail (entries != NULL, NULL);
  g_return_val_if_fail (address != NULL, NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const PtHandoverEntry *entry = g_ptr_array_index (entries, i);

      if (pt_address_equal (&entry->address, address))
        return entry;
    }
  return NULL;
}


static gboolean
pt_handover_record_fail (GError    **error,
                         const char *reason)
{
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL,
               "the record of what was handed over is not followed: %s", reason);
  return FALSE;
}


/* It becomes the name of a folder and a text for the kernel. */
static gboolean
pt_handover_record_is_driver (const char *name)
{
  const gsize length = strlen (name);

  return length > 0 && length <= PT_HANDOVER_MAX_DRIVER && *name != '.' &&
         strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.") == length;
}


/* "" = none. (transfer full) */
static gboolean
pt_handover_record_take_driver (GKeyFile   *file,
                                const char *group,
                                const char *key,
                                char      **driver,
                                GError    **error)
{
  g_autofree char *name = g_key_file_get_string (file, group, key, NULL);

  if (name == NULL || (*name != '\0' && !pt_handover_record_is_driver (name)))
    return pt_handover_record_fail (error, "it names no driver");
  *driver = *name != '\0' ? g_steal_pointer (&name) : NULL;
  return TRUE;
}


static gboolean
pt_handover_record_take (GPtrArray  *entries,
                         GKeyFile   *file,
                         const char *group,
                         GError    **error)
{
  PtAddress        address = { 0 };
  g_autofree char *driver = NULL;
  g_autofree char *override = NULL;

  if (!pt_address_parse (group, &address))
    return pt_handover_record_fail (error, "it names no device");
  if (pt_handover_record_find (entries, &address) != NULL)
    return pt_handover_record_fail (error, "it names a device twice");
  if (!pt_handover_record_take_driver (file, group, "driver", &driver, error) ||
      !pt_handover_record_take_driver (file, group, "override", &override, error))
    return FALSE;
  g_ptr_array_add (entries, pt_handover_entry_new (&address, driver, override));
  return TRUE;
}


static gboolean
pt_handover_record_parse (GPtrArray  *entries,
                          const char *text,
                          gsize       length,
                          GError    **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;
  int version = 0;

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    return pt_handover_record_fail (error, "it is garbled");
  version = g_key_file_get_integer (file, PT_HANDOVER_GROUP, "version", NULL);
  if (version > PT_HANDOVER_VERSION)
    return pt_handover_record_fail (error, "a newer version of Passthru wrote it");
  if (version != PT_HANDOVER_VERSION)
    return pt_handover_record_fail (error, "it states no version");
  groups = g_key_file_get_groups (file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    if (!g_str_equal (groups[i], PT_HANDOVER_GROUP) &&
        !pt_handover_record_take (entries, file, groups[i], error))
      return FALSE;
  return TRUE;
}


GPtrArray *
pt_handover_record_load (PtSysroot *sysroot,
                         GError   **error)
{
  g_autoptr (GPtrArray) entries =
               g_ptr_array_new_with_free_func ((GDestroyNotify)pt_handover_entry_free);
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  gsize            length = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  text = pt_sysroot_read (sysroot, PT_PLACE_RUN, PT_HANDOVER_RECORD, &length, &cause);
  if (text == NULL && g_error_matches (cause, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    return g_steal_pointer (&entries);
  if (text == NULL)
    {
      pt_handover_record_fail (error, cause->message);
      return NULL;
    }
  return pt_handover_record_parse (entries, text, length, error) ? g_steal_pointer (&entries)
                                                                 : NULL;
}


static GBytes *
pt_handover_record_print (GPtrArray *entries)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length = 0;
  char *text = NULL;

  g_key_file_set_integer (file, PT_HANDOVER_GROUP, "version", PT_HANDOVER_VERSION);
  for (guint i = 0; i < entries->len; i++)
    {
      const PtHandoverEntry *entry = g_ptr_array_index (entries, i);
      char                   address[PT_ADDRESS_BUFFER] = { 0 };

      pt_address_format (&entry->address, address);
      g_key_file_set_string (file, address, "driver", entry->driver != NULL ? entry->driver : "");
      g_key_file_set_string (file, address, "override",
                             entry->override != NULL ? entry->override : "");
    }
  text = g_key_file_to_data (file, &length, NULL);
  return g_bytes_new_take (text, length);
}


gboolean
pt_handover_record_save (PtSysroot *sysroot,
                         GPtrArray *entries,
                         GError   **error)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (PtFileState) state = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (entries != NULL, FALSE);

  path = pt_sysroot_logical_path (sysroot, PT_PLACE_RUN, PT_HANDOVER_RECORD);
  folder = g_path_get_dirname (path);
  if (entries->len > 0)
    {
      content = pt_handover_record_print (entries);
      state = pt_file_state_new (PT_FILE_REGULAR, content, 0600, geteuid (), getegid ());
      if (!pt_folder_make (sysroot, folder, error))
        return FALSE;
    }
  else
    {
      state = pt_file_state_new (PT_FILE_ABSENT, NULL, 0, 0, 0);
    }
  if (!pt_file_state_put (state, sysroot, path, error))
    return FALSE;
  pt_file_state_sweep (sysroot, path);
  return entries->len > 0 || pt_folder_remove_if_empty (sysroot, folder, error);
}


void
pt_handover_record_sweep (PtSysroot *sysroot)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  path = pt_sysroot_logical_path (sysroot, PT_PLACE_RUN, PT_HANDOVER_RECORD);
  folder = g_path_get_dirname (path);
  pt_file_state_sweep (sysroot, path);
  pt_folder_remove_if_empty (sysroot, folder, NULL);
}
