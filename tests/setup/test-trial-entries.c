/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial-entries"

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-facts.h"
#include "pt-host-file.h"
#include "pt-one-shot.h"
#include "pt-rehearsal.h"
#include "pt-trial-entry.h"
#include "pt-trial-private.h"
#include "pt-trial-watch.h"
#include "pt-trial-words.h"
#include "setup-fixture.h"

/* Trials where every boot entry is a file of its own: the sample machine with another boot loader,
 * played through. */

#define TEST_ROOT "root=UUID=00000000-0000-0000-0000-000000000001"
#define TEST_PARAMETERS "vfio-pci.ids=1002:73df passthru.bind=0000:2f:00.1=1002:ab28"
#define TEST_ENTRIES "boot/efi/loader/entries/"
#define TEST_VARIABLES "sys/firmware/efi/efivars/"
#define TEST_VENDOR "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
#define TEST_INITRD "/initrd.img-6.1.0-18-amd64"
#define TEST_ENTRY                                                                           \
  "title Debian\nversion 6.1\nsort-key debian\nlinux /vmlinuz-6.1\ninitrd " TEST_INITRD "\n" \
  "options " TEST_ROOT " ro\n# by hand\noptions\tquiet\n"
#define TEST_ENTRY_MADE                                                    \
  "title Linux\nversion 6.1\nlinux /vmlinuz-6.1\ninitrd " TEST_INITRD "\n" \
  "options " TEST_ROOT " ro quiet\n"
#define TEST_POP_FOLDER "/EFI/Pop_OS-00000000-0000-0000-0000-000000000001"
#define TEST_ENTRY_POP                                     \
  "title Pop!_OS\nlinux " TEST_POP_FOLDER "/vmlinuz.efi\n" \
  "initrd " TEST_POP_FOLDER "/initrd.img\noptions " TEST_ROOT " ro quiet\n"
#define TEST_LINE_POP                                                                \
  "initrd=\\EFI\\Pop_OS-00000000-0000-0000-0000-000000000001\\initrd.img " TEST_ROOT \
  " ro quiet"
#define TEST_LINE_EFI "initrd=\\initrd.img-6.1.0-18-amd64 " TEST_ROOT " ro quiet"
#define TEST_LINE_GRUB "BOOT_IMAGE=/vmlinuz-6.1 " TEST_ROOT " ro quiet"

typedef struct
{
  const char *nick;
  const char *info;     /* LoaderInfo */
  guint64     features; /* 0: no LoaderFeatures */
  const char *entry;    /* the file that starts by default */
  const char *text;     /* what is in it */
  const char *kernel;   /* that it starts */
  const char *copy;     /* that of the trial */
  const char *mark;     /* what the mark says */
  const char *line;     /* of the kernel */
  const char *tool;     /* stand-in, or NULL */
  const char *settings; /* of loader.conf */
} TestLoader;

static const TestLoader test_systemd_boot = {
  .nick = "systemd-boot",
  .info = "systemd-boot 252.12",
  .features = 0x1ff,
  .entry = TEST_ENTRIES "debian-6.1.conf",
  .text = TEST_ENTRY,
  .kernel = "/vmlinuz-6.1",
  .copy = TEST_ENTRIES "0-passthru_trial.conf",
  .mark = "0-passthru_trial.conf",
  .line = TEST_LINE_EFI,
};

static const TestLoader test_grub_bls = {
  .nick = "grub-bls",
  .entry = "boot/loader/entries/f00d-6.1.conf",
  .text = TEST_ENTRY_MADE,
  .kernel = "/vmlinuz-6.1",
  .copy = "boot/loader/entries/f00d-0-passthru_trial.conf",
  .mark = "f00d-0-passthru_trial",
  .line = TEST_LINE_GRUB,
  .tool = "grubby",
};

/* openSUSE, with either loader. */
static const TestLoader test_suse = {
  .nick = "sdbootutil",
  .info = "systemd-boot 257.7+suse",
  .features = 0x3fff,
  .entry = TEST_ENTRIES "opensuse-6.1-1.conf",
  .text = TEST_ENTRY_MADE,
  .kernel = "/vmlinuz-6.1",
  .copy = TEST_ENTRIES "0-passthru_trial.conf",
  .mark = "0-passthru_trial.conf",
  .line = TEST_LINE_EFI,
  .tool = "sdbootutil",
};

static const TestLoader test_suse_grub = {
  .nick = "sdbootutil-grub",
  .info = "GRUB 2.12",
  .features = 0x8,
  .entry = TEST_ENTRIES "opensuse-6.1-1.conf",
  .text = TEST_ENTRY_MADE,
  .kernel = "/vmlinuz-6.1",
  .copy = TEST_ENTRIES "0-passthru_trial.conf",
  .mark = "0-passthru_trial.conf",
  .line = TEST_LINE_GRUB,
  .tool = "sdbootutil",
};

