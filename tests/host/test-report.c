/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-report"

#include "config.h"

#include "pt-report.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pt-firmware-hints.h"
#include "pt-test-host.h"
#include "pt-words-private.h"
#include "pt-words.h"

/* Every host and what its checks come to; `pass` where a column is NULL. */
typedef struct
{
  const char *host;
  PtVerdict   verdict;
  const char *iommu;
  const char *two_gpus;
  const char *isolated;
  const char *collision;
  const char *framebuffer;
} TestReportRow;

static const TestReportRow test_report_rows[] = {
  { "sample", PT_VERDICT_CARE, NULL, NULL, NULL, "warn fix-id-collision", NULL },
  { "intel-four-functions", PT_VERDICT_READY, NULL, NULL, NULL, NULL, NULL },
  { "no-isolation", PT_VERDICT_NOT_YET, NULL, NULL, "fail fix-isolation", NULL, NULL },
  { "single-card", PT_VERDICT_NOT_YET, NULL, "fail fix-second-gpu", "unknown", NULL, "unknown" },
  { "identical-cards", PT_VERDICT_CARE, NULL, NULL, NULL, "warn fix-id-collision", NULL },
  { "iommu-off-firmware", PT_VERDICT_NOT_YET, "fail fix-iommu-firmware", NULL, "unknown", NULL,
    NULL },
  { "iommu-off-kernel", PT_VERDICT_NOT_YET, "fail fix-iommu-kernel-intel", NULL, "unknown", NULL,
    NULL },
};


static void
test_report_expect (PtReport   *report,
                    PtCheckId   id,
                    const char *expected)
{
  g_autofree char *verdict = pt_test_host_verdict (report, id);

  g_assert_cmpstr (verdict, ==, expected != NULL ? expected : "pass");
}


static void
test_report_hosts (gconstpointer data)
{
  const TestReportRow *row = data;
  g_autoptr (PtTestHost) machine = pt_test_host_new (row->host);
  g_autoptr (PtReport) report = pt_test_host_report (machine);
  static const PtCheckId always[] = {
    PT_CHECK_CPU_VIRTUALIZATION, PT_CHECK_KVM_USABLE, PT_CHECK_FIRMWARE_UEFI, PT_CHECK_BOOT_LOADER,
    PT_CHECK_INITRAMFS, PT_CHECK_VFIO_AVAILABLE, PT_CHECK_MEMORY, PT_CHECK_LIBVIRT, PT_CHECK_STORAGE
  };

  test_report_expect (report, PT_CHECK_IOMMU_ACTIVE, row->iommu);
  test_report_expect (report, PT_CHECK_TWO_GPUS, row->two_gpus);
  test_report_expect (report, PT_CHECK_GUEST_GPU_ISOLATED, row->isolated);
  test_report_expect (report, PT_CHECK_ID_COLLISION, row->collision);
  test_report_expect (report, PT_CHECK_BOOT_FRAMEBUFFER, row->framebuffer);
  for (gsize i = 0; i < G_N_ELEMENTS (always); i++)
    test_report_expect (report, always[i], NULL);
  g_assert_cmpint (pt_report_get_verdict (report), ==, row->verdict);
  g_assert_cmpint (pt_report_get_first (report) == NULL, ==, row->verdict == PT_VERDICT_READY);
}


