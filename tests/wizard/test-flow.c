/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-flow"

#include "config.h"

#include "pt-wizard-flow.h"


typedef struct
{
  PtFlowFacts facts;
  PtPageId    expected;
} FlowRow;

static const FlowRow rows[] = {
  /* Nothing on record: where one was, but never beyond what needs a record. */
  { { PT_PAGE_WELCOME, FALSE, PT_SETUP_NONE, PT_VERIFY_OK, FALSE }, PT_PAGE_WELCOME },
  { { PT_PAGE_HARDWARE, FALSE, PT_SETUP_NONE, PT_VERIFY_OK, FALSE }, PT_PAGE_HARDWARE },
  { { PT_PAGE_CHANGES, TRUE, PT_SETUP_NONE, PT_VERIFY_OK, FALSE }, PT_PAGE_CHANGES },
  { { PT_PAGE_CHANGES, FALSE, PT_SETUP_NONE, PT_VERIFY_OK, FALSE }, PT_PAGE_CARD },
  { { PT_PAGE_APPLY, TRUE, PT_SETUP_NONE, PT_VERIFY_OK, FALSE }, PT_PAGE_CHANGES },
  { { PT_PAGE_READY, TRUE, PT_SETUP_NONE, PT_VERIFY_OK, TRUE }, PT_PAGE_CHANGES },
  /* Half done: the page with Undo, wherever one was. */
  { { PT_PAGE_WELCOME, FALSE, PT_SETUP_INTERRUPTED, PT_VERIFY_OK, FALSE }, PT_PAGE_APPLY },
  { { PT_PAGE_READY, TRUE, PT_SETUP_INTERRUPTED, PT_VERIFY_OK, TRUE }, PT_PAGE_APPLY },
  /* Applied: the restart until it is verified, then the machine. */
  { { PT_PAGE_APPLY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_NOT_RESTARTED, FALSE }, PT_PAGE_RESTART },
  { { PT_PAGE_READY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_WRONG_DRIVER, TRUE }, PT_PAGE_RESTART },
  { { PT_PAGE_RESTART, TRUE, PT_SETUP_APPLIED, PT_VERIFY_OK, FALSE }, PT_PAGE_MACHINE },
  { { PT_PAGE_READY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_OK, TRUE }, PT_PAGE_READY },
  { { PT_PAGE_READY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_OK, FALSE }, PT_PAGE_MACHINE },
  /* A trial that is not decided: the page that asks or says why, whatever was left. */
  { { PT_PAGE_READY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_OK, TRUE, PT_TRIAL_RUNNING },
    PT_PAGE_RESTART },
  { { PT_PAGE_CARD, TRUE, PT_SETUP_APPLIED, PT_VERIFY_NO_PARAMETERS, FALSE, PT_TRIAL_FAILED },
    PT_PAGE_RESTART },
  { { PT_PAGE_READY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_OK, TRUE, PT_TRIAL_CANCELLED },
    PT_PAGE_RESTART },
  { { PT_PAGE_READY, TRUE, PT_SETUP_APPLIED, PT_VERIFY_OK, TRUE, PT_TRIAL_CONFIRMED },
    PT_PAGE_READY },
};


static void
test_resume (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("row %u", i);
      g_assert_cmpint (pt_flow_resume (&rows[i].facts), ==, rows[i].expected);
    }
}


static void
test_names (void)
{
  PtPageId id = PT_PAGE_CARD;

  for (guint i = 0; i < PT_PAGE_LAST; i++)
    {
      g_assert_true (pt_page_id_from_name (pt_page_id_to_name (i), &id));
      g_assert_cmpint (id, ==, i);
    }
  id = PT_PAGE_CARD;
  g_assert_false (pt_page_id_from_name ("elsewhere", &id));
  g_assert_false (pt_page_id_from_name (NULL, &id));
  g_assert_false (pt_page_id_from_name ("", &id));
  g_assert_cmpint (id, ==, PT_PAGE_CARD);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/wizard/flow/resume", test_resume);
  g_test_add_func ("/wizard/flow/names", test_names);

  return g_test_run ();
}
