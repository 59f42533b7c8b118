/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-shared-memory"

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame-fixture.h"
#include "pt-shared-memory.h"

static void
refuse (const char *path,
        const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_open (path, &error);

  g_assert_null (memory);
  g_assert_error (error, PT_FRAME_ERROR, PT_FRAME_ERROR_OPEN);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, part));
}


static void
test_open (FrameFixture *fixture,
           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_open (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (memory->size, ==, fixture->size);
  g_assert_true (pt_shared_memory_is_current (memory));
  g_assert_cmphex (pt_shared_memory_load32 (memory, 0), ==, 0x504D474C);
  g_assert_cmpint (fcntl (memory->fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
}


static void
test_refused (FrameFixture *fixture,
              gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->directory, "link", NULL);
  g_autofree char *pipe_path = g_build_filename (fixture->directory, "pipe", NULL);
  g_autofree char *empty = g_build_filename (fixture->directory, "empty", NULL);
  g_autofree char *missing = g_build_filename (fixture->directory, "missing", NULL);

  g_assert_cmpint (symlink (fixture->path, link), ==, 0);
  g_assert_cmpint (mkfifo (pipe_path, 0600), ==, 0);
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  refuse (link, "symbolic links");
  refuse (pipe_path, "neither a shared memory file nor");
  refuse ("/dev/null", "neither a shared memory file nor");
  refuse (fixture->directory, "directory");
  refuse (empty, "empty");
  refuse (missing, "No such file");
  g_unlink (link);
  g_unlink (pipe_path);
  g_unlink (empty);
}


static void
test_contains (void)
{
  guint8 bytes[64] = { 0 };
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_new_for_data (bytes, sizeof bytes);

  g_assert_true (pt_shared_memory_contains (memory, 0, 64));
  g_assert_true (pt_shared_memory_contains (memory, 64, 0));
  g_assert_false (pt_shared_memory_contains (memory, 0, 65));
  g_assert_false (pt_shared_memory_contains (memory, 65, 0));
  g_assert_false (pt_shared_memory_contains (memory, 1, 64));
  g_assert_false (pt_shared_memory_contains (memory, G_MAXUINT64, 2));
  g_assert_false (pt_shared_memory_contains (memory, 8, G_MAXUINT64));
}


/* The producer's own mapping must not be touched any more when the file is short. */
static void
test_truncated (FrameFixture *fixture,
                gconstpointer data)
{
  g_autoptr (PtSharedMemory) memory = pt_shared_memory_open (fixture->path, NULL);
  guint32 copy[4] = { 1, 1, 1, 1 };

  g_assert_nonnull (memory);
  g_assert_cmpint (ftruncate (fixture->fd, 8192), ==, 0);
  g_assert_cmphex (pt_shared_memory_load32 (memory, 0), ==, 0x504D474C);
  g_assert_false (pt_shared_memory_is_lost (memory));
  g_assert_false (pt_shared_memory_is_current (memory));
  pt_shared_memory_snapshot (memory, 1024 * 1024, copy, sizeof copy);
  g_assert_cmpuint (copy[0] | copy[3], ==, 0);
  g_assert_true (pt_shared_memory_is_lost (memory));
  pt_shared_memory_store32 (memory, fixture->size - 4, 7);
  g_assert_cmpuint (pt_shared_memory_load32 (memory, fixture->size - 4), ==, 7);
  g_assert_cmphex (pt_shared_memory_load32 (memory, 0), ==, 0x504D474C);
}


/* While a picture is being read. */
static void
test_reader_truncated (FrameFixture *fixture,
                       gconstpointer data)
{
  const gsize sizes[] = { 0, 100, 4096, 8192, FRAME_FIXTURE_SIZE / 2 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
      frame_fixture_send (fixture, NULL, 0);
      g_clear_pointer (&fixture->producer, pt_producer_free);
      g_assert_cmpint (ftruncate (fixture->fd, (off_t)sizes[i]), ==, 0);
      for (guint j = 0; j < 1000; j++)
        frame_fixture_step (fixture);
      g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), !=, PT_SOURCE_LIVE);
      if (sizes[i] == 0)
        g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_NO_MEMORY);
      if (sizes[i] == 4096)
        g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_TOO_SMALL);
      g_assert_cmpint (ftruncate (fixture->fd, (off_t)fixture->size), ==, 0);
      fixture->producer = pt_producer_new (fixture->memory, fixture->size);
    }
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
}


