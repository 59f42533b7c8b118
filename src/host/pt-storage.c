/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-storage"

#include "config.h"

#include "pt-storage.h"

#include <string.h>

#include "pt-pci-scan.h"
#include "pt-storage-private.h"

/* More levels of mappings than this is a loop. */
#define PT_STORAGE_MAX_DEPTH 16

void
pt_mount_free (PtMount *self)
{
  if (self == NULL)
    return;
  g_free (self->place);
  g_free (self->source);
  g_free (self->type);
  g_free (self->number);
  g_free (self);
}


static void
pt_use_clear (gpointer data)
{
  PtUse *use = data;

  g_free (use->place);
}


static gboolean
pt_storage_is_octal (const char *text)
{
  return strspn (text, "01234567") >= 3 && *text <= '3' && !g_str_has_prefix (text, "000");
}


/* `\040` is a blank: blanks, tabs, line ends and backslashes are written so in /proc and fstab. A
 * backslash in front of anything else is one. */
static char *
pt_storage_unescape (const char *text)
{
  g_autoptr (GString) plain = g_string_sized_new (strlen (text));

  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '\\' && pt_storage_is_octal (c + 1))
        {
          g_string_append_c (plain, (char)((c[1] - '0') * 64 + (c[2] - '0') * 8 + (c[3] - '0')));
          c += 3;
        }
      else
        g_string_append_c (plain, *c);
    }
  return g_utf8_make_valid (plain->str, -1);
}


void
pt_storage_add_mount (GPtrArray  *mounts,
                      const char *place,
                      const char *source,
                      const char *type,
                      const char *number)
{
  PtMount *mount = g_new0 (PtMount, 1);

  mount->place = pt_storage_unescape (place);
  mount->source = pt_storage_unescape (source);
  mount->type = g_strdup (type);
  mount->number = g_strdup (number);
  g_ptr_array_add (mounts, mount);
}


/* The words of a line, runs of blanks and tabs between them. */
char **
pt_storage_split (const char *line)
{
  g_auto (GStrv) raw = g_strsplit_set (line, " \t", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (guint i = 0; raw[i] != NULL; i++)
    {
      if (*raw[i] != '\0')
        g_ptr_array_add (words, g_strdup (raw[i]));
    }
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
}


/* `27 1 259:2 / / rw shared:1 - ext4 /dev/nvme0n1p2 rw`: optional fields end at the dash
 * (proc(5)). */
static void
pt_storage_parse_mount (const char *line,
                        GPtrArray  *mounts)
{
  g_auto (GStrv) words = pt_storage_split (line);
  guint count = g_strv_length (words);
  guint dash = 6;

  while (dash < count && !g_str_equal (words[dash], "-"))
    dash++;
  if (dash + 2 < count)
    pt_storage_add_mount (mounts, words[4], words[dash + 2], words[dash + 1], words[2]);
}


void
pt_storage_parse_mountinfo (const char *text,
                            GPtrArray  *mounts)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (text != NULL);
  g_return_if_fail (mounts != NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    pt_storage_parse_mount (lines[i], mounts);
}


void
pt_storage_parse_swaps (const char *text,
                        GPtrArray  *mounts)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (text != NULL);
  g_return_if_fail (mounts != NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = pt_storage_split (lines[i]);

      /* The first line is a heading, and a swap file lies on a mount. */
      if (g_strv_length (words) >= 2 && g_str_equal (words[1], "partition"))
        pt_storage_add_mount (mounts, "[swap]", words[0], NULL, NULL);
    }
}


void
pt_storage_parse_fstab (const char *text,
                        GPtrArray  *mounts)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (text != NULL);
  g_return_if_fail (mounts != NULL);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = pt_storage_split (lines[i]);

      if (g_strv_length (words) < 3 || *words[0] == '#')
        continue;
      pt_storage_add_mount (mounts, g_str_equal (words[2], "swap") ? "[swap]" : words[1], words[0],
                            words[2], NULL);
    }
}


static char *
pt_storage_read_block (PtStorage  *self,
                       const char *block,
                       const char *attribute)
{
  g_autofree char *name = g_build_filename (block, attribute, NULL);

  return pt_sysroot_read_text (self->sysroot, PT_PLACE_BLOCK_CLASS, name, NULL);
}


static void
pt_storage_read_blocks (PtStorage *self)
{
  self->blocks = pt_sysroot_list (self->sysroot, PT_PLACE_BLOCK_CLASS, NULL, NULL);
  for (guint i = 0; self->blocks != NULL && self->blocks[i] != NULL; i++)
    {
      char *number = pt_storage_read_block (self, self->blocks[i], "dev");
      char *mapped = NULL;

      if (number != NULL)
        g_hash_table_insert (self->numbers, number, self->blocks[i]);
      if (g_str_has_prefix (self->blocks[i], "dm-"))
        mapped = pt_storage_read_block (self, self->blocks[i], "dm/name");
      if (mapped != NULL)
        g_hash_table_insert (self->mapped, mapped, self->blocks[i]);
    }
}


