/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-cpu-layout"

#include "config.h"

#include "pt-cpu-layout.h"

#include "pt-cpu-list.h"
#include "pt-test-host.h"


static void
test_list (void)
{
  static const struct
  {
    const char *text;
    const char *list; /* NULL = refused */
  } cases[] = {
    { "0-3,8", "0-3,8" },
    { " 0-3,8\n", "0-3,8" },
    { "8,1,0,1-2", "0-2,8" },
    { "5", "5" },
    { "4,5", "4,5" },
    { "", "" },
    { "\n", "" },
    { "8191", "8191" },
    { "8192", NULL },
    { "99999999999999999999", NULL },
    { "0-8192", NULL },
    { "3-0", NULL },
    { "0-", NULL },
    { "-3", NULL },
    { "0,,1", NULL },
    { ",0", NULL },
    { "0,", NULL },
    { "0 1", NULL },
    { "0-3:1/2", NULL },
    { "0x3", NULL },
    { "a", NULL },
    { "\xff", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) numbers = pt_cpu_list_parse (cases[i].text);
      g_autofree char *list = numbers != NULL ? pt_cpu_list_format (numbers) : NULL;

      g_assert_cmpstr (list, ==, cases[i].list);
    }
}


static void
test_mask (void)
{
  static const struct
  {
    const char *text;
    const char *list;
  } cases[] = {
    { "f", "0-3" },
    { "00000000,00fff03f\n", "0-5,12-23" },
    { "1,00000000", "32" },
    { "0", "" },
    { "", NULL },
    { "100000000", NULL },
    { "f,", NULL },
    { "g", NULL },
    { "0xf", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) numbers = pt_cpu_list_parse_mask (cases[i].text);
      g_autofree char *list = numbers != NULL ? pt_cpu_list_format (numbers) : NULL;

      g_assert_cmpstr (list, ==, cases[i].list);
    }
}


static void
test_size (void)
{
  g_assert_cmpuint (pt_cpu_layout_parse_size ("32768K"), ==, 32 << 20);
  g_assert_cmpuint (pt_cpu_layout_parse_size ("96M"), ==, 96 << 20);
  g_assert_cmpuint (pt_cpu_layout_parse_size ("512"), ==, 512);
  g_assert_cmpuint (pt_cpu_layout_parse_size (""), ==, 0);
  g_assert_cmpuint (pt_cpu_layout_parse_size ("K"), ==, 0);
  g_assert_cmpuint (pt_cpu_layout_parse_size ("-1K"), ==, 0);
  g_assert_cmpuint (pt_cpu_layout_parse_size ("32768KB"), ==, 0);
  g_assert_cmpuint (pt_cpu_layout_parse_size ("99999999999999999999K"), ==, 0);
}


