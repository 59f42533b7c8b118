/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-pci-scan"

#include "config.h"

#include "pt-pci-scan.h"

#include <string.h>

#include "pt-device-private.h"
#include "pt-test-host.h"


static void
test_pci_scan_links (void)
{
  static const struct
  {
    const char *link;
    const char *address;
  } cases[] = {
    { "../../devices/pci0000:00/0000:00:03.2/0000:32:00.0/drm/card1", "0000:32:00.0" },
    { "../../devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda",
      "0000:00:17.0" },
    { "../../../devices/pci10000:e0/10000:e0:06.0/10000:e1:00.0", "10000:e1:00.0" },
    { "../../devices/virtual/block/dm-0", NULL },
    { "", NULL },
    { "2f:00.0", NULL },
    { "../../devices/0000:00:00.0x", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PtAddress address = { 0 };
      gboolean  found = pt_pci_scan_parse_link (cases[i].link, &address);
      char      text[PT_ADDRESS_BUFFER] = "";

      g_assert_cmpint (found, ==, cases[i].address != NULL);
      if (found)
        g_assert_cmpstr (pt_address_format (&address, text), ==, cases[i].address);
    }
}


static void
test_pci_scan_damaged (void)
{
  static const char *const attributes[] = { "vendor", "device", "class", "iommu_group" };
  static const char *const contents[] = { "", "zz", "0x", "-1", "0x123456789",
                                          "\xff\xfe", "0x10021002" };

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (contents); j++)
      {
        g_autoptr (PtTestHost) machine = pt_test_host_new ("single-card");
        g_autofree char *name =
          g_build_filename ("sys/bus/pci/devices/0000:08:00.1", attributes[i], NULL);
        g_autoptr (PtHost) host = NULL;

        pt_test_host_remove (machine, name);
        pt_test_host_write (machine, name, contents[j]);
        host = pt_test_host_scan (machine);
        g_assert_false (pt_device_is_complete (pt_test_host_device (host, "08:00.1")));
        g_assert_false (pt_host_get_facts (host)->complete);
      }
}


/* A device whose folder is a dangling link by the time it is read, and one that is no device. */
static void
test_pci_scan_vanished (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("single-card");
  g_autoptr (PtHost) before = pt_test_host_scan (machine);
  g_autoptr (PtHost) after = NULL;

  pt_test_host_add (machine, "L: /sys/bus/pci/devices/0000:44:00.0=../../../devices/gone\n"
                             "D: /sys/bus/pci/devices/hello\n");
  after = pt_test_host_scan (machine);
  g_assert_cmpuint (pt_host_get_devices (before)->len, ==, pt_host_get_devices (after)->len);
  g_assert_true (pt_host_get_facts (after)->complete);
}


static void
test_pci_scan_memory (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (PtHost) resized = NULL;

  g_assert_cmpuint (pt_gpu_get_aperture (pt_test_host_gpu (host, "2f:00.0")), ==,
                    G_GUINT64_CONSTANT (12868124672));

  /* Without the driver's word only a window over all of it tells. */
  pt_test_host_remove (machine, "sys/bus/pci/devices/0000:2f:00.0/mem_info_vram_total");
  pt_test_host_remove (machine, "sys/bus/pci/devices/0000:32:00.0/mem_info_vram_total");
  pt_test_host_write (machine, "sys/bus/pci/devices/0000:2f:00.0/resource",
                      "0x0000007800000000 0x0000007bffffffff 0x000000000014220c\nrubbish\n");
  resized = pt_test_host_scan (machine);
  g_assert_cmpuint (pt_gpu_get_aperture (pt_test_host_gpu (resized, "2f:00.0")), ==,
                    G_GUINT64_CONSTANT (1) << 34);
  g_assert_cmpuint (pt_gpu_get_aperture (pt_test_host_gpu (resized, "32:00.0")), ==, 0);
}


static void
test_pci_scan_nothing (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new_empty ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_null (pt_pci_scan (pt_test_host_get_sysroot (machine), NULL, &error));
  g_assert_error (error, PT_HOST_ERROR, PT_HOST_ERROR_NO_PCI);
  g_clear_error (&error);

  pt_test_host_add (machine, "D: /sys/bus/pci/devices/0000:00:00.0\n");
  g_cancellable_cancel (cancellable);
  g_assert_null (pt_pci_scan (pt_test_host_get_sysroot (machine), cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/pci-scan/links", test_pci_scan_links);
  g_test_add_func ("/host/pci-scan/damaged", test_pci_scan_damaged);
  g_test_add_func ("/host/pci-scan/vanished", test_pci_scan_vanished);
  g_test_add_func ("/host/pci-scan/memory", test_pci_scan_memory);
  g_test_add_func ("/host/pci-scan/nothing", test_pci_scan_nothing);
  return g_test_run ();
}