/* Pop!_OS: the default is named, the kernel keeps its name from one version to the next. */
static const TestLoader test_kernelstub = {
  .nick = "kernelstub",
  .info = "systemd-boot 249.11-0ubuntu3.12pop0",
  .features = 0x7f,
  .entry = TEST_ENTRIES "Pop_OS-current.conf",
  .text = TEST_ENTRY_POP,
  .kernel = TEST_POP_FOLDER "/vmlinuz.efi",
  .copy = TEST_ENTRIES "0-passthru_trial.conf",
  .mark = "0-passthru_trial.conf",
  .line = TEST_LINE_POP,
  .tool = "kernelstub",
  .settings = "default Pop_OS-current\n",
};

static void
test_set_variable (PtSetupFixture *self,
                   const char     *name,
                   gconstpointer   value,
                   gsize           length)
{
  g_autofree char *inner = g_strconcat (TEST_VARIABLES, name, TEST_VENDOR, NULL);
  g_autofree char *path = g_build_filename (self->tree, inner, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, (const guint8 *)"\6\0\0", 4);
  g_byte_array_append (bytes, value, length);
  pt_test_write (self->tree, inner, "");
  g_file_set_contents (path, (const char *)bytes->data, bytes->len, &error);
  g_assert_no_error (error);
}

static void
test_set_variable_text (PtSetupFixture *self,
                        const char     *name,
                        const char     *text)
{
  gsize            length = 0;
  g_autofree char *wide = g_convert (text, -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);

  test_set_variable (self, name, wide, length + 2);
}

static void
test_set_features (PtSetupFixture *self,
                   guint64         features)
{
  guint64 little = GUINT64_TO_LE (features);

  test_set_variable (self, "LoaderFeatures", &little, sizeof little);
}

static void
test_remove (PtSetupFixture *self,
             const char     *name)
{
  g_autofree char *path = g_build_filename (self->tree, name, NULL);

  g_assert_cmpint (unlink (path), ==, 0);
}

