/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-host-file"

#include "config.h"

#include "pt-host-file.h"
#include "pt-sysroot.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-test.h"

static const char test_host_file_good[] =
  "# a comment\n"
  "D: /sys/class/iommu\n"
  "P: /devices/pci0000:00/0000:00:01.0\n"
  "E: SUBSYSTEM=pci\n"
  "E: DRIVER=pcieport\n"
  "A: class=0x060400\n"
  "\n"
  "P: /devices/pci0000:00/0000:00:01.0/0000:01:00.0\n"
  "E: SUBSYSTEM=pci\n"
  "L: driver=../../../../bus/pci/drivers/amdgpu\n"
  "L: iommu_group=28\n"
  "A: vendor=0x1002\\n\n"
  "A: power/control=a\\\\b\n"
  "H: config=0210df73\n"
  "N: mem\n"
  "\n"
  "F: /etc/default/grub 0640\n"
  "|GRUB_DEFAULT=0\n"
  "|\n"
  "!no line end\n"
  "F: /etc/name with blanks\n"
  "X: /usr/sbin/update-grub\n"
  "|#!/bin/sh\n"
  "D: /boot/secret 0700\n"
  "L: /etc/os-release=../usr/lib/os-release\n";


static void
test_host_file_expect_mode (const char *folder,
                            const char *name,
                            guint       mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat      info = { 0 };

  g_assert_cmpint (g_lstat (path, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 07777, ==, mode);
}


static void
test_host_file_expect_link (const char *folder,
                            const char *name,
                            const char *target)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = g_file_read_link (path, NULL);

  g_assert_cmpstr (text, ==, target);
}


static void
test_host_file_expect_text (const char *folder,
                            const char *name,
                            const char *expected)
{
  g_autofree char *text = pt_test_read (folder, name);

  g_assert_cmpstr (text, ==, expected);
}


static void
test_host_file_expand (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GError) error = NULL;

  pt_host_file_expand_text (test_host_file_good, "good", folder, NULL, &error);
  g_assert_no_error (error);

  test_host_file_expect_text (folder, "sys/bus/pci/devices/0000:01:00.0/vendor", "0x1002\n");
  test_host_file_expect_text (folder, "sys/bus/pci/devices/0000:01:00.0/power/control", "a\\b");
  test_host_file_expect_text (folder, "sys/bus/pci/devices/0000:01:00.0/config", "\x02\x10\xdfs");
  test_host_file_expect_text (folder, "sys/bus/pci/devices/0000:00:01.0/uevent",
                              "SUBSYSTEM=pci\nDRIVER=pcieport\n");
  test_host_file_expect_link (folder, "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/driver",
                              "../../../../bus/pci/drivers/amdgpu");
  test_host_file_expect_link (folder,
                              "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/iommu_group",
                              "../../../../kernel/iommu_groups/28");
  test_host_file_expect_text (folder, "sys/kernel/iommu_groups/28/devices/0000:01:00.0/vendor",
                              "0x1002\n");
  test_host_file_expect_text (folder, "sys/bus/pci/drivers/amdgpu/0000:01:00.0/vendor", "0x1002\n");
  test_host_file_expect_text (folder, "sys/bus/pci/drivers/pcieport/0000:00:01.0/class",
                              "0x060400");
  test_host_file_expect_text (folder, "etc/default/grub", "GRUB_DEFAULT=0\n\nno line end");
  test_host_file_expect_text (folder, "etc/name with blanks", "");
  test_host_file_expect_mode (folder, "etc/default/grub", 0640);
  test_host_file_expect_mode (folder, "usr/sbin/update-grub", 0755);
  test_host_file_expect_mode (folder, "boot/secret", 0700);
  test_host_file_expect_link (folder, "etc/os-release", "../usr/lib/os-release");
}


/* A second expansion over the first gives the same tree: what is there is replaced. */
static void
test_host_file_again (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  pt_host_file_expand_text (test_host_file_good, "good", folder, NULL, &error);
  g_assert_no_error (error);
  first = pt_test_describe_tree (folder);
  pt_host_file_expand_text (test_host_file_good, "good", folder, NULL, &error);
  g_assert_no_error (error);
  second = pt_test_describe_tree (folder);
  pt_test_assert_same_tree (first, second);
}


static void
test_host_file_syntax (void)
{
  static const char *const bad[] = {
    "hello\n", "P:\n", "P: devices/x\n", "A: vendor=1\n", "E: A=B\n", "H: x=00\n", "Z: /x\n",
    "P: /devices/x\nA: novalue\n", "P: /devices/x\nA: =1\n", "P: /devices/x\nH: c=0\n",
    "P: /devices/x\nH: c=zz\n", "|text\n", "F: /x\n%0\n", "F: /x\n\n|late\n", "F: x\n", "L: a=b\n",
    "D: /x\n|text\n", "P: /devices/x\n\nA: a=b\n", "F: /x\nA: a=b\n"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (pt_host_file_expand_text (bad[i], "bad", folder, NULL, &error));
      g_assert_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_SYNTAX);
      g_assert_true (g_str_has_prefix (error->message, "bad:"));
    }
}


