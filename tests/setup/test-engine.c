/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-engine"

#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-report.h"
#include "setup-fixture.h"

#define TEST_OURS "etc/default/grub.d/60-passthru.cfg"
#define TEST_SCRIPT "etc/initramfs-tools/scripts/init-top/passthru"
#define TEST_JOURNAL "var/lib/passthru/journal"

static PtSetupState
test_status (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;
  PtSetupState state = pt_engine_status (self->sysroot, NULL, NULL, &error);

  g_assert_no_error (error);
  return state;
}

static void
test_assert_apply_fails (PtSetupFixture *self,
                         PtSetupError    code)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PT_SETUP_ERROR, (int)code);
}

static char *
test_assert_undo_fails (PtSetupFixture *self,
                        PtSetupError    code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, (int)code);
  return g_strdup (error->message);
}

static void
test_assert_nothing (PtSetupFixture *self)
{
  g_autofree char *message = test_assert_undo_fails (self, PT_SETUP_ERROR_NOTHING);

  g_assert_nonnull (message);
}

static guint
test_mode (PtSetupFixture *self,
           const char     *name)
{
  g_autofree char *path = g_build_filename (self->tree, name, NULL);
  struct stat      info = { 0 };

  g_assert_cmpint (lstat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static void
test_exists (PtSetupFixture *self,
             const char     *name,
             gboolean        expected)
{
  g_autofree char *path = g_build_filename (self->tree, name, NULL);

  g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, expected);
}

static void
test_apply_undo (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *menu = NULL;
  g_autofree char *image = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_cmpint (test_status (self), ==, PT_SETUP_APPLIED);
  g_assert_cmpuint (test_mode (self, TEST_SCRIPT), ==, 0755);
  g_assert_cmpuint (test_mode (self, "etc/initramfs-tools/hooks/passthru"), ==, 0755);
  g_assert_cmpuint (test_mode (self, TEST_OURS), ==, 0644);
  g_assert_cmpuint (test_mode (self, "var/lib/passthru"), ==, 0700);
  g_assert_cmpuint (test_mode (self, TEST_JOURNAL), ==, 0600);
  menu = pt_test_read (self->tree, "boot/grub/grub.cfg");
  g_assert_nonnull (strstr (menu, " quiet vfio-pci.ids=1002:73df "
                                  "passthru.bind=0000:2f:00.1=1002:ab28\n"));
  /* The way out of trouble stays clean. */
  g_assert_nonnull (strstr (menu, " ro single\n"));
  image = pt_test_read (self->tree, "boot/initrd.img-6.1.0-18-amd64");
  g_assert_nonnull (strstr (image, "/scripts/init-top/passthru"));

  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
  g_assert_cmpint (test_status (self), ==, PT_SETUP_NONE);
  test_assert_nothing (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_status_content (PtSetupFixture *self,
                     gconstpointer   data)
{
  g_autoptr (PtIntent) intent = NULL;
  g_autofree char *boot_id = NULL;
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD ",23:00.0");
  g_assert_cmpint (pt_engine_status (self->sysroot, &intent, &boot_id, &error), ==,
                   PT_SETUP_APPLIED);
  g_assert_no_error (error);
  g_assert_cmpstr (boot_id, ==, "00000000-0000-0000-0000-0000000000b0");
  g_assert_cmpuint (pt_intent_get_addresses (intent)->len, ==, 2);
  g_assert_cmpuint (g_strv_length ((char **)pt_intent_get_identities (intent)), ==, 3);
  g_assert_cmpstr (pt_intent_get_identities (intent)[2], ==, "0000:2f:00.1=1002:ab28");
}

/* The status of the check drift. */
static PtStatus
test_drift (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, &error);
  g_autoptr (PtReport) report = NULL;

  g_assert_no_error (error);
  pt_engine_tell_host (host);
  report = pt_report_new (host);
  return pt_check_get_status (pt_report_get_check (report, PT_CHECK_DRIFT));
}

/* What a set-up was made for is kept with it, compared later, and goes with its undo. */
static void
test_status_drift (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autofree char *link =
    g_build_filename (self->tree, "sys/bus/pci/devices/0000:23:00.0", NULL);
  g_autofree char *seen = NULL;
  g_autoptr (PtSeen) parsed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_engine_get_seen (self->sysroot, &seen, &error));
  g_assert_null (seen);
  pt_setup_fixture_apply (self, PT_TEST_CARD ",23:00.0");
  g_assert_true (pt_engine_get_seen (self->sysroot, &seen, &error));
  g_assert_no_error (error);
  parsed = pt_seen_parse (seen);
  g_assert_nonnull (parsed);
  g_assert_cmpuint (parsed->devices->len, ==, 3);
  g_assert_cmpint (test_drift (self), ==, PT_STATUS_PASS);

  g_assert_cmpint (unlink (link), ==, 0);
  g_assert_cmpint (test_drift (self), ==, PT_STATUS_WARN);
  g_assert_true (pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (test_drift (self), ==, PT_STATUS_PASS);
}

static void
test_progress_cb (const char *step_id,
                  guint       index,
                  guint       total,
                  PtStepState state,
                  gpointer    user_data)
{
  static const char *const states[] = { "started", "done", "failed", "undone" };

  g_string_append_printf (user_data, "%s %u/%u %s\n", step_id, index, total, states[state]);
}

static void
test_progress (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (pt_engine_apply (plan, test_progress_cb, text, NULL, NULL));
  g_assert_cmpstr (text->str, ==,
                   "initramfs-hook 0/5 started\ninitramfs-hook 0/5 done\n"
                   "early-script 1/5 started\nearly-script 1/5 done\n"
                   "initramfs 2/5 started\ninitramfs 2/5 done\n"
                   "boot-parameters 3/5 started\nboot-parameters 3/5 done\n"
                   "update-boot-loader 4/5 started\nupdate-boot-loader 4/5 done\n");
  g_string_truncate (text, 0);
  /* The activation goes first, and a program runs when what it reads is back. */
  g_assert_true (pt_engine_undo (self->sysroot, test_progress_cb, text, NULL, NULL));
  g_assert_cmpstr (text->str, ==,
                   "boot-parameters 0/5 started\nboot-parameters 0/5 undone\n"
                   "update-boot-loader 1/5 started\nupdate-boot-loader 1/5 undone\n"
                   "early-script 2/5 started\nearly-script 2/5 undone\n"
                   "initramfs-hook 3/5 started\ninitramfs-hook 3/5 undone\n"
                   "initramfs 4/5 started\ninitramfs 4/5 undone\n");
}

static void
test_twice (PtSetupFixture *self,
            gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_assert_cmpint (test_status (self), ==, PT_SETUP_APPLIED);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* Somebody else is at it: neither apply nor undo touches anything. */
static void
test_busy (PtSetupFixture *self,
           gconstpointer   data)
{
  g_autofree char *folder = g_build_filename (self->tree, "var/lib/passthru", NULL);
  g_autofree char *message = NULL;
  int              fd = -1;

  g_assert_cmpint (mkdir (folder, 0700), ==, 0);
  pt_setup_fixture_remember (self);
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  test_assert_apply_fails (self, PT_SETUP_ERROR_BUSY);
  message = test_assert_undo_fails (self, PT_SETUP_ERROR_BUSY);
  pt_setup_fixture_assert_original (self);
  close (fd);

  /* The folder was there before us and stays. */
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_refused (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, "32:00.0");
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED);
  pt_setup_fixture_assert_original (self);
}

static void
test_unsupported (PtSetupFixture *self,
                  gconstpointer   data)
{
  pt_test_write (self->tree, "etc/NIXOS", "");
  pt_setup_fixture_remember (self);
  test_assert_apply_fails (self, PT_SETUP_ERROR_UNSUPPORTED);
  pt_setup_fixture_assert_original (self);
}

static void
test_changed (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_test_write (self->tree, TEST_OURS, "# somebody was faster\n");
  pt_setup_fixture_remember (self);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED);
  pt_setup_fixture_assert_original (self);
}

