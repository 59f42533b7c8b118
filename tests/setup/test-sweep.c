/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-sweep"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pt-ostree.h"
#include "pt-rehearsal.h"
#include "pt-test-trace.h"
#include "pt-trial-entry.h"
#include "setup-generators.h"
#include "setup-loaders.h"

/* For each boot loader with an initramfs it is met with: the computer dies before every single
 * call that changes something, of ours and of the tools we run; the disk fails at each, is full
 * from each on, or cannot be written. By default a few of these points, chosen by chance; in slow
 * mode all. */

#define SWEEP_NOTHING (10 + PT_SETUP_ERROR_NOTHING)
#define SWEEP_IDS "vfio-pci.ids=1002:73df"
#define SWEEP_ORIGINAL "original"
#define SWEEP_APPLIED "applied"
#define SWEEP_MARK "next_entry=" PT_TRIAL_ENTRY_ID "\n"
/* One in so many is also followed by the whole way once more. */
#define SWEEP_AGAIN 16

typedef struct
{
  const char *generator; /* NULL: comes with the loader */
  const char *loader;    /* NULL: the sample's GRUB as Debian has it */
  const char *own;       /* what comes with the loader */
} PtSweepPair;

static const PtSweepPair sweep_pairs[] = {
  { "initramfs-tools", NULL },
  { "dracut", NULL },
  { "mkinitcpio", "grub-classic" },
  { "booster", "grub-classic" },
  { "dracut", "grub-suse" },
  { "dracut", "grub-bls" },
  { "mkinitcpio-systemd", "systemd-boot" },
  { "booster", "systemd-boot" },
  { "dracut-packages", "systemd-boot" },
  { "initramfs-tools", "kernelstub" },
  { NULL, "rpm-ostree", "rpm-ostree" },
  { "mkinitcpio", "limine-tool" },
  { "mkinitcpio-systemd", "limine" },
  { NULL, "uki", "mkinitcpio" },
  { NULL, "uki-drop-in", "mkinitcpio" },
  { "dracut", "sdbootutil" },
};

typedef struct
{
  PtSetupFixture       base;
  const PtSweepPair   *pair;
  const PtSetupLoader *loader;
  const char          *state; /* the copy that the tree is like, or NULL */
  char                *log;
  char                *times;  /* of the original's settings */
  GHashTable          *before; /* lines of pt_test_describe_tree() */
  GHashTable          *after;
  gboolean             trial;
  guint                points; /* of this pair */
  guint                tried;
} PtSweep;

static guint sweep_points;
static guint sweep_tried;

static gboolean
sweep_is_ostree (PtSweep *self)
{
  return self->loader != NULL && self->loader->loader == PT_BOOT_LOADER_RPM_OSTREE;
}

static const PtSetupLoader *
sweep_find_loader (const char *nick)
{
  for (gsize i = 0; nick != NULL && pt_setup_loaders[i].nick != NULL; i++)
    if (g_str_equal (pt_setup_loaders[i].nick, nick))
      return &pt_setup_loaders[i];
  return NULL;
}

static const PtSetupGenerator *
sweep_find_generator (const char *name)
{
  for (gsize i = 0; name != NULL && pt_setup_generators[i].name != NULL; i++)
    if (g_str_equal (pt_setup_generators[i].name, name))
      return &pt_setup_generators[i];
  return NULL;
}

/* Copies of the tree */

static void
sweep_shell (const char *script,
             const char *one,
             const char *two)
{
  const char *argv[] = { "/bin/sh", "-c", script, "sh", one, two, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* All but what only a restart changes. */
static void
sweep_save (PtSweep    *self,
            const char *name)
{
  g_autofree char *copy = g_build_filename (self->base.folder, name, NULL);

  sweep_shell ("rm -rf \"$2\" && mkdir \"$2\" && cd \"$1\" && for i in *; do "
               "[ \"$i\" = sys ] || cp -a \"$i\" \"$2\"; done",
               self->base.tree, copy);
}

static void
sweep_load (PtSweep    *self,
            const char *name)
{
  g_autofree char *copy = g_build_filename (self->base.folder, name, NULL);

  if (g_strcmp0 (self->state, name) == 0)
    return;
  sweep_shell ("cd \"$1\" && for i in *; do [ \"$i\" = sys ] || rm -rf \"$i\"; done && "
               "cp -a \"$2/.\" .",
               self->base.tree, copy);
}

/* What a tree is */

/* An rpm-ostree undo makes one more deployment, with an image of its own. */
static gboolean
sweep_is_deployment (PtSweep    *self,
                     const char *line)
{
  return sweep_is_ostree (self) &&
         (g_str_has_prefix (line, "boot/loader/entries/ostree-") ||
          g_str_has_prefix (line, "boot/ostree") || g_str_has_prefix (line, "ostree"));
}

static GHashTable *
sweep_describe (PtSweep *self)
{
  g_autofree char *text = pt_test_describe_tree (self->base.tree);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "./") && !sweep_is_deployment (self, lines[i] + 2))
      g_hash_table_add (set, g_strdup (lines[i] + 2));
  return set;
}

