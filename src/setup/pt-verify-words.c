/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-verify-words"

#include "config.h"

#include "pt-verify-words.h"

#include <glib/gi18n-lib.h>

static const char *
pt_verify_explain (PtVerifyResult result)
{
  switch (result)
    {
    case PT_VERIFY_OK:
      return _ ("Everything is as planned. The chosen devices are reserved for the guest.");
    case PT_VERIFY_NOT_RESTARTED:
      return _ ("The computer has not been restarted since the change. Restart it now.");
    case PT_VERIFY_NO_PARAMETERS:
      return _ ("The computer started without the new kernel parameters. Another entry of the boot "
                "menu was chosen, another boot loader started it, or its settings were changed. "
                "Restart and take the first entry; if that does not help, undo the change and "
                "apply it again.");
    case PT_VERIFY_WRONG_ENTRY:
      return _ ("The computer started without the new kernel parameters, although the settings of "
                "the boot loader have them. Another entry of the boot menu was chosen, or another "
                "boot loader started it. Restart and take the first entry.");
    case PT_VERIFY_SETTINGS_LOST:
      return _ ("The new kernel parameters are not in the settings of the boot loader any more: "
                "another program or a person took them out. Undo the change and apply it again.");
    case PT_VERIFY_WRONG_DRIVER:
      return _ ("The kernel parameters are there, but a driver of this computer took a device "
                "before it could be reserved. Undo the change and apply it again; if that does not "
                "help, please report it.");
    case PT_VERIFY_OLD_IMAGE:
      return _ ("The kernel parameters are there, but the part of Passthru that reserves the card "
                "early is missing in the start-up files (initramfs) of this kernel. Undo the "
                "change and apply it again: that makes them anew.");
    case PT_VERIFY_DEVICE_MOVED:
      return _ ("Another device, or none, is where a chosen one was. A card or a disk was probably "
                "added or removed. Undo the change and choose again.");
    case PT_VERIFY_STRANGER_BOUND:
      return _ ("A device that you did not choose is reserved too. Undo the change before you go "
                "on.");
    case PT_VERIFY_GROUP_CHANGED:
      return _ ("Another device is in the card's IOMMU group now, so no machine with the card can "
                "start. Undo the last change in the firmware settings, or put the card that was "
                "added last into another slot; or undo the change and choose again.");
    case PT_VERIFY_FRAMEBUFFER:
      return _ ("The chosen card is reserved, but the picture of the firmware still lies in its "
                "memory, so a machine with it would not start. Let the firmware begin with the "
                "other card; the check “The first picture” says what else helps here.");
    case PT_VERIFY_NEXT_PART:
      return _ ("The IOMMU is on now. Look at the groups, then apply the second part of the change "
                "and restart once more.");
    case PT_VERIFY_IOMMU_OFF:
    case PT_VERIFY_LAST:
    default:
      return _ ("The IOMMU is off, so no device can be reserved. Turn it on in the firmware "
                "settings of the computer; an update of the firmware may have turned it off.");
    }
}

char *
pt_verify_describe (PtVerifyResult result,
                    PtDevice      *stranger,
                    const char    *image)
{
  const char      *words = pt_verify_explain (result);
  g_autofree char *place = NULL;

  if (result == PT_VERIFY_OLD_IMAGE)
    /* Translators: the sentences about it, and the name of a file. */
    return g_strdup_printf (_ ("%s The file is %s."), words, image);
  if (result != PT_VERIFY_GROUP_CHANGED || stranger == NULL)
    return g_strdup (words);
  place = pt_address_to_string (pt_device_get_address (stranger));
  /* Translators: the sentences about it, the name of a device and its address. */
  return g_strdup_printf (_ ("%s The device is %s at %s."), words,
                          pt_device_get_short_name (stranger), place);
}

const char *
pt_verify_result_to_nick (PtVerifyResult result)
{
  static const char *const nicks[PT_VERIFY_LAST] = {
    [PT_VERIFY_OK] = "ok",
    [PT_VERIFY_NOT_RESTARTED] = "not-restarted",
    [PT_VERIFY_NO_PARAMETERS] = "no-parameters",
    [PT_VERIFY_WRONG_ENTRY] = "wrong-entry",
    [PT_VERIFY_SETTINGS_LOST] = "settings-lost",
    [PT_VERIFY_WRONG_DRIVER] = "wrong-driver",
    [PT_VERIFY_OLD_IMAGE] = "old-image",
    [PT_VERIFY_DEVICE_MOVED] = "device-moved",
    [PT_VERIFY_STRANGER_BOUND] = "stranger-bound",
    [PT_VERIFY_GROUP_CHANGED] = "group-changed",
    [PT_VERIFY_FRAMEBUFFER] = "framebuffer",
    [PT_VERIFY_NEXT_PART] = "next-part",
    [PT_VERIFY_IOMMU_OFF] = "iommu-off",
  };

  g_return_val_if_fail ((gsize)result < PT_VERIFY_LAST, NULL);

  return nicks[result];
}

char *
pt_verification_to_text (PtVerification *self)
{
  g_autoptr (GString) text = NULL;
  GPtrArray *rows = NULL;

  g_return_val_if_fail (PT_IS_VERIFICATION (self), NULL);

  rows = pt_verification_get_rows (self);
  text = g_string_new (pt_verification_get_message (self));
  g_string_append_c (text, '\n');
  for (guint i = 0; i < rows->len; i++)
    {
      const PtVerifyRow *row = g_ptr_array_index (rows, i);
      char               address[PT_ADDRESS_BUFFER] = { 0 };

      g_string_append_printf (text, "  %s  %s  %s  %s\n",
                              pt_address_format (&row->address, address),
                              row->id != NULL ? row->id : "-",
                              row->driver != NULL ? row->driver : "-",
                              pt_verify_result_to_nick (row->result));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