/* One thing of the sample changed, and what becomes of the check that looks at it. */
static void
test_report_changes (void)
{
  static const struct
  {
    const char *name;
    const char *content; /* NULL = removed */
    PtCheckId   id;
    const char *expected;
  } cases[] = {
    { "proc/cpuinfo", NULL, PT_CHECK_CPU_VIRTUALIZATION, "unknown" },
    { "proc/cpuinfo", "flags : fpu\n", PT_CHECK_CPU_VIRTUALIZATION,
      "fail fix-cpu-virtualization" },
    { "proc/cpuinfo", "flags : hypervisor\n", PT_CHECK_CPU_VIRTUALIZATION,
      "fail fix-virtual-machine" },
    { "proc/cpuinfo", "flags : fpu\n", PT_CHECK_KVM_USABLE, "unknown" },
    { "dev/kvm", NULL, PT_CHECK_KVM_USABLE, "fail fix-kvm-missing" },
    { "dev/kvm", "fix-kvm-broken", PT_CHECK_KVM_USABLE, "fail fix-kvm-broken" },
    { "dev/kvm", "rubbish", PT_CHECK_KVM_USABLE, "fail fix-kvm-permission" },
    { "sys/class/iommu", NULL, PT_CHECK_IOMMU_ACTIVE, "unknown" },
    { "sys/bus/pci/devices/0000:2b:00.0/class", "x", PT_CHECK_GUEST_GPU_ISOLATED, "unknown" },
    { "sys/bus/pci/devices/0000:2f:00.1/iommu_group", NULL, PT_CHECK_GUEST_GPU_ISOLATED,
      "fail fix-isolation" },
    { "sys/bus/pci/devices/0000:2b:00.0/device", "", PT_CHECK_ID_COLLISION, "unknown" },
    { "sys/bus/pci/devices/0000:32:00.0/boot_vga", NULL, PT_CHECK_BOOT_FRAMEBUFFER, "unknown" },
    { "sys/bus/pci/devices/0000:32:00.0/boot_vga", "2", PT_CHECK_BOOT_FRAMEBUFFER, "unknown" },
    { "sys/bus/pci/devices/0000:2f:00.0/boot_vga", "1", PT_CHECK_BOOT_FRAMEBUFFER,
      "warn fix-primary-display" },
    { "proc/iomem", "0-0 : 0000:2f:00.0\n  0-0 : BOOTFB\n", PT_CHECK_BOOT_FRAMEBUFFER,
      "warn fix-framebuffer-simple" },
    { "sys/firmware/efi", NULL, PT_CHECK_FIRMWARE_UEFI, "warn fix-firmware-uefi" },
    { "sys/firmware", NULL, PT_CHECK_FIRMWARE_UEFI, "unknown" },
    { "usr/sbin/grub-mkconfig", "#!/bin/sh\n", PT_CHECK_BOOT_LOADER,
      "warn fix-boot-loader-by-hand" },
    { "usr/sbin/grub-mkconfig", NULL, PT_CHECK_BOOT_LOADER, "warn fix-boot-loader-by-hand" },
    { "etc/default/grub", NULL, PT_CHECK_BOOT_LOADER, "unknown" },
    { "usr/sbin/update-initramfs", NULL, PT_CHECK_INITRAMFS, "unknown" },
    { "proc/sys/kernel/osrelease", "../../etc", PT_CHECK_VFIO_AVAILABLE, "unknown" },
    { "lib/modules", NULL, PT_CHECK_VFIO_AVAILABLE, "unknown" },
    { "proc/meminfo", "MemTotal: 8388608 kB\n", PT_CHECK_MEMORY, "warn fix-memory" },
    { "proc/meminfo", "MemTotal: 4194304 kB\n", PT_CHECK_MEMORY, "fail fix-memory" },
    { "proc/meminfo", "MemTotal: x\n", PT_CHECK_MEMORY, "unknown" },
    { "run/libvirt", NULL, PT_CHECK_LIBVIRT, "fail fix-libvirt-missing" },
    { "run/libvirt/libvirt-sock", "fix-libvirt-permission", PT_CHECK_LIBVIRT,
      "fail fix-libvirt-permission" },
    { "proc/self/mountinfo", NULL, PT_CHECK_STORAGE, "unknown" },
    { "proc/self/mountinfo", "27 1 0:9 / / rw - zfs rpool rw\n", PT_CHECK_STORAGE, "unknown" },
    { "sys/class/block", NULL, PT_CHECK_STORAGE, "unknown" },
  };

  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *aside = g_build_filename (folder, "aside", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
        g_build_filename (pt_test_host_get_folder (machine), cases[i].name, NULL);
      g_autoptr (PtReport) report = NULL;

      g_test_message ("%s: %s", cases[i].name, cases[i].content);
      g_assert_cmpint (g_rename (path, aside), ==, 0);
      if (cases[i].content != NULL)
        pt_test_host_write (machine, cases[i].name, cases[i].content);
      report = pt_test_host_report (machine);
      test_report_expect (report, cases[i].id, cases[i].expected);
      if (cases[i].content != NULL)
        g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (g_rename (aside, path), ==, 0);
    }
}