static void
test_install (PtSetupFixture *self,
              const char     *name,
              const char     *text)
{
  g_autofree char *inner = g_build_filename ("usr/bin", name, NULL);
  g_autofree char *path = g_build_filename (self->tree, inner, NULL);

  pt_test_write (self->tree, inner, text);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

/* GRUB as Fedora has it; it counts good and bad starts in the same file. */
static void
test_add_grub (PtSetupFixture *self)
{
  g_autofree char *program = pt_test_read (self->tree, "usr/bin/grub-editenv");
  g_auto (GStrv) parts = g_strsplit (program, "boot/grub/", -1);
  g_autofree char *moved = g_strjoinv ("boot/grub2/", parts);
  g_autoptr (GString) block = g_string_new ("# GRUB Environment Block\nsaved_entry=f00d-6.1\n"
                                            "boot_success=1\nboot_indeterminate=2\n");

  while (block->len < 1024)
    g_string_append_c (block, '#');
  test_install (self, "grub2-editenv", moved);
  test_remove (self, "usr/bin/grub-editenv");
  pt_test_write (self->tree, "boot/grub2/grubenv", block->str);
  pt_test_write (self->tree, "boot/grub2/grub.cfg",
                 "if [ \"${next_entry}\" ] ; then\n   set default=\"${next_entry}\"\nfi\n"
                 "insmod blscfg\nblscfg\n");
  pt_test_write (self->tree, "etc/default/grub", "GRUB_ENABLE_BLSCFG=true\n");
}

/* Its own program keeps the parameters, and copies the newest kernel and initramfs to where the
 * firmware finds them. */
static void
test_add_pop (PtSetupFixture *self)
{
  g_autofree char *link = g_build_filename (self->tree, "boot/initrd.img", NULL);

  pt_test_write (self->tree, "etc/kernelstub/configuration",
                 "{\n  \"default\": {\"kernel_options\": [\"splash\"]},\n"
                 "  \"user\": {\"kernel_options\": [\"quiet\"], \"config_rev\": 3}\n}\n");
  test_remove (self, "etc/kernel/cmdline");
  g_assert_cmpint (symlink ("initrd.img-6.1.0-18-amd64", link), ==, 0);
}

static void
test_set_up (PtSetupFixture *self,
             gconstpointer   data)
{
  static const char *const gone[] = { "etc/default/grub", "usr/sbin/update-grub",
                                      "usr/sbin/grub-mkconfig", "boot/grub" };
  const TestLoader        *loader = data;
  g_autofree char         *tool = NULL;

  pt_setup_fixture_set_up (self, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (gone); i++)
    pt_test_remove_tree (g_build_filename (self->tree, gone[i], NULL));
  pt_test_write (self->tree, "proc/cmdline", loader->line);
  pt_test_write (self->tree, loader->entry, loader->text);
  if (loader->tool != NULL)
    {
      tool = pt_test_read (PT_TEST_TOOLS, loader->tool);
      test_install (self, loader->tool, tool);
      pt_test_write (self->tree, "etc/kernel/cmdline", TEST_ROOT " ro quiet\n");
    }
  if (loader->info == NULL)
    {
      test_add_grub (self);
    }
  else
    {
      pt_test_write (self->tree, "boot/efi/loader/loader.conf",
                     loader->settings != NULL ? loader->settings : "timeout 3\n");
      test_set_variable_text (self, "LoaderInfo", loader->info);
      test_set_features (self, loader->features);
    }
  if (g_strcmp0 (loader->info, "GRUB 2.12") == 0)
    test_set_variable_text (self, "LoaderEntryDefault", "opensuse-6.1-1.conf");
  if (g_strcmp0 (loader->tool, "kernelstub") == 0)
    test_add_pop (self);
  pt_setup_fixture_remember (self);
}

static void
test_restart (PtSetupFixture *self)
{
  g_autoptr (GError) error = NULL;

  pt_rehearsal_restart (self->sysroot, NULL, &error);
  g_assert_no_error (error);
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
test_assert_command_line (PtSetupFixture   *self,
                          const TestLoader *loader,
                          const char       *parameters)
{
  g_autofree char *line = pt_test_read (self->tree, "proc/cmdline");
  g_autofree char *expected = g_strconcat (loader->line, parameters, "\n", NULL);

  g_assert_cmpstr (line, ==, expected);
}

static void
test_assert_driver (PtSetupFixture *self,
                    const char     *expected)
{
  g_autofree char *driver = pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES,
                                                  PT_TEST_CARD "/driver", NULL);

  g_assert_cmpstr (driver, ==, expected);
}

/* What the mark says; NULL if there is none. (transfer full) */
static char *
test_get_mark (PtSetupFixture   *self,
               const TestLoader *loader)
{
  char *mark = pt_trial_mark_get (self->sysroot, loader->info != NULL);

  if (mark != NULL && *mark == '\0')
    g_clear_pointer (&mark, g_free);
  return mark;
}

static void
test_assert_gone (PtSetupFixture   *self,
                  const TestLoader *loader)
{
  g_autofree char *entry = pt_test_read (self->tree, loader->entry);
  g_autofree char *mark = test_get_mark (self, loader);

  g_assert_cmpstr (entry, ==, loader->text);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, loader->copy));
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_STATE, NULL));
  g_assert_cmpstr (mark, ==, NULL);
  if (loader->info == NULL)
    {
      g_autofree char *environment = pt_test_read (self->tree, "boot/grub2/grubenv");

      g_assert_cmpuint (strlen (environment), ==, 1024);
      g_assert_nonnull (strstr (environment, "\nboot_success=1\nboot_indeterminate=2\n"));
      g_assert_null (strstr (environment, "next_entry"));
    }
}

/* Prepared, started, confirmed, permanent, undone. */
static void
test_round (PtSetupFixture *self,
            gconstpointer   data)
{
  const TestLoader *loader = data;
  g_autoptr (PtTrial) trial = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *entry = NULL;
  g_autofree char *kernel = NULL;
  g_autofree char *mark = NULL;
  g_autofree char *marked = NULL;

  test_prepare (self);
  test_assert_state (self, PT_TRIAL_PREPARED);
  copy = pt_test_read (self->tree, loader->copy);
  kernel = g_strdup_printf ("\nlinux %s\n", loader->kernel);
  g_assert_nonnull (strstr (copy, " (trial start by Passthru)\n"));
  g_assert_nonnull (strstr (copy, kernel));
  g_assert_nonnull (strstr (copy, "\noptions " TEST_ROOT " ro quiet " TEST_PARAMETERS
                                  " passthru.trial="));
  g_assert_null (strstr (copy, "sort-key"));
  entry = pt_test_read (self->tree, loader->entry);
  g_assert_cmpstr (entry, ==, loader->text);
  mark = test_get_mark (self, loader);
  g_assert_null (mark);

  test_start (self);
  test_assert_state (self, PT_TRIAL_STARTED);
  mark = test_get_mark (self, loader);
  g_assert_cmpstr (mark, ==, loader->mark);

  test_restart (self);
  trial = test_read (self);
  g_assert_cmpint (trial->state, ==, PT_TRIAL_RUNNING);
  marked = g_strdup_printf (" " TEST_PARAMETERS " passthru.trial=%s:5 panic=20", trial->id);
  test_assert_command_line (self, loader, marked);
  test_assert_driver (self, "vfio-pci");
  g_clear_pointer (&mark, g_free);
  mark = test_get_mark (self, loader);
  g_assert_cmpstr (mark, ==, NULL);

  test_confirm (self);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, loader->copy));
  test_restart (self);
  test_assert_command_line (self, loader, " " TEST_PARAMETERS);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  test_assert_driver (self, "vfio-pci");

  pt_setup_fixture_undo (self);
  test_assert_gone (self, loader);
  test_restart (self);
  test_assert_command_line (self, loader, "");
  test_assert_driver (self, "amdgpu");
}