static void
test_cpuinfo (void)
{
  static const char *const broken[] = {
    "",
    "processor : 0\n",
    "processor : 0\nphysical id : 0\n",
    "processor : 0\nphysical id : 0\ncore id : x\n",
    "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 1\n",
    "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 0\nphysical id : 0\ncore id : 0\n",
    /* One that is on two cores, and one whose number is lost. */
    "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : 0\nphysical id : 0\ncore id : 1\n",
    "processor : 0\nphysical id : 0\ncore id : 0\n\nprocessor : x\nphysical id : 0\ncore id : 1\n",
  };
  g_autoptr (GPtrArray) cores =
               pt_cpu_layout_parse_cpuinfo ("processor\t: 0\nphysical id\t: 0\ncore id\t\t: 4\n\n"
                                            "processor\t: 1\nphysical id\t: 0\ncore id\t\t: 4\n\n"
                                            "processor\t: 2\nphysical id\t: 1\ncore id\t\t: 4\n");

  g_assert_cmpuint (cores->len, ==, 2);
  g_assert_cmpuint (((PtCore *)g_ptr_array_index (cores, 0))->threads->len, ==, 2);
  g_assert_cmpuint (((PtCore *)g_ptr_array_index (cores, 1))->package, ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_null (pt_cpu_layout_parse_cpuinfo (broken[i]));
}


/* One group of equal cores: their first threads, the distance to the second thread (0 = none), and
 * the L3 cache they share. */
typedef struct
{
  guint       first, count, second;
  const char *shared; /* NULL = no index3 */
  const char *size;
  const char *more; /* an attribute line of every processor, or NULL */
} TestCores;


static void
test_add_cpu (GString         *text,
              const TestCores *cores,
              guint            cpu,
              guint            core)
{
  g_string_append_printf (text,
                          "P: /devices/system/cpu/cpu%u\nA: topology/physical_package_id=0\\n\n",
                          cpu);
  if (cores->second > 0)
    g_string_append_printf (text, "A: topology/thread_siblings_list=%u,%u\\n\n", core,
                            core + cores->second);
  else
    g_string_append_printf (text, "A: topology/thread_siblings_list=%u\\n\n", core);
  if (cores->shared != NULL)
    g_string_append_printf (text, "A: cache/index3/shared_cpu_list=%s\\n\n"
                                  "A: cache/index3/size=%s\\n\n",
                            cores->shared, cores->size);
  if (cores->more != NULL)
    g_string_append_printf (text, "A: %s\\n\n", cores->more);
  g_string_append_c (text, '\n');
}


static PtTestHost *
test_make (const TestCores *cores,
           const char      *online,
           const char      *more)
{
  PtTestHost *machine = pt_test_host_new_empty ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (; cores->count > 0; cores++)
    {
      for (guint i = 0; i < cores->count; i++)
        {
          guint core = cores->first + i * (cores->second == 1 ? 2 : 1);

          test_add_cpu (text, cores, core, core);
          if (cores->second > 0)
            test_add_cpu (text, cores, core + cores->second, core);
        }
    }
  g_string_append_printf (text, "F: /sys/devices/system/cpu/online\n|%s\n\n", online);
  pt_test_host_add (machine, text->str);
  if (more != NULL)
    pt_test_host_add (machine, more);
  return machine;
}


/* `guest | host`, with `spans` and `slow` where it is so. */
static char *
test_share (const PtCpuLayout *layout,
            guint              wanted)
{
  g_autoptr (PtCoreShare) share = pt_cpu_layout_share (layout, wanted);
  g_autofree char *guest = NULL;
  g_autofree char *host = NULL;

  if (share == NULL)
    return g_strdup ("none");
  guest = pt_cpu_layout_format (layout, share->guest);
  host = pt_cpu_layout_format (layout, share->host);
  return g_strdup_printf ("%s | %s%s%s", guest, host, share->spans_domains ? " spans" : "",
                          share->has_slow_cores ? " slow" : "");
}


static void
test_assert_share (PtTestHost *machine,
                   guint       wanted,
                   const char *expected)
{
  g_autoptr (PtCpuLayout) layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));
  g_autofree char *share = test_share (layout, wanted);

  g_assert_cmpstr (share, ==, expected);
}


static const TestCores test_two_dies[] = { { 0, 6, 12, "0-5,12-17", "32768K" },
                                           { 6, 6, 12, "6-11,18-23", "32768K" },
                                           { 0 } };


static void
test_dies (void)
{
  g_autoptr (PtTestHost) machine = test_make (test_two_dies, "0-23", NULL);
  g_autoptr (PtCpuLayout) layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));
  const PtCacheDomain *domain = NULL;

  g_assert_true (layout->known);
  g_assert_true (layout->caches_known);
  g_assert_cmpuint (layout->cores->len, ==, 12);
  g_assert_cmpuint (layout->threads, ==, 24);
  g_assert_cmpuint (layout->domains->len, ==, 2);
  domain = g_ptr_array_index (layout->domains, 1);
  g_assert_cmpuint (domain->size, ==, 32 << 20);
  g_assert_cmpuint (pt_cpu_layout_get_most (layout), ==, 10);
  test_assert_share (machine, 0, "6-11,18-23 | 0-5,12-17");
  test_assert_share (machine, 4, "8-11,20-23 | 0-7,12-19");
  test_assert_share (machine, 1, "11,23 | 0-10,12-22");
  /* More than one die has: the second die is filled up, the host keeps two. */
  test_assert_share (machine, 8, "4-11,16-23 | 0-3,12-15 spans");
  test_assert_share (machine, 99, "2-11,14-23 | 0,1,12,13 spans");
}


/* The die with the stacked cache is the one for games, also if it has CPU 0; without the core of
 * CPU 0 as long as that is possible. */
