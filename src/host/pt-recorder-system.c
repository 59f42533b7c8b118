/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-recorder-system"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-facts.h"
#include "pt-recorder-private.h"
#include "pt-storage-private.h"

/* The part of a recording that is made up to say the same: drives and start-up. */


static void
pt_recorder_add_relations (PtStorage  *storage,
                           const char *block,
                           const char *path,
                           const char *folder,
                           GString    *text)
{
  g_autofree char *name = g_build_filename (block, folder, NULL);
  g_autofree char *sys = pt_sysroot_logical_path (storage->sysroot, PT_PLACE_ROOT, "sys");
  g_auto (GStrv) others = pt_sysroot_list (storage->sysroot, PT_PLACE_BLOCK_CLASS, name, NULL);

  for (guint i = 0; others != NULL && others[i] != NULL; i++)
    g_string_append_printf (text, "D: %s%s/%s/%s\n", sys, path, folder, others[i]);
}


/* Names of mappings hold the host's name often enough; only the kind of their UUID is told. */
static void
pt_recorder_add_block (PtStorage  *storage,
                       const char *block,
                       GString    *text)
{
  g_autofree char *link =
    pt_sysroot_read_link_text (storage->sysroot, PT_PLACE_BLOCK_CLASS, block, NULL);
  g_autofree char *path = pt_recorder_device_path (link);
  g_autofree char *number_name = g_build_filename (block, "dev", NULL);
  g_autofree char *number =
    pt_sysroot_read_text (storage->sysroot, PT_PLACE_BLOCK_CLASS, number_name, NULL);
  g_autofree char *uuid_name = g_build_filename (block, "dm/uuid", NULL);
  g_autofree char *uuid =
    pt_sysroot_read_text (storage->sysroot, PT_PLACE_BLOCK_CLASS, uuid_name, NULL);

  if (path == NULL)
    return;
  g_string_append_printf (text, "P: %s\nE: SUBSYSTEM=block\n", path);
  if (number != NULL)
    g_string_append_printf (text, "A: dev=%s\n", number);
  if (uuid != NULL && g_str_has_prefix (uuid, "CRYPT-"))
    g_string_append (text, "A: dm/uuid=CRYPT-removed\n");
  else if (uuid != NULL && g_str_has_prefix (uuid, "LVM-"))
    g_string_append (text, "A: dm/uuid=LVM-removed\n");
  g_string_append_c (text, '\n');
  pt_recorder_add_relations (storage, block, path, "slaves", text);
  pt_recorder_add_relations (storage, block, path, "holders", text);
  g_string_append_c (text, '\n');
}


/* Mounts on block devices, and `/` in any case; @table adds a line each. */
static void
pt_recorder_add_mounts (PtStorage *storage,
                        GString   *text)
{
  g_autofree char *path =
    pt_sysroot_logical_path (storage->sysroot, PT_PLACE_PROC, "self/mountinfo");

  if (storage->mounts->len == 0)
    return;
  g_string_append_printf (text, "F: %s\n", path);
  for (guint i = 0; i < storage->mounts->len; i++)
    {
      const PtMount   *mount = g_ptr_array_index (storage->mounts, i);
      g_autofree char *block = pt_storage_find_block (storage, mount);
      g_autofree char *place = pt_recorder_scrub_place (mount->place, i);

      if (block != NULL || g_str_equal (mount->place, "/"))
        g_string_append_printf (text, "|%u 1 %s / %s rw - %s %s%s\n", 20 + i, mount->number,
                                place, mount->type, block != NULL ? "/dev/" : "none",
                                block != NULL ? block : "");
    }
  g_string_append_c (text, '\n');
}


/* A closed drive of the crypttab is told by its own file, all others by the fstab. */
static gboolean
pt_recorder_is_closed (const PtMount *mount)
{
  return g_str_equal (mount->place, "[luks]");
}


static void
pt_recorder_add_closed (PtStorage *storage,
                        GString   *text)
{
  g_autofree char *path = pt_sysroot_logical_path (storage->sysroot, PT_PLACE_ETC, "crypttab");

  g_string_append_printf (text, "F: %s\n", path);
  for (guint i = 0; i < storage->planned->len; i++)
    {
      const PtMount   *mount = g_ptr_array_index (storage->planned, i);
      g_autofree char *block = pt_storage_find_block (storage, mount);

      if (block != NULL && pt_recorder_is_closed (mount))
        g_string_append_printf (text, "|closed%u /dev/%s none luks\n", i, block);
    }
  g_string_append_c (text, '\n');
}


