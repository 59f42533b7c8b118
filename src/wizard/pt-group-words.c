/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-group-words"

#include "config.h"

#include "pt-group-words.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-acs-override.h"
#include "pt-firmware-hints.h"
#include "pt-host-words.h"

#define SEPARATOR " · "


static gboolean
pt_group_device_stays (PtDevice *device)
{
  PtDeviceKind kind = pt_device_get_kind (device);

  return kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE;
}


char *
pt_group_words_title (int number)
{
  return number >= 0 ? g_strdup_printf (_ ("Group %d"), number) : g_strdup (_ ("No group"));
}


char *
pt_group_words_verdict (GPtrArray *members)
{
  guint     others = 0;
  PtDevice *used = NULL;

  g_return_val_if_fail (members != NULL, NULL);

  for (guint i = 0; i < members->len; i++)
    {
      PtDevice *device = g_ptr_array_index (members, i);

      if (!pt_group_device_stays (device))
        others++;
      if (*pt_device_get_in_use (device) != NULL)
        used = device;
    }
  if (others == 0)
    return g_strdup (_ ("Only bridges, which always stay with this computer."));
  if (used != NULL)
    /* Translators: %s is the name of a device, such as a drive. */
    return g_strdup_printf (_ ("Stays with this computer, which uses %s."),
                            pt_device_get_short_name (used));
  if (others == 1)
    return g_strdup (_ ("One device, which can be handed over by itself."));
  return g_strdup_printf (ngettext ("%u device, handed over together or not at all.",
                                    "%u devices, handed over together or not at all.", others),
                          others);
}


char *
pt_group_words_device (PtDevice *device)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *address = NULL;
  g_autofree char *uses = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  address = pt_host_words_address (device);
  uses = g_strjoinv (", ", (char **)pt_device_get_in_use (device));
  g_string_append_printf (text, "%s" SEPARATOR "%s", address, pt_device_get_id (device));
  if (pt_device_get_driver (device) != NULL)
    {
      g_string_append (text, SEPARATOR);
      /* Translators: %s is the name of a driver, such as “amdgpu”. */
      g_string_append_printf (text, _ ("driver %s"), pt_device_get_driver (device));
    }
  if (*uses != '\0')
    {
      g_string_append (text, SEPARATOR);
      /* Translators: %s is a list of mount points. */
      g_string_append_printf (text, _ ("in use for %s"), uses);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


gboolean
pt_card_shares_groups (PtGpu *card)
{
  GPtrArray *mates = NULL;

  g_return_val_if_fail (PT_IS_GPU (card), FALSE);

  mates = pt_gpu_get_group_mates (card);
  for (guint i = 0; i < mates->len; i++)
    {
      if (!pt_group_device_stays (g_ptr_array_index (mates, i)))
        return TRUE;
    }
  return FALSE;
}


/* Names of those that share the card's groups, at most three of them. */
static char *
pt_group_words_sharers (PtGpu *card,
                        guint *count)
{
  GPtrArray *mates = pt_gpu_get_group_mates (card);
  g_autoptr (GString) names = g_string_new (NULL);

  *count = 0;
  for (guint i = 0; i < mates->len; i++)
    {
      PtDevice *device = g_ptr_array_index (mates, i);

      if (pt_group_device_stays (device))
        continue;
      if (*count < 3)
        g_string_append_printf (names, "%s%s", *count > 0 ? ", " : "",
                                pt_device_get_short_name (device));
      *count += 1;
    }
  if (*count > 3)
    g_string_append (names, ", …");
  return g_string_free (g_steal_pointer (&names), FALSE);
}


char *
pt_group_words_card (PtGpu *card)
{
  g_autofree char *sharers = NULL;
  const char      *name = NULL;
  guint            count = 0;

  g_return_val_if_fail (PT_IS_GPU (card), NULL);

  name = pt_device_get_short_name (pt_gpu_get_device (card));
  if (pt_gpu_get_groups (card)->len == 0)
    /* Translators: %s is the name of a graphics card. */
    return g_strdup_printf (_ ("%s is in no group yet. Groups exist when the IOMMU is on."), name);
  sharers = pt_group_words_sharers (card, &count);
  if (count == 0)
    /* Translators: %s is the name of a graphics card. */
    return g_strdup_printf (_ ("%s is isolated: its groups hold nothing but the card and bridges."),
                            name);
  return g_strdup_printf (
    /* Translators: the name of a graphics card; a list of devices. */
    ngettext ("%1$s is not isolated: %2$s is in its group and would have to go with it.",
              "%1$s is not isolated: %2$s are in its groups and would have to go with it.", count),
    name, sharers);
}


static char *
pt_group_words_override (PtHost *host,
                         PtTri   override)
{
  if (pt_acs_override_is_asked (pt_host_get_facts (host)))
    return g_strdup (
      _ ("This start already asks the kernel to split groups (pcie_acs_override). What still "
         "shares a group here is not split by it."));
  if (override != PT_TRI_TRUE)
    return NULL;
  return g_strdup (
    _ ("Last resort: this kernel can pretend that the devices are apart, with the parameter "
       "pcie_acs_override=downstream,multifunction. They are not: the guest, or anything that "
       "takes it over, could then read and change the memory of this computer through a device "
       "that it shares a group with, and the computer may become unstable. Passthru does not set "
       "it for you."));
}


char **
pt_group_words_advice (PtHost *host,
                       PtGpu  *card,
                       PtTri   override)
{
  g_autoptr (GStrvBuilder) advice = g_strv_builder_new ();
  g_autofree char *acs = NULL;
  g_autofree char *last = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (PT_IS_GPU (card), NULL);

  if (!pt_card_shares_groups (card))
    return g_strv_builder_end (advice);
  g_strv_builder_add (advice, _ ("Put the card into another slot. The long slot nearest to the "
                                 "processor is usually in a group of its own; slots that belong "
                                 "to the chipset usually share one."));
  g_strv_builder_add (advice, _ ("Update the firmware of the motherboard. Newer versions often "
                                 "sort devices into smaller groups."));
  acs = pt_words_firmware_hint (host, PT_FIRMWARE_OPTION_ACS);
  if (acs != NULL)
    g_strv_builder_add (advice, acs);
  last = pt_group_words_override (host, override);
  if (last != NULL)
    g_strv_builder_add (advice, last);
  return g_strv_builder_end (advice);
}


static char *
pt_group_words_haystack (PtDevice *device)
{
  g_autofree char *title = pt_group_words_title (pt_device_get_group (device));
  g_autofree char *facts = pt_group_words_device (device);
  g_autofree char *all = g_strjoin (" ", title, facts, pt_device_get_short_name (device),
                                    pt_device_get_name (device),
                                    pt_device_kind_to_nick (pt_device_get_kind (device)), NULL);

  return g_utf8_casefold (all, -1);
}


gboolean
pt_group_words_match (PtDevice   *device,
                      const char *query)
{
  g_autofree char *folded = NULL;
  g_autofree char *haystack = NULL;
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (device), FALSE);
  g_return_val_if_fail (query != NULL, FALSE);

  folded = g_utf8_casefold (query, -1);
  haystack = pt_group_words_haystack (device);
  words = g_strsplit (folded, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (haystack, words[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}