static void
test_stacked_cache (void)
{
  static const TestCores cores[] = { { 0, 8, 16, "0-7,16-23", "98304K" },
                                     { 8, 8, 16, "8-15,24-31", "32768K" },
                                     { 0 } };
  static const TestCores turned[] = { { 0, 8, 16, "0-7,16-23", "32768K" },
                                      { 8, 8, 16, "8-15,24-31", "98304K" },
                                      { 0 } };
  g_autoptr (PtTestHost) first = test_make (cores, "0-31", NULL);
  g_autoptr (PtTestHost) second = test_make (turned, "0-31", NULL);

  test_assert_share (first, 0, "1-7,17-23 | 0,8-16,24-31");
  test_assert_share (first, 6, "2-7,18-23 | 0,1,8-17,24-31");
  test_assert_share (first, 8, "0-7,16-23 | 8-15,24-31");
  test_assert_share (second, 0, "8-15,24-31 | 0-7,16-23");
}


/* Six performance cores with two threads, eight efficiency cores, one L3 cache. */
static const TestCores test_hybrid_cores[] = { { 0, 6, 1, "0-19", "24576K" },
                                               { 12, 8, 0, "0-19", "24576K" },
                                               { 0 } };
static const char      test_hybrid_lists[] = "F: /sys/devices/cpu_core/cpus\n|0-11\n\n"
                                             "F: /sys/devices/cpu_atom/cpus\n|12-19\n\n";


static void
test_hybrid (void)
{
  g_autoptr (PtTestHost) machine = test_make (test_hybrid_cores, "0-19", test_hybrid_lists);
  g_autoptr (PtCpuLayout) layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));
  const PtCore *fast = g_ptr_array_index (layout->cores, 0);
  const PtCore *slow = g_ptr_array_index (layout->cores, 13);

  g_assert_cmpuint (layout->cores->len, ==, 14);
  g_assert_cmpint (fast->kind, ==, PT_CORE_PERFORMANCE);
  g_assert_cmpint (slow->kind, ==, PT_CORE_EFFICIENCY);
  test_assert_share (machine, 0, "2-11 | 0,1,12-19");
  test_assert_share (machine, 6, "0-11 | 12-19");
  test_assert_share (machine, 8, "0-11,18,19 | 12-17 slow");
}


/* Without the kernel's lists the clocks tell; small differences do not. */
static void
test_hybrid_clocks (void)
{
  static const TestCores by_clock[] = {
    { 0, 6, 1, "0-19", "24576K", "cpufreq/cpuinfo_max_freq=5000000" },
    { 12, 8, 0, "0-19", "24576K", "cpufreq/cpuinfo_max_freq=3900000" },
    { 0 }
  };
  static const TestCores by_capacity[] = { { 0, 4, 0, "0-7", "24576K", "cpu_capacity=1024" },
                                           { 4, 4, 0, "0-7", "24576K", "cpu_capacity=640" },
                                           { 0 } };
  static const TestCores samples[] = {
    { 0, 4, 0, "0-7", "24576K", "cpufreq/cpuinfo_max_freq=5000000" },
    { 4, 4, 0, "0-7", "24576K", "cpufreq/cpuinfo_max_freq=4700000" },
    { 0 }
  };
  g_autoptr (PtTestHost) clocks = test_make (by_clock, "0-19", NULL);
  g_autoptr (PtTestHost) capacity = test_make (by_capacity, "0-7", NULL);
  g_autoptr (PtTestHost) same = test_make (samples, "0-7", NULL);

  test_assert_share (clocks, 0, "2-11 | 0,1,12-19");
  test_assert_share (capacity, 0, "1-3 | 0,4-7");
  test_assert_share (same, 0, "2-7 | 0,1");
}


/* Slow cores outside the L3 cache (Meteor Lake) leave the caches known. */
static void
test_outside_cache (void)
{
  static const TestCores cores[] = { { 0, 4, 1, "0-7", "12288K" }, { 8, 2, 0, NULL, NULL }, { 0 } };
  g_autoptr (PtTestHost) machine = test_make (cores, "0-9",
                                              "F: /sys/devices/cpu_core/cpus\n|0-7\n\n"
                                              "F: /sys/devices/cpu_atom/cpus\n|8-9\n\n");
  g_autoptr (PtCpuLayout) layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));

  g_assert_true (layout->caches_known);
  test_assert_share (machine, 0, "2-7 | 0,1,8,9");
  pt_test_host_remove (machine, "sys/devices/cpu_atom/cpus");
  g_clear_pointer (&layout, pt_cpu_layout_free);
  layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));
  g_assert_false (layout->caches_known);
}


