/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-view"

#include "config.h"

#include "pt-view.h"

#define SECOND G_TIME_SPAN_SECOND

typedef struct
{
  PtMachineState machine;
  gint64         since;
  gboolean       memory;
  PtSourceState  source;
  gboolean       denied;
  gboolean       picture;
  const char    *view;
} Row;

static const Row rows[] = {
  { PT_MACHINE_OFF, 0, TRUE, PT_SOURCE_STOPPED, FALSE, FALSE, "off" },
  { PT_MACHINE_STARTING, 0, TRUE, PT_SOURCE_STOPPED, FALSE, FALSE, "starting" },
  { PT_MACHINE_RUNNING, 0, FALSE, PT_SOURCE_STOPPED, FALSE, FALSE, "no-frames" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_STOPPED, FALSE, FALSE, "waiting" },
  { PT_MACHINE_RUNNING, 1 * SECOND, TRUE, PT_SOURCE_NO_MEMORY, FALSE, FALSE, "starting" },
  { PT_MACHINE_RUNNING, 6 * SECOND, TRUE, PT_SOURCE_NO_MEMORY, FALSE, FALSE, "no-memory" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_NO_MEMORY, TRUE, FALSE, "denied" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_NO_PRODUCER, FALSE, FALSE, "waiting" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_LIVE, FALSE, FALSE, "waiting" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_LIVE, FALSE, TRUE, "live" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_STALLED, FALSE, TRUE, "stalled" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_STALLED, FALSE, FALSE, "waiting" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_WRONG_VERSION, FALSE, FALSE, "wrong-version" },
  { PT_MACHINE_RUNNING, 0, TRUE, PT_SOURCE_TOO_SMALL, FALSE, FALSE, "too-small" },
  { PT_MACHINE_PAUSED, 0, TRUE, PT_SOURCE_STALLED, FALSE, TRUE, "paused" },
  { PT_MACHINE_STOPPING, 14 * SECOND, TRUE, PT_SOURCE_LIVE, FALSE, TRUE, "stopping" },
  { PT_MACHINE_STOPPING, 15 * SECOND, TRUE, PT_SOURCE_LIVE, FALSE, TRUE, "stopping-long" },
  { PT_MACHINE_CRASHED, 0, TRUE, PT_SOURCE_STOPPED, FALSE, FALSE, "crashed" },
};


static PtViewFacts
facts_of_row (const Row *row)
{
  PtViewFacts facts = { .has_machine = TRUE };

  facts.machine = row->machine;
  facts.since = row->since;
  facts.has_memory = row->memory;
  facts.source = row->source;
  facts.denied = row->denied;
  facts.picture = row->picture;
  return facts;
}


static void
test_machine (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PtViewFacts facts = facts_of_row (&rows[i]);

      g_assert_cmpstr (pt_view_to_nick (pt_view_decide (&facts)), ==, rows[i].view);
    }
}


/* While it is looked at whether it can be started, it says so, and nothing else changes. */
static void
test_checking (void)
{
  PtViewFacts facts = { .has_machine = TRUE, .checking = TRUE, .machine = PT_MACHINE_OFF };

  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_STARTING);
  facts.machine = PT_MACHINE_CRASHED;
  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_STARTING);
  facts.machine = PT_MACHINE_PAUSED;
  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_PAUSED);
}


/* What is known without a machine, in the order in which it counts. */
static void
test_connection (void)
{
  PtViewFacts facts = { .connecting = TRUE, .unreachable = TRUE, .has_machine = TRUE };

  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_CONNECTING);
  facts.connecting = FALSE;
  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_UNREACHABLE);
  facts.unreachable = FALSE;
  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_OFF);
  facts.has_machine = FALSE;
  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_NONE);
  facts.missing = TRUE;
  g_assert_cmpint (pt_view_decide (&facts), ==, PT_VIEW_MISSING);
}


/* Without libvirt a picture that moves stays on show; one that stands still gives way to the words
 * that say why. */
static void
test_unreachable (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PtViewFacts facts = facts_of_row (&rows[i]);
      gboolean    live = g_str_equal (rows[i].view, "live");

      facts.unreachable = TRUE;
      g_assert_cmpint (pt_view_decide (&facts), ==, live ? PT_VIEW_LIVE : PT_VIEW_UNREACHABLE);
    }
}


/* After the time it announces the decision is another one, just before it is not. */
static void
test_time (void)
{
  guint timed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PtViewFacts facts = facts_of_row (&rows[i]);
      PtView      now = pt_view_decide (&facts);
      gint64      until = pt_view_until_change (&facts);

      if (until == 0)
        {
          facts.since += 3600 * SECOND;
          g_assert_cmpint (pt_view_decide (&facts), ==, now);
          continue;
        }
      timed++;
      facts.since += until - 1;
      g_assert_cmpint (pt_view_decide (&facts), ==, now);
      facts.since += 1;
      g_assert_cmpint (pt_view_decide (&facts), !=, now);
    }
  g_assert_cmpuint (timed, ==, 2);
}


/* Every view but the live one says what is, and offers one thing at most. */
static void
test_words (void)
{
  for (int view = 0; view < PT_VIEW_LAST; view++)
    for (int rehearsal = 0; rehearsal < 2; rehearsal++)
      {
        PtViewWords words = { 0 };

        pt_view_get_words (view, rehearsal, &words);
        g_assert_true ((words.title == NULL) == (view == PT_VIEW_LIVE));
        g_assert_true ((words.description == NULL) == (words.title == NULL));
        g_assert_true ((words.icon == NULL) == (words.title == NULL));
        g_assert_true ((words.label == NULL) == (words.action == NULL));
        g_assert_true (words.description == NULL || g_str_has_suffix (words.description, "."));
      }
}


/* A user is never left without a way on: start it, stop it, or what the words offer, unless it
 * takes care of itself. */
static void
test_way_on (void)
{
  for (int view = 0; view < PT_VIEW_LAST; view++)
    {
      gboolean by_itself = view == PT_VIEW_CONNECTING || view == PT_VIEW_STARTING ||
                           view == PT_VIEW_STOPPING;
      PtViewWords words = { 0 };

      pt_view_get_words (view, FALSE, &words);
      g_assert_true (by_itself || words.action != NULL ||
                     pt_view_get_button (view) != PT_VIEW_BUTTON_NONE);
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/window/view/machine", test_machine);
  g_test_add_func ("/window/view/checking", test_checking);
  g_test_add_func ("/window/view/connection", test_connection);
  g_test_add_func ("/window/view/unreachable", test_unreachable);
  g_test_add_func ("/window/view/time", test_time);
  g_test_add_func ("/window/view/words", test_words);
  g_test_add_func ("/window/view/way-on", test_way_on);
  return g_test_run ();
}
