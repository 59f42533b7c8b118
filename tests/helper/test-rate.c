/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-rate"

#include "config.h"

#include "pt-helper-rate.h"
#include "pt-plan.h"

#define TEST_START G_USEC_PER_SEC
#define TEST_STEP (G_USEC_PER_SEC / PT_HELPER_RATE_PER_SECOND)


static void
test_exhaust (PtHelperRate *rate,
              guint32       user,
              gint64        now)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < PT_HELPER_RATE_BURST; i++)
    g_assert_true (pt_helper_rate_take (rate, user, now, NULL));
  g_assert_false (pt_helper_rate_take (rate, user, now, &error));
  g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
}


static void
test_rate_burst (void)
{
  g_autoptr (PtHelperRate) rate = pt_helper_rate_new ();

  test_exhaust (rate, 1000, TEST_START);
  /* One user's calls are not another's. */
  test_exhaust (rate, 0, TEST_START);
  g_assert_cmpuint (pt_helper_rate_get_n_users (rate), ==, 2);
}


static void
test_rate_recovers (void)
{
  g_autoptr (PtHelperRate) rate = pt_helper_rate_new ();
  gint64 now = TEST_START;

  test_exhaust (rate, 1000, now);
  g_assert_false (pt_helper_rate_take (rate, 1000, now + TEST_STEP - 1, NULL));
  for (guint i = 1; i <= 20; i++)
    {
      now += TEST_STEP;
      g_assert_true (pt_helper_rate_take (rate, 1000, now, NULL));
      g_assert_false (pt_helper_rate_take (rate, 1000, now, NULL));
    }
  /* However long it rests, there are no more than at first. */
  test_exhaust (rate, 1000, now + G_GINT64_CONSTANT (1000) * G_USEC_PER_SEC);
}


/* Who has rested is forgotten: users cannot fill our memory. */
static void
test_rate_forgets (void)
{
  g_autoptr (PtHelperRate) rate = pt_helper_rate_new ();

  for (guint32 user = 0; user < 1000; user++)
    g_assert_true (pt_helper_rate_take (rate, user, TEST_START + user * TEST_STEP, NULL));
  g_assert_cmpuint (pt_helper_rate_get_n_users (rate), ==, 1);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helper/rate/burst", test_rate_burst);
  g_test_add_func ("/helper/rate/recovers", test_rate_recovers);
  g_test_add_func ("/helper/rate/forgets", test_rate_forgets);
  return g_test_run ();
}