/* Nobody confirms: the next start is the old one; then the reset button; then never started. */
static void
test_not_confirmed (PtSetupFixture *self,
                    gconstpointer   data)
{
  const TestLoader *loader = data;
  g_autoptr (PtTrial) ended = NULL;
  g_autoptr (PtTrial) cut = NULL;

  test_prepare (self);
  test_restart (self);
  test_assert_command_line (self, loader, "");
  test_assert_state (self, PT_TRIAL_PREPARED);

  test_start (self);
  test_restart (self);
  pt_test_write (self->tree, "proc/uptime", "301.00 0.00\n");
  g_assert_true (pt_trial_watch_end (self->sysroot));
  test_restart (self);
  test_assert_command_line (self, loader, "");
  test_assert_driver (self, "amdgpu");
  ended = test_read (self);
  g_assert_cmpint (ended->state, ==, PT_TRIAL_FAILED);
  g_assert_cmpint (ended->cause, ==, PT_TRIAL_CAUSE_NOT_CONFIRMED);

  test_start (self);
  test_restart (self);
  test_assert_state (self, PT_TRIAL_RUNNING);
  test_restart (self);
  test_assert_command_line (self, loader, "");
  cut = test_read (self);
  g_assert_cmpint (cut->cause, ==, PT_TRIAL_CAUSE_CUT_SHORT);
  pt_setup_fixture_undo (self);
  test_assert_gone (self, loader);
}

/* Without a restart in between, undo gives back every byte; what was marked before stays marked. */
static void
test_undo (PtSetupFixture *self,
           gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);

  test_prepare (self);
  test_start (self);
  test_start (self);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);

  test_prepare (self);
  test_start (self);
  pt_trial_cancel (self->sysroot, &error);
  g_assert_no_error (error);
  test_assert_state (self, PT_TRIAL_CANCELLED);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

static void
test_own_mark (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_trial_firmware_set (self->sysroot, "auto-windows", &error));
  pt_setup_fixture_remember (self);
  test_prepare (self);
  test_start (self);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);

  /* Somebody marks another one after us: it stays. */
  test_prepare (self);
  test_start (self);
  g_assert_true (pt_trial_firmware_set (self->sysroot, "auto-osx", &error));
  pt_setup_fixture_undo (self);
  g_assert_true (pt_trial_firmware_set (self->sysroot, "auto-windows", &error));
  pt_setup_fixture_assert_original (self);
}

/* Where logind does not offer it, bootctl writes the mark. */
static void
test_bootctl (PtSetupFixture *self,
              gconstpointer   data)
{
  const TestLoader *loader = data;
  g_autofree char  *bootctl = pt_test_read (PT_TEST_TOOLS, "bootctl");
  g_autofree char  *runner = pt_test_read (PT_TEST_TOOLS, "systemd-run");
  g_autofree char  *mark = NULL;
  g_autofree char  *none = NULL;
  g_autofree char  *written = NULL;
  g_autofree char  *again = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const name = TEST_VARIABLES "LoaderEntryOneShot" TEST_VENDOR;

  test_install (self, "bootctl", bootctl);
  test_install (self, "systemd-run", runner);
  g_assert_true (pt_trial_firmware_ask (self->sysroot, NULL, loader->mark, &error));
  g_assert_no_error (error);
  mark = test_get_mark (self, loader);
  g_assert_cmpstr (mark, ==, loader->mark);
  written = pt_sysroot_read (self->sysroot, PT_PLACE_ROOT, name, NULL, NULL);
  g_assert_true (pt_trial_firmware_ask (self->sysroot, NULL, NULL, &error));
  none = test_get_mark (self, loader);
  g_assert_cmpstr (none, ==, NULL);
  /* What a tree plays is what bootctl writes. */
  g_assert_true (pt_trial_firmware_set (self->sysroot, loader->mark, &error));
  again = pt_sysroot_read (self->sysroot, PT_PLACE_ROOT, name, NULL, NULL);
  g_assert_true (memcmp (written, again, 4 + 2 * strlen (loader->mark) + 2) == 0);
}