/* Folders that are missing are made and go again; modes, links and odd bytes come back. */
static void
test_odd_tree (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autofree char *drop_ins = g_build_filename (self->tree, "etc/default/grub.d", NULL);
  g_autofree char *hook = g_build_filename (self->tree, "etc/initramfs-tools/hooks/passthru", NULL);
  g_autofree char *script = g_build_filename (self->tree, TEST_SCRIPT, NULL);
  g_autofree char *grub = g_build_filename (self->tree, "etc/default/grub", NULL);
  g_autofree char *state = g_build_filename (self->tree, "var/lib", NULL);
  g_autofree char *images = g_build_filename (self->tree, "var", NULL);

  g_assert_cmpint (symlink ("../nowhere", hook), ==, 0);
  pt_test_write (self->tree, TEST_SCRIPT, "#!/bin/sh\n\xff\xfe old and odd");
  g_assert_cmpint (chmod (script, 02511), ==, 0);
  pt_test_write (self->tree, "etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT='vfio-pci.ids=1:2'");
  g_assert_cmpint (chmod (grub, 0640), ==, 0);
  g_assert_cmpint (chmod (drop_ins, 0750), ==, 0);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, NULL);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_INITRAMFS,
                  (const char *const[]){ "-u", "-k", "all", NULL },
                  NULL, NULL, NULL);
  pt_test_remove_tree (g_steal_pointer (&images));
  pt_setup_fixture_remember (self);

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_cmpuint (test_mode (self, "etc/default/grub"), ==, 0640);
  g_assert_cmpuint (test_mode (self, "var/lib"), ==, 0755);
  g_assert_cmpuint (test_mode (self, "var/lib/passthru"), ==, 0700);
  g_assert_cmpuint (test_mode (self, "etc/initramfs-tools/hooks/passthru"), ==, 0755);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
  g_assert_false (g_file_test (state, G_FILE_TEST_EXISTS));
}

