/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-test-handover-holder"

#include "config.h"

#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-handover-holder.h"
#include "pt-test-host.h"

/* As libvirt writes it. */
#define QEMU_LIBVIRT                                                                 \
  "/usr/bin/qemu-system-x86_64\0-name\0guest=Windows 11,debug-threads=on\0-device\0" \
  "{\"driver\":\"vfio-pci\",\"host\":\"0000:23:00.0\",\"id\":\"hostdev0\",\"bus\":\"pci.4\"}\0"
#define QEMU_BY_HAND "qemu-system-x86_64\0-device\0vfio-pci,host=23:00.0\0--name\0a,,b,process=x\0"
#define QEMU_OTHER "qemu-system-x86_64\0-name\0other\0-device\0vfio-pci,host=24:00.0\0"

#define TEST_BYTES(literal) literal, sizeof (literal) - 1


static void
assert_machine (const char *arguments,
                gsize       length,
                const char *expected)
{
  /* A buffer of just that size, so that a byte read behind it is seen. */
  g_autofree char *exact = g_memdup2 (arguments, length);
  g_autofree char *machine = pt_handover_parse_machine (length > 0 ? exact : "", length);

  g_assert_cmpstr (machine, ==, expected);
}


static void
test_name (void)
{
  assert_machine (TEST_BYTES (QEMU_LIBVIRT), "Windows 11");
  assert_machine (TEST_BYTES (QEMU_BY_HAND), "a,b");
  assert_machine (TEST_BYTES ("qemu\0-name\0plain\0"), "plain");
  assert_machine (TEST_BYTES ("qemu\0-name\0guest=\xff\033[2J\0"), "\xef\xbf\xbd?[2J");
  assert_machine (TEST_BYTES ("qemu\0-name\0"), NULL);
  assert_machine (TEST_BYTES ("qemu\0-name\0\0"), NULL);
  assert_machine (TEST_BYTES ("qemu\0-name\0,,\0"), ",");
  assert_machine (TEST_BYTES ("qemu\0-name\0,debug-threads=on\0"), NULL);
  assert_machine (TEST_BYTES ("-names\0x\0"), NULL);
  assert_machine (TEST_BYTES (""), NULL);
}


static void
test_uses (void)
{
  PtAddress drive = { 0, 0x23, 0, 0 };
  PtAddress elsewhere = { 1, 0x23, 0, 0 };

  g_assert_true (pt_handover_parse_uses (TEST_BYTES (QEMU_LIBVIRT), &drive));
  g_assert_true (pt_handover_parse_uses (TEST_BYTES (QEMU_BY_HAND), &drive));
  g_assert_false (pt_handover_parse_uses (TEST_BYTES (QEMU_LIBVIRT), &elsewhere));
  g_assert_false (pt_handover_parse_uses (TEST_BYTES (QEMU_BY_HAND), &elsewhere));
  g_assert_false (pt_handover_parse_uses (TEST_BYTES (QEMU_OTHER), &drive));
  g_assert_false (pt_handover_parse_uses (TEST_BYTES ("less\0notes-on-0000:23:00.0\0"), &drive));
  g_assert_false (pt_handover_parse_uses ("", 0, &drive));
}


static void
write_process (PtTestHost *host,
               const char *pid,
               const char *program,
               const char *arguments,
               gsize       length)
{
  g_autofree char *comm = g_build_filename ("proc", pid, "comm", NULL);
  g_autofree char *path =
    g_build_filename (pt_test_host_get_folder (host), "proc", pid, "cmdline", NULL);
  g_autoptr (GError) error = NULL;

  pt_test_host_write (host, comm, program);
  g_file_set_contents (path, arguments, (gssize)length, &error);
  g_assert_no_error (error);
}


static char *
find_holder (PtTestHost *host)
{
  PtAddress drive = { 0, 0x23, 0, 0 };

  return pt_handover_find_holder (pt_test_host_get_sysroot (host), &drive, "23");
}


static void
test_holder (void)
{
  g_autoptr (PtTestHost) host = pt_test_host_new ("sample");
  g_autofree char *nobody = find_holder (host);
  g_autofree char *somebody = NULL;
  g_autofree char *machine = NULL;
  g_autofree char *fds = NULL;
  g_autofree char *fd = NULL;

  g_assert_null (nobody);
  write_process (host, "99", "qemu-system-x86\n", TEST_BYTES (QEMU_OTHER));
  write_process (host, "98", "kthreadd\n", "", 0);
  write_process (host, "97", "odd\n", TEST_BYTES ("vfio-pci 0000:23:00.0"));
  nobody = find_holder (host);
  g_assert_null (nobody);

  /* Added while it runs: no command line has it, and only the open node tells. */
  write_process (host, "4711", "cloud-hypervi\n", TEST_BYTES ("cloud-hypervisor\0"));
  fds = g_build_filename (pt_test_host_get_folder (host), "proc/4711/fd", NULL);
  fd = g_build_filename (fds, "17", NULL);
  g_assert_cmpint (g_mkdir (fds, 0755), ==, 0);
  g_assert_cmpint (symlink ("/dev/vfio/123", fd), ==, 0);
  nobody = find_holder (host);
  g_assert_null (nobody);
  g_assert_cmpint (unlink (fd), ==, 0);
  g_assert_cmpint (symlink ("/dev/vfio/23", fd), ==, 0);
  somebody = find_holder (host);
  g_assert_cmpstr (somebody, ==, "“cloud-hypervi” (process 4711)");

  write_process (host, "1234", "qemu-system-x86\n", TEST_BYTES (QEMU_LIBVIRT));
  machine = find_holder (host);
  g_assert_cmpstr (machine, ==, "the virtual machine “Windows 11” (process 1234)");
}


/* The group goes as a whole: the machine may have been given another member of it. */
static void
test_group (void)
{
  g_autoptr (PtTestHost) host = pt_test_host_new ("sample");
  PtAddress        keyboard = { 0, 0x2a, 0, 1 };
  g_autofree char *holder = NULL;

  write_process (host, "7", "qemu-system-x86\n",
                 TEST_BYTES ("qemu\0-name\0guest=mate\0-device\0vfio-pci,host=0000:2a:00.3\0"));
  holder = pt_handover_find_holder (pt_test_host_get_sysroot (host), &keyboard, "21");
  g_assert_cmpstr (holder, ==, "the virtual machine “mate” (process 7)");
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/setup/handover-holder/name", test_name);
  g_test_add_func ("/setup/handover-holder/uses", test_uses);
  g_test_add_func ("/setup/handover-holder/holder", test_holder);
  g_test_add_func ("/setup/handover-holder/group", test_group);
  return g_test_run ();
}
