/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-words-fixes"

#include "config.h"

#include "pt-words.h"

#include <glib/gi18n-lib.h>

#include "pt-firmware-hints.h"
#include "pt-words-private.h"

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
  { "fix-acs-override",
    N_ ("The parameter “pcie_acs_override” makes a kernel that has this patch split groups which "
        "the hardware may not keep apart: a guest that was broken into could then reach the "
        "memory of Linux past the IOMMU, and devices may disturb each other. Better is another "
        "slot or newer firmware: restart without the parameter and check again. If the card then "
        "shares its group, keep the parameter only for a Windows you trust as much as Linux.") },
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
    N_ ("This computer's early start-up is part of its system image, which Passthru does not "
        "build anew. It shows the exact text to paste and where it belongs.") },
  { "fix-initramfs-booster",
    N_ ("This early start-up is made by booster, which can run no script. Passthru sets a card "
        "aside there by its model number. For one of two equal cards use mkinitcpio or dracut "
        "instead.") },
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
  { "fix-drift-groups",
    N_ ("The devices are grouped in another way than when this computer was set up; an update of "
        "the kernel or the firmware does that. Look at the card again: if something else is in its "
        "group now, undo the set-up, or go back to the older kernel or firmware.") },
  { "fix-drift-gone",
    N_ ("A device of the set-up is not in this computer any more. Put it back, or undo the set-up "
        "and choose again.") },
  { "fix-drift-moved",
    N_ ("A device of the set-up is in another place; that happens when a card is added or moved. "
        "Undo the set-up and choose the device again at its new address.") },
  { "fix-few-cores",
    N_ ("Windows and Linux share this processor, and each should have two cores of its own. It can "
        "work with fewer, but expect both to stutter while a game runs.") },
  { "fix-usb-controllers",
    N_ ("If you want the guest to have USB ports of its own, plug keyboard and mouse into ports of "
        "the same controller: then the other one is free. Single USB devices can be handed over "
        "without a controller.") },
  { "fix-parameters-not-in-force",
    N_ ("A parameter is written down for the start, but this start did not get it. If you have "
        "not restarted since, restart. If it stays so, another entry was chosen in the boot menu, "
        "the boot loader's own configuration was not written anew, or another boot loader starts "
        "this computer; see “Boot loader” above.") },
  { "fix-vfio-built-in",
    N_ ("This kernel has the driver built in, so options for it in /etc/modprobe.d have no "
        "effect. Only the kernel's start parameters count; Passthru sets those.") },
  { "fix-kernel-incomplete",
    N_ ("Another installed kernel lacks a driver that the running one has, and an update may "
        "start that one. Build the driver for it (“sudo dkms autoinstall”), or remove that "
        "kernel.") },
  { "fix-firmware-memory",
    N_ ("The firmware shares memory with this card while Linux runs, and the kernel keeps such "
        "devices. Look in the firmware setup for “Pre-boot DMA Protection”, remote management or "
        "shared storage on that slot and turn it off, update the firmware, or use another "
        "slot.") },
  { "fix-huge-pages",
    N_ ("Most of the memory is set aside as huge pages, which Linux itself never gets. Lower "
        "“hugepages=” in the kernel's start parameters or “vm.nr_hugepages” in /etc/sysctl.d; "
        "Passthru's machines do not need them.") },
  { "fix-network-forwarding",
    N_ ("Linux does not pass on the packets of machines. Something turned “net.ipv4.ip_forward” "
        "off after libvirt had turned it on: look in /etc/sysctl.d, then restart libvirt's "
        "network with “sudo virsh net-destroy default” and “sudo virsh net-start default”.") },
  { "fix-kvm-relogin",
    N_ ("Your user is in the group already, but this session began before. Log out and in "
        "again.") },
  { "fix-libvirt-relogin",
    N_ ("Your user is in the group already, but this session began before. Log out and in "
        "again.") },
  { "fix-interrupt-remapping",
    N_ ("Take “intremap=off” and “nointremap” out of the kernel's start parameters if they are "
        "there, look in the firmware setup for “Interrupt Remapping” or “x2APIC” and turn it on, "
        "and update the firmware. Only where all of that fails, "
        "“vfio_iommu_type1.allow_unsafe_interrupts=1” makes it work at the cost of this "
        "protection.") },
  { "fix-module-refused",
    N_ ("Sign the driver with a key of your own: DKMS makes one, “sudo mokutil --import” with its "
        "public part announces it, and after a restart the firmware asks you to enrol it. Or turn "
        "Secure Boot off in the firmware setup.") },
  { "fix-guest-firmware",
    N_ ("Install the firmware for virtual machines: “sudo apt install ovmf” on Debian and Ubuntu, "
        "“edk2-ovmf” on Fedora and Arch, “qemu-ovmf-x86_64” on openSUSE. Then come back.") },
  { "fix-guest-firmware-secure-boot",
    N_ ("Install your distribution's current package of firmware for virtual machines, which "
        "brings one with Secure Boot: “ovmf”, “edk2-ovmf” or “qemu-ovmf-x86_64”. Windows 10 works "
        "without it.") },
  { "fix-tpm",
    N_ ("Install swtpm: “sudo apt install swtpm swtpm-tools” on Debian and Ubuntu, “swtpm” and "
        "“swtpm-tools” on Fedora, “swtpm” elsewhere. Windows 10 works without it.") },
  { "fix-shared-memory-permission",
    N_ ("The memory for the picture belongs to another user, so the picture could not be shown. "
        "Shut the machine down, delete the file with “sudo rm”, and let Passthru start the "
        "machine; a device of the kvmfr module needs a udev rule that gives it to your user.") },
  { "fix-shared-memory-size",
    N_ ("A file left in the shared memory has a size that fits no picture. Shut the machine down "
        "and delete the file; it is made anew at the next start.") },
  { "fix-shared-memory-kind",
    N_ ("Something that is not a file has the name of the memory for the picture. Find out what "
        "made it and remove it.") },
  { "fix-shared-memory-room",
    N_ ("The shared memory of this computer is nearly full. Close programs that use it, or look "
        "for files in /dev/shm that nobody needs.") },
  { "fix-kvmfr-file",
    N_ ("A machine was started before the kvmfr module, so there is an ordinary file where its "
        "device belongs. Shut the machine down, delete the file with “sudo rm”, then load the "
        "module with “sudo modprobe kvmfr”.") },
  { "fix-kvmfr-size",
    N_ ("The kvmfr module is loaded without a size and so makes no device. Put “options kvmfr "
        "static_size_mb=64” into a file in /etc/modprobe.d and load it again; 64 suits a screen "
        "of 2560 × 1440, 128 one of 3840 × 2160.") },
  { "fix-disk-space",
    N_ ("Windows needs about 64 GiB, games come on top. Make room, "
                             "or keep the guest's disk on another drive.") },
};
/* clang-format on */


