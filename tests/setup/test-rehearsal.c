/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-rehearsal"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-boot-entry.h"
#include "pt-rehearsal.h"
#include "pt-verify.h"
#include "setup-fixture.h"
#include "setup-generators.h"

/* Plays the sample through: apply, restart, verify, undo, restart. */

static void
test_restart (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;

  pt_rehearsal_restart (self->sysroot, NULL, &error);
  g_assert_no_error (error);
}

static char *
test_driver (PtSetupFixture *self,
             const char     *address)
{
  g_autofree char *link = g_build_filename (address, "driver", NULL);

  return pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES, link, NULL);
}

static void
test_assert_driver (PtSetupFixture *self,
                    const char     *address,
                    const char     *expected)
{
  g_autofree char *driver = test_driver (self, address);
  g_autofree char *back = NULL;

  g_assert_cmpstr (driver, ==, expected);
  if (expected == NULL)
    return;
  back = g_strdup_printf ("%s/%s/vendor", expected, address);
  g_assert_true (pt_sysroot_exists (self->sysroot, PT_PLACE_PCI_DRIVERS, back));
}

static PtVerification *
test_verify_now (PtSetupFixture *self)
{
  g_autoptr (PtIntent) intent = NULL;
  g_autofree char *boot_id = NULL;
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pt_engine_status (self->sysroot, &intent, &boot_id, NULL), ==, PT_SETUP_APPLIED);
  pt_engine_tell_host (host);
  plan = pt_plan_new (host, intent, &error);
  g_assert_no_error (error);
  return pt_verify (host, plan, boot_id);
}

static void
test_assert_verdict (PtSetupFixture *self,
                     PtVerifyResult  expected)
{
  g_autoptr (PtVerification) verification = test_verify_now (self);

  g_assert_cmpint (pt_verification_get_result (verification), ==, expected);
  g_assert_nonnull (pt_verification_get_message (verification));
}

static PtVerifyRow *
test_row (PtVerification *verification,
          const char     *text)
{
  PtAddress address = { 0 };

  g_assert_true (pt_address_parse (text, &address));
  for (guint i = 0; i < pt_verification_get_rows (verification)->len; i++)
    {
      PtVerifyRow *row = g_ptr_array_index (pt_verification_get_rows (verification), i);

      if (pt_address_equal (&row->address, &address))
        return row;
    }
  return NULL;
}

static void
test_round (PtSetupFixture *self,
            gconstpointer   data)
{
  g_autofree char *log = NULL;
  g_autofree char *command_line = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD ",23:00.0");
  test_assert_verdict (self, PT_VERIFY_NOT_RESTARTED);
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");

  test_restart (self);
  test_assert_verdict (self, PT_VERIFY_OK);
  test_assert_driver (self, "0000:2f:00.0", "vfio-pci");
  test_assert_driver (self, "0000:2f:00.1", "vfio-pci");
  test_assert_driver (self, "0000:32:00.0", "amdgpu");
  test_assert_driver (self, "0000:32:00.1", "snd_hda_intel");
  test_assert_driver (self, "0000:23:00.0", "nvme");
  command_line = pt_test_read (self->tree, "proc/cmdline");
  g_assert_cmpstr (command_line, ==,
                   "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 "
                   "root=UUID=00000000-0000-0000-0000-000000000001 ro quiet vfio-pci.ids=1002:73df "
                   "passthru.bind=0000:2f:00.1=1002:ab28\n");
  log = pt_test_read (self->tree, "dev/kmsg");
  g_assert_cmpstr (log, ==, "<5>passthru: 0000:2f:00.1 goes to vfio-pci\n");

  pt_setup_fixture_undo (self);
  test_restart (self);
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");
  test_assert_driver (self, "0000:2f:00.1", "snd_hda_intel");
}

/* A kernel older than the parameters: the recovery entry, or another loader. */
static void
test_wrong_entry (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autoptr (GString) menu = NULL;
  g_autofree char *text = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  text = pt_test_read (self->tree, "boot/grub/grub.cfg");
  menu = g_string_new (text);
  g_string_replace (menu, "vfio-pci.ids=1002:73df passthru.bind=0000:2f:00.1=1002:ab28", "", 0);
  pt_test_write (self->tree, "boot/grub/grub.cfg", menu->str);
  test_restart (self);
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");
  test_assert_verdict (self, PT_VERIFY_WRONG_ENTRY);
}

