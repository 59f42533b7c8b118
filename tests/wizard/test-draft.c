/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-draft"

#include "config.h"

#include <glib/gstdio.h>

#include "pt-machine-draft.h"
#include "pt-rescue-words.h"
#include "pt-test.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)


static void
test_limits (void)
{
  PtHostFacts     facts = { .cpu_cores = 12, .cpu_threads = 24, .memory = 32 * GIB };
  PtCpuLayout     unknown = { 0 };
  PtMachineLimits limits = { 0 };

  pt_machine_limits_for_host (&facts, &unknown, &limits);
  g_assert_cmpuint (limits.cores, ==, 6);
  g_assert_cmpuint (limits.cores_most, ==, 10);
  g_assert_cmpuint (limits.memory, ==, 16 * GIB);
  g_assert_cmpuint (limits.memory_most, ==, 28 * GIB);
  g_assert_cmpuint (limits.disk, ==, 100 * GIB);
}


/* A computer too small for the rule still gets a range with a default inside. */
static void
test_limits_small (void)
{
  PtHostFacts     facts = { .cpu_cores = 1, .cpu_threads = 2, .memory = 3 * GIB };
  PtCpuLayout     unknown = { 0 };
  PtMachineLimits limits = { 0 };

  pt_machine_limits_for_host (&facts, &unknown, &limits);
  g_assert_cmpuint (limits.cores, ==, 1);
  g_assert_cmpuint (limits.cores_most, ==, 1);
  g_assert_cmpuint (limits.memory, ==, 4 * GIB);
  g_assert_cmpuint (limits.memory_most, ==, 4 * GIB);
  facts.cpu_cores = 0;
  facts.memory = 0;
  pt_machine_limits_for_host (&facts, &unknown, &limits);
  g_assert_cmpuint (limits.cores, >=, limits.cores_least);
  g_assert_cmpuint (limits.cores, <=, limits.cores_most);
  g_assert_cmpuint (limits.memory, ==, limits.memory_least);
}


/* What this page lets through, the machine layer takes, and the other way round. */
static void
test_names (void)
{
  static const char *const good[] = { "windows", "Windows 11", "a", "9lives", "a.b-c_d",
                                      "spiel+spass" };
  static const char *const bad[] = { "", " a", "a ", "-a", ".a", "a/b", "a:b", "a\nb", "ä<b" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *problem = pt_machine_draft_check_name (good[i]);
      g_autoptr (PtMachineSpec) spec = pt_machine_spec_new (good[i]);

      g_assert_null (problem);
      g_assert_true (pt_machine_spec_validate (spec, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *problem = pt_machine_draft_check_name (bad[i]);
      g_autoptr (PtMachineSpec) spec = pt_machine_spec_new (bad[i]);

      g_assert_nonnull (problem);
      g_assert_false (pt_machine_spec_validate (spec, NULL));
    }
}


static void
test_name_length (void)
{
  g_autofree char *fits = g_strnfill (64, 'a');
  g_autofree char *long_name = g_strnfill (65, 'a');
  g_autofree char *none = pt_machine_draft_check_name (fits);
  g_autofree char *problem = pt_machine_draft_check_name (long_name);
  g_autofree char *missing = pt_machine_draft_check_name (NULL);

  g_assert_null (none);
  g_assert_nonnull (problem);
  g_assert_nonnull (missing);
}


static void
test_iso (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "windows.iso", NULL);
  g_autofree char *missing = pt_machine_draft_check_iso (path);
  g_autofree char *none = pt_machine_draft_check_iso (NULL);
  g_autofree char *directory = pt_machine_draft_check_iso (folder);
  g_autofree char *relative = pt_machine_draft_check_iso ("windows.iso");
  g_autofree char *there = NULL;

  g_assert_nonnull (missing);
  g_assert_null (none);
  g_assert_nonnull (directory);
  g_assert_nonnull (relative);
  pt_test_write (folder, "windows.iso", "x");
  there = pt_machine_draft_check_iso (path);
  g_assert_null (there);
}


static void
test_words (void)
{
  PtMachineLimits  limits = { .host_cores = 8, .host_memory = 32 * GIB };
  g_autofree char *cores = pt_machine_draft_cores_words (&limits, NULL, 6);
  g_autofree char *all = pt_machine_draft_cores_words (&limits, NULL, 8);
  g_autofree char *memory = pt_machine_draft_memory_words (&limits, 8 * GIB);

  g_assert_cmpstr (cores, ==, "2 cores stay with this computer, so that it keeps answering.");
  g_assert_cmpstr (all, ==, "The machine shares all cores with this computer.");
  g_assert_cmpstr (memory, ==,
                   "Set aside while the machine runs; 24 GiB stay with this computer.");
}


/* A processor of two dies with six cores of two threads each, as a folder. */
static PtCpuLayout *
read_two_dies (const char *folder)
{
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory (folder);

  for (guint cpu = 0; cpu < 24; cpu++)
    {
      g_autofree char *siblings = g_strdup_printf ("%u,%u\n", cpu % 12, cpu % 12 + 12);
      g_autofree char *base = g_strdup_printf ("sys/devices/system/cpu/cpu%u", cpu);
      g_autofree char *threads = g_build_filename (base, "topology/thread_siblings_list", NULL);
      g_autofree char *shared = g_build_filename (base, "cache/index3/shared_cpu_list", NULL);
      g_autofree char *size = g_build_filename (base, "cache/index3/size", NULL);

      pt_test_write (folder, threads, siblings);
      pt_test_write (folder, shared, cpu % 12 < 6 ? "0-5,12-17\n" : "6-11,18-23\n");
      pt_test_write (folder, size, "32768K\n");
    }
  pt_test_write (folder, "sys/devices/system/cpu/online", "0-23\n");
  return pt_cpu_layout_read (sysroot);
}


/* What the picture shows is what the machine gets. */
static void
test_pins (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtCpuLayout) layout = read_two_dies (folder);
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("windows");
  g_autofree char *xml = NULL;
  PtHostFacts      facts = { .memory = 32 * GIB };
  PtMachineLimits  limits = { 0 };
  g_autoptr (GError) error = NULL;

  pt_machine_limits_for_host (&facts, layout, &limits);
  g_assert_cmpuint (limits.cores, ==, 6);
  g_assert_cmpuint (limits.cores_most, ==, 10);
  spec->cores = limits.cores;
  pt_machine_draft_pin (spec, layout);
  g_assert_cmpuint (g_strv_length (spec->pins), ==, 6);
  g_assert_cmpstr (spec->pins[0], ==, "6,18");
  g_assert_cmpstr (spec->pins[5], ==, "11,23");
  g_assert_cmpstr (spec->emulator_pin, ==, "0-5,12-17");
  xml = pt_machine_spec_to_xml (spec, &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_strstr_len (xml, -1, "<vcpupin vcpu=\"5\" cpuset=\"11,23\"/>"));

  /* More than the picture allows is not half tied. */
  spec->cores = 11;
  pt_machine_draft_pin (spec, layout);
  g_assert_null (spec->pins);
  g_assert_null (spec->emulator_pin);
  g_assert_true (pt_machine_spec_validate (spec, NULL));
}