/* Of udev's record only what makes a block device a member of something. */
static void
pt_recorder_add_member (PtStorage  *storage,
                        const char *block,
                        GString    *text)
{
  g_autofree char *name = pt_storage_udev_name (storage, block);
  g_autofree char *path =
    name != NULL ? pt_sysroot_logical_path (storage->sysroot, PT_PLACE_RUN, name) : NULL;
  g_autofree char *record =
    name != NULL ? pt_sysroot_read_text (storage->sysroot, PT_PLACE_RUN, name, NULL) : NULL;
  const char *type = NULL;

  if (record == NULL)
    return;
  type = pt_storage_parse_member (record) != NULL ? strstr (record, "E:ID_FS_TYPE=") : NULL;
  g_string_append_printf (text, "F: %s\n", path);
  if (type != NULL)
    g_string_append_printf (text, "|%.*s\n", (int)strcspn (type, "\n"), type);
  g_string_append_c (text, '\n');
}


static void
pt_recorder_add_planned (PtStorage *storage,
                         GString   *text)
{
  g_autofree char *path = pt_sysroot_logical_path (storage->sysroot, PT_PLACE_ETC, "fstab");

  g_string_append_printf (text, "F: %s\n", path);
  for (guint i = 0; i < storage->planned->len; i++)
    {
      const PtMount   *mount = g_ptr_array_index (storage->planned, i);
      g_autofree char *block = pt_storage_find_block (storage, mount);
      g_autofree char *place = pt_recorder_scrub_place (mount->place, 100 + i);

      if (block != NULL && !pt_recorder_is_closed (mount))
        g_string_append_printf (text, "|/dev/%s %s %s defaults 0 0\n", block,
                                g_str_equal (place, "[swap]") ? "none" : place,
                                g_str_equal (place, "[swap]") ? "swap" : mount->type);
    }
  g_string_append_c (text, '\n');
}


/* Mounted and planned at the same place must stay one place. */
static void
pt_recorder_unify_places (PtStorage *storage)
{
  for (guint i = storage->planned->len; i > 0; i--)
    {
      const PtMount *planned = g_ptr_array_index (storage->planned, i - 1);

      for (guint j = 0; j < storage->mounts->len; j++)
        {
          const PtMount *mount = g_ptr_array_index (storage->mounts, j);

          if (g_str_equal (mount->place, planned->place))
            {
              g_ptr_array_remove_index (storage->planned, i - 1);
              break;
            }
        }
    }
}


void
pt_recorder_add_storage (PtSysroot *sysroot,
                         GString   *text)
{
  g_autoptr (PtStorage) storage = pt_storage_read (sysroot);
  g_auto (GStrv) systems = pt_sysroot_list (sysroot, PT_PLACE_ROOT, "sys/fs/btrfs", NULL);
  g_autofree char *btrfs = pt_sysroot_logical_path (sysroot, PT_PLACE_ROOT, "sys/fs/btrfs");

  for (guint i = 0; storage->blocks != NULL && storage->blocks[i] != NULL; i++)
    {
      pt_recorder_add_block (storage, storage->blocks[i], text);
      pt_recorder_add_member (storage, storage->blocks[i], text);
    }
  for (guint i = 0; systems != NULL && systems[i] != NULL; i++)
    {
      g_autofree char *folder = g_build_filename ("sys/fs/btrfs", systems[i], "devices", NULL);
      g_auto (GStrv) members = pt_sysroot_list (sysroot, PT_PLACE_ROOT, folder, NULL);

      for (guint j = 0; members != NULL && members[j] != NULL; j++)
        g_string_append_printf (text, "D: %s/%u/devices/%s\n", btrfs, i, members[j]);
    }
  pt_recorder_unify_places (storage);
  pt_recorder_add_mounts (storage, text);
  pt_recorder_add_planned (storage, text);
  pt_recorder_add_closed (storage, text);
}


void
pt_recorder_add_program (PtProgram   program,
                         const char *remark,
                         GString    *text)
{
  g_string_append_printf (text,
                          "X: /usr/sbin/%s\n|#!/bin/sh\n|# recorded by name only%s\n|exit 1\n\n",
                          pt_program_get_name (program), remark);
}


/* The mode of what is there and leaves an ordinary user nothing; else 0. */
static guint
pt_recorder_closed_mode (PtSysroot  *sysroot,
                         PtPlace     place,
                         const char *name)
{
  g_autofree char *path = pt_sysroot_path (sysroot, place, name);
  struct stat      info = { 0 };

  if (path == NULL || stat (path, &info) != 0 || (info.st_mode & 0055) != 0)
    return 0;
  return info.st_mode & 0700;
}


/* Empty files, by the names that detection looks for. */
static void
pt_recorder_add_marker (PtSysroot  *sysroot,
                        PtPlace     place,
                        const char *name,
                        const char *content,
                        GString    *text)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, place, name);
  guint            mode = pt_recorder_closed_mode (sysroot, place, name);
  g_autofree char *closed = g_strdup_printf ("%s %04o", path, mode);

  pt_recorder_add_file (text, mode != 0 ? closed : path, content);
}