/* It fails, or is not there: so it is said, with what logind said. */
static void
test_bootctl_fails (PtSetupFixture *self,
                    gconstpointer   data)
{
  const TestLoader *loader = data;
  g_autofree char  *bootctl = pt_test_read (PT_TEST_TOOLS, "bootctl");
  g_autofree char  *runner = pt_test_read (PT_TEST_TOOLS, "systemd-run");
  g_autofree char  *mark = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) refused = NULL;

  g_assert_false (pt_trial_firmware_ask (self->sysroot, NULL, loader->mark, &missing));
  g_assert_error (missing, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING);
  test_install (self, "bootctl", bootctl);
  test_install (self, "systemd-run", runner);
  test_remove (self, TEST_VARIABLES "LoaderInfo" TEST_VENDOR);
  g_assert_false (pt_trial_firmware_ask (self->sysroot, NULL, loader->mark, &refused));
  g_assert_error (refused, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_PROGRAM);
  g_assert_nonnull (strstr (refused->message, "there is no bus; bootctl: "));
  g_assert_nonnull (strstr (refused->message, "Not booted with a supported boot loader"));
  mark = test_get_mark (self, loader);
  g_assert_cmpstr (mark, ==, NULL);
}

/* Where the newest entry is not the default by itself. */
static void
test_choose_newer (PtSetupFixture   *self,
                   const TestLoader *loader)
{
  const char *arguments[] = { "-", "set", "saved_entry=f00d-6.2", NULL };
  g_autoptr (GError) error = NULL;

  if (loader->info == NULL)
    pt_sysroot_run (self->sysroot, PT_PROGRAM_GRUB_EDITENV, arguments, NULL, NULL, &error);
  else if (g_str_has_prefix (loader->info, "GRUB"))
    test_set_variable_text (self, "LoaderEntryDefault", "opensuse-6.2-1.conf");
  g_assert_no_error (error);
}

/* Another entry becomes the default, with another kernel, between preparation and start. */
static void
test_new_kernel (PtSetupFixture *self,
                 gconstpointer   data)
{
  const TestLoader *loader = data;
  g_autofree char  *copy = NULL;
  g_autofree char  *line = NULL;
  g_auto (GStrv) parts = g_strsplit (loader->entry, "6.1", -1);
  g_autofree char *newer = g_strjoinv ("6.2", parts);

  test_prepare (self);
  pt_test_write (self->tree, newer,
                 "title Debian\nversion 6.2\nsort-key debian\nlinux /vmlinuz-6.2\n"
                 "initrd " TEST_INITRD "\noptions " TEST_ROOT " rw\n");
  test_choose_newer (self, loader);
  test_start (self);
  copy = pt_test_read (self->tree, loader->copy);
  g_assert_nonnull (strstr (copy, "\nlinux /vmlinuz-6.2\n"));
  g_assert_null (strstr (copy, "vmlinuz-6.1"));
  test_restart (self);
  line = pt_test_read (self->tree, "proc/cmdline");
  g_assert_nonnull (strstr (line, " rw " TEST_PARAMETERS " passthru.trial="));
  test_confirm (self);
  pt_setup_fixture_undo (self);
  test_assert_gone (self, loader);
}

/* kernelstub writes the entry anew, under the same name, between preparation and start; the trial
 * entry is not one it knows, and stays. */
static void
test_kernelstub_writes (PtSetupFixture *self,
                        gconstpointer   data)
{
  static const char *const arguments[] = { "--add-options", "splash", NULL };
  const TestLoader        *loader = data;
  g_autofree char         *copy = NULL;
  g_autofree char         *line = NULL;
  g_autofree char         *entry = NULL;
  g_autoptr (GError) error = NULL;

  test_prepare (self);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_KERNELSTUB, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
  test_start (self);
  copy = pt_test_read (self->tree, loader->copy);
  g_assert_nonnull (strstr (copy, " ro quiet splash " TEST_PARAMETERS " passthru.trial="));
  test_restart (self);
  test_assert_state (self, PT_TRIAL_RUNNING);
  test_confirm (self);
  test_restart (self);
  line = pt_test_read (self->tree, "proc/cmdline");
  g_assert_nonnull (strstr (line, " quiet splash " TEST_PARAMETERS "\n"));
  pt_setup_fixture_undo (self);
  entry = pt_test_read (self->tree, loader->entry);
  g_assert_nonnull (strstr (entry, "splash"));
  g_assert_null (strstr (entry, "vfio"));
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, loader->copy));
}

/* Its configuration is broken: nothing is prepared, nothing changes. */
static void
test_kernelstub_broken (PtSetupFixture *self,
                        gconstpointer   data)
{
  static const char *const texts[] = { "", "{", "{\"user\": {}}",
                                       "{\"user\": {\"kernel_options\": \"quiet\"}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (PtHost) host = NULL;
      g_autoptr (PtIntent) intent = pt_intent_new_from_string (PT_TEST_CARD, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PtPlan) plan = NULL;

      pt_test_write (self->tree, "etc/kernelstub/configuration", texts[i]);
      pt_setup_fixture_remember (self);
      host = pt_host_scan (self->sysroot, NULL, &error);
      g_assert_no_error (error);
      plan = pt_plan_new (host, intent, &error);
      g_assert_null (plan);
      g_assert_nonnull (error);
      pt_setup_fixture_assert_original (self);
    }
}

