/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial"

#include "config.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pt-boot-entry.h"
#include "pt-one-shot.h"
#include "pt-rehearsal.h"
#include "pt-trial-entry.h"
#include "pt-trial-private.h"
#include "pt-trial-words.h"
#include "pt-trial-watch.h"
#include "pt-verify.h"
#include "setup-fixture.h"

#define TEST_PARAMETERS "vfio-pci.ids=1002:73df passthru.bind=0000:2f:00.1=1002:ab28"
#define TEST_ROOT "root=UUID=00000000-0000-0000-0000-000000000001"

/* The trial of the sample, played through: every way in, every way out. */

static void
test_restart (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;

  pt_rehearsal_restart (self->sysroot, NULL, &error);
  g_assert_no_error (error);
}

static void
test_assert_driver (PtSetupFixture *self,
                    const char     *address,
                    const char     *expected)
{
  g_autofree char *link = g_build_filename (address, "driver", NULL);
  g_autofree char *driver = pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES, link, NULL);

  g_assert_cmpstr (driver, ==, expected);
}

static PtTrial *
test_read (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;
  PtTrial *trial = pt_trial_read (self->sysroot, &error);

  g_assert_no_error (error);
  return trial;
}

static void
test_assert_state (PtSetupFixture *self,
                   PtTrialState    expected)
{
  g_autoptr (PtTrial) trial = test_read (self);

  g_assert_cmpstr (pt_trial_state_to_nick (trial->state), ==, pt_trial_state_to_nick (expected));
}

static void
test_prepare (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_start (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_trial_start (plan, &error);
  g_assert_no_error (error);
}

static void
test_confirm (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_trial_confirm (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_assert_command_line (PtSetupFixture *self,
                          const char     *parameters)
{
  g_autofree char *line = pt_test_read (self->tree, "proc/cmdline");
  g_autofree char *expected = g_strconcat ("BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 " TEST_ROOT
                                           " ro quiet",
                                           parameters, "\n", NULL);

  g_assert_cmpstr (line, ==, expected);
}

/* What GRUB, logs and drivers leave behind in a restart is not ours to undo. */
static void
test_assert_undone (PtSetupFixture *self)
{
  static const char *const ours[] = { "etc/initramfs-tools/hooks/passthru",
                                      "etc/initramfs-tools/scripts/init-top/passthru",
                                      "etc/default/grub.d/60-passthru.cfg",
                                      "boot/grub/custom.cfg", "var/lib/passthru" };
  g_autofree char         *environment = pt_test_read (self->tree, "boot/grub/grubenv");

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, ours[i]));
  g_assert_null (strstr (environment, "next_entry"));
  g_assert_cmpuint (strlen (environment), ==, 1024);
}

/* Prepared, started, confirmed, permanent. */
static void
test_round (PtSetupFixture *self,
            gconstpointer   data)
{
  g_autoptr (PtTrial) trial = NULL;
  g_autofree char *marked = NULL;
  g_autofree char *menu = pt_test_read (self->tree, "boot/grub/grub.cfg");
  g_autofree char *same = NULL;

  test_assert_state (self, PT_TRIAL_NONE);
  test_prepare (self);
  test_assert_state (self, PT_TRIAL_PREPARED);
  same = pt_test_read (self->tree, "boot/grub/grub.cfg");
  g_assert_cmpstr (same, ==, menu);
  test_start (self);
  test_assert_state (self, PT_TRIAL_STARTED);

  test_restart (self);
  trial = test_read (self);
  g_assert_cmpint (trial->state, ==, PT_TRIAL_RUNNING);
  g_assert_cmpuint (trial->minutes, ==, 5);
  g_assert_cmpuint (trial->seconds_left, >, 200);
  g_assert_cmpuint (trial->seconds_left, <=, 300);
  g_assert_nonnull (trial->boot_id);
  marked = g_strdup_printf (" " TEST_PARAMETERS " passthru.trial=%s:5 panic=20", trial->id);
  test_assert_command_line (self, marked);
  test_assert_driver (self, "0000:2f:00.0", "vfio-pci");
  test_assert_driver (self, "0000:2f:00.1", "vfio-pci");
  test_assert_driver (self, "0000:32:00.0", "amdgpu");

  test_confirm (self);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_BOOT, "grub/custom.cfg"));
  test_restart (self);
  test_assert_command_line (self, " " TEST_PARAMETERS);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  test_assert_driver (self, "0000:2f:00.0", "vfio-pci");

  pt_setup_fixture_undo (self);
  test_assert_undone (self);
  test_restart (self);
  test_assert_command_line (self, "");
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");
}