/* An entry, unless only root may read them: what the loader says of itself is recorded as well. */
static void
pt_recorder_add_entry (PtSysroot *sysroot,
                       GString   *text)
{
  static const char folder[] = "loader/entries";
  g_autofree char  *info = pt_boot_read_loader_variable (sysroot, "LoaderInfo");
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_BOOT, folder, NULL);

  if (info == NULL || names != NULL)
    pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "loader/entries/recorded.conf", "", text);
}


/* The user's kernel parameters are what a plan works on; nothing else of the file is told. */
static void
pt_recorder_add_grub (PtSysroot         *sysroot,
                      const PtHostFacts *facts,
                      GString           *text)
{
  static const char *const keys[] = { "GRUB_CMDLINE_LINUX_DEFAULT", "GRUB_CMDLINE_LINUX" };
  g_autofree char         *config = NULL;
  g_autoptr (GString) content = g_string_new (NULL);

  config = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "default/grub", NULL);
  for (gsize i = 0; config != NULL && i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *value = pt_facts_parse_assignment (config, keys[i]);
      g_autofree char *scrubbed = value != NULL ? pt_recorder_scrub_command_line (value) : NULL;
      g_autofree char *quoted = scrubbed != NULL ? g_shell_quote (scrubbed) : NULL;

      if (quoted != NULL)
        g_string_append_printf (content, "%s=%s\n", keys[i], quoted);
    }
  pt_recorder_add_marker (sysroot, PT_PLACE_ETC, "default/grub", content->str, text);
  pt_recorder_add_program (PT_PROGRAM_UPDATE_GRUB, "", text);
  pt_recorder_add_program (PT_PROGRAM_GRUB_MKCONFIG,
                           facts->grub_drop_in ? "; reads default/grub.d" : "", text);
  if (facts->trial_boot)
    {
      pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "grub/grub.cfg", "# next_entry custom.cfg\n",
                              text);
      pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "grub/grubenv",
                              "# GRUB Environment Block\n", text);
    }
}


/* What lets GRUB start one of its entries once. */
static void
pt_recorder_add_bls (PtSysroot         *sysroot,
                     const PtHostFacts *facts,
                     GString           *text)
{
  pt_recorder_add_program (PT_PROGRAM_GRUBBY, "", text);
  pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "loader/entries/recorded.conf", "", text);
  if (!facts->trial_boot)
    return;
  pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "grub2/grub.cfg", "# next_entry blscfg\n", text);
  pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "grub2/grubenv",
                          "# GRUB Environment Block\nsaved_entry=recorded\n", text);
}


static void
pt_recorder_add_loader (PtSysroot         *sysroot,
                        const PtHostFacts *facts,
                        GString           *text)
{
  switch (facts->boot_loader)
    {
    case PT_BOOT_LOADER_GRUB:
      pt_recorder_add_grub (sysroot, facts, text);
      break;
    case PT_BOOT_LOADER_GRUB_BLS:
      pt_recorder_add_bls (sysroot, facts, text);
      break;
    case PT_BOOT_LOADER_SYSTEMD_BOOT:
      pt_recorder_add_entry (sysroot, text);
      break;
    case PT_BOOT_LOADER_KERNELSTUB:
      pt_recorder_add_program (PT_PROGRAM_KERNELSTUB, "", text);
      pt_recorder_add_marker (sysroot, PT_PLACE_ETC, "kernelstub/configuration", "", text);
      break;
    case PT_BOOT_LOADER_RPM_OSTREE:
      pt_recorder_add_marker (sysroot, PT_PLACE_RUN, "ostree-booted", "", text);
      break;
    case PT_BOOT_LOADER_LIMINE:
      pt_recorder_add_marker (sysroot, PT_PLACE_ETC, "default/limine", "", text);
      break;
    case PT_BOOT_LOADER_SDBOOTUTIL:
      pt_recorder_add_program (PT_PROGRAM_SDBOOTUTIL, "", text);
      pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "efi/loader/entries/recorded.conf", "", text);
      break;
    case PT_BOOT_LOADER_UKI:
      pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "EFI/Linux/recorded.efi", "", text);
      break;
    case PT_BOOT_LOADER_REFIND:
      pt_recorder_add_marker (sysroot, PT_PLACE_BOOT, "refind_linux.conf", "", text);
      break;
    case PT_BOOT_LOADER_NIXOS:
      pt_recorder_add_marker (sysroot, PT_PLACE_ETC, "NIXOS", "", text);
      break;
    case PT_BOOT_LOADER_UNKNOWN:
    default:
      break;
    }
}