static JsonObject *
test_report_find (JsonArray  *array,
                  const char *member,
                  const char *value)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);

      if (g_str_equal (json_object_get_string_member (object, member), value))
        return object;
    }
  g_assert_not_reached ();
}


/* The group's members as `0000:2f:00.0 1002:73df`. */
static char *
test_report_group (JsonObject *root,
                   gint64      number)
{
  JsonArray *groups = json_object_get_array_member (root, "groups");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);
      JsonArray  *devices = json_object_get_array_member (group, "devices");

      for (guint j = 0; json_object_get_int_member (group, "group") == number &&
                        j < json_array_get_length (devices);
           j++)
        {
          JsonObject *device = json_array_get_object_element (devices, j);

          g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                                  json_object_get_string_member (device, "address"),
                                  json_object_get_string_member (device, "id"));
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


/* The contract of `--check --json`, on the machine of the article. */
static void
test_report_json (void)
{
  static const struct
  {
    gint64      number;
    const char *members;
  } groups[] = {
    { 23, "0000:23:00.0 144d:a808" },
    { 28, "0000:2f:00.0 1002:73df" },
    { 29, "0000:2f:00.1 1002:ab28" },
    { 32, "0000:32:00.0 1002:73ff" },
    { 33, "0000:32:00.1 1002:ab28" },
    { 36, "0000:34:00.3 1022:149c" },
  };
  static const char *const host_members[] = { "cpu_vendor", "iommu", "firmware",
                                              "secure_boot", "board_vendor", "board_name",
                                              "bios_version", "kernel", "distribution",
                                              "boot_loader", "initramfs", "trial_boot" };
  static const char *const device_members[] = {
    "address", "id", "subsystem", "class", "name", "driver", "kind", "boot_vga", "in_use"
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = pt_test_host_report (machine);
  g_autoptr (JsonNode) node = pt_report_to_json (report);
  JsonObject *root = json_node_get_object (node);
  JsonObject *host = json_object_get_object_member (root, "host");
  JsonArray  *checks = json_object_get_array_member (root, "checks");
  JsonArray  *gpus = json_object_get_array_member (root, "gpus");
  JsonObject *guest = test_report_find (gpus, "address", "0000:2f:00.0");
  JsonObject *shown = test_report_find (gpus, "address", "0000:32:00.0");
  JsonObject *ungrouped =
    json_array_get_object_element (json_object_get_array_member (root, "ungrouped"), 0);

  g_assert_cmpint (json_object_get_int_member (root, "format"), ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (host_members); i++)
    g_assert_true (json_object_has_member (host, host_members[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (device_members); i++)
    g_assert_true (json_object_has_member (ungrouped, device_members[i]));
  g_assert_cmpstr (json_object_get_string_member (host, "bios_version"), ==, "7C35vAA");
  g_assert_cmpstr (json_object_get_string_member (host, "iommu"), ==, "active");

  g_assert_cmpuint (json_array_get_length (checks), ==, PT_CHECK_LAST);
  for (int id = 0; id < PT_CHECK_LAST; id++)
    g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (checks, (guint)id), "id"), ==,
      pt_check_id_to_name ((PtCheckId)id));
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *members = test_report_group (root, groups[i].number);

      g_assert_cmpstr (members, ==, groups[i].members);
    }

  g_assert_true (json_object_get_boolean_member (guest, "suitable"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (guest, "blockers")), ==,
                    0);
  g_assert_cmpint (json_array_get_int_element (json_object_get_array_member (guest, "groups"), 1),
                   ==, 29);
  g_assert_cmpstr (
    json_array_get_string_element (json_object_get_array_member (guest, "functions"), 1), ==,
    "0000:2f:00.1");
  g_assert_false (json_object_get_boolean_member (shown, "suitable"));
}


