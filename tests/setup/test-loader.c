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
#include "pt-trial.h"
#include "setup-loaders.h"

/* The sample machine with each boot loader in turn: planned, applied with a stand-in that does what
 * the tool is documented to do, looked at, undone. */

#define TEST_IDS "vfio-pci.ids=1002:73df"
#define TEST_BIND "passthru.bind=0000:2f:00.1=1002:ab28"
/* Leaves a script where rpm-ostree is only asked. */
#define TEST_ONLY_READS                      \
  "[ $# = 1 ] && [ $1 = kargs ] && exit 0\n" \
  "case \"$1 ${2-}\" in \"status --json\" | \"kargs --deploy-index=\"*) exit 0 ;; esac\n"
#define TEST_ENTRIES "boot/efi/loader/entries/"
#define TEST_OWN "vfio-pci.ids=8086:1533"

static void
test_remove (PtSetupFixture *self,
             const char     *name)
{
  pt_test_remove_tree (g_build_filename (self->tree, name, NULL));
}

static void
test_set_up (PtSetupFixture *self,
             gconstpointer   data)
{
  pt_setup_fixture_set_up (self, NULL);
  pt_setup_fixture_use_loader (self, data);
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

/* The entry of the deployment that starts next. (transfer full) */
static char *
test_find_newest (PtSetupFixture *self)
{
  for (guint i = 64; i > 0; i--)
    {
      g_autofree char *name = g_strdup_printf ("boot/loader/entries/ostree-%u.conf", i);

      if (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, name))
        return g_steal_pointer (&name);
    }
  g_assert_not_reached ();
}

/* Everything but the one more deployment that an undo makes. */
static void
test_forget_deployment (PtSetupFixture      *self,
                        const PtSetupLoader *loader)
{
  g_autofree char *newest = NULL;

  if (loader->loader != PT_BOOT_LOADER_RPM_OSTREE)
    return;
  newest = test_find_newest (self);
  g_assert_cmpstr (newest, !=, loader->settings);
  test_remove (self, newest);
  test_remove (self, "ostree");
  test_remove (self, "boot/ostree");
}

/* Whether the image that the entry @name starts has all of ours in it, or nothing. */
static void
test_assert_initramfs (PtSetupFixture *self,
                       const char     *name,
                       gboolean        ours)
{
  static const char *const parts[] = { "755 etc/passthru/early\n", "passthru-early.service\n",
                                       "60-passthru.conf\n", "/vfio-pci.ko" };
  g_autofree char         *entry = pt_test_read (self->tree, name);
  const char              *initrd = strstr (entry, "\ninitrd ");
  g_autofree char         *image = NULL;
  g_autofree char         *text = NULL;

  g_assert_nonnull (initrd);
  initrd += strlen ("\ninitrd ");
  image = g_strdup_printf ("boot%.*s", (int)strcspn (initrd, "\n"), initrd);
  text = pt_test_read (self->tree, image);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_assert_true ((strstr (text, parts[i]) != NULL) == ours);
}

/* Both of our tokens where they count, once for each normal entry of that file. */
static void
test_assert_in_force (PtSetupFixture      *self,
                      const PtSetupLoader *loader)
{
  guint entries = loader->loader == PT_BOOT_LOADER_GRUB
                    ? test_count (self, loader->result, "quiet")
                    : 1;

  g_assert_cmpuint (entries, >, 0);
  g_assert_cmpuint (test_count (self, loader->result, TEST_IDS), ==, entries);
  g_assert_cmpuint (test_count (self, loader->result, TEST_BIND), ==, entries);
  if (loader->loader == PT_BOOT_LOADER_RPM_OSTREE)
    test_assert_initramfs (self, loader->result, TRUE);
}

/* A deployment is not taken back, one more like the old one is made: what it says is compared. */
static void
test_assert_undone (PtSetupFixture      *self,
                    const PtSetupLoader *loader)
{
  static const char *const tokens[] = { "rhgb", "quiet", PT_SETUP_ROOT, NULL };
  g_autofree char         *newest = NULL;

  if (loader->loader != PT_BOOT_LOADER_RPM_OSTREE)
    {
      pt_setup_fixture_assert_original (self);
      return;
    }
  newest = test_find_newest (self);
  for (gsize i = 0; tokens[i] != NULL; i++)
    g_assert_cmpuint (test_count (self, newest, tokens[i]), ==, 1);
  g_assert_cmpuint (test_count (self, newest, TEST_IDS), ==, 0);
  g_assert_cmpuint (test_count (self, newest, TEST_BIND), ==, 0);
  test_assert_initramfs (self, newest, FALSE);
  test_forget_deployment (self, loader);
  pt_setup_fixture_assert_original (self);
}

