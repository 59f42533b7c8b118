/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-ivshmem"

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "pt-ivshmem-private.h"
#include "pt-machine.h"

#define SIZE 65536


/* In the real place: leases and owners are the kernel's doing. (transfer full) */
static char *
make_file (gsize size)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *name = g_strconcat ("passthru-test-", unique, NULL);
  char            *path = g_build_filename ("/dev/shm", name, NULL);
  int              descriptor = open (path, O_RDWR | O_CREAT | O_EXCL, 0600);

  g_assert_cmpint (descriptor, >=, 0);
  g_assert_cmpint (ftruncate (descriptor, size), ==, 0);
  close (descriptor);
  return path;
}


static gboolean
is_there (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}


static void
assert_prepares (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_ivshmem_prepare (path, SIZE, TRUE, &error));
  g_assert_no_error (error);
}


static void
assert_refuses (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_ivshmem_prepare (path, SIZE, TRUE, &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, path));
  g_test_message ("%s", error->message);
}


static void
test_absent (void)
{
  assert_prepares ("/dev/shm/passthru-test-absent");
}


/* Of the right size or not: an old session's pictures are no good start. */
static void
test_left_over (void)
{
  g_autofree char *same = make_file (SIZE);
  g_autofree char *other = make_file (SIZE / 2);

  assert_prepares (same);
  assert_prepares (other);
  g_assert_false (is_there (same));
  g_assert_false (is_there (other));
}


static void
test_open_elsewhere (void)
{
  g_autofree char *path = make_file (SIZE);
  int              descriptor = open (path, O_RDONLY);

  assert_refuses (path);
  g_assert_true (is_there (path));
  close (descriptor);
  assert_prepares (path);
  g_assert_false (is_there (path));
}


/* QEMU may have closed the file and still use it. */
static void
test_mapped_elsewhere (void)
{
  g_autofree char *path = make_file (SIZE);
  int              descriptor = open (path, O_RDWR);
  gpointer         memory = mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);

  g_assert_true (memory != MAP_FAILED);
  close (descriptor);
  assert_refuses (path);
  g_assert_true (is_there (path));
  munmap (memory, SIZE);
  assert_prepares (path);
}


/* A machine of the system's daemon: the file is ours so that we may open it, and must stay so. */
static void
test_put_there (void)
{
  g_autofree char *path = make_file (SIZE * 2);
  g_autoptr (GError) error = NULL;
  struct stat status = { 0 };
  int         descriptor = open (path, O_RDONLY);

  g_assert_false (pt_ivshmem_prepare (path, SIZE, FALSE, &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_STORAGE);
  g_clear_error (&error);
  close (descriptor);
  g_assert_true (pt_ivshmem_prepare (path, SIZE, FALSE, &error));
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, 0);
  g_assert_cmpint (truncate (path, SIZE), ==, 0);
  g_assert_true (pt_ivshmem_prepare (path, SIZE, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, SIZE);
  g_assert_cmpint (g_unlink (path), ==, 0);
}


static void
test_not_a_file (void)
{
  g_autofree char *target = make_file (SIZE);
  g_autofree char *link = g_strconcat (target, "-link", NULL);

  g_assert_cmpint (symlink (target, link), ==, 0);
  assert_refuses (link);
  g_assert_true (is_there (target));
  g_assert_cmpint (g_unlink (link), ==, 0);
  g_assert_cmpint (g_mkdir (link, 0700), ==, 0);
  assert_refuses (link);
  pt_ivshmem_remove (link);
  g_assert_true (is_there (link));
  g_assert_cmpint (g_rmdir (link), ==, 0);
  g_assert_cmpint (g_unlink (target), ==, 0);
}


/* Prepared for us by an administrator, or left by somebody else. */
static void
test_foreign (void)
{
  g_autofree char *path = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a file away");
      return;
    }
  path = make_file (SIZE);
  g_assert_cmpint (chown (path, 12345, 12345), ==, 0);
  assert_prepares (path);
  g_assert_true (is_there (path));
  g_assert_cmpint (truncate (path, 0), ==, 0);
  assert_prepares (path);
  g_assert_cmpint (truncate (path, SIZE * 2), ==, 0);
  assert_refuses (path);
  pt_ivshmem_remove (path);
  g_assert_true (is_there (path));
  g_assert_cmpint (g_unlink (path), ==, 0);
}


static void
test_remove (void)
{
  g_autofree char *path = make_file (SIZE);
  int              descriptor = open (path, O_RDWR);
  guint8          *memory = mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);

  /* A reader keeps what it has. */
  memory[0] = 42;
  pt_ivshmem_remove (path);
  g_assert_false (is_there (path));
  g_assert_cmpint (memory[0], ==, 42);
  munmap (memory, SIZE);
  close (descriptor);
  pt_ivshmem_remove (path);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/vm/ivshmem/absent", test_absent);
  g_test_add_func ("/vm/ivshmem/left-over", test_left_over);
  g_test_add_func ("/vm/ivshmem/open-elsewhere", test_open_elsewhere);
  g_test_add_func ("/vm/ivshmem/mapped-elsewhere", test_mapped_elsewhere);
  g_test_add_func ("/vm/ivshmem/put-there", test_put_there);
  g_test_add_func ("/vm/ivshmem/not-a-file", test_not_a_file);
  g_test_add_func ("/vm/ivshmem/foreign", test_foreign);
  g_test_add_func ("/vm/ivshmem/remove", test_remove);
  return g_test_run ();
}
