/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-loader"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pt-loader.h"
#include "setup-fixture.h"

/* The sample machine with each boot loader in turn: planned, applied with a stand-in that does what
 * the tool is documented to do, looked at, undone. */

#define TEST_ROOT "root=UUID=00000000-0000-0000-0000-000000000001"
#define TEST_IDS "vfio-pci.ids=1002:73df"
#define TEST_BIND "passthru.bind=0000:2f:00.1=1002:ab28"
#define TEST_OWN "vfio-pci.ids=8086:1533"
#define TEST_ENTRIES "boot/efi/loader/entries/"

typedef struct
{
  const char *name;
  const char *content; /* NULL: an empty end */
} PtTestFile;

typedef struct
{
  const char  *nick;
  PtBootLoader loader;
  const char  *command_line;
  PtTestFile   files[5];
  const char  *tool;     /* stand-in, or NULL: the settings are what boots */
  const char  *settings; /* the file with the parameters, whose first `quiet` can grow */
  const char  *result;   /* what boots */
} PtTestLoader;

/* clang-format off */
static const PtTestLoader test_loaders[] = {
  {
    .nick = "grub-classic",
    .loader = PT_BOOT_LOADER_GRUB,
    .command_line = "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 " TEST_ROOT " ro quiet",
    .files = {
      { "etc/default/grub",
        "# of the user's\n"
        "GRUB_DEFAULT=0\n"
        "GRUB_CMDLINE_LINUX_DEFAULT='quiet splash'\n"
        "GRUB_CMDLINE_LINUX=\"\" # the recovery entry has these too\n" },
    },
    .tool = "grub-mkconfig",
    .settings = "etc/default/grub",
    .result = "boot/grub/grub.cfg",
  },
  {
    .nick = "grub-suse",
    .loader = PT_BOOT_LOADER_GRUB,
    .command_line = "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 " TEST_ROOT " ro quiet",
    .files = {
      { "etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"splash=silent \\\n  quiet\"\n" },
    },
    .tool = "grub2-mkconfig",
    .settings = "etc/default/grub",
    .result = "boot/grub2/grub.cfg",
  },
  {
    .nick = "grub-bls",
    .loader = PT_BOOT_LOADER_GRUB_BLS,
    .command_line = "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.8 " TEST_ROOT " ro rhgb quiet",
    .files = {
      { "etc/default/grub", "GRUB_ENABLE_BLSCFG=true\n" },
      { "boot/grub2/grubenv", "# GRUB Environment Block\nsaved_entry=f-6.8\n###" },
      { "boot/loader/entries/f-6.8.conf", "title Fedora\nversion 6.8\nlinux /vmlinuz-6.8\n"
        "options  " TEST_ROOT " ro  rhgb quiet\n" },
      { "boot/loader/entries/f-0-rescue.conf",
        "title Rescue\nversion 0\nlinux /vmlinuz-0-rescue\noptions " TEST_ROOT " ro\n" },
      { "etc/kernel/cmdline", TEST_ROOT " ro rhgb quiet" },
    },
    .tool = "grubby",
    .settings = "boot/loader/entries/f-6.8.conf",
    .result = "boot/loader/entries/f-6.8.conf",
  },
  {
    .nick = "systemd-boot",
    .loader = PT_BOOT_LOADER_SYSTEMD_BOOT,
    .command_line = "initrd=\\initrd.img-6.8 " TEST_ROOT " ro quiet",
    .files = {
      { "boot/efi/loader/loader.conf", "timeout 3\ndefault linux-6.8*\n" },
      { TEST_ENTRIES "linux-6.9.conf", "title Newer\nlinux /linux-6.9\noptions " TEST_ROOT "\n" },
      { TEST_ENTRIES "linux-6.8.conf", "title Debian\nlinux /linux-6.8\n# by hand\n"
        "options " TEST_ROOT " ro\noptions\tquiet\n" },
      { "etc/kernel/cmdline", TEST_ROOT " ro quiet\n" },
    },
    .settings = TEST_ENTRIES "linux-6.8.conf",
    .result = TEST_ENTRIES "linux-6.8.conf",
  },
  {
    .nick = "kernelstub",
    .loader = PT_BOOT_LOADER_KERNELSTUB,
    .command_line = "initrd=\\EFI\\Pop_OS\\initrd.img " TEST_ROOT " ro quiet splash",
    .files = {
      { "etc/kernelstub/configuration", "{\n"
        "  \"default\": {\"kernel_options\": [\"splash\"]},\n"
        "  \"user\": {\"kernel_options\": [\"quiet\", \"splash\"], \"config_rev\": 3}\n"
        "}\n" },
      { TEST_ENTRIES "Pop_OS-current.conf",
        "title Pop!_OS\nlinux /EFI/Pop_OS-00000000-0000-0000-0000-000000000001/vmlinuz.efi\n"
        "initrd /EFI/Pop_OS-00000000-0000-0000-0000-000000000001/initrd.img\n"
        "options " TEST_ROOT " ro quiet splash\n" },
    },
    .tool = "kernelstub",
    .settings = "etc/kernelstub/configuration",
    .result = TEST_ENTRIES "Pop_OS-current.conf",
  },
  {
    .nick = "rpm-ostree",
    .loader = PT_BOOT_LOADER_RPM_OSTREE,
    .command_line = "BOOT_IMAGE=(hd0,gpt2)/ostree/vmlinuz rhgb quiet",
    .files = {
      { "run/ostree-booted", "" },
      { "boot/loader/entries/ostree-1.conf", "title Kinoite (ostree:0)\nversion 1\n"
        "options rhgb quiet " TEST_ROOT "\n"
        "linux /ostree/vmlinuz\n" },
    },
    .tool = "rpm-ostree",
    .settings = "boot/loader/entries/ostree-1.conf",
    .result = "boot/loader/entries/ostree-2.conf",
  },
  {
    .nick = "limine-tool",
    .loader = PT_BOOT_LOADER_LIMINE,
    .command_line = TEST_ROOT " rw quiet",
    .files = {
      { "etc/default/limine", "ESP_PATH=\"/boot\"\n"
        "KERNEL_CMDLINE[default]+=\"" TEST_ROOT " rw quiet\"\n"
        "BOOT_ORDER=\"*\"\n" },
      { "boot/limine.conf", "timeout: 5\n/+CachyOS\n//linux-cachyos\n    protocol: linux\n"
                            "    path: boot():/0/linux-cachyos/vmlinuz\n"
                            "    cmdline: " TEST_ROOT " rw quiet\n"
                            "    module_path: boot():/0/linux-cachyos/initramfs\n" },
    },
    .tool = "limine-update",
    .settings = "etc/default/limine",
    .result = "boot/limine.conf",
  },
  {
    .nick = "limine",
    .loader = PT_BOOT_LOADER_LIMINE,
    .command_line = TEST_ROOT " rw quiet",
    .files = {
      { "boot/limine.conf", "timeout: 5\ndefault_entry: 2\n\n"
                            "/Rescue\n  protocol: linux\n  cmdline: single\n"
                            "/Arch\n  comment: cmdline: no\n  protocol: linux\n"
                            "  path: boot():/vmlinuz\n  CMDLINE: " TEST_ROOT " rw quiet\n" },
    },
    .settings = "boot/limine.conf",
    .result = "boot/limine.conf",
  },
  {
    .nick = "uki",
    .loader = PT_BOOT_LOADER_UKI,
    .command_line = TEST_ROOT " rw quiet",
    .files = {
      { "etc/kernel/cmdline", "# of the user's\n" TEST_ROOT " rw\n\nquiet\n" },
      { "etc/cmdline.d/ignored.conf", "never\n" },
      { "etc/mkinitcpio.conf", "MODULES=()\nHOOKS=(base udev modconf block filesystems)\n" },
    },
    .tool = "mkinitcpio",
    .settings = "etc/kernel/cmdline",
    .result = "boot/efi/EFI/Linux/arch-linux.efi",
  },
  {
    .nick = "uki-drop-in",
    .loader = PT_BOOT_LOADER_UKI,
    .command_line = TEST_ROOT " rw quiet",
    .files = {
      { "etc/cmdline.d/root.conf", TEST_ROOT " rw quiet" },
      { "etc/mkinitcpio.conf", "MODULES=()\nHOOKS=(base systemd modconf block filesystems)\n" },
    },
    .tool = "mkinitcpio",
    .settings = "etc/cmdline.d/root.conf",
    .result = "boot/efi/EFI/Linux/arch-linux.efi",
  },
  {
    .nick = "sdbootutil",
    .loader = PT_BOOT_LOADER_SDBOOTUTIL,
    .command_line = "BOOT_IMAGE=/boot/vmlinuz " TEST_ROOT " quiet",
    .files = {
      { "etc/kernel/cmdline", TEST_ROOT " quiet\nsecurity=apparmor\n" },
      { TEST_ENTRIES "opensuse-6.9-1.conf",
        "title openSUSE\nlinux /linux-6.9\noptions " TEST_ROOT " quiet security=apparmor\n" },
    },
    .tool = "sdbootutil",
    .settings = "etc/kernel/cmdline",
    .result = TEST_ENTRIES "opensuse-6.9-1.conf",
  },
};
/* clang-format on */

