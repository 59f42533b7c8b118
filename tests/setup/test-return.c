/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-return"

#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "pt-return.h"
#include "pt-test.h"

/* Coming back after a restart: what a login finds, and what it must not be led astray by. */

#define BOOT_ID "proc/sys/kernel/random/boot_id"
#define TRIAL "BOOT_IMAGE=/vmlinuz ro quiet passthru.trial=0a1b2c3d:5 panic=20\n"

typedef struct
{
  char      *folder;
  PtSysroot *sysroot;
} Fixture;


static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->folder = pt_test_make_folder ();
  pt_test_write (self->folder, "proc/cmdline", "BOOT_IMAGE=/vmlinuz ro quiet\n");
  pt_test_write (self->folder, BOOT_ID, "one\n");
  self->sysroot = pt_sysroot_new_directory (self->folder);
}


static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  pt_return_forget (self->sysroot);
  g_object_unref (self->sysroot);
  pt_test_remove_tree (self->folder);
}


static void
test_ordinary (Fixture      *self,
               gconstpointer data)
{
  g_assert_false (pt_return_is_over (self->sysroot));
  g_assert_false (pt_return_is_due (self->sysroot));
}


/* Logging out and in is no restart; and what was seen is not shown again. */
static void
test_awaited (Fixture      *self,
              gconstpointer data)
{
  pt_return_await (self->sysroot);
  g_assert_false (pt_return_is_due (self->sysroot));
  pt_test_write (self->folder, BOOT_ID, "two\n");
  g_assert_true (pt_return_is_over (self->sysroot));
  g_assert_true (pt_return_is_due (self->sysroot));
  pt_return_forget (self->sysroot);
  g_assert_false (pt_return_is_due (self->sysroot));
  pt_return_forget (self->sysroot);
}


/* One more restart that is waited for. */
static void
test_awaited_again (Fixture      *self,
                    gconstpointer data)
{
  pt_return_await (self->sysroot);
  pt_test_write (self->folder, BOOT_ID, "two\n");
  pt_return_await (self->sysroot);
  g_assert_false (pt_return_is_due (self->sysroot));
  pt_test_write (self->folder, BOOT_ID, "three\n");
  g_assert_true (pt_return_is_due (self->sysroot));
}


/* A trial is everybody's business, whoever prepared it. */
static void
test_trial (Fixture      *self,
            gconstpointer data)
{
  pt_test_write (self->folder, "proc/cmdline", TRIAL);
  g_assert_false (pt_return_is_over (self->sysroot));
  g_assert_true (pt_return_is_due (self->sysroot));
  pt_test_write (self->folder, "proc/cmdline", "ro passthru.trial=nonsense\n");
  g_assert_false (pt_return_is_due (self->sysroot));
}


static char *
get_note (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "passthru", NULL);
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  const char *name = names != NULL ? g_dir_read_name (names) : NULL;

  return name != NULL ? g_build_filename (folder, name, NULL) : NULL;
}


static void
test_damaged (Fixture      *self,
              gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *large = g_strnfill (100000, 'x');

  pt_return_await (self->sysroot);
  path = get_note ();
  g_assert_nonnull (path);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_false (pt_return_is_due (self->sysroot));
  g_assert_true (g_file_set_contents (path, " \n", -1, NULL));
  g_assert_false (pt_return_is_due (self->sysroot));
  g_assert_true (g_file_set_contents (path, large, -1, NULL));
  g_assert_false (pt_return_is_due (self->sysroot));
}


/* Nothing that cannot be told opens a window. */
static void
test_unreadable (Fixture      *self,
                 gconstpointer data)
{
  g_autofree char *boot_id = g_build_filename (self->folder, BOOT_ID, NULL);

  pt_return_await (self->sysroot);
  g_assert_cmpint (unlink (boot_id), ==, 0);
  g_assert_false (pt_return_is_due (self->sysroot));
  pt_return_forget (self->sysroot);
  pt_return_await (self->sysroot);
  pt_test_write (self->folder, BOOT_ID, "two\n");
  g_assert_false (pt_return_is_due (self->sysroot));
}


/* A rehearsal's restart is none of this computer's. */
static void
test_apart (Fixture      *self,
            gconstpointer data)
{
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();

  pt_return_await (self->sysroot);
  pt_test_write (self->folder, BOOT_ID, "two\n");
  g_assert_true (pt_return_is_over (self->sysroot));
  g_assert_false (pt_return_is_over (host));
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(name, func) g_test_add ("/setup/return/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("ordinary", test_ordinary);
  ADD ("awaited", test_awaited);
  ADD ("awaited-again", test_awaited_again);
  ADD ("trial", test_trial);
  ADD ("damaged", test_damaged);
  ADD ("unreadable", test_unreadable);
  ADD ("apart", test_apart);
  return g_test_run ();
}
