/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-installed-entries"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "pt-trial.h"
#include "setup-generators.h"
#include "setup-trials.h"

/* systemd-boot as Debian's own package lays it out: whenever an initramfs was built, kernel-install
 * writes the entries anew, and without /etc/kernel/cmdline from the running command line. */

#define TEST_RELEASE "6.1.0-18-amd64"
#define TEST_ENTRY "boot/efi/loader/entries/debian-" TEST_RELEASE ".conf"
#define TEST_OTHER "boot/efi/loader/entries/debian-6.1.0-17-amd64.conf"
#define TEST_SOURCE "etc/kernel/cmdline"
#define TEST_INITRD "initrd=\\debian\\" TEST_RELEASE "\\initrd.img-" TEST_RELEASE " "
#define TEST_LINE TEST_INITRD PT_SETUP_ROOT " ro quiet"
#define TEST_OURS "vfio-pci.ids=1002:73df passthru.bind=0000:2f:00.1=1002:ab28"
#define TEST_HOOK                                                              \
  "#!/bin/sh\nset -e\n\"$PASSTHRU_SYSROOT/usr/lib/update-initramfs\" \"$@\"\n" \
  "for kernel in \"$PASSTHRU_SYSROOT\"/boot/vmlinuz-*; do\n"                   \
  "  \"$PASSTHRU_SYSROOT/usr/bin/kernel-install\" add \"${kernel##*/vmlinuz-}\"\ndone\n"

/* By somebody, and by us. */
static void
test_rebuild (PtSetupFixture *self)
{
  static const char *const arguments[] = { "-u", "-k", "all", NULL };
  g_autoptr (GError) error = NULL;

  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_INITRAMFS, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_install_hook (PtSetupFixture *self)
{
  g_autofree char *tool = g_build_filename (self->tree, "usr/sbin/update-initramfs", NULL);
  g_autofree char *real = g_build_filename (self->tree, "usr/lib/update-initramfs", NULL);

  pt_setup_fixture_add_tool (self, "kernel-install", "usr/bin/kernel-install");
  pt_test_write (self->tree, "usr/lib/update-initramfs", "");
  g_assert_cmpint (rename (tool, real), ==, 0);
  pt_test_write (self->tree, "usr/sbin/update-initramfs", TEST_HOOK);
  g_assert_cmpint (chmod (tool, 0755), ==, 0);
}

static const PtSetupLoader *
test_find_loader (void)
{
  for (gsize i = 0; pt_setup_loaders[i].nick != NULL; i++)
    if (g_str_equal (pt_setup_loaders[i].nick, "systemd-boot"))
      return &pt_setup_loaders[i];
  g_assert_not_reached ();
}

static void
test_set_up (PtSetupFixture *self,
             gconstpointer   data)
{
  pt_setup_fixture_set_up (self, NULL);
  pt_setup_fixture_use_loader (self, test_find_loader ());
  pt_setup_fixture_offer_trial (self, test_find_loader ());
  pt_test_remove_tree (g_build_filename (self->tree, "boot/efi/loader/entries", NULL));
  pt_test_remove_tree (g_build_filename (self->tree, TEST_SOURCE, NULL));
  pt_test_write (self->tree, "boot/efi/loader/loader.conf", "timeout 3\n");
  pt_test_write (self->tree, "proc/cmdline", TEST_LINE "\n");
  if (data != NULL)
    pt_test_write (self->tree, TEST_SOURCE, data);
  test_install_hook (self);
  test_rebuild (self);
  pt_setup_fixture_remember (self);
}

static void
test_assert_options (PtSetupFixture *self,
                     const char     *name,
                     const char     *words)
{
  g_autofree char *text = pt_test_read (self->tree, name);
  g_autofree char *line = g_strdup_printf ("\noptions    " PT_SETUP_ROOT " ro quiet%s%s\n",
                                           *words != '\0' ? " " : "", words);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, line));
}

/* The start of an entry with @words behind the others. */
static void
test_boot (PtSetupFixture *self,
           const char     *words)
{
  g_autofree char *line = g_strdup_printf (TEST_LINE " %s\n", words);

  pt_test_write (self->tree, "proc/cmdline", line);
}

/* Whoever builds an initramfs, and whenever: what is in force stays so. */
static void
test_cycle (PtSetupFixture *self,
            gconstpointer   data)
{
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_assert_options (self, TEST_ENTRY, TEST_OURS);
  test_assert_options (self, TEST_OTHER, "");
  test_rebuild (self);
  test_assert_options (self, TEST_ENTRY, TEST_OURS);

  test_boot (self, TEST_OURS);
  test_rebuild (self);
  test_assert_options (self, TEST_ENTRY, TEST_OURS);
  pt_setup_fixture_undo (self);
  test_assert_options (self, TEST_ENTRY, "");
  pt_test_write (self->tree, "proc/cmdline", TEST_LINE "\n");
  pt_setup_fixture_assert_original (self);
}