static void
test_remove (PtSetupFixture *self,
             const char     *name)
{
  pt_test_remove_tree (g_build_filename (self->tree, name, NULL));
}

static void
test_install (PtSetupFixture *self,
              const char     *stand_in,
              const char     *name)
{
  g_autofree char *text = pt_test_read (PT_TEST_TOOLS, stand_in);
  g_autofree char *inner = g_build_filename ("usr/bin", name, NULL);
  g_autofree char *path = g_build_filename (self->tree, inner, NULL);

  pt_test_write (self->tree, inner, text);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

/* Upstream's grub-mkconfig knows no drop-ins. */
static void
test_install_mkconfig (PtSetupFixture *self,
                       const char     *text,
                       const char     *name,
                       const char     *menu)
{
  const char      *begin = strstr (text, "for file in ./etc/default/grub.d");
  const char      *end = strstr (begin, "done\n");
  const char      *code = strstr (text, "set -eu");
  g_autofree char *inner = g_build_filename ("usr/bin", name, NULL);
  g_autofree char *path = g_build_filename (self->tree, inner, NULL);
  g_autofree char *cut = g_strdup_printf ("#!/bin/sh\n%.*s%s", (int)(begin - code), code,
                                          end + strlen ("done\n"));
  g_autoptr (GError) error = NULL;
  const char *arguments[] = { "-o", menu, NULL };

  pt_test_write (self->tree, inner, cut);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_test_write (self->tree, menu, "");
  pt_sysroot_run (self->sysroot, PT_PROGRAM_GRUB_MKCONFIG, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Started by a unified kernel image that mkinitcpio built. */
static void
test_install_image (PtSetupFixture *self)
{
  static const char stub[] = "\6\0\0\0s\0t\0u\0b\0";
  static const char name[] = "sys/firmware/efi/efivars/"
                             "StubInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
  g_autofree char  *path = g_build_filename (self->tree, name, NULL);
  g_autoptr (GError) error = NULL;
  static const char *const arguments[] = { "-P", NULL };

  pt_test_write (self->tree, name, "");
  g_file_set_contents (path, stub, sizeof stub - 1, &error);
  g_assert_no_error (error);
  test_remove (self, "usr/sbin/update-initramfs");
  test_install (self, "mkinitcpio-uki", "mkinitcpio");
  pt_sysroot_run (self->sysroot, PT_PROGRAM_MKINITCPIO, arguments, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_set_up (PtSetupFixture *self,
             gconstpointer   data)
{
  static const char *const gone[] = { "etc/default/grub", "usr/sbin/update-grub",
                                      "usr/sbin/grub-mkconfig", "boot/grub" };
  const PtTestLoader      *loader = data;
  g_autofree char         *mkconfig = NULL;
  g_autofree char         *menu = g_strconcat ("/", loader->result, NULL);

  pt_setup_fixture_set_up (self, NULL);
  mkconfig = pt_test_read (self->tree, "usr/sbin/grub-mkconfig");
  for (gsize i = 0; i < G_N_ELEMENTS (gone); i++)
    test_remove (self, gone[i]);
  pt_test_write (self->tree, "proc/cmdline", loader->command_line);
  for (gsize i = 0; i < G_N_ELEMENTS (loader->files) && loader->files[i].name != NULL; i++)
    pt_test_write (self->tree, loader->files[i].name, loader->files[i].content);
  if (loader->loader == PT_BOOT_LOADER_GRUB)
    test_install_mkconfig (self, mkconfig, loader->tool, menu);
  else if (loader->loader == PT_BOOT_LOADER_UKI)
    test_install_image (self);
  else if (loader->tool != NULL)
    test_install (self, loader->tool, loader->tool);
  pt_setup_fixture_remember (self);
}

/* How often @word stands by itself in the file @name. */
static guint
test_count (PtSetupFixture *self,
            const char     *name,
            const char     *word)
{
  g_autofree char *text = pt_test_read (self->tree, name);
  g_auto (GStrv) words = g_strsplit_set (text, " \t\n\"'", -1);
  guint count = 0;

  for (gsize i = 0; words[i] != NULL; i++)
    count += g_str_equal (words[i], word);
  return count;
}

/* Both of our tokens where they count, once for each normal entry of that file. */
static void
test_assert_in_force (PtSetupFixture     *self,
                      const PtTestLoader *loader)
{
  guint entries = loader->loader == PT_BOOT_LOADER_GRUB
                    ? test_count (self, loader->result, "quiet")
                    : 1;

  g_assert_cmpuint (entries, >, 0);
  g_assert_cmpuint (test_count (self, loader->result, TEST_IDS), ==, entries);
  g_assert_cmpuint (test_count (self, loader->result, TEST_BIND), ==, entries);
}

/* A deployment is not taken back, one more like the old one is made: what it says is compared. */
static void
test_assert_undone (PtSetupFixture     *self,
                    const PtTestLoader *loader)
{
  static const char *const tokens[] = { "rhgb", "quiet", TEST_ROOT, NULL };

  if (loader->loader != PT_BOOT_LOADER_RPM_OSTREE)
    {
      pt_setup_fixture_assert_original (self);
      return;
    }
  for (gsize i = 0; tokens[i] != NULL; i++)
    g_assert_cmpuint (test_count (self, "boot/loader/entries/ostree-3.conf", tokens[i]), ==, 1);
  g_assert_cmpuint (test_count (self, "boot/loader/entries/ostree-3.conf", TEST_IDS), ==, 0);
  g_assert_cmpuint (test_count (self, "boot/loader/entries/ostree-3.conf", TEST_BIND), ==, 0);
  test_remove (self, "boot/loader/entries/ostree-2.conf");
  test_remove (self, "boot/loader/entries/ostree-3.conf");
  pt_test_write (self->tree, "boot/loader/entries/ostree-1.conf", loader->files[1].content);
  pt_setup_fixture_assert_original (self);
}

static void
test_cycle (PtSetupFixture *self,
            gconstpointer   data)
{
  const PtTestLoader *loader = data;
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  const PtHostFacts *facts = pt_host_get_facts (pt_plan_get_host (plan));

  g_assert_cmpstr (pt_boot_loader_to_nick (facts->boot_loader), ==,
                   pt_boot_loader_to_nick (loader->loader));
  g_assert_cmpstr (pt_plan_get_manual_text (plan), ==, NULL);
  g_assert_true (pt_plan_is_applicable (plan));
  pt_setup_fixture_assert_original (self);

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  test_assert_in_force (self, loader);
  pt_setup_fixture_undo (self);
  test_assert_undone (self, loader);
}

/* With all there, a plan for the same has nothing left to do. */
static void
test_repeated (PtSetupFixture *self,
               gconstpointer   data)
{
  g_autoptr (PtPlan) plan = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpstr (pt_plan_get_manual_text (plan), ==, NULL);
  for (guint i = 0; i < pt_plan_get_steps (plan)->len; i++)
    g_test_message ("left: %s", pt_step_get_id (g_ptr_array_index (pt_plan_get_steps (plan), i)));
  g_assert_cmpuint (pt_plan_get_steps (plan)->len, ==, 0);
}

/* Puts @words behind the first `quiet` of all settings. */
static void
test_add_words (PtSetupFixture     *self,
                const PtTestLoader *loader,
                const char         *words)
{
  for (gsize i = 0; i < G_N_ELEMENTS (loader->files) && loader->files[i].name != NULL; i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (GString) edited = NULL;
      g_autofree char *longer = NULL;
      gboolean         json = g_str_has_suffix (loader->files[i].name, "/configuration");

      text = pt_test_read (self->tree, loader->files[i].name);
      edited = g_string_new (text);
      if (json)
        {
          g_auto (GStrv) list = g_strsplit (words, " ", -1);
          g_autofree char *joined = g_strjoinv ("\", \"", list);

          longer = g_strdup_printf ("quiet\", \"%s", joined);
        }
      else
        longer = g_strdup_printf ("quiet %s", words);
      g_string_replace (edited, "quiet", longer, 1);
      pt_test_write (self->tree, loader->files[i].name, edited->str);
    }
}

/* What boots has to fit the settings for undo to give the same. FALSE if the tool refuses them. */
static gboolean
test_refresh (PtSetupFixture     *self,
              const PtTestLoader *loader)
{
  static const char *const rebuild[] = { "-P", NULL };
  g_autofree char         *menu = g_strconcat ("/", loader->result, NULL);
  const char              *arguments[] = { "-o", menu, NULL };
  gboolean                 done = TRUE;

  if (loader->loader == PT_BOOT_LOADER_GRUB)
    done = pt_sysroot_run (self->sysroot, PT_PROGRAM_GRUB_MKCONFIG, arguments, NULL, NULL, NULL);
  if (loader->loader == PT_BOOT_LOADER_UKI)
    done = pt_sysroot_run (self->sysroot, PT_PROGRAM_MKINITCPIO, rebuild, NULL, NULL, NULL);
  pt_setup_fixture_remember (self);
  return done;
}

/* The user's own ids grow, and are what they were after undo. */
static void
test_own_ids (PtSetupFixture *self,
              gconstpointer   data)
{
  const PtTestLoader *loader = data;
  guint               merged = 0;

  test_add_words (self, loader, TEST_OWN);
  g_assert_true (test_refresh (self, loader));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  merged = test_count (self, loader->result, TEST_OWN ",1002:73df");
  g_assert_cmpuint (merged, >, 0);
  g_assert_cmpuint (test_count (self, loader->result, TEST_OWN), ==, 0);
  g_assert_cmpuint (test_count (self, loader->result, TEST_BIND), ==, merged);

  pt_setup_fixture_undo (self);
  if (loader->loader == PT_BOOT_LOADER_RPM_OSTREE)
    g_assert_cmpuint (test_count (self, "boot/loader/entries/ostree-3.conf", TEST_OWN), ==, 1);
  else
    pt_setup_fixture_assert_original (self);
}

/* What the user has already is not ours to take out. */
static void
test_already_there (PtSetupFixture *self,
                    gconstpointer   data)
{
  const PtTestLoader *loader = data;
  g_autoptr (PtPlan) plan = NULL;
  GPtrArray *steps = NULL;

  test_add_words (self, loader, TEST_IDS " " TEST_BIND);
  g_assert_true (test_refresh (self, loader));
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  steps = pt_plan_get_steps (plan);
  for (guint i = 0; i < steps->len; i++)
    {
      const char *id = pt_step_get_id (g_ptr_array_index (steps, i));

      g_assert_false (g_str_has_prefix (id, "boot-parameters"));
      g_assert_cmpstr (id, !=, "update-boot-loader");
    }
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
}

/* Somebody adds a parameter after us: undo takes out ours and nothing else. */
static void
test_later_edit (PtSetupFixture *self,
                 gconstpointer   data)
{
  const PtTestLoader *loader = data;
  const char         *settings = loader->loader == PT_BOOT_LOADER_RPM_OSTREE ? loader->result
                                                                             : loader->settings;
  g_autofree char    *text = NULL;
  g_autoptr (GString) edited = NULL;

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  text = pt_test_read (self->tree, settings);
  edited = g_string_new (text);
  if (loader->loader == PT_BOOT_LOADER_KERNELSTUB)
    g_string_replace (edited, "\"user\"", "\"note\": \"later=1\",\n  \"user\"", 1);
  else
    g_string_replace (edited, "quiet", "later=1 quiet", 1);
  pt_test_write (self->tree, settings, edited->str);

  pt_setup_fixture_undo (self);
  if (loader->loader == PT_BOOT_LOADER_RPM_OSTREE)
    settings = "boot/loader/entries/ostree-3.conf";
  g_assert_cmpuint (test_count (self, settings, "later=1"), ==, 1);
  g_assert_cmpuint (test_count (self, settings, TEST_IDS), ==, 0);
  g_assert_cmpuint (test_count (self, settings, TEST_BIND), ==, 0);
  g_assert_cmpuint (test_count (self, settings, "quiet"), ==, 1);
}

/* Where the loader's tool lies in the tree, or NULL. */
static char *
test_find_tool (PtSetupFixture     *self,
                const PtTestLoader *loader)
{
  if (loader->tool == NULL)
    return NULL;
  return g_build_filename (self->tree, "usr/bin", loader->tool, NULL);
}

static void
test_assert_apply_fails (PtSetupFixture *self,
                         PtPlan         *plan)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pt_engine_apply (plan, NULL, NULL, NULL, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED);
}

/* The tool does its work, or half of it, and then says that it failed; so does it the next time it
 * is asked, unless @once. */
static void
test_break_tool (PtSetupFixture *self,
                 const char     *path)
{
  g_autofree char *real = g_build_filename (self->folder, "real", NULL);
  g_autofree char *mark = g_build_filename (self->folder, "failed", NULL);
  g_autofree char *script = NULL;
  g_autoptr (GError) error = NULL;

  script = g_strdup_printf ("#!/bin/sh\n\"%s\" \"$@\" || exit 1\n[ $# = 1 ] && [ $1 = kargs ] && "
                            "exit 0\n[ -e \"%s\" ] && exit 0\n: > \"%s\"\n"
                            "echo no room >&2\nexit 1\n",
                            real, mark, mark);
  g_assert_cmpint (rename (path, real), ==, 0);
  g_file_set_contents (path, script, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

static void
test_failing_tool (PtSetupFixture *self,
                   gconstpointer   data)
{
  const PtTestLoader *loader = data;
  g_autofree char    *path = test_find_tool (self, loader);
  g_autoptr (PtPlan) plan = NULL;

  if (path == NULL)
    {
      g_test_skip ("this loader needs no tool");
      return;
    }
  test_break_tool (self, path);
  pt_setup_fixture_remember (self);
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  test_assert_apply_fails (self, plan);
  test_assert_undone (self, loader);
}

/* The power goes while the tool works, after it did what it was told; undo finds what is ours. */
static void
test_killed (PtSetupFixture *self,
             gconstpointer   data)
{
  const PtTestLoader *loader = data;
  g_autofree char    *path = test_find_tool (self, loader);
  g_autofree char    *real = g_build_filename (self->folder, "real", NULL);
  g_autofree char    *mark = g_build_filename (self->folder, "killed", NULL);
  g_autofree char    *script = NULL;
  const char         *argv[] = { PT_TEST_DRIVER, "apply", self->tree, PT_TEST_CARD, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (path == NULL)
    {
      g_test_skip ("this loader needs no tool");
      return;
    }
  script = g_strdup_printf ("#!/bin/sh\n\"%s\" \"$@\" || exit 1\n[ -e \"%s\" ] && exit 0\n"
                            ": > \"%s\"\nkill -9 $PPID\nsleep 1\n",
                            real, mark, mark);
  g_assert_cmpint (rename (path, real), ==, 0);
  g_file_set_contents (path, script, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  pt_setup_fixture_remember (self);

  g_spawn_sync (NULL, (char **)argv, NULL,
                G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFSIGNALED (status));
  pt_setup_fixture_undo (self);
  test_assert_undone (self, loader);
}

/* The tool goes between plan and apply. */
static void
test_missing_tool (PtSetupFixture *self,
                   gconstpointer   data)
{
  const PtTestLoader *loader = data;
  g_autofree char    *path = test_find_tool (self, loader);
  g_autofree char    *aside = g_build_filename (self->folder, "aside", NULL);
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    {
      g_test_skip ("this loader needs no tool");
      return;
    }
  g_assert_cmpint (rename (path, aside), ==, 0);
  test_assert_apply_fails (self, plan);
  g_assert_cmpint (rename (aside, path), ==, 0);

  /* It takes the tool to be sure that nothing is left. */
  pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error);
  if (!g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    g_assert_no_error (error);
  pt_setup_fixture_assert_original (self);
}

/* Whatever the settings hold, a plan either does without changing it or says why not. */
static void
test_garbage (PtSetupFixture *self,
              gconstpointer   data)
{
  static const char *const texts[] = { "", "\n", "{", "\"", "'\\", "options", "options \"",
                                       "KERNEL_CMDLINE[default", "/\n/\ncmdline:", "\xff\xfe\x01" };
  const PtTestLoader      *loader = data;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PtHost) host = NULL;
      g_autoptr (PtIntent) intent = pt_intent_new_from_string (PT_TEST_CARD, NULL);
      g_autoptr (PtPlan) plan = NULL;
      g_autofree char *now = NULL;

      pt_test_write (self->tree, loader->settings, texts[i]);
      test_refresh (self, loader);
      host = pt_host_scan (self->sysroot, NULL, &error);
      g_assert_no_error (error);
      plan = pt_plan_new (host, intent, &error);
      g_assert_true (plan != NULL || error != NULL);
      pt_setup_fixture_assert_original (self);
      if (plan == NULL || !pt_plan_is_applicable (plan))
        continue;
      g_clear_error (&error);
      if (pt_engine_apply (plan, NULL, NULL, NULL, &error))
        pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error);
      now = pt_test_read (self->tree, loader->settings);
      if (loader->loader != PT_BOOT_LOADER_RPM_OSTREE)
        g_assert_cmpstr (now, ==, texts[i]);
      test_remove (self, "var/lib/passthru");
      test_remove (self, "boot/loader/entries/ostree-2.conf");
      test_remove (self, "boot/loader/entries/ostree-3.conf");
    }
}

static void
test_read_only (PtSetupFixture *self,
                gconstpointer   data)
{
  const PtTestLoader *loader = data;
  g_autofree char    *path = g_build_filename (self->tree, loader->settings, NULL);
  g_autofree char    *folder = g_path_get_dirname (path);
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("nothing is read-only for root");
      return;
    }
  plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_assert_cmpint (chmod (path, 0444), ==, 0);
  g_assert_cmpint (chmod (folder, 0555), ==, 0);
  test_assert_apply_fails (self, plan);
  g_assert_cmpint (chmod (folder, 0755), ==, 0);
  g_assert_cmpint (chmod (path, 0644), ==, 0);

  /* Where the start-up files lie there too, not even putting back could write. */
  pt_engine_undo (self->sysroot, NULL, NULL, NULL, &error);
  if (!g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    g_assert_no_error (error);
  /* What was put back has the mode it was found with. */
  g_assert_cmpint (chmod (path, 0644), ==, 0);
  pt_setup_fixture_assert_original (self);
}

static void
test_add (const PtTestLoader *loader)
{
  static const struct
  {
    const char *name;
    void (*func) (PtSetupFixture *self,
                  gconstpointer   data);
  } cases[] = {
    { "cycle", test_cycle },
    { "repeated", test_repeated },
    { "own-ids", test_own_ids },
    { "already-there", test_already_there },
    { "later-edit", test_later_edit },
    { "failing-tool", test_failing_tool },
    { "killed", test_killed },
    { "missing-tool", test_missing_tool },
    { "garbage", test_garbage },
    { "read-only", test_read_only },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/setup/loader/%s/%s", loader->nick, cases[i].name);

      g_test_add (name, PtSetupFixture, loader, test_set_up, cases[i].func,
                  pt_setup_fixture_tear_down);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (test_loaders); i++)
    test_add (&test_loaders[i]);
  return g_test_run ();
}