static void
test_small (void)
{
  static const TestCores four[] = { { 0, 4, 0, "0-3", "8192K" }, { 0 } };
  static const TestCores two[] = { { 0, 2, 0, "0,1", "4096K" }, { 0 } };
  static const TestCores one[] = { { 0, 1, 1, "0,1", "4096K" }, { 0 } };
  g_autoptr (PtTestHost) quad = test_make (four, "0-3", NULL);
  g_autoptr (PtTestHost) dual = test_make (two, "0,1", NULL);
  g_autoptr (PtTestHost) single = test_make (one, "0,1", NULL);

  test_assert_share (quad, 0, "2,3 | 0,1");
  test_assert_share (quad, 4, "2,3 | 0,1");
  test_assert_share (dual, 0, "1 | 0");
  test_assert_share (single, 0, "none");
}


/* Cores that were isolated at boot are meant for the machine; those that are off do not exist. */
static void
test_isolated_offline (void)
{
  g_autoptr (PtTestHost) machine = test_make (test_two_dies, "0-23",
                                              "F: /sys/devices/system/cpu/isolated\n"
                                              "|1-3,13-15\n\n");
  static const TestCores rest[] = { { 0, 6, 12, "0-5,12-17", "32768K" },
                                    { 6, 4, 12, "6-9,18-21", "32768K" },
                                    { 0 } };
  g_autoptr (PtTestHost) off = test_make (rest, "0-9,12-21",
                                          "F: /sys/devices/system/cpu/offline\n|10,11,22,23\n\n");
  g_autoptr (PtCpuLayout) layout = pt_cpu_layout_read (pt_test_host_get_sysroot (off));

  test_assert_share (machine, 3, "1-3,13-15 | 0,4-12,16-23");
  g_assert_cmpuint (layout->offline, ==, 4);
  g_assert_cmpuint (layout->cores->len, ==, 10);
  test_assert_share (off, 0, "1-5,13-17 | 0,6-9,12,18-21");
}


/* Beyond its domain a guest stays on its NUMA node as long as it can. */
static void
test_nodes (void)
{
  static const TestCores cores[] = { { 0, 4, 0, "0-3", "16384K" },
                                     { 4, 4, 0, "4-7", "16384K" },
                                     { 8, 4, 0, "8-11", "32768K" },
                                     { 12, 4, 0, "12-15", "16384K" },
                                     { 0 } };
  static const char      nodes[] = "F: /sys/devices/system/node/node0/cpulist\n|4-11\n\n"
                                   "F: /sys/devices/system/node/node1/cpulist\n|0-3,12-15\n\n"
                                   "F: /sys/devices/system/node/online\n|0-1\n\n";
  g_autoptr (PtTestHost) machine = test_make (cores, "0-15", nodes);

  test_assert_share (machine, 0, "8-11 | 0-7,12-15");
  test_assert_share (machine, 6, "6-11 | 0-5,12-15 spans");
}


/* Each input broken in turn: never a wrong share, and what is unclear is said to be. */
static void
test_broken (void)
{
  static const struct
  {
    const char *name;
    const char *text; /* NULL = removed */
    gboolean    known, caches_known;
  } cases[] = {
    { "online", NULL, FALSE, FALSE },
    { "online", "", FALSE, FALSE },
    { "online", "0-", FALSE, FALSE },
    { "online", "0-22", FALSE, FALSE },
    { "cpu3/topology/thread_siblings_list", NULL, FALSE, FALSE },
    { "cpu3/topology/thread_siblings_list", "", FALSE, FALSE },
    { "cpu3/topology/thread_siblings_list", "4,16", FALSE, FALSE },
    { "cpu3/topology/thread_siblings_list", "0-23", FALSE, FALSE },
    { "cpu3/topology/thread_siblings_list", "2,3", FALSE, FALSE },
    { "cpu3/topology/physical_package_id", NULL, TRUE, TRUE },
    { "cpu0/cache/index3/shared_cpu_list", NULL, TRUE, TRUE }, /* its neighbour says it */
    { "cpu0/cache/index3/shared_cpu_list", "garble", TRUE, TRUE },
    { "cpu0/cache/index3/size", NULL, TRUE, FALSE },
    { "cpu0/cache/index3/size", "huge", TRUE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = test_make (test_two_dies, "0-23", NULL);
      g_autofree char *name = g_build_filename ("sys/devices/system/cpu", cases[i].name, NULL);
      g_autoptr (PtCpuLayout) layout = NULL;
      g_autofree char *share = NULL;

      if (cases[i].text != NULL)
        pt_test_host_write (machine, name, cases[i].text);
      else
        pt_test_host_remove (machine, name);
      layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));
      g_test_message ("%s: %s", cases[i].name, cases[i].text);
      g_assert_cmpint (layout->known, ==, cases[i].known);
      g_assert_cmpint (layout->caches_known, ==, cases[i].caches_known);
      share = test_share (layout, 0);
      g_assert_cmpstr (share, ==, cases[i].known ? "6-11,18-23 | 0-5,12-17" : "none");
    }
}


