/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-firmware-hints"

#include "config.h"

#include "pt-firmware-hints.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a maker calls a switch, and the menu it usually is in. Both NULL: it has none that is known
 * of, or none of its own name. */
typedef struct
{
  const char *name;
  const char *menu;
} PtFirmwarePlace;

typedef struct
{
  const char     *vendors[3]; /* how the DMI vendor begins, NULL-ended */
  PtFirmwarePlace amd[PT_FIRMWARE_OPTION_LAST];
  PtFirmwarePlace intel[PT_FIRMWARE_OPTION_LAST];
} PtFirmwareVendor;

#define PT_AMD_CBS_NBIO "Advanced › AMD CBS › NBIO Common Options"

/* From the makers' manuals of boards of the last ten years. Menus move between models, so every
 * sentence says "usually"; a menu that is not known for most of a maker's boards is left out.
 * Framework and other makers whose setup is not documented take the common names below. */
/* clang-format off */
static const PtFirmwareVendor pt_firmware_vendors[] = {
  { { "ASUS", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM Mode", "Advanced › CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "IOMMU", PT_AMD_CBS_NBIO },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding",
                                        "Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support",
                                             "Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Video Device",
                                               "Advanced › NB Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "Launch CSM", "Boot › CSM (Compatibility Support Module)" },
      [PT_FIRMWARE_OPTION_ACS] = { "ACS Enable", PT_AMD_CBS_NBIO } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel (VMX) Virtualization Technology",
                                              "Advanced › CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "VT-d", "Advanced › System Agent (SA) Configuration" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding",
                                        "Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support",
                                             "Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Display",
        "Advanced › System Agent (SA) Configuration › Graphics Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "Launch CSM", "Boot › CSM (Compatibility Support Module)" } } },
  { { "Micro-Star", "MSI", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM Mode", "OC › Advanced CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "IOMMU", "OC › Advanced CPU Configuration › AMD CBS" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G memory",
                                        "Settings › Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support",
                                             "Settings › Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Initiate Graphic Adapter",
        "Settings › Advanced › Integrated Graphics Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "BIOS CSM/UEFI Mode", "Settings › Advanced" },
      [PT_FIRMWARE_OPTION_ACS] = { "ACS Enable", "OC › Advanced CPU Configuration › AMD CBS" } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel Virtualization Tech",
                                              "OC › CPU Features" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "Intel VT-D Tech", "OC › CPU Features" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G memory",
                                        "Settings › Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support",
                                             "Settings › Advanced › PCI Subsystem Settings" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Initiate Graphic Adapter",
        "Settings › Advanced › Integrated Graphics Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "BIOS CSM/UEFI Mode", "Settings › Advanced" } } },
  { { "Gigabyte", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM Mode", "Tweaker › Advanced CPU Settings" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "IOMMU", "Settings › Miscellaneous" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding", "Settings › IO Ports" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support", "Settings › IO Ports" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Initial Display Output", "Settings › IO Ports" },
      [PT_FIRMWARE_OPTION_CSM] = { "CSM Support", "Boot" },
      [PT_FIRMWARE_OPTION_ACS] = { "ACS Enable", "Settings › AMD CBS › NBIO Common Options" } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "VMX Virtualization Technology",
                                              "Tweaker › Advanced CPU Settings" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "VT-d", "Settings › Miscellaneous" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding", "Settings › IO Ports" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support", "Settings › IO Ports" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Initial Display Output", "Settings › IO Ports" },
      [PT_FIRMWARE_OPTION_CSM] = { "CSM Support", "Boot" } } },
  { { "ASRock", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM Mode", "Advanced › CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "IOMMU", PT_AMD_CBS_NBIO },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding", NULL },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "C.A.M. (Clever Access Memory)", NULL },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Graphics Adapter", NULL },
      [PT_FIRMWARE_OPTION_CSM] = { "CSM", "Boot › CSM (Compatibility Support Module)" },
      [PT_FIRMWARE_OPTION_ACS] = { "ACS Enable", PT_AMD_CBS_NBIO } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel Virtualization Technology",
                                              "Advanced › CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "VT-d", "Advanced › Chipset Configuration" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding", "Advanced › Chipset Configuration" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "C.A.M. (Clever Access Memory)",
                                             "Advanced › Chipset Configuration" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Graphics Adapter",
                                               "Advanced › Chipset Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "CSM", "Boot › CSM (Compatibility Support Module)" } } },
  { { "Dell", "Alienware", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Virtualization Technology",
                                              "Virtualization Support" },
      [PT_FIRMWARE_OPTION_CSM] = { "Enable Legacy Option ROMs", "Advanced Boot Options" } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel Virtualization Technology (VT)",
                                              "Virtualization Support" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "VT for Direct I/O", "Virtualization Support" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Display", "Video" },
      [PT_FIRMWARE_OPTION_CSM] = { "Enable Legacy Option ROMs", "Advanced Boot Options" } } },
  { { "HP", "Hewlett", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM CPU Virtualization",
                                              "Advanced › System Options" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "DMA Protection", "Advanced › System Options" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "VGA Boot Device",
                                               "Advanced › Built-in Device Options" },
      [PT_FIRMWARE_OPTION_CSM] = { "Legacy Support", "Advanced › Secure Boot Configuration" } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Virtualization Technology (VTx)",
                                              "Advanced › System Options" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "Virtualization Technology for Directed I/O (VTd)",
                                     "Advanced › System Options" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "VGA Boot Device",
                                               "Advanced › Built-in Device Options" },
      [PT_FIRMWARE_OPTION_CSM] = { "Legacy Support", "Advanced › Secure Boot Configuration" } } },
  { { "LENOVO", NULL },
    { [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Select Active Video", "Devices › Video Setup" },
      [PT_FIRMWARE_OPTION_CSM] = { "CSM", "Startup" } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel Virtualization Technology", NULL },
      [PT_FIRMWARE_OPTION_IOMMU] = { "VT-d", NULL },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Select Active Video", "Devices › Video Setup" },
      [PT_FIRMWARE_OPTION_CSM] = { "CSM", "Startup" } } },
  { { "Supermicro", "Super Micro", NULL },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM Mode", "Advanced › CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "IOMMU", "Advanced › NB Configuration" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding",
                                        "Advanced › PCIe/PCI/PnP Configuration" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support",
                                             "Advanced › PCIe/PCI/PnP Configuration" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "VGA Priority",
                                               "Advanced › PCIe/PCI/PnP Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "Boot mode select", "Boot" } },
    { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel Virtualization Technology",
                                              "Advanced › CPU Configuration" },
      [PT_FIRMWARE_OPTION_IOMMU] = { "Intel VT for Directed I/O (VT-d)",
                                     "Advanced › Chipset Configuration" },
      [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding",
                                        "Advanced › PCIe/PCI/PnP Configuration" },
      [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support",
                                             "Advanced › PCIe/PCI/PnP Configuration" },
      [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "VGA Priority",
                                               "Advanced › PCIe/PCI/PnP Configuration" },
      [PT_FIRMWARE_OPTION_CSM] = { "Boot mode select", "Boot" } } },
};