static void
test_appears (FrameFixture *fixture,
              gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->directory, "elsewhere", NULL);

  g_assert_cmpint (g_rename (fixture->path, elsewhere), ==, 0);
  for (guint i = 0; i < 20; i++)
    frame_fixture_step (fixture);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_NO_MEMORY);
  g_assert_nonnull (strstr (pt_kvmfr_reader_get_message (fixture->reader), "No such file"));
  g_assert_cmpint (g_rename (elsewhere, fixture->path), ==, 0);
  frame_fixture_go_live (fixture);
}


/* Another machine's start puts a new file in place of the one we have mapped. */
static void
test_replaced (FrameFixture *fixture,
               gconstpointer data)
{
  guint8 *old = fixture->memory;
  int     old_fd = fixture->fd;

  frame_fixture_go_live (fixture);
  g_clear_pointer (&fixture->producer, pt_producer_free);
  g_unlink (fixture->path);
  fixture->fd = g_open (fixture->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fixture->fd, (off_t)fixture->size), ==, 0);
  fixture->memory = mmap (NULL, fixture->size, PROT_READ | PROT_WRITE, MAP_SHARED, fixture->fd, 0);
  g_assert_true (fixture->memory != MAP_FAILED);
  fixture->producer = pt_producer_new (fixture->memory, fixture->size);
  frame_fixture_await_state (fixture, PT_SOURCE_STALLED);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  frame_fixture_assert_picture (fixture);
  munmap (old, fixture->size);
  close (old_fd);
}


/* Once a guard is there, a fault elsewhere still ends the process, and a handler that was there
 * before still runs. */
static guint8 *
map_nothing (FrameFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->directory, "short", NULL);
  int              fd = g_open (path, O_RDWR | O_CREAT, 0600);
  guint8          *bytes = mmap (NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

  g_unlink (path);
  close (fd);
  return bytes;
}


static void
earlier_cb (int number)
{
  static const char text[] = "earlier handler\n";

  if (write (STDOUT_FILENO, text, sizeof text - 1) < 0)
    _exit (2);
  _exit (0);
}


static void
test_chain (FrameFixture *fixture,
            gconstpointer data)
{
  gboolean earlier = GPOINTER_TO_INT (data);

  if (g_test_subprocess ())
    {
      g_autoptr (PtSharedMemory) memory = NULL;
      guint8 *bytes = NULL;

      signal (SIGBUS, earlier ? earlier_cb : SIG_DFL);
      memory = pt_shared_memory_open (fixture->path, NULL);
      g_assert_nonnull (memory);
      bytes = map_nothing (fixture);
      g_unlink (fixture->path);
      g_rmdir (fixture->directory);
      g_assert_cmpuint (*(volatile guint8 *)bytes, ==, 0);
      _exit (3);
    }
  g_test_trap_subprocess (NULL, 5 * G_USEC_PER_SEC, 0);
  if (earlier)
    {
      g_test_trap_assert_passed ();
      g_test_trap_assert_stdout ("*earlier handler*");
    }
  else
    g_test_trap_assert_failed ();
}


#define ADD(name, data, func)                                                               \
  g_test_add ("/frame/shared-memory/" name, FrameFixture, data, frame_fixture_set_up, func, \
              frame_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/frame/shared-memory/contains", test_contains);
  ADD ("open", NULL, test_open);
  ADD ("refused", NULL, test_refused);
  ADD ("truncated", NULL, test_truncated);
  ADD ("reader-truncated", NULL, test_reader_truncated);
  ADD ("appears", NULL, test_appears);
  ADD ("replaced", NULL, test_replaced);
  ADD ("chain-default", GINT_TO_POINTER (FALSE), test_chain);
  ADD ("chain-earlier", GINT_TO_POINTER (TRUE), test_chain);
  return g_test_run ();
}
