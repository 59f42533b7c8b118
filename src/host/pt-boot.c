/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot"

#include "config.h"

#include <string.h>

#include "pt-facts.h"


static gboolean
pt_boot_has_program (PtSysroot *sysroot,
                     PtProgram  program)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, program);

  return path != NULL;
}


/* The program that makes grub.cfg says whether it reads the folder; Debian's does, upstream's
 * does not. */
static gboolean
pt_boot_reads_drop_ins (PtSysroot *sysroot)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, PT_PROGRAM_GRUB_MKCONFIG);
  g_autofree char *text = NULL;

  if (path == NULL)
    return FALSE;
  text = pt_sysroot_read_text (sysroot, PT_PLACE_ROOT, path, NULL);
  return text != NULL && strstr (text, "default/grub.d") != NULL;
}


gboolean
pt_boot_parse_mkinitcpio (const char *text)
{
  g_auto (GStrv) lines = NULL;
  gboolean systemd = FALSE;

  g_return_val_if_fail (text != NULL, FALSE);

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;

      g_strstrip (lines[i]);
      if (!g_str_has_prefix (lines[i], "HOOKS="))
        continue;
      words = g_strsplit_set (lines[i] + strlen ("HOOKS="), "()\"' \t", -1);
      systemd = g_strv_contains ((const char *const *)words, "systemd");
    }
  return systemd;
}


/* The main file, then the drop-ins, which override it. */
static gboolean
pt_boot_mkinitcpio_uses_systemd (PtSysroot *sysroot)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, "mkinitcpio.conf", NULL);
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_ETC, "mkinitcpio.conf.d", NULL);

  g_string_append (all, text != NULL ? text : "");
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename ("mkinitcpio.conf.d", names[i], NULL);
      g_autofree char *drop_in = NULL;

      if (!g_str_has_suffix (name, ".conf"))
        continue;
      drop_in = pt_sysroot_read_text (sysroot, PT_PLACE_ETC, name, NULL);
      g_string_append_printf (all, "\n%s", drop_in != NULL ? drop_in : "");
    }
  return pt_boot_parse_mkinitcpio (all->str);
}


/* Several installed at once: nothing says which one makes the image, so we do not either. */
static PtInitramfs
pt_boot_find_initramfs (PtSysroot *sysroot)
{
  gboolean tools = pt_boot_has_program (sysroot, PT_PROGRAM_UPDATE_INITRAMFS) &&
                   pt_sysroot_exists (sysroot, PT_PLACE_ETC, "initramfs-tools/initramfs.conf");
  gboolean dracut = pt_boot_has_program (sysroot, PT_PROGRAM_DRACUT) &&
                    (pt_sysroot_exists (sysroot, PT_PLACE_ETC, "dracut.conf") ||
                     pt_sysroot_exists (sysroot, PT_PLACE_ETC, "dracut.conf.d"));
  gboolean mkinitcpio = pt_boot_has_program (sysroot, PT_PROGRAM_MKINITCPIO) &&
                        pt_sysroot_exists (sysroot, PT_PLACE_ETC, "mkinitcpio.conf");
  gboolean booster = pt_boot_has_program (sysroot, PT_PROGRAM_BOOSTER) &&
                     pt_sysroot_exists (sysroot, PT_PLACE_ETC, "booster.yaml");

  if (tools + dracut + mkinitcpio + booster != 1)
    return PT_INITRAMFS_UNKNOWN;
  if (tools)
    return PT_INITRAMFS_INITRAMFS_TOOLS;
  if (dracut)
    return PT_INITRAMFS_DRACUT;
  if (booster)
    return PT_INITRAMFS_BOOSTER;
  return pt_boot_mkinitcpio_uses_systemd (sysroot) ? PT_INITRAMFS_MKINITCPIO_SYSTEMD
                                                   : PT_INITRAMFS_MKINITCPIO;
}


/* A one-shot entry heals itself only where GRUB can clear its mark: it must be able to write
 * grubenv, which takes a plain partition and a simple file system. */
static gboolean
pt_boot_grub_can_try (PtSysroot *sysroot,
                      PtStorage *storage)
{
  static const char *const systems[] = { "ext2", "ext3", "ext4", "xfs", "vfat", NULL };
  g_autofree char         *config = NULL;
  g_autofree char         *folder = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, "grub");
  const PtMount           *mount = pt_storage_find_mount (storage, folder);

  config = pt_sysroot_read_text (sysroot, PT_PLACE_BOOT, "grub/grub.cfg", NULL);
  return config != NULL && strstr (config, "next_entry") != NULL &&
         pt_sysroot_exists (sysroot, PT_PLACE_BOOT, "grub/grubenv") && mount != NULL &&
         mount->type != NULL && g_strv_contains (systems, mount->type) &&
         pt_storage_is_plain (storage, mount);
}


void
pt_boot_read (PtSysroot   *sysroot,
              PtStorage   *storage,
              PtHostFacts *facts)
{
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (storage != NULL);
  g_return_if_fail (facts != NULL);

  facts->boot_loader = pt_boot_find_loader (sysroot);
  facts->initramfs = pt_boot_find_initramfs (sysroot);
  if (facts->boot_loader == PT_BOOT_LOADER_GRUB)
    {
      facts->grub_drop_in = pt_boot_reads_drop_ins (sysroot);
      facts->trial_boot = pt_boot_grub_can_try (sysroot, storage);
    }
}
