/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-storage-members"

#include "config.h"

#include <string.h>

#include "pt-facts.h"
#include "pt-storage-private.h"

/* Drives of the host that nothing has opened: members of pools, volume groups and arrays that are
 * not assembled, encrypted drives that are closed, and the partition this boot was loaded from. */

/* https://uapi-group.org/specifications/: the loader says here which partition it came from. */
#define PT_STORAGE_LOADER "LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

#define PT_STORAGE_UDEV "udev/data"


void
pt_storage_parse_crypttab (const char *text,
                           GPtrArray  *mounts)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (text != NULL);
  g_return_if_fail (mounts != NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = pt_storage_split (lines[i]);

      /* `name source key options`; a source may lack its quotes or have them. */
      if (g_strv_length (words) >= 2 && *words[0] != '#')
        pt_storage_add_mount (mounts, "[luks]", words[1], NULL, NULL);
    }
}


const char *
pt_storage_parse_member (const char *text)
{
  static const struct
  {
    const char *type;
    const char *place;
  } members[] = {
    { "LVM2_member", "[lvm]" },
    { "LVM1_member", "[lvm]" },
    { "linux_raid_member", "[raid]" },
    { "isw_raid_member", "[raid]" },
    { "ddf_raid_member", "[raid]" },
    { "crypto_LUKS", "[luks]" },
    { "zfs_member", "[zfs]" },
    { "bcache", "[bcache]" },
    { "bcachefs", "[bcachefs]" },
  };
  const char *at = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  at = g_str_has_prefix (text, "E:ID_FS_TYPE=") ? text : strstr (text, "\nE:ID_FS_TYPE=");
  if (at == NULL)
    return NULL;
  at = strchr (at, '=') + 1;
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      gsize length = strlen (members[i].type);

      if (strncmp (at, members[i].type, length) == 0 && (at[length] == '\n' || at[length] == '\0'))
        return members[i].place;
    }
  return NULL;
}


char *
pt_storage_udev_name (PtStorage  *self,
                      const char *block)
{
  g_autofree char *number_name = g_build_filename (block, "dev", NULL);
  g_autofree char *number =
    pt_sysroot_read_text (self->sysroot, PT_PLACE_BLOCK_CLASS, number_name, NULL);

  if (number == NULL || strchr (number, '/') != NULL)
    return NULL;
  return g_strconcat (PT_STORAGE_UDEV "/b", number, NULL);
}


/* What udev found on @block, NULL if it says nothing. */
static char *
pt_storage_read_udev (PtStorage  *self,
                      const char *block)
{
  g_autofree char *name = pt_storage_udev_name (self, block);

  return name != NULL ? pt_sysroot_read_text (self->sysroot, PT_PLACE_RUN, name, NULL) : NULL;
}


/* A pool names no drives: every member of any pool carries each of its file systems. FALSE where
 * none was found. */
static gboolean
pt_storage_mark_pool (PtStorage  *self,
                      GPtrArray  *members,
                      const char *place)
{
  for (guint i = 0; i < members->len; i++)
    pt_storage_mark (self, g_ptr_array_index (members, i), place, 0);
  return members->len > 0;
}


/* TRUE if @block is a drive's own, so that a pool could lie on it. */
static gboolean
pt_storage_is_physical (const char *block)
{
  static const char *const others[] = { "loop", "zram", "ram", "nbd", "rbd", "drbd", "dm-", "md",
                                        "sr", "fd", "zd", "bcache" };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      if (g_str_has_prefix (block, others[i]))
        return FALSE;
    }
  /* A hidden path of native multipath has no number and no record. */
  return !(g_str_has_prefix (block, "nvme") && strchr (block, 'c') != NULL);
}


static void
pt_storage_mark_pools (PtStorage *self,
                       GPtrArray *pools,
                       gboolean   complete)
{
  for (guint i = 0; i < self->mounts->len; i++)
    {
      const PtMount *mount = g_ptr_array_index (self->mounts, i);

      if (g_strcmp0 (mount->type, "zfs") == 0 &&
          (!pt_storage_mark_pool (self, pools, mount->place) || !complete))
        self->lost = TRUE;
    }
}


void
pt_storage_mark_idle (PtStorage *self)
{
  g_autoptr (GPtrArray) pools = g_ptr_array_new ();
  gboolean complete = TRUE;

  for (guint i = 0; self->blocks != NULL && self->blocks[i] != NULL; i++)
    {
      g_autofree char *text = pt_storage_read_udev (self, self->blocks[i]);
      const char      *place = text != NULL ? pt_storage_parse_member (text) : NULL;

      complete = complete && (text != NULL || !pt_storage_is_physical (self->blocks[i]));
      if (g_strcmp0 (place, "[zfs]") == 0)
        g_ptr_array_add (pools, self->blocks[i]);
      if (place != NULL)
        pt_storage_mark (self, self->blocks[i], place, 0);
    }
  pt_storage_mark_pools (self, pools, complete);
  /* Where udev's records are out of sight no drive can be called free. */
  if (pt_sysroot_is_real (self->sysroot) &&
      !pt_sysroot_exists (self->sysroot, PT_PLACE_RUN, PT_STORAGE_UDEV))
    self->lost = TRUE;
}


void
pt_storage_mark_loader (PtStorage *self)
{
  gsize            length = 0;
  g_autofree char *bytes =
    pt_sysroot_read (self->sysroot, PT_PLACE_EFI_VARIABLES, PT_STORAGE_LOADER, &length, NULL);
  g_autofree char *uuid = bytes != NULL ? pt_boot_parse_efi_text (bytes, length) : NULL;
  g_autofree char *source = uuid != NULL ? g_strconcat ("PARTUUID=", uuid, NULL) : NULL;
  g_autofree char *block = NULL;
  PtMount          mount = { NULL, source, NULL, NULL };

  if (source == NULL)
    return;
  block = pt_storage_find_block (self, &mount);
  if (block != NULL)
    pt_storage_mark (self, block, "[boot]", 0);
}
