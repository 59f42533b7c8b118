/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "setup-generators"

#include "config.h"

#include "setup-generators.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const PtSetupGenerator pt_setup_generators[] = {
  { "initramfs-tools", PT_INITRAMFS_INITRAMFS_TOOLS, "boot/initrd.img-6.1.0-18-amd64" },
  { "dracut", PT_INITRAMFS_DRACUT, "boot/initramfs-6.1.0-18-amd64.img" },
  { "mkinitcpio", PT_INITRAMFS_MKINITCPIO, "boot/initramfs-linux.img" },
  { "mkinitcpio-systemd", PT_INITRAMFS_MKINITCPIO_SYSTEMD, "boot/initramfs-linux.img" },
  { "booster", PT_INITRAMFS_BOOSTER, "boot/booster-linux.img" },
  { "mkinitcpio-main", PT_INITRAMFS_MKINITCPIO, "boot/initramfs-linux.img" },
  { "dracut-packages", PT_INITRAMFS_DRACUT, "boot/initramfs-linux.img" },
  { NULL, PT_INITRAMFS_UNKNOWN, NULL },
};

static void
setup_remove (PtSetupFixture *self,
              const char     *name)
{
  char *path = g_build_filename (self->tree, name, NULL);

  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  pt_test_remove_tree (path);
}

void
pt_setup_fixture_add_tool (PtSetupFixture *self,
                           const char     *name,
                           const char     *path)
{
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "setup", "tools", name, NULL);
  g_autofree char *target = g_build_filename (self->tree, path, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (file, &text, NULL, &error);
  g_assert_no_error (error);
  pt_test_write (self->tree, path, text);
  g_assert_cmpint (chmod (target, 0755), ==, 0);
}

void
pt_setup_fixture_remove_device (PtSetupFixture *self,
                                const char     *address)
{
  g_autofree char *path = pt_sysroot_path (self->sysroot, PT_PLACE_PCI_DEVICES, address);
  g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices", address, NULL);

  g_assert_nonnull (path);
  pt_test_remove_tree (g_steal_pointer (&path));
  g_assert_cmpint (unlink (link), ==, 0);
}

static void
setup_use_dracut (PtSetupFixture *self,
                  gboolean        packages)
{
  pt_setup_fixture_add_tool (self, "dracut", "usr/bin/dracut");
  pt_setup_fixture_add_tool (self, "lsinitrd", "usr/bin/lsinitrd");
  pt_test_write (self->tree, "etc/dracut.conf", "# nothing\n");
  pt_test_write (self->tree, "etc/dracut.conf.d/10-own.conf", "add_drivers+=\" nvme \"\n");
  if (!packages)
    return;
  pt_setup_fixture_add_tool (self, "dracut-rebuild", "usr/bin/dracut-rebuild");
  pt_test_remove_tree (g_build_filename (self->tree, "lib/modules/6.1.0-17-amd64", NULL));
  pt_test_write (self->tree, "lib/modules/6.1.0-18-amd64/pkgbase", "linux\n");
  pt_test_write (self->tree, "boot/initramfs-linux.img", "");
}

static void
setup_use_mkinitcpio (PtSetupFixture *self,
                      const char     *settings,
                      const char     *preset)
{
  pt_setup_fixture_add_tool (self, "mkinitcpio", "usr/bin/mkinitcpio");
  pt_setup_fixture_add_tool (self, "lsinitrd", "usr/bin/lsinitcpio");
  pt_test_write (self->tree, "etc/mkinitcpio.conf", settings);
  pt_test_write (self->tree, "etc/mkinitcpio.d/linux.preset", preset);
}

#define SETUP_PRESET                 \
  "PRESETS=('default')\n"            \
  "ALL_kver='/boot/vmlinuz-linux'\n" \
  "default_image=\"/boot/initramfs-linux.img\"\n"

