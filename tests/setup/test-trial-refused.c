/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial-refused"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "pt-one-shot.h"
#include "pt-trial.h"
#include "setup-fixture.h"

/* The sample machine as one that cannot try a start once: why, and what to do instead. */

typedef struct
{
  const char *name;
  const char *mounts; /* of the root file system, or NULL */
  const char *device; /* that it lies on, with its number */
  const char *number;
  const char *added[2]; /* files */
  const char *removed[2];
  PtOneShot   expected;
  const char *words; /* in what is said */
} TestRefused;

static const TestRefused test_cases[] = {
  {
    .name = "lvm",
    .mounts = "27 1 253:0 / / rw - ext4 /dev/mapper/vg-root rw\n",
    .device = "dm-0",
    .number = "253:0\n",
    .expected = PT_ONE_SHOT_MAPPED_DISK,
    .words = "LVM, RAID or an encrypted disk",
  },
  {
    .name = "luks",
    .mounts = "27 1 253:1 / / rw - xfs /dev/mapper/luks-1 rw\n",
    .device = "dm-1",
    .number = "253:1\n",
    .expected = PT_ONE_SHOT_MAPPED_DISK,
    .words = "LVM, RAID or an encrypted disk",
  },
  {
    .name = "raid",
    .mounts = "27 1 9:0 / / rw - ext4 /dev/md0 rw\n",
    .device = "md0",
    .number = "9:0\n",
    .expected = PT_ONE_SHOT_MAPPED_DISK,
    .words = "LVM, RAID or an encrypted disk",
  },
  {
    .name = "rpm-ostree-gone",
    .added = { "run/ostree-booted" },
    .expected = PT_ONE_SHOT_NOT_OFFERED,
    .words = "rpm-ostree rollback",
  },
  {
    .name = "nixos",
    .added = { "etc/NIXOS" },
    .expected = PT_ONE_SHOT_NOT_OFFERED,
    .words = "nixos-rebuild switch --rollback",
  },
  {
    .name = "limine",
    .added = { "boot/limine.conf" },
    .removed = { "etc/default/grub", "proc/cmdline" },
    .expected = PT_ONE_SHOT_NOT_OFFERED,
    .words = "press E on the entry",
  },
  {
    .name = "refind",
    .added = { "boot/refind_linux.conf" },
    .removed = { "etc/default/grub", "proc/cmdline" },
    .expected = PT_ONE_SHOT_NOT_OFFERED,
    .words = "press F2 twice",
  },
  {
    .name = "unified-image",
    .added = { "boot/efi/EFI/Linux/arch.efi" },
    .removed = { "etc/default/grub", "proc/cmdline" },
    .expected = PT_ONE_SHOT_NOT_OFFERED,
    .words = "part of the kernel image",
  },
  {
    .name = "unknown-loader",
    .removed = { "etc/default/grub" },
    .expected = PT_ONE_SHOT_UNKNOWN_LOADER,
    .words = "which boot loader starts this computer",
  },
};

static void
test_change (PtSetupFixture    *self,
             const TestRefused *refused)
{
  if (refused->mounts != NULL)
    {
      g_autofree char *number = g_strdup_printf ("sys/class/block/%s/dev", refused->device);
      g_autofree char *mounts = g_build_filename (self->tree, "proc/self/mountinfo", NULL);

      g_assert_cmpint (unlink (mounts), ==, 0);
      pt_test_write (self->tree, "proc/self/mountinfo", refused->mounts);
      pt_test_write (self->tree, number, refused->number);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused->removed) && refused->removed[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (self->tree, refused->removed[i], NULL);

      g_assert_cmpint (unlink (path), ==, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused->added) && refused->added[i] != NULL; i++)
    pt_test_write (self->tree, refused->added[i], "");
}

static void
test_refused (PtSetupFixture *self,
              gconstpointer   data)
{
  const TestRefused *refused = data;
  g_autofree char   *reason = NULL;
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  test_change (self, refused);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpstr (pt_one_shot_to_nick (pt_host_get_facts (pt_plan_get_host (plan))->one_shot), ==,
                   pt_one_shot_to_nick (refused->expected));
  g_assert_false (pt_trial_is_possible (plan, &reason));
  g_test_message ("%s", reason);
  g_assert_nonnull (strstr (reason, refused->words));
  pt_setup_fixture_remember (self);
  g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED);
  pt_setup_fixture_assert_original (self);
}

static void
test_set_up (PtSetupFixture *self,
             gconstpointer   data)
{
  pt_setup_fixture_set_up (self, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (test_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/trial-refused/", test_cases[i].name, NULL);

      g_test_add (path, PtSetupFixture, &test_cases[i], test_set_up, test_refused,
                  pt_setup_fixture_tear_down);
    }
  return g_test_run ();
}
