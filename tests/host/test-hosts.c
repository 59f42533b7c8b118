/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-hosts"

#include "config.h"

#include <string.h>

#include "pt-pci-names.h"
#include "pt-test-host.h"

/* What the checks say about every recorded host, as it was read line by line once: in
 * tests/host/reports NAME.report has each check's status and fix, and NAME.txt is what `--check`
 * prints, with all evidence and words. PASSTHRU_UPDATE_REPORTS=1 writes them anew, to be read
 * again. */


static void
append_checks (GString  *text,
               PtReport *report)
{
  for (guint id = 0; id < PT_CHECK_LAST; id++)
    {
      g_autofree char *verdict = pt_test_host_verdict (report, id);

      g_string_append_printf (text, "%s: %s\n", pt_check_id_to_name (id), verdict);
    }
}


static void
append_cards (GString *text,
              PtHost  *host)
{
  GPtrArray *gpus = pt_host_get_gpus (host);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu           *gpu = g_ptr_array_index (gpus, i);
      PtDevice        *device = pt_gpu_get_device (gpu);
      g_autofree char *blockers = pt_test_host_blockers (gpu);

      g_string_append_printf (text, "card %s %s: %s\n", pt_device_get_address_string (device),
                              pt_device_get_id (device),
                              *blockers != '\0' ? blockers : "nothing in the way");
    }
}


/* Against reports/NAME.ENDING. */
static void
compare (const char *name,
         const char *ending,
         const char *text)
{
  g_autofree char *base = g_strconcat (name, ending, NULL);
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "host", "reports", base, NULL);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("PASSTHRU_UPDATE_REPORTS") != NULL)
    g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
  g_file_get_contents (file, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}


/* What @sysroot looks like, in short; @text (out, nullable) in full. */
static char *
summarize (PtSysroot *sysroot,
           char     **text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHost) host = pt_host_scan (sysroot, NULL, &error);
  g_autoptr (PtReport) report = NULL;
  g_autoptr (GString) summary = g_string_new (NULL);

  g_assert_no_error (error);
  report = pt_report_new (host);
  append_checks (summary, report);
  append_cards (summary, host);
  if (pt_host_get_facts (host)->one_shot == PT_ONE_SHOT_ROOT_ONLY)
    g_string_append (summary, "trial: root-only\n");
  if (text != NULL)
    *text = pt_report_to_text (report);
  return g_string_free (g_steal_pointer (&summary), FALSE);
}


/* As an ordinary user of that computer sees it; and, where that is more, as its root does. */
static void
test_host (gconstpointer data)
{
  const char *name = data;
  g_autoptr (PtTestHost) machine = pt_test_host_new (name);
  g_autoptr (PtSysroot) user = pt_sysroot_for_user (pt_test_host_get_sysroot (machine));
  g_autofree char *text = NULL;
  g_autofree char *seen = summarize (user, &text);
  g_autofree char *all = summarize (pt_test_host_get_sysroot (machine), NULL);
  g_autofree char *both = g_str_equal (seen, all) ? g_strdup (seen)
                                                  : g_strconcat (seen, "as root\n", all, NULL);

  compare (name, ".report", both);
  compare (name, ".txt", text);
}


static void
add_hosts (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "hosts", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file = NULL;

  g_assert_nonnull (dir);
  g_test_add_data_func ("/host/hosts/sample", "sample", test_host);
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_strndup (file, strcspn (file, "."));
      g_autofree char *path = g_strconcat ("/host/hosts/", name, NULL);

      if (g_str_has_suffix (file, ".host"))
        g_test_add_data_func_full (path, g_steal_pointer (&name), test_host, g_free);
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* Lists of PCI ids differ from system to system: an empty one gives ids as names everywhere. */
  pt_pci_names_set_file ("/dev/null");
  add_hosts ();
  return g_test_run ();
}
