/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "setup-loaders"

#include "config.h"

#include "setup-loaders.h"

#include <string.h>
#include <sys/stat.h>

#include "setup-generators.h"

#define SETUP_ENTRIES "boot/efi/loader/entries/"

/* clang-format off */
const PtSetupLoader pt_setup_loaders[] = {
  {
    .nick = "grub-classic",
    .loader = PT_BOOT_LOADER_GRUB,
    .command_line = "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 " PT_SETUP_ROOT " ro quiet",
    .files = {
      { "etc/default/grub",
        "# of the user's\n"
        "GRUB_DEFAULT=0\n"
        "GRUB_CMDLINE_LINUX_DEFAULT='quiet splash'\n"
        "GRUB_CMDLINE_LINUX=\"\" # the recovery entry has these too\n" },
    },
    .tool = "grub-mkconfig",
    .settings = "etc/default/grub",
    .result = "boot/grub/grub.cfg",
  },
  {
    .nick = "grub-suse",
    .loader = PT_BOOT_LOADER_GRUB,
    .command_line = "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 " PT_SETUP_ROOT " ro quiet",
    .files = {
      { "etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"splash=silent \\\n  quiet\"\n" },
    },
    .tool = "grub2-mkconfig",
    .settings = "etc/default/grub",
    .result = "boot/grub2/grub.cfg",
  },
  {
    .nick = "grub-bls",
    .loader = PT_BOOT_LOADER_GRUB_BLS,
    .command_line = "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.8 " PT_SETUP_ROOT " ro rhgb quiet",
    .files = {
      { "etc/default/grub", "GRUB_ENABLE_BLSCFG=true\n" },
      { "boot/grub2/grubenv", "# GRUB Environment Block\nsaved_entry=f-6.8\n###" },
      { "boot/loader/entries/f-6.8.conf", "title Fedora\nversion 6.8\nlinux /vmlinuz-6.8\n"
        "options  " PT_SETUP_ROOT " ro  rhgb quiet\n" },
      { "boot/loader/entries/f-0-rescue.conf",
        "title Rescue\nversion 0\nlinux /vmlinuz-0-rescue\noptions " PT_SETUP_ROOT " ro\n" },
      { "etc/kernel/cmdline", PT_SETUP_ROOT " ro rhgb quiet" },
    },
    .tool = "grubby",
    .settings = "boot/loader/entries/f-6.8.conf",
    .result = "boot/loader/entries/f-6.8.conf",
  },
  {
    .nick = "systemd-boot",
    .loader = PT_BOOT_LOADER_SYSTEMD_BOOT,
    .command_line = "initrd=\\initrd.img-6.8 " PT_SETUP_ROOT " ro quiet",
    .files = {
      { "boot/efi/loader/loader.conf", "timeout 3\ndefault linux-6.8*\n" },
      { SETUP_ENTRIES "linux-6.9.conf", "title Newer\nlinux /linux-6.9\n"
        "options " PT_SETUP_ROOT "\n" },
      { SETUP_ENTRIES "linux-6.8.conf", "title Debian\nlinux /linux-6.8\n# by hand\n"
        "options " PT_SETUP_ROOT " ro\noptions\tquiet\n" },
      { "etc/kernel/cmdline", PT_SETUP_ROOT " ro quiet\n" },
    },
    .settings = SETUP_ENTRIES "linux-6.8.conf",
    .result = SETUP_ENTRIES "linux-6.8.conf",
  },
  {
    .nick = "kernelstub",
    .loader = PT_BOOT_LOADER_KERNELSTUB,
    .command_line = "initrd=\\EFI\\Pop_OS\\initrd.img " PT_SETUP_ROOT " ro quiet splash",
    .files = {
      { "etc/kernelstub/configuration", "{\n"
        "  \"default\": {\"kernel_options\": [\"splash\"]},\n"
        "  \"user\": {\"kernel_options\": [\"quiet\", \"splash\"], \"config_rev\": 3}\n"
        "}\n" },
      { SETUP_ENTRIES "Pop_OS-current.conf",
        "title Pop!_OS\nlinux /EFI/Pop_OS-00000000-0000-0000-0000-000000000001/vmlinuz.efi\n"
        "initrd /EFI/Pop_OS-00000000-0000-0000-0000-000000000001/initrd.img\n"
        "options " PT_SETUP_ROOT " ro quiet splash\n" },
    },
    .tool = "kernelstub",
    .settings = "etc/kernelstub/configuration",
    .result = SETUP_ENTRIES "Pop_OS-current.conf",
  },
  {
    .nick = "rpm-ostree",
    .loader = PT_BOOT_LOADER_RPM_OSTREE,
    .command_line = "BOOT_IMAGE=(hd0,gpt2)/ostree/vmlinuz rhgb quiet " PT_SETUP_ROOT
                    " ostree=/ostree/boot.1/fedora/1/0",
    .files = {
      { "run/ostree-booted", "" },
      { "boot/loader/entries/ostree-1.conf", "title Kinoite (ostree:0)\nversion 1\n"
        "options rhgb quiet " PT_SETUP_ROOT " ostree=/ostree/boot.1/fedora/1/0\n"
        "linux /ostree/vmlinuz\n" },
    },
    .tool = "rpm-ostree",
    .settings = "boot/loader/entries/ostree-1.conf",
    .result = "boot/loader/entries/ostree-3.conf",
  },
  {
    .nick = "limine-tool",
    .loader = PT_BOOT_LOADER_LIMINE,
    .command_line = PT_SETUP_ROOT " rw quiet",
    .files = {
      { "etc/default/limine", "ESP_PATH=\"/boot\"\n"
        "KERNEL_CMDLINE[default]+=\"" PT_SETUP_ROOT " rw quiet\"\n"
        "BOOT_ORDER=\"*\"\n" },
      { "boot/limine.conf", "timeout: 5\n/+CachyOS\n//linux-cachyos\n    protocol: linux\n"
                            "    path: boot():/0/linux-cachyos/vmlinuz\n"
                            "    cmdline: " PT_SETUP_ROOT " rw quiet\n"
                            "    module_path: boot():/0/linux-cachyos/initramfs\n" },
    },
    .tool = "limine-update",
    .settings = "etc/default/limine",
    .result = "boot/limine.conf",
  },
  {
    .nick = "limine",
    .loader = PT_BOOT_LOADER_LIMINE,
    .command_line = PT_SETUP_ROOT " rw quiet",
    .files = {
      { "boot/limine.conf", "timeout: 5\ndefault_entry: 2\n\n"
                            "/Rescue\n  protocol: linux\n  cmdline: single\n"
                            "/Arch\n  comment: cmdline: no\n  protocol: linux\n"
                            "  path: boot():/vmlinuz\n  CMDLINE: " PT_SETUP_ROOT " rw quiet\n" },
    },
    .settings = "boot/limine.conf",
    .result = "boot/limine.conf",
  },
  {
    .nick = "uki",
    .loader = PT_BOOT_LOADER_UKI,
    .command_line = PT_SETUP_ROOT " rw quiet",
    .files = {
      { "etc/kernel/cmdline", "# of the user's\n" PT_SETUP_ROOT " rw\n\nquiet\n" },
      { "etc/cmdline.d/ignored.conf", "never\n" },
      { "etc/mkinitcpio.conf", "MODULES=()\nHOOKS=(base udev modconf block filesystems)\n" },
    },
    .tool = "mkinitcpio",
    .settings = "etc/kernel/cmdline",
    .result = "boot/efi/EFI/Linux/arch-linux.efi",
  },
  {
    .nick = "uki-drop-in",
    .loader = PT_BOOT_LOADER_UKI,
    .command_line = PT_SETUP_ROOT " rw quiet",
    .files = {
      { "etc/cmdline.d/root.conf", PT_SETUP_ROOT " rw quiet" },
      { "etc/mkinitcpio.conf", "MODULES=()\nHOOKS=(base systemd modconf block filesystems)\n" },
    },
    .tool = "mkinitcpio",
    .settings = "etc/cmdline.d/root.conf",
    .result = "boot/efi/EFI/Linux/arch-linux.efi",
  },
  {
    .nick = "sdbootutil",
    .loader = PT_BOOT_LOADER_SDBOOTUTIL,
    .command_line = "BOOT_IMAGE=/boot/vmlinuz " PT_SETUP_ROOT " quiet",
    .files = {
      { "etc/kernel/cmdline", PT_SETUP_ROOT " quiet\nsecurity=apparmor\n" },
      { SETUP_ENTRIES "opensuse-6.9-1.conf",
        "title openSUSE\nlinux /linux-6.9\noptions " PT_SETUP_ROOT " quiet security=apparmor\n" },
    },
    .tool = "sdbootutil",
    .settings = "etc/kernel/cmdline",
    .result = SETUP_ENTRIES "opensuse-6.9-1.conf",
  },
  { .nick = NULL },
};
/* clang-format on */