static void
setup_use (PtSetupFixture         *self,
           const PtSetupGenerator *generator)
{
  const char *name = generator->name;

  if (g_str_equal (name, "initramfs-tools"))
    {
      pt_setup_fixture_add_tool (self, "lsinitramfs", "usr/bin/lsinitramfs");
      return;
    }
  setup_remove (self, "usr/sbin/update-initramfs");
  setup_remove (self, "etc/initramfs-tools");
  setup_remove (self, "boot/initrd.img-6.1.0-18-amd64");

  if (g_str_equal (name, "dracut") || g_str_equal (name, "dracut-packages"))
    setup_use_dracut (self, g_str_equal (name, "dracut-packages"));
  if (g_str_equal (name, "mkinitcpio"))
    setup_use_mkinitcpio (self,
                          "MODULES=(nvme)\nHOOKS=(base udev autodetect modconf\n"
                          "  block filesystems) # mine\n",
                          SETUP_PRESET "# default_config=\"/etc/other.conf\"\n");
  if (g_str_equal (name, "mkinitcpio-main"))
    setup_use_mkinitcpio (self, "HOOKS=(base udev block)\n# the end",
                          SETUP_PRESET "ALL_config=\"/etc/mkinitcpio.conf\"\n");
  if (g_str_equal (name, "mkinitcpio-systemd"))
    setup_use_mkinitcpio (self, "HOOKS=(systemd autodetect)\n", SETUP_PRESET);
  if (g_str_equal (name, "booster"))
    {
      pt_setup_fixture_add_tool (self, "booster", "usr/bin/booster");
      pt_setup_fixture_add_tool (self, "booster", "usr/lib/booster/regenerate_images");
      pt_test_write (self->tree, "etc/booster.yaml",
                     "# mine\nuniversal: false\nmodules_force_load: kvm # wanted\nstrip: true\n");
      /* The only other card with the same sound device. */
      pt_setup_fixture_remove_device (self, "0000:32:00.1");
    }
}

static PtProgram
setup_find_program (const PtSetupGenerator *generator)
{
  switch (generator->initramfs)
    {
    case PT_INITRAMFS_INITRAMFS_TOOLS:
      return PT_PROGRAM_UPDATE_INITRAMFS;
    case PT_INITRAMFS_DRACUT:
      return g_str_equal (generator->name, "dracut") ? PT_PROGRAM_DRACUT
                                                     : PT_PROGRAM_DRACUT_REBUILD;
    case PT_INITRAMFS_BOOSTER:
      return PT_PROGRAM_BOOSTER_REGENERATE;
    case PT_INITRAMFS_MKINITCPIO:
    case PT_INITRAMFS_MKINITCPIO_SYSTEMD:
      return PT_PROGRAM_MKINITCPIO;
    case PT_INITRAMFS_RPM_OSTREE:
    case PT_INITRAMFS_UNKNOWN:
    default:
      g_assert_not_reached ();
    }
}

void
pt_setup_fixture_rebuild (PtSetupFixture         *self,
                          const PtSetupGenerator *generator)
{
  static const char *const update[] = { "-u", "-k", "all", NULL };
  static const char *const force[] = { "--force", "--regenerate-all", NULL };
  static const char *const presets[] = { "-P", NULL };
  const char *const       *arguments = NULL;
  PtProgram                program = setup_find_program (generator);
  g_autoptr (GError) error = NULL;

  if (program == PT_PROGRAM_UPDATE_INITRAMFS)
    arguments = update;
  if (program == PT_PROGRAM_DRACUT)
    arguments = force;
  if (program == PT_PROGRAM_MKINITCPIO)
    arguments = presets;
  pt_sysroot_run (self->sysroot, program, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_setup_fixture_remember (self);
}

void
pt_setup_fixture_use_generator (PtSetupFixture         *self,
                                const PtSetupGenerator *generator)
{
  setup_use (self, generator);
  pt_setup_fixture_rebuild (self, generator);
}
