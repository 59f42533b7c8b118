/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot"

#include "config.h"

#include <string.h>

#include "pt-facts.h"


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