/* Folders somebody else began to use stay. */
static void
test_shared_folders (PtSetupFixture *self,
                     gconstpointer   data)
{
  pt_test_remove_tree (g_build_filename (self->tree, "var", NULL));
  pt_test_remove_tree (g_build_filename (self->tree, "etc/initramfs-tools/hooks", NULL));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "var/lib/other", "x");
  pt_test_write (self->tree, "etc/initramfs-tools/hooks/other", "x");
  pt_setup_fixture_undo (self);
  test_exists (self, "var/lib/other", TRUE);
  test_exists (self, "var/lib/passthru", FALSE);
  test_exists (self, "etc/initramfs-tools/hooks/other", TRUE);
  test_exists (self, "etc/initramfs-tools/hooks/passthru", FALSE);
}

/* A program of the host fails half-way: all is put back, and the error says so. */
static void
test_program_fails (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/sbin/update-grub", NULL);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  pt_test_write (self->tree, "usr/sbin/update-grub",
                 "#!/bin/sh\ncd \"$PASSTHRU_SYSROOT\"\n"
                 "if [ -e etc/default/grub.d/60-passthru.cfg ]; then\n"
                 "  echo half a menu > boot/grub/grub.cfg; echo no room left >&2; exit 3\nfi\n"
                 "exec ./usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_setup_fixture_remember (self);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "no room left"));
  g_assert_nonnull (strstr (error->message, "everything was put back"));
  pt_setup_fixture_assert_original (self);
}