static void
test_report_text (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("no-isolation");
  g_autoptr (PtReport) report = pt_test_host_report (machine);
  g_autofree char *text = pt_report_to_text (report);

  g_assert_true (g_str_has_prefix (text, "This computer is not ready yet."));
  g_assert_nonnull (strstr (text, "0000:06:00.0"));
  g_assert_nonnull (strstr (text, "Group 13\n"));
  g_assert_nonnull (strstr (text, "← /, /boot/efi\n"));
  g_assert_nonnull (strstr (text, "Move the card to another slot"));
}


/* Private things wherever the program looks: none of them gets into what people paste. */
static void
test_report_private (void)
{
  static const char *const secrets[] = {
    "alice", "secretbox", "S3RIALNUMB3R", "aa:bb:cc:dd:ee:ff",
    "12345678-9abc-def0-1234-56789abcdef0"
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = NULL;
  g_autofree char *text = NULL;

  pt_test_host_write (machine, "etc/hostname", "secretbox\n");
  pt_test_host_write (machine, "proc/sys/kernel/hostname", "secretbox\n");
  pt_test_host_write (machine, "proc/cmdline",
                      "root=UUID=12345678-9abc-def0-1234-56789abcdef0 rd.luks.name=alice\n");
  pt_test_host_write (machine, "sys/class/dmi/id/board_serial", "S3RIALNUMB3R\n");
  pt_test_host_write (machine, "sys/class/dmi/id/product_uuid",
                      "12345678-9abc-def0-1234-56789abcdef0\n");
  pt_test_host_write (machine, "sys/class/dmi/id/bios_version",
                      "1.0 aa:bb:cc:dd:ee:ff 12345678-9abc-def0-1234-56789abcdef0\n");
  pt_test_host_write (machine, "sys/class/net/enp37s0/address", "aa:bb:cc:dd:ee:ff\n");
  pt_test_host_write (machine, "dev/shm/passthru-alices-windows-1", "");
  pt_test_host_write (machine, "proc/self/mountinfo",
                      "27 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n"
                      "28 1 259:1 / /home/alice/secretbox rw - ext4 /dev/nvme0n1p1 rw\n"
                      "29 1 8:1 / /run/media/alice/STICK rw - vfat /dev/sda1 rw\n"
                      "30 1 8:1 / /alice-games rw - vfat /dev/sda1 rw\n"
                      "31 1 8:1 / /mnt/12345678-9abc-def0-1234-56789abcdef0 rw - vfat /dev/sda1 "
                      "rw\n");
  report = pt_test_host_report (machine);
  text = pt_report_to_text (report);

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_test_message ("%s", secrets[i]);
      g_assert_null (strstr (text, secrets[i]));
    }
  /* And yet it says what matters about them. */
  g_assert_nonnull (strstr (text, "carries /, /boot/efi, /home/…, [swap]: it stays"));
  g_assert_nonnull (strstr (text, "carries /…, /mnt/…, /run/…"));
}


/* Every check has words for every status it takes; every fix that a rule can name has words and
 * the other way round. The rules' source is the list of what they can name. */