/* The verdict of the wizard's page in the boot of the trial, and after it was kept. */
static void
test_verdict (PtSetupFixture *self,
              gconstpointer   data)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PtIntent) intent = NULL;
      g_autofree char *boot_id = NULL;
      g_autoptr (PtHost) host = NULL;
      g_autoptr (PtPlan) plan = NULL;
      g_autoptr (PtVerification) verification = NULL;

      if (i == 0)
        {
          test_prepare (self);
          test_start (self);
          test_restart (self);
        }
      else
        test_confirm (self);
      g_assert_cmpint (pt_engine_status (self->sysroot, &intent, &boot_id, NULL), ==,
                       PT_SETUP_APPLIED);
      host = pt_host_scan (self->sysroot, NULL, NULL);
      plan = pt_plan_new (host, intent, NULL);
      verification = pt_verify (host, plan, boot_id);
      g_assert_cmpint (pt_verification_get_result (verification), ==, PT_VERIFY_OK);
    }
}

/* Nobody confirms: the next start is the old one, and the record knows why. */
static void
test_not_confirmed (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (PtTrial) trial = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  pt_test_write (self->tree, "proc/uptime", "301.00 0.00\n");
  g_assert_true (pt_trial_watch_end (self->sysroot));
  test_restart (self);
  test_assert_command_line (self, "");
  test_assert_driver (self, "0000:2f:00.0", "amdgpu");
  trial = test_read (self);
  g_assert_cmpint (trial->state, ==, PT_TRIAL_FAILED);
  g_assert_cmpint (trial->cause, ==, PT_TRIAL_CAUSE_NOT_CONFIRMED);
  log = pt_trial_read_log (self->sysroot, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (log, "0000:2f:00.1 goes to vfio-pci"));
  g_assert_nonnull (strstr (log, "nobody confirmed"));

  /* Once more, from the same entry. */
  test_start (self);
  test_restart (self);
  test_assert_state (self, PT_TRIAL_RUNNING);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
}

/* The reset button in the middle of it. */
static void
test_reset (PtSetupFixture *self,
            gconstpointer   data)
{
  g_autoptr (PtTrial) trial = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  test_restart (self);
  test_assert_command_line (self, "");
  trial = test_read (self);
  g_assert_cmpint (trial->state, ==, PT_TRIAL_FAILED);
  g_assert_cmpint (trial->cause, ==, PT_TRIAL_CAUSE_CUT_SHORT);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
}

/* The trial never came up far enough to leave a trace. */
static void
test_no_trace (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (PtTrial) trial = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  test_start (self);
  pt_test_write (self->tree, "proc/sys/kernel/random/boot_id", "a-later-boot");
  trial = test_read (self);
  g_assert_cmpint (trial->state, ==, PT_TRIAL_FAILED);
  g_assert_cmpint (trial->cause, ==, PT_TRIAL_CAUSE_NO_TRACE);
  log = pt_trial_read_log (self->sysroot, &error);
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
}

/* A restart without a start of the trial is an ordinary one. */
static void
test_never_tried (PtSetupFixture *self,
                  gconstpointer   data)
{
  test_prepare (self);
  test_restart (self);
  test_assert_command_line (self, "");
  test_assert_state (self, PT_TRIAL_PREPARED);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
}

static void
test_cancel (PtSetupFixture *self,
             gconstpointer   data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtPlan) plan = NULL;

  g_assert_false (pt_trial_cancel (self->sysroot, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  g_clear_error (&error);

  test_prepare (self);
  test_start (self);
  pt_trial_cancel (self->sysroot, &error);
  g_assert_no_error (error);
  test_assert_state (self, PT_TRIAL_CANCELLED);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_BOOT, "grub/custom.cfg"));
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_trial_start (plan, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  g_clear_error (&error);
  test_restart (self);
  test_assert_command_line (self, "");

  /* A second one, then straight to the permanent change. */
  test_prepare (self);
  test_assert_state (self, PT_TRIAL_PREPARED);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_BOOT, "grub/custom.cfg"));
  test_restart (self);
  test_assert_command_line (self, " " TEST_PARAMETERS);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
}