/* Each of these tries to write beside the tree. */
static void
test_host_file_escapes (void)
{
  static const char *const bad[] = {
    "F: /../outside\n|x\n",
    "F: /a/../../outside\n|x\n",
    "F: //outside\n|x\n",
    "X: /../outside\n|x\n",
    "D: /../outside\n",
    "P: /../../outside\n",
    "P: /devices/x\nA: ../../../../outside=x\n",
    "P: /devices/x\nA: /outside=x\n",
    "P: /devices/x\nL: ../../../../outside=x\n",
    "P: /devices/x\nL: link=../../../../outside\n",
    "L: /link=/outside\n",
    "L: /link=..\n",
    "L: /a/link=../../outside\n",
    "L: /a/link=b/../../../outside\n",
    "L: /../outside=x\n",
    "P: /devices/x\nE: SUBSYSTEM=../../../..\n\n",
    "P: /devices/x\nE: SUBSYSTEM=pci\nE: DRIVER=../../../../../outside\n\n",
    "D: /dir\nL: /link=dir\nF: /link/file\n|x\n",
    "F: /file\n|x\nF: /file/below\n|x\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
      g_autofree char *tree = g_build_filename (folder, "tree", NULL);
      g_autofree char *outside = g_build_filename (folder, "outside", NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (pt_host_file_expand_text (bad[i], "bad", tree, NULL, &error));
      g_assert_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_ESCAPES);
      g_assert_false (g_file_test (outside, G_FILE_TEST_EXISTS));
    }
}


/* A link that was there before the expansion is replaced or refused, never followed. */
static void
test_host_file_planted_link (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *tree = g_build_filename (folder, "tree", NULL);
  g_autofree char *link = g_build_filename (tree, "etc", NULL);
  g_autofree char *file = g_build_filename (tree, "file", NULL);
  g_autoptr (GError) error = NULL;

  pt_test_write (folder, "outside/name", "kept");
  pt_test_write (tree, "x", "");
  g_assert_cmpint (symlink ("../outside", link), ==, 0);
  g_assert_cmpint (symlink ("../outside/name", file), ==, 0);

  g_assert_false (pt_host_file_expand_text ("F: /etc/name\n|new\n", "bad", tree, NULL, &error));
  g_assert_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_ESCAPES);
  g_clear_error (&error);
  pt_host_file_expand_text ("F: /file\n|new\n", "good", tree, NULL, &error);
  g_assert_no_error (error);
  test_host_file_expect_text (folder, "outside/name", "kept");
  test_host_file_expect_text (tree, "file", "new\n");
}


static void
test_host_file_files (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *file = g_build_filename (folder, "x.host", NULL);
  g_autofree char *tree = g_build_filename (folder, "a", "b", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  pt_test_write (folder, "x.host", test_host_file_good);
  pt_host_file_expand (file, tree, NULL, &error);
  g_assert_no_error (error);

  g_cancellable_cancel (cancellable);
  g_assert_false (pt_host_file_expand (file, tree, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  pt_test_write (folder, "x.host", "F: /\xff\xfe\n");
  g_assert_false (pt_host_file_expand (file, tree, NULL, &error));
  g_assert_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_false (pt_host_file_expand (folder, tree, NULL, &error));
  g_assert_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (pt_host_file_expand_text ("", "x", file, NULL, &error));
  g_assert_error (error, PT_HOST_FILE_ERROR, PT_HOST_FILE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_false (pt_host_file_expand (file, tree, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}


/* Bytes cut, doubled and changed at random: an error or a tree, never a crash, never a file
 * outside. */
static void
test_host_file_garbled (void)
{
  const gsize length = sizeof test_host_file_good - 1;

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
      g_autofree char *tree = g_build_filename (folder, "tree", NULL);
      g_autofree char *text = g_strdup (test_host_file_good);
      g_autoptr (GDir) beside = NULL;

      for (int i = 0; i < 4; i++)
        text[g_test_rand_int_range (0, (gint32)length)] =
          "./\n\\:=| 0PFL"[g_test_rand_int_range (0, 12)];
      pt_host_file_expand_text (text, "garbled", tree, NULL, NULL);

      beside = g_dir_open (folder, 0, NULL);
      g_assert_cmpstr (g_dir_read_name (beside), ==, "tree");
      g_assert_null (g_dir_read_name (beside));
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/core/host-file/expand", test_host_file_expand);
  g_test_add_func ("/core/host-file/again", test_host_file_again);
  g_test_add_func ("/core/host-file/syntax", test_host_file_syntax);
  g_test_add_func ("/core/host-file/escapes", test_host_file_escapes);
  g_test_add_func ("/core/host-file/planted-link", test_host_file_planted_link);
  g_test_add_func ("/core/host-file/files", test_host_file_files);
  g_test_add_func ("/core/host-file/garbled", test_host_file_garbled);
  return g_test_run ();
}
