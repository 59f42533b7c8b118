/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-groups"

#include "config.h"

#include <string.h>

#include "pt-acs-override.h"
#include "pt-group-words.h"
#include "pt-test-host.h"

/* What the view of the groups says about computers that are as they should be, and about those
 * that are not. */

/* As kallsyms shows it to an ordinary user: names without addresses. */
#define SYMBOLS_PLAIN "0000000000000000 t pci_dev_specific_acs_enabled\n"
#define SYMBOLS_PATCHED SYMBOLS_PLAIN "0000000000000000 t pcie_acs_overrides\n"


static char *
join_advice (PtHost     *host,
             const char *card,
             PtTri       override)
{
  g_auto (GStrv) advice = pt_group_words_advice (host, pt_test_host_gpu (host, card), override);

  return g_strjoinv ("\n", advice);
}


static void
test_isolated (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  PtGpu           *card = pt_test_host_gpu (host, "2f:00.0");
  g_autofree char *words = pt_group_words_card (card);
  g_autofree char *advice = join_advice (host, "2f:00.0", PT_TRI_TRUE);

  g_assert_false (pt_card_shares_groups (card));
  g_assert_nonnull (strstr (words, "is isolated"));
  g_assert_cmpstr (advice, ==, "");
}


/* The plain advice comes first; the override only where the kernel has it. */
static void
test_shared (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("no-isolation");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  PtGpu           *card = pt_test_host_gpu (host, "06:00.0");
  g_autofree char *words = pt_group_words_card (card);
  g_autofree char *plain = join_advice (host, "06:00.0", PT_TRI_FALSE);
  g_autofree char *unknown = join_advice (host, "06:00.0", PT_TRI_UNKNOWN);
  g_autofree char *patched = join_advice (host, "06:00.0", PT_TRI_TRUE);

  g_assert_true (pt_card_shares_groups (card));
  g_assert_nonnull (strstr (words, "is not isolated"));
  g_assert_true (g_str_has_prefix (plain, "Put the card into another slot."));
  g_assert_nonnull (strstr (plain, "ACS"));
  g_assert_null (strstr (plain, "pcie_acs_override"));
  g_assert_cmpstr (unknown, ==, plain);
  g_assert_true (g_str_has_prefix (patched, plain));
  g_assert_nonnull (strstr (patched, "pcie_acs_override=downstream,multifunction"));
  g_assert_nonnull (strstr (patched, "memory of this computer"));
}


/* A kernel that was already told to split is not told again. */
static void
test_asked (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("no-isolation");
  g_autoptr (PtHost) host = NULL;
  g_autofree char *advice = NULL;

  pt_test_host_write (machine, "proc/cmdline",
                      "BOOT_IMAGE=/vmlinuz root=/dev/sda1 pcie_acs_override=downstream\n");
  host = pt_test_host_scan (machine);
  g_assert_true (pt_acs_override_is_asked (pt_host_get_facts (host)));
  advice = join_advice (host, "06:00.0", PT_TRI_TRUE);
  g_assert_nonnull (strstr (advice, "already asks the kernel"));
  g_assert_null (strstr (advice, "=downstream,multifunction"));
}


static void
test_override (void)
{
  static const struct
  {
    const char *symbols;
    PtTri       found;
  } cases[] = {
    { SYMBOLS_PATCHED, PT_TRI_TRUE },
    { SYMBOLS_PLAIN, PT_TRI_FALSE },
    { "", PT_TRI_UNKNOWN },
    { "0000000000000000 t my_pcie_acs_overrides\n", PT_TRI_FALSE },
    { "\xff\xfe\x00garbage", PT_TRI_FALSE },
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
  PtSysroot *sysroot = pt_test_host_get_sysroot (machine);

  g_assert_cmpint (pt_acs_override_probe (sysroot, NULL), ==, PT_TRI_UNKNOWN);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      pt_test_host_write (machine, "proc/kallsyms", cases[i].symbols);
      g_assert_cmpint (pt_acs_override_probe (sysroot, NULL), ==, cases[i].found);
    }
}


static void
test_no_groups (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("iommu-off-kernel");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  GPtrArray       *gpus = pt_host_get_gpus (host);
  g_autofree char *words = pt_group_words_card (g_ptr_array_index (gpus, 0));
  g_autofree char *title = pt_group_words_title (-1);

  g_assert_nonnull (strstr (words, "in no group yet"));
  g_assert_cmpstr (title, ==, "No group");
}


static void
test_verdicts (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (GPtrArray) card = pt_host_get_group (host, 28);
  g_autoptr (GPtrArray) bridge = g_ptr_array_new ();
  GPtrArray       *devices = pt_host_get_devices (host);
  g_autofree char *one = pt_group_words_verdict (card);
  g_autofree char *none = NULL;

  for (guint i = 0; i < devices->len && bridge->len == 0; i++)
    {
      if (pt_device_get_kind (g_ptr_array_index (devices, i)) == PT_DEVICE_BRIDGE)
        g_ptr_array_add (bridge, g_ptr_array_index (devices, i));
    }
  none = pt_group_words_verdict (bridge);
  g_assert_nonnull (strstr (one, "by itself"));
  g_assert_nonnull (strstr (none, "Only bridges"));
}


/* The root disk's group says whose it is. */
static void
test_in_use (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("nvme-twins");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  GPtrArray *devices = pt_host_get_devices (host);
  guint      used = 0;

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);
      g_autoptr (GPtrArray) members = pt_host_get_group (host, pt_device_get_group (device));
      g_autofree char *words = pt_group_words_verdict (members);

      if (*pt_device_get_in_use (device) == NULL)
        continue;
      g_assert_true (g_str_has_prefix (words, "Stays with this computer, which uses "));
      used++;
    }
  g_assert_cmpuint (used, >, 0);
}


static void
test_match (void)
{
  static const struct
  {
    const char *query;
    gboolean    matches;
  } cases[] = {
    { "", TRUE },
    { "radeon", TRUE },
    { "RADEON 6700", TRUE },
    { "2f:00.0", TRUE },
    { "1002:73df amdgpu", TRUE },
    { "group 28", TRUE },
    { "gpu", TRUE },
    { "nvme", FALSE },
    { "radeon nvme", FALSE },
    { "%s \xc3\x9f", FALSE },
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  PtDevice *card = pt_test_host_device (host, "0000:2f:00.0");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("“%s”", cases[i].query);
      g_assert_cmpint (pt_group_words_match (card, cases[i].query), ==, cases[i].matches);
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/wizard/groups/isolated", test_isolated);
  g_test_add_func ("/wizard/groups/shared", test_shared);
  g_test_add_func ("/wizard/groups/asked", test_asked);
  g_test_add_func ("/wizard/groups/override", test_override);
  g_test_add_func ("/wizard/groups/no-groups", test_no_groups);
  g_test_add_func ("/wizard/groups/verdicts", test_verdicts);
  g_test_add_func ("/wizard/groups/in-use", test_in_use);
  g_test_add_func ("/wizard/groups/match", test_match);

  return g_test_run ();
}
