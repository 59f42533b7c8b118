/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-host"

#include "config.h"

#include "pt-host.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "pt-pci-names.h"
#include "pt-test-host.h"


static void
test_host_cards (void)
{
  static const struct
  {
    const char *host;
    const char *card;
    gboolean    host_display;
    const char *blockers;
  } cases[] = {
    { "sample", "2f:00.0", FALSE, "" },
    { "sample", "32:00.1", TRUE, "0000:32:00.0 host-display" },
    { "intel-four-functions", "01:00.2", FALSE, "" },
    { "intel-four-functions", "00:02.0", TRUE, "0000:00:02.0 host-display" },
    { "single-card", "08:00.0", TRUE, "0000:08:00.0 only-gpu" },
    { "identical-cards", "0c:00.0", FALSE, "" },
    { "no-isolation", "06:00.0", FALSE,
      "0000:02:00.0 foreign-device, 0000:02:00.1 foreign-device, 0000:04:00.0 foreign-device" },
    { "iommu-off-firmware", "26:00.0", FALSE, "0000:26:00.0 no-group, 0000:26:00.1 no-group" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new (cases[i].host);
      g_autoptr (PtHost) host = pt_test_host_scan (machine);
      PtGpu           *gpu = pt_test_host_gpu (host, cases[i].card);
      g_autofree char *blockers = pt_test_host_blockers (gpu);

      g_assert_cmpstr (blockers, ==, cases[i].blockers);
      g_assert_cmpint (pt_gpu_is_host_display (gpu), ==, cases[i].host_display);
      g_assert_cmpint (pt_gpu_is_suitable (gpu), ==, *cases[i].blockers == '\0');
    }
}


/* A root port in the card's group stays and does not count; the four functions come along. */
static void
test_host_root_port (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("intel-four-functions");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  PtGpu *gpu = pt_test_host_gpu (host, "01:00.0");

  g_assert_cmpuint (pt_gpu_get_functions (gpu)->len, ==, 4);
  g_assert_cmpuint (pt_gpu_get_groups (gpu)->len, ==, 1);
  g_assert_cmpuint (pt_gpu_get_group_mates (gpu)->len, ==, 1);
  g_assert_cmpint (pt_device_get_kind (g_ptr_array_index (pt_gpu_get_group_mates (gpu), 0)), ==,
                   PT_DEVICE_BRIDGE);
}


/* A second monitor on another card: then this one may go. A drive of the host in the group: two
 * reasons. */
static void
test_host_card_changes (void)
{
  g_autoptr (PtTestHost) sample = pt_test_host_new ("sample");
  g_autoptr (PtTestHost) board = pt_test_host_new ("no-isolation");
  g_autoptr (PtHost) two_monitors = NULL;
  g_autoptr (PtHost) drive = NULL;
  g_autofree char *blockers = NULL;

  pt_test_host_write (sample, "sys/class/drm/card0-DP-1/status", "connected\n");
  two_monitors = pt_test_host_scan (sample);
  g_assert_true (pt_gpu_is_suitable (pt_test_host_gpu (two_monitors, "32:00.0")));
  g_assert_cmpint (pt_device_get_monitors (pt_test_host_device (two_monitors, "2f:00.0")), ==, 1);

  pt_test_host_add (
    board, "P: /devices/pci0000:00/0000:00:01.3/0000:02:00.1/ata1/block/sda\n"
           "E: SUBSYSTEM=block\nA: dev=8:0\n\nF: /etc/fstab\n|/dev/sda /home ext4 x 0 0\n");
  drive = pt_test_host_scan (board);
  blockers = pt_test_host_blockers (pt_test_host_gpu (drive, "06:00.0"));
  g_assert_nonnull (strstr (blockers, "0000:02:00.1 foreign-device, 0000:02:00.1 in-use"));
}


static void
test_host_groups (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (GArray) groups = pt_host_get_groups (host);
  g_autoptr (GPtrArray) group = pt_host_get_group (host, 14);
  g_autoptr (GPtrArray) none = pt_host_get_group (host, 99);
  PtAddress missing = { 0, 0xff, 0, 0 };

  g_assert_cmpuint (groups->len, ==, 38);
  for (guint i = 0; i < groups->len; i++)
    g_assert_cmpint (g_array_index (groups, int, i), ==, (int)i);
  g_assert_cmpuint (group->len, ==, 8);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_null (pt_host_find_device (host, &missing));
  g_assert_null (pt_host_find_gpu (host, &missing));
}


static void
test_host_async (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtTestHost) empty = pt_test_host_new_empty ();
  g_autoptr (GAsyncResult) good = NULL;
  g_autoptr (GAsyncResult) bad = NULL;
  g_autoptr (PtHost) host = NULL;
  g_autoptr (GError) error = NULL;

  pt_host_scan_async (pt_test_host_get_sysroot (machine), NULL, pt_test_result_cb, &good);
  pt_test_await_pointer (&good, 20);
  host = pt_host_scan_finish (pt_test_host_get_sysroot (machine), good, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pt_device_get_short_name (pt_test_host_device (host, "2f:00.0")), ==,
                   "Radeon RX 6700 XT");

  pt_host_scan_async (pt_test_host_get_sysroot (empty), NULL, pt_test_result_cb, &bad);
  pt_test_await_pointer (&bad, 20);
  g_assert_null (pt_host_scan_finish (pt_test_host_get_sysroot (empty), bad, &error));
  g_assert_error (error, PT_HOST_ERROR, PT_HOST_ERROR_NO_PCI);
}


