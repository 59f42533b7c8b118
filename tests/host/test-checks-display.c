/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-checks-display"

#include "config.h"

#include <string.h>

#include "pt-framebuffer.h"
#include "pt-iomem.h"
#include "pt-reset.h"
#include "pt-rom-finding.h"
#include "pt-test-host.h"
#include "pt-words.h"
#include "pt-xorg.h"

/* The cards of the sample: the guest's, and the one that shows the desktop. */
#define GUEST "0000:2f:00.0"
#define GUEST_PATH "sys/bus/pci/devices/" GUEST
#define DESKTOP "0000:32:00.0"


static void
expect (PtReport   *report,
        PtCheckId   id,
        const char *expected)
{
  g_autofree char *verdict = pt_test_host_verdict (report, id);

  g_assert_cmpstr (verdict, ==, expected);
}


static void
expect_evidence (PtReport   *report,
                 PtCheckId   id,
                 const char *part)
{
  const char *evidence = pt_check_get_evidence (pt_report_get_check (report, id));

  g_test_message ("%s", evidence);
  g_assert_nonnull (strstr (evidence, part));
}


static void
test_iomem (void)
{
  static const struct
  {
    const char *text;
    const char *owner; /* NULL = found in no card, "" = not found at all */
    const char *name;
    guint64     start;
  } cases[] = {
    /* As an ordinary user sees it: no addresses, the nesting stays. */
    { "00000000-00000000 : PCI Bus 0000:00\n  00000000-00000000 : 0000:2f:00.0\n"
      "    00000000-00000000 : BOOTFB\n  00000000-00000000 : 0000:32:00.0\n",
      GUEST, "BOOTFB", 0 },
    { "d0000000-dfffffff : 0000:2f:00.0\n  d0000000-d02fffff : efifb\n", GUEST, "efifb",
      0xd0000000 },
    /* The innermost claim says who draws. */
    { "d0000000-dfffffff : 0000:2f:00.0\n  d0000000-d02fffff : BOOTFB\n"
      "    d0000000-d02fffff : simple-framebuffer.0\n",
      GUEST, "simple-framebuffer.0", 0xd0000000 },
    /* A second card behind it is not asked. */
    { "0-0 : 0000:32:00.0\n  0-0 : x\n    0-0 : vesafb\n0-0 : 0000:2f:00.0\n  0-0 : BOOTFB\n",
      DESKTOP, "vesafb", 0 },
    { "0-0 : 0000:2f:00.0\n0-0 : BOOTFB\n", NULL, "BOOTFB", 0 },
    { "0-0 : PCI Bus 0000:00\n  0-0 : BOOTFB\n", NULL, "BOOTFB", 0 },
    { "e0000000-e02fffff : BOOTFB\n", NULL, "BOOTFB", 0xe0000000 },
    { "0-0 : 0000:2f:00.0\n  0-0 : BOOTFBX\n", "", "", 0 },
    { "0-0 : 0000:2f:00.0\n  0-0 BOOTFB\n", "", "", 0 },
    { " : BOOTFB", NULL, "BOOTFB", 0 },
    { "", "", "", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PtIomem iomem = { 0 };
      char    text[PT_ADDRESS_BUFFER] = "";

      g_test_message ("%s", cases[i].text);
      pt_iomem_parse (cases[i].text, &iomem);
      g_assert_cmpint (iomem.found, ==, cases[i].owner == NULL || *cases[i].owner != '\0');
      g_assert_cmpint (iomem.nested, ==, cases[i].owner != NULL && *cases[i].owner != '\0');
      if (iomem.nested)
        g_assert_cmpstr (pt_address_format (&iomem.owner, text), ==, cases[i].owner);
      g_assert_cmpstr (iomem.name, ==, cases[i].name);
      if (iomem.found)
        g_assert_cmpint (iomem.hidden, ==, cases[i].start == 0);
      g_assert_cmphex (iomem.start, ==, cases[i].start);
    }
}


/* What each reader of the firmware's picture finds on the sample with one thing changed. */
static void
test_framebuffer (void)
{
  static const struct
  {
    const char *iomem;
    const char *lines; /* of a `.host` file */
    const char *verdict;
    const char *evidence;
  } cases[] = {
    { NULL, NULL, "pass", "no firmware framebuffer" },
    { "0-0 : 0000:2f:00.0\n  0-0 : efifb\n", NULL, "warn fix-framebuffer-efifb",
      "efifb in " GUEST },
    { "0-0 : 0000:2f:00.0\n  0-0 : vesafb\n", NULL, "warn fix-framebuffer-vesafb", "vesafb in" },
    { "0-0 : 0000:2f:00.0\n  0-0 : simpledrm\n", NULL, "warn fix-framebuffer-simple", "simpledrm" },
    { "0-0 : 0000:2f:00.0\n  0-0 : efidrm\n", NULL, "warn fix-framebuffer-simple", "efidrm" },
    { "0-0 : 0000:32:00.0\n  0-0 : efifb\n", NULL, "pass", "efifb in " DESKTOP },
    /* Outside of every card: where it lies is only known with its addresses. */
    { "0-0 : efifb\n", NULL, "pass", "efifb in no card that can be told" },
    { "d0000000-d02fffff : efifb\n", NULL, "warn fix-framebuffer-efifb", "efifb in " GUEST },
    { "f8000000-f82fffff : efifb\n", NULL, "pass", "in no card" },
    { "", NULL, "pass", "iomem could not be read" },
    /* Since Linux 6.9 the platform device lies below its card. */
    { "",
      "P: /devices/pci0000:00/0000:00:03.1/0000:2d:00.0/0000:2e:00.0/" GUEST
      "/simple-framebuffer.0\nE: SUBSYSTEM=platform\nE: DRIVER=simple-framebuffer\n\n",
      "warn fix-framebuffer-simple", "simple-framebuffer.0: driver simple-framebuffer" },
    { "",
      "P: /devices/platform/efi-framebuffer.0\nE: SUBSYSTEM=platform\n\n", "pass",
      "efi-framebuffer.0: driver none" },
    { "", "P: /devices/platform/efi-framebuffer.0/graphics/fb0\nE: SUBSYSTEM=graphics\n"
          "A: name=EFI VGA\n\n",
      "pass", "fb0: EFI VGA" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
      g_autoptr (PtReport) report = NULL;

      g_test_message ("case %zu", i);
      if (cases[i].iomem != NULL)
        pt_test_host_write (machine, "proc/iomem", cases[i].iomem);
      if (cases[i].lines != NULL)
        pt_test_host_add (machine, cases[i].lines);
      report = pt_test_host_report (machine);
      expect (report, PT_CHECK_BOOT_FRAMEBUFFER, cases[i].verdict);
      expect_evidence (report, PT_CHECK_BOOT_FRAMEBUFFER, cases[i].evidence);
    }
}


/* What is said depends on what draws there, on the class, and on an encrypted disk. */
static void
test_framebuffer_words (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = NULL;
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autofree char *plain = pt_words_fix ("fix-framebuffer-efifb", host);

  g_assert_nonnull (strstr (plain, "video=efifb:off"));
  g_assert_null (strstr (plain, "password"));
  pt_test_host_write (machine, GUEST_PATH "/class", "0x038000");
  pt_test_host_write (machine, "proc/iomem", "0-0 : " GUEST "\n  0-0 : BOOTFB\n");
  report = pt_test_host_report (machine);
  expect (report, PT_CHECK_BOOT_FRAMEBUFFER, "warn fix-framebuffer-simple");
  expect_evidence (report, PT_CHECK_BOOT_FRAMEBUFFER, "class 0380");
}


static void
test_framebuffer_encrypted (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) host = NULL;
  g_autofree char *text = NULL;
  g_autofree char *other = NULL;

  pt_test_host_add (machine,
                    "P: /devices/virtual/block/dm-0\nE: SUBSYSTEM=block\nA: dev=254:0\n"
                    "A: dm/uuid=CRYPT-LUKS2-x\n\n"
                    "D: /sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/nvme/nvme0/nvme0n1/"
                    "nvme0n1p3/holders/dm-0\n");
  host = pt_test_host_scan (machine);
  text = pt_words_fix ("fix-framebuffer-simple", host);
  other = pt_words_fix ("fix-reset-none", host);

  g_assert_nonnull (strstr (text, "initcall_blacklist=sysfb_init"));
  g_assert_nonnull (strstr (text, "you would type it blindly"));
  g_assert_null (strstr (other, "blindly"));
}


static void
test_resource (void)
{
  const char *text = "0x00000000d0000000 0x00000000dfffffff 0x000000000014220c\n"
                     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
                     "garbage\n";

  g_assert_true (pt_framebuffer_resource_holds (text, 0xd0000000, 0xdfffffff));
  g_assert_true (pt_framebuffer_resource_holds (text, 0xd0100000, 0xd01fffff));
  g_assert_false (pt_framebuffer_resource_holds (text, 0xdff00000, 0xe0000000));
  g_assert_false (pt_framebuffer_resource_holds (text, 0, 0));
  g_assert_false (pt_framebuffer_resource_holds ("", 1, 2));
}


/* Linux's own picture: connectors, and what Xorg was told. */
static void
test_host_display (void)
{
  static const struct
  {
    const char *name;
    const char *content;
    const char *verdict;
    const char *evidence;
  } cases[] = {
    { NULL, NULL, "pass", DESKTOP ": driver amdgpu, connectors 4, monitors 2, in use 2" },
    { "sys/class/drm/card0-DP-1/enabled", "enabled", "warn fix-host-display-both", "in use 1" },
    { "sys/class/drm/card0-DP-1/enabled", "rubbish", "pass", "in use 0" },
    { "sys/class/drm", NULL, "unknown", "monitors unknown" },
    { "etc/X11/xorg.conf", "Section \"Device\"\n BusID \"PCI:47:0:0\"\nEndSection\n",
      "warn fix-xorg-guest-card", "BusID \"PCI:47:0:0\" is the guest's card" },
    { "etc/X11/xorg.conf.d/10-a.conf", "section \"device\"\nbus_id \"PCI:50:0\"\n", "pass",
      "is a card that stays" },
    { "etc/X11/xorg.conf", "Section \"Device\"\n BusID \"PCI:2f:00:0\"\nEndSection\n",
      "warn fix-xorg-bus-id", "is no BusID" },
    { "etc/X11/xorg.conf", "Section \"Device\"\n BusID \"PCI:1:0:0\"\nEndSection\n",
      "warn fix-xorg-bus-id", "names no card" },
    { "etc/X11/xorg.conf", "Section \"Device\"\n#BusID \"PCI:47:0:0\"\nEndSection\n", "pass",
      DESKTOP },
    { "etc/X11/xorg.conf.d/10-a.txt", "Section \"Device\"\nBusID \"PCI:47:0:0\"\n", "pass",
      DESKTOP },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
      g_autoptr (PtReport) report = NULL;

      g_test_message ("%s: %s", cases[i].name, cases[i].content);
      if (cases[i].content != NULL && g_str_has_prefix (cases[i].name, "etc/"))
        pt_test_host_add (machine, "D: /etc/X11/xorg.conf.d\n");
      if (cases[i].content != NULL)
        pt_test_host_write (machine, cases[i].name, cases[i].content);
      else if (cases[i].name != NULL)
        pt_test_host_remove (machine, cases[i].name);
      report = pt_test_host_report (machine);
      expect (report, PT_CHECK_HOST_DISPLAY, cases[i].verdict);
      expect_evidence (report, PT_CHECK_HOST_DISPLAY, cases[i].evidence);
    }
}


static void
test_xorg_bus_ids (void)
{
  static const struct
  {
    const char *text;
    const char *address; /* NULL = none */
  } cases[] = {
    { "PCI:47:0:0", "0000:2f:00.0" },
    { "pci:10:0:1", "0000:0a:00.1" },
    { "PCI:1@1:0:0", "0001:01:00.0" },
    { "PCI:1:0", "0000:01:00.0" },
    { "PCI:0a:00.0", NULL },
    { "PCI:1:0:0 ", NULL },
    { "PCI:256:0:0", NULL },
    { "PCI:1:32:0", NULL },
    { "PCI:1:0:8", NULL },
    { "PCI:1@:0:0", NULL },
    { "PCI:1@99999999999:0:0", NULL },
    { "PCI::0:0", NULL },
    { "PCI:", NULL },
    { "USB:1:0:0", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PtAddress address = { 0 };
      char      text[PT_ADDRESS_BUFFER] = "";

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (pt_xorg_bus_id_parse (cases[i].text, &address), ==,
                       cases[i].address != NULL);
      if (cases[i].address == NULL)
        continue;
      g_assert_cmpstr (pt_address_format (&address, text), ==, cases[i].address);
    }
}


/* Reset */

static void
test_reset_table (void)
{
  static const struct
  {
    guint16     device;
    const char *family; /* NULL = not in the table */
  } cases[] = {
    { 0x67df, "Polaris 10" },
    { 0x6864, "Vega 10" },
    { 0x6865, NULL },
    { 0x6866, NULL },
    { 0x6867, "Vega 10" },
    { 0x66a5, NULL },
    { 0x731f, "Navi 10" },
    { 0x731c, NULL },
    { 0x7341, "Navi 14" },
    { 0x7342, NULL },
    { 0x73bf, "Navi 21" },
    { 0x73df, NULL },
    { 0x73ff, "Navi 23" },
    { 0x744c, "Navi 31" },
    { 0x747e, "Navi 32" },
    { 0x7480, NULL },
    { 0x7550, "Navi 48" },
    { 0x7590, "Navi 44" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const PtResetEntry *entry = pt_reset_find (0x1002, cases[i].device);

      g_test_message ("%04x", cases[i].device);
      g_assert_cmpstr (entry != NULL ? entry->family : NULL, ==, cases[i].family);
      g_assert_null (pt_reset_find (0x10de, cases[i].device));
    }
}


static void
test_reset_decide (void)
{
  static const struct
  {
    PtResetFacts    facts;
    PtResetStrategy strategy;
  } cases[] = {
    { { 0x10de, 0x2504, FALSE, PT_TRI_TRUE, "flr", TRUE, PT_TRI_FALSE }, PT_RESET_PLAIN },
    { { 0x10de, 0x2504, FALSE, PT_TRI_TRUE, NULL, TRUE, PT_TRI_FALSE }, PT_RESET_PLAIN },
    { { 0x10de, 0x2504, FALSE, PT_TRI_TRUE, "", FALSE, PT_TRI_FALSE }, PT_RESET_NONE },
    { { 0x10de, 0x2504, FALSE, PT_TRI_TRUE, "flr rubbish", TRUE, PT_TRI_FALSE },
      PT_RESET_UNKNOWN },
    { { 0x10de, 0x1b81, FALSE, PT_TRI_FALSE, NULL, TRUE, PT_TRI_FALSE }, PT_RESET_SLOT },
    { { 0x10de, 0x1b81, FALSE, PT_TRI_FALSE, NULL, FALSE, PT_TRI_FALSE }, PT_RESET_NONE },
    { { 0x10de, 0x1b81, FALSE, PT_TRI_UNKNOWN, NULL, TRUE, PT_TRI_FALSE }, PT_RESET_UNKNOWN },
    { { 0x1002, 0x67df, FALSE, PT_TRI_TRUE, "bus", TRUE, PT_TRI_FALSE },
      PT_RESET_VENDOR_MISSING },
    { { 0x1002, 0x67df, FALSE, PT_TRI_TRUE, "bus", TRUE, PT_TRI_UNKNOWN }, PT_RESET_UNKNOWN },
    { { 0x1002, 0x67df, FALSE, PT_TRI_TRUE, "bus device_specific", TRUE, PT_TRI_TRUE },
      PT_RESET_VENDOR_IDLE },
    { { 0x1002, 0x67df, FALSE, PT_TRI_TRUE, "device_specific bus", TRUE, PT_TRI_TRUE },
      PT_RESET_VENDOR },
    { { 0x1002, 0x67df, FALSE, PT_TRI_TRUE, NULL, TRUE, PT_TRI_TRUE }, PT_RESET_VENDOR },
    { { 0x1002, 0x67df, FALSE, PT_TRI_FALSE, NULL, TRUE, PT_TRI_TRUE }, PT_RESET_VENDOR_IDLE },
    { { 0x1002, 0x744c, FALSE, PT_TRI_TRUE, "flr", TRUE, PT_TRI_TRUE }, PT_RESET_SUSPEND },
    { { 0x1002, 0x164e, TRUE, PT_TRI_TRUE, "flr", TRUE, PT_TRI_FALSE }, PT_RESET_GUEST },
    { { 0x8086, 0x3e98, TRUE, PT_TRI_TRUE, "af_flr pm", FALSE, PT_TRI_FALSE }, PT_RESET_PLAIN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %zu", i);
      g_assert_cmpstr (pt_reset_strategy_to_nick (pt_reset_decide (&cases[i].facts)), ==,
                       pt_reset_strategy_to_nick (cases[i].strategy));
    }
}


/* The same on whole computers. */
static void
test_reset_hosts (void)
{
  static const struct
  {
    const char *name;
    const char *content; /* NULL = removed */
    const char *verdict;
    const char *evidence;
  } cases[] = {
    { NULL, NULL, "pass", "reset_method bus" },
    { GUEST_PATH "/reset_method", NULL, "pass", "reset_method none" },
    { GUEST_PATH "/reset_method", "", "pass", "every method was switched off" },
    { GUEST_PATH "/reset_method", "\xff\xfe", "pass", "could not be read" },
    { GUEST_PATH "/reset_method", "magic", "unknown", "reset_method magic" },
    { GUEST_PATH "/device", "0x73bf", "warn fix-reset-suspend", "family Navi 21" },
    { GUEST_PATH "/device", "0x731f", "warn fix-reset-vendor", "family Navi 10" },
    { GUEST_PATH "/vendor", "", "unknown", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
      g_autoptr (PtReport) report = NULL;

      g_test_message ("%s", cases[i].name);
      if (cases[i].content != NULL)
        pt_test_host_write (machine, cases[i].name, cases[i].content);
      else if (cases[i].name != NULL)
        pt_test_host_remove (machine, cases[i].name);
      report = pt_test_host_report (machine);
      expect (report, PT_CHECK_GUEST_GPU_RESET, cases[i].verdict);
      expect_evidence (report, PT_CHECK_GUEST_GPU_RESET, cases[i].evidence);
    }
}


static void
test_reset_vendor (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) idle = NULL;
  g_autoptr (PtReport) active = NULL;

  pt_test_host_write (machine, GUEST_PATH "/device", "0x731f");
  pt_test_host_add (machine, "D: /sys/module/vendor_reset\n");
  idle = pt_test_host_report (machine);
  expect (idle, PT_CHECK_GUEST_GPU_RESET, "warn fix-reset-vendor-idle");
  pt_test_host_write (machine, GUEST_PATH "/reset_method", "device_specific flr");
  active = pt_test_host_report (machine);
  expect (active, PT_CHECK_GUEST_GPU_RESET, "pass");
  expect_evidence (active, PT_CHECK_GUEST_GPU_RESET, "between two starts: vendor-reset");
}


/* The card's own firmware */

static PtRomFinding
find_rom (PtTestHost *machine)
{
  PtRomFinding finding = { 0 };
  PtAddress    address = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (pt_address_parse (GUEST, &address));
  g_assert_true (
    pt_rom_find (pt_test_host_get_sysroot (machine), &address, &finding, &error));
  g_assert_no_error (error);
  return finding;
}


static PtReport *
report_with (PtTestHost         *machine,
             const PtRomFinding *finding)
{
  g_autoptr (PtHost) host = pt_test_host_scan (machine);
  g_autoptr (GArray) roms = g_array_new (FALSE, FALSE, sizeof (PtRomFinding));

  g_array_append_vals (roms, finding, 1);
  return pt_report_new_with_roms (host, roms);
}


static void
test_rom (void)
{
  static const struct
  {
    const char *name;
    const char *content; /* NULL = removed */
    const char *verdict;
    const char *evidence;
  } cases[] = {
    { NULL, NULL, "pass", "image 2: code type 3, machine 8664, for 1002:73df" },
    { GUEST_PATH "/rom", NULL, "warn fix-rom-none", "no ROM of its own" },
    { GUEST_PATH "/rom", "", "unknown fix-rom-unreadable", "not-a-rom" },
    { GUEST_PATH "/rom", "rubbish", "unknown fix-rom-unreadable", "not-a-rom" },
    { GUEST_PATH "/boot_vga", "1", "unknown fix-rom-shadowed", "firmware's copy" },
    { GUEST_PATH "/boot_vga", NULL, "pass", "uefi" },
    { GUEST_PATH "/device", "0x73bf", "warn fix-rom-other-card", "other-card" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
      g_autoptr (PtReport) report = NULL;
      PtRomFinding finding = { 0 };

      g_test_message ("%s: %s", cases[i].name, cases[i].content);
      if (cases[i].content != NULL)
        pt_test_host_write (machine, cases[i].name, cases[i].content);
      else if (cases[i].name != NULL)
        pt_test_host_remove (machine, cases[i].name);
      finding = find_rom (machine);
      report = report_with (machine, &finding);
      expect (report, PT_CHECK_GUEST_GPU_UEFI_ROM, cases[i].verdict);
      expect_evidence (report, PT_CHECK_GUEST_GPU_UEFI_ROM, cases[i].evidence);
    }
}


/* Without root nothing is claimed but what can be seen without reading it. */
static void
test_rom_unread (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtReport) report = pt_test_host_report (machine);
  g_autoptr (PtTestHost) laptop = pt_test_host_new ("hybrid-laptop");
  g_autoptr (PtReport) muxless = pt_test_host_report (laptop);
  PtRomFinding finding = find_rom (machine);
  g_autoptr (PtReport) other = NULL;

  expect (report, PT_CHECK_GUEST_GPU_UEFI_ROM, "unknown fix-rom-ask");
  expect_evidence (report, PT_CHECK_GUEST_GPU_UEFI_ROM, "only root can read the ROM");
  expect (muxless, PT_CHECK_GUEST_GPU_UEFI_ROM, "warn fix-rom-muxless");
  expect_evidence (muxless, PT_CHECK_GUEST_GPU_UEFI_ROM, "no outputs");

  /* What was read of another card says nothing about this one. */
  finding.address.bus = 0x32;
  other = report_with (machine, &finding);
  expect (other, PT_CHECK_GUEST_GPU_UEFI_ROM, "unknown fix-rom-ask");

  finding = (PtRomFinding){ .address = { 0, 0x2f, 0, 0 }, .problem = PT_ROM_ERROR_DENIED };
  g_clear_object (&other);
  other = report_with (machine, &finding);
  expect (other, PT_CHECK_GUEST_GPU_UEFI_ROM, "unknown fix-rom-unreadable");
}


static void
test_rom_strangers (void)
{
  static const char *const strangers[] = { "0000:2f:00.1", "0000:00:00.0", "0000:ff:1f.7" };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");

  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      PtAddress    address = { 0 };
      PtRomFinding finding = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_true (pt_address_parse (strangers[i], &address));
      g_assert_false (
        pt_rom_find (pt_test_host_get_sysroot (machine), &address, &finding, &error));
      g_assert_error (error, PT_ROM_ERROR, PT_ROM_ERROR_MISSING);
    }
}


/* Over the bus and back. */
static void
test_rom_wire (void)
{
  static const char *const broken[] = {
    "((@u 0, byte 0, byte 0, byte 0), 'no-such', 'uefi', @t 0, @u 0, false, @a(qqqybb) [])",
    "((@u 0, byte 0, byte 0, byte 0), '', 'no-such', @t 0, @u 0, false, @a(qqqybb) [])",
    "('', 'uefi')",
  };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  PtRomFinding finding = find_rom (machine);
  PtRomFinding back = { 0 };
  g_autoptr (GVariant) wire = g_variant_ref_sink (pt_rom_finding_to_variant (&finding));
  g_autoptr (GVariant) failed = NULL;
  GVariantBuilder images = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(qqqybb)"));
  g_autoptr (GVariant) many = NULL;

  g_assert_true (pt_rom_finding_from_variant (wire, &back));
  g_assert_true (pt_address_equal (&back.address, &finding.address));
  g_assert_true (back.read);
  g_assert_cmpint (back.rom.verdict, ==, PT_ROM_UEFI);
  g_assert_cmpuint (back.rom.n_images, ==, 2);
  g_assert_cmphex (back.rom.images[1].machine, ==, PT_ROM_MACHINE_X64);
  g_assert_cmpuint (back.rom.size, ==, finding.rom.size);

  finding = (PtRomFinding){ .problem = PT_ROM_ERROR_SHADOWED };
  failed = g_variant_ref_sink (pt_rom_finding_to_variant (&finding));
  g_assert_true (pt_rom_finding_from_variant (failed, &back));
  g_assert_false (back.read);
  g_assert_cmpint (back.problem, ==, PT_ROM_ERROR_SHADOWED);

  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) variant = g_variant_parse (NULL, broken[i], NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_false (pt_rom_finding_from_variant (variant, &back));
    }
  for (int i = 0; i <= PT_ROM_MAX_IMAGES; i++)
    g_variant_builder_add (&images, "(qqqybb)", 1, 2, 3, 4, TRUE, FALSE);
  many = g_variant_ref_sink (g_variant_new ("((uyyy)sstuba(qqqybb))", 0, 0, 0, 0, "", "uefi",
                                            (guint64)0, 0, FALSE, &images));
  g_assert_false (pt_rom_finding_from_variant (many, &back));
}


/* A single card is judged by no check: it stays. */
static void
test_single (void)
{
  static const PtCheckId checks[] = { PT_CHECK_GUEST_GPU_ISOLATED, PT_CHECK_GUEST_GPU_UEFI_ROM,
                                      PT_CHECK_GUEST_GPU_RESET, PT_CHECK_BOOT_FRAMEBUFFER,
                                      PT_CHECK_HOST_DISPLAY };
  g_autoptr (PtTestHost) machine = pt_test_host_new ("single-card");
  g_autoptr (PtReport) report = pt_test_host_report (machine);

  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      expect (report, checks[i], "unknown");
      expect_evidence (report, checks[i], "no card can be spared");
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/checks-display/iomem", test_iomem);
  g_test_add_func ("/host/checks-display/framebuffer", test_framebuffer);
  g_test_add_func ("/host/checks-display/framebuffer-words", test_framebuffer_words);
  g_test_add_func ("/host/checks-display/framebuffer-encrypted", test_framebuffer_encrypted);
  g_test_add_func ("/host/checks-display/resource", test_resource);
  g_test_add_func ("/host/checks-display/host-display", test_host_display);
  g_test_add_func ("/host/checks-display/xorg-bus-ids", test_xorg_bus_ids);
  g_test_add_func ("/host/checks-display/reset-table", test_reset_table);
  g_test_add_func ("/host/checks-display/reset-decide", test_reset_decide);
  g_test_add_func ("/host/checks-display/reset-hosts", test_reset_hosts);
  g_test_add_func ("/host/checks-display/reset-vendor", test_reset_vendor);
  g_test_add_func ("/host/checks-display/rom", test_rom);
  g_test_add_func ("/host/checks-display/rom-unread", test_rom_unread);
  g_test_add_func ("/host/checks-display/rom-strangers", test_rom_strangers);
  g_test_add_func ("/host/checks-display/rom-wire", test_rom_wire);
  g_test_add_func ("/host/checks-display/single", test_single);
  return g_test_run ();
}
