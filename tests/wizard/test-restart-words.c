/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-restart-words"

#include "config.h"

#include <string.h>

#include "pt-restart-words.h"

/* The page on return: what it is about for every outcome of a restart, and what it says then. */

typedef struct
{
  const char    *name;
  PtRestartFacts facts;
  PtRestartStage stage;
  gboolean       awaited; /* a session after the next restart opens Passthru */
  const char    *says;    /* in heading, body or advice */
  gboolean       forward;
} Case;

#define APPLIED .setup = PT_SETUP_APPLIED, .minutes = 5

static const Case cases[] = {
  { "nothing", { .setup = PT_SETUP_NONE }, PT_RESTART_NOTHING, FALSE, "nothing to try", FALSE },
  { "interrupted", { .setup = PT_SETUP_INTERRUPTED }, PT_RESTART_NOTHING, FALSE, "Go back", FALSE },
  { "for-good",
    { APPLIED, .verified = PT_VERIFY_NOT_RESTARTED },
    PT_RESTART_BEFORE,
    TRUE,
    "opens by itself",
    TRUE },
  { "rehearsed",
    { APPLIED, .verified = PT_VERIFY_NOT_RESTARTED, .rehearsal = TRUE },
    PT_RESTART_BEFORE,
    FALSE,
    "Yours stays on",
    TRUE },
  { "prepared",
    { APPLIED, .trial = PT_TRIAL_PREPARED, .verified = PT_VERIFY_NOT_RESTARTED },
    PT_RESTART_BEFORE_TRIAL,
    TRUE,
    "The next start is a trial.",
    TRUE },
  { "started",
    { APPLIED, .trial = PT_TRIAL_STARTED, .verified = PT_VERIFY_NOT_RESTARTED },
    PT_RESTART_BEFORE_TRIAL,
    TRUE,
    "opens by itself",
    TRUE },
  { "never-tried",
    { APPLIED, .trial = PT_TRIAL_PREPARED, .verified = PT_VERIFY_SETTINGS_LOST },
    PT_RESTART_BEFORE_TRIAL,
    FALSE,
    "never started",
    TRUE },
  { "running",
    { APPLIED, .trial = PT_TRIAL_RUNNING, .trial_boot = TRUE },
    PT_RESTART_TRIAL,
    FALSE,
    "Look whether your monitors",
    TRUE },
  { "running-wrong",
    { APPLIED, .trial = PT_TRIAL_RUNNING, .trial_boot = TRUE, .verified = PT_VERIFY_WRONG_DRIVER },
    PT_RESTART_TRIAL_WRONG,
    FALSE,
    "Going back is the safe answer",
    FALSE },
  { "confirmed",
    { APPLIED, .trial = PT_TRIAL_CONFIRMED, .trial_boot = TRUE },
    PT_RESTART_KEPT,
    FALSE,
    "The changes are kept.",
    TRUE },
  { "confirmed-restarted",
    { APPLIED, .trial = PT_TRIAL_CONFIRMED },
    PT_RESTART_READY,
    FALSE,
    "ready for the machine",
    TRUE },
  { "confirmed-wrong",
    { APPLIED, .trial = PT_TRIAL_CONFIRMED, .verified = PT_VERIFY_WRONG_ENTRY },
    PT_RESTART_WRONG,
    FALSE,
    "did not bring what was planned",
    FALSE },
  { "failed-time",
    { APPLIED, .trial = PT_TRIAL_FAILED, .cause = PT_TRIAL_CAUSE_NOT_CONFIRMED,
      .verified = PT_VERIFY_SETTINGS_LOST },
    PT_RESTART_FAILED,
    FALSE,
    "nobody said in time",
    TRUE },
  { "failed-cut-short",
    { APPLIED, .trial = PT_TRIAL_FAILED, .cause = PT_TRIAL_CAUSE_CUT_SHORT },
    PT_RESTART_FAILED,
    FALSE,
    "crashed",
    TRUE },
  { "failed-no-trace",
    { APPLIED, .trial = PT_TRIAL_FAILED, .cause = PT_TRIAL_CAUSE_NO_TRACE },
    PT_RESTART_FAILED,
    FALSE,
    "left no trace",
    TRUE },
  { "cancelled-inside",
    { APPLIED, .trial = PT_TRIAL_CANCELLED, .trial_boot = TRUE },
    PT_RESTART_CANCELLED_INSIDE,
    FALSE,
    "The next start is the old one",
    TRUE },
  { "cancelled",
    { APPLIED, .trial = PT_TRIAL_CANCELLED, .verified = PT_VERIFY_SETTINGS_LOST },
    PT_RESTART_CANCELLED,
    FALSE,
    "back in its old state",
    TRUE },
  { "next-part",
    { APPLIED, .verified = PT_VERIFY_NEXT_PART, .next_part = TRUE },
    PT_RESTART_NEXT_PART,
    FALSE,
    "The first part worked.",
    TRUE },
  { "ready", { APPLIED }, PT_RESTART_READY, FALSE, "ready for the machine", TRUE },
  { "wrong",
    { APPLIED, .verified = PT_VERIFY_GROUP_CHANGED },
    PT_RESTART_WRONG,
    FALSE,
    "MESSAGE",
    FALSE },
};


static void
test_case (gconstpointer data)
{
  const Case *self = data;
  g_autoptr (PtRestartWords) words = NULL;
  g_autofree char *all = NULL;

  g_assert_cmpint (pt_restart_decide (&self->facts), ==, self->stage);
  g_assert_true (pt_restart_is_awaited (self->stage, &self->facts) == self->awaited);
  words = pt_restart_words_new (self->stage, &self->facts, "MESSAGE");
  all = g_strjoin ("\n", words->heading, words->body, words->advice, NULL);
  g_test_message ("%s", all);
  g_assert_nonnull (strstr (all, self->says));
  g_assert_true (words->can_go_forward == self->forward);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/wizard/restart-words/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