/* Undo died when it had taken the file away, and begins again. */
static void
test_undo_twice (PtSetupFixture *self,
                 gconstpointer   data)
{
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_boot (self, TEST_OURS);
  pt_test_remove_tree (g_build_filename (self->tree, TEST_SOURCE, NULL));
  pt_setup_fixture_undo (self);
  test_assert_options (self, TEST_ENTRY, "");
  pt_test_write (self->tree, "proc/cmdline", TEST_LINE "\n");
  pt_setup_fixture_assert_original (self);
}

/* What somebody added to the file that we made is theirs, and the file with it. */
static void
test_later_edit (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *text = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, TEST_SOURCE, PT_SETUP_ROOT " ro quiet later=1 " TEST_OURS "\n");
  pt_setup_fixture_undo (self);
  text = pt_test_read (self->tree, TEST_SOURCE);
  g_assert_cmpstr (text, ==, PT_SETUP_ROOT " ro quiet later=1\n");
  test_assert_options (self, TEST_ENTRY, "later=1");
}

/* The countdown of a trial gets into no entry but its own. */
static void
test_trial (PtSetupFixture *self,
            gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (PtPlan) again = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;

  pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  again = pt_setup_fixture_plan (self, PT_TEST_CARD);
  pt_trial_start (again, &error);
  g_assert_no_error (error);
  test_assert_options (self, TEST_ENTRY, "");
  copy = pt_test_read (self->tree, "boot/efi/loader/entries/0-passthru_trial.conf");
  g_assert_nonnull (strstr (copy, " " TEST_OURS " passthru.trial="));

  test_boot (self, TEST_OURS " passthru.trial=01234567:5 panic=20");
  test_rebuild (self);
  test_assert_options (self, TEST_ENTRY, "");
  pt_setup_fixture_undo (self);
  test_assert_options (self, TEST_ENTRY, "");
}

/* An entry written by hand is nobody's to write anew: no file is made. */
static void
test_by_hand (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autofree char *text = pt_test_read (self->tree, TEST_ENTRY);
  g_autoptr (GString) edited = g_string_new (text);
  g_autoptr (PtPlan) plan = NULL;

  g_string_replace (edited, "/debian/" TEST_RELEASE "/linux", "/vmlinuz", 1);
  pt_test_write (self->tree, TEST_ENTRY, edited->str);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_plan_is_applicable (plan));
  for (guint i = 0; i < pt_plan_get_steps (plan)->len; i++)
    g_assert_cmpstr (pt_step_get_file (g_ptr_array_index (pt_plan_get_steps (plan), i)), !=,
                     "/" TEST_SOURCE);
}

/* The image that starts is the copy: while that is an old one, nothing is set up. */
static void
test_stale_copy (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *tool = g_build_filename (self->tree, "usr/bin/kernel-install", NULL);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_add_tool (self, "lsinitramfs", "usr/bin/lsinitramfs");
  pt_setup_fixture_remember (self);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);

  pt_test_write (self->tree, "usr/bin/kernel-install", "#!/bin/sh\n");
  g_assert_cmpint (chmod (tool, 0755), ==, 0);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "/boot/efi/debian/"));
  g_assert_nonnull (strstr (error->message, "everything was put back"));
}

/* Nothing left to do is nothing, even where the file is gone again. */
static void
test_repeated (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_remove_tree (g_build_filename (self->tree, TEST_SOURCE, NULL));
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 0);
}

static void
test_add (const char *name,
          const char *source,
          void (*func) (PtSetupFixture *,
                        gconstpointer))
{
  g_test_add (name, PtSetupFixture, source, test_set_up, func, pt_setup_fixture_tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  test_add ("/setup/installed-entries/missing/cycle", NULL, test_cycle);
  test_add ("/setup/installed-entries/missing/undo-twice", NULL, test_undo_twice);
  test_add ("/setup/installed-entries/missing/later-edit", NULL, test_later_edit);
  test_add ("/setup/installed-entries/missing/trial", NULL, test_trial);
  test_add ("/setup/installed-entries/missing/by-hand", NULL, test_by_hand);
  test_add ("/setup/installed-entries/missing/repeated", NULL, test_repeated);
  test_add ("/setup/installed-entries/there/stale-copy", PT_SETUP_ROOT " ro quiet\n",
            test_stale_copy);
  test_add ("/setup/installed-entries/there/cycle", PT_SETUP_ROOT " ro quiet\n", test_cycle);
  test_add ("/setup/installed-entries/there/trial", PT_SETUP_ROOT " ro quiet\n", test_trial);
  return g_test_run ();
}