static void
test_cycle (PtSetupFixture *self,
            gconstpointer   data)
{
  const PtSetupLoader *loader = data;
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

/* The entry of before stays in the menu under another name, last, and whole. */
static void
test_limine_fallback (PtSetupFixture *self,
                      gconstpointer   data)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (self, PT_TEST_CARD);
  g_autofree char *reason = NULL;
  g_autofree char *text = NULL;
  const char      *copy = NULL;

  g_assert_false (pt_trial_is_possible (plan, &reason));
  g_assert_nonnull (strstr (reason, "“(without Passthru)”"));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  text = pt_test_read (self->tree, "boot/limine.conf");
  copy = strstr (text, "\n/Arch (without Passthru)\n");
  g_assert_nonnull (copy);
  g_assert_nonnull (strstr (copy, "\n  comment: cmdline: no\n  protocol: linux\n"
                                  "  path: boot():/vmlinuz\n  CMDLINE: " PT_SETUP_ROOT
                                  " rw quiet\n"));
  g_assert_null (strstr (copy, "vfio"));
  g_assert_null (strstr (copy, "\n/Rescue"));
  g_assert_nonnull (strstr (text, " rw quiet " TEST_IDS));
  pt_setup_fixture_undo (self);
  pt_setup_fixture_assert_original (self);
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
test_add_words (PtSetupFixture      *self,
                const PtSetupLoader *loader,
                const char          *words)
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
test_refresh (PtSetupFixture      *self,
              const PtSetupLoader *loader)
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
  const PtSetupLoader *loader = data;
  guint                merged = 0;

  test_add_words (self, loader, TEST_OWN);
  g_assert_true (test_refresh (self, loader));
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  merged = test_count (self, loader->result, TEST_OWN ",1002:73df");
  g_assert_cmpuint (merged, >, 0);
  /* Limine keeps a copy as it was. */
  g_assert_cmpuint (test_count (self, loader->result, TEST_OWN), ==,
                    g_str_equal (loader->nick, "limine"));
  g_assert_cmpuint (test_count (self, loader->result, TEST_BIND), ==, merged);

  pt_setup_fixture_undo (self);
  if (loader->loader == PT_BOOT_LOADER_RPM_OSTREE)
    {
      g_autofree char *newest = test_find_newest (self);

      g_assert_cmpuint (test_count (self, newest, TEST_OWN), ==, 1);
    }
  else
    pt_setup_fixture_assert_original (self);
}

/* What the user has already is not ours to take out. */
static void
test_already_there (PtSetupFixture *self,
                    gconstpointer   data)
{
  const PtSetupLoader *loader = data;
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
  test_forget_deployment (self, loader);
  pt_setup_fixture_assert_original (self);
}

/* Somebody adds a parameter after us: undo takes out ours and nothing else. */
static void
test_later_edit (PtSetupFixture *self,
                 gconstpointer   data)
{
  const PtSetupLoader *loader = data;
  const char          *settings = loader->loader == PT_BOOT_LOADER_RPM_OSTREE ? loader->result
                                                                              : loader->settings;
  g_autofree char     *text = NULL;
  g_autofree char     *newest = NULL;
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
    settings = newest = test_find_newest (self);
  g_assert_cmpuint (test_count (self, settings, "later=1"), ==, 1);
  g_assert_cmpuint (test_count (self, settings, TEST_IDS), ==, 0);
  g_assert_cmpuint (test_count (self, settings, TEST_BIND), ==, 0);
  g_assert_cmpuint (test_count (self, settings, "quiet"), ==, 1);
}

/* A kernel comes, the one of then goes, another is installed again: undo finds what their entries
 * inherited, and leaves alone what somebody had written before. */
