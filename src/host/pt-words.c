/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-words"

#include "config.h"

#include "pt-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pt-words-private.h"

/* The upper eight of a PCI class's 24 bits. */
#define PT_CLASS_STORAGE 0x01

typedef struct
{
  const char *title;
  const char *question;
  const char *pass;
  const char *warn; /* NULL where the check never warns */
  const char *fail; /* NULL where it never fails */
  const char *unknown;
} PtCheckWords;

/* clang-format 14 loses its way in tables of marked strings. */
/* clang-format off */
static const PtCheckWords pt_check_words[PT_CHECK_LAST] = {
  [PT_CHECK_CPU_VIRTUALIZATION] = {
    N_ ("Processor virtualisation"),
    N_ ("Can the processor run a second system at full speed? Without it Windows would crawl."),
    N_ ("The processor can run virtual machines at full speed."),
    NULL,
    N_ ("The processor's virtualisation is switched off, or it has none."),
    N_ ("Linux does not say what the processor can do."),
  },
  [PT_CHECK_KVM_USABLE] = {
    N_ ("Accelerated virtual machines"),
    N_ ("Does Linux let you start accelerated virtual machines? Passthru tries it with an empty "
        "one."),
    N_ ("Linux starts accelerated virtual machines for you."),
    NULL,
    N_ ("Linux does not start accelerated virtual machines for you."),
    N_ ("It was not possible to try an accelerated virtual machine."),
  },
  [PT_CHECK_IOMMU_ACTIVE] = {
    N_ ("IOMMU"),
    N_ ("The IOMMU keeps a device that belongs to the guest from touching Linux's memory. "
        "Nothing can be handed over without it."),
    N_ ("The IOMMU is on and has sorted the devices into groups."),
    NULL,
    N_ ("The IOMMU is off, so no device can be handed over yet."),
    N_ ("It is not clear whether the IOMMU is on."),
  },
  [PT_CHECK_TWO_GPUS] = {
    N_ ("Two graphics cards"),
    N_ ("Is there a graphics card for Windows and another one for Linux? A card can serve only "
        "one at a time."),
    N_ ("There is a card for each."),
    NULL,
    N_ ("There are not enough graphics cards: without one of its own, Linux would have no "
        "picture."),
    N_ ("Not every device could be read, so the cards could not be counted."),
  },
  [PT_CHECK_GUEST_GPU_ISOLATED] = {
    N_ ("A card that can be separated"),
    N_ ("Is everything in the card's IOMMU groups either part of it or a bridge? A group goes to "
        "the guest as a whole or not at all."),
    N_ ("A card can be handed over by itself."),
    N_ ("A card can be handed over, but what keeps it apart from other devices may be a start "
        "parameter alone."),
    N_ ("Other devices of this computer share a group with the card and would have to go with it."),
    N_ ("Whether a card can be handed over by itself shows when there is one to spare, the IOMMU "
        "is on and every device can be read."),
  },
  [PT_CHECK_ID_COLLISION] = {
    N_ ("Telling the devices apart"),
    N_ ("Does another device carry the same model number as the card? Then the model number is "
        "not enough to name it."),
    N_ ("The card's functions can be told from every other device by their model numbers."),
    N_ ("Part of the card has the same model number as another device; Passthru names it by its "
        "slot."),
    NULL,
    N_ ("There is no card to compare yet, or not every device could be read."),
  },
  [PT_CHECK_BOOT_FRAMEBUFFER] = {
    N_ ("The first picture"),
    N_ ("Which card shows the picture while the computer starts? The one for the guest should "
        "not."),
    N_ ("The firmware draws on the card that stays with Linux."),
    N_ ("The firmware draws on the card the guest would get, which may leave the screen dark at "
        "the start."),
    NULL,
    N_ ("It is not clear which card the firmware draws on, or there is no second one."),
  },
  [PT_CHECK_FIRMWARE_UEFI] = {
    N_ ("Firmware"),
    N_ ("Was Linux started by UEFI? Cards set up that way work best in a guest."),
    N_ ("Linux was started by UEFI."),
    N_ ("Linux was started the old way, without UEFI."),
    NULL,
    N_ ("It is not visible from here how Linux was started."),
  },
  [PT_CHECK_BOOT_LOADER] = {
    N_ ("Boot loader"),
    N_ ("What starts Linux on this computer, and can Passthru add its start parameters there and "
        "take them out again?"),
    N_ ("Passthru can add its start parameters and take them out again."),
    N_ ("Passthru knows this boot loader but cannot change it by itself; it shows you what to "
        "paste."),
    NULL,
    N_ ("Passthru did not recognise what starts Linux here."),
  },
  [PT_CHECK_INITRAMFS] = {
    N_ ("Early start-up"),
    N_ ("What prepares the first moments of Linux? A card is set aside there, before its usual "
        "driver takes it."),
    N_ ("Passthru can set the card aside before Linux's own driver takes it."),
    N_ ("Passthru knows this early start-up but cannot set every card aside there; where it "
        "cannot, it shows you what to paste."),
    NULL,
    N_ ("Passthru did not recognise what prepares the early start-up here."),
  },
  [PT_CHECK_VFIO_AVAILABLE] = {
    N_ ("Driver for handing over"),
    N_ ("Does this kernel have vfio-pci, the driver that holds a device for the guest?"),
    N_ ("The kernel has the driver that holds a device for the guest."),
    N_ ("The kernel has the driver, but something that was set for it has no effect or would be "
        "missing after the next update."),
    N_ ("The kernel lacks the driver that holds a device for the guest."),
    N_ ("The list of the kernel's drivers could not be read."),
  },
  [PT_CHECK_MEMORY] = {
    N_ ("Memory"),
    N_ ("Is there room for Windows and Linux at the same time? What the guest gets is not "
        "available to Linux while it runs."),
    N_ ("There is room for both."),
    N_ ("There is room for a small guest."),
    N_ ("There is not enough memory for Windows beside Linux."),
    N_ ("The size of the memory could not be read."),
  },
  [PT_CHECK_LIBVIRT] = {
    N_ ("Virtual machine service"),
    N_ ("Is libvirt, the service that runs virtual machines, there and open to you?"),
    N_ ("The virtual machine service is there and open to you."),
    N_ ("The virtual machine service is open to you, but machines would not reach the network."),
    N_ ("The virtual machine service is missing, or not open to you."),
    N_ ("The virtual machine service could not be looked for."),
  },
  [PT_CHECK_STORAGE] = {
    N_ ("Disks"),
    N_ ("Which drives does Linux live on, and is there room for the guest's disk? Drives in use "
        "are never handed over."),
    N_ ("The drives Linux lives on are known and stay with it."),
    N_ ("Space for the guest's disk is short."),
    NULL,
    N_ ("It is not clear which drive Linux lives on, so no drive will be offered to the guest."),
  },
  [PT_CHECK_INTERRUPT_REMAPPING] = {
    N_ ("Safe interrupts"),
    N_ ("Can the IOMMU also keep a device of the guest from sending false interrupts to "
        "Linux?"),
    N_ ("The IOMMU checks the interrupts of devices, too."),
    N_ ("Interrupts are not checked, which a device of the guest could abuse; Linux was told to "
        "accept that."),
    N_ ("Interrupts are not checked, so Linux refuses to hand a device over."),
    N_ ("It does not show yet whether the IOMMU checks interrupts."),
  },
  [PT_CHECK_GUEST_GPU_UEFI_ROM] = {
    N_ ("The card's own firmware"),
    N_ ("Does the card bring firmware that a virtual machine with UEFI can use? Without "
        "it the screen of the guest stays dark until Windows has loaded its driver."),
    N_ ("The card brings firmware that a virtual machine can use."),
    N_ ("The card brings no firmware that a virtual machine with UEFI can use."),
    NULL,
    N_ ("What the card brings could not be read from here."),
  },
  [PT_CHECK_GUEST_GPU_RESET] = {
    N_ ("Starting the card again"),
    N_ ("Can the card be reset, so that the machine can be started a second time "
        "without restarting the computer?"),
    N_ ("The card can be reset; nothing needs to be done between two starts."),
    N_ ("The card may need help before the machine is started a second time."),
    NULL,
    N_ ("It is not visible from here how the card can be reset."),
  },
  [PT_CHECK_HOST_DISPLAY] = {
    N_ ("Linux's own picture"),
    N_ ("Which card drives the monitors of your desktop? It has to be the one that "
        "stays."),
    N_ ("Your desktop is on the card that stays."),
    N_ ("Something ties your desktop to the card that the guest would get."),
    NULL,
    N_ ("It is not visible from here which card drives your monitors."),
  },
  [PT_CHECK_SECURE_BOOT] = {
    N_ ("Secure Boot"),
    N_ ("Does the firmware only start signed software? Then drivers that nobody signed for this "
        "computer are refused."),
    N_ ("Secure Boot does not stand in the way."),
    N_ ("A driver you installed is refused because it is not signed for this computer."),
    NULL,
    N_ ("It is not visible from here whether unsigned drivers are refused."),
  },
  [PT_CHECK_DRIFT] = {
    N_ ("Unchanged since the set-up"),
    N_ ("Are devices, groups, firmware and kernel still what they were when Passthru "
        "set this computer up?"),
    N_ ("Nothing has changed that matters."),
    N_ ("Something has changed since the set-up."),
    NULL,
    N_ ("What was recorded at the set-up could not be read."),
  },
  [PT_CHECK_CPU_LAYOUT] = {
    N_ ("Processor cores"),
    N_ ("How are the cores arranged, and which of them suit the guest best?"),
    N_ ("There are cores for both."),
    N_ ("There are few cores for two systems."),
    NULL,
    N_ ("How the cores share their caches could not be read, so no set of them can be "
        "recommended."),
  },
  [PT_CHECK_GUEST_FIRMWARE] = {
    N_ ("The machine's firmware"),
    N_ ("Is there UEFI firmware for virtual machines on this computer? Windows 11 needs "
        "it, with Secure Boot."),
    N_ ("There is UEFI firmware for virtual machines, with Secure Boot."),
    N_ ("There is UEFI firmware for virtual machines, but none with the Secure Boot that Windows "
        "11 asks for."),
    N_ ("There is no UEFI firmware for virtual machines yet."),
    N_ ("The firmware for virtual machines could not be looked for."),
  },
  [PT_CHECK_TPM] = {
    N_ ("Security chip for Windows"),
    N_ ("Can this computer give a virtual machine a TPM? Windows 11 asks for one."),
    N_ ("Windows can be given a TPM."),
    N_ ("The program that plays a TPM is missing."),
    NULL,
    N_ ("The program that plays a TPM could not be looked for."),
  },
  [PT_CHECK_SHARED_MEMORY] = {
    N_ ("Shared memory for the picture"),
    N_ ("Can the memory be shared in which Windows hands over its picture?"),
    N_ ("The memory for the picture can be shared."),
    N_ ("Something is in the way of the memory for the picture."),
    NULL,
    N_ ("The shared memory could not be looked at."),
  },
  [PT_CHECK_USB_CONTROLLERS] = {
    N_ ("USB controllers"),
    N_ ("Is there a USB controller that could be handed over, and does your keyboard "
        "and mouse stay with Linux?"),
    N_ ("Your keyboard and mouse stay with Linux."),
    N_ ("Keyboard and mouse are on two USB controllers, so neither can be handed over."),
    NULL,
    N_ ("What hangs on the USB controllers could not be read, so none will be handed over."),
  },
};