static void
pt_recorder_add_initramfs (PtSysroot         *sysroot,
                           const PtHostFacts *facts,
                           GString           *text)
{
  static const struct
  {
    PtInitramfs initramfs;
    PtProgram   program;
    const char *name;
    const char *content;
  } kinds[] = {
    { PT_INITRAMFS_INITRAMFS_TOOLS, PT_PROGRAM_UPDATE_INITRAMFS, "initramfs-tools/initramfs.conf",
      "" },
    { PT_INITRAMFS_DRACUT, PT_PROGRAM_DRACUT, "dracut.conf", "" },
    { PT_INITRAMFS_MKINITCPIO, PT_PROGRAM_MKINITCPIO, "mkinitcpio.conf", "HOOKS=(base udev)\n" },
    { PT_INITRAMFS_MKINITCPIO_SYSTEMD, PT_PROGRAM_MKINITCPIO, "mkinitcpio.conf",
      "HOOKS=(base systemd)\n" },
    { PT_INITRAMFS_BOOSTER, PT_PROGRAM_BOOSTER, "booster.yaml", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (kinds[i].initramfs != facts->initramfs)
        continue;
      pt_recorder_add_program (kinds[i].program, "", text);
      pt_recorder_add_marker (sysroot, PT_PLACE_ETC, kinds[i].name, kinds[i].content, text);
    }
}


/* A readable list must not come out empty, which would count as unreadable. */
static void
pt_recorder_add_modules (PtSysroot         *sysroot,
                         const PtHostFacts *facts,
                         GString           *text)
{
  static const char vfio[] = "kernel/drivers/vfio/pci/vfio-pci.ko";
  static const char other[] = "kernel/other.ko";
  gboolean          module = facts->vfio_available == PT_TRI_TRUE &&
                    facts->vfio_built_in != PT_TRI_TRUE;
  g_autofree char *dep = NULL;
  g_autofree char *builtin = NULL;
  g_autofree char *dep_text = g_strdup_printf ("%s:\n", module ? vfio : other);
  g_autofree char *builtin_text =
    g_strdup_printf ("%s\n", facts->vfio_built_in == PT_TRI_TRUE ? vfio : other);

  if (facts->kernel == NULL || facts->vfio_available == PT_TRI_UNKNOWN)
    return;
  dep = g_build_filename (facts->kernel, "modules.dep", NULL);
  builtin = g_build_filename (facts->kernel, "modules.builtin", NULL);
  pt_recorder_add_marker (sysroot, PT_PLACE_KERNEL_MODULES, dep, dep_text, text);
  if (facts->vfio_built_in != PT_TRI_UNKNOWN)
    pt_recorder_add_marker (sysroot, PT_PLACE_KERNEL_MODULES, builtin, builtin_text, text);
}


/* What only root may look into of /boot is closed in the recording too. Whoever recorded it may
 * have been no more than an ordinary user: then it is closed and empty, and root of the recording
 * finds nothing there either. */
static void
pt_recorder_add_closed_folders (PtSysroot *sysroot,
                                GString   *text)
{
  static const struct
  {
    PtPlace     place;
    const char *name;
  } folders[] = {
    { PT_PLACE_BOOT, "loader/entries" },
    { PT_PLACE_BOOT, "loader" },
    { PT_PLACE_BOOT, "efi" },
    { PT_PLACE_ROOT, "efi" },
    { PT_PLACE_BOOT, "grub" },
    { PT_PLACE_BOOT, "grub2" },
    { PT_PLACE_BOOT, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      guint            mode = pt_recorder_closed_mode (sysroot, folders[i].place, folders[i].name);
      g_autofree char *path = pt_sysroot_logical_path (sysroot, folders[i].place, folders[i].name);

      if (mode != 0)
        g_string_append_printf (text, "D: %s %04o\n\n", path, mode);
    }
}


void
pt_recorder_add_boot (PtSysroot         *sysroot,
                      const PtHostFacts *facts,
                      GString           *text)
{
  pt_recorder_add_loader (sysroot, facts, text);
  pt_recorder_add_initramfs (sysroot, facts, text);
  pt_recorder_add_closed_folders (sysroot, text);
  pt_recorder_add_modules (sysroot, facts, text);
  if (g_strcmp0 (facts->kvm_fix, "fix-kvm-missing") != 0)
    pt_recorder_add_marker (sysroot, PT_PLACE_DEV, "kvm",
                            facts->kvm_fix != NULL ? facts->kvm_fix : "", text);
  if (g_strcmp0 (facts->libvirt_fix, "fix-libvirt-missing") != 0)
    pt_recorder_add_marker (sysroot, PT_PLACE_LIBVIRT_SOCKETS, "libvirt-sock",
                            facts->libvirt_fix != NULL ? facts->libvirt_fix : "", text);
}
