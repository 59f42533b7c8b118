/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-handover.h"

G_BEGIN_DECLS

/* All that could change hands while the computer runs, judged one by one: every NVMe drive, USB
 * controller and graphics card. */

typedef enum {
  PT_OFFER_FREE = 0,    /* it may be handed over */
  PT_OFFER_UNKNOWN,     /* as far as can be told: some of it only root can read */
  PT_OFFER_BLOCKED,     /* something is in the way */
  PT_OFFER_SET_ASIDE,   /* handed over; it can be given back */
  PT_OFFER_INTERRUPTED, /* on record as handed over, and not all of it is; likewise */
  PT_OFFER_HELD,        /* at vfio-pci since the start, or by somebody else */
  PT_OFFER_HELD_BY,     /* at vfio-pci, and the record cannot be told */
} PtOfferState;

typedef struct
{
  PtDevice    *device;   /* the drive, the controller, the card's first function */
  PtHandover  *handover; /* of it alone */
  PtOfferState state;
  char       **plugged; /* names of what is plugged into a USB controller, NULL-ended */
} PtOffer;

/* PtOffer, by address. @entries: PtHandoverEntry of the record, NULL = it cannot be told. (transfer
 * full) */
GPtrArray *pt_offers_list (PtHost    *host,
                           GPtrArray *entries);
void       pt_offer_free (PtOffer *self);

G_END_DECLS
