/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-facts"

#include "config.h"

#include "pt-facts.h"

#include "pt-test-host.h"


static void
test_facts_cpuinfo (void)
{
  PtHostFacts two = { .cpu_virtualization = PT_TRI_UNKNOWN };
  PtHostFacts none = { .cpu_virtualization = PT_TRI_UNKNOWN };
  PtHostFacts without = { .cpu_virtualization = PT_TRI_UNKNOWN };

  pt_facts_parse_cpuinfo (
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: A\nphysical id\t: 0\ncore id\t\t: "
    "0\n"
    "flags\t\t: fpu vmx\n\nprocessor\t: 1\nphysical id\t: 0\ncore id\t: 0\n\n"
    "processor : 2\nphysical id : 1\ncore id : 0\n",
    &two);
  g_assert_cmpuint (two.cpu_threads, ==, 3);
  g_assert_cmpuint (two.cpu_cores, ==, 2);
  g_assert_cmpint (two.cpu_vendor, ==, PT_CPU_INTEL);
  g_assert_cmpint (two.cpu_virtualization, ==, PT_TRI_TRUE);
  g_assert_cmpstr (two.cpu_name, ==, "A");
  pt_facts_clear (&two);

  /* No flags is "cannot tell"; flags without ours is "no"; part of a word is not a flag. */
  pt_facts_parse_cpuinfo ("hello\nflags :\n:\n", &none);
  g_assert_cmpint (none.cpu_virtualization, ==, PT_TRI_UNKNOWN);
  pt_facts_parse_cpuinfo ("flags : fpu svm_lock vmxx hypervisor\n", &without);
  g_assert_cmpint (without.cpu_virtualization, ==, PT_TRI_FALSE);
  g_assert_true (without.virtual_machine);
}


static void
test_facts_small_parsers (void)
{
  g_autofree char  *quoted = pt_facts_parse_assignment ("A=x\nID='de b'\nNAME=\"y\"\n", "ID");
  g_autofree char  *last = pt_facts_parse_assignment ("A=1\n#A=3\nA=\"2 3\"\n", "A");
  static const char variable[] = "\x06\0\0\0G\0R\0U\0B\0\0";
  g_autofree char  *loader = pt_boot_parse_efi_text (variable, 12);

  g_assert_cmpstr (quoted, ==, "de b");
  g_assert_cmpstr (last, ==, "2 3");
  g_assert_null (pt_facts_parse_assignment ("AB=1\nA\n", "A"));
  g_assert_null (pt_facts_parse_assignment ("A='unfinished\n", "A"));
  g_assert_cmpuint (pt_facts_parse_meminfo ("MemTotal:  1024 kB\n"), ==, 1048576);
  g_assert_cmpuint (pt_facts_parse_meminfo ("MemFree: 1\n"), ==, 0);
  g_assert_cmpuint (pt_facts_parse_meminfo ("MemTotal: many\n"), ==, 0);

  g_assert_true (pt_boot_parse_mkinitcpio ("# HOOKS=(udev)\n HOOKS=(base systemd autodetect)\n"));
  g_assert_false (pt_boot_parse_mkinitcpio ("HOOKS=(base systemd)\nHOOKS=\"base udev\"\n"));
  g_assert_false (pt_boot_parse_mkinitcpio ("HOOKS=(base sd-systemd)\n"));
  g_assert_true (pt_boot_parse_mkinitcpio ("HOOKS=( # first\n  base 'systemd'\n  block )\n"));
  g_assert_true (pt_boot_parse_mkinitcpio ("HOOKS=\"base systemd\"\nHOOKS+=(block)\n"));
  g_assert_true (pt_boot_parse_mkinitcpio ("HOOKS=(systemd)\nHOOKS=(passthru ${HOOKS[@]})\n"));
  g_assert_false (pt_boot_parse_mkinitcpio ("HOOKS=(base\n# systemd\nudev)\nMODULES=(systemd)\n"));
  g_assert_false (pt_boot_parse_mkinitcpio ("HOOKS=(base udev # systemd)\n)\n"));
  g_assert_false (pt_boot_parse_mkinitcpio ("HOOKS=(systemd"
                                            ")\nHOOKS=(base udev)"));
  g_assert_false (pt_boot_parse_mkinitcpio ("HOOKS=("));
  g_assert_false (pt_boot_parse_mkinitcpio (""));

  g_assert_cmpstr (loader, ==, "GRUB");
  g_assert_null (pt_boot_parse_efi_text (variable, 11));
  g_assert_null (pt_boot_parse_efi_text (variable, 4));
}


