/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-words-graphics"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-firmware-hints.h"
#include "pt-words-private.h"

/* What a device with an open LUKS volume is in use for (pt-storage.c). */
#define PT_WORDS_ENCRYPTED "[luks]"

/* clang-format 14 loses its way in tables of marked strings. */
/* clang-format off */
static const struct
{
  const char *key;
  gboolean    firmware; /* the firmware's switch for the first picture is named in front */
  gboolean    darkens;  /* what it asks for may hide the question for a disk's password */
  const char *text;
} pt_graphics_fixes[] = {
  { "fix-framebuffer-efifb", TRUE, TRUE,
    N_ ("If there is no such switch, the start parameter “video=efifb:off” keeps Linux from "
        "drawing there: efifb is what draws there now. Look here again after the restart to see "
        "whether it worked.") },
  { "fix-framebuffer-vesafb", TRUE, TRUE,
    N_ ("If there is no such switch, the start parameter “video=vesafb:off” keeps Linux from "
        "drawing there: vesafb is what draws there now. Look here again after the restart to see "
        "whether it worked.") },
  { "fix-framebuffer-simple", TRUE, TRUE,
    N_ ("If there is no such switch, the start parameter “initcall_blacklist=sysfb_init” may keep "
        "Linux from drawing there; “video=efifb:off” would change nothing on this computer. Some "
        "kernels accept the parameter and draw all the same, so look here again after the "
        "restart.") },
  { "fix-host-display-both", FALSE, FALSE,
    N_ ("Your desktop draws on a monitor at that card now. When the card is set aside, that "
        "monitor turns dark for Linux and belongs to the guest. Make sure that the other card has "
        "a monitor of its own, or a second cable to the same one.") },
  { "fix-host-display-connect", FALSE, FALSE,
    N_ ("Connect a monitor to the card that stays with Linux. A second cable to the same monitor "
        "will do.") },
  { "fix-host-display-swap", FALSE, FALSE,
    N_ ("Your monitors are connected to the large card, which leaves only the processor's own "
        "graphics for the guest. If you want it the other way round, connect a monitor to the "
        "socket of the motherboard, make that the first picture in the firmware, and come "
        "back.") },
  { "fix-xorg-guest-card", FALSE, FALSE,
    N_ ("A file of Xorg's configuration says that the desktop has to use the card the guest would "
        "get; once the card is set aside, the desktop would not start. Setting the card aside "
        "makes comments of that “Device” section and of what refers to it, and going back "
        "restores them.") },
  { "fix-xorg-bus-id", FALSE, FALSE,
    N_ ("A file of Xorg's configuration names a graphics card that is not in this computer. A "
        "BusID is written in decimal numbers, unlike the addresses Linux shows. Correct the line "
        "or remove it.") },
  { "fix-rom-ask", FALSE, FALSE,
    N_ ("Only root may read a card's own firmware: “sudo passthru --check” does it and says here "
        "what the card brings.") },
  { "fix-rom-shadowed", FALSE, FALSE,
    N_ ("The computer started with this card, so what can be read may be a copy that the firmware "
        "has already used. Start with the other card and look again. If the guest's screen stays "
        "dark, give the machine a VBIOS file of exactly this card; Passthru checks such a file "
        "for you.") },
  { "fix-rom-unreadable", FALSE, FALSE,
    N_ ("A card that is asleep or in use often cannot be read. Try again once it is set aside for "
        "the guest. A VBIOS file of exactly this card can be checked instead.") },
  { "fix-rom-no-uefi", FALSE, FALSE,
    N_ ("The guest's screen would stay dark until Windows has loaded its driver. A newer VBIOS of "
        "exactly this card may bring what is missing; Passthru checks such a file for you. With "
        "Looking Glass you can also do without.") },
  { "fix-rom-other-card", FALSE, FALSE,
    N_ ("What the card's memory holds was made for another model. If the guest's screen stays "
        "dark, give the machine a VBIOS file of exactly this card.") },
  { "fix-rom-none", FALSE, FALSE,
    N_ ("Graphics in a processor or a laptop keep their firmware elsewhere. If the guest's screen "
        "stays dark, the machine needs a VBIOS file of exactly this card; Passthru checks such a "
        "file for you.") },
  { "fix-rom-muxless", FALSE, FALSE,
    N_ ("This card has neither firmware nor sockets for a monitor of its own, as in many laptops. "
        "It can work in a guest, but it takes more: a VBIOS file of exactly this card, often a "
        "battery for the guest to see, and a virtual display in Windows, because its picture only "
        "comes through Looking Glass or a remote desktop.") },
  { "fix-reset-vendor", FALSE, FALSE,
    N_ ("The usual reset leaves cards of this family hanging until the computer restarts. The "
        "module “vendor-reset” knows how to reset them; it has to be built for your kernel, needs "
        "a patch from Linux 6.12 on, and a signature where Secure Boot is on. Without it, suspend "
        "the computer for two seconds between two starts.") },
  { "fix-reset-vendor-idle", FALSE, FALSE,
    N_ ("The module “vendor-reset” is loaded, but the kernel does not use it for this card. Since "
        "Linux 5.15 “device_specific” has to be written to the card's “reset_method” while it is "
        "still unused; install the udev rule that comes with the module and restart.") },
  { "fix-reset-suspend", FALSE, FALSE,
    N_ ("The first start works. Some users of such cards report that a second one does not. If "
        "that happens to you, suspend the computer for two seconds between two starts; nothing "
        "needs to be installed.") },
  { "fix-reset-guest", FALSE, FALSE,
    N_ ("Graphics of a processor cannot be reset well. Windows has to switch them off before it "
        "shuts down, for which a small service exists (“RadeonResetBugFix”), and the machine "
        "often needs a VBIOS file. If it still hangs, suspend the computer for two seconds.") },
  { "fix-reset-none", FALSE, FALSE,
    N_ ("The kernel knows no way to reset this card. The first start works; before a second one, "
        "suspend the computer for two seconds, or restart it.") },
};
/* clang-format on */