/* What most call it. */
static const PtFirmwareVendor pt_firmware_common = {
  { NULL },
  { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "SVM Mode", NULL },
    [PT_FIRMWARE_OPTION_IOMMU] = { "IOMMU", NULL },
    [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding", NULL },
    [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support", NULL },
    [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Display", NULL },
    [PT_FIRMWARE_OPTION_CSM] = { "CSM", NULL },
    [PT_FIRMWARE_OPTION_ACS] = { "ACS Enable", NULL } },
  { [PT_FIRMWARE_OPTION_VIRTUALIZATION] = { "Intel Virtualization Technology", NULL },
    [PT_FIRMWARE_OPTION_IOMMU] = { "VT-d", NULL },
    [PT_FIRMWARE_OPTION_ABOVE_4G] = { "Above 4G Decoding", NULL },
    [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = { "Re-Size BAR Support", NULL },
    [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = { "Primary Display", NULL },
    [PT_FIRMWARE_OPTION_CSM] = { "CSM", NULL },
    [PT_FIRMWARE_OPTION_ACS] = { "ACS Control", NULL } },
};

/* Translators: in these sentences %1$s is a switch and %2$s a menu of the firmware setup, both in
 * English; “firmware setup” is what appears when a key is held at the very start. */
static const struct
{
  const char *in_menu;
  const char *somewhere;
} pt_firmware_sentences[] = {
  [PT_FIRMWARE_OPTION_VIRTUALIZATION] = {
    N_ ("Restart into the firmware setup and turn on “%1$s”, usually under “%2$s”."),
    N_ ("Restart into the firmware setup and turn on the processor's virtualisation, often called "
        "“%1$s”.") },
  [PT_FIRMWARE_OPTION_IOMMU] = {
    N_ ("Restart into the firmware setup and turn on “%1$s”, usually under “%2$s”."),
    N_ ("Restart into the firmware setup and turn on the IOMMU, often called “%1$s”.") },
  [PT_FIRMWARE_OPTION_ABOVE_4G] = {
    N_ ("Restart into the firmware setup and turn on “%1$s”, usually under “%2$s”."),
    N_ ("Restart into the firmware setup and let cards use addresses above 4 GB, often called "
        "“%1$s”.") },
  [PT_FIRMWARE_OPTION_RESIZABLE_BAR] = {
    N_ ("Restart into the firmware setup; the switch is “%1$s”, usually under “%2$s”."),
    N_ ("Restart into the firmware setup; the switch is often called “%1$s”.") },
  [PT_FIRMWARE_OPTION_PRIMARY_DISPLAY] = {
    N_ ("In the firmware setup, look for “%1$s”, usually under “%2$s”, and choose the other "
        "card."),
    N_ ("In the firmware setup, look for the first display, often called “%1$s”, and choose the "
        "other card.") },
  [PT_FIRMWARE_OPTION_CSM] = {
    N_ ("In the firmware setup, turn off the old way to start: “%1$s”, usually under “%2$s”."),
    N_ ("In the firmware setup, turn off the old way to start, often called “%1$s”.") },
  [PT_FIRMWARE_OPTION_ACS] = {
    N_ ("Some firmware sorts devices into finer groups with “%1$s”, usually under “%2$s”; turn it "
        "on if it is there."),
    N_ ("Some firmware sorts devices into finer groups with a switch often called “%1$s”; turn it "
        "on if it is there.") },
};
/* clang-format on */
G_STATIC_ASSERT (G_N_ELEMENTS (pt_firmware_sentences) == PT_FIRMWARE_OPTION_LAST);


static const PtFirmwareVendor *
pt_firmware_find_vendor (const char *vendor)
{
  for (gsize i = 0; vendor != NULL && i < G_N_ELEMENTS (pt_firmware_vendors); i++)
    {
      const char *const *names = pt_firmware_vendors[i].vendors;

      for (gsize j = 0; names[j] != NULL; j++)
        if (g_ascii_strncasecmp (vendor, names[j], strlen (names[j])) == 0)
          return &pt_firmware_vendors[i];
    }
  return &pt_firmware_common;
}


static const PtFirmwarePlace *
pt_firmware_find_place (const PtHostFacts *facts,
                        PtFirmwareOption   option)
{
  gboolean                intel = facts->cpu_vendor == PT_CPU_INTEL;
  const PtFirmwareVendor *vendor = pt_firmware_find_vendor (facts->board_vendor);
  const PtFirmwarePlace  *place = intel ? &vendor->intel[option] : &vendor->amd[option];

  if (place->name != NULL)
    return place;
  return intel ? &pt_firmware_common.intel[option] : &pt_firmware_common.amd[option];
}


char *
pt_words_firmware_hint (PtHost          *host,
                        PtFirmwareOption option)
{
  const PtFirmwarePlace *place = NULL;
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (option >= 0 && option < PT_FIRMWARE_OPTION_LAST, NULL);

  place = pt_firmware_find_place (pt_host_get_facts (host), option);
  text = g_string_new (_ (place->menu != NULL ? pt_firmware_sentences[option].in_menu
                                              : pt_firmware_sentences[option].somewhere));
  g_string_replace (text, "%1$s", place->name, 1);
  g_string_replace (text, "%2$s", place->menu != NULL ? place->menu : "", 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