/* What the loader calls its entries is what the mark has to say. */
static void
test_old_names (PtSetupFixture *self,
                gconstpointer   data)
{
  const TestLoader *loader = data;
  g_autofree char  *mark = NULL;

  test_set_variable_text (self, "LoaderEntrySelected", "debian-6.1");
  test_prepare (self);
  test_start (self);
  mark = test_get_mark (self, loader);
  g_assert_cmpstr (mark, ==, "0-passthru_trial");
  test_restart (self);
  test_assert_state (self, PT_TRIAL_RUNNING);
  test_restart (self);
  test_assert_command_line (self, loader, "");
  pt_setup_fixture_undo (self);
  test_assert_gone (self, loader);
}

/* Each thing that makes a trial impossible. */
static void
test_assert_impossible (PtSetupFixture *self,
                        PtOneShot       expected)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (pt_one_shot_to_nick (pt_host_get_facts (pt_plan_get_host (plan))->one_shot), ==,
                   pt_one_shot_to_nick (expected));
  g_assert_false (pt_trial_is_possible (plan, &reason));
  g_assert_nonnull (strstr (reason, "delete the new parameters"));
  pt_setup_fixture_remember (self);
  g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED);
  pt_setup_fixture_assert_original (self);
}

static void
test_not_advertised (PtSetupFixture *self,
                     gconstpointer   data)
{
  test_set_features (self, 0x1ff & ~PT_BOOT_FEATURE_ONE_SHOT);
  test_assert_impossible (self, PT_ONE_SHOT_NOT_ADVERTISED);
  test_set_variable (self, "LoaderFeatures", "\377", 1);
  test_assert_impossible (self, PT_ONE_SHOT_NOT_ADVERTISED);
  test_remove (self, TEST_VARIABLES "LoaderFeatures" TEST_VENDOR);
  test_assert_impossible (self, PT_ONE_SHOT_NOT_ADVERTISED);
}

static void
test_saved_default (PtSetupFixture *self,
                    gconstpointer   data)
{
  pt_test_write (self->tree, "boot/efi/loader/loader.conf", "timeout 3\ndefault  @saved\n");
  test_set_variable_text (self, "LoaderEntryLastBooted", "debian-6.1.conf");
  test_assert_impossible (self, PT_ONE_SHOT_SAVED_DEFAULT);
  /* What is said in the firmware counts first. */
  test_set_variable_text (self, "LoaderEntryDefault", "debian-6.1.conf");
  test_prepare (self);
  pt_setup_fixture_undo (self);
}