/* Names are a comfort: without a list, and with a damaged one, the ids stand in. */
static void
test_host_names (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char         *list = g_build_filename (folder, "pci.ids", NULL);
  g_autofree char         *none = g_build_filename (folder, "none", NULL);
  static const char *const contents[] = {
    "", "zzzz\n", "1002  AMD\n\t73zz\n", "\t73df  early\n", "\xff\xfe\x00", "C\n"
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) named = pt_test_host_scan (machine);
  g_autoptr (PtHost) unnamed = pt_test_host_scan (machine);
  g_autofree char *vendor = NULL;

  pt_test_write (folder, "pci.ids",
                 "1002  Maker of cards\n\t73df  Chip [Card]\n\t\t148c 2413  Board\n");
  pt_pci_names_set_file (list);
  g_assert_cmpstr (pt_device_get_name (pt_test_host_device (named, "2f:00.0")), ==, "Chip [Card]");
  g_assert_cmpstr (pt_device_get_name (pt_test_host_device (named, "32:00.0")), ==, "1002:73ff");
  g_assert_cmpstr (pt_device_get_vendor_name (pt_test_host_device (named, "2f:00.0")), ==,
                   "Maker of cards");

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *name = NULL;

      pt_test_write (folder, "pci.ids", contents[i]);
      pt_pci_names_set_file (list);
      name = pt_pci_names_device (0x1002, 0x73df);
      g_assert_null (name);
    }
  pt_pci_names_set_file (none);
  vendor = pt_pci_names_vendor (0x1002);
  g_assert_null (vendor);
  g_assert_cmpstr (pt_device_get_name (pt_test_host_device (unnamed, "2f:00.0")), ==, "1002:73df");
  pt_pci_names_set_file (NULL);
}


/* Files and links below @folder, by name below the tree. */
static void
test_host_collect (const char *tree,
                   const char *name,
                   GPtrArray  *names)
{
  g_autofree char *path = g_build_filename (tree, name, NULL);
  g_autoptr (GDir) folder = NULL;
  const char *child = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_ptr_array_add (names, g_strdup (name));
      return;
    }
  folder = g_dir_open (path, 0, NULL);
  while (folder != NULL && (child = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child_name = g_build_filename (name, child, NULL);

      test_host_collect (tree, child_name, names);
    }
}


typedef struct
{
  const char *host;
  PtCheckId   id;
} TestHostDamage;

/* Nothing damaged may turn a check that does not pass into one that does, and the card that shows
 * the desktop never becomes free. Without @row: the sample, whose storage check may pass only
 * while the drive of / is known. */