/* Somebody took them out of the settings: the first entry of the menu is no better. */
static void
test_settings_lost (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autofree char *mine = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  mine = g_build_filename (self->tree, "etc/default/grub.d/60-passthru.cfg", NULL);
  g_assert_cmpint (g_unlink (mine), ==, 0);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, NULL);
  test_restart (self);
  test_assert_verdict (self, PT_VERIFY_SETTINGS_LOST);
}

/* The image was not rebuilt: parameters alone load no driver. */
static void
test_old_image (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autofree char *image = pt_test_read (self->tree, "boot/initrd.img-6.1.0-18-amd64");

  pt_setup_fixture_add_tool (self, "lsinitramfs", "usr/bin/lsinitramfs");
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "boot/initrd.img-6.1.0-18-amd64", image);
  test_restart (self);
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");
  {
    g_autoptr (PtVerification) verification = test_verify_now (self);

    g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_OLD_IMAGE);
    g_assert_nonnull (strstr (pt_verification_get_message (verification),
                              "/boot/initrd.img-6.1.0-18-amd64"));
  }
}

/* Moves a device to another driver of the tree. */
static void
test_take (PtSetupFixture *self,
           const char     *address,
           const char     *driver)
{
  g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices", address, "driver",
                                            NULL);
  g_autofree char *target = g_file_read_link (link, NULL);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *other = g_build_filename (folder, driver, NULL);

  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (symlink (other, link), ==, 0);
}

/* All is in place, and a driver was faster all the same. */
static void
test_driver_taken (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtVerification) verification = NULL;
  g_autofree char *text = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  test_take (self, "0000:2f:00.1", "snd_hda_intel");
  verification = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_WRONG_DRIVER);
  g_assert_cmpint (test_row (verification, "2f:00.0")->result, ==, PT_VERIFY_OK);
  text = pt_verification_to_text (verification);
  g_assert_nonnull (strstr (text, "\n  0000:2f:00.1  1002:ab28  snd_hda_intel  wrong-driver\n"));
}

/* An update of the firmware turned the IOMMU off: vfio-pci takes nothing then. */
static void
test_iommu_gone (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *unit = g_build_filename (self->tree, "sys/class/iommu/ivhd0", NULL);
  g_auto (GStrv) devices = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  test_take (self, "0000:2f:00.0", "amdgpu");
  test_take (self, "0000:2f:00.1", "snd_hda_intel");
  g_assert_cmpint (unlink (unit), ==, 0);
  devices = pt_sysroot_list (self->sysroot, PT_PLACE_PCI_DEVICES, NULL, NULL);
  for (gsize i = 0; devices[i] != NULL; i++)
    {
      g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices", devices[i],
                                                "iommu_group", NULL);

      unlink (link);
    }
  test_assert_verdict (self, PT_VERIFY_IOMMU_OFF);
}

/* Another card came into the group overnight. */
static void
test_group_changed (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (PtVerification) verification = NULL;
  g_autofree char *link = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  link = g_build_filename (self->tree, "sys/bus/pci/devices/0000:23:00.0/iommu_group", NULL);
  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (symlink ("../../../kernel/iommu_groups/28", link), ==, 0);
  verification = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_GROUP_CHANGED);
  g_assert_cmpint (test_row (verification, "2f:00.0")->result, ==, PT_VERIFY_GROUP_CHANGED);
  g_assert_cmpint (test_row (verification, "2f:00.1")->result, ==, PT_VERIFY_OK);
  g_assert_nonnull (strstr (pt_verification_get_message (verification), "0000:23:00.0"));
}

static void
test_nicks (void)
{
  for (guint i = 0; i < PT_VERIFY_LAST; i++)
    {
      g_assert_nonnull (pt_verify_result_to_nick (i));
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (pt_verify_result_to_nick (i), !=, pt_verify_result_to_nick (j));
    }
}

/* Another device sits where the audio function was: it is left alone and named. */
static void
test_moved (PtSetupFixture *self,
            gconstpointer   data)
{
  g_autoptr (PtVerification) verification = NULL;
  g_autofree char *log = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "sys/bus/pci/devices/0000:2f:00.1/device", "0x1234\n");
  test_restart (self);
  test_assert_driver (self, "0000:2f:00.1", "snd_hda_intel");
  log = pt_test_read (self->tree, "dev/kmsg");
  g_assert_cmpstr (log, ==, "<4>passthru: 0000:2f:00.1 holds 1002:1234, not 1002:ab28: "
                            "left alone\n");
  verification = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_DEVICE_MOVED);
  g_assert_cmpint (test_row (verification, "2f:00.0")->result, ==, PT_VERIFY_OK);
  g_assert_cmpstr (test_row (verification, "2f:00.1")->id, ==, "1002:1234");
}

