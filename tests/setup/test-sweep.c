/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-sweep"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "pt-rehearsal.h"
#include "pt-trial-watch.h"
#include "pt-trial.h"
#include "sweep.h"

/* For each boot loader with an initramfs it is met with: the computer dies before every single
 * call that changes something, of ours and of the tools we run; the disk fails at each, is full
 * from each on, or cannot be written. So for setting up and undoing, and where a start can be tried
 * once for each step of that. By default a few of these points, others for each pair; in slow mode
 * all. */

#define SWEEP_NOTHING (10 + PT_SETUP_ERROR_NOTHING)
/* One in so many is also followed by the whole way once more. */
#define SWEEP_AGAIN 16

static const PtSweepPair sweep_pairs[] = {
  { "initramfs-tools", NULL, TRUE },
  { "dracut", NULL, FALSE },
  { "mkinitcpio", "grub-classic", TRUE },
  { "booster", "grub-classic", FALSE },
  { "dracut", "grub-suse", TRUE },
  { "dracut", "grub-bls", TRUE },
  { "mkinitcpio-systemd", "systemd-boot", TRUE },
  { "booster", "systemd-boot", TRUE },
  { "dracut-packages", "systemd-boot", FALSE },
  { "initramfs-tools", "kernelstub", TRUE },
  { NULL, "rpm-ostree", TRUE, "rpm-ostree" },
  { "mkinitcpio", "limine-tool", FALSE },
  { "mkinitcpio-systemd", "limine", FALSE },
  { NULL, "uki", FALSE, "mkinitcpio" },
  { NULL, "uki-drop-in", FALSE, "mkinitcpio" },
  { "dracut", "sdbootutil", TRUE },
};

static guint sweep_points;
static guint sweep_tried;

/* What is struck: @verb from @from, which leads to @to. */
typedef struct
{
  const char  *verb;
  PtSweepState from;
  PtSweepState to;
} PtSweepVerb;

/* Doing and undoing */

static void
sweep_run (PtSweep     *self,
           const char  *verb,
           PtTestTrace *trace)
{
  gboolean    plain = g_str_equal (verb, "undo") || g_str_equal (verb, "cancel");
  const char *argv[] = { PT_TEST_DRIVER, verb, self->base.tree, plain ? NULL : PT_TEST_CARD, NULL };

  trace->log = self->log;
  pt_test_trace_run (trace, argv);
  pt_sweep_touch (self);
}

static void
sweep_tell_log (PtSweep    *self,
                const char *what)
{
  g_autofree char *text = NULL;

  g_file_get_contents (self->log, &text, NULL, NULL);
  g_test_message ("%s: %s", what, text);
}

static int
sweep_run_plain (PtSweep    *self,
                 const char *verb)
{
  g_auto (PtTestTrace) trace = { 0 };

  sweep_run (self, verb, &trace);
  g_assert_true (WIFEXITED (trace.status));
  if (WEXITSTATUS (trace.status) != 0 && WEXITSTATUS (trace.status) != SWEEP_NOTHING)
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
  pt_sweep_touch (self);
  pt_sweep_assert_original (self, what);
}

/* All of it once more after an undo. */
static void
sweep_again (PtSweep *self)
{
  g_assert_cmpint (sweep_run_plain (self, "undo"), ==, SWEEP_NOTHING);
  g_assert_cmpint (sweep_run_plain (self, "apply"), ==, 0);
  pt_sweep_assert_like (self, PT_SWEEP_APPLIED, "once more");
  g_assert_cmpint (sweep_run_plain (self, "undo"), ==, 0);
  pt_sweep_assert_original (self, "once more");
}

/* Sweeps */

typedef void (*PtSweepFunc) (PtSweep           *self,
                             const PtSweepVerb *verb,
                             PtTestTrace       *trace,
                             const char        *what);

static void
sweep_strike (PtSweep           *self,
              const PtSweepVerb *verb,
              PtTestStrike       strike,
              guint              at,
              PtSweepFunc        look)
{
  g_autofree char *what = g_strdup_printf ("%s at %u", verb->verb, at);
  g_auto (PtTestTrace) trace = { .strike = strike, .at = at };

  pt_sweep_load (self, verb->from);
  sweep_run (self, verb->verb, &trace);
  look (self, verb, &trace, what);
  sweep_undo (self, what);
  self->tried++;
  if (self->tried % SWEEP_AGAIN == 0)
    sweep_again (self);
}

