/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-sample"

#include "config.h"

#include "pt-data.h"
#include "pt-host-file.h"
#include "pt-sysroot.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pt-test.h"

typedef struct
{
  char      *folder;
  PtSysroot *sysroot;
} Fixture;


static void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  g_autofree char *file = pt_data_find ("sample.host");
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (file);
  self->folder = pt_test_make_folder ();
  pt_host_file_expand (file, self->folder, NULL, &error);
  g_assert_no_error (error);
  self->sysroot = pt_sysroot_new_directory (self->folder);
}


static void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  g_object_unref (self->sysroot);
  pt_test_remove_tree (self->folder);
}


static void
test_sample_run (Fixture *self)
{
  static const char *const arguments[] = { "-u", "-k", "all", NULL };
  g_autoptr (GError) error = NULL;

  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_INITRAMFS, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}


/* What the sample ships is what its own programs make: without that no undo could be exact. */
static void
test_sample_programs_are_stable (Fixture      *self,
                                 gconstpointer data)
{
  g_autofree char *before = pt_test_describe_tree (self->folder);
  g_autofree char *after = NULL;

  test_sample_run (self);
  after = pt_test_describe_tree (self->folder);
  pt_test_assert_same_tree (before, after);
}


/* They really read the configuration, and taking it back takes back every byte. */
static void
test_sample_programs_follow (Fixture      *self,
                             gconstpointer data)
{
  static const char early_script[] = "#!/bin/sh\n[ \"$1\" = prereqs ] && exit 0\nexit 0\n";
  g_autofree char  *before = pt_test_describe_tree (self->folder);
  g_autofree char  *after = NULL;
  g_autofree char  *grub = NULL;
  g_autofree char  *image = NULL;
  g_autofree char  *drop_in = g_build_filename (self->folder, "etc/default/grub.d/x.cfg", NULL);
  g_autofree char  *script = g_build_filename (self->folder,
                                               "etc/initramfs-tools/scripts/init-top/early", NULL);

  pt_test_write (self->folder, "etc/default/grub.d/x.cfg",
                 "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT a=b\"\n");
  pt_test_write (self->folder, "etc/initramfs-tools/scripts/init-top/early", early_script);
  g_assert_cmpint (g_chmod (script, 0755), ==, 0);
  test_sample_run (self);

  grub = pt_test_read (self->folder, "boot/grub/grub.cfg");
  g_assert_nonnull (strstr (grub, " ro quiet a=b\n"));
  g_assert_null (strstr (grub, "single a=b"));
  image = pt_test_read (self->folder, "boot/initrd.img-6.1.0-18-amd64");
  g_assert_nonnull (strstr (image, "init-top/early\nrun /scripts/init-top/udev\n"));

  g_assert_cmpint (g_unlink (drop_in), ==, 0);
  g_assert_cmpint (g_unlink (script), ==, 0);
  test_sample_run (self);
  after = pt_test_describe_tree (self->folder);
  pt_test_assert_same_tree (before, after);
}


#define TEST(name, func) \
  g_test_add ("/host/sample/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST ("programs-are-stable", test_sample_programs_are_stable);
  TEST ("programs-follow", test_sample_programs_follow);
  return g_test_run ();
}