/* A program that also fails on the way back: said, and a later undo finishes. */
static void
test_program_is_broken (PtSetupFixture *self,
                        gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/sbin/update-initramfs", NULL);
  g_autofree char *good = pt_test_read (self->tree, "usr/sbin/update-initramfs");
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_test_write (self->tree, "usr/sbin/update-initramfs", "#!/bin/sh\nexit 1\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "not everything could be put back"));
  g_assert_cmpint (test_status (self), ==, PT_SETUP_INTERRUPTED);
  test_assert_apply_fails (self, PT_SETUP_ERROR_BUSY);

  pt_test_write (self->tree, "usr/sbin/update-initramfs", good);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* What a program leaves running keeps the lock, as what a killed helper leaves does: the undo waits
 * until it has ended. */
static void
test_program_outlives (PtSetupFixture *self,
                       gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/sbin/update-initramfs", NULL);
  g_autofree char *good = pt_test_read (self->tree, "usr/sbin/update-initramfs");
  g_autofree char *late = g_build_filename (self->tree, "late", NULL);
  g_autofree char *slow =
    g_strconcat (good, "(sleep 1; : >./late) </dev/null >/dev/null 2>&1 &\n", NULL);

  pt_test_write (self->tree, "usr/sbin/update-initramfs", slow);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "usr/sbin/update-initramfs", good);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  g_assert_false (g_file_test (late, G_FILE_TEST_EXISTS));
  pt_setup_fixture_undo (self);
  g_assert_cmpint (unlink (late), ==, 0);
  pt_setup_fixture_assert_original (self);
}

static void
test_cancelled (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (pt_engine_apply (plan, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pt_setup_fixture_assert_original (self);
}

static void
test_cancel_cb (const char *step_id,
                guint       index,
                guint       total,
                PtStepState state,
                gpointer    user_data)
{
  if (g_str_equal (step_id, "initramfs") && state == PT_STEP_DONE)
    g_cancellable_cancel (user_data);
}

static void
test_cancelled_later (PtSetupFixture *self,
                      gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_engine_apply (plan, test_cancel_cb, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  pt_setup_fixture_assert_original (self);
}

/* The user's own file, changed by the user after us: their edit stays, ours goes. */
static void
test_user_edit (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autofree char *now = NULL;

  pt_test_write (self->tree, "etc/default/grub",
                 "# a\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet vfio-pci.ids=1:2\"\n");
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, "etc/default/grub",
                 "# b\nGRUB_CMDLINE_LINUX_DEFAULT=\"splash vfio-pci.ids=1:2,1002:73df,3:4\"\n"
                 "GRUB_TIMEOUT=1\n");
  pt_setup_fixture_undo (self);
  now = pt_test_read (self->tree, "etc/default/grub");
  g_assert_cmpstr (now, ==,
                   "# b\nGRUB_CMDLINE_LINUX_DEFAULT=\"splash vfio-pci.ids=1:2,3:4\"\n"
                   "GRUB_TIMEOUT=1\n");
  test_exists (self, TEST_OURS, FALSE);
  test_exists (self, "var/lib/passthru", FALSE);
}

/* A file that is wholly ours, edited by somebody: named, left alone, the rest undone;
 * then settled by hand. */
static void
test_conflict (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autofree char *message = NULL;
  g_autofree char *now = NULL;
  g_autofree char *path = g_build_filename (self->tree, TEST_OURS, NULL);

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_test_write (self->tree, TEST_OURS, "GRUB_TIMEOUT=9\n");
  message = test_assert_undo_fails (self, PT_SETUP_ERROR_CONFLICT);
  g_assert_nonnull (strstr (message, "/" TEST_OURS));
  now = pt_test_read (self->tree, TEST_OURS);
  g_assert_cmpstr (now, ==, "GRUB_TIMEOUT=9\n");
  test_exists (self, TEST_SCRIPT, FALSE);
  g_assert_cmpint (test_status (self), ==, PT_SETUP_INTERRUPTED);

  unlink (path);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* Ours, deleted by somebody: nothing to complain about. */
static void
test_deleted (PtSetupFixture *self,
              gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, TEST_OURS, NULL);

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  unlink (path);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* Only the mode of ours was changed: still ours. */
static void
test_mode_changed (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, TEST_SCRIPT, NULL);

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_journal_cut (PtSetupFixture *self,
                  gconstpointer   data)
{
  g_autofree char *journal = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  journal = pt_test_read (self->tree, TEST_JOURNAL);
  /* In the middle of the last line, "applied". */
  journal[strlen (journal) - 5] = '\0';
  pt_test_write (self->tree, TEST_JOURNAL, journal);
  g_assert_cmpint (test_status (self), ==, PT_SETUP_INTERRUPTED);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* A journal that is not ours is not obeyed. */
static void
test_journal_hostile (PtSetupFixture *self,
                      gconstpointer   data)
{
  g_autofree char *journal = NULL;
  g_autofree char *message = NULL;
  g_autofree char *now = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  journal = pt_test_read (self->tree, TEST_JOURNAL);
  text = g_string_new (journal);
  g_string_replace (text, "/" TEST_SCRIPT, "/etc/fstab", 0);
  pt_test_write (self->tree, TEST_JOURNAL, text->str);
  pt_setup_fixture_remember (self);
  message = test_assert_undo_fails (self, PT_SETUP_ERROR_JOURNAL);
  g_assert_nonnull (strstr (message, "line 3"));
  pt_setup_fixture_assert_original (self);
  pt_engine_status (self->sysroot, NULL, NULL, &error);
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL);
}

typedef enum {
  JOURNAL_FUTURE,
  JOURNAL_GARBAGE,
  JOURNAL_MIDDLE,
  JOURNAL_END,
  JOURNAL_LARGE,
  JOURNAL_LINK,
  JOURNAL_FOLDER,
  JOURNAL_PIPE,
  JOURNAL_LAST
} JournalKind;

/* Puts something else where the journal was. */
static void
test_spoil_journal (PtSetupFixture *self,
                    JournalKind     kind)
{
  g_autofree char *path = g_build_filename (self->tree, TEST_JOURNAL, NULL);
  g_autofree char *away = g_strconcat (path, ".away", NULL);
  g_autofree char *text = pt_test_read (self->tree, TEST_JOURNAL);
  g_autofree char *much = g_strnfill (5 * 1024 * 1024, '\n');
  g_autoptr (GString) next = g_string_new (text);

  g_string_replace (next, "\"version\":1", "\"version\":2", 0);
  g_assert_cmpint (rename (path, away), ==, 0);
  if (kind == JOURNAL_FUTURE)
    pt_test_write (self->tree, TEST_JOURNAL, next->str);
  else if (kind == JOURNAL_GARBAGE)
    pt_test_write (self->tree, TEST_JOURNAL, "\001\002garbage\n");
  else if (kind == JOURNAL_MIDDLE)
    pt_test_write (self->tree, TEST_JOURNAL, strchr (text, '\n') + 1);
  else if (kind == JOURNAL_END)
    pt_test_write (self->tree, TEST_JOURNAL, "{\"version\":1,\"record\":\"applied\"}\n");
  else if (kind == JOURNAL_LARGE)
    pt_test_write (self->tree, TEST_JOURNAL, much);
  else if (kind == JOURNAL_LINK)
    g_assert_cmpint (symlink ("journal.away", path), ==, 0);
  else if (kind == JOURNAL_FOLDER)
    g_assert_cmpint (mkdir (path, 0700), ==, 0);
  else
    g_assert_cmpint (mkfifo (path, 0600), ==, 0);
}

/* Whatever lies there that we did not write like this: a typed error, and nothing is done. */
static void
test_journal_refused (PtSetupFixture *self,
                      gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, TEST_JOURNAL, NULL);
  g_autofree char *away = g_strconcat (path, ".away", NULL);
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  for (JournalKind kind = 0; kind < JOURNAL_LAST; kind++)
    {
      g_autofree char *before = NULL;
      g_autofree char *message = NULL;
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;

      test_spoil_journal (self, kind);
      before = pt_test_read (self->tree, "etc/default/grub.d/60-passthru.cfg");
      message = test_assert_undo_fails (self, PT_SETUP_ERROR_JOURNAL);
      g_test_message ("%d: %s", (int)kind, message);
      g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL);
      after = pt_test_read (self->tree, "etc/default/grub.d/60-passthru.cfg");
      g_assert_cmpstr (before, ==, after);
      g_assert_cmpint (remove (path), ==, 0);
      g_assert_cmpint (rename (away, path), ==, 0);
    }
  /* The real one back in its place. */
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* The restart with an IOMMU, as far as a plan sees it. */
static void
test_play_iommu (PtSetupFixture *self)
{
  static const char *const functions[] = { "0000:2f:00.0", "0000:2f:00.1" };

  pt_test_write (self->tree, "sys/class/iommu/dmar0/name", "dmar0\n");
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    {
      g_autofree char *link =
        g_build_filename (self->tree, "sys/bus/pci/devices", functions[i], "iommu_group", NULL);
      g_autofree char *target = g_strdup_printf ("../../../kernel/iommu_groups/%d", 28 + (int)i);

      g_assert_cmpint (symlink (target, link), ==, 0);
    }
}

/* What the next start will use. */
static char *
test_read_boot (PtSetupFixture *self)
{
  g_autofree char *etc = g_build_filename (self->tree, "etc", NULL);
  g_autofree char *boot = g_build_filename (self->tree, "boot", NULL);
  g_autofree char *first = pt_test_describe_tree (etc);
  g_autofree char *second = pt_test_describe_tree (boot);

  return g_strconcat (first, second, NULL);
}

/* update-grub fails as long as devices are to be bound. */
static void
test_break_program (PtSetupFixture *self)
{
  g_autofree char *path = g_build_filename (self->tree, "usr/sbin/update-grub", NULL);

  pt_test_write (self->tree, "usr/sbin/update-grub",
                 "#!/bin/sh\ncd \"$PASSTHRU_SYSROOT\"\n"
                 "if grep -q vfio etc/default/grub.d/60-passthru.cfg; then\n"
                 "  echo half a menu > boot/grub/grub.cfg; echo no room left >&2; exit 3\nfi\n"
                 "exec ./usr/sbin/grub-mkconfig -o /boot/grub/grub.cfg\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

/* First only the IOMMU, then, on top of it, the devices; one undo takes both back. */
static void
test_two_parts (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autofree char *ours = NULL;
  g_autoptr (PtPlan) second = NULL;
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  ours = pt_test_read (self->tree, TEST_OURS);
  g_assert_nonnull (strstr (ours, " intel_iommu=on\""));
  test_exists (self, TEST_SCRIPT, FALSE);

  test_play_iommu (self);
  second = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_plan_is_first_part (second));
  g_assert_true (pt_plan_is_applicable (second));
  g_assert_cmpstr (pt_plan_get_additions (second)[0], ==, "intel_iommu=on");
  pt_engine_apply (second, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (ours);
  ours = pt_test_read (self->tree, TEST_OURS);
  g_assert_nonnull (strstr (ours, " intel_iommu=on vfio-pci.ids=1002:73df passthru.bind="));
  g_assert_cmpint (test_status (self), ==, PT_SETUP_APPLIED);

  pt_setup_fixture_undo (self);
  test_exists (self, TEST_OURS, FALSE);
  test_exists (self, TEST_SCRIPT, FALSE);
  test_exists (self, "var/lib/passthru", FALSE);
}

/* The second part fails: the first stays in force. */
static void
test_second_part_fails (PtSetupFixture *self,
                        gconstpointer   data)
{
  g_autoptr (PtPlan) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *after_first = NULL;
  g_autofree char *after_second = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_play_iommu (self);
  after_first = test_read_boot (self);
  second = pt_setup_fixture_plan (self, PT_TEST_CARD);
  test_break_program (self);
  g_assert_false (pt_engine_apply (second, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  after_second = test_read_boot (self);
  g_assert_cmpstr (after_second, ==, after_first);
  g_assert_cmpint (test_status (self), ==, PT_SETUP_APPLIED);
}

/* An unprivileged reader is told that it cannot know, not that there is nothing. */
static void
test_status_denied (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, TEST_JOURNAL, NULL);
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may read everything");
      return;
    }
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_cmpint (chmod (path, 0), ==, 0);
  g_assert_cmpint (pt_engine_status (self->sysroot, NULL, NULL, &error), ==, PT_SETUP_NONE);
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL);
}

/* A folder nobody may write in. */
static void
test_read_only (PtSetupFixture *self,
                gconstpointer   data)
{
  g_autofree char *folder = g_build_filename (self->tree, "etc/default/grub.d", NULL);

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  g_assert_cmpint (chmod (folder, 0555), ==, 0);
  pt_setup_fixture_remember (self);
  test_assert_apply_fails (self, PT_SETUP_ERROR_FAILED);
  pt_setup_fixture_assert_original (self);
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
}

/* The same where permission bits bind root too: something of the wrong kind is in the way. */
static void
test_obstructed (PtSetupFixture *self,
                 gconstpointer   data)
{
  pt_test_write (self->tree, "etc/default/grub.d/60-passthru.cfg/x", "a folder");
  pt_setup_fixture_remember (self);
  {
    g_autoptr (PtHost) host = pt_host_scan (self->sysroot, NULL, NULL);
    g_autoptr (PtIntent) intent = pt_intent_new_from_string (PT_TEST_CARD, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (PtPlan) plan = pt_plan_new (host, intent, &error);

    g_assert_null (plan);
    g_assert_nonnull (error);
  }
  pt_setup_fixture_assert_original (self);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define TEST_ADD(name, edits, func)                                                        \
  g_test_add ("/setup/engine/" name, PtSetupFixture, edits, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("apply-undo", NULL, test_apply_undo);
  TEST_ADD ("status", NULL, test_status_content);
  TEST_ADD ("status-drift", NULL, test_status_drift);
  TEST_ADD ("status-denied", NULL, test_status_denied);
  TEST_ADD ("progress", NULL, test_progress);
  TEST_ADD ("twice", NULL, test_twice);
  TEST_ADD ("busy", NULL, test_busy);
  TEST_ADD ("refused", NULL, test_refused);
  TEST_ADD ("unsupported", NULL, test_unsupported);
  TEST_ADD ("changed", NULL, test_changed);
  TEST_ADD ("odd-tree", NULL, test_odd_tree);
  TEST_ADD ("shared-folders", NULL, test_shared_folders);
  TEST_ADD ("program-fails", NULL, test_program_fails);
  TEST_ADD ("program-is-broken", NULL, test_program_is_broken);
  TEST_ADD ("cancelled", NULL, test_cancelled);
  TEST_ADD ("cancelled-later", NULL, test_cancelled_later);
  TEST_ADD ("user-edit", NULL, test_user_edit);
  TEST_ADD ("conflict", NULL, test_conflict);
  TEST_ADD ("deleted", NULL, test_deleted);
  TEST_ADD ("program-outlives", NULL, test_program_outlives);
  TEST_ADD ("mode-changed", NULL, test_mode_changed);
  TEST_ADD ("journal-cut", NULL, test_journal_cut);
  TEST_ADD ("journal-hostile", NULL, test_journal_hostile);
  TEST_ADD ("journal-refused", NULL, test_journal_refused);
  TEST_ADD ("two-parts", pt_setup_intel_off, test_two_parts);
  TEST_ADD ("second-part-fails", pt_setup_intel_off, test_second_part_fails);
  TEST_ADD ("read-only", NULL, test_read_only);
  TEST_ADD ("obstructed", NULL, test_obstructed);

  return g_test_run ();
}
