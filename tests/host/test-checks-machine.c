/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-checks-machine"

#include "config.h"

#include "pt-guest-firmware.h"
#include "pt-platform.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "pt-test-host.h"

/* The checks of what the computer has for virtual machines: the sample passes them all, then every
 * input is broken in turn. */

#define SECURE "usr/share/qemu/firmware/50-edk2-x86_64-secure.json"
#define ENROLLED "usr/share/qemu/firmware/40-edk2-x86_64-secure-enrolled.json"
#define PLAIN "usr/share/qemu/firmware/60-edk2-x86_64.json"
#define MODULES "lib/modules/6.1.0-18-amd64/modules.dep"
#define UNSAFE "sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
#define VFIO_LINE "kernel/drivers/vfio/pci/vfio-pci.ko:\n"

typedef struct
{
  const char *name;
  const char *content; /* NULL = removed */
} Change;

typedef struct
{
  PtCheckId   id;
  const char *expected;
  Change      changes[4];
} Case;

static const Case cases[] = {
  /* Interrupts: what the kernel does counts, what the IOMMU could do only rules it out. */
  { PT_CHECK_INTERRUPT_REMAPPING, "pass", { { NULL } } },
  { PT_CHECK_INTERRUPT_REMAPPING, "unknown", { { "proc/interrupts", NULL } } },
  { PT_CHECK_INTERRUPT_REMAPPING, "unknown", { { "proc/interrupts", "" } } },
  { PT_CHECK_INTERRUPT_REMAPPING, "unknown", { { "proc/interrupts", "\x01\xff nonsense" } } },
  { PT_CHECK_INTERRUPT_REMAPPING,
    "fail fix-interrupt-remapping",
    { { "proc/interrupts", "  0: 1 IO-APIC 2-edge timer\n" } } },
  { PT_CHECK_INTERRUPT_REMAPPING,
    "fail fix-interrupt-remapping",
    { { "proc/interrupts", "  0: 1 IO-APIC 2-edge timer\n" }, { UNSAFE, "N\n" } } },
  { PT_CHECK_INTERRUPT_REMAPPING,
    "warn fix-interrupt-remapping",
    { { "proc/interrupts", "  0: 1 IO-APIC 2-edge timer\n" }, { UNSAFE, "Y\n" } } },
  { PT_CHECK_INTERRUPT_REMAPPING,
    "fail fix-interrupt-remapping",
    { { "proc/interrupts", NULL },
      { "sys/class/iommu/dmar0/intel-iommu/ecap", "f020d7\n" },
      { "sys/class/iommu/ivhd0/intel-iommu/ecap", "f020df\n" } } },
  { PT_CHECK_INTERRUPT_REMAPPING,
    "unknown",
    { { "proc/interrupts", NULL },
      { "sys/class/iommu/dmar0/intel-iommu/ecap", "f020df\n" },
      { "sys/class/iommu/ivhd0/intel-iommu/ecap", "f020df\n" } } },
  { PT_CHECK_INTERRUPT_REMAPPING,
    "unknown",
    { { "proc/interrupts", NULL }, { "sys/class/iommu/ivhd0/intel-iommu/ecap", "rubbish\n" } } },
  { PT_CHECK_INTERRUPT_REMAPPING, "unknown", { { "sys/class/iommu", NULL } } },

  /* Secure Boot hinders only where a module is refused. */
  { PT_CHECK_SECURE_BOOT, "pass", { { NULL } } },
  { PT_CHECK_SECURE_BOOT, "pass", { { "sys/kernel/security/lockdown", NULL } } },
  { PT_CHECK_SECURE_BOOT,
    "unknown",
    { { "sys/kernel/security/lockdown", NULL }, { "sys/firmware/efi/efivars", NULL } } },
  { PT_CHECK_SECURE_BOOT,
    "unknown",
    { { "sys/kernel/security/lockdown", "none integrity" },
      { "sys/firmware/efi/efivars", NULL } } },
  { PT_CHECK_SECURE_BOOT, "pass", { { "sys/firmware/efi/efivars", NULL } } },
  { PT_CHECK_SECURE_BOOT,
    "pass",
    { { "sys/kernel/security/lockdown", "none [integrity] confidentiality" } } },
  { PT_CHECK_SECURE_BOOT,
    "warn fix-module-refused",
    { { "sys/kernel/security/lockdown", "none [integrity] confidentiality" },
      { MODULES, VFIO_LINE "updates/dkms/vendor-reset.ko.zst:\n" } } },
  { PT_CHECK_SECURE_BOOT,
    "warn fix-module-refused",
    { { "sys/module/module/parameters/sig_enforce", "Y\n" },
      { MODULES, VFIO_LINE "extra/kvmfr.ko:\n" } } },
  { PT_CHECK_SECURE_BOOT,
    "pass",
    { { "sys/module/module/parameters/sig_enforce", "Y\n" },
      { MODULES, VFIO_LINE "extra/kvmfr.ko:\n" },
      { "sys/module/kvmfr/refcnt", "0" } } },
  { PT_CHECK_SECURE_BOOT,
    "unknown",
    { { "sys/kernel/security/lockdown", "[confidentiality]" }, { MODULES, NULL } } },
  { PT_CHECK_SECURE_BOOT,
    "unknown",
    { { "sys/kernel/security/lockdown", "[integrity]" },
      { MODULES, VFIO_LINE "extra/kvmfr.ko:\n" },
      { "sys/module", NULL } } },

  /* Firmware: a description counts when its files are there and it is for such machines. */
  { PT_CHECK_GUEST_FIRMWARE, "pass", { { NULL } } },
  { PT_CHECK_GUEST_FIRMWARE, "unknown", { { "usr/share/qemu", NULL } } },
  { PT_CHECK_GUEST_FIRMWARE, "pass", { { ENROLLED, NULL } } },
  { PT_CHECK_GUEST_FIRMWARE,
    "warn fix-guest-firmware-secure-boot",
    { { ENROLLED, NULL }, { SECURE, NULL } } },
  { PT_CHECK_GUEST_FIRMWARE,
    "warn fix-guest-firmware-secure-boot",
    { { ENROLLED, "" }, { "usr/share/OVMF/OVMF_CODE_4M.secboot.fd", NULL } } },
  { PT_CHECK_GUEST_FIRMWARE,
    "warn fix-guest-firmware-secure-boot",
    { { "etc/qemu/firmware/40-edk2-x86_64-secure-enrolled.json", "" },
      { "etc/qemu/firmware/50-edk2-x86_64-secure.json", "" } } },
  { PT_CHECK_GUEST_FIRMWARE,
    "fail fix-guest-firmware",
    { { ENROLLED, "{" }, { SECURE, "[]" }, { PLAIN, "{\"interface-types\": 5}" } } },
  { PT_CHECK_GUEST_FIRMWARE, "fail fix-guest-firmware", { { "usr/share/OVMF", NULL } } },
  { PT_CHECK_GUEST_FIRMWARE,
    "pass",
    { { ENROLLED, NULL },
      { SECURE, NULL },
      { "etc/qemu/firmware/10-own.json",
        "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":"
        "{\"filename\":\"/usr/share/OVMF/OVMF_CODE_4M.fd\"},\"nvram-template\":"
        "{\"filename\":\"/usr/share/OVMF/OVMF_VARS_4M.fd\",\"format\":\"qcow2\"}},"
        "\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"pc-q35-*\"]}],"
        "\"features\":[\"secure-boot\"]}" } } },

  /* TPM: two programs, both needed. */
  { PT_CHECK_TPM, "pass", { { NULL } } },
  { PT_CHECK_TPM, "warn fix-tpm", { { "usr/bin/swtpm", NULL } } },
  { PT_CHECK_TPM, "warn fix-tpm", { { "usr/bin/swtpm_setup", NULL } } },
  { PT_CHECK_TPM,
    "unknown",
    { { "usr/bin/swtpm", NULL }, { "usr/bin/swtpm_setup", NULL }, { "usr/share/qemu", NULL } } },

  /* Parameters that are written down, and drivers that only one kernel has. */
  { PT_CHECK_VFIO_AVAILABLE, "pass", { { NULL } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "warn fix-parameters-not-in-force",
    { { "etc/default/grub.d/60-own.cfg",
        "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX vfio-pci.ids=1002:73df\"\n" } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "pass",
    { { "etc/default/grub.d/60-own.cfg", "GRUB_CMDLINE_LINUX=\"vfio-pci.ids=1002:73df\"\n" },
      { "proc/cmdline", "root=x vfio-pci.ids=1002:73df quiet\n" } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "pass",
    { { "etc/default/grub.d/60-own.cfg", "# vfio-pci.ids=1002:73df\n" },
      { "etc/default/grub.d/README", "vfio-pci.ids=1002:73df\n" } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "pass",
    { { "etc/kernel/cmdline", "vfio-pci.ids=1002:73df\n" }, { "proc/cmdline", NULL } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "warn fix-vfio-built-in",
    { { "lib/modules/6.1.0-18-amd64/modules.builtin", "kernel/drivers/vfio/pci/vfio-pci.ko\n" },
      { "etc/modprobe.d/vfio.conf", "options vfio-pci ids=1002:73df\n" } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "pass",
    { { "etc/modprobe.d/vfio.conf", "options vfio_pci ids=1002:73df\n" } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "warn fix-kernel-incomplete",
    { { "lib/modules/6.1.0-17-amd64/modules.dep", "kernel/other.ko:\n" } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "pass",
    { { "lib/modules/6.1.0-17-amd64/modules.dep", NULL } } },
  { PT_CHECK_VFIO_AVAILABLE,
    "warn fix-kernel-incomplete",
    { { MODULES, VFIO_LINE "updates/dkms/vendor-reset.ko:\n" } } },

  /* Memory that belongs to nobody. */
  { PT_CHECK_MEMORY, "pass", { { NULL } } },
  { PT_CHECK_MEMORY,
    "warn fix-huge-pages",
    { { "proc/meminfo", "MemTotal: 33554432 kB\nHugePages_Total: 15000\nHugePages_Free: 15000\n"
                        "Hugepagesize: 2048 kB\n" } } },
  { PT_CHECK_MEMORY,
    "pass",
    { { "proc/meminfo", "MemTotal: 33554432 kB\nHugePages_Total: 16\nHugePages_Free: 0\n"
                        "Hugepagesize: 1048576 kB\nHugePages_Total: 1\n" } } },
  { PT_CHECK_MEMORY,
    "pass",
    { { "proc/meminfo", "MemTotal: 33554432 kB\nHugePages_Total: 99999999999999999999\n"
                        "Hugepagesize: 0 kB\n" } } },

  /* The service, and the network it keeps for machines. */
  { PT_CHECK_LIBVIRT, "pass", { { NULL } } },
  { PT_CHECK_LIBVIRT,
    "fail fix-libvirt-relogin",
    { { "run/libvirt/libvirt-sock", "fix-libvirt-relogin" } } },
  { PT_CHECK_KVM_USABLE, "fail fix-kvm-relogin", { { "dev/kvm", "fix-kvm-relogin" } } },
  { PT_CHECK_LIBVIRT,
    "warn fix-network-forwarding",
    { { "proc/sys/net/ipv4/ip_forward", "0\n" } } },
  { PT_CHECK_LIBVIRT,
    "pass",
    { { "proc/sys/net/ipv4/ip_forward", "0\n" }, { "sys/class/net/virbr0", NULL } } },
  { PT_CHECK_LIBVIRT, "pass", { { "proc/sys/net/ipv4/ip_forward", "rubbish" } } },
  { PT_CHECK_LIBVIRT, "pass", { { "sys/class/net", NULL } } },

  /* Memory that the firmware keeps in the card's group. */
  { PT_CHECK_GUEST_GPU_ISOLATED,
    "fail fix-firmware-memory",
    { { "sys/kernel/iommu_groups/28/reserved_regions",
        "0x00000000df800000 0x00000000dfffffff direct\n" } } },
  { PT_CHECK_GUEST_GPU_ISOLATED,
    "pass",
    { { "sys/kernel/iommu_groups/28/reserved_regions",
        "0x00000000df800000 0x00000000dfffffff direct-relaxable\n"
        "0x00000000fee00000 0x00000000feefffff msi\n" } } },

  /* Shared memory. */
  { PT_CHECK_SHARED_MEMORY, "pass", { { NULL } } },
  { PT_CHECK_SHARED_MEMORY, "unknown", { { "dev/shm", NULL } } },
  { PT_CHECK_SHARED_MEMORY, "pass", { { "dev/shm/looking-glass", "" } } },
  { PT_CHECK_SHARED_MEMORY, "pass", { { "dev/shm/pulse-shm-1", "x" } } },
  { PT_CHECK_SHARED_MEMORY, "pass", { { "dev/shm/passthru-test-1/file", "" } } },
  { PT_CHECK_SHARED_MEMORY,
    "warn fix-shared-memory-size",
    { { "dev/shm/looking-glass", "too short" } } },
  { PT_CHECK_SHARED_MEMORY,
    "warn fix-shared-memory-permission",
    { { "dev/shm/passthru-windows-1", "fix-shared-memory-permission" } } },
  { PT_CHECK_SHARED_MEMORY,
    "warn fix-shared-memory-kind",
    { { "dev/shm/looking-glass/folder", "" } } },
  { PT_CHECK_SHARED_MEMORY,
    "pass",
    { { "sys/module/kvmfr/parameters/static_size_mb", "64" }, { "dev/kvmfr0", "" } } },
  { PT_CHECK_SHARED_MEMORY,
    "warn fix-kvmfr-size",
    { { "sys/module/kvmfr/parameters/static_size_mb", "0" } } },
  { PT_CHECK_SHARED_MEMORY, "warn fix-kvmfr-file", { { "dev/kvmfr0", "fix-kvmfr-file" } } },
};


/* The highest part of @path that is not there yet. */
static char *
find_new (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);

  return g_file_test (parent, G_FILE_TEST_EXISTS) ? g_strdup (path) : find_new (parent);
}


static void
apply_change (PtTestHost   *machine,
              const Change *change,
              const char   *aside)
{
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (machine), change->name, NULL);
  g_autofree char *shown =
    change->content != NULL ? g_strescape (change->content, NULL) : g_strdup ("removed");

  g_test_message ("%s = %s", change->name, shown);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_assert_cmpint (g_rename (path, aside), ==, 0);
  if (change->content != NULL)
    pt_test_host_write (machine, change->name, change->content);
}


static void
undo_change (PtTestHost   *machine,
             const Change *change,
             const char   *aside,
             const char   *made)
{
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (machine), change->name, NULL);

  if (change->content != NULL)
    pt_test_remove_tree (g_strdup (made));
  if (g_file_test (aside, G_FILE_TEST_EXISTS))
    g_assert_cmpint (g_rename (aside, path), ==, 0);
}


static void
run_case (PtTestHost *machine,
          const Case *story,
          const char *folder,
          guint       from)
{
  const Change    *change = &story->changes[from];
  g_autofree char *aside = g_strdup_printf ("%s/%u", folder, from);
  g_autofree char *path = NULL;
  g_autofree char *made = NULL;

  if (from == G_N_ELEMENTS (story->changes) || change->name == NULL)
    {
      g_autoptr (PtReport) report = pt_test_host_report (machine);
      g_autofree char *verdict = pt_test_host_verdict (report, story->id);

      g_assert_cmpstr (verdict, ==, story->expected);
      return;
    }
  path = g_build_filename (pt_test_host_get_folder (machine), change->name, NULL);
  made = find_new (path);
  apply_change (machine, change, aside);
  run_case (machine, story, folder, from + 1);
  undo_change (machine, change, aside, made);
}


static void
test_cases (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    run_case (machine, &cases[i], folder, 0);
}


/* A parameter that is written down counts for more than the advice to write it down. */
static void
test_iommu_parameter (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("iommu-off-kernel");
  g_autoptr (PtReport) before = pt_test_host_report (machine);
  g_autofree char *advice = pt_test_host_verdict (before, PT_CHECK_IOMMU_ACTIVE);
  g_autoptr (PtReport) after = NULL;
  g_autofree char *later = NULL;

  pt_test_host_write (machine, "etc/default/grub.d/x.cfg",
                      "GRUB_CMDLINE_LINUX=\"intel_iommu=on\"\n");
  after = pt_test_host_report (machine);
  later = pt_test_host_verdict (after, PT_CHECK_IOMMU_ACTIVE);
  g_assert_cmpstr (advice, ==, "fail fix-iommu-kernel-intel");
  g_assert_cmpstr (later, ==, "fail fix-parameters-not-in-force");
}


/* A file of 32 MiB is right, one of 33 is not; neither takes room. */
static void
test_sizes (void)
{
  static const struct
  {
    goffset     size;
    const char *expected;
  } sizes[] = {
    { 32 << 20, "pass" },
    { 33 << 20, "warn fix-shared-memory-size" },
    { 8 << 20, "warn fix-shared-memory-size" },
    { 512 << 20, "pass" },
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autofree char *path =
    g_build_filename (pt_test_host_get_folder (machine), "dev/shm/looking-glass", NULL);

  pt_test_host_write (machine, "dev/shm/looking-glass", "");
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PtReport) report = NULL;
      g_autofree char *verdict = NULL;

      g_assert_cmpint (truncate (path, sizes[i].size), ==, 0);
      report = pt_test_host_report (machine);
      verdict = pt_test_host_verdict (report, PT_CHECK_SHARED_MEMORY);
      g_assert_cmpstr (verdict, ==, sizes[i].expected);
    }
}


/* What a machine is called does not come into a report. */
static void
test_machine_name (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = NULL;
  g_autofree char *text = NULL;

  pt_test_host_write (machine, "dev/shm/passthru-alices-secret-1234", "");
  report = pt_test_host_report (machine);
  text = pt_report_to_text (report);
  g_assert_nonnull (strstr (text, "/dev/shm/passthru-…"));
  g_assert_null (strstr (text, "alices"));
}


static void
test_interrupts (void)
{
  g_assert_cmpint (pt_platform_parse_interrupts (" 0: 4 IR-IO-APIC 2-edge timer"), ==,
                   PT_TRI_TRUE);
  g_assert_cmpint (pt_platform_parse_interrupts (" 30: 4 IR-PCI-MSIX-0000:01:00.0 0-edge x"), ==,
                   PT_TRI_TRUE);
  g_assert_cmpint (pt_platform_parse_interrupts (" 30: 4 vIR-PCI-MSI 0-edge x"), ==, PT_TRI_TRUE);
  /* The units' own interrupts are never remapped. */
  g_assert_cmpint (pt_platform_parse_interrupts (" 30: 4 DMAR-MSI 0-edge dmar0"), ==,
                   PT_TRI_UNKNOWN);
  g_assert_cmpint (pt_platform_parse_interrupts (" 30: 4 PCI-MSI 0-edge xhci_hcd"), ==,
                   PT_TRI_FALSE);
  g_assert_cmpint (pt_platform_parse_interrupts (""), ==, PT_TRI_UNKNOWN);
}


static void
test_lockdown (void)
{
  static const char *const nothing[] = { "", "none", "[", "[]", "]none[" };
  g_autofree char         *chosen = pt_platform_parse_lockdown ("none [integrity] confidentiality");

  g_assert_cmpstr (chosen, ==, "integrity");
  for (gsize i = 0; i < G_N_ELEMENTS (nothing); i++)
    g_assert_null (pt_platform_parse_lockdown (nothing[i]));
}


/* Each part of a description broken in turn. */
static void
test_firmware (void)
{
  static const char good[] =
    "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\",\"executable\":"
    "{\"filename\":\"/a\",\"format\":\"raw\"},\"nvram-template\":{\"filename\":\"/b\",\"format\":"
    "\"qcow2\"}},\"targets\":[{\"architecture\":\"x86_64\",\"machines\":[\"pc-i440fx-*\","
    "\"pc-q35-*\"]}],\"features\":[\"secure-boot\",\"enrolled-keys\"]}";
  static const char *const parts[] = { "uefi", "flash", "executable", "filename",
                                       "mapping", "nvram-template", "x86_64", "pc-q35-*",
                                       "targets", "interface-types" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PtGuestFirmware) firmware = pt_guest_firmware_parse ("x.json", good, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (firmware->executable, ==, "/a");
  g_assert_cmpstr (firmware->variables, ==, "/b");
  g_assert_cmpstr (firmware->format, ==, "qcow2");
  g_assert_true (firmware->secure_boot);
  g_assert_true (firmware->enrolled_keys);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GString) text = g_string_new (good);

      g_string_replace (text, parts[i], "x", 0);
      g_assert_null (pt_guest_firmware_parse ("x.json", text->str, &error));
      g_assert_no_error (error);
    }
  g_assert_null (pt_guest_firmware_parse ("x.json", "{\"targets\":{}}", &error));
  g_assert_no_error (error);
  g_assert_null (pt_guest_firmware_parse ("x.json", "7", &error));
  g_assert_error (error, PT_HOST_ERROR, PT_HOST_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (pt_guest_firmware_parse ("x.json", "{\"a\":", &error));
  g_assert_nonnull (error);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/checks-machine/cases", test_cases);
  g_test_add_func ("/host/checks-machine/iommu-parameter", test_iommu_parameter);
  g_test_add_func ("/host/checks-machine/sizes", test_sizes);
  g_test_add_func ("/host/checks-machine/machine-name", test_machine_name);
  g_test_add_func ("/host/checks-machine/interrupts", test_interrupts);
  g_test_add_func ("/host/checks-machine/lockdown", test_lockdown);
  g_test_add_func ("/host/checks-machine/firmware", test_firmware);
  return g_test_run ();
}