/* The four states of an IOMMU and what lies between them. */
static void
test_facts_iommu (void)
{
  static const struct
  {
    const char  *host;
    const char  *remove;
    PtIommuState state;
  } cases[] = {
    { "single-card", NULL, PT_IOMMU_ACTIVE },
    { "iommu-off-firmware", NULL, PT_IOMMU_ABSENT },
    { "iommu-off-kernel", NULL, PT_IOMMU_OFF },
    { "iommu-off-kernel", "sys/class/iommu", PT_IOMMU_OFF },
    { "iommu-off-kernel", "sys/firmware/acpi", PT_IOMMU_UNKNOWN },
    { "single-card", "sys/class/iommu", PT_IOMMU_UNKNOWN },
    { "single-card", "sys/class/iommu/ivhd0", PT_IOMMU_UNKNOWN },
    { "single-card", "sys/firmware", PT_IOMMU_ACTIVE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new (cases[i].host);
      g_autoptr (PtHost) host = NULL;

      g_test_message ("%s without %s", cases[i].host, cases[i].remove);
      if (cases[i].remove != NULL)
        pt_test_host_remove (machine, cases[i].remove);
      host = pt_test_host_scan (machine);
      g_assert_cmpstr (pt_iommu_state_to_nick (pt_host_get_facts (host)->iommu), ==,
                       pt_iommu_state_to_nick (cases[i].state));
    }
}


static void
test_facts_firmware (void)
{
  static const char variable[] =
    "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
  g_autoptr (PtTestHost) machine = pt_test_host_new ("single-card");
  g_autoptr (PtHost) off = pt_test_host_scan (machine);
  g_autoptr (PtHost) on = NULL;
  g_autoptr (PtHost) garbled = NULL;
  g_autoptr (PtHost) bios = NULL;
  g_autoptr (PtHost) hidden = NULL;

  g_assert_cmpint (pt_host_get_facts (off)->secure_boot, ==, PT_TRI_FALSE);
  pt_test_host_add (
    machine,
    "F: "
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c\n%0600000001\n");
  on = pt_test_host_scan (machine);
  g_assert_cmpint (pt_host_get_facts (on)->secure_boot, ==, PT_TRI_TRUE);
  pt_test_host_write (machine, variable, "short");
  garbled = pt_test_host_scan (machine);
  g_assert_cmpint (pt_host_get_facts (garbled)->secure_boot, ==, PT_TRI_UNKNOWN);
  pt_test_host_remove (machine, "sys/firmware/efi");
  bios = pt_test_host_scan (machine);
  g_assert_cmpint (pt_host_get_facts (bios)->firmware, ==, PT_FIRMWARE_BIOS);
  g_assert_cmpint (pt_host_get_facts (bios)->secure_boot, ==, PT_TRI_FALSE);
  pt_test_host_remove (machine, "sys/firmware");
  hidden = pt_test_host_scan (machine);
  g_assert_cmpint (pt_host_get_facts (hidden)->firmware, ==, PT_FIRMWARE_UNKNOWN);
  g_assert_cmpint (pt_host_get_facts (hidden)->secure_boot, ==, PT_TRI_UNKNOWN);
}


static void
test_facts_vfio (void)
{
  static const char lists[] = "lib/modules/6.1.0-18-amd64/";
  static const struct
  {
    const char *dep;
    const char *builtin;
    PtTri       available;
    PtTri       built_in;
  } cases[] = {
    { "kernel/drivers/vfio/pci/vfio-pci.ko.zst:\n", "kernel/a.ko\n", PT_TRI_TRUE, PT_TRI_FALSE },
    { "kernel/a.ko:\n", "kernel/drivers/vfio/pci/vfio-pci.ko\n", PT_TRI_TRUE, PT_TRI_TRUE },
    { "kernel/a.ko:\n", "kernel/a.ko\n", PT_TRI_FALSE, PT_TRI_FALSE },
    { "kernel/x-vfio-pci.ko:\n", "kernel/a.ko\n", PT_TRI_FALSE, PT_TRI_FALSE },
    { "", "kernel/a.ko\n", PT_TRI_UNKNOWN, PT_TRI_FALSE },
    { "kernel/a.ko:\n", "\xff", PT_TRI_UNKNOWN, PT_TRI_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("single-card");
      g_autoptr (PtHost) host = NULL;
      g_autofree char *dep = g_strconcat (lists, "modules.dep", NULL);
      g_autofree char *builtin = g_strconcat (lists, "modules.builtin", NULL);

      pt_test_host_write (machine, dep, cases[i].dep);
      pt_test_host_write (machine, builtin, cases[i].builtin);
      host = pt_test_host_scan (machine);
      g_assert_cmpint (pt_host_get_facts (host)->vfio_available, ==, cases[i].available);
      g_assert_cmpint (pt_host_get_facts (host)->vfio_built_in, ==, cases[i].built_in);
    }
}


static void
test_facts_boot (void)
{
  static const struct
  {
    const char  *host;
    PtBootLoader loader;
    PtInitramfs  initramfs;
  } cases[] = {
    { "", PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_UNKNOWN },
    { "F: /etc/default/grub\n", PT_BOOT_LOADER_GRUB, PT_INITRAMFS_UNKNOWN },
    { "F: /etc/default/grub\nX: /usr/bin/grubby\nF: /boot/loader/entries/a.conf\nX: "
      "/usr/bin/dracut\nF: /etc/dracut.conf\n",
      PT_BOOT_LOADER_GRUB_BLS, PT_INITRAMFS_DRACUT },
    { "F: /boot/loader/entries/a.conf\n", PT_BOOT_LOADER_SYSTEMD_BOOT, PT_INITRAMFS_UNKNOWN },
    /* A GRUB left over from before, and a loader that says it started this boot. */
    { "F: /etc/default/grub\nF: "
      "/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f\n"
      "%06000000730079007300740065006d0064002d0062006f006f00740020003200350032000000\n",
      PT_BOOT_LOADER_SYSTEMD_BOOT, PT_INITRAMFS_UNKNOWN },
    { "F: /etc/default/grub\nX: /usr/bin/kernelstub\nF: /etc/kernelstub/configuration\n",
      PT_BOOT_LOADER_KERNELSTUB, PT_INITRAMFS_UNKNOWN },
    { "F: /etc/default/grub\nF: /run/ostree-booted\n", PT_BOOT_LOADER_RPM_OSTREE,
      PT_INITRAMFS_UNKNOWN },
    { "F: /etc/default/grub\nF: /etc/default/limine\nX: /usr/bin/mkinitcpio\nF: "
      "/etc/mkinitcpio.conf\n|HOOKS=(base udev)\n",
      PT_BOOT_LOADER_LIMINE, PT_INITRAMFS_MKINITCPIO },
    { "F: /etc/NIXOS\n", PT_BOOT_LOADER_NIXOS, PT_INITRAMFS_UNKNOWN },
    { "F: /boot/refind_linux.conf\nX: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\n|HOOKS=(base "
      "udev)\n"
      "F: /etc/mkinitcpio.conf.d/x.conf\n|HOOKS=(base systemd)\n",
      PT_BOOT_LOADER_REFIND, PT_INITRAMFS_MKINITCPIO_SYSTEMD },
    { "F: /boot/EFI/Linux/a.efi\nX: /usr/bin/booster\nF: /etc/booster.yaml\n", PT_BOOT_LOADER_UKI,
      PT_INITRAMFS_BOOSTER },
    /* Two that could make the image: cannot tell. */
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_UNKNOWN },
    /* Of several, what made the image that runs. */
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\nD: /run/initramfs/log\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_DRACUT },
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/booster\nF: "
      "/etc/booster.yaml\nF: /proc/cmdline\n|root=x initrd=\\booster-linux.img\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_BOOSTER },
    /* A remnant of a program that is gone says nothing. */
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/booster\nF: "
      "/etc/booster.yaml\nD: /run/initramfs/log\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_UNKNOWN },
    /* Of several, what is told to make the next. */
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\nF: /etc/kernel/install.conf\n|layout=bls\n"
      "|initrd_generator=dracut\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_DRACUT },
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\nF: /usr/lib/kernel/install.conf\n|initrd_generator=mkinitcpio\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_MKINITCPIO },
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\nF: /usr/share/libalpm/hooks/90-mkinitcpio-install.hook\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_MKINITCPIO },
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\nF: /usr/share/libalpm/hooks/90-mkinitcpio-install.hook\n"
      "F: /usr/share/libalpm/hooks/90-dracut-install.hook\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_UNKNOWN },
    /* The hook of one is switched off. */
    { "X: /usr/bin/mkinitcpio\nF: /etc/mkinitcpio.conf\nX: /usr/bin/dracut\nD: "
      "/etc/dracut.conf.d\nF: /usr/share/libalpm/hooks/90-mkinitcpio-install.hook\n"
      "F: /usr/share/libalpm/hooks/90-dracut-install.hook\n"
      "L: /etc/pacman.d/hooks/90-mkinitcpio-install.hook=../../../dev/null\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_DRACUT },
    /* Ubuntu since 25.10: what was initramfs-tools calls dracut. */
    { "X: /usr/sbin/update-initramfs\n|#!/bin/sh\n|exec dracut --force --regenerate-all\n"
      "F: /etc/initramfs-tools/initramfs.conf\nX: /usr/bin/dracut\nD: /etc/dracut.conf.d\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_DRACUT },
    /* A configuration without its program. */
    { "F: /etc/initramfs-tools/initramfs.conf\n", PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_UNKNOWN },
    { "F: /usr/sbin/update-initramfs 0644\nF: /etc/initramfs-tools/initramfs.conf\n",
      PT_BOOT_LOADER_UNKNOWN, PT_INITRAMFS_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
      g_autoptr (PtHost) host = NULL;

      g_test_message ("%s", cases[i].host);
      pt_test_host_add (machine, "D: /sys/bus/pci/devices\nD: /sys/firmware/efi\n");
      pt_test_host_add (machine, cases[i].host);
      host = pt_test_host_scan (machine);
      g_assert_cmpstr (pt_boot_loader_to_nick (pt_host_get_facts (host)->boot_loader), ==,
                       pt_boot_loader_to_nick (cases[i].loader));
      g_assert_cmpstr (pt_initramfs_to_nick (pt_host_get_facts (host)->initramfs), ==,
                       pt_initramfs_to_nick (cases[i].initramfs));
      g_assert_false (pt_host_get_facts (host)->trial_boot);
    }
}


/* Each thing that keeps GRUB from clearing its mark, in turn. */
static void
test_facts_trial (void)
{
  static const struct
  {
    const char *name;
    const char *content; /* NULL = removed */
    gboolean    possible;
  } cases[] = {
    { "etc/hostname", "x", TRUE },
    { "boot/grub/grubenv", NULL, FALSE },
    { "boot/grub/grub.cfg", "set default=0\n", FALSE },
    { "boot/grub/grub.cfg", NULL, FALSE },
    { "proc/self/mountinfo", "27 1 259:2 / / rw - btrfs /dev/nvme0n1p2 rw\n", FALSE },
    { "proc/self/mountinfo", "27 1 259:2 / / rw - zfs rpool rw\n", FALSE },
    { "proc/self/mountinfo", "27 1 0:40 / / rw - ext4 /dev/unknown rw\n", FALSE },
    { "proc/self/mountinfo", NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("single-card");
      g_autoptr (PtHost) host = NULL;

      g_test_message ("%s: %s", cases[i].name, cases[i].content);
      if (cases[i].content == NULL)
        pt_test_host_remove (machine, cases[i].name);
      else
        pt_test_host_write (machine, cases[i].name, cases[i].content);
      host = pt_test_host_scan (machine);
      g_assert_cmpint (pt_host_get_facts (host)->trial_boot, ==, cases[i].possible);
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/facts/cpuinfo", test_facts_cpuinfo);
  g_test_add_func ("/host/facts/small-parsers", test_facts_small_parsers);
  g_test_add_func ("/host/facts/iommu", test_facts_iommu);
  g_test_add_func ("/host/facts/firmware", test_facts_firmware);
  g_test_add_func ("/host/facts/vfio", test_facts_vfio);
  g_test_add_func ("/host/facts/boot", test_facts_boot);
  g_test_add_func ("/host/facts/trial", test_facts_trial);
  return g_test_run ();
}
