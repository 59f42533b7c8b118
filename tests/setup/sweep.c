/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "sweep"

#include "config.h"

#include "sweep.h"

#include <stdlib.h>
#include <string.h>

#include "pt-ostree.h"
#include "pt-trial-entry.h"
#include "pt-trial-private.h"
#include "setup-trials.h"

/* What the kernel shows and a restart changes. A set-up leaves it alone, as one look at the whole
 * tree at the end tells. */
static const char *const sweep_left_out[] = { "sys/bus", "sys/class", "sys/devices",
                                              "sys/module", "proc", "dev",
                                              "run/systemd", "run/udev", "var/log",
                                              ".rehearsal", NULL };

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

void
pt_sweep_set_up (PtSweep           *self,
                 const PtSweepPair *pair)
{
  const PtSetupGenerator *generator = sweep_find_generator (pair->generator);

  self->pair = pair;
  self->loader = sweep_find_loader (pair->loader);
  g_assert_true ((self->loader != NULL) == (pair->loader != NULL));
  g_assert_true ((generator != NULL) == (pair->generator != NULL));

  pt_setup_fixture_set_up (&self->base, NULL);
  if (generator != NULL)
    pt_setup_fixture_use_generator (&self->base, generator);
  if (self->loader != NULL)
    pt_setup_fixture_use_loader (&self->base, self->loader);
  if (self->pair->trial)
    pt_setup_fixture_offer_trial (&self->base, self->loader);
  self->log = g_build_filename (self->base.folder, "log", NULL);
  pt_sweep_save (self, PT_SWEEP_ORIGINAL);
}

void
pt_sweep_tear_down (PtSweep *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->states); i++)
    g_clear_pointer (&self->states[i], pt_test_tree_free);
  g_clear_pointer (&self->now, pt_test_tree_free);
  g_clear_pointer (&self->tools, g_hash_table_unref);
  g_free (self->log);
  pt_setup_fixture_tear_down (&self->base, NULL);
}

/* States */

void
pt_sweep_touch (PtSweep *self)
{
  self->read = FALSE;
}

/* (transfer none) */
static PtTestTree *
sweep_read_now (PtSweep *self)
{
  PtTestTree *now = NULL;

  if (self->read)
    return self->now;
  now = pt_test_tree_read (self->base.tree, sweep_left_out, self->now);
  g_clear_pointer (&self->now, pt_test_tree_free);
  self->now = now;
  self->read = TRUE;
  return now;
}

void
pt_sweep_save (PtSweep     *self,
               PtSweepState state)
{
  PtTestTree *now = sweep_read_now (self);

  g_clear_pointer (&self->states[state], pt_test_tree_free);
  self->states[state] = pt_test_tree_read (self->base.tree, sweep_left_out, now);
}

void
pt_sweep_load (PtSweep     *self,
               PtSweepState state)
{
  g_assert_nonnull (self->states[state]);

  pt_test_tree_write (self->states[state], self->base.tree, sweep_read_now (self));
}

/* What it is */

static char *
sweep_dup_text (PtTestTree *tree,
                const char *name)
{
  const PtTestFile *file = pt_test_tree_find (tree, name);

  if (file == NULL || file->content == NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (file->content, NULL), g_bytes_get_size (file->content));
}

/* The last deployment is the one that starts. */
static char *
sweep_dup_deployment (PtTestTree *tree)
{
  for (guint i = 64; i > 0; i--)
    {
      g_autofree char *name = g_strdup_printf ("boot/loader/entries/ostree-%u.conf", i);
      char            *text = sweep_dup_text (tree, name);

      if (text != NULL)
        return text;
    }
  return NULL;
}

/* What the next ordinary start reads its parameters from. (nullable) */
static char *
sweep_dup_result (PtSweep    *self,
                  PtTestTree *tree)
{
  if (sweep_is_ostree (self))
    return sweep_dup_deployment (tree);
  return sweep_dup_text (tree, self->loader != NULL ? self->loader->result : "boot/grub/grub.cfg");
}