/* Where sysfs does not tell, cpuinfo gives the cores but no caches. */
static void
test_fallback (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
  g_autoptr (GString) text = g_string_new ("F: /proc/cpuinfo\n");
  g_autoptr (PtCpuLayout) layout = NULL;

  for (guint i = 0; i < 8; i++)
    g_string_append_printf (text, "|processor : %u\n|physical id : 0\n|core id : %u\n|\n", i,
                            i % 4);
  g_string_append_c (text, '\n');
  pt_test_host_add (machine, text->str);
  layout = pt_cpu_layout_read (pt_test_host_get_sysroot (machine));
  g_assert_true (layout->known);
  g_assert_false (layout->caches_known);
  test_assert_share (machine, 0, "2,3,6,7 | 0,1,4,5");
}


static void
test_check (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = pt_test_host_report (machine);
  PtCheck         *check = pt_report_get_check (report, PT_CHECK_CPU_LAYOUT);
  g_autofree char *verdict = pt_test_host_verdict (report, PT_CHECK_CPU_LAYOUT);

  g_assert_cmpstr (verdict, ==, "pass");
  g_assert_cmpstr (pt_check_get_evidence (check), ==,
                   "cores: 12, threads: 24, switched off: 0\n"
                   "L3 cache 0 of 32 MiB: 6 cores, threads 0-5,12-17\n"
                   "L3 cache 1 of 32 MiB: 6 cores, threads 6-11,18-23\n"
                   "suggestion: 6 cores for the guest (threads 6-11,18-23), 6 for the host "
                   "(threads 0-5,12-17)");
}


static void
test_check_few (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = NULL;
  g_autofree char *verdict = NULL;
  g_autofree char *unknown = NULL;

  pt_test_host_write (machine, "sys/devices/system/cpu/online", "0-2,12-14\n");
  report = pt_test_host_report (machine);
  verdict = pt_test_host_verdict (report, PT_CHECK_CPU_LAYOUT);
  g_assert_cmpstr (verdict, ==, "warn fix-few-cores");

  pt_test_host_remove (machine, "sys/devices/system/cpu/online");
  pt_test_host_remove (machine, "proc/cpuinfo");
  g_clear_object (&report);
  report = pt_test_host_report (machine);
  unknown = pt_test_host_verdict (report, PT_CHECK_CPU_LAYOUT);
  g_assert_cmpstr (unknown, ==, "unknown");
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/host/cpu-layout/list", test_list);
  g_test_add_func ("/host/cpu-layout/mask", test_mask);
  g_test_add_func ("/host/cpu-layout/size", test_size);
  g_test_add_func ("/host/cpu-layout/cpuinfo", test_cpuinfo);
  g_test_add_func ("/host/cpu-layout/dies", test_dies);
  g_test_add_func ("/host/cpu-layout/stacked-cache", test_stacked_cache);
  g_test_add_func ("/host/cpu-layout/hybrid", test_hybrid);
  g_test_add_func ("/host/cpu-layout/hybrid-clocks", test_hybrid_clocks);
  g_test_add_func ("/host/cpu-layout/outside-cache", test_outside_cache);
  g_test_add_func ("/host/cpu-layout/small", test_small);
  g_test_add_func ("/host/cpu-layout/isolated-offline", test_isolated_offline);
  g_test_add_func ("/host/cpu-layout/nodes", test_nodes);
  g_test_add_func ("/host/cpu-layout/broken", test_broken);
  g_test_add_func ("/host/cpu-layout/fallback", test_fallback);
  g_test_add_func ("/host/cpu-layout/check", test_check);
  g_test_add_func ("/host/cpu-layout/check-few", test_check_few);

  return g_test_run ();
}