static gboolean
pt_storage_has_block (PtStorage  *self,
                      const char *name)
{
  return self->blocks != NULL && g_strv_contains ((const char *const *)self->blocks, name);
}


/* udev writes a blank as `\x20`, and so all but letters, digits and a few signs
 * (encode_devnode_name()). The UUIDs of partitions are lower case whatever the table says. */
static char *
pt_storage_encode (const char *value,
                   gboolean    lower)
{
  GString *text = g_string_new (NULL);

  for (const char *at = value; *at != '\0'; at++)
    {
      if (g_ascii_isalnum (*at) || strchr ("#+-.:=@_", *at) != NULL || (guchar)*at >= 0x80)
        g_string_append_c (text, lower ? g_ascii_tolower (*at) : *at);
      else
        g_string_append_printf (text, "\\x%02x", (guchar)*at);
    }
  return g_string_free (text, FALSE);
}


/* `UUID=…` and its kind as the name below /dev; NULL for what is not a device. */
static char *
pt_storage_device_name (const char *source)
{
  static const struct
  {
    const char *tag;
    const char *folder;
  } tags[] = {
    { "UUID=", "disk/by-uuid" },
    { "LABEL=", "disk/by-label" },
    { "PARTUUID=", "disk/by-partuuid" },
    { "PARTLABEL=", "disk/by-partlabel" },
    { "ID=", "disk/by-id" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      if (g_str_has_prefix (source, tags[i].tag))
        {
          g_autofree char *value = g_shell_unquote (source + strlen (tags[i].tag), NULL);
          g_autofree char *encoded =
            value != NULL ? pt_storage_encode (value, g_str_has_prefix (source, "PARTUUID="))
                          : NULL;

          return encoded != NULL ? g_build_filename (tags[i].folder, encoded, NULL) : NULL;
        }
    }
  return g_str_has_prefix (source, "/dev/") ? g_strdup (source + 5) : NULL;
}


char *
pt_storage_find_block (PtStorage     *self,
                       const PtMount *mount)
{
  const char *block =
    mount->number != NULL ? g_hash_table_lookup (self->numbers, mount->number) : NULL;
  g_autofree char *name = NULL;
  g_autofree char *target = NULL;
  g_autofree char *base = NULL;

  if (block != NULL)
    return g_strdup (block);
  name = pt_storage_device_name (mount->source);
  if (name == NULL)
    return NULL;
  base = g_path_get_basename (name);
  if (g_str_has_prefix (name, "mapper/") && g_hash_table_contains (self->mapped, base))
    return g_strdup (g_hash_table_lookup (self->mapped, base));
  target = pt_sysroot_read_link (self->sysroot, PT_PLACE_DEV, name, NULL);
  if (target != NULL && pt_storage_has_block (self, target))
    return g_steal_pointer (&target);
  return pt_storage_has_block (self, name) ? g_steal_pointer (&name) : NULL;
}


static gboolean
pt_storage_add_use (PtStorage  *self,
                    const char *block,
                    const char *place);


/* With native multipath `nvme0n1` belongs to a subsystem and to no controller; its paths, one for
 * each controller, are beside it as `nvme0c0n1` (kernel: drivers/nvme/host/multipath.c). */
static gboolean
pt_storage_add_paths (PtStorage  *self,
                      const char *block,
                      const char *place)
{
  gsize            subsystem = strcspn (block + strlen ("nvme"), "n") + strlen ("nvme");
  gsize            space = strspn (block + subsystem, "n0123456789");
  g_autofree char *prefix = g_strdup_printf ("%.*sc", (int)subsystem, block);
  g_autofree char *suffix = g_strndup (block + subsystem, space);
  gboolean         found = FALSE;

  for (guint i = 0; self->blocks != NULL && self->blocks[i] != NULL; i++)
    {
      if (g_str_has_prefix (self->blocks[i], prefix) &&
          g_strcmp0 (strchr (self->blocks[i] + strlen (prefix), 'n'), suffix) == 0)
        found = pt_storage_add_use (self, self->blocks[i], place) || found;
    }
  return found;
}


static gboolean
pt_storage_add_use (PtStorage  *self,
                    const char *block,
                    const char *place)
{
  g_autofree char *link =
    pt_sysroot_read_link_text (self->sysroot, PT_PLACE_BLOCK_CLASS, block, NULL);
  PtUse use = { 0 };

  if (link != NULL && strstr (link, "/nvme-subsystem/") != NULL)
    return pt_storage_add_paths (self, block, place);
  if (link == NULL || !pt_pci_scan_parse_link (link, &use.address))
    return FALSE;
  use.place = g_strdup (place);
  g_array_append_val (self->uses, use);
  return TRUE;
}


/* Marks the controllers below @block: its own, or those of what it is mapped on. TRUE if all were
 * found. */
gboolean
pt_storage_mark (PtStorage  *self,
                 const char *block,
                 const char *place,
                 guint       depth)
{
  g_autofree char *folder = g_build_filename (block, "slaves", NULL);
  g_auto (GStrv) slaves = pt_sysroot_list (self->sysroot, PT_PLACE_BLOCK_CLASS, folder, NULL);
  gboolean all = TRUE;

  if (depth > PT_STORAGE_MAX_DEPTH)
    return FALSE;
  if (slaves == NULL || *slaves == NULL)
    return pt_storage_add_use (self, block, place);

  for (guint i = 0; slaves[i] != NULL; i++)
    all = pt_storage_mark (self, slaves[i], place, depth + 1) && all;
  return all;
}


/* A Btrfs names one of its disks as the source; the others are in its own folder. */
static void
pt_storage_mark_btrfs (PtStorage  *self,
                       const char *block,
                       const char *place)
{
  g_auto (GStrv) systems = pt_sysroot_list (self->sysroot, PT_PLACE_ROOT, "sys/fs/btrfs", NULL);

  for (guint i = 0; systems != NULL && systems[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename ("sys/fs/btrfs", systems[i], "devices", NULL);
      g_auto (GStrv) members = pt_sysroot_list (self->sysroot, PT_PLACE_ROOT, folder, NULL);

      if (members == NULL || !g_strv_contains ((const char *const *)members, block))
        continue;
      for (guint j = 0; members[j] != NULL; j++)
        pt_storage_mark (self, members[j], place, 0);
    }
}


/* Block devices that are on no drive of their own: in memory, in a file, on the network. */
static gboolean
pt_storage_is_made_up (const char *block)
{
  static const char *const prefixes[] = { "loop", "zram", "ram", "nbd", "rbd", "drbd" };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      if (g_str_has_prefix (block, prefixes[i]))
        return TRUE;
    }
  return FALSE;
}


/* `/dev/sda:/dev/sdb`: bcachefs names all its drives. FALSE if one was not found. */
static gboolean
pt_storage_mark_list (PtStorage     *self,
                      const PtMount *mount)
{
  g_auto (GStrv) sources = g_strsplit (mount->source, ":", -1);
  gboolean all = *sources != NULL;

  for (guint i = 0; sources[i] != NULL; i++)
    {
      PtMount          one = { NULL, sources[i], NULL, NULL };
      g_autofree char *block = pt_storage_find_block (self, &one);

      all = block != NULL && pt_storage_mark (self, block, mount->place, 0) && all;
    }
  return all;
}


static void
pt_storage_mark_mounts (PtStorage *self,
                        GPtrArray *mounts)
{
  for (guint i = 0; i < mounts->len; i++)
    {
      const PtMount   *mount = g_ptr_array_index (mounts, i);
      g_autofree char *block = pt_storage_find_block (self, mount);

      if (block == NULL)
        {
          if (g_strcmp0 (mount->type, "bcachefs") == 0 && !pt_storage_mark_list (self, mount))
            self->lost = TRUE;
          continue;
        }
      if (!pt_storage_mark (self, block, mount->place, 0) && !pt_storage_is_made_up (block))
        self->lost = TRUE;
      if (g_strcmp0 (mount->type, "btrfs") == 0)
        pt_storage_mark_btrfs (self, block, mount->place);
    }
}


/* What holds a block device, in one word for people. */
static const char *
pt_storage_holder_kind (PtStorage  *self,
                        const char *holder)
{
  g_autofree char *uuid = NULL;

  if (g_str_has_prefix (holder, "md"))
    return "[raid]";
  uuid = pt_storage_read_block (self, holder, "dm/uuid");
  if (uuid != NULL && g_str_has_prefix (uuid, "CRYPT-"))
    return "[luks]";
  if (uuid != NULL && g_str_has_prefix (uuid, "LVM-"))
    return "[lvm]";
  return "[mapped]";
}


/* Members of RAID, LVM and LUKS belong to the host even while nothing on them is mounted. */
static void
pt_storage_mark_members (PtStorage *self)
{
  for (guint i = 0; self->blocks != NULL && self->blocks[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename (self->blocks[i], "holders", NULL);
      g_auto (GStrv) holders = pt_sysroot_list (self->sysroot, PT_PLACE_BLOCK_CLASS, folder, NULL);

      if (holders != NULL && *holders != NULL)
        pt_storage_mark (self, self->blocks[i], pt_storage_holder_kind (self, *holders), 0);
    }
}


PtStorage *
pt_storage_read (PtSysroot *sysroot)
{
  PtStorage       *self = g_new0 (PtStorage, 1);
  g_autofree char *mountinfo =
    pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "self/mountinfo", NULL);
  g_autofree char *swaps = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "swaps", NULL);
  g_autofree char *fstab = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "fstab", NULL);
  g_autofree char *crypttab = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "crypttab", NULL);

  self->sysroot = g_object_ref (sysroot);
  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->mapped = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->planned = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_mount_free);
  self->mounts = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_mount_free);
  self->uses = g_array_new (FALSE, FALSE, sizeof (PtUse));
  g_array_set_clear_func (self->uses, pt_use_clear);

  pt_storage_read_blocks (self);
  if (mountinfo != NULL)
    pt_storage_parse_mountinfo (mountinfo, self->mounts);
  self->known = self->mounts->len > 0 && self->blocks != NULL;
  if (swaps != NULL)
    pt_storage_parse_swaps (swaps, self->planned);
  if (fstab != NULL)
    pt_storage_parse_fstab (fstab, self->planned);
  if (crypttab != NULL)
    pt_storage_parse_crypttab (crypttab, self->planned);
  pt_storage_mark_mounts (self, self->mounts);
  pt_storage_mark_mounts (self, self->planned);
  pt_storage_mark_members (self);
  pt_storage_mark_idle (self);
  pt_storage_mark_loader (self);
  return self;
}