static void
test_report_words (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "src", "host", NULL);
  g_autoptr (GDir) sources = g_dir_open (folder, 0, NULL);
  const char *source = NULL;
  g_autoptr (GRegex) key = g_regex_new ("\"(fix-[a-z-]+)\"", 0, 0, NULL);
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *const *worded = pt_words_list_fixes ();
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);

  g_assert_cmpuint (pt_words_count_checks (), ==, PT_CHECK_LAST);
  for (int id = 0; id < PT_CHECK_LAST; id++)
    {
      g_assert_cmpstr (pt_words_check_title ((PtCheckId)id), !=, "");
      g_assert_cmpstr (pt_words_check_question ((PtCheckId)id), !=, "");
      g_assert_nonnull (pt_words_check_meaning ((PtCheckId)id, PT_STATUS_PASS));
      g_assert_nonnull (pt_words_check_meaning ((PtCheckId)id, PT_STATUS_UNKNOWN));
      g_assert_true (pt_words_check_meaning ((PtCheckId)id, PT_STATUS_WARN) != NULL ||
                     pt_words_check_meaning ((PtCheckId)id, PT_STATUS_FAIL) != NULL);
    }

  g_assert_nonnull (sources);
  while ((source = g_dir_read_name (sources)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, source, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      if (!g_str_has_suffix (source, ".c") || g_str_has_prefix (source, "pt-words"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      for (g_regex_match (key, text, 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL))
        g_hash_table_add (named, g_match_info_fetch (match, 1));
    }

  for (gsize i = 0; worded[i] != NULL; i++)
    {
      g_autofree char *text = pt_words_fix (worded[i], host);

      g_test_message ("%s", worded[i]);
      g_assert_nonnull (text);
      g_assert_null (strchr (text, '!'));
      g_assert_true (g_hash_table_remove (named, worded[i]));
    }
  /* What is left has no words. */
  g_assert_cmpuint (g_hash_table_size (named), ==, 0);
  g_assert_null (pt_words_fix ("fix-nothing", host));
  g_assert_null (pt_words_fix (NULL, host));
}


/* Whatever status a check comes to on any host, broken or not, there is a sentence for it. */
static void
test_report_meanings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (test_report_rows); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new (test_report_rows[i].host);
      g_autoptr (PtReport) report = pt_test_host_report (machine);
      GPtrArray *checks = pt_report_get_checks (report);

      for (guint j = 0; j < checks->len; j++)
        {
          PtCheck *check = g_ptr_array_index (checks, j);

          g_assert_nonnull (
            pt_words_check_meaning (pt_check_get_id (check), pt_check_get_status (check)));
          g_assert_cmpstr (pt_check_get_evidence (check), !=, "");
        }
    }
}


/* The switch is called what the maker of the board calls it. */
static void
test_report_vendors (void)
{
  static const struct
  {
    const char *vendor;
    const char *cpu;
    const char *expected;
  } cases[] = {
    { "Micro-Star International Co., Ltd.", "GenuineIntel", "Intel VT-D Tech" },
    { "ASUSTeK COMPUTER INC.", "GenuineIntel", "System Agent" },
    { "ASRock", "AuthenticAMD", "AMD CBS" },
    { "Gigabyte Technology Co., Ltd.", "AuthenticAMD", "Settings › Miscellaneous" },
    { "Hewlett-Packard", "AuthenticAMD", "DMA Protection" },
    { "Super Micro Computer, Inc.", "AuthenticAMD", "NB Configuration" },
    { "Nobody", "GenuineIntel", "often called “VT-d”" },
    { "Framework", "AuthenticAMD", "often called “IOMMU”" },
    { "Dell Inc.", "AuthenticAMD", "often called “IOMMU”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("iommu-off-firmware");
      g_autofree char *cpuinfo =
        g_strdup_printf ("vendor_id : %s\nflags : svm vmx\n", cases[i].cpu);
      g_autoptr (PtHost) host = NULL;
      g_autofree char *text = NULL;

      pt_test_host_write (machine, "sys/class/dmi/id/board_vendor", cases[i].vendor);
      pt_test_host_write (machine, "proc/cpuinfo", cpuinfo);
      host = pt_test_host_scan (machine);
      text = pt_words_fix ("fix-iommu-firmware", host);
      g_assert_nonnull (strstr (text, cases[i].expected));
      for (int option = 0; option < PT_FIRMWARE_OPTION_LAST; option++)
        {
          g_autofree char *hint = pt_words_firmware_hint (host, (PtFirmwareOption)option);

          g_assert_true (g_str_has_suffix (hint, "."));
          g_assert_null (strchr (hint, '%'));
          g_assert_null (strstr (hint, "“”"));
        }
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (test_report_rows); i++)
    {
      g_autofree char *path = g_strconcat ("/host/report/hosts/", test_report_rows[i].host, NULL);

      g_test_add_data_func (path, &test_report_rows[i], test_report_hosts);
    }
  g_test_add_func ("/host/report/changes", test_report_changes);
  g_test_add_func ("/host/report/json", test_report_json);
  g_test_add_func ("/host/report/text", test_report_text);
  g_test_add_func ("/host/report/private", test_report_private);
  g_test_add_func ("/host/report/words", test_report_words);
  g_test_add_func ("/host/report/meanings", test_report_meanings);
  g_test_add_func ("/host/report/vendors", test_report_vendors);
  return g_test_run ();
}