static const char *const pt_section_titles[] = {
  [PT_CHECK_SECTION_PROCESSOR] = N_ ("Processor and IOMMU"),
  [PT_CHECK_SECTION_GRAPHICS] = N_ ("Graphics"),
  [PT_CHECK_SECTION_START_UP] = N_ ("Start-up"),
  [PT_CHECK_SECTION_VIRTUALISATION] = N_ ("Virtualisation"),
  [PT_CHECK_SECTION_STORAGE] = N_ ("Storage and input"),
};

static const char *const pt_status_words[] = {
  [PT_STATUS_UNKNOWN] = N_ ("Could not tell"),
  [PT_STATUS_PASS] = N_ ("Ready"),
  [PT_STATUS_WARN] = N_ ("Look at this"),
  [PT_STATUS_FAIL] = N_ ("Needs mending"),
};
/* clang-format on */


gsize
pt_words_count_checks (void)
{
  gsize count = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (pt_check_words); i++)
    count += pt_check_words[i].title != NULL;
  return count;
}


const char *
pt_words_check_title (PtCheckId id)
{
  g_return_val_if_fail (id >= 0 && id < PT_CHECK_LAST, NULL);

  return _ (pt_check_words[id].title);
}


const char *
pt_words_check_question (PtCheckId id)
{
  g_return_val_if_fail (id >= 0 && id < PT_CHECK_LAST, NULL);

  return _ (pt_check_words[id].question);
}