static void
setup_remove (PtSetupFixture *self,
              const char     *name)
{
  pt_test_remove_tree (g_build_filename (self->tree, name, NULL));
}

static void
setup_install (PtSetupFixture *self,
               const char     *stand_in,
               const char     *name)
{
  g_autofree char *path = g_build_filename ("usr/bin", name, NULL);

  pt_setup_fixture_add_tool (self, stand_in, path);
}

/* Upstream's grub-mkconfig knows no drop-ins. */
static void
setup_install_mkconfig (PtSetupFixture *self,
                        const char     *text,
                        const char     *name,
                        const char     *menu)
{
  const char      *begin = strstr (text, "for file in ./etc/default/grub.d");
  const char      *end = strstr (begin, "done\n");
  const char      *code = strstr (text, "set -eu");
  g_autofree char *inner = g_build_filename ("usr/bin", name, NULL);
  g_autofree char *path = g_build_filename (self->tree, inner, NULL);
  g_autofree char *cut = g_strdup_printf ("#!/bin/sh\n%.*s%s", (int)(begin - code), code,
                                          end + strlen ("done\n"));
  g_autoptr (GError) error = NULL;
  const char *arguments[] = { "-o", menu, NULL };

  pt_test_write (self->tree, inner, cut);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_test_write (self->tree, menu, "");
  pt_sysroot_run (self->sysroot, PT_PROGRAM_GRUB_MKCONFIG, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Started by a unified kernel image that mkinitcpio built. */
static void
setup_install_image (PtSetupFixture *self)
{
  static const char stub[] = "\6\0\0\0s\0t\0u\0b\0";
  static const char name[] = "sys/firmware/efi/efivars/"
                             "StubInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
  g_autofree char  *path = g_build_filename (self->tree, name, NULL);
  g_autoptr (GError) error = NULL;
  static const char *const arguments[] = { "-P", NULL };

  pt_test_write (self->tree, name, "");
  g_file_set_contents (path, stub, sizeof stub - 1, &error);
  g_assert_no_error (error);
  setup_remove (self, "usr/sbin/update-initramfs");
  setup_install (self, "mkinitcpio-uki", "mkinitcpio");
  pt_sysroot_run (self->sysroot, PT_PROGRAM_MKINITCPIO, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
pt_setup_fixture_use_loader (PtSetupFixture      *self,
                             const PtSetupLoader *loader)
{
  static const char *const gone[] = { "etc/default/grub", "usr/sbin/update-grub",
                                      "usr/sbin/grub-mkconfig", "boot/grub" };
  g_autofree char         *mkconfig = NULL;
  g_autofree char         *menu = g_strconcat ("/", loader->result, NULL);

  mkconfig = pt_test_read (self->tree, "usr/sbin/grub-mkconfig");
  for (gsize i = 0; i < G_N_ELEMENTS (gone); i++)
    setup_remove (self, gone[i]);
  pt_test_write (self->tree, "proc/cmdline", loader->command_line);
  for (gsize i = 0; i < G_N_ELEMENTS (loader->files) && loader->files[i].name != NULL; i++)
    pt_test_write (self->tree, loader->files[i].name, loader->files[i].content);
  if (loader->loader == PT_BOOT_LOADER_GRUB)
    setup_install_mkconfig (self, mkconfig, loader->tool, menu);
  else if (loader->loader == PT_BOOT_LOADER_UKI)
    setup_install_image (self);
  else if (loader->tool != NULL)
    setup_install (self, loader->tool, loader->tool);
  if (loader->loader == PT_BOOT_LOADER_RPM_OSTREE)
    {
      setup_install (self, "lsinitrd", "lsinitrd");
      setup_install (self, "rpm-ostree", "ostree");
      setup_install (self, "systemd-run", "systemd-run");
    }
  pt_setup_fixture_remember (self);
}