gboolean
pt_sweep_is_deployment (PtSweep    *self,
                        const char *name)
{
  return sweep_is_ostree (self) &&
         (g_str_has_prefix (name, "boot/loader/entries/ostree-") ||
          g_str_has_prefix (name, "boot/ostree") || g_str_has_prefix (name, "ostree"));
}

gboolean
pt_sweep_is_ours (const char *name)
{
  return g_str_has_prefix (name, "var/") || g_str_has_suffix (name, ".passthru-new") ||
         strstr (name, ".passthru-new/") != NULL;
}

static gboolean
sweep_is_image (const char *name)
{
  g_autofree char *base = g_path_get_basename (name);

  return g_str_has_prefix (name, "boot/") &&
         (g_str_has_prefix (base, "initr") || g_str_has_prefix (base, "booster-"));
}

/* TRUE if package managers compare the times of @name. */
static gboolean
sweep_has_time (PtSweep    *self,
                const char *name)
{
  return g_str_has_prefix (name, "etc/") ||
         (self->loader != NULL && g_str_equal (name, self->loader->settings));
}

static void
sweep_tell (const char       *what,
            const char       *name,
            const PtTestFile *now,
            const PtTestFile *then)
{
  g_autofree char *is = pt_test_file_describe (now);
  g_autofree char *was = pt_test_file_describe (then);

  g_test_message ("%s: %s: %s, was %s%s", what, name, is, was,
                  pt_test_file_equal (now, then) ? " at another time" : "");
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

void
pt_sweep_assert_original (PtSweep    *self,
                          const char *what)
{
  PtTestTree *const trees[] = { sweep_read_now (self), self->states[PT_SWEEP_ORIGINAL] };
  g_autoptr (GPtrArray) names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));
  guint wrong = 0;

  for (guint i = 0; i < names->len; i++)
    {
      const char       *name = g_ptr_array_index (names, i);
      const PtTestFile *now = pt_test_tree_find (trees[0], name);
      const PtTestFile *then = pt_test_tree_find (trees[1], name);

      if (pt_sweep_is_deployment (self, name))
        continue;
      if (pt_test_file_equal (now, then) &&
          (now->content == NULL || !sweep_has_time (self, name) || now->changed == then->changed))
        continue;
      sweep_tell (what, name, now, then);
      wrong++;
    }
  g_assert_cmpuint (wrong, ==, 0);
  if (sweep_is_ostree (self))
    {
      g_autofree char *deployment = sweep_dup_deployment (trees[0]);

      g_assert_nonnull (deployment);
      g_assert_nonnull (strstr (deployment, "options rhgb quiet " PT_SETUP_ROOT " ostree="));
      g_assert_null (strstr (deployment, "passthru"));
      sweep_assert_unpinned (self);
    }
}

void
pt_sweep_assert_like (PtSweep     *self,
                      PtSweepState state,
                      const char  *what)
{
  PtTestTree *const trees[] = { sweep_read_now (self), self->states[state] };
  g_autoptr (GPtrArray) names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));
  guint wrong = 0;

  for (guint i = 0; i < names->len; i++)
    {
      const char       *name = g_ptr_array_index (names, i);
      const PtTestFile *now = pt_test_tree_find (trees[0], name);
      const PtTestFile *then = pt_test_tree_find (trees[1], name);

      if (pt_sweep_is_ours (name) || pt_sweep_is_deployment (self, name) ||
          pt_test_file_equal (now, then))
        continue;
      sweep_tell (what, name, now, then);
      wrong++;
    }
  g_assert_cmpuint (wrong, ==, 0);
}

/* Cut short */