const char *
pt_words_check_meaning (PtCheckId id,
                        PtStatus  status)
{
  const PtCheckWords *words = NULL;
  const char         *meaning = NULL;

  g_return_val_if_fail (id >= 0 && id < PT_CHECK_LAST, NULL);

  words = &pt_check_words[id];
  if (status == PT_STATUS_PASS)
    meaning = words->pass;
  else if (status == PT_STATUS_WARN)
    meaning = words->warn;
  else if (status == PT_STATUS_FAIL)
    meaning = words->fail;
  else
    meaning = words->unknown;
  return meaning != NULL ? _ (meaning) : NULL;
}


const char *
pt_words_section_title (PtCheckSection section)
{
  g_return_val_if_fail (section >= 0 && section < G_N_ELEMENTS (pt_section_titles), NULL);

  return _ (pt_section_titles[section]);
}


const char *
pt_words_status (PtStatus status)
{
  g_return_val_if_fail (status >= 0 && status < G_N_ELEMENTS (pt_status_words), NULL);

  return _ (pt_status_words[status]);
}


char *
pt_words_verdict (PtVerdict verdict,
                  PtCheck  *first)
{
  g_return_val_if_fail (first == NULL || PT_IS_CHECK (first), NULL);

  if (verdict == PT_VERDICT_READY || first == NULL)
    return g_strdup (
      _ ("This computer is ready for a Windows machine with its own graphics card."));
  if (verdict == PT_VERDICT_CARE && pt_check_get_status (first) == PT_STATUS_UNKNOWN)
    /* Translators: %s is the title of a check, such as “Memory”. */
    return g_strdup_printf (_ ("Nothing that was seen stands in the way, but not everything could "
                               "be seen: look at “%s”."),
                            pt_words_check_title (pt_check_get_id (first)));
  if (verdict == PT_VERDICT_CARE)
    /* Translators: %s is the title of a check, such as “Memory”. */
    return g_strdup_printf (_ ("This computer is ready, with something to know: look at “%s”."),
                            pt_words_check_title (pt_check_get_id (first)));
  /* Translators: %s is the title of a check, such as “IOMMU”. */
  return g_strdup_printf (_ ("This computer is not ready yet. Begin with “%s”."),
                          pt_words_check_title (pt_check_get_id (first)));
}


