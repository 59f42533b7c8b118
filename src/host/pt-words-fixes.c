/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-words-fixes"

#include "config.h"

#include "pt-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pt-words-private.h"

/* What a board vendor calls the switches of its firmware setup, and where they usually are.
 * Firmware is in English, so these are not translated. */
typedef struct
{
  const char *vendor; /* how the DMI vendor begins */
  const char *amd_virtualization;
  const char *amd_iommu;
  const char *amd_menu;
  const char *intel_virtualization;
  const char *intel_iommu;
  const char *intel_menu;
  const char *display; /* which card the firmware draws on */
} PtFirmwareWords;

static const PtFirmwareWords pt_firmware_words[] = {
  { "ASUS", "SVM Mode", "IOMMU", "Advanced › CPU Configuration",
    "Intel Virtualization Technology", "VT-d", "Advanced › System Agent (SA) Configuration",
    "Primary Display" },
  { "Micro-Star", "SVM Mode", "IOMMU", "OC › CPU Features", "Intel Virtualization Tech",
    "Intel VT-D Tech", "OC › CPU Features", "Initiate Graphic Adapter" },
  { "Gigabyte", "SVM Mode", "IOMMU", "Tweaker › Advanced CPU Settings",
    "Intel Virtualization Technology", "VT-d", "Settings › Miscellaneous",
    "Initial Display Output" },
  { "ASRock", "SVM Mode", "IOMMU", "Advanced › CPU Configuration",
    "Intel Virtualization Technology", "VT-d", "Advanced › Chipset Configuration",
    "Primary Graphics Adapter" },
  { "Dell", "Virtualization Technology", "IOMMU", "Virtualization Support", "Virtualization",
    "VT for Direct I/O", "Virtualization Support", "Primary Display" },
  { "LENOVO", "SVM Mode", "IOMMU", "Advanced › CPU Setup", "Intel Virtualization Technology",
    "VT-d", "Advanced › CPU Setup", "Select Active Video" },
  { "HP", "SVM CPU Virtualization", "DMA Protection", "Advanced › System Options",
    "Virtualization Technology (VTx)", "Virtualization Technology for Directed I/O (VTd)",
    "Advanced › System Options", "VGA Boot Device" },
  { "Supermicro", "SVM Mode", "IOMMU", "Advanced › CPU Configuration",
    "Intel Virtualization Technology", "Intel VT for Directed I/O (VT-d)",
    "Advanced › Chipset Configuration", "Primary Display" },
};

static const PtFirmwareWords pt_firmware_words_other = {
  "", "SVM Mode", "IOMMU", "Advanced › CPU", "Intel Virtualization Technology",
  "VT-d", "Advanced › CPU", "Primary Display"
};

/* clang-format 14 loses its way in tables of marked strings. */
/* clang-format off */
/* Fixes that are one sentence or two whoever made the board. */
static const struct
{
  const char *key;
  const char *text;
} pt_plain_fixes[] = {
  { "fix-kvm-missing",
    N_ ("Linux offers no virtual machines here. If the processor's "
                             "virtualisation was off in the firmware, turn it on and "
                             "restart; inside a virtual machine or a container, its owner "
                             "has to allow it.") },
  { "fix-kvm-permission",
    N_ ("Your user may not start accelerated virtual machines yet. "
                             "Add it to the group “kvm” with “sudo adduser $USER kvm”, "
                             "then log out and in again.") },
  { "fix-kvm-broken",
    N_ ("Linux has the device for virtual machines, but making one "
                             "failed. Restart the computer; if it stays so inside a "
                             "virtual machine, nested virtualisation is not offered there.") },
  { "fix-iommu-kernel",
    N_ ("The firmware offers the IOMMU, but Linux was started "
                             "without using it. Remove “amd_iommu=off” or “iommu=off” "
                             "from the kernel's start parameters, restart, then come back.") },
  { "fix-iommu-kernel-intel",
    N_ ("The firmware offers the IOMMU, but Linux was started "
                             "without using it. Add “intel_iommu=on” to the kernel's "
                             "start parameters, restart, then come back.") },
  { "fix-virtual-machine",
    N_ ("This Linux itself runs inside a virtual machine. Whoever runs that would have to offer "
        "virtualisation and an IOMMU to it; on a computer of your own, run Passthru directly.") },
  { "fix-second-gpu",
    N_ ("One graphics card has to stay with Linux. Add a second one, "
                             "or turn on the graphics built into the processor in the "
                             "firmware if it has any, and connect a monitor to it.") },
  { "fix-isolation",
    N_ ("Move the card to another slot, the one nearest to the "
                             "processor first, or update the firmware of the motherboard. "
                             "Then check again: the groups may come out differently.") },
  { "fix-id-collision",
    N_ ("Nothing needs mending: Passthru ties this card to its slot "
                             "instead of its model number. If you move the card to "
                             "another slot later, run the set-up again.") },
  { "fix-firmware-uefi",
    N_ ("This Linux was started the old way. It can work, but a card "
                             "set up by the old start-up often shows nothing in the "
                             "guest. If you install anew one day, choose UEFI and turn "
                             "off “CSM” in the firmware.") },
  { "fix-boot-loader-by-hand",
    N_ ("Passthru cannot change this computer's start-up by itself "
                             "yet. It shows the exact text to paste and where it belongs; "
                             "everything else works as usual.") },
  { "fix-initramfs-by-hand",
    N_ ("Passthru cannot extend this computer's early start-up by "
                             "itself yet. It shows the exact text to paste and where it "
                             "belongs.") },
  { "fix-vfio-missing",
    N_ ("The running kernel comes without the driver that lends "
                             "devices to a guest. Install the standard kernel of your "
                             "distribution, restart, then come back.") },
  { "fix-memory",
    N_ ("Windows and Linux share this memory. Close large programs "
                             "while the guest runs, give the guest no more than half, or "
                             "add memory.") },
  { "fix-libvirt-missing",
    N_ ("Install libvirt with “sudo apt install "
                             "libvirt-daemon-system” (or your distribution's package), "
                             "then come back.") },
  { "fix-libvirt-permission",
    N_ ("Your user may not manage virtual machines yet. Add it to "
                             "the group “libvirt” with “sudo adduser $USER libvirt”, then "
                             "log out and in again.") },
  { "fix-disk-space",
    N_ ("Windows needs about 64 GiB, games come on top. Make room, "
                             "or keep the guest's disk on another drive.") },
};
/* clang-format on */


