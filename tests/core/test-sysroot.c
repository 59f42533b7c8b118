/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-sysroot"

#include "config.h"

#include "pt-sysroot.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-test.h"

typedef struct
{
  char      *folder;
  char      *tree;
  PtSysroot *sysroot;
} Fixture;


static void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  self->folder = pt_test_make_folder ();
  self->tree = g_build_filename (self->folder, "tree", NULL);
  pt_test_write (self->tree, "etc/hostname", " box \n");
  pt_test_write (self->folder, "secret", "outside");
  self->sysroot = pt_sysroot_new_directory (self->tree);
}


static void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  pt_test_assert_final_unref (self->sysroot);
  g_free (self->tree);
  pt_test_remove_tree (self->folder);
}


static void
fixture_link (Fixture    *self,
              const char *name,
              const char *target)
{
  g_autofree char *path = g_build_filename (self->tree, name, NULL);

  g_assert_cmpint (symlink (target, path), ==, 0);
}


static void
fixture_program (Fixture    *self,
                 const char *script)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/sbin/update-grub", NULL);

  pt_test_write (self->tree, "usr/sbin/update-grub", script);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}


static void
test_sysroot_read (Fixture      *self,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *raw = NULL;
  g_autofree char *text = NULL;
  gsize            length = 0;

  raw = pt_sysroot_read (self->sysroot, PT_PLACE_ETC, "hostname", &length, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (raw, ==, " box \n");
  g_assert_cmpuint (length, ==, 6);
  text = pt_sysroot_read_text (self->sysroot, PT_PLACE_ROOT, "/etc/hostname", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "box");
  g_assert_true (pt_sysroot_exists (self->sysroot, PT_PLACE_ETC, NULL));
  g_assert_true (pt_sysroot_exists (self->sysroot, PT_PLACE_ETC, "hostname"));
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ETC, "passwd"));
  g_assert_true (pt_sysroot_can_write (self->sysroot, PT_PLACE_ETC, "hostname"));
  g_assert_true (pt_sysroot_can_write (self->sysroot, PT_PLACE_ETC, NULL));
  g_assert_false (pt_sysroot_can_write (self->sysroot, PT_PLACE_ETC, "passwd"));
  g_assert_false (pt_sysroot_is_real (self->sysroot));
}


static void
test_sysroot_paths (Fixture      *self,
                    gconstpointer data)
{
  g_autofree char *expected = g_build_filename (self->tree, "etc/default/grub", NULL);
  g_autofree char *path = pt_sysroot_path (self->sysroot, PT_PLACE_ETC, "default/grub");
  g_autofree char *logical = pt_sysroot_logical_path (self->sysroot, PT_PLACE_ETC, "default/grub");
  g_autofree char *root = pt_sysroot_path (self->sysroot, PT_PLACE_ROOT, "/");
  g_autofree char *linked = NULL;
  g_autofree char *through = NULL;

  g_assert_cmpstr (path, ==, expected);
  g_assert_cmpstr (logical, ==, "/etc/default/grub");
  g_assert_cmpstr (root, ==, self->tree);
  g_assert_null (pt_sysroot_path (self->sysroot, PT_PLACE_ETC, "../../secret"));
  g_assert_null (pt_sysroot_logical_path (self->sysroot, PT_PLACE_ETC, "a//b"));

  /* A link to a place outside is a link to that place inside. */
  pt_test_write (self->tree, "etc/default/grub", "");
  fixture_link (self, "absolute", "/etc/default");
  linked = pt_sysroot_path (self->sysroot, PT_PLACE_ROOT, "absolute/grub");
  g_assert_cmpstr (linked, ==, expected);
  through = pt_sysroot_path (self->sysroot, PT_PLACE_ROOT, "absolute/new");
  g_assert_true (g_str_has_suffix (through, "/tree/etc/default/new"));
}


static void
test_sysroot_escapes (Fixture      *self,
                      gconstpointer data)
{
  static const char *const names[] = { "../secret", "..", "a/../../../secret", "default//x", "x/" };
  g_autofree char         *text = NULL;

  for (gsize i = 0; i + 1 < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, names[i], NULL, &error));
      g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_ESCAPES);
      g_clear_error (&error);
      g_assert_null (pt_sysroot_list (self->sysroot, PT_PLACE_ETC, names[i], &error));
      g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_ESCAPES);
      g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ETC, names[i]));
      g_assert_false (pt_sysroot_can_write (self->sysroot, PT_PLACE_ETC, names[i]));
    }

  fixture_link (self, "etc/out", "../../secret");
  fixture_link (self, "etc/up", "../../../..");
  fixture_link (self, "etc/absolute", "/etc/hostname");
  g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, "out", NULL, NULL));
  text = pt_sysroot_read_text (self->sysroot, PT_PLACE_ETC, "up/etc/absolute", NULL);
  g_assert_cmpstr (text, ==, "box");
}


