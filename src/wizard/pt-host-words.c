/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-host-words"

#include "config.h"

#include "pt-host-words.h"

#include <glib/gi18n-lib.h>

#include "pt-words.h"

#define SEPARATOR " · "
#define MIB (G_GUINT64_CONSTANT (1) << 20)
/* An aperture below this is the usual window on the card's memory and tells nothing about its
 * size. */
#define LEAST_CARD_MEMORY (G_GUINT64_CONSTANT (1) << 30)


static void
pt_host_words_add (GPtrArray *parts,
                   char      *part)
{
  if (part != NULL && *part != '\0')
    g_ptr_array_add (parts, part);
  else
    g_free (part);
}


static char *
pt_host_words_join (GPtrArray *parts)
{
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (SEPARATOR, (char **)parts->pdata);
}


static char *
pt_host_words_board (const PtHostFacts *facts)
{
  if (facts->board_vendor != NULL && facts->board_name != NULL)
    return g_strdup_printf ("%s %s", facts->board_vendor, facts->board_name);
  return g_strdup (facts->board_name);
}


char *
pt_host_words_computer (const PtHostFacts *facts)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (facts != NULL, NULL);

  pt_host_words_add (parts, g_strdup (facts->cpu_name));
  pt_host_words_add (parts, pt_host_words_board (facts));
  pt_host_words_add (parts, g_strdup (facts->distribution_name));
  if (facts->kernel != NULL)
    /* Translators: %s is the version of the Linux kernel. */
    pt_host_words_add (parts, g_strdup_printf (_ ("Linux %s"), facts->kernel));
  return pt_host_words_join (parts);
}


char *
pt_host_words_address (PtDevice *device)
{
  const char *text = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  text = pt_device_get_address_string (device);
  return g_strdup (g_str_has_prefix (text, "0000:") ? text + 5 : text);
}


char *
pt_host_words_size (guint64 bytes)
{
  guint64 mebibytes = (bytes + (MIB / 2)) / MIB;

  if (mebibytes >= 2048 || mebibytes % 1024 == 0)
    /* Translators: an amount of memory or disk space in gibibytes. */
    return g_strdup_printf (_ ("%u GiB"), (guint)((mebibytes + 512) / 1024));
  /* Translators: an amount of memory in mebibytes. */
  return g_strdup_printf (_ ("%u MiB"), (guint)mebibytes);
}


static char *
pt_host_words_groups (GArray *groups)
{
  g_autoptr (GString) list = g_string_new (NULL);

  if (groups->len == 0)
    return NULL;
  for (guint i = 0; i < groups->len; i++)
    g_string_append_printf (list, "%s%d", i > 0 ? ", " : "", g_array_index (groups, int, i));
  /* Translators: %s is a list of numbers of IOMMU groups. */
  return g_strdup_printf (ngettext ("group %s", "groups %s", groups->len), list->str);
}


char *
pt_host_words_card (PtGpu *card)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  PtDevice *device = NULL;

  g_return_val_if_fail (PT_IS_GPU (card), NULL);

  device = pt_gpu_get_device (card);
  pt_host_words_add (parts, pt_host_words_address (device));
  pt_host_words_add (parts, g_strdup (pt_device_get_id (device)));
  pt_host_words_add (parts, pt_host_words_groups (pt_gpu_get_groups (card)));
  if (pt_gpu_get_aperture (card) >= LEAST_CARD_MEMORY)
    pt_host_words_add (parts, pt_host_words_size (pt_gpu_get_aperture (card)));
  return pt_host_words_join (parts);
}


char *
pt_host_words_monitors (PtDevice *device)
{
  int monitors = 0;

  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  monitors = pt_device_get_monitors (device);
  if (monitors < 0)
    return NULL;
  if (monitors == 0)
    return g_strdup (_ ("No monitor attached."));
  return g_strdup_printf (ngettext ("One monitor attached.", "%d monitors attached.", monitors),
                          monitors);
}


char *
pt_host_words_refusal (PtGpu *card)
{
  GPtrArray *blockers = NULL;

  g_return_val_if_fail (PT_IS_GPU (card), NULL);

  blockers = pt_gpu_get_blockers (card);
  if (pt_gpu_is_suitable (card))
    return NULL;
  if (blockers->len == 0)
    return g_strdup (_ ("This card cannot be given to a machine."));
  return pt_words_blocker (g_ptr_array_index (blockers, 0));
}


const PtBlocker *
pt_card_find_blocker (PtGpu    *card,
                      PtDevice *device)
{
  GPtrArray *blockers = NULL;

  g_return_val_if_fail (PT_IS_GPU (card), NULL);
  g_return_val_if_fail (PT_IS_DEVICE (device), NULL);

  blockers = pt_gpu_get_blockers (card);
  for (guint i = 0; i < blockers->len; i++)
    {
      const PtBlocker *blocker = g_ptr_array_index (blockers, i);

      if (pt_address_equal (pt_device_get_address (blocker->device),
                            pt_device_get_address (device)))
        return blocker;
    }
  return NULL;
}


gboolean
pt_card_can_be_chosen (PtHost *host,
                       PtGpu  *card)
{
  GPtrArray *blockers = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), FALSE);
  g_return_val_if_fail (PT_IS_GPU (card), FALSE);

  if (pt_gpu_is_suitable (card))
    return TRUE;
  if (pt_host_get_facts (host)->iommu != PT_IOMMU_OFF)
    return FALSE;
  blockers = pt_gpu_get_blockers (card);
  for (guint i = 0; i < blockers->len; i++)
    {
      const PtBlocker *blocker = g_ptr_array_index (blockers, i);

      if (blocker->reason != PT_BLOCKER_NO_GROUP)
        return FALSE;
    }
  return TRUE;
}


static gboolean
pt_device_is_bridge (PtDevice *device)
{
  PtDeviceKind kind = pt_device_get_kind (device);

  return kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE;
}


char *
pt_host_words_member (PtGpu    *card,
                      PtDevice *device)
{
  const PtBlocker *blocker = pt_card_find_blocker (card, device);

  if (blocker != NULL)
    return pt_words_blocker (blocker);
  if (pt_device_is_bridge (device))
    return g_strdup (_ ("Stays with this computer."));
  return g_strdup (_ ("Comes along."));
}


PtGpu *
pt_host_suggest_card (PtHost *host)
{
  GPtrArray *gpus = NULL;
  PtGpu     *suggestion = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  gpus = pt_host_get_gpus (host);
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (!pt_card_can_be_chosen (host, gpu))
        continue;
      if (suggestion == NULL || pt_gpu_is_host_display (suggestion))
        suggestion = gpu;
    }
  return suggestion;
}


PtGpu *
pt_host_nearest_card (PtHost *host)
{
  GPtrArray *gpus = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  gpus = pt_host_get_gpus (host);
  for (guint i = 0; i < gpus->len; i++)
    {
      if (!pt_gpu_is_host_display (g_ptr_array_index (gpus, i)))
        return g_ptr_array_index (gpus, i);
    }
  return NULL;
}