static void
test_host_judge (const TestHostDamage *row,
                 PtTestHost           *machine)
{
  g_autoptr (PtHost) host = NULL;
  g_autoptr (PtReport) report = NULL;
  g_autoptr (GError) error = NULL;
  PtAddress root = { 0, 1, 0, 0 }, shown = { 0, 0x32, 0, 0 };

  host = pt_host_scan (pt_test_host_get_sysroot (machine), NULL, &error);
  if (host == NULL)
    {
      g_assert_nonnull (error);
      return;
    }
  report = pt_report_new (host);
  if (row->id != PT_CHECK_STORAGE)
    g_assert_cmpint (pt_check_get_status (pt_report_get_check (report, row->id)), !=,
                     PT_STATUS_PASS);
  else
    {
      PtDevice *drive = pt_host_find_device (host, &root);
      PtGpu    *gpu = pt_host_find_gpu (host, &shown);

      if (pt_check_get_status (pt_report_get_check (report, row->id)) == PT_STATUS_PASS &&
          drive != NULL)
        g_assert_true (g_strv_contains (pt_device_get_in_use (drive), "/"));
      if (gpu != NULL)
        g_assert_false (pt_gpu_is_suitable (gpu));
    }
}


static void
test_host_damage_one (const TestHostDamage *row,
                      PtTestHost           *machine,
                      const char           *name)
{
  static const char *const contents[] = { "", "\x01garbage\xff\n", "0xffffffffffffffffffff" };
  g_autofree char         *path = g_build_filename (pt_test_host_get_folder (machine), name, NULL);
  g_autofree char         *aside = g_strconcat (path, ".aside", NULL);

  g_assert_cmpint (g_rename (path, aside), ==, 0);
  for (gsize i = 0; i <= G_N_ELEMENTS (contents); i++)
    {
      if (i > 0)
        g_assert_true (g_file_set_contents (path, contents[i - 1], -1, NULL));
      test_host_judge (row, machine);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rename (aside, path), ==, 0);
}


/* Each file and link in turn removed, emptied and filled with rubbish. */
static void
test_host_damage (gconstpointer data)
{
  static const char *const folders[] = { "sys/devices/pci0000:00", "sys/class", "sys/firmware",
                                         "proc", "etc/fstab" };
  const TestHostDamage    *row = data;
  g_autoptr (PtTestHost) machine = pt_test_host_new (row->host);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *before = pt_test_describe_tree (pt_test_host_get_folder (machine));
  g_autofree char *after = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    test_host_collect (pt_test_host_get_folder (machine), folders[i], names);
  g_assert_cmpuint (names->len, >, 50);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      /* The sample is large: of its devices only what the rules look at hardest. */
      if (row->id == PT_CHECK_STORAGE && strstr (name, "0000:32:00") == NULL &&
          strstr (name, "0000:01:00.0") == NULL && g_str_has_prefix (name, "sys/devices"))
        continue;
      test_host_damage_one (row, machine, name);
    }
  after = pt_test_describe_tree (pt_test_host_get_folder (machine));
  g_assert_cmpuint (strlen (before), ==, strlen (after));
}


int
main (int    argc,
      char **argv)
{
  static const TestHostDamage damages[] = {
    { "no-isolation", PT_CHECK_GUEST_GPU_ISOLATED },
    { "single-card", PT_CHECK_TWO_GPUS },
    { "iommu-off-firmware", PT_CHECK_IOMMU_ACTIVE },
    { "iommu-off-kernel", PT_CHECK_IOMMU_ACTIVE },
    { "sample", PT_CHECK_STORAGE },
  };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/host/cards", test_host_cards);
  g_test_add_func ("/host/host/root-port", test_host_root_port);
  g_test_add_func ("/host/host/card-changes", test_host_card_changes);
  g_test_add_func ("/host/host/groups", test_host_groups);
  g_test_add_func ("/host/host/async", test_host_async);
  g_test_add_func ("/host/host/names", test_host_names);
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/host/host/damage/", damages[i].host, NULL);

      g_test_add_data_func (path, &damages[i], test_host_damage);
    }
  return g_test_run ();
}