static gint64
sweep_clock_now (gpointer user_data)
{
  return 0;
}

static void
sweep_clock_sleep (guint    seconds,
                   gpointer user_data)
{
  g_assert_not_reached ();
}

static gboolean
sweep_clock_restart (gpointer user_data,
                     GError **error)
{
  g_assert_not_reached ();
}

/* Still to be confirmed, and it can be; or permanent, and the countdown, which goes on without the
 * helper, sees that and clears up. Nothing in between. */
static void
sweep_look_confirmed (PtSweep    *self,
                      const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtTrial) trial = pt_trial_read (self->base.sysroot, &error);
  gboolean           permanent = FALSE;
  const PtTrialClock clock = { sweep_clock_now, sweep_clock_sleep, sweep_clock_restart, NULL };

  g_assert_no_error (error);
  permanent = trial->state == PT_TRIAL_CONFIRMED;
  g_assert_true (permanent || trial->state == PT_TRIAL_RUNNING);
  if (permanent)
    g_assert_cmpint (pt_trial_watch (self->base.sysroot, &clock), ==, PT_TRIAL_WATCH_KEPT);
  else
    g_assert_cmpint (sweep_run_plain (self, "confirm"), ==, 0);
  pt_sweep_touch (self);
  pt_sweep_assert_like (self, PT_SWEEP_CONFIRMED, what);
}

static void
sweep_look_killed (PtSweep           *self,
                   const PtSweepVerb *verb,
                   PtTestTrace       *trace,
                   const char        *what)
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
  pt_sweep_assert_whole (self, call->tool, what);
  if (verb->to == PT_SWEEP_CONFIRMED)
    sweep_look_confirmed (self, what);
}

/* What is not known to be on the disk is not done. */
static gboolean
sweep_must_fail (const PtTestTrace *trace)
{
  const PtTestCall *call = NULL;

  if (trace->strike != PT_TEST_STRIKE_FAIL || !trace->struck)
    return FALSE;
  call = &g_array_index (trace->calls, PtTestCall, trace->at - 1);
  return call->sync && !call->tool;
}

/* Refused, all is back in its place at once. */
static void
sweep_look_failed (PtSweep           *self,
                   const PtSweepVerb *verb,
                   PtTestTrace       *trace,
                   const char        *what)
{
  g_assert_true (WIFEXITED (trace->status));
  if (sweep_must_fail (trace) && WEXITSTATUS (trace->status) == 0)
    g_test_message ("%s: a failed sync is taken for a success", what);
  if (WEXITSTATUS (trace->status) != 0 || sweep_must_fail (trace))
    g_assert_cmpint (WEXITSTATUS (trace->status), >=, 10);
}

/* Which of @total points is struck when not all are: another one for every pair and verb, always
 * the same one. */
static guint
sweep_choose (PtSweep           *self,
              const PtSweepVerb *verb,
              PtTestStrike       strike,
              guint              total)
{
  g_autofree char *name = g_strdup_printf ("%s %s %s %d %d",
                                           self->pair->generator != NULL ? self->pair->generator
                                                                         : "",
                                           self->pair->loader != NULL ? self->pair->loader : "",
                                           verb->verb, (int)verb->from, (int)strike);

  return 1 + g_str_hash (name) % total;
}

/* From a call on that needs no space the disk is full for the next one that does. */
static gboolean
sweep_is_point (PtTestStrike      strike,
                const PtTestCall *call)
{
  return strike != PT_TEST_STRIKE_FULL || call->space;
}

static guint
sweep_points_of (PtSweep           *self,
                 const PtSweepVerb *verb,
                 PtTestStrike       strike,
                 GArray            *calls,
                 PtSweepFunc        look)
{
  guint chosen = sweep_choose (self, verb, strike, calls->len);
  guint points = 0;

  for (guint at = 1; at <= calls->len; at++)
    {
      if (!sweep_is_point (strike, &g_array_index (calls, PtTestCall, at - 1)))
        continue;
      points++;
      if (g_test_slow () || at == chosen)
        sweep_strike (self, verb, strike, at, look);
    }
  return points;
}