/* The card is gone altogether. */
static void
test_gone (PtSetupFixture *self,
           gconstpointer   data)
{
  static const char *const functions[] = { "0000:2f:00.0", "0000:2f:00.1" };
  g_autoptr (PtVerification) verification = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices", functions[i],
                                                NULL);

      g_assert_cmpint (unlink (link), ==, 0);
    }
  test_restart (self);
  verification = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_DEVICE_MOVED);
  g_assert_cmpuint (pt_verification_get_rows (verification)->len, ==, 2);
  g_assert_null (test_row (verification, "2f:00.0")->id);
}

static void
test_stranger (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (PtVerification) verification = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  {
    g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices/0000:32:00.1/driver",
                                              NULL);
    g_autofree char *target = g_file_read_link (link, NULL);
    g_autofree char *folder = g_path_get_dirname (target);
    g_autofree char *other = g_build_filename (folder, "vfio-pci", NULL);

    g_assert_cmpint (unlink (link), ==, 0);
    g_assert_cmpint (symlink (other, link), ==, 0);
  }
  verification = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_STRANGER_BOUND);
  g_assert_nonnull (test_row (verification, "32:00.1"));
}

/* libvirt gave a device to a machine that runs: none of our business. */
static void
test_libvirt_bound (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (PtVerification) before = NULL;
  g_autoptr (PtVerification) after = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  {
    g_autofree char *link = g_build_filename (self->tree, "sys/bus/pci/devices/0000:32:00.1/driver",
                                              NULL);
    g_autofree char *target = g_file_read_link (link, NULL);
    g_autofree char *folder = g_path_get_dirname (target);
    g_autofree char *other = g_build_filename (folder, "vfio-pci", NULL);

    g_assert_cmpint (unlink (link), ==, 0);
    g_assert_cmpint (symlink (other, link), ==, 0);
  }
  pt_test_write (self->tree, "sys/bus/pci/devices/0000:32:00.1/driver_override", "(null)\n");
  before = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (before), ==, PT_VERIFY_STRANGER_BOUND);
  pt_test_write (self->tree, "sys/bus/pci/devices/0000:32:00.1/driver_override", "vfio-pci\n");
  after = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (after), ==, PT_VERIFY_OK);
}

/* On vfio-pci, and the firmware's picture lies in the card all the same. */
static void
test_framebuffer (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autoptr (PtVerification) verification = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  pt_test_write (self->tree, "proc/iomem", "0-0 : 0000:32:00.0\n  0-0 : BOOTFB\n");
  test_assert_verdict (self, PT_VERIFY_OK);
  pt_test_write (self->tree, "proc/iomem", "0-0 : 0000:2f:00.0\n  0-0 : BOOTFB\n");
  verification = test_verify_now (self);
  g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_FRAMEBUFFER);
  g_assert_cmpint (test_row (verification, "2f:00.0")->result, ==, PT_VERIFY_FRAMEBUFFER);
  g_assert_cmpint (test_row (verification, "2f:00.1")->result, ==, PT_VERIFY_OK);
  g_assert_nonnull (strstr (pt_verification_get_message (verification), "picture"));
}

/* A device the user gave away before us, by an id of their own, is no stranger. */
static void
test_own_id (PtSetupFixture *self,
             gconstpointer   data)
{
  pt_test_write (self->tree, "etc/default/grub",
                 "GRUB_DISTRIBUTOR=Debian\n"
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"vfio-pci.ids=144d:a808\"\n");
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  test_assert_driver (self, "0000:23:00.0", "vfio-pci");
  test_assert_verdict (self, PT_VERIFY_OK);
}

/* Two cards of one model by different makers, named by their boards: only the one goes. */
static void
test_subsystem (PtSetupFixture *self,
                gconstpointer   data)
{
  static const char *const functions[] = { "0000:32:00.1", "0000:2f:00.1" };

  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autofree char *folder = g_build_filename (self->tree, "sys/bus/pci/devices", functions[i],
                                                  NULL);

      pt_test_write (folder, "subsystem_vendor", i == 0 ? "0x1462\n" : "0x148c\n");
      pt_test_write (folder, "subsystem_device", "0x2413\n");
    }
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  test_assert_driver (self, "0000:2f:00.1", "vfio-pci");
  test_assert_driver (self, "0000:32:00.1", "snd_hda_intel");
  test_assert_verdict (self, PT_VERIFY_OK);
}