/* Cancelled inside the trial: the countdown goes on, the next start is the old one. */
static void
test_cancel_inside (PtSetupFixture *self,
                    gconstpointer   data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtPlan) plan = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  pt_trial_cancel (self->sysroot, &error);
  g_assert_no_error (error);
  test_assert_state (self, PT_TRIAL_CANCELLED);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_trial_confirm (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  pt_test_write (self->tree, "proc/uptime", "300.00 0.00\n");
  g_assert_true (pt_trial_watch_end (self->sysroot));
  test_restart (self);
  test_assert_command_line (self, "");
}

static void
test_confirm_elsewhere (PtSetupFixture *self,
                        gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_trial_confirm (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING);
  g_clear_error (&error);
  test_prepare (self);
  test_start (self);
  g_assert_false (pt_trial_confirm (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
  g_clear_error (&error);

  /* The mark of another trial is not this one's. */
  pt_test_write (self->tree, "proc/cmdline", "ro passthru.trial=0badcafe:5\n");
  g_assert_false (pt_trial_confirm (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (pt_trial_start (plan, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
  pt_test_write (self->tree, "proc/cmdline", "ro quiet\n");
  pt_setup_fixture_undo (self);
}

/* A new kernel arrives between preparation and restart. */
static void
test_new_kernel (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *image = pt_test_read (self->tree, "boot/initrd.img-6.1.0-18-amd64");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  before = pt_test_read (self->tree, "boot/grub/custom.cfg");
  g_assert_nonnull (strstr (before, "/boot/vmlinuz-6.1.0-18-amd64 "));
  pt_test_write (self->tree, "boot/vmlinuz-6.1.0-19-amd64", "kernel");
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_INITRAMFS,
                  (const char *const[]){ "-u", "-k", "all", NULL }, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_GRUB, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  test_start (self);
  after = pt_test_read (self->tree, "boot/grub/custom.cfg");
  g_assert_nonnull (strstr (after, "/boot/vmlinuz-6.1.0-19-amd64 "));
  g_assert_null (strstr (after, "6.1.0-18"));
  test_restart (self);
  line = pt_test_read (self->tree, "proc/cmdline");
  g_assert_true (g_str_has_prefix (line, "BOOT_IMAGE=/boot/vmlinuz-6.1.0-19-amd64 "));
  test_assert_driver (self, "0000:2f:00.0", "vfio-pci");
  test_confirm (self);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
}

/* What the user has in custom.cfg stays, whatever is added to it later. */
static void
test_custom (PtSetupFixture *self,
             gconstpointer   data)
{
  const char      *own = data;
  g_autofree char *path = g_build_filename (self->tree, "boot/grub/custom.cfg", NULL);
  g_autofree char *grown = NULL;
  g_autofree char *text = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *expected = NULL;
  struct stat      info = { 0 };

  pt_test_write (self->tree, "boot/grub/custom.cfg", own);
  g_assert_cmpint (chmod (path, 0640), ==, 0);
  pt_setup_fixture_remember (self);
  test_prepare (self);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0640);
  text = pt_test_read (self->tree, "boot/grub/custom.cfg");
  g_assert_true (g_str_has_prefix (text, own));
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);

  test_prepare (self);
  test_start (self);
  g_free (text);
  text = pt_test_read (self->tree, "boot/grub/custom.cfg");
  grown = g_strconcat (text, "# more\n", NULL);
  pt_test_write (self->tree, "boot/grub/custom.cfg", grown);
  test_restart (self);
  test_confirm (self);
  kept = pt_test_read (self->tree, "boot/grub/custom.cfg");
  expected = g_strconcat (own, *own == '\0' || g_str_has_suffix (own, "\n") ? "" : "\n",
                          "# more\n", NULL);
  g_assert_cmpstr (kept, ==, expected);
  pt_setup_fixture_undo (self);
  g_free (kept);
  kept = pt_test_read (self->tree, "boot/grub/custom.cfg");
  g_assert_cmpstr (kept, ==, expected);
}

/* The user's own mark for the next start comes back. */
static void
test_own_mark (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  pt_sysroot_run (self->sysroot, PT_PROGRAM_GRUB_EDITENV,
                  (const char *const[]){ "-", "set", "next_entry=uefi-firmware", NULL }, NULL,
                  NULL, &error);
  g_assert_no_error (error);
  pt_setup_fixture_remember (self);
  test_prepare (self);
  test_start (self);
  test_start (self);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* The program that sets the mark fails: nothing is marked, and it can be tried again. */
static void
test_mark_fails (PtSetupFixture *self,
                 gconstpointer   data)
{
  g_autofree char *program = pt_test_read (self->tree, "usr/bin/grub-editenv");
  g_autofree char *path = g_build_filename (self->tree, "usr/bin/grub-editenv", NULL);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  pt_test_write (self->tree, "usr/bin/grub-editenv", "#!/bin/sh\necho no room >&2\nexit 1\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_false (pt_trial_start (plan, &error));
  g_assert_nonnull (strstr (error->message, "no room"));
  test_assert_state (self, PT_TRIAL_PREPARED);

  /* It says that it did, and did not. */
  pt_test_write (self->tree, "usr/bin/grub-editenv", "#!/bin/sh\nexit 0\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  g_clear_error (&error);
  g_assert_false (pt_trial_start (plan, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
  test_assert_state (self, PT_TRIAL_PREPARED);

  pt_test_write (self->tree, "usr/bin/grub-editenv", program);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  test_start (self);
  test_assert_state (self, PT_TRIAL_STARTED);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* Other devices while one trial is on record. */
static void
test_other_intent (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD ",23:00.0");
  g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (pt_trial_start (plan, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED);
  g_clear_error (&error);
  g_assert_false (pt_trial_prepare (plan, 1, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* Each thing that makes a trial impossible, on a built tree. */
typedef struct
{
  const char *name;
  const char *file;
  const char *content; /* NULL = the file is removed */
  PtOneShot   obstacle;
} PtObstacleCase;

#define MENU "set default=\"${next_entry}\"\nmenuentry 'A' {\n\tlinux /a b\n}\n"

static const PtObstacleCase obstacle_cases[] = {
  { "no-menu", "boot/grub/grub.cfg", NULL, PT_ONE_SHOT_NO_MENU },
  { "old-menu", "boot/grub/grub.cfg", "source custom.cfg\n", PT_ONE_SHOT_OLD_MENU },
  { "no-custom", "boot/grub/grub.cfg", MENU, PT_ONE_SHOT_NO_CUSTOM_ENTRIES },
  { "no-environment", "boot/grub/grubenv", NULL, PT_ONE_SHOT_NO_ENVIRONMENT },
  { "btrfs", "proc/self/mountinfo", "27 1 259:2 / / rw - btrfs /dev/nvme0n1p2 rw\n",
    PT_ONE_SHOT_FILE_SYSTEM },
  { "zfs", "proc/self/mountinfo", "27 1 0:30 / / rw - zfs rpool/ROOT rw\n",
    PT_ONE_SHOT_FILE_SYSTEM },
  { "no-mounts", "proc/self/mountinfo", NULL, PT_ONE_SHOT_UNKNOWN_DISK },
  { "unknown-disk", "proc/self/mountinfo", "27 1 0:99 / / rw - ext4 /dev/nobody rw\n",
    PT_ONE_SHOT_UNKNOWN_DISK },
};

static void
test_obstacle (PtSetupFixture *self,
               gconstpointer   data)
{
  const PtObstacleCase *obstacle = data;
  g_autofree char      *path = g_build_filename (self->tree, obstacle->file, NULL);
  g_autofree char      *reason = NULL;
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  if (obstacle->content != NULL)
    {
      g_assert_cmpint (unlink (path), ==, 0);
      pt_test_write (self->tree, obstacle->file, obstacle->content);
    }
  else
    g_assert_cmpint (unlink (path), ==, 0);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpstr (pt_one_shot_to_nick (pt_host_get_facts (pt_plan_get_host (plan))->one_shot), ==,
                   pt_one_shot_to_nick (obstacle->obstacle));
  g_assert_false (pt_trial_is_possible (plan, &reason));
  g_assert_nonnull (reason);
  pt_setup_fixture_remember (self);
  g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  pt_setup_fixture_assert_original (self);
}

/* Debian 12's own GRUB makes a menu that only root may read. To somebody else a trial is then
 * possible as far as can be told; preparing one, which is the helper's, needs the menu. */
static void
test_menu_of_root (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autofree char *path = g_build_filename (self->tree, "boot", "grub", "grub.cfg", NULL);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  struct stat info = { 0 };

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (chmod (path, 0), ==, 0);
  if (access (path, R_OK) == 0)
    {
      g_assert_cmpint (chmod (path, info.st_mode & 07777), ==, 0);
      g_test_skip ("root reads every file");
      return;
    }
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_true (pt_trial_is_possible (plan, NULL));
  g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (chmod (path, info.st_mode & 07777), ==, 0);
  pt_setup_fixture_assert_original (self);
}

/* The countdown with a clock of its own. */
typedef struct
{
  PtSetupFixture *fixture;
  gint64          now;
  gint64          confirm_at; /* 0 = never */
  gint64          undo_at;    /* the same */
  guint           restarts;
} PtFakeClock;

static gint64
test_clock_now (gpointer user_data)
{
  PtFakeClock *clock = user_data;

  return clock->now;
}

static void
test_clock_sleep (guint    seconds,
                  gpointer user_data)
{
  PtFakeClock *clock = user_data;

  g_assert_cmpuint (seconds, >, 0);
  clock->now += seconds;
  if (clock->confirm_at > 0 && clock->now >= clock->confirm_at)
    {
      clock->confirm_at = 0;
      test_confirm (clock->fixture);
    }
  if (clock->undo_at > 0 && clock->now >= clock->undo_at)
    {
      clock->undo_at = 0;
      pt_setup_fixture_undo (clock->fixture);
    }
}

static gboolean
test_clock_restart (gpointer user_data,
                    GError **error)
{
  PtFakeClock *clock = user_data;

  clock->restarts++;
  return TRUE;
}

static PtTrialWatch
test_watch (PtSetupFixture *self,
            PtFakeClock    *fake)
{
  PtTrialClock clock = { test_clock_now, test_clock_sleep, test_clock_restart, fake };

  fake->fixture = self;
  return pt_trial_watch (self->sysroot, &clock);
}

static void
test_watch_expires (PtSetupFixture *self,
                    gconstpointer   data)
{
  PtFakeClock      clock = { .now = 30 };
  g_autofree char *log = NULL;
  g_autoptr (PtTrial) trial = NULL;

  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_NO_TRIAL);
  test_prepare (self);
  test_start (self);
  test_restart (self);
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_RESTARTED);
  g_assert_cmpuint (clock.restarts, ==, 1);
  g_assert_cmpint (clock.now, ==, 300);
  log = pt_test_read (self->tree, "dev/kmsg");
  for (guint minute = 1; minute <= 5; minute++)
    {
      g_autofree char *words = g_strdup_printf ("restarts in %u min unless", minute);

      g_assert_nonnull (strstr (log, words));
    }
  test_restart (self);
  trial = test_read (self);
  g_assert_cmpint (trial->cause, ==, PT_TRIAL_CAUSE_NOT_CONFIRMED);
}

static void
test_watch_confirmed (PtSetupFixture *self,
                      gconstpointer   data)
{
  PtFakeClock clock = { .now = 30, .confirm_at = 120 };

  test_prepare (self);
  test_start (self);
  test_restart (self);
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_KEPT);
  g_assert_cmpuint (clock.restarts, ==, 0);
  g_assert_cmpint (clock.now, <, 130);
  /* Started again by hand, long after: still kept. */
  clock.now = 100000;
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_KEPT);
  g_assert_cmpuint (clock.restarts, ==, 0);
}

/* No disk to look at, a journal that cannot be read, an empty one: nobody has confirmed. */
static void
test_watch_without_journal (PtSetupFixture *self,
                            gconstpointer   data)
{
  PtFakeClock      clock = { 0 };
  g_autofree char *var = g_build_filename (self->tree, "var", NULL);
  g_autofree char *away = g_build_filename (self->tree, "var-away", NULL);

  pt_test_write (self->tree, "proc/cmdline", "ro passthru.trial=0badcafe:2\n");
  g_assert_cmpint (rename (var, away), ==, 0);
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_RESTARTED);
  g_assert_cmpint (rename (away, var), ==, 0);
  pt_test_write (self->tree, "var/lib/passthru/journal", "{\"record\":\"applied\"}\nnonsense\n");
  clock.now = 0;
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_RESTARTED);
  pt_test_write (self->tree, "var/lib/passthru/journal", "");
  clock.now = 0;
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_RESTARTED);
  g_assert_cmpuint (clock.restarts, ==, 3);
  g_assert_cmpint (clock.now, ==, 120);
}

/* A command line that outlived its trial: an update of the kernel in that start copied it into the
 * entry that starts by default from now on. Whoever gave the trial up, or undid it, is not sent
 * round in circles; nor who undoes it in the trial itself. */
static void
test_watch_over (PtSetupFixture *self,
                 gconstpointer   data)
{
  PtFakeClock      clock = { 0 };
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  line = pt_test_read (self->tree, "proc/cmdline");
  g_assert_nonnull (strstr (line, " passthru.trial="));
  pt_trial_cancel (self->sysroot, &error);
  g_assert_no_error (error);
  test_restart (self);
  pt_test_write (self->tree, "proc/cmdline", line);
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_OVER);
  g_assert_cmpint (clock.now, ==, 0);

  pt_setup_fixture_undo (self);
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_OVER);
  g_assert_cmpint (clock.now, ==, 300);
  clock.now = 0;
  test_prepare (self);
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_OVER);
  g_assert_false (pt_trial_watch_end (self->sysroot));
  test_restart (self);
  test_start (self);
  test_restart (self);
  clock.undo_at = 60;
  g_assert_cmpint (test_watch (self, &clock), ==, PT_TRIAL_WATCH_OVER);
  g_assert_cmpint (clock.now, <, 70);
  g_assert_cmpuint (clock.restarts, ==, 0);
}

/* A power cut leaves zeros where a line was to be. What is recorded after them is read again. */
static void
test_zeros (PtSetupFixture *self,
            gconstpointer   data)
{
  const gsize       length = GPOINTER_TO_SIZE (data);
  static const char zeros[64] = { [62] = '}', [63] = '\n' };
  g_autofree char  *path = g_build_filename (self->tree, "var/lib/passthru/journal", NULL);
  FILE             *journal = NULL;

  test_prepare (self);
  test_start (self);
  test_restart (self);
  journal = fopen (path, "a");
  g_assert_nonnull (journal);
  g_assert_cmpuint (fwrite (zeros, length, 1, journal), ==, 1);
  g_assert_cmpint (fclose (journal), ==, 0);
  test_assert_state (self, PT_TRIAL_RUNNING);
  test_confirm (self);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  pt_setup_fixture_undo (self);
  test_assert_undone (self);
}

/* Where the computer has been asleep for an hour: the difference between what was counted and the
 * time it was awake, in seconds; negative where no such place can be made. */
static int
test_count_asleep (PtSysroot *host)
{
  static const char hour[] = "boottime 3600 0\n";
  int               fd = -1;
  pid_t             child = -1;
  int               status = 0;

  if (unshare (CLONE_NEWTIME) != 0 && unshare (CLONE_NEWUSER | CLONE_NEWTIME) != 0)
    return -1;
  fd = open ("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, hour, strlen (hour)) < 0)
    return -1;
  child = fork ();
  if (child == 0)
    _exit ((int)MIN (200, ABS (pt_trial_get_uptime (host) -
                               g_get_monotonic_time () / G_USEC_PER_SEC)));
  return child > 0 && waitpid (child, &status, 0) == child && WIFEXITED (status)
           ? WEXITSTATUS (status)
           : -1;
}

/* Whoever wakes the computer still has the minutes that were left. */
static void
test_asleep (void)
{
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  int   status = 0;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      int counted = test_count_asleep (host);

      _exit (counted < 0 ? 255 : counted);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == 255)
    g_test_skip ("no time namespaces");
  else
    g_assert_cmpint (WEXITSTATUS (status), <=, 2);
}

/* Text work */

static void
test_line (void)
{
  const char *const additions[] = { "passthru.bind=0000:2f:00.1=1002:ab28", "quiet", NULL };
  const char *const bad[] = { "x;reboot", NULL };
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  PtPlanChange     merge = { (char *)"vfio-pci.ids=1:2", (char *)"vfio-pci.ids=1:2,3:4" };
  PtPlanChange     gone = { (char *)"amd_iommu=off", (char *)"" };
  PtTrialLine      line = { "0badcafe", 7, additions, changes, TRUE };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (changes, &merge);
  g_ptr_array_add (changes, &gone);
  text = pt_trial_line_apply (&line,
                              "root=/dev/x ro vfio-pci.ids=1:2 quiet amd_iommu=off "
                              "dyndbg=\"file a +p\" panic=5 passthru.trial=11111111:9 $vt_handoff",
                              &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==,
                   "root=/dev/x ro vfio-pci.ids=1:2,3:4 quiet dyndbg=\"file a +p\" $vt_handoff "
                   "passthru.bind=0000:2f:00.1=1002:ab28 passthru.trial=0badcafe:7 panic=20 "
                   "rd.shell=0 rd.emergency=reboot");
  line.additions = bad;
  g_assert_null (pt_trial_line_apply (&line, "ro", &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
}

/* A menu as it really is: functions, saved entries, nested menus, quotes in titles. */
static const char *const test_menu =
  "function savedefault {\n  if [ -z \"${boot_once}\" ]; then\n    saved_entry=\"${chosen}\"\n"
  "    save_env saved_entry\n  fi\n}\n"
  "if [ \"${next_entry}\" ] ; then\n   set default=\"${next_entry}\"\nelse\n"
  "   set default=\"${saved_entry}\"\nfi\n"
  "menuentry 'One' --class x --unrestricted $menuentry_id_option 'one' {\n\tlinux /k1 a\n}\n"
  "submenu 'It'\\''s \"more\"' $menuentry_id_option 'more' {\n"
  "\tmenuentry 'Two' --id two {\n\t\tsavedefault\n\t\tlinuxefi /k2 b \"c d\"\n"
  "\t\tinitrdefi /i2\n\t\tif [ x = y ]; then\n\t\t\techo {\n\t\t}\n\t\tfi\n\t}\n"
  "}\n"
  "menuentry 'Three' {\n\tlinux\t/k3\n}\n"
  "menuentry 'cut off' {\n\tlinux /k4\n";

static void
test_menu_default (void)
{
  static const struct
  {
    const char *saved; /* NULL = no grubenv */
    const char *kernel;
  } cases[] = {
    { NULL, "/k1" },
    { "", "/k1" },
    { "more>two", "/k2" },
    { "1>0", "/k2" },
    { "It's \"more\">Two", "/k2" },
    { "2", "/k3" },
    { "Three", "/k3" },
    { "two", "/k1" },
    { "9", "/k1" },
    { "cut off", "/k1" },
  };
  g_autoptr (PtBootMenu) menu = pt_boot_menu_parse (test_menu);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *environment = NULL;

      if (cases[i].saved != NULL)
        environment = g_strdup_printf ("# GRUB Environment Block\nsaved_entry=%s\n####",
                                       cases[i].saved);
      g_test_message ("%s", cases[i].saved);
      g_assert_cmpstr (pt_boot_menu_get_default (menu, environment)->kernel, ==, cases[i].kernel);
    }
  g_assert_null (pt_boot_menu_find (menu, "1"));
}

static void
test_environment (void)
{
  static const char text[] = "# GRUB Environment Block\nsaved_entry=a\\\\b\\nc\nlost=x\\";
  g_autofree char  *saved = pt_boot_environment_get (text, "saved_entry");
  g_autofree char  *lost = pt_boot_environment_get (text, "lost");

  g_assert_cmpstr (saved, ==, "a\\bnc");
  g_assert_cmpstr (lost, ==, "x\\");
  g_assert_null (pt_boot_environment_get (text, "none"));
}


static void
test_menu_copy (void)
{
  const char *const none[] = { NULL };
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  PtTrialLine line = { "0badcafe", 5, none, changes, FALSE };
  g_autoptr (PtBootMenu) menu = pt_boot_menu_parse (test_menu);
  g_autofree char *one = pt_trial_entry_copy_grub (pt_boot_menu_find (menu, "0"), &line, NULL);
  g_autofree char *two = pt_trial_entry_copy_grub (pt_boot_menu_find (menu, "1>0"), &line, NULL);

  g_assert_cmpstr (one, ==,
                   "menuentry 'One (trial start by Passthru)' --class x --unrestricted --id "
                   "passthru-trial {\n\tlinux /k1 a passthru.trial=0badcafe:5 panic=20\n}\n");
  g_assert_cmpstr (two, ==,
                   "menuentry 'Two (trial start by Passthru)' --id passthru-trial {\n"
                   "\tlinuxefi /k2 b \"c d\" passthru.trial=0badcafe:5 panic=20\n"
                   "\tinitrdefi /i2\n\tif [ x = y ]; then\n\techo {\n\t}\n\tfi\n}\n");
}

static void
test_block (void)
{
  g_autofree char *first = pt_trial_block_put (NULL, "entry one\n");
  g_autofree char *second = pt_trial_block_put ("mine\n", "entry one\n");
  g_autofree char *again = pt_trial_block_put (second, "entry two\n");
  g_autofree char *got = pt_trial_block_get (again);
  g_autofree char *rest = pt_trial_block_remove (again);
  g_autofree char *empty = pt_trial_block_remove (first);

  g_assert_cmpstr (got, ==, "entry two\n");
  g_assert_cmpstr (rest, ==, "mine\n");
  g_assert_cmpstr (empty, ==, "");
  g_assert_null (pt_trial_block_remove ("mine\n"));
}

static void
test_command_line (void)
{
  static const struct
  {
    const char *text;
    guint       minutes; /* 0 = refused */
  } cases[] = {
    { "ro quiet", 0 },
    { "ro passthru.trial=0badcafe:5", 5 },
    { "passthru.trial=0badcafe:60 ro\n", 60 },
    { "passthru.trial", 0 },
    { "passthru.trial=", 0 },
    { "passthru.trial=0badcafe", 0 },
    { "passthru.trial=0badcafe:", 0 },
    { "passthru.trial=0badcafe:1", 0 },
    { "passthru.trial=0badcafe:61", 0 },
    { "passthru.trial=0badcafe:5x", 0 },
    { "passthru.trial=0badcafe:-5", 0 },
    { "passthru.trial=0BADCAFE:5", 0 },
    { "passthru.trial=0badcafe:5:5", 0 },
    { "passthru.trial=../../..:5", 0 },
    { "xpassthru.trial=0badcafe:5", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = NULL;
      guint            minutes = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (pt_trial_parse_command_line (cases[i].text, &id, &minutes), ==,
                       cases[i].minutes > 0);
      g_assert_cmpuint (minutes, ==, cases[i].minutes);
    }
}

/* The data is the case's, not edits of the recording. */
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

#define TEST_ADD(name, data, func)                                                       \
  g_test_add ("/setup/trial/" name, PtSetupFixture, data, pt_setup_fixture_set_up, func, \
              pt_setup_fixture_tear_down)
#define TEST_ADD_OWN(name, data, func)                                       \
  g_test_add ("/setup/trial/" name, PtSetupFixture, data, test_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("round", NULL, test_round);
  TEST_ADD ("verdict", NULL, test_verdict);
  TEST_ADD ("not-confirmed", NULL, test_not_confirmed);
  TEST_ADD ("reset", NULL, test_reset);
  TEST_ADD ("no-trace", NULL, test_no_trace);
  TEST_ADD ("never-tried", NULL, test_never_tried);
  TEST_ADD ("cancel", NULL, test_cancel);
  TEST_ADD ("cancel-inside", NULL, test_cancel_inside);
  TEST_ADD ("confirm-elsewhere", NULL, test_confirm_elsewhere);
  TEST_ADD ("new-kernel", NULL, test_new_kernel);
  TEST_ADD ("own-mark", NULL, test_own_mark);
  TEST_ADD ("mark-fails", NULL, test_mark_fails);
  TEST_ADD ("other-intent", NULL, test_other_intent);
  TEST_ADD ("menu-of-root", NULL, test_menu_of_root);
  TEST_ADD ("watch/expires", NULL, test_watch_expires);
  TEST_ADD ("watch/confirmed", NULL, test_watch_confirmed);
  TEST_ADD ("watch/without-journal", NULL, test_watch_without_journal);
  TEST_ADD ("watch/over", NULL, test_watch_over);
  TEST_ADD_OWN ("zeros/no-end", GSIZE_TO_POINTER (32), test_zeros);
  TEST_ADD_OWN ("zeros/end", GSIZE_TO_POINTER (64), test_zeros);
  TEST_ADD_OWN ("custom/kept", "menuentry 'Mine' {\n\tlinux /mine\n}\n", test_custom);
  TEST_ADD_OWN ("custom/no-end", "# mine, without an end", test_custom);
  TEST_ADD_OWN ("custom/empty", "", test_custom);
  for (gsize i = 0; i < G_N_ELEMENTS (obstacle_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/trial/obstacle/", obstacle_cases[i].name, NULL);

      g_test_add (path, PtSetupFixture, &obstacle_cases[i], test_set_up, test_obstacle,
                  pt_setup_fixture_tear_down);
    }
  g_test_add_func ("/setup/trial/asleep", test_asleep);
  g_test_add_func ("/setup/trial/line", test_line);
  g_test_add_func ("/setup/trial/menu/default", test_menu_default);
  g_test_add_func ("/setup/trial/menu/copy", test_menu_copy);
  g_test_add_func ("/setup/trial/menu/environment", test_environment);
  g_test_add_func ("/setup/trial/block", test_block);
  g_test_add_func ("/setup/trial/command-line", test_command_line);

  return g_test_run ();
}