static void
test_words_of_cores (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autoptr (PtCpuLayout) layout = read_two_dies (folder);
  PtMachineLimits  limits = { .host_cores = 12 };
  g_autofree char *good = pt_machine_draft_cores_words (&limits, layout, 6);
  g_autofree char *across = pt_machine_draft_cores_words (&limits, layout, 8);

  g_assert_cmpstr (good, ==, "6 cores stay with this computer, so that it keeps answering.");
  g_assert_cmpstr (across, ==,
                   "These do not share one cache; games run more evenly with fewer cores.");
}


static void
test_rescue (void)
{
  static const char *const parameters[] = { "vfio-pci.ids=1002:73df", "quiet", NULL };
  g_autofree char         *words = pt_rescue_words (parameters);
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  g_autoptr (PtSysroot) tree = pt_sysroot_new_directory ("/a tree");
  g_autofree char *command = pt_rescue_command (host);
  g_autofree char *rehearsed = pt_rescue_command (tree);
  g_autofree char *photo = pt_rescue_photo (parameters, command);

  g_assert_nonnull (strstr (words, "vfio-pci.ids=…, quiet"));
  g_assert_null (strstr (words, "1002"));
  g_assert_nonnull (strstr (photo, command));
  /* On the computer itself it is always the installed one: only that one serves it. */
  g_assert_cmpstr (command, ==, "sudo " PT_LIBEXEC_DIR "/passthru-helper --undo");
  /* In a rehearsal the computer's own set-up is not what is taken back. */
  g_assert_true (g_str_has_suffix (rehearsed, "/passthru-helper --undo --sysroot='/a tree'"));
  g_assert_null (strstr (rehearsed, "sudo"));
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/wizard/draft/limits", test_limits);
  g_test_add_func ("/wizard/draft/limits-small", test_limits_small);
  g_test_add_func ("/wizard/draft/names", test_names);
  g_test_add_func ("/wizard/draft/name-length", test_name_length);
  g_test_add_func ("/wizard/draft/iso", test_iso);
  g_test_add_func ("/wizard/draft/words", test_words);
  g_test_add_func ("/wizard/draft/words-of-cores", test_words_of_cores);
  g_test_add_func ("/wizard/draft/pins", test_pins);
  g_test_add_func ("/wizard/draft/rescue", test_rescue);

  return g_test_run ();
}