/* The IOMMU stays off although it was asked for. */
static void
test_iommu_stays_off (PtSetupFixture *self,
                      gconstpointer   data)
{
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");
  test_assert_verdict (self, PT_VERIFY_IOMMU_OFF);
}

static void
test_next_part (PtSetupFixture *self,
                gconstpointer   data)
{
  static const char *const functions[] = { "0000:2f:00.0", "0000:2f:00.1" };

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  pt_test_write (self->tree, "sys/class/iommu/dmar0/name", "dmar0\n");
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autofree char *link =
        g_build_filename (self->tree, "sys/bus/pci/devices", functions[i], "iommu_group", NULL);
      g_autofree char *target = g_strdup_printf ("../../../kernel/iommu_groups/%d", 28 + (int)i);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
  test_assert_verdict (self, PT_VERIFY_NEXT_PART);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_assert_verdict (self, PT_VERIFY_NOT_RESTARTED);
  test_restart (self);
  test_assert_verdict (self, PT_VERIFY_OK);
}

/* On AMD the first part adds no word, it takes one away. */
static void
test_next_part_amd (PtSetupFixture *self,
                    gconstpointer   data)
{
  static const char *const functions[] = { "0000:2f:00.0", "0000:2f:00.1" };

  pt_test_write (self->tree, "etc/default/grub",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet amd_iommu=off\"\n");
  pt_test_write (self->tree, "proc/cmdline", "BOOT_IMAGE=/x ro quiet amd_iommu=off\n");
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "proc/sys/kernel/random/boot_id", "another\n");
  test_assert_verdict (self, PT_VERIFY_NO_PARAMETERS);
  test_restart (self);
  test_assert_verdict (self, PT_VERIFY_IOMMU_OFF);

  pt_test_write (self->tree, "sys/class/iommu/ivhd0/name", "ivhd0\n");
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autofree char *link =
        g_build_filename (self->tree, "sys/bus/pci/devices", functions[i], "iommu_group", NULL);
      g_autofree char *target = g_strdup_printf ("../../../kernel/iommu_groups/%d", 28 + (int)i);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
  test_assert_verdict (self, PT_VERIFY_NEXT_PART);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_restart (self);
  test_assert_verdict (self, PT_VERIFY_OK);
  pt_test_write (self->tree, "proc/cmdline", "BOOT_IMAGE=/x ro quiet\n");
  test_assert_verdict (self, PT_VERIFY_WRONG_ENTRY);
}

