/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-boot-loader"

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-facts.h"
#include "pt-test.h"

/* What started a boot, with the settings of other loaders left over. */

#define TEST_GRUB "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda2 ro"
#define TEST_EFI "initrd=\\initrd.img root=/dev/sda2 ro"
#define TEST_PLAIN "root=/dev/sda2 ro"

typedef struct
{
  const char  *name;
  PtBootLoader expected;
  const char  *info; /* LoaderInfo, or NULL */
  const char  *stub; /* StubInfo, or NULL */
  const char  *command_line;
  const char  *files[5]; /* those in a folder of programs are programs */
} PtBootCase;

static const PtBootCase boot_cases[] = {
  { "nothing", PT_BOOT_LOADER_UNKNOWN, NULL, NULL, TEST_PLAIN, { NULL } },
  { "grub", PT_BOOT_LOADER_GRUB, NULL, NULL, TEST_GRUB, { "etc/default/grub" } },
  { "grub-old-limine",
    PT_BOOT_LOADER_GRUB,
    NULL,
    NULL,
    TEST_GRUB,
    { "etc/default/grub", "boot/limine.conf" } },
  { "grub-old-entries",
    PT_BOOT_LOADER_GRUB,
    NULL,
    NULL,
    TEST_GRUB,
    { "etc/default/grub", "boot/efi/loader/entries/a.conf" } },
  { "grub-says-so",
    PT_BOOT_LOADER_GRUB,
    "GRUB 2.12",
    NULL,
    TEST_GRUB,
    { "etc/default/grub", "usr/bin/kernelstub", "etc/kernelstub/configuration" } },
  { "grub-bls",
    PT_BOOT_LOADER_GRUB_BLS,
    NULL,
    NULL,
    TEST_GRUB,
    { "etc/default/grub", "usr/bin/grubby", "boot/loader/entries/a.conf" } },
  { "entries-without-grubby",
    PT_BOOT_LOADER_GRUB,
    NULL,
    NULL,
    TEST_GRUB,
    { "etc/default/grub", "boot/loader/entries/a.conf" } },
  { "systemd-boot-old-grub",
    PT_BOOT_LOADER_SYSTEMD_BOOT,
    "systemd-boot 252",
    NULL,
    TEST_EFI,
    { "etc/default/grub", "boot/loader/entries/a.conf" } },
  { "systemd-boot-silent",
    PT_BOOT_LOADER_SYSTEMD_BOOT,
    NULL,
    NULL,
    TEST_EFI,
    { "boot/loader/entries/a.conf", "boot/limine.conf" } },
  { "kernelstub",
    PT_BOOT_LOADER_KERNELSTUB,
    "systemd-boot 249",
    NULL,
    TEST_EFI,
    { "usr/bin/kernelstub", "etc/kernelstub/configuration" } },
  { "sdbootutil",
    PT_BOOT_LOADER_SDBOOTUTIL,
    "GRUB 2.12",
    NULL,
    TEST_GRUB,
    { "usr/bin/sdbootutil", "boot/efi/loader/entries/a.conf", "etc/default/grub" } },
  { "uki", PT_BOOT_LOADER_UKI, "systemd-boot 256", "systemd-stub 256", TEST_PLAIN, { NULL } },
  { "uki-by-firmware",
    PT_BOOT_LOADER_UKI,
    NULL,
    "systemd-stub 256",
    TEST_PLAIN,
    { "boot/loader/entries/a.conf", "etc/default/grub" } },
  { "limine", PT_BOOT_LOADER_LIMINE, "Limine 9.1", NULL, TEST_PLAIN, { "etc/default/grub" } },
  { "limine-silent",
    PT_BOOT_LOADER_LIMINE,
    NULL,
    NULL,
    TEST_PLAIN,
    { "etc/default/limine", "etc/default/grub" } },
  { "refind", PT_BOOT_LOADER_REFIND, "rEFInd 0.14", NULL, TEST_EFI, { "etc/default/grub" } },
  { "somebody-else", PT_BOOT_LOADER_UNKNOWN, "other 1", NULL, TEST_EFI, { "etc/default/grub" } },
  { "several",
    PT_BOOT_LOADER_UNKNOWN,
    NULL,
    NULL,
    TEST_PLAIN,
    { "boot/limine.conf", "boot/loader/entries/a.conf" } },
  { "rpm-ostree",
    PT_BOOT_LOADER_RPM_OSTREE,
    "GRUB 2.12",
    NULL,
    TEST_GRUB,
    { "run/ostree-booted", "etc/default/grub" } },
  { "nixos", PT_BOOT_LOADER_NIXOS, "systemd-boot 255", NULL, TEST_EFI, { "etc/NIXOS" } },
};

/* Attributes, then UTF-16 with its end. */
static void
test_write_variable (const char *tree,
                     const char *name,
                     const char *text)
{
  g_autofree char *file = g_strdup_printf ("sys/firmware/efi/efivars/"
                                           "%s-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
                                           name);
  g_autofree char *path = g_build_filename (tree, file, NULL);
  g_autoptr (GString) bytes = g_string_new_len ("\6\0\0\0", 4);
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return;
  for (gsize i = 0; i <= strlen (text); i++)
    g_string_append_len (bytes, (const char[]){ text[i], '\0' }, 2);
  pt_test_write (tree, file, "");
  g_file_set_contents (path, bytes->str, (gssize)bytes->len, &error);
  g_assert_no_error (error);
}

static void
test_boot (gconstpointer data)
{
  const PtBootCase *self = data;
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtSysroot) sysroot = NULL;

  pt_test_write (folder, "proc/cmdline", self->command_line);
  for (gsize i = 0; i < G_N_ELEMENTS (self->files) && self->files[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folder, self->files[i], NULL);

      pt_test_write (folder, self->files[i], "");
      if (g_str_has_prefix (self->files[i], "usr/bin/"))
        g_assert_cmpint (chmod (path, 0755), ==, 0);
    }
  test_write_variable (folder, "LoaderInfo", self->info);
  test_write_variable (folder, "StubInfo", self->stub);

  sysroot = pt_sysroot_new_directory (folder);
  g_assert_cmpstr (pt_boot_loader_to_nick (pt_boot_find_loader (sysroot)), ==,
                   pt_boot_loader_to_nick (self->expected));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (boot_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/host/boot-loader/", boot_cases[i].name, NULL);

      g_test_add_data_func (path, &boot_cases[i], test_boot);
    }
  return g_test_run ();
}