static void
test_sysroot_links (Fixture      *self,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  fixture_link (self, "etc/group", "../../../../kernel/iommu_groups/28");
  name = pt_sysroot_read_link (self->sysroot, PT_PLACE_ETC, "group", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "28");
  text = pt_sysroot_read_link_text (self->sysroot, PT_PLACE_ETC, "group", &error);
  g_assert_cmpstr (text, ==, "../../../../kernel/iommu_groups/28");

  g_assert_null (pt_sysroot_read_link (self->sysroot, PT_PLACE_ETC, "hostname", &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (pt_sysroot_read_link (self->sysroot, PT_PLACE_ETC, "nothing", &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
}


/* Nothing here may block or be taken for content. */
static void
test_sysroot_odd_files (Fixture      *self,
                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fifo = g_build_filename (self->tree, "etc/fifo", NULL);
  g_autofree char *large = g_build_filename (self->tree, "etc/large", NULL);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, "fifo", NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, NULL, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED);
  g_clear_error (&error);

  pt_test_write (self->tree, "etc/large", "");
  g_assert_cmpint (truncate (large, 4 * 1024 * 1024 + 1), ==, 0);
  g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, "large", NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_TOO_LARGE);
  g_clear_error (&error);

  pt_test_write (self->tree, "etc/binary", "\xff\xfe");
  g_assert_null (pt_sysroot_read_text (self->sysroot, PT_PLACE_ETC, "binary", &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_FAILED);
  g_clear_error (&error);

  g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, "hostname/x", NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
}


static void
test_sysroot_denied (Fixture      *self,
                     gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->tree, "etc/hostname", NULL);

  if (geteuid () == 0)
    {
      g_test_skip ("root may read everything");
      return;
    }
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  g_assert_null (pt_sysroot_read (self->sysroot, PT_PLACE_ETC, "hostname", NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
  g_assert_false (pt_sysroot_can_write (self->sysroot, PT_PLACE_ETC, "hostname"));
}


static void
test_sysroot_list (Fixture      *self,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  pt_test_write (self->tree, "etc/b", "");
  pt_test_write (self->tree, "etc/a", "");
  names = pt_sysroot_list (self->sysroot, PT_PLACE_ETC, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (names), ==, 3);
  g_assert_cmpstr (names[0], ==, "a");
  g_assert_cmpstr (names[2], ==, "hostname");

  g_assert_null (pt_sysroot_list (self->sysroot, PT_PLACE_BOOT, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (pt_sysroot_list (self->sysroot, PT_PLACE_ETC, "a", &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
}


/* The tree's own program, the tree as working directory, nothing of our environment. */
static void
test_sysroot_run (Fixture      *self,
                  gconstpointer data)
{
  static const char *const arguments[] = { "-o", "two words; $HOME", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *expected = NULL;

  g_setenv ("PASSTHRU_TEST_LEAK", "leak", TRUE);
  fixture_program (
    self,
    "#!/bin/sh\npwd -P\necho \"$PASSTHRU_SYSROOT|$PASSTHRU_TEST_LEAK|$1|$2\"\necho late >&2\n");
  expected = g_strdup_printf ("%s\n%s||-o|two words; $HOME\nlate\n", self->tree, self->tree);

  g_assert_true (
    pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, arguments, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, expected);
}


/* The boot menu stays in the computer's language, whoever has it written anew. */
static void
test_sysroot_run_language (Fixture      *self,
                           gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *all = g_strdup (g_getenv ("LC_ALL"));
  g_autofree char *lang = g_strdup (g_getenv ("LANG"));

  g_unsetenv ("LC_ALL");
  g_setenv ("LANG", "de_DE.UTF-8", TRUE);
  fixture_program (self, "#!/bin/sh\necho \"$LANG|${LC_ALL-unset}\"\n");
  g_assert_true (
    pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, "de_DE.UTF-8|unset\n");

  g_unsetenv ("LANG");
  if (lang != NULL)
    g_setenv ("LANG", lang, TRUE);
  if (all != NULL)
    g_setenv ("LC_ALL", all, TRUE);
}


static void
test_sysroot_run_fails (Fixture      *self,
                        gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->tree, "usr/sbin/update-grub", NULL);

  /* Every computer has a program of this name; the tree has not. */
  g_assert_null (pt_sysroot_find_program (self->sysroot, PT_PROGRAM_UPDATE_GRUB));
  g_assert_false (pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
  g_clear_error (&error);

  fixture_program (self, "#!/bin/sh\necho no space left\nexit 3\n");
  g_assert_false (pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_PROGRAM);
  g_assert_cmpstr (error->message, ==, "/usr/sbin/update-grub failed with status 3: no space left");
  g_clear_error (&error);

  fixture_program (self, "#!/bin/sh\nkill -9 $$\n");
  g_assert_false (pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_PROGRAM);
  g_clear_error (&error);

  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_false (pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
}


static gpointer
test_sysroot_cancel_thread (gpointer data)
{
  Fixture         *self = data;
  g_autofree char *started = g_build_filename (self->tree, "started", NULL);

  /* The program says when it runs. */
  while (!g_file_test (started, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  g_cancellable_cancel (g_object_get_data (G_OBJECT (self->sysroot), "cancellable"));
  return NULL;
}


static void
test_sysroot_run_cancel (Fixture      *self,
                         gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = NULL;
  gint64   began = g_get_monotonic_time ();

  fixture_program (self, "#!/bin/sh\n: >started\nsleep 60 & wait\n");
  g_object_set_data (G_OBJECT (self->sysroot), "cancellable", cancellable);
  thread = g_thread_new ("cancel", test_sysroot_cancel_thread, self);
  g_assert_false (
    pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 30 * G_USEC_PER_SEC);
}


static void
fixture_set_mode (Fixture    *self,
                  const char *name,
                  int         mode)
{
  g_autofree char *path = g_build_filename (self->tree, name, NULL);

  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}


static void
assert_denied (PtSysroot  *sysroot,
               const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, &error);

  g_test_message ("%s", name);
  g_assert_null (text);
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
}


static void
assert_readable (PtSysroot  *sysroot,
                 const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (text);
}


/* Modes count, whoever runs this test: for the user of the computer that the tree is, not for its
 * root. */
static void
test_sysroot_as_user (Fixture      *self,
                      gconstpointer data)
{
  g_autoptr (PtSysroot) user = pt_sysroot_for_user (self->sysroot);
  g_autoptr (PtSysroot) root = pt_sysroot_for_root (user);
  g_autoptr (PtSysroot) same = pt_sysroot_for_user (user);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  pt_test_write (self->tree, "boot/open", "x");
  pt_test_write (self->tree, "boot/group", "x");
  pt_test_write (self->tree, "boot/closed", "x");
  pt_test_write (self->tree, "boot/efi/loader/loader.conf", "x");
  pt_test_write (self->tree, "boot/hidden/name", "x");
  fixture_link (self, "boot/around", "efi/loader/loader.conf");
  fixture_set_mode (self, "boot/group", 0640);
  fixture_set_mode (self, "boot/closed", 0600);
  fixture_set_mode (self, "boot/efi", 0700);
  fixture_set_mode (self, "boot/hidden", 0711);

  g_assert_true (same == user);
  assert_readable (user, "open");
  assert_readable (user, "group");
  assert_readable (user, "hidden/name");
  assert_denied (user, "closed");
  assert_denied (user, "efi/loader/loader.conf");
  assert_denied (user, "around");
  assert_denied (user, "efi/nothing-there");
  g_assert_true (pt_sysroot_exists (user, PT_PLACE_BOOT, "closed"));
  g_assert_false (pt_sysroot_exists (user, PT_PLACE_BOOT, "efi/loader"));
  g_assert_false (pt_sysroot_can_write (user, PT_PLACE_BOOT, "open"));
  names = pt_sysroot_list (user, PT_PLACE_BOOT, "hidden", &error);
  g_assert_null (names);
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);

  assert_readable (root, "closed");
  assert_readable (root, "around");
  g_assert_true (pt_sysroot_can_write (root, PT_PLACE_BOOT, "open"));
}


static void
test_sysroot_host (void)
{
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  g_autofree char *path = pt_sysroot_path (host, PT_PLACE_PROC, "cmdline");

  g_assert_true (pt_sysroot_is_real (host));
  g_assert_cmpstr (pt_sysroot_get_directory (host), ==, "");
  g_assert_cmpstr (path, ==, "/proc/cmdline");
  g_assert_true (pt_sysroot_exists (host, PT_PLACE_PROC, "self/status"));
  g_assert_null (pt_sysroot_path (host, PT_PLACE_ETC, "../proc"));
}


static void
test_sysroot_missing_tree (void)
{
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory ("/nonexistent/tree");
  g_autoptr (GError) error = NULL;

  g_assert_null (pt_sysroot_list (sysroot, PT_PLACE_PCI_DEVICES, NULL, &error));
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
  g_assert_false (pt_sysroot_exists (sysroot, PT_PLACE_ROOT, NULL));
}


#define TEST(name, func) \
  g_test_add ("/core/sysroot/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST ("read", test_sysroot_read);
  TEST ("paths", test_sysroot_paths);
  TEST ("escapes", test_sysroot_escapes);
  TEST ("links", test_sysroot_links);
  TEST ("odd-files", test_sysroot_odd_files);
  TEST ("denied", test_sysroot_denied);
  TEST ("list", test_sysroot_list);
  TEST ("run", test_sysroot_run);
  TEST ("run-language", test_sysroot_run_language);
  TEST ("run-fails", test_sysroot_run_fails);
  TEST ("run-cancel", test_sysroot_run_cancel);
  TEST ("as-user", test_sysroot_as_user);
  g_test_add_func ("/core/sysroot/host", test_sysroot_host);
  g_test_add_func ("/core/sysroot/missing-tree", test_sysroot_missing_tree);
  return g_test_run ();
}