char *
pt_words_public_place (const char *place)
{
  static const char *const open[] = { "boot", "efi", "etc", "nix", "sysroot", "usr", "var", NULL };
  static const char *const folders[] = { "home", "media", "mnt", "opt", "root",
                                         "run", "srv", "tmp", NULL };
  g_autofree char         *first = NULL;

  g_return_val_if_fail (place != NULL, NULL);

  if (*place != '/' || place[1] == '\0')
    return g_strdup (place);
  first = g_strndup (place + 1, strcspn (place + 1, "/"));
  if (g_strv_contains (open, first))
    return g_strdup (place);
  if (!g_strv_contains (folders, first))
    return g_strdup ("/…");
  return g_strconcat ("/", first, place[strlen (first) + 1] != '\0' ? "/…" : "", NULL);
}


char *
pt_words_uses (PtDevice *device)
{
  const char *const *uses = NULL;
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  uses = pt_device_get_in_use (device);
  for (guint i = 0; uses[i] != NULL; i++)
    {
      g_autofree char *place = pt_words_public_place (uses[i]);

      if (!g_ptr_array_find_with_equal_func (places, place, g_str_equal, NULL))
        g_ptr_array_add (places, g_steal_pointer (&place));
    }
  g_ptr_array_add (places, NULL);
  return g_strjoinv (", ", (char **)places->pdata);
}