static gboolean
pt_words_is_encrypted (PtHost *host)
{
  GPtrArray *devices = pt_host_get_devices (host);

  for (guint i = 0; i < devices->len; i++)
    {
      if (g_strv_contains (pt_device_get_in_use (g_ptr_array_index (devices, i)),
                           PT_WORDS_ENCRYPTED))
        return TRUE;
    }
  return FALSE;
}


static char *
pt_words_fix_graphics_row (gsize   row,
                           PtHost *host)
{
  const char      *text = _ (pt_graphics_fixes[row].text);
  const char      *dark = "";
  g_autofree char *hint = NULL;

  if (pt_graphics_fixes[row].darkens && pt_words_is_encrypted (host))
    dark = _ (" With that parameter the screen also stays dark while Linux asks for the password "
              "of your encrypted disk: you would type it blindly.");
  if (!pt_graphics_fixes[row].firmware)
    return g_strdup (text);
  hint = pt_words_firmware_hint (host, PT_FIRMWARE_OPTION_PRIMARY_DISPLAY);
  /* Translators: %1$s says what to set in the firmware, %2$s and %3$s are whole sentences. */
  return g_strdup_printf (_ ("The firmware's picture lies on the card the guest would get. %1$s "
                             "%2$s%3$s"),
                          hint, text, dark);
}


char *
pt_words_fix_graphics (const char *fix,
                       PtHost     *host)
{
  g_return_val_if_fail (fix != NULL, NULL);
  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_graphics_fixes); i++)
    {
      if (g_str_equal (fix, pt_graphics_fixes[i].key))
        return pt_words_fix_graphics_row (i, host);
    }
  return NULL;
}


const char *
pt_words_graphics_fix_key (gsize index)
{
  return index < G_N_ELEMENTS (pt_graphics_fixes) ? pt_graphics_fixes[index].key : NULL;
}
