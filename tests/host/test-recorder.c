/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-recorder"

#include "config.h"

#include "pt-recorder.h"

#include <string.h>
#include <sys/stat.h>

#include "pt-recorder-private.h"
#include "pt-test-host.h"


/* What a report says, but for the words of evidence about how it was read. */
static char *
test_recorder_summary (PtTestHost *host)
{
  g_autoptr (PtReport) report = pt_test_host_report (host);
  g_autoptr (JsonNode) node = pt_report_to_json (report);
  JsonArray *checks = json_object_get_array_member (json_node_get_object (node), "checks");

  for (guint i = 0; i < json_array_get_length (checks); i++)
    json_object_remove_member (json_array_get_object_element (checks, i), "evidence");
  return json_to_string (node, TRUE);
}


static PtTestHost *
test_recorder_replay (PtTestHost *original,
                      char      **recording)
{
  g_autoptr (PtTestHost) copy = pt_test_host_new_empty ();
  g_autoptr (GError) error = NULL;

  *recording = pt_recorder_record (pt_test_host_get_sysroot (original), "a\ntest", NULL, &error);
  g_assert_no_error (error);
  pt_test_host_add (copy, *recording);
  return g_steal_pointer (&copy);
}


static void
test_recorder_same_report (gconstpointer data)
{
  g_autoptr (PtTestHost) original = pt_test_host_new (data);
  g_autoptr (PtTestHost) copy = NULL;
  g_autoptr (PtTestHost) second = NULL;
  g_autofree char *recording = NULL;
  g_autofree char *again = NULL;
  g_autofree char *expected = test_recorder_summary (original);
  g_autofree char *actual = NULL;

  copy = test_recorder_replay (original, &recording);
  actual = test_recorder_summary (copy);
  g_assert_cmpstr (expected, ==, actual);

  /* And a recording of the recording says the same. */
  second = test_recorder_replay (copy, &again);
  g_clear_pointer (&actual, g_free);
  actual = test_recorder_summary (second);
  g_assert_cmpstr (expected, ==, actual);
}


/* Private things in every place that is read. */
static void
test_recorder_private (void)
{
  static const char *const secrets[] = {
    "alice", "secretbox", "12345678-9abc-def0-1234-56789abcdef0",
    "S3RIALNUMB3R", "aa:bb:cc:dd:ee:ff", "wlan-key"
  };
  g_autoptr (PtTestHost) original = pt_test_host_new ("sample");
  g_autoptr (PtTestHost) copy = NULL;
  g_autofree char *recording = NULL;

  pt_test_host_write (
    original, "proc/cmdline",
    "BOOT_IMAGE=/alice root=UUID=12345678-9abc-def0-1234-56789abcdef0 intel_iommu=on "
    "ip=10.0.0.1::secretbox wifi.psk=wlan-key rd.luks.name=alice quiet\n");
  pt_test_host_write (original, "etc/hostname", "secretbox\n");
  pt_test_host_write (
    original, "etc/default/grub",
    "GRUB_CMDLINE_LINUX_DEFAULT='quiet cryptdevice=/dev/sda:alice iommu=pt'\nX=secretbox\n");
  pt_test_host_write (original, "sys/class/dmi/id/board_serial", "S3RIALNUMB3R\n");
  pt_test_host_write (original, "sys/class/dmi/id/bios_version", "1.0 aa:bb:cc:dd:ee:ff\n");
  pt_test_host_write (original, "sys/class/net/enp37s0/address", "aa:bb:cc:dd:ee:ff\n");
  pt_test_host_write (
    original, "proc/self/mountinfo",
    "27 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n"
    "28 1 8:1 / /home/alice/secretbox rw - ext4 /dev/mapper/secretbox-alice rw\n");
  pt_test_host_write (original, "etc/fstab",
                      "UUID=12345678-9abc-def0-1234-56789abcdef0 /home/alice ext4 x 0 0\n"
                      "/dev/sda1 /media/alice ext4 x 0 0\n");

  copy = test_recorder_replay (original, &recording);
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_test_message ("%s", secrets[i]);
      g_assert_null (strstr (recording, secrets[i]));
    }
  /* What matters about them is still there. */
  g_assert_nonnull (strstr (recording, "intel_iommu=on"));
  g_assert_nonnull (strstr (recording, "quiet cryptdevice=removed iommu=pt"));
  g_assert_nonnull (strstr (recording, " /mnt/"));
}


static void
test_recorder_scrub (void)
{
  g_autofree char *text =
    pt_recorder_scrub ("a 12345678-9ABC-def0-1234-56789abcdef0 b 00:1A:2b:3c:4d:5e "
                       "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c 0000:2f:00.0");

  g_assert_cmpstr (text, ==,
                   "a 00000000-0000-0000-0000-000000000000 b 00:00:00:00:00:00 "
                   "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c 0000:2f:00.0");
}


