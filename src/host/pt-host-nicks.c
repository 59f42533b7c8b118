/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-host-nicks"

#include "config.h"

#include "pt-host.h"

/* The words of `--check --json` for the enumerations of a host. */

static const char *const pt_iommu_states[] = {
  [PT_IOMMU_UNKNOWN] = "unknown",
  [PT_IOMMU_ACTIVE] = "active",
  [PT_IOMMU_OFF] = "off",
  [PT_IOMMU_ABSENT] = "absent",
};

static const char *const pt_cpu_vendors[] = {
  [PT_CPU_OTHER] = "other",
  [PT_CPU_AMD] = "amd",
  [PT_CPU_INTEL] = "intel",
};

static const char *const pt_firmwares[] = {
  [PT_FIRMWARE_UNKNOWN] = "unknown",
  [PT_FIRMWARE_UEFI] = "uefi",
  [PT_FIRMWARE_BIOS] = "bios",
};

static const char *const pt_boot_loaders[] = {
  [PT_BOOT_LOADER_UNKNOWN] = "unknown",
  [PT_BOOT_LOADER_GRUB] = "grub",
  [PT_BOOT_LOADER_GRUB_BLS] = "grub-bls",
  [PT_BOOT_LOADER_SYSTEMD_BOOT] = "systemd-boot",
  [PT_BOOT_LOADER_KERNELSTUB] = "kernelstub",
  [PT_BOOT_LOADER_RPM_OSTREE] = "rpm-ostree",
  [PT_BOOT_LOADER_LIMINE] = "limine",
  [PT_BOOT_LOADER_UKI] = "uki",
  [PT_BOOT_LOADER_REFIND] = "refind",
  [PT_BOOT_LOADER_NIXOS] = "nixos",
  [PT_BOOT_LOADER_SDBOOTUTIL] = "sdbootutil",
};

static const char *const pt_initramfses[] = {
  [PT_INITRAMFS_UNKNOWN] = "unknown",
  [PT_INITRAMFS_INITRAMFS_TOOLS] = "initramfs-tools",
  [PT_INITRAMFS_DRACUT] = "dracut",
  [PT_INITRAMFS_MKINITCPIO] = "mkinitcpio",
  [PT_INITRAMFS_MKINITCPIO_SYSTEMD] = "mkinitcpio-systemd",
  [PT_INITRAMFS_BOOSTER] = "booster",
  [PT_INITRAMFS_RPM_OSTREE] = "rpm-ostree",
};


const char *
pt_iommu_state_to_nick (PtIommuState state)
{
  g_return_val_if_fail (state >= 0 && state < G_N_ELEMENTS (pt_iommu_states), NULL);

  return pt_iommu_states[state];
}


const char *
pt_cpu_vendor_to_nick (PtCpuVendor vendor)
{
  g_return_val_if_fail (vendor >= 0 && vendor < G_N_ELEMENTS (pt_cpu_vendors), NULL);

  return pt_cpu_vendors[vendor];
}


const char *
pt_firmware_to_nick (PtFirmware firmware)
{
  g_return_val_if_fail (firmware >= 0 && firmware < G_N_ELEMENTS (pt_firmwares), NULL);

  return pt_firmwares[firmware];
}


const char *
pt_boot_loader_to_nick (PtBootLoader loader)
{
  g_return_val_if_fail (loader >= 0 && loader < G_N_ELEMENTS (pt_boot_loaders), NULL);

  return pt_boot_loaders[loader];
}


const char *
pt_initramfs_to_nick (PtInitramfs initramfs)
{
  g_return_val_if_fail (initramfs >= 0 && initramfs < G_N_ELEMENTS (pt_initramfses), NULL);

  return pt_initramfses[initramfs];
}


gboolean
pt_boot_loader_from_nick (const char   *nick,
                          PtBootLoader *loader)
{
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (loader != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_boot_loaders); i++)
    if (g_str_equal (nick, pt_boot_loaders[i]))
      {
        *loader = (PtBootLoader)i;
        return TRUE;
      }
  return FALSE;
}


gboolean
pt_initramfs_from_nick (const char  *nick,
                        PtInitramfs *initramfs)
{
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (initramfs != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_initramfses); i++)
    if (g_str_equal (nick, pt_initramfses[i]))
      {
        *initramfs = (PtInitramfs)i;
        return TRUE;
      }
  return FALSE;
}