/* What the calls of @trace are about, below the tree; those of tools also in @tools. */
static GHashTable *
sweep_list_targets (PtSweep     *self,
                    PtTestTrace *trace)
{
  g_autofree char *real = realpath (self->base.tree, NULL);
  const char      *tops[] = { self->base.tree, real };
  GHashTable      *targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < trace->calls->len; i++)
    {
      const PtTestCall *call = &g_array_index (trace->calls, PtTestCall, i);

      for (gsize top = 0; call->target != NULL && top < G_N_ELEMENTS (tops); top++)
        {
          gsize length = strlen (tops[top]);

          if (!g_str_has_prefix (call->target, tops[top]) || call->target[length] != '/')
            continue;
          g_hash_table_add (targets, g_strdup (call->target + length + 1));
          if (call->tool)
            g_hash_table_add (self->tools, g_strdup (call->target + length + 1));
        }
    }
  return targets;
}

/* Nothing has changed that no call was seen to be about: nothing is missed. */
static void
sweep_assert_seen (PtSweep     *self,
                   PtTestTrace *trace)
{
  PtTestTree *const trees[] = { self->states[self->from], self->states[self->to] };
  g_autoptr (GHashTable) targets = NULL;
  g_autoptr (GPtrArray) names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));
  guint wrong = 0;

  g_clear_pointer (&self->tools, g_hash_table_unref);
  self->tools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  targets = sweep_list_targets (self, trace);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (pt_sweep_is_ours (name) || pt_sweep_is_deployment (self, name) ||
          g_hash_table_contains (targets, name) ||
          pt_test_file_equal (pt_test_tree_find (trees[0], name),
                              pt_test_tree_find (trees[1], name)))
        continue;
      g_test_message ("%s changes unseen", name);
      wrong++;
    }
  g_assert_cmpuint (wrong, ==, 0);
}

/* The calls that @verb makes. */
static GArray *
sweep_count (PtSweep           *self,
             const PtSweepVerb *verb)
{
  g_auto (PtTestTrace) trace = { .targets = TRUE };
  GArray *calls = NULL;

  pt_sweep_load (self, verb->from);
  sweep_run (self, verb->verb, &trace);
  if (!WIFEXITED (trace.status) || WEXITSTATUS (trace.status) != 0)
    sweep_tell_log (self, verb->verb);
  g_assert_true (WIFEXITED (trace.status));
  g_assert_cmpint (WEXITSTATUS (trace.status), ==, 0);
  self->from = verb->from;
  self->to = verb->to;
  sweep_assert_seen (self, &trace);
  calls = g_steal_pointer (&trace.calls);
  return calls;
}

/* Dies with what it started, at each call; and alone, while one of its tools works. */
static void
sweep_kill (PtSweep           *self,
            const PtSweepVerb *verb)
{
  g_autoptr (GArray) calls = sweep_count (self, verb);
  guint tools = 0;

  for (guint i = 0; i < calls->len; i++)
    tools += g_array_index (calls, PtTestCall, i).tool;
  sweep_points_of (self, verb, PT_TEST_STRIKE_KILL_ALL, calls, sweep_look_killed);
  for (guint i = 0; i < calls->len; i++)
    if (g_array_index (calls, PtTestCall, i).tool &&
        (i == 0 || !g_array_index (calls, PtTestCall, i - 1).tool) &&
        (g_test_slow () || sweep_choose (self, verb, PT_TEST_STRIKE_KILL_FIRST, 4) == 1))
      sweep_strike (self, verb, PT_TEST_STRIKE_KILL_FIRST, i + 1, sweep_look_killed);
  self->points += calls->len;
  g_test_message ("%s: %u kill points, %u of them in tools", verb->verb, calls->len, tools);
}

static void
sweep_fail (PtSweep           *self,
            const PtSweepVerb *verb)
{
  g_autoptr (GArray) calls = sweep_count (self, verb);
  guint failing = sweep_points_of (self, verb, PT_TEST_STRIKE_FAIL, calls, sweep_look_failed);
  guint filling = sweep_points_of (self, verb, PT_TEST_STRIKE_FULL, calls, sweep_look_failed);

  g_test_message ("%s: %u calls that fail, %u from which the disk is full", verb->verb, failing,
                  filling);
}