static void
test_other_kernels (PtSetupFixture *self,
                    gconstpointer   data)
{
  static const char    byhand[] = "title Mine\nlinux /linux-6.7\noptions " TEST_IDS " quiet\n";
  const PtSetupLoader *loader = data;
  g_autofree char     *words = NULL;
  g_autofree char     *entry = NULL;
  g_autofree char     *undone = NULL;
  g_autofree char     *again = NULL;
  g_autofree char     *mine = NULL;

  pt_test_write (self->tree, TEST_ENTRIES "by-hand.conf", byhand);
  pt_setup_fixture_apply (self, PT_TEST_CARD);
  words = pt_test_read (self->tree, "etc/kernel/cmdline");
  g_assert_nonnull (strstr (words, TEST_BIND));
  entry = g_strdup_printf ("title Newest\nlinux /linux-6.10\noptions late=1 %s", words);
  pt_test_write (self->tree, TEST_ENTRIES "linux-6.10.conf", entry);
  pt_test_write (self->tree, TEST_ENTRIES "linux-6.9.conf", entry);
  test_remove (self, loader->settings);

  pt_setup_fixture_undo (self);
  undone = pt_test_read (self->tree, TEST_ENTRIES "linux-6.10.conf");
  g_assert_cmpstr (undone, ==,
                   "title Newest\nlinux /linux-6.10\noptions late=1 " PT_SETUP_ROOT " ro quiet\n");
  again = pt_test_read (self->tree, TEST_ENTRIES "linux-6.9.conf");
  g_assert_cmpstr (again, ==, undone);
  mine = pt_test_read (self->tree, TEST_ENTRIES "by-hand.conf");
  g_assert_cmpstr (mine, ==, byhand);
  g_assert_cmpuint (test_count (self, "etc/kernel/cmdline", TEST_BIND), ==, 0);
  g_assert_false (pt_sysroot_exists (self->sysroot, PT_PLACE_ROOT, loader->settings));
}

/* A mode that somebody gave the settings since is theirs. */
static void
test_later_mode (PtSetupFixture *self,
                 gconstpointer   data)
{
  const PtSetupLoader *loader = data;
  g_autofree char     *path = g_build_filename (self->tree, loader->settings, NULL);
  g_autofree char     *before = pt_test_read (self->tree, loader->settings);
  g_autofree char     *after = NULL;
  struct stat          info = { 0 };

  pt_setup_fixture_apply (self, PT_TEST_CARD);
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  pt_setup_fixture_undo (self);
  after = pt_test_read (self->tree, loader->settings);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0600);
}

/* Where the loader's tool lies in the tree, or NULL. */
static char *
test_find_tool (PtSetupFixture      *self,
                const PtSetupLoader *loader)
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

  script = g_strdup_printf ("#!/bin/sh\n\"%s\" \"$@\" || exit 1\n" TEST_ONLY_READS
                            "[ -e \"%s\" ] && exit 0\n: > \"%s\"\n"
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
  const PtSetupLoader *loader = data;
  g_autofree char     *path = test_find_tool (self, loader);
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
  const PtSetupLoader *loader = data;
  g_autofree char     *path = test_find_tool (self, loader);
  g_autofree char     *real = g_build_filename (self->folder, "real", NULL);
  g_autofree char     *mark = g_build_filename (self->folder, "killed", NULL);
  g_autofree char     *script = NULL;
  const char          *argv[] = { PT_TEST_DRIVER, "apply", self->tree, PT_TEST_CARD, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  if (path == NULL)
    {
      g_test_skip ("this loader needs no tool");
      return;
    }
  script = g_strdup_printf ("#!/bin/sh\n\"%s\" \"$@\" || exit 1\n" TEST_ONLY_READS
                            "[ -e \"%s\" ] && exit 0\n: > \"%s\"\nkill -9 $PPID\nsleep 1\n",
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
  const PtSetupLoader *loader = data;
  g_autofree char     *path = test_find_tool (self, loader);
  g_autofree char     *aside = g_build_filename (self->folder, "aside", NULL);
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
  const PtSetupLoader     *loader = data;

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
  const PtSetupLoader *loader = data;
  g_autofree char     *path = g_build_filename (self->tree, loader->settings, NULL);
  g_autofree char     *folder = g_path_get_dirname (path);
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
test_add (const PtSetupLoader *loader)
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

  for (gsize i = 0; pt_setup_loaders[i].nick != NULL; i++)
    {
      test_add (&pt_setup_loaders[i]);
      if (g_str_equal (pt_setup_loaders[i].nick, "systemd-boot"))
        {
          g_test_add ("/setup/loader/systemd-boot/other-kernels", PtSetupFixture,
                      &pt_setup_loaders[i], test_set_up, test_other_kernels,
                      pt_setup_fixture_tear_down);
          g_test_add ("/setup/loader/systemd-boot/later-mode", PtSetupFixture,
                      &pt_setup_loaders[i], test_set_up, test_later_mode,
                      pt_setup_fixture_tear_down);
        }
      if (g_str_equal (pt_setup_loaders[i].nick, "limine"))
        g_test_add ("/setup/loader/limine/fallback", PtSetupFixture, &pt_setup_loaders[i],
                    test_set_up, test_limine_fallback, pt_setup_fixture_tear_down);
    }
  return g_test_run ();
}