/* Opening, keeping, throwing away. */
static void
test_open (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *tree = g_build_filename (folder, "a", "b", NULL);
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSysroot) first = pt_rehearsal_open_in (NULL, tree, NULL, &error);
  g_autoptr (PtSysroot) second = NULL;

  g_assert_no_error (error);
  pt_test_write (tree, "etc/mine", "kept");
  second = pt_rehearsal_open_in (NULL, tree, NULL, &error);
  g_assert_no_error (error);
  kept = pt_test_read (tree, "etc/mine");
  g_assert_cmpstr (kept, ==, "kept");

  g_assert_true (pt_rehearsal_reset (second, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (pt_sysroot_exists (second, PT_PLACE_ETC, "mine"));
  g_assert_true (pt_sysroot_exists (second, PT_PLACE_ETC, "default/grub"));
}

/* A recording that changed is expanded anew. */
static void
test_open_changed (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *tree = g_build_filename (folder, "tree", NULL);
  g_autofree char *recording = g_build_filename (folder, "my.host", NULL);
  g_autoptr (PtSysroot) first = NULL;
  g_autoptr (PtSysroot) second = NULL;
  g_autofree char *name = NULL;

  pt_test_write (folder, "my.host", "F: /etc/hostname\n|one\n");
  first = pt_rehearsal_open_in (recording, tree, NULL, NULL);
  pt_test_write (folder, "my.host", "F: /etc/hostname\n|two\n");
  second = pt_rehearsal_open_in (recording, tree, NULL, NULL);
  g_assert_nonnull (second);
  name = pt_test_read (tree, "etc/hostname");
  g_assert_cmpstr (name, ==, "two\n");
}

/* Somebody's folder is not emptied. */
static void
test_open_foreign (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSysroot) sysroot = NULL;
  g_autofree char *kept = NULL;

  pt_test_write (folder, "thesis.txt", "years of work");
  g_assert_null (pt_rehearsal_open_in (NULL, folder, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_clear_error (&error);
  sysroot = pt_sysroot_new_directory (folder);
  g_assert_false (pt_rehearsal_reset (sysroot, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  kept = pt_test_read (folder, "thesis.txt");
  g_assert_cmpstr (kept, ==, "years of work");
}

static void
test_real_host (void)
{
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_rehearsal_restart (host, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
}

typedef struct
{
  const char *name;
  const char *text;
  const char *kernel; /* NULL = none is found */
  const char *arguments;
} PtEntryCase;

#define ENTRY(title, id, kernel)                                      \
  "menuentry '" title "' --class x $menuentry_id_option '" id "' {\n" \
  "\tlinux\t" kernel " root=x " id "\n"                               \
  "\tinitrd\t/i\n}\n"

static const PtEntryCase entry_cases[] = {
  { "first", ENTRY ("A", "a", "/va") ENTRY ("B", "b", "/vb"), "/va", "root=x a" },
  { "number", "set default=\"1\"\n" ENTRY ("A", "a", "/va") ENTRY ("B", "b", "/vb"), "/vb",
    "root=x b" },
  { "id", "set default=\"b\"\n" ENTRY ("A", "a", "/va") ENTRY ("B", "b", "/vb"), "/vb",
    "root=x b" },
  { "title", "set default=\"B\"\n" ENTRY ("A", "a", "/va") ENTRY ("B", "b", "/vb"), "/vb",
    "root=x b" },
  { "variable", "set default=\"${next_entry}\"\nset default=\"0\"\n" ENTRY ("A", "a", "/va"), "/va",
    "root=x a" },
  { "submenu",
    "set default=\"1\"\nsubmenu 'S' {\n" ENTRY ("A", "a", "/va") "}\n" ENTRY ("B", "b", "/vb"),
    "/vb",
    "root=x b" },
  { "empty", "", NULL, NULL },
  { "no-kernel", "menuentry 'A' {\n\tfwsetup\n}\n", NULL, NULL },
};

static void
test_entry (gconstpointer data)
{
  const PtEntryCase *self = data;
  g_autoptr (PtBootMenu) menu = pt_boot_menu_parse (self->text);
  const PtBootEntry *entry = pt_boot_menu_get_default (menu, NULL);

  g_assert_cmpint (entry != NULL, ==, self->kernel != NULL);
  if (entry == NULL)
    return;
  g_assert_cmpstr (entry->kernel, ==, self->kernel);
  g_assert_cmpstr (entry->arguments, ==, self->arguments);
  g_assert_cmpstr (entry->initrd, ==, "/i");
}

static const char *const test_amd_off[] = {
  "L: iommu_group=\n# no group ",
  "P: /devices/pci0000:00/0000:00:00.2/iommu/ivhd0\nP: /devices/platform/nothing",
  "E: SUBSYSTEM=iommu\nE: NOTHING=1",
  NULL,
};

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/setup/rehearsal/nicks", test_nicks);

#define TEST_ADD(name, edits, func)                                                           \
  g_test_add ("/setup/rehearsal/" name, PtSetupFixture, edits, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("round", NULL, test_round);
  TEST_ADD ("wrong-entry", NULL, test_wrong_entry);
  TEST_ADD ("settings-lost", NULL, test_settings_lost);
  TEST_ADD ("old-image", NULL, test_old_image);
  TEST_ADD ("driver-taken", NULL, test_driver_taken);
  TEST_ADD ("iommu-gone", NULL, test_iommu_gone);
  TEST_ADD ("group-changed", NULL, test_group_changed);
  TEST_ADD ("moved", NULL, test_moved);
  TEST_ADD ("gone", NULL, test_gone);
  TEST_ADD ("stranger", NULL, test_stranger);
  TEST_ADD ("libvirt-bound", NULL, test_libvirt_bound);
  TEST_ADD ("framebuffer", NULL, test_framebuffer);
  TEST_ADD ("own-id", NULL, test_own_id);
  TEST_ADD ("subsystem", NULL, test_subsystem);
  TEST_ADD ("iommu-stays-off", pt_setup_intel_off, test_iommu_stays_off);
  TEST_ADD ("next-part", pt_setup_intel_off, test_next_part);
  TEST_ADD ("next-part-amd", test_amd_off, test_next_part_amd);
  g_test_add_func ("/setup/rehearsal/open", test_open);
  g_test_add_func ("/setup/rehearsal/open-changed", test_open_changed);
  g_test_add_func ("/setup/rehearsal/open-foreign", test_open_foreign);
  g_test_add_func ("/setup/rehearsal/real-host", test_real_host);
  for (gsize i = 0; i < G_N_ELEMENTS (entry_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/rehearsal/entry/", entry_cases[i].name, NULL);

      g_test_add_data_func (path, &entry_cases[i], test_entry);
    }

  return g_test_run ();
}