/* Times of the settings, which package managers compare. (transfer full) */
static char *
sweep_read_times (PtSweep *self)
{
  const char *settings = self->loader != NULL ? self->loader->settings : "etc";
  const char *argv[] = { "/bin/sh", "-c",
                         "cd \"$1\" && find etc \"$2\" -type f -printf '%p %T@\\n' | sort -u",
                         "sh", self->base.tree, sweep_is_ostree (self) ? "etc" : settings, NULL };
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static char *
sweep_read (PtSweep    *self,
            const char *name)
{
  g_autofree char *path = g_build_filename (self->base.tree, name, NULL);
  char            *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

/* The last deployment is the one that starts. */
static char *
sweep_read_deployment (PtSweep *self)
{
  for (guint i = 64; i > 0; i--)
    {
      g_autofree char *name = g_strdup_printf ("boot/loader/entries/ostree-%u.conf", i);
      g_autofree char *text = sweep_read (self, name);

      if (*text != '\0')
        return g_steal_pointer (&text);
    }
  return g_strdup ("");
}

/* What the next start reads its parameters from. */
static char *
sweep_read_result (PtSweep *self)
{
  if (sweep_is_ostree (self))
    return sweep_read_deployment (self);
  return sweep_read (self, self->loader != NULL ? self->loader->result : "boot/grub/grub.cfg");
}

static char *
sweep_name_of (const char *line)
{
  return g_strndup (line, strcspn (line, " "));
}

/* What is ours alone and lies outside of all that a start reads. */
static gboolean
sweep_is_ours (const char *line)
{
  g_autofree char *name = sweep_name_of (line);

  return g_str_has_prefix (name, "var") || g_str_has_suffix (name, ".passthru-new");
}

/* A trial's own entry and mark, which are looked at closer. */
static gboolean
sweep_is_trial (const char *line)
{
  return g_str_has_prefix (line, "boot/grub/custom.cfg ") ||
         g_str_has_prefix (line, "boot/grub/grubenv ");
}

static gboolean
sweep_is_image (const char *line)
{
  g_autofree char *name = sweep_name_of (line);
  g_autofree char *base = g_path_get_basename (name);

  return g_str_has_prefix (name, "boot/") &&
         (g_str_has_prefix (base, "initr") || g_str_has_prefix (base, "booster-"));
}

/* What a trial held is let go of. */
static void
sweep_assert_unpinned (PtSweep *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) deployments = pt_ostree_read (self->base.sysroot, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < deployments->len; i++)
    g_assert_false (((PtDeployment *)g_ptr_array_index (deployments, i))->pinned);
}

static void
sweep_assert_original (PtSweep    *self,
                       const char *what)
{
  g_autoptr (GHashTable) now = sweep_describe (self);
  g_autofree char *times = sweep_read_times (self);
  GHashTableIter   iter = { 0 };
  gpointer         line = NULL;
  guint            wrong = 0;

  g_hash_table_iter_init (&iter, self->before);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    if (!g_hash_table_contains (now, line))
      {
        g_test_message ("%s: - %s", what, (char *)line);
        wrong++;
      }
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    if (!g_hash_table_contains (self->before, line))
      {
        g_test_message ("%s: + %s", what, (char *)line);
        wrong++;
      }
  g_assert_cmpuint (wrong, ==, 0);
  if (!g_str_equal (times, self->times))
    g_test_message ("%s: the times differ", what);
  g_assert_cmpstr (times, ==, self->times);
  if (sweep_is_ostree (self))
    {
      g_autofree char *deployment = sweep_read_deployment (self);

      g_assert_nonnull (strstr (deployment, "options rhgb quiet " PT_SETUP_ROOT " ostree="));
      g_assert_null (strstr (deployment, "passthru"));
      sweep_assert_unpinned (self);
    }
}

static int
sweep_compare_words (gconstpointer a,
                     gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The words of a file in an order of their own. */
static char *
sweep_read_words (const char *folder,
                  const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  words = g_strsplit_set (text, " \t\n,\"[]{}", -1);
  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (sorted, words[i]);
  g_ptr_array_sort (sorted, sweep_compare_words);
  g_ptr_array_add (sorted, NULL);
  return g_strjoinv (" ", (char **)sorted->pdata);
}

/* grubby and kernelstub lay a file out in their own way before we give it its own layout back. */
static gboolean
sweep_says_the_same (PtSweep    *self,
                     const char *line)
{
  static const char *const states[] = { SWEEP_ORIGINAL, SWEEP_APPLIED };
  g_autofree char         *name = sweep_name_of (line);
  g_autofree char         *now = sweep_read_words (self->base.tree, name);

  if (strstr (name, "/entries/") == NULL && !g_str_has_suffix (name, "kernelstub/configuration"))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *folder = g_build_filename (self->base.folder, states[i], NULL);
      g_autofree char *then = sweep_read_words (folder, name);

      if (now != NULL && g_strcmp0 (now, then) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The menu with the entry that stays as it was, before the other one changes. */
static gboolean
sweep_has_fallback (PtSweep    *self,
                    const char *line)
{
  g_autofree char *name = sweep_name_of (line);
  g_autofree char *path = g_build_filename (self->base.folder, SWEEP_ORIGINAL, name, NULL);
  g_autofree char *then = NULL;
  g_autofree char *now = sweep_read (self, name);
  g_autofree char *rest = pt_trial_block_remove (now);

  return g_str_has_suffix (name, "limine.conf") && g_file_get_contents (path, &then, NULL, NULL) &&
         g_strcmp0 (rest, then) == 0;
}

/* Each file is the old one or the new one; only what a tool died over may be neither. */
static void
sweep_assert_files (PtSweep    *self,
                    GHashTable *now,
                    gboolean    tool,
                    const char *what)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter = { 0 };
  gpointer       line = NULL;

  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      g_hash_table_add (names, sweep_name_of (line));
      if (tool || g_hash_table_contains (self->before, line) ||
          g_hash_table_contains (self->after, line) || sweep_is_ours (line) ||
          (self->trial && sweep_is_trial (line)) || sweep_says_the_same (self, line) ||
          sweep_has_fallback (self, line))
        continue;
      g_test_message ("%s: neither old nor new: %s", what, (char *)line);
      g_assert_not_reached ();
    }
  g_hash_table_iter_init (&iter, self->before);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    {
      g_autofree char *name = sweep_name_of (line);

      if (!tool && !g_hash_table_contains (names, name) &&
          g_hash_table_contains (self->after, line))
        {
          g_test_message ("%s: gone: %s", what, (char *)line);
          g_assert_not_reached ();
        }
    }
}

/* The image that @entry, a deployment's, names has our script in it. */
static void
sweep_assert_image (PtSweep    *self,
                    const char *entry,
                    const char *what)
{
  const char      *initrd = strstr (entry, "\ninitrd ");
  g_autofree char *name = NULL;
  g_autofree char *image = NULL;

  g_assert_nonnull (initrd);
  initrd += strlen ("\ninitrd ");
  name = g_strdup_printf ("boot%.*s", (int)strcspn (initrd, "\n"), initrd);
  image = sweep_read (self, name);
  if (strstr (image, "etc/passthru/early\n") == NULL)
    g_test_message ("%s: in force without its image: %s", what, name);
  g_assert_nonnull (strstr (image, "etc/passthru/early\n"));
}

/* No parameter of ours is in force without an initramfs that knows it. */
static void
sweep_assert_inert (PtSweep    *self,
                    GHashTable *now,
                    const char *what)
{
  g_autofree char *result = sweep_read_result (self);
  GHashTableIter   iter = { 0 };
  gpointer         line = NULL;

  if (strstr (result, SWEEP_IDS) == NULL)
    return;
  if (sweep_is_ostree (self))
    sweep_assert_image (self, result, what);
  g_hash_table_iter_init (&iter, self->after);
  while (g_hash_table_iter_next (&iter, &line, NULL))
    if (sweep_is_image (line) && !g_hash_table_contains (now, line))
      {
        g_test_message ("%s: in force without its image: %s", what, (char *)line);
        g_assert_not_reached ();
      }
}

/* A mark never stands without the entry it names, and an entry is whole. */
static void
sweep_assert_trial (PtSweep *self)
{
  g_autofree char *menu = sweep_read (self, "boot/grub/custom.cfg");
  g_autofree char *environment = sweep_read (self, "boot/grub/grubenv");
  g_autofree char *entry = pt_trial_block_get (menu);

  if (entry == NULL)
    {
      g_assert_cmpstr (menu, ==, "");
      g_assert_null (strstr (environment, SWEEP_MARK));
      return;
    }
  g_assert_nonnull (strstr (entry, "\n}\n"));
}

static void
sweep_assert_whole (PtSweep    *self,
                    gboolean    tool,
                    const char *what)
{
  g_autoptr (GHashTable) now = sweep_describe (self);

  sweep_assert_files (self, now, tool, what);
  sweep_assert_inert (self, now, what);
  if (self->trial)
    sweep_assert_trial (self);
}

/* Doing and undoing */

static void
sweep_run (PtSweep     *self,
           const char  *verb,
           PtTestTrace *trace)
{
  gboolean    plain = g_str_equal (verb, "undo") || g_str_equal (verb, "cancel");
  const char *argv[] = { PT_TEST_DRIVER, verb, self->base.tree, plain ? NULL : PT_TEST_CARD, NULL };

  self->state = NULL;
  trace->log = self->log;
  pt_test_trace_run (trace, argv);
}

static void
sweep_tell_log (PtSweep    *self,
                const char *what)
{
  g_autofree char *text = sweep_read (self, "../log");

  g_test_message ("%s: %s", what, text);
}

static int
sweep_run_plain (PtSweep    *self,
                 const char *verb)
{
  g_auto (PtTestTrace) trace = { 0 };

  sweep_run (self, verb, &trace);
  g_assert_true (WIFEXITED (trace.status));
  if (WEXITSTATUS (trace.status) != 0)
    sweep_tell_log (self, verb);
  return WEXITSTATUS (trace.status);
}

/* The next start of the helper is told to undo. */
static void
sweep_undo (PtSweep    *self,
            const char *what)
{
  g_autoptr (GError) error = NULL;

  if (!pt_engine_undo (self->base.sysroot, NULL, NULL, NULL, &error) &&
      !g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    g_test_message ("%s: %s", what, error->message);
  if (!g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    g_assert_no_error (error);
  sweep_assert_original (self, what);
  /* One deployment more is no original. */
  if (!sweep_is_ostree (self))
    self->state = SWEEP_ORIGINAL;
}

/* All of it once more after an undo. */
static void
sweep_again (PtSweep *self)
{
  g_assert_cmpint (sweep_run_plain (self, "undo"), ==, SWEEP_NOTHING);
  g_assert_cmpint (sweep_run_plain (self, "apply"), ==, 0);
  if (!sweep_is_ostree (self) && !self->trial)
    {
      g_autoptr (GHashTable) now = sweep_describe (self);
      GHashTableIter iter = { 0 };
      gpointer       line = NULL;

      g_hash_table_iter_init (&iter, self->after);
      while (g_hash_table_iter_next (&iter, &line, NULL))
        g_assert_true (sweep_is_ours (line) || g_hash_table_contains (now, line));
    }
  g_assert_cmpint (sweep_run_plain (self, "undo"), ==, 0);
  sweep_assert_original (self, "once more");
}

/* Sweeps */

typedef void (*PtSweepFunc) (PtSweep     *self,
                             PtTestTrace *trace,
                             const char  *what);

/* @verb, done on @state, is struck at its call @at. */
static void
sweep_strike (PtSweep     *self,
              const char  *verb,
              const char  *state,
              PtTestStrike strike,
              guint        at,
              PtSweepFunc  look)
{
  g_autofree char *what = g_strdup_printf ("%s at %u", verb, at);
  g_auto (PtTestTrace) trace = { .strike = strike, .at = at };

  sweep_load (self, state);
  sweep_run (self, verb, &trace);
  look (self, &trace, what);
  sweep_undo (self, what);
  self->tried++;
  if (self->tried % SWEEP_AGAIN == 0)
    sweep_again (self);
}

static void
sweep_look_killed (PtSweep     *self,
                   PtTestTrace *trace,
                   const char  *what)
{
  PtTestCall *call = NULL;

  /* What a shell starts side by side may once take a call less. */
  if (!trace->struck && WIFEXITED (trace->status))
    return;
  g_assert_true (WIFSIGNALED (trace->status));
  g_assert_cmpint (WTERMSIG (trace->status), ==, SIGKILL);
  call = &g_array_index (trace->calls, PtTestCall, trace->at - 1);
  if (g_test_verbose ())
    g_test_message ("%s: %s%s", what, call->tool ? "tool's " : "", call->name);
  sweep_assert_whole (self, call->tool, what);
}

/* Refused, all is back in its place at once. */
static void
sweep_look_failed (PtSweep     *self,
                   PtTestTrace *trace,
                   const char  *what)
{
  g_assert_true (WIFEXITED (trace->status));
  if (WEXITSTATUS (trace->status) != 0)
    g_assert_cmpint (WEXITSTATUS (trace->status), >=, 10);
}

static void
sweep_points_of (PtSweep     *self,
                 const char  *verb,
                 const char  *state,
                 PtTestStrike strike,
                 guint        total,
                 PtSweepFunc  look)
{
  guint stride = g_test_slow () ? 1 : total;
  guint first = g_test_slow () ? 1 : (guint)g_test_rand_int_range (1, (int)total + 1);

  for (guint at = first; at <= total; at += stride)
    sweep_strike (self, verb, state, strike, at, look);
}

/* The calls that @verb makes on @state. */
static GArray *
sweep_count (PtSweep    *self,
             const char *verb,
             const char *state)
{
  PtTestTrace trace = { 0 };

  sweep_load (self, state);
  sweep_run (self, verb, &trace);
  if (!WIFEXITED (trace.status) || WEXITSTATUS (trace.status) != 0)
    sweep_tell_log (self, verb);
  g_assert_true (WIFEXITED (trace.status));
  g_assert_cmpint (WEXITSTATUS (trace.status), ==, 0);
  return g_steal_pointer (&trace.calls);
}

/* Dies with what it started, at each call; and alone, while one of its tools works. */
static void
sweep_kill (PtSweep    *self,
            const char *verb,
            const char *state)
{
  g_autoptr (GArray) calls = sweep_count (self, verb, state);
  guint tools = 0;

  for (guint i = 0; i < calls->len; i++)
    tools += g_array_index (calls, PtTestCall, i).tool;
  sweep_points_of (self, verb, state, PT_TEST_STRIKE_KILL_ALL, calls->len, sweep_look_killed);
  for (guint i = 0; i < calls->len; i++)
    if (g_array_index (calls, PtTestCall, i).tool &&
        (i == 0 || !g_array_index (calls, PtTestCall, i - 1).tool) &&
        (g_test_slow () || g_test_rand_bit ()))
      sweep_strike (self, verb, state, PT_TEST_STRIKE_KILL_FIRST, i + 1, sweep_look_killed);
  self->points += calls->len;
  g_test_message ("%s: %u kill points, %u of them in tools", verb, calls->len, tools);
}

static void
sweep_fail (PtSweep    *self,
            const char *verb,
            const char *state)
{
  g_autoptr (GArray) calls = sweep_count (self, verb, state);

  sweep_points_of (self, verb, state, PT_TEST_STRIKE_FAIL, calls->len, sweep_look_failed);
  sweep_points_of (self, verb, state, PT_TEST_STRIKE_FULL, calls->len, sweep_look_failed);
  g_test_message ("%s: %u calls that fail, %u from which the disk is full", verb, calls->len,
                  calls->len);
}

static void
sweep_read_only (PtSweep    *self,
                 const char *folder)
{
  g_autofree char *path = g_build_filename (self->base.tree, folder, NULL);
  g_autofree char *real = realpath (path, NULL);
  g_auto (PtTestTrace) trace = { .strike = PT_TEST_STRIKE_READ_ONLY, .folder = real };

  sweep_load (self, SWEEP_ORIGINAL);
  sweep_run (self, "apply", &trace);
  g_assert_true (WIFEXITED (trace.status));
  if (trace.struck)
    {
      sweep_tell_log (self, folder);
      g_assert_cmpint (WEXITSTATUS (trace.status), >=, 10);
      /* It cannot be written, so nothing there is another. */
      sweep_assert_whole (self, FALSE, folder);
    }
  sweep_undo (self, folder);
}

/* The pair */

static void
sweep_set_up (PtSweep      *self,
              gconstpointer data)
{
  const PtSetupGenerator *generator = NULL;

  self->pair = data;
  self->loader = sweep_find_loader (self->pair->loader);
  generator = sweep_find_generator (self->pair->generator);
  g_assert_true ((self->loader != NULL) == (self->pair->loader != NULL));
  g_assert_true ((generator != NULL) == (self->pair->generator != NULL));

  pt_setup_fixture_set_up (&self->base, NULL);
  if (generator != NULL)
    pt_setup_fixture_use_generator (&self->base, generator);
  if (self->loader != NULL)
    pt_setup_fixture_use_loader (&self->base, self->loader);
  self->log = g_build_filename (self->base.folder, "log", NULL);
  self->before = sweep_describe (self);
  self->times = sweep_read_times (self);
  sweep_save (self, SWEEP_ORIGINAL);
}

static void
sweep_tear_down (PtSweep      *self,
                 gconstpointer data)
{
  g_free (self->log);
  g_free (self->times);
  g_clear_pointer (&self->before, g_hash_table_unref);
  g_clear_pointer (&self->after, g_hash_table_unref);
  pt_setup_fixture_tear_down (&self->base, NULL);
}

/* What a trial's steps leave, each from the one before. */
static void
sweep_trial (PtSweep *self)
{
  self->trial = TRUE;
  sweep_kill (self, "prepare", SWEEP_ORIGINAL);
  sweep_load (self, SWEEP_ORIGINAL);
  g_assert_cmpint (sweep_run_plain (self, "prepare"), ==, 0);
  sweep_save (self, "prepared");
  sweep_kill (self, "start", "prepared");
  sweep_load (self, "prepared");
  g_assert_cmpint (sweep_run_plain (self, "start"), ==, 0);
  sweep_save (self, "started");
  sweep_kill (self, "cancel", "started");
  sweep_kill (self, "undo", "started");
}

static void
sweep_pair (PtSweep      *self,
            gconstpointer data)
{
  g_assert_cmpint (sweep_run_plain (self, "apply"), ==, 0);
  self->after = sweep_describe (self);
  sweep_save (self, SWEEP_APPLIED);

  sweep_kill (self, "apply", SWEEP_ORIGINAL);
  sweep_kill (self, "undo", SWEEP_APPLIED);
  sweep_fail (self, "apply", SWEEP_ORIGINAL);
  sweep_read_only (self, "boot");
  sweep_read_only (self, "etc");
  sweep_read_only (self, "var");
  if (self->loader == NULL || sweep_is_ostree (self))
    sweep_trial (self);

  g_test_message ("%u kill points, %u strikes done", self->points, self->tried);
  sweep_points += self->points;
  sweep_tried += self->tried;
}

int
main (int   argc,
      char *argv[])
{
  const char *obstacle = NULL;
  guint       part = 0;
  guint       parts = 1;
  int         result = 0;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  obstacle = pt_test_trace_get_obstacle ();
  if (obstacle != NULL)
    {
      g_print ("1..0 # SKIP %s\n", obstacle);
      return 77;
    }
  /* `test-setup-sweep 2/4`: every fourth pair from the third on, for several at a time. */
  g_assert_true (argc < 2 || (sscanf (argv[1], "%u/%u", &part, &parts) == 2 && part < parts));
  for (gsize i = part; i < G_N_ELEMENTS (sweep_pairs); i += parts)
    {
      const PtSweepPair *pair = &sweep_pairs[i];
      const char        *loader = pair->loader != NULL ? pair->loader : "grub-debian";
      const char        *generator = pair->generator != NULL ? pair->generator : pair->own;
      g_autofree char   *name = g_strdup_printf ("/setup/sweep/%s/%s", loader, generator);

      g_test_add (name, PtSweep, pair, sweep_set_up, sweep_pair, sweep_tear_down);
    }
  result = g_test_run ();
  g_print ("# kill points: %u, strikes done: %u\n", sweep_points, sweep_tried);
  return result;
}