static void
sweep_read_only (PtSweep           *self,
                 const PtSweepVerb *verb,
                 const char        *folder)
{
  g_autofree char *path = g_build_filename (self->base.tree, folder, NULL);
  g_autofree char *real = realpath (path, NULL);
  g_autofree char *what = g_strdup_printf ("%s without %s", verb->verb, folder);
  g_auto (PtTestTrace) trace = { .strike = PT_TEST_STRIKE_READ_ONLY, .folder = real };

  pt_sweep_load (self, verb->from);
  sweep_run (self, verb->verb, &trace);
  g_assert_true (WIFEXITED (trace.status));
  if (trace.struck)
    {
      g_assert_cmpint (WEXITSTATUS (trace.status), >=, 10);
      /* It cannot be written, so nothing there is another. */
      pt_sweep_assert_whole (self, FALSE, what);
    }
  self->tried++;
  sweep_undo (self, what);
}

/* All that can happen to @verb. */
static void
sweep_verb (PtSweep           *self,
            const PtSweepVerb *verb)
{
  static const char *const folders[] = { "boot", "etc", "var" };

  sweep_kill (self, verb);
  sweep_fail (self, verb);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    sweep_read_only (self, verb, folders[i]);
}

/* The pair */

static void
sweep_set_up (PtSweep      *self,
              gconstpointer data)
{
  pt_sweep_set_up (self, data);
}

static void
sweep_tear_down (PtSweep      *self,
                 gconstpointer data)
{
  pt_sweep_tear_down (self);
}

static void
sweep_go (PtSweep     *self,
          const char  *verb,
          PtSweepState from,
          PtSweepState to)
{
  pt_sweep_load (self, from);
  g_assert_cmpint (sweep_run_plain (self, verb), ==, 0);
  pt_sweep_save (self, to);
}

/* The steps of a trial, each from what the one before left. */
static void
sweep_trial (PtSweep *self)
{
  static const PtSweepVerb verbs[] = {
    { "prepare", PT_SWEEP_ORIGINAL, PT_SWEEP_PREPARED },
    { "start", PT_SWEEP_PREPARED, PT_SWEEP_STARTED },
    { "cancel", PT_SWEEP_STARTED, PT_SWEEP_CANCELLED },
  };
  static const PtSweepVerb confirm = { "confirm", PT_SWEEP_RUNNING, PT_SWEEP_CONFIRMED };
  static const PtSweepVerb undo = { "undo", PT_SWEEP_STARTED, PT_SWEEP_ORIGINAL };
  static const PtSweepVerb last = { "undo", PT_SWEEP_CONFIRMED, PT_SWEEP_ORIGINAL };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      sweep_go (self, verbs[i].verb, verbs[i].from, verbs[i].to);
      sweep_verb (self, &verbs[i]);
    }
  sweep_kill (self, &undo);

  pt_sweep_load (self, PT_SWEEP_STARTED);
  pt_rehearsal_restart (self->base.sysroot, NULL, &error);
  g_assert_no_error (error);
  pt_sweep_touch (self);
  pt_sweep_save (self, PT_SWEEP_RUNNING);
  sweep_go (self, "confirm", PT_SWEEP_RUNNING, PT_SWEEP_CONFIRMED);
  sweep_verb (self, &confirm);
  sweep_kill (self, &last);
}

static void
sweep_pair (PtSweep      *self,
            gconstpointer data)
{
  static const PtSweepVerb apply = { "apply", PT_SWEEP_ORIGINAL, PT_SWEEP_APPLIED };
  static const PtSweepVerb undo = { "undo", PT_SWEEP_APPLIED, PT_SWEEP_ORIGINAL };
  gint64                   begin = g_get_monotonic_time ();

  sweep_go (self, "apply", PT_SWEEP_ORIGINAL, PT_SWEEP_APPLIED);
  sweep_verb (self, &apply);
  sweep_kill (self, &undo);
  pt_sweep_load (self, PT_SWEEP_ORIGINAL);
  pt_setup_fixture_assert_original (&self->base);
  if (self->pair->trial)
    sweep_trial (self);

  g_test_message ("%u kill points, %u strikes done in %u s", self->points, self->tried,
                  (guint)((g_get_monotonic_time () - begin) / G_USEC_PER_SEC));
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
