/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-devices-words"

#include "config.h"

#include "pt-devices-words.h"

#include <glib/gi18n-lib.h>

#include "pt-handover-words.h"
#include "pt-plan.h"


const char *
pt_devices_words_kind (PtDeviceKind kind)
{
  if (kind == PT_DEVICE_NVME)
    return _ ("Drives");
  return kind == PT_DEVICE_USB ? _ ("USB controllers") : _ ("Graphics cards");
}


const char *
pt_devices_words_state (const PtOffer *offer)
{
  static const char *const words[] = {
    [PT_OFFER_FREE] = N_ ("Can be set aside"),
    [PT_OFFER_UNKNOWN] = N_ ("Could not tell"),
    [PT_OFFER_BLOCKED] = N_ ("Stays with this computer"),
    [PT_OFFER_SET_ASIDE] = N_ ("Set aside"),
    [PT_OFFER_INTERRUPTED] = N_ ("Half set aside"),
    [PT_OFFER_HELD] = N_ ("Set aside since the start"),
    [PT_OFFER_HELD_BY] = N_ ("Could not tell"),
  };

  g_return_val_if_fail (offer != NULL && (gsize)offer->state < G_N_ELEMENTS (words), NULL);

  return _ (words[offer->state]);
}


/* `23:00.0`: domain 0 says nothing to most people. */
static const char *
pt_devices_words_address (PtDevice *device)
{
  const char *address = pt_device_get_address_string (device);

  return g_str_has_prefix (address, "0000:") ? address + 5 : address;
}


/* The obstacles of the device itself need no name, those of others do: two controllers may have the
 * same one. */
static char *
pt_devices_words_blocked (const PtOffer *offer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GPtrArray *obstacles = offer->handover->obstacles;

  for (guint i = 0; i < obstacles->len; i++)
    {
      const PtObstacle *obstacle = g_ptr_array_index (obstacles, i);
      g_autofree char  *words = pt_handover_words_obstacle (obstacle);

      if (text->len > 0)
        g_string_append_c (text, ' ');
      if (obstacle->because != offer->device)
        /* Translators: the name of a device; its address; a sentence on it. */
        g_string_append_printf (text, _ ("%1$s (%2$s): %3$s"),
                                pt_device_get_short_name (obstacle->because),
                                pt_devices_words_address (obstacle->because), words);
      else
        g_string_append (text, words);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


char *
pt_devices_words_offer (const PtOffer *offer)
{
  g_return_val_if_fail (offer != NULL, NULL);

  switch (offer->state)
    {
    case PT_OFFER_BLOCKED:
      return pt_devices_words_blocked (offer);
    case PT_OFFER_UNKNOWN:
      return g_strdup (_ ("Some of it only root can read. That is looked at before anything "
                          "changes."));
    case PT_OFFER_SET_ASIDE:
      return g_strdup (_ ("Set aside for a machine until the restart."));
    case PT_OFFER_INTERRUPTED:
      return g_strdup (_ ("Setting it aside was interrupted. Giving it back puts it in order."));
    case PT_OFFER_HELD:
      return g_strdup (_ ("Set aside when the computer started, or by another program."));
    case PT_OFFER_HELD_BY:
      return g_strdup (_ ("Set aside. Since when and by whom cannot be told now."));
    case PT_OFFER_FREE:
    default:
      return g_strdup (_ ("This computer has it and can do without it."));
    }
}


char *
pt_devices_words_facts (PtDevice *device)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *driver = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  driver = pt_device_get_driver (device);
  g_string_append (text, pt_devices_words_address (device));
  g_string_append (text, " · ");
  if (driver != NULL)
    /* Translators: %s is the name of a driver, such as “nvme”. */
    g_string_append_printf (text, _ ("driver %s"), driver);
  else
    g_string_append (text, _ ("no driver"));
  if (pt_device_get_group (device) >= 0)
    {
      g_string_append (text, " · ");
      /* Translators: %d is the number of an IOMMU group. */
      g_string_append_printf (text, _ ("group %d"), pt_device_get_group (device));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


char *
pt_devices_words_plugged (const PtOffer *offer)
{
  g_return_val_if_fail (offer != NULL, NULL);

  return offer->plugged[0] != NULL ? g_strjoinv (", ", offer->plugged) : NULL;
}


char *
pt_devices_words_question (const PtOffer *offer)
{
  const char      *until = _ ("It comes back when you give it back, and with every restart.");
  g_autofree char *plugged = NULL;

  g_return_val_if_fail (offer != NULL, NULL);

  plugged = pt_devices_words_plugged (offer);
  if (plugged != NULL)
    /* Translators: a list of USB devices; a sentence. */
    return g_strdup_printf (_ ("These stop working on this computer and are for the machine: "
                               "%1$s. %2$s"),
                            plugged, until);
  if (pt_device_get_kind (offer->device) == PT_DEVICE_NVME)
    /* Translators: %s is a sentence. */
    return g_strdup_printf (_ ("This computer does not see the drive any more, and the machine "
                               "can change everything on it. %s"),
                            until);
  /* Translators: %s is a sentence. */
  return g_strdup_printf (_ ("This computer cannot use it any more, a machine can. %s"), until);
}


char *
pt_devices_words_error (const GError *error,
                        gboolean      giving)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY))
    return g_strdup (_ ("Another change to this computer is under way. Try again when it is "
                        "finished."));
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE))
    return g_strdup (_ ("A machine is using it; what is known of it stands below. Shut the "
                        "machine down, then give the device back."));
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED))
    return g_strdup (_ ("Something is in the way. Nothing was changed."));
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED))
    return g_strdup (_ ("Nobody could be asked for the password, because no program that asks for "
                        "it (a polkit agent) answers in this session. Nothing was changed: start "
                        "one, or log in to a full desktop, then try again."));
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER) ||
      g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_ENDED))
    return g_strdup (_ ("The service of Passthru that does this was not there or ended in the "
                        "middle. What is shown now is what the computer says; try again."));
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL))
    return g_strdup (_ ("What was noted of devices set aside cannot be followed. Restart the "
                        "computer: every device is back at its driver then."));
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    return g_strdup (_ ("Passthru did not set it aside since the computer started, so there is "
                        "nothing to give back."));
  if (giving)
    return g_strdup (_ ("The computer did not let go of it. The details say whether everything is "
                        "back as it was."));
  return g_strdup (_ ("Its driver did not take it back. Try again; with the next restart it is "
                      "back in any case."));
}