/* What is in use without carrying anything: the board's own parts, and drives when it could not be
 * found out. */
static char *
pt_words_in_use (PtDevice *device)
{
  g_autofree char *uses = pt_words_uses (device);
  const char      *name = pt_device_get_short_name (device);

  if (*uses != '\0')
    /* Translators: %1$s is a device, %2$s what Linux keeps on it, such as “/home”. */
    return g_strdup_printf (_ ("Linux itself lives on %1$s (%2$s)."), name, uses);
  if (pt_device_get_class (device) >> 16 == PT_CLASS_STORAGE)
    /* Translators: %s is a device. */
    return g_strdup_printf (
      _ ("It is not clear which drives Linux lives on; %s may be one of them."), name);
  /* Translators: %s is a device, such as “Root Complex”. */
  return g_strdup_printf (_ ("%s is a part of the mainboard that Linux cannot do without."), name);
}


char *
pt_words_blocker (const PtBlocker *blocker)
{
  const char *name = NULL;

  g_return_val_if_fail (blocker != NULL, NULL);

  name = pt_device_get_short_name (blocker->device);
  switch (blocker->reason)
    {
    case PT_BLOCKER_FOREIGN_DEVICE:
      /* Translators: %s is the name of a device, such as “SATA Controller”. */
      return g_strdup_printf (
        _ ("%s shares a group with this card and would have to go to the guest too."), name);
    case PT_BLOCKER_IN_USE:
      return pt_words_in_use (blocker->device);
    case PT_BLOCKER_HOST_DISPLAY:
      /* Translators: %s is the name of a graphics card. */
      return g_strdup_printf (
        _ ("%s shows this desktop, and no other card has a monitor that could."), name);
    case PT_BLOCKER_ONLY_GPU:
      /* Translators: %s is the name of a graphics card. */
      return g_strdup_printf (
        _ ("%s is the last graphics card that Linux has; without it there would be no picture."),
        name);
    case PT_BLOCKER_LAST_INPUT:
      /* Translators: %s is the name of a USB controller. */
      return g_strdup_printf (
        _ ("Your last keyboard or mouse hangs on %s; without it you could not use Linux any more."),
        name);
    case PT_BLOCKER_INPUT_UNKNOWN:
      /* Translators: %s is the name of a USB controller. */
      return g_strdup_printf (_ ("It could not be read whether your last keyboard or mouse hangs "
                                 "on %s, so it stays with Linux."),
                              name);
    case PT_BLOCKER_FIRMWARE_MEMORY:
      /* Translators: %s is the name of a device. */
      return g_strdup_printf (_ ("The firmware uses memory together with %s, so Linux does not "
                                 "hand it over."),
                              name);
    case PT_BLOCKER_UNREADABLE:
      /* Translators: %s is the name of a device. */
      return g_strdup_printf (_ ("Not everything that has to be known of %s could be read."), name);
    case PT_BLOCKER_NO_GROUP:
    default:
      /* Translators: %s is the name of a device. */
      return g_strdup_printf (
        _ ("%s is in no IOMMU group; it can be judged when the IOMMU is on."), name);
    }
}
