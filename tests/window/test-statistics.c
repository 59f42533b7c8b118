/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-statistics"

#include "config.h"

#include "pt-statistics.h"


static void
test_rates (void)
{
  PtStatisticsSample before = { .time = 1000000, .drawn = 100 };
  PtStatisticsSample now = { .time = 3000000, .drawn = 160 };
  PtStatisticsRates  rates = { 0 };

  before.source = (PtSourceStats){ .received = 50, .bytes = 1000, .dropped = 1 };
  now.source = (PtSourceStats){
    .received = 170, .bytes = 9000, .dropped = 4, .latency_p50 = 700, .latency_p99 = 1500
  };
  pt_statistics_rates (&before, &now, &rates);
  g_assert_cmpfloat (rates.drawn, ==, 30);
  g_assert_cmpfloat (rates.received, ==, 60);
  g_assert_cmpfloat (rates.copied, ==, 4000);
  g_assert_cmpuint (rates.dropped, ==, 4);
  g_assert_cmpuint (rates.latency_p50, ==, 700);
  g_assert_cmpuint (rates.latency_p99, ==, 1500);
}


/* A new source counts from nothing again: no rate is better than a negative or a huge one. */
static void
test_restarted (void)
{
  PtStatisticsSample before = { .time = 1000000, .drawn = 100 };
  PtStatisticsSample now = { .time = 2000000, .drawn = 110 };
  PtStatisticsRates  rates = { 0 };

  before.source.received = 50;
  now.source.received = 3;
  pt_statistics_rates (&before, &now, &rates);
  g_assert_cmpfloat (rates.received, ==, 0);
  g_assert_cmpfloat (rates.drawn, ==, 0);
}


static void
test_no_time (void)
{
  PtStatisticsSample before = { .time = 1000000, .drawn = 1 };
  PtStatisticsSample now = { .time = 1000000, .drawn = 2 };
  PtStatisticsRates  rates = { 0 };

  pt_statistics_rates (&before, &now, &rates);
  g_assert_cmpfloat (rates.drawn, ==, 0);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/window/statistics/rates", test_rates);
  g_test_add_func ("/window/statistics/restarted", test_restarted);
  g_test_add_func ("/window/statistics/no-time", test_no_time);
  return g_test_run ();
}