static int
sweep_compare_words (gconstpointer a,
                     gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The words of a file in an order of their own. */
static char *
sweep_dup_words (PtTestTree *tree,
                 const char *name)
{
  g_autofree char *text = sweep_dup_text (tree, name);
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  if (text == NULL)
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
                     PtTestTree *now,
                     const char *name)
{
  const PtSweepState states[] = { self->from, self->to };
  g_autofree char   *words = NULL;

  if (strstr (name, "/entries/") == NULL && !g_str_has_suffix (name, "kernelstub/configuration"))
    return FALSE;
  words = sweep_dup_words (now, name);
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *then = sweep_dup_words (self->states[states[i]], name);

      if (words != NULL && g_strcmp0 (words, then) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Without the number that each preparation makes up for its trial. */
static char *
sweep_dup_without_id (PtTestTree *tree,
                      const char *name)
{
  g_autofree char *text = sweep_dup_text (tree, name);
  char            *id = text != NULL ? strstr (text, PT_TRIAL_PARAMETER "=") : NULL;

  if (id == NULL)
    return NULL;
  memset (id + strlen (PT_TRIAL_PARAMETER "="), '0', 8);
  return g_steal_pointer (&text);
}

static gboolean
sweep_is_same_trial (PtSweep    *self,
                     PtTestTree *now,
                     const char *name)
{
  const PtSweepState states[] = { self->from, self->to };
  g_autofree char   *text = sweep_dup_without_id (now, name);

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (states); i++)
    {
      g_autofree char *then = sweep_dup_without_id (self->states[states[i]], name);

      if (g_strcmp0 (text, then) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The entry of a trial on its way out, which a tool that writes all entries has written too. */
static gboolean
sweep_is_on_its_way_out (PtSweep    *self,
                         const char *name)
{
  return self->pair->trial && g_str_equal (name, pt_setup_trial_get_entry (self->loader)) &&
         pt_test_tree_find (self->states[self->to], name) == NULL &&
         g_hash_table_contains (self->tools, name);
}

/* The menu with the entry that stays as it was, before the other one changes. */
static gboolean
sweep_has_fallback (PtSweep    *self,
                    PtTestTree *now,
                    const char *name)
{
  g_autofree char *then = NULL;
  g_autofree char *text = NULL;
  g_autofree char *rest = NULL;

  if (!g_str_has_suffix (name, "limine.conf"))
    return FALSE;
  then = sweep_dup_text (self->states[PT_SWEEP_ORIGINAL], name);
  text = sweep_dup_text (now, name);
  rest = text != NULL ? pt_trial_block_remove (text) : NULL;
  return rest != NULL && g_strcmp0 (rest, then) == 0;
}

/* TRUE for what @tool, which died, may have left. What it makes for itself has names of its own. */
static gboolean
sweep_is_of_tool (PtSweep    *self,
                  gboolean    tool,
                  const char *name)
{
  if (!tool)
    return FALSE;
  return g_hash_table_contains (self->tools, name) ||
         (pt_test_tree_find (self->states[self->from], name) == NULL &&
          pt_test_tree_find (self->states[self->to], name) == NULL);
}

static void
sweep_assert_files (PtSweep    *self,
                    gboolean    tool,
                    const char *what)
{
  PtTestTree *const trees[] = { sweep_read_now (self), self->states[self->from],
                                self->states[self->to] };
  g_autoptr (GPtrArray) names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));
  guint wrong = 0;

  for (guint i = 0; i < names->len; i++)
    {
      const char       *name = g_ptr_array_index (names, i);
      const PtTestFile *now = pt_test_tree_find (trees[0], name);
      const PtTestFile *from = pt_test_tree_find (trees[1], name);
      const PtTestFile *to = pt_test_tree_find (trees[2], name);

      if (pt_test_file_equal (now, from) || pt_test_file_equal (now, to) ||
          pt_sweep_is_ours (name) || pt_sweep_is_deployment (self, name) ||
          sweep_is_of_tool (self, tool, name) || sweep_says_the_same (self, trees[0], name) ||
          sweep_is_same_trial (self, trees[0], name) ||
          sweep_has_fallback (self, trees[0], name) || sweep_is_on_its_way_out (self, name))
        continue;
      sweep_tell (what, name, now, from);
      wrong++;
    }
  g_assert_cmpuint (wrong, ==, 0);
}

/* The image that @entry, a deployment's, names has our script in it. */
static void
sweep_assert_image (PtTestTree *now,
                    const char *entry,
                    const char *what)
{
  const char      *initrd = strstr (entry, "\ninitrd ");
  g_autofree char *name = NULL;
  g_autofree char *image = NULL;

  g_assert_nonnull (initrd);
  initrd += strlen ("\ninitrd ");
  name = g_strdup_printf ("boot%.*s", (int)strcspn (initrd, "\n"), initrd);
  image = sweep_dup_text (now, name);
  if (image == NULL || strstr (image, "etc/passthru/early\n") == NULL)
    g_test_message ("%s: in force without its image: %s", what, name);
  g_assert_nonnull (image);
  g_assert_nonnull (strstr (image, "etc/passthru/early\n"));
}

/* No parameter of ours is in force without an initramfs that knows it. */
static void
sweep_assert_inert (PtSweep    *self,
                    const char *what)
{
  PtTestTree      *now = sweep_read_now (self);
  PtTestTree      *applied = self->states[PT_SWEEP_APPLIED];
  g_autofree char *result = sweep_dup_result (self, now);
  GHashTableIter   iter = { 0 };
  gpointer         name = NULL;

  if (result == NULL || strstr (result, PT_SWEEP_IDS) == NULL)
    return;
  if (sweep_is_ostree (self))
    {
      sweep_assert_image (now, result, what);
      return;
    }
  g_hash_table_iter_init (&iter, applied->files);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (sweep_is_image (name) &&
        !pt_test_file_equal (pt_test_tree_find (applied, name), pt_test_tree_find (now, name)))
      {
        g_test_message ("%s: in force without its image: %s", what, (char *)name);
        g_assert_not_reached ();
      }
}

/* TRUE if our parameters are in force for good. */
static gboolean
sweep_is_permanent (PtSweepState state)
{
  return state == PT_SWEEP_APPLIED || state == PT_SWEEP_CONFIRMED;
}

/* A mark never stands without the entry it names, an entry is whole, and what starts without a mark
 * is what it was. */
static void
sweep_assert_trial (PtSweep    *self,
                    const char *what)
{
  PtTestTree      *now = sweep_read_now (self);
  const char      *path = pt_setup_trial_get_entry (self->loader);
  g_autofree char *mark = pt_trial_mark_get (self->base.sysroot,
                                             pt_setup_trial_is_firmware (self->loader));
  g_autofree char *entry = sweep_dup_without_id (now, path);
  g_autofree char *result = NULL;
  g_autofree char *original = NULL;

  if (entry != NULL)
    g_assert_true (g_str_has_suffix (path, ".cfg") ? strstr (entry, "\n}\n") != NULL
                                                   : strstr (entry, "\noptions ") != NULL);
  if (mark != NULL && pt_trial_entry_is_ours (mark) && entry == NULL)
    {
      g_test_message ("%s: the mark names an entry that is gone", what);
      g_assert_not_reached ();
    }
  if (sweep_is_permanent (self->from) || sweep_is_permanent (self->to))
    return;
  result = sweep_dup_result (self, now);
  original = sweep_dup_result (self, self->states[PT_SWEEP_ORIGINAL]);
  g_assert_cmpstr (result, ==, original);
}

/* Whatever starts first, a deployment without anything of ours is left to go back to. */
static void
sweep_assert_way_back (PtSweep    *self,
                       const char *what)
{
  PtTestTree    *now = sweep_read_now (self);
  GHashTableIter iter = { 0 };
  gpointer       name = NULL;
  gboolean       found = FALSE;

  g_hash_table_iter_init (&iter, now->files);
  while (!found && g_hash_table_iter_next (&iter, &name, NULL))
    if (g_str_has_prefix (name, "boot/loader/entries/ostree-"))
      {
        g_autofree char *text = sweep_dup_text (now, name);

        /* One that was just being written may be empty. */
        found = text != NULL && strstr (text, " ostree=") != NULL &&
                strstr (text, PT_SWEEP_IDS) == NULL &&
                strstr (text, PT_TRIAL_PARAMETER) == NULL;
      }
  if (!found)
    g_test_message ("%s: there is no way back", what);
  g_assert_true (found);
}

void
pt_sweep_assert_whole (PtSweep    *self,
                       gboolean    tool,
                       const char *what)
{
  sweep_assert_files (self, tool, what);
  sweep_assert_inert (self, what);
  if (sweep_is_ostree (self))
    sweep_assert_way_back (self, what);
  else if (self->pair->trial)
    sweep_assert_trial (self, what);
}