static void
test_recorder_assert_mode (PtTestHost *host,
                           const char *name,
                           guint       mode)
{
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (host), name, NULL);
  struct stat      info = { 0 };

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, mode);
}


/* Recorded by an ordinary user where the EFI partition is root's: what the loader says of itself is
 * kept, what is on the partition is closed, and nothing is made up about it. */
static void
test_recorder_closed (void)
{
  g_autoptr (PtTestHost) original = pt_test_host_new ("arch-closed-esp");
  g_autoptr (PtTestHost) copy = pt_test_host_new_empty ();
  g_autoptr (PtSysroot) user = pt_sysroot_for_user (pt_test_host_get_sysroot (original));
  g_autoptr (PtSysroot) replayed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *recording = pt_recorder_record (user, NULL, NULL, &error);
  g_autoptr (PtHost) before = NULL;
  g_autoptr (PtHost) after = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (strstr (recording, "D: /boot 0700"));
  g_assert_nonnull (strstr (recording, "LoaderInfo-4a67b082"));
  g_assert_nonnull (strstr (recording, "LoaderFeatures-4a67b082"));
  g_assert_null (strstr (recording, "entries"));

  pt_test_host_add (copy, recording);
  test_recorder_assert_mode (copy, "boot", 0700);
  replayed = pt_sysroot_for_user (pt_test_host_get_sysroot (copy));
  text = pt_sysroot_read (replayed, PT_PLACE_BOOT, "loader/loader.conf", NULL, &error);
  g_assert_null (text);
  g_assert_error (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_DENIED);
  before = pt_host_scan (user, NULL, NULL);
  after = pt_host_scan (replayed, NULL, NULL);
  g_assert_cmpint (pt_host_get_facts (after)->boot_loader, ==, PT_BOOT_LOADER_SYSTEMD_BOOT);
  g_assert_cmpint (pt_host_get_facts (after)->one_shot, ==,
                   pt_host_get_facts (before)->one_shot);
}


/* No PCI bus, no recording, and an error that says so. */
static void
test_recorder_nothing (void)
{
  g_autoptr (PtTestHost) empty = pt_test_host_new_empty ();
  g_autoptr (GError) error = NULL;

  g_assert_null (pt_recorder_record (pt_test_host_get_sysroot (empty), NULL, NULL, &error));
  g_assert_error (error, PT_HOST_ERROR, PT_HOST_ERROR_NO_PCI);
}


/* Every recording in the tree: no UUID but placeholders, no MAC address, nothing that looks like
 * a serial number. */
static void
test_recorder_kept_recordings (void)
{
  g_autofree char *folder_name = g_test_build_filename (G_TEST_DIST, "hosts", NULL);
  g_autoptr (GDir) folder = g_dir_open (folder_name, 0, NULL);
  g_autoptr (GRegex) uuid = g_regex_new (
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GRegex) other = g_regex_new ("(?<![0-9a-f:])([0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])"
                                          "|serial=|wwid=|address=|unique_id=|HOSTNAME=",
                                          G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      if (g_str_has_suffix (name, ".host"))
        g_ptr_array_add (files, g_build_filename (folder_name, name, NULL));
    }
  g_ptr_array_add (files, g_test_build_filename (G_TEST_DIST, "..", "data", "sample.host", NULL));
  g_assert_cmpuint (files->len, >=, 7);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      g_test_message ("%s", (const char *)g_ptr_array_index (files, i));
      g_assert_true (g_file_get_contents (g_ptr_array_index (files, i), &text, NULL, NULL));
      g_assert_false (g_regex_match (other, text, 0, NULL));
      for (g_regex_match (uuid, text, 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL))
        {
          g_autofree char *found = g_match_info_fetch (match, 0);

          g_assert_true (g_str_has_prefix (found, "00000000-0000-0000-0000-0000000000") ||
                         g_str_equal (found, "8be4df61-93ca-11d2-aa0d-00e098032b8c") ||
                         g_str_equal (found, "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"));
        }
    }
}


int
main (int    argc,
      char **argv)
{
  static const char *const hosts[] = { "sample", "intel-four-functions",
                                       "no-isolation", "single-card",
                                       "identical-cards", "iommu-off-firmware",
                                       "iommu-off-kernel", "pop-os", "fedora-closed-boot" };

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *path = g_strconcat ("/host/recorder/same-report/", hosts[i], NULL);

      g_test_add_data_func (path, hosts[i], test_recorder_same_report);
    }
  g_test_add_func ("/host/recorder/private", test_recorder_private);
  g_test_add_func ("/host/recorder/scrub", test_recorder_scrub);
  g_test_add_func ("/host/recorder/closed", test_recorder_closed);
  g_test_add_func ("/host/recorder/nothing", test_recorder_nothing);
  g_test_add_func ("/host/recorder/kept-recordings", test_recorder_kept_recordings);
  return g_test_run ();
}