void
pt_storage_free (PtStorage *self)
{
  g_object_unref (self->sysroot);
  g_hash_table_unref (self->numbers);
  g_hash_table_unref (self->mapped);
  g_strfreev (self->blocks);
  g_ptr_array_unref (self->mounts);
  g_ptr_array_unref (self->planned);
  g_array_unref (self->uses);
  g_free (self);
}


gboolean
pt_storage_is_known (PtStorage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->known;
}


gboolean
pt_storage_is_complete (PtStorage *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->known && !self->lost;
}


gboolean
pt_storage_is_resolved (PtStorage  *self,
                        const char *place)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (place != NULL, FALSE);

  for (guint i = 0; i < self->uses->len; i++)
    {
      if (g_str_equal (g_array_index (self->uses, PtUse, i).place, place))
        return TRUE;
    }
  return FALSE;
}


static int
pt_storage_compare (gconstpointer a,
                    gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}


char **
pt_storage_get_uses (PtStorage       *self,
                     const PtAddress *address)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new ();

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (address != NULL, NULL);

  for (guint i = 0; i < self->uses->len; i++)
    {
      const PtUse *use = &g_array_index (self->uses, PtUse, i);

      if (pt_address_equal (&use->address, address) &&
          !g_ptr_array_find_with_equal_func (places, use->place, g_str_equal, NULL))
        g_ptr_array_add (places, use->place);
    }
  g_ptr_array_sort (places, pt_storage_compare);
  g_ptr_array_add (places, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&places), FALSE);
}


