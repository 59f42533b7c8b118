/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-handover-offers"

#include "config.h"

#include "pt-handover-offers.h"

#include "pt-handover-record.h"


void
pt_offer_free (PtOffer *self)
{
  g_object_unref (self->device);
  pt_handover_free (self->handover);
  g_strfreev (self->plugged);
  g_free (self);
}


static gboolean
pt_offer_is_set_aside (PtDevice *device)
{
  return g_strcmp0 (pt_device_get_driver (device), "vfio-pci") == 0;
}


static gboolean
pt_offer_is_unreadable_only (PtHandover *handover)
{
  for (guint i = 0; i < handover->obstacles->len; i++)
    if (((PtObstacle *)g_ptr_array_index (handover->obstacles, i))->reason !=
        PT_OBSTACLE_UNREADABLE)
      return FALSE;
  return TRUE;
}


/* How it stands on record: none of it, or some of it; @whole: what is chosen is at vfio-pci. */
static gboolean
pt_offer_is_on_record (PtHandover *handover,
                       GPtrArray  *entries,
                       gboolean   *whole)
{
  gboolean any = FALSE;

  *whole = TRUE;
  for (guint i = 0; i < handover->members->len; i++)
    {
      const PtHandoverMember *member = g_ptr_array_index (handover->members, i);

      if (!member->chosen)
        continue;
      any = any || pt_handover_record_find (entries, pt_device_get_address (member->device));
      *whole = *whole && pt_offer_is_set_aside (member->device);
    }
  return any;
}


static PtOfferState
pt_offer_judge (PtDevice   *device,
                PtHandover *handover,
                GPtrArray  *entries)
{
  gboolean whole = FALSE;

  if (entries != NULL && pt_offer_is_on_record (handover, entries, &whole))
    return whole ? PT_OFFER_SET_ASIDE : PT_OFFER_INTERRUPTED;
  if (pt_offer_is_set_aside (device))
    return entries != NULL ? PT_OFFER_HELD : PT_OFFER_HELD_BY;
  if (handover->obstacles->len == 0)
    return PT_OFFER_FREE;
  return pt_offer_is_unreadable_only (handover) ? PT_OFFER_UNKNOWN : PT_OFFER_BLOCKED;
}


/* (transfer full) */
static char **
pt_offer_list_plugged (PtHost   *host,
                       PtDevice *device)
{
  g_autoptr (GPtrArray) plugged = pt_usb_get_plugged (pt_host_get_usb (host),
                                                      pt_device_get_address (device));
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < plugged->len; i++)
    g_strv_builder_add (names, ((const PtUsbDevice *)g_ptr_array_index (plugged, i))->name);
  return g_strv_builder_end (names);
}


static PtOffer *
pt_offer_new (PtHost    *host,
              PtDevice  *device,
              GPtrArray *entries)
{
  g_autoptr (PtIntent) intent = pt_intent_new (pt_device_get_address (device), 1);
  g_autoptr (PtHandover) handover = pt_handover_judge (host, intent, NULL);
  PtOffer *self = NULL;

  if (handover == NULL)
    return NULL;
  self = g_new0 (PtOffer, 1);
  self->device = g_object_ref (device);
  self->state = pt_offer_judge (device, handover, entries);
  self->handover = g_steal_pointer (&handover);
  self->plugged = pt_offer_list_plugged (host, device);
  return self;
}


/* A card's own USB controller goes with the card. */
static gboolean
pt_offer_is_one (PtHost   *host,
                 PtDevice *device)
{
  PtDeviceKind kind = pt_device_get_kind (device);
  PtGpu       *card = pt_host_find_gpu (host, pt_device_get_address (device));

  if (card != NULL)
    return pt_gpu_get_device (card) == device;
  return kind == PT_DEVICE_NVME || kind == PT_DEVICE_USB;
}


GPtrArray *
pt_offers_list (PtHost    *host,
                GPtrArray *entries)
{
  GPtrArray *offers = NULL;
  GPtrArray *devices = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);

  offers = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_offer_free);
  devices = pt_host_get_devices (host);
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);
      PtOffer  *offer = NULL;

      if (pt_offer_is_one (host, device))
        offer = pt_offer_new (host, device, entries);
      if (offer != NULL)
        g_ptr_array_add (offers, offer);
    }
  return offers;
}