/* The loader could do it, but no entry can be copied so that it never becomes the default. */
static void
test_no_entry (PtSetupFixture *self,
               gconstpointer   data)
{
  static const struct
  {
    const char *name;
    const char *text;
  } cases[] = {
    { "boot/efi/loader/loader.conf", "default auto-windows\n" },
    { TEST_ENTRIES "debian-6.1.conf", "title Tool\nefi /EFI/tool.efi\noptions quiet\n" },
    { TEST_ENTRIES "00-first.conf", "sort-key aaa\n" TEST_ENTRY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
      g_autoptr (GError) error = NULL;

      pt_test_write (self->tree, "boot/efi/loader/loader.conf", "default debian*\n");
      pt_test_write (self->tree, TEST_ENTRIES "debian-6.1.conf", TEST_ENTRY);
      pt_test_write (self->tree, cases[i].name, cases[i].text);
      if (i == 2)
        pt_test_write (self->tree, "boot/efi/loader/loader.conf", "default 00*\n");
      pt_setup_fixture_remember (self);
      g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      pt_setup_fixture_assert_original (self);
    }
}

/* GRUB with entries: it has to be able to write, and to have a default by name. */
static void
test_grub_obstacles (PtSetupFixture *self,
                     gconstpointer   data)
{
  g_autofree char *environment = pt_test_read (self->tree, "boot/grub2/grubenv");
  g_autofree char *menu = pt_test_read (self->tree, "boot/grub2/grub.cfg");
  g_autofree char *mounts = pt_test_read (self->tree, "proc/self/mountinfo");

  pt_test_write (self->tree, "boot/grub2/grubenv", "# GRUB Environment Block\nsaved_entry=\n####");
  test_assert_impossible (self, PT_ONE_SHOT_NO_DEFAULT);
  test_remove (self, "boot/grub2/grubenv");
  test_assert_impossible (self, PT_ONE_SHOT_NO_ENVIRONMENT);
  pt_test_write (self->tree, "boot/grub2/grubenv", environment);
  pt_test_write (self->tree, "boot/grub2/grub.cfg", "blscfg\n");
  test_assert_impossible (self, PT_ONE_SHOT_OLD_MENU);
  pt_test_write (self->tree, "boot/grub2/grub.cfg", "set default=\"${next_entry}\"\n");
  test_assert_impossible (self, PT_ONE_SHOT_NO_CUSTOM_ENTRIES);
  pt_test_write (self->tree, "boot/grub2/grub.cfg", menu);
  test_remove (self, "proc/self/mountinfo");
  pt_test_write (self->tree, "proc/self/mountinfo",
                 "27 1 0:30 / / rw - btrfs /dev/nvme0n1p2 rw\n");
  test_assert_impossible (self, PT_ONE_SHOT_FILE_SYSTEM);
  test_remove (self, "proc/self/mountinfo");
  pt_test_write (self->tree, "proc/self/mountinfo", mounts);
  test_prepare (self);
  pt_setup_fixture_undo (self);
}

/* openSUSE's GRUB without a default by name, and before it learnt of one start only. */
static void
test_suse_obstacles (PtSetupFixture *self,
                     gconstpointer   data)
{
  test_remove (self, TEST_VARIABLES "LoaderEntryDefault" TEST_VENDOR);
  test_assert_impossible (self, PT_ONE_SHOT_NO_DEFAULT);
  test_set_features (self, 0);
  test_assert_impossible (self, PT_ONE_SHOT_NOT_ADVERTISED);
}

/* Pop!_OS as it is recorded, its tools at work. */

#define TEST_POP_CARD "0000:01:00.0"
#define TEST_POP_ENTRY TEST_ENTRIES "Pop_OS-current.conf"
#define TEST_POP_WORDS "quiet loglevel=0 systemd.show_status=false splash"
#define TEST_POP_IDS "vfio-pci.ids=10de:2782,10de:22bc"

static void
test_set_up_pop (PtSetupFixture *self,
                 gconstpointer   data)
{
  static const char *const arguments[] = { "-u", "-k", "all", NULL };
  g_autofree char         *file = g_test_build_filename (G_TEST_DIST, "hosts", "pop-os.host", NULL);
  g_autofree char         *path = NULL;
  g_autofree char         *kernelstub = pt_test_read (PT_TEST_TOOLS, "kernelstub");
  g_autoptr (GError) error = NULL;

  self->folder = pt_test_make_folder ();
  self->tree = g_build_filename (self->folder, "tree", NULL);
  pt_host_file_expand (file, self->tree, NULL, &error);
  g_assert_no_error (error);
  self->sysroot = pt_sysroot_new_directory (self->tree);
  test_install (self, "kernelstub", kernelstub);
  path = g_build_filename (self->tree, "usr/sbin/update-initramfs", NULL);
  pt_test_write (self->tree, "usr/sbin/update-initramfs",
                 "#!/bin/sh\nset -eu\ncd \"$PASSTHRU_SYSROOT\"\n"
                 "for i in etc/initramfs-tools/scripts/init-top/*; do\n"
                 "  [ ! -f \"$i\" ] || echo \"${i#etc/initramfs-tools/}\"\n"
                 "done > boot/initrd.img\n");
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_sysroot_run (self->sysroot, PT_PROGRAM_UPDATE_INITRAMFS, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_setup_fixture_remember (self);
}

static void
test_pop_assert (PtSetupFixture *self,
                 PtTrialState    state,
                 gboolean        bound)
{
  g_autofree char *line = pt_test_read (self->tree, "proc/cmdline");
  g_autofree char *driver = pt_sysroot_read_link (self->sysroot, PT_PLACE_PCI_DEVICES,
                                                  TEST_POP_CARD "/driver", NULL);

  test_assert_state (self, state);
  g_assert_nonnull (strstr (line, TEST_POP_WORDS));
  g_assert_true ((strstr (line, TEST_POP_IDS) != NULL) == bound);
  g_assert_true ((strstr (line, "passthru.trial=") != NULL) == (state == PT_TRIAL_RUNNING));
  g_assert_true (g_str_equal (driver, "vfio-pci") == bound);
}

static void
test_pop_try (PtSetupFixture *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, TEST_POP_CARD);
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_trial_is_possible (plan, NULL));
  pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pt_trial_start (plan, &error);
  g_assert_no_error (error);
  test_restart (self);
}