/* Fixes that depend on the maker of the board: what it is about, where, and what then. */
/* clang-format off */
static const struct
{
  const char      *key;
  PtFirmwareOption option;
  const char      *before;
  const char      *after;
} pt_firmware_fixes[] = {
  { "fix-cpu-virtualization", PT_FIRMWARE_OPTION_VIRTUALIZATION,
    N_ ("Your motherboard's firmware has the processor's virtualisation switched off."),
    N_ ("Then come back.") },
  { "fix-iommu-firmware", PT_FIRMWARE_OPTION_IOMMU,
    N_ ("Your motherboard's firmware has the IOMMU switched off."),
    N_ ("Then come back; Passthru continues here.") },
  { "fix-primary-display", PT_FIRMWARE_OPTION_PRIMARY_DISPLAY,
    N_ ("The firmware draws its first picture on the card the guest would get."),
    N_ ("If there is no such switch, plug the monitor into the other card, or swap the two "
        "cards.") },
};
/* clang-format on */


char *
pt_words_fix (const char *fix,
              PtHost     *host)
{
  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  if (fix == NULL)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (pt_firmware_fixes); i++)
    {
      g_autofree char *hint = NULL;

      if (!g_str_equal (fix, pt_firmware_fixes[i].key))
        continue;
      hint = pt_words_firmware_hint (host, pt_firmware_fixes[i].option);
      return g_strdup_printf ("%s %s %s", _ (pt_firmware_fixes[i].before), hint,
                              _ (pt_firmware_fixes[i].after));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (pt_plain_fixes); i++)
    {
      if (g_str_equal (fix, pt_plain_fixes[i].key))
        return g_strdup (_ (pt_plain_fixes[i].text));
    }
  return pt_words_fix_graphics (fix, host);
}


const char *const *
pt_words_list_fixes (void)
{
  static gsize      once = 0;
  static GPtrArray *keys = NULL;

  if (g_once_init_enter (&once))
    {
      const char *key = NULL;

      keys = g_ptr_array_new ();
      for (gsize i = 0; i < G_N_ELEMENTS (pt_plain_fixes); i++)
        g_ptr_array_add (keys, (gpointer)pt_plain_fixes[i].key);
      for (gsize i = 0; i < G_N_ELEMENTS (pt_firmware_fixes); i++)
        g_ptr_array_add (keys, (gpointer)pt_firmware_fixes[i].key);
      for (gsize i = 0; (key = pt_words_graphics_fix_key (i)) != NULL; i++)
        g_ptr_array_add (keys, (gpointer)key);
      g_ptr_array_add (keys, NULL);
      g_once_init_leave (&once, 1);
    }
  return (const char *const *)keys->pdata;
}