const PtMount *
pt_storage_find_mount (PtStorage  *self,
                       const char *path)
{
  const PtMount *best = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  /* The longest place wins, and of equal ones the last, which covers the others. */
  for (guint i = 0; i < self->mounts->len; i++)
    {
      const PtMount *mount = g_ptr_array_index (self->mounts, i);
      gsize          length = strlen (mount->place);

      if (g_str_has_prefix (path, mount->place) &&
          (path[length] == '\0' || path[length] == '/' || g_str_equal (mount->place, "/")) &&
          (best == NULL || length >= strlen (best->place)))
        best = mount;
    }
  return best;
}


static gboolean
pt_storage_block_is_mapping (const char *block)
{
  return g_str_has_prefix (block, "dm-") || g_str_has_prefix (block, "md") ||
         g_str_has_prefix (block, "loop");
}


gboolean
pt_storage_is_plain (PtStorage     *self,
                     const PtMount *mount)
{
  g_autofree char *block = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (mount != NULL, FALSE);

  block = pt_storage_find_block (self, mount);
  return block != NULL && !pt_storage_block_is_mapping (block);
}


gboolean
pt_storage_is_mapped (PtStorage     *self,
                      const PtMount *mount)
{
  g_autofree char *block = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (mount != NULL, FALSE);

  block = pt_storage_find_block (self, mount);
  return block != NULL && pt_storage_block_is_mapping (block);
}