static const PtFirmwareWords *
pt_words_find_firmware (const char *vendor)
{
  for (gsize i = 0; vendor != NULL && i < G_N_ELEMENTS (pt_firmware_words); i++)
    {
      if (g_ascii_strncasecmp (vendor, pt_firmware_words[i].vendor,
                               strlen (pt_firmware_words[i].vendor)) == 0)
        return &pt_firmware_words[i];
    }
  return &pt_firmware_words_other;
}


static char *
pt_words_fix_virtualization (const PtHostFacts     *facts,
                             const PtFirmwareWords *words)
{
  gboolean intel = facts->cpu_vendor == PT_CPU_INTEL;

  /* Translators: %1$s is a switch and %2$s a menu of the firmware setup, both in English. */
  return g_strdup_printf (
    _ ("Your motherboard's firmware has the processor's "
       "virtualisation switched off. Restart into the firmware "
       "setup, turn on “%1$s” (usually under “%2$s”), then come "
       "back."),
    intel ? words->intel_virtualization : words->amd_virtualization,
    intel ? words->intel_menu : words->amd_menu);
}


static char *
pt_words_fix_iommu (const PtHostFacts     *facts,
                    const PtFirmwareWords *words)
{
  gboolean intel = facts->cpu_vendor == PT_CPU_INTEL;

  /* Translators: %1$s and %2$s are switches and %3$s a menu of the firmware setup, all in
   * English. */
  return g_strdup_printf (_ ("Your motherboard's firmware has the IOMMU switched off. "
                             "Restart into the firmware setup, turn on “%1$s” and “%2$s” "
                             "(usually under “%3$s”), then come back; Passthru continues "
                             "here."),
                          intel ? words->intel_virtualization : words->amd_virtualization,
                          intel ? words->intel_iommu : words->amd_iommu,
                          intel ? words->intel_menu : words->amd_menu);
}


static char *
pt_words_fix_display (const PtFirmwareWords *words)
{
  /* Translators: %s is a switch of the firmware setup, in English. */
  return g_strdup_printf (
    _ ("The firmware draws its first picture on the card the guest "
       "would get. In the firmware setup, look for “%s” and choose "
       "the other card; if there is no such switch, plug the "
       "monitor into the other card, or swap the two cards."),
    words->display);
}


char *
pt_words_fix (const char *fix,
              PtHost     *host)
{
  const PtHostFacts     *facts = NULL;
  const PtFirmwareWords *words = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  if (fix == NULL)
    return NULL;
  facts = pt_host_get_facts (host);
  words = pt_words_find_firmware (facts->board_vendor);
  if (g_str_equal (fix, "fix-cpu-virtualization"))
    return pt_words_fix_virtualization (facts, words);
  if (g_str_equal (fix, "fix-iommu-firmware"))
    return pt_words_fix_iommu (facts, words);
  if (g_str_equal (fix, "fix-primary-display"))
    return pt_words_fix_display (words);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_plain_fixes); i++)
    {
      if (g_str_equal (fix, pt_plain_fixes[i].key))
        return g_strdup (_ (pt_plain_fixes[i].text));
    }
  return NULL;
}


const char *const *
pt_words_list_fixes (void)
{
  static const char *keys[G_N_ELEMENTS (pt_plain_fixes) + 4];

  for (gsize i = 0; i < G_N_ELEMENTS (pt_plain_fixes); i++)
    keys[i] = pt_plain_fixes[i].key;
  keys[G_N_ELEMENTS (pt_plain_fixes)] = "fix-cpu-virtualization";
  keys[G_N_ELEMENTS (pt_plain_fixes) + 1] = "fix-iommu-firmware";
  keys[G_N_ELEMENTS (pt_plain_fixes) + 2] = "fix-primary-display";
  return keys;
}
