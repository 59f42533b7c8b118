/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-trial-cut"

#include "config.h"

#include <string.h>

#include "pt-rehearsal.h"
#include "pt-test-tree.h"
#include "pt-trial-watch.h"
#include "pt-trial.h"
#include "setup-fixture.h"

/* Whoever confirmed a trial died over it: at the last word of what makes it permanent, or over the
 * entry that is not needed any more. The journal of a whole confirmation, cut, is theirs. */

#define TEST_JOURNAL "var/lib/passthru/journal"
#define TEST_ENTRY "boot/grub/custom.cfg"

typedef struct
{
  PtSetupFixture base;
  PtTestTree    *running;   /* the trial's boot, before anybody confirmed */
  PtTestTree    *confirmed; /* and after */
} TestCase;

static void
test_confirm (TestCase *self)
{
  g_autoptr (PtPlan) plan = pt_setup_fixture_plan (&self->base, PT_TEST_CARD);
  g_autoptr (GError) error = NULL;

  pt_trial_confirm (plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_set_up (TestCase     *self,
             gconstpointer data)
{
  g_autoptr (PtPlan) plan = NULL;
  g_autoptr (PtPlan) again = NULL;
  g_autoptr (GError) error = NULL;

  pt_setup_fixture_set_up (&self->base, NULL);
  plan = pt_setup_fixture_plan (&self->base, PT_TEST_CARD);
  pt_trial_prepare (plan, 5, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  again = pt_setup_fixture_plan (&self->base, PT_TEST_CARD);
  pt_trial_start (again, &error);
  g_assert_no_error (error);
  pt_rehearsal_restart (self->base.sysroot, NULL, &error);
  g_assert_no_error (error);
  self->running = pt_test_tree_read (self->base.tree, NULL, NULL);
  test_confirm (self);
  self->confirmed = pt_test_tree_read (self->base.tree, NULL, NULL);
}

static void
test_tear_down (TestCase     *self,
                gconstpointer data)
{
  pt_test_tree_free (self->running);
  pt_test_tree_free (self->confirmed);
  pt_setup_fixture_tear_down (&self->base, NULL);
}

/* Takes the line with @word, and what follows, off the journal. */
static void
test_cut (TestCase   *self,
          const char *word)
{
  g_autofree char *text = pt_test_read (self->base.tree, TEST_JOURNAL);
  char            *found = g_strrstr (text, word);

  g_assert_nonnull (found);
  while (found > text && found[-1] != '\n')
    found--;
  *found = '\0';
  pt_test_write (self->base.tree, TEST_JOURNAL, text);
}

/* The trial's entry and what is left of its mark, as if nobody had dropped them yet. */
static void
test_put_trial (TestCase *self)
{
  static const char *const names[] = { TEST_ENTRY, "boot/grub/grubenv" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const PtTestFile *file = pt_test_tree_find (self->running, names[i]);
      g_autofree char  *text = g_strndup (g_bytes_get_data (file->content, NULL),
                                          g_bytes_get_size (file->content));

      pt_test_write (self->base.tree, names[i], text);
    }
}

/* As in @expected, the journal aside. */
static void
test_assert_like (TestCase   *self,
                  PtTestTree *expected)
{
  g_autoptr (PtTestTree) now = pt_test_tree_read (self->base.tree, NULL, NULL);
  PtTestTree *const trees[] = { now, expected };
  g_autoptr (GPtrArray) names = pt_test_trees_list (trees, G_N_ELEMENTS (trees));

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_str_equal (name, TEST_JOURNAL) ||
          pt_test_file_equal (pt_test_tree_find (now, name), pt_test_tree_find (expected, name)))
        continue;
      g_test_message ("%s differs", name);
      g_assert_not_reached ();
    }
}

static void
test_assert_state (TestCase    *self,
                   PtTrialState expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtTrial) trial = pt_trial_read (self->base.sysroot, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (pt_trial_state_to_nick (trial->state), ==, pt_trial_state_to_nick (expected));
}

static void
test_mend (TestCase *self)
{
  g_autoptr (GError) error = NULL;

  pt_trial_mend (self->base.sysroot, &error);
  g_assert_no_error (error);
}

/* Not permanent yet: back to the trial, which can be confirmed once more. */
static void
test_before_permanent (TestCase     *self,
                       gconstpointer data)
{
  test_cut (self, "\"applied\"");
  test_put_trial (self);
  test_assert_state (self, PT_TRIAL_RUNNING);
  test_mend (self);
  test_assert_state (self, PT_TRIAL_RUNNING);
  test_assert_like (self, self->running);
  test_mend (self);
  test_confirm (self);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  test_assert_like (self, self->confirmed);
}

static gint64
test_clock_now (gpointer user_data)
{
  return 0;
}

static void
test_clock_sleep (guint    seconds,
                  gpointer user_data)
{
  g_assert_not_reached ();
}

static gboolean
test_clock_restart (gpointer user_data,
                    GError **error)
{
  g_assert_not_reached ();
}

/* Permanent, with the entry still there: the countdown takes it away. */
static void
test_after_permanent (TestCase     *self,
                      gconstpointer data)
{
  const PtTrialClock clock = { test_clock_now, test_clock_sleep, test_clock_restart, NULL };

  test_cut (self, "\"trial-drop\"");
  test_put_trial (self);
  test_assert_state (self, PT_TRIAL_CONFIRMED);
  g_test_expect_message ("pt-trial-watch", G_LOG_LEVEL_MESSAGE, "*confirmed*");
  g_assert_cmpint (pt_trial_watch (self->base.sysroot, &clock), ==, PT_TRIAL_WATCH_KEPT);
  g_test_assert_expected_messages ();
  pt_test_write (self->base.tree, "dev/kmsg", "");
  g_assert_false (pt_sysroot_exists (self->base.sysroot, PT_PLACE_ROOT, TEST_ENTRY));
  test_assert_state (self, PT_TRIAL_CONFIRMED);
}

/* Whole, or being undone: it is left alone. */
static void
test_nothing_to_mend (TestCase     *self,
                      gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *now = NULL;

  test_mend (self);
  test_assert_like (self, self->confirmed);

  test_cut (self, "\"applied\"");
  text = pt_test_read (self->base.tree, TEST_JOURNAL);
  now = g_strconcat (text, "{\"version\":1,\"record\":\"undo\"}\n", NULL);
  pt_test_write (self->base.tree, TEST_JOURNAL, now);
  test_mend (self);
  test_assert_like (self, self->confirmed);
  pt_setup_fixture_undo (&self->base);
  g_assert_false (pt_sysroot_exists (self->base.sysroot, PT_PLACE_STATE, NULL));
}

#define TEST_ADD(name, func) \
  g_test_add ("/setup/trial-cut/" name, TestCase, NULL, test_set_up, func, test_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  TEST_ADD ("before-permanent", test_before_permanent);
  TEST_ADD ("after-permanent", test_after_permanent);
  TEST_ADD ("nothing-to-mend", test_nothing_to_mend);
  return g_test_run ();
}