static void
test_pop_recorded (PtSetupFixture *self,
                   gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  test_pop_try (self);
  test_pop_assert (self, PT_TRIAL_RUNNING, TRUE);
  /* Nobody says a word. */
  test_restart (self);
  test_pop_assert (self, PT_TRIAL_FAILED, FALSE);
  pt_setup_fixture_undo (self);

  test_pop_try (self);
  plan = pt_setup_fixture_plan (self, TEST_POP_CARD);
  pt_trial_confirm (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  test_restart (self);
  test_pop_assert (self, PT_TRIAL_CONFIRMED, TRUE);
  pt_setup_fixture_undo (self);
  test_restart (self);
  test_pop_assert (self, PT_TRIAL_NONE, FALSE);
}

/* Each file the trial needs, broken: refused with nothing changed. */
static void
test_pop_broken (PtSetupFixture *self,
                 gconstpointer   data)
{
  static const struct
  {
    const char *name;
    const char *text;
  } cases[] = {
    { TEST_POP_ENTRY, "title Pop!_OS\nefi /EFI/tool.efi\n" },
    { TEST_POP_ENTRY, "" },
    { "boot/efi/loader/loader.conf", "default something-else\n" },
    { "usr/sbin/update-initramfs", "#!/bin/sh\nexit 1\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (self->tree, cases[i].name, NULL);
      g_autofree char *text = pt_test_read (self->tree, cases[i].name);
      gboolean         program = g_str_has_prefix (cases[i].name, "usr/");
      g_autoptr (PtPlan) plan = NULL;
      g_autoptr (GError) error = NULL;

      pt_test_write (self->tree, cases[i].name, cases[i].text);
      g_assert_cmpint (chmod (path, program ? 0755 : 0644), ==, 0);
      plan = pt_setup_fixture_plan (self, TEST_POP_CARD);
      pt_setup_fixture_remember (self);
      g_assert_false (pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      if (!program)
        pt_setup_fixture_assert_original (self);
      pt_test_write (self->tree, cases[i].name, text);
      g_assert_cmpint (chmod (path, program ? 0755 : 0644), ==, 0);
      /* What a rebuild that failed left behind goes as soon as it works. */
      if (program)
        pt_setup_fixture_undo (self);
    }
  test_pop_try (self);
  test_pop_assert (self, PT_TRIAL_RUNNING, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  static const TestLoader *const loaders[] = { &test_systemd_boot, &test_grub_bls, &test_suse,
                                               &test_suse_grub };
  static const struct
  {
    const char *name;
    void (*func) (PtSetupFixture *,
                  gconstpointer);
  } stories[] = {
    { "round", test_round },
    { "not-confirmed", test_not_confirmed },
    { "undo", test_undo },
    { "new-kernel", test_new_kernel },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (loaders); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (stories); j++)
      {
        g_autofree char *path = g_strdup_printf ("/setup/trial-entries/%s/%s", loaders[i]->nick,
                                                 stories[j].name);

        g_test_add (path, PtSetupFixture, loaders[i], test_set_up, stories[j].func,
                    pt_setup_fixture_tear_down);
      }
#define TEST_ADD(name, func)                                                                       \
  g_test_add ("/setup/trial-entries/" name, PtSetupFixture, &test_systemd_boot, test_set_up, func, \
              pt_setup_fixture_tear_down)
  TEST_ADD ("own-mark", test_own_mark);
  TEST_ADD ("bootctl", test_bootctl);
  TEST_ADD ("bootctl-fails", test_bootctl_fails);
  TEST_ADD ("old-names", test_old_names);
  TEST_ADD ("obstacle/not-advertised", test_not_advertised);
  TEST_ADD ("obstacle/saved-default", test_saved_default);
  TEST_ADD ("obstacle/no-entry", test_no_entry);
  for (gsize j = 0; j < 3; j++)
    {
      g_autofree char *path = g_strconcat ("/setup/trial-entries/kernelstub/", stories[j].name,
                                           NULL);

      g_test_add (path, PtSetupFixture, &test_kernelstub, test_set_up, stories[j].func,
                  pt_setup_fixture_tear_down);
    }
  g_test_add ("/setup/trial-entries/kernelstub/recorded", PtSetupFixture, NULL, test_set_up_pop,
              test_pop_recorded, pt_setup_fixture_tear_down);
  g_test_add ("/setup/trial-entries/kernelstub/recorded-broken", PtSetupFixture, NULL,
              test_set_up_pop, test_pop_broken, pt_setup_fixture_tear_down);
  g_test_add ("/setup/trial-entries/kernelstub/writes", PtSetupFixture, &test_kernelstub,
              test_set_up, test_kernelstub_writes, pt_setup_fixture_tear_down);
  g_test_add ("/setup/trial-entries/kernelstub/broken", PtSetupFixture, &test_kernelstub,
              test_set_up, test_kernelstub_broken, pt_setup_fixture_tear_down);
  g_test_add ("/setup/trial-entries/kernelstub/not-advertised", PtSetupFixture, &test_kernelstub,
              test_set_up, test_not_advertised, pt_setup_fixture_tear_down);
  g_test_add ("/setup/trial-entries/obstacle/grub-bls", PtSetupFixture, &test_grub_bls, test_set_up,
              test_grub_obstacles, pt_setup_fixture_tear_down);
  g_test_add ("/setup/trial-entries/obstacle/suse-grub", PtSetupFixture, &test_suse_grub,
              test_set_up, test_suse_obstacles, pt_setup_fixture_tear_down);

  return g_test_run ();
}
