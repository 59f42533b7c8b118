/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* Sentences the wizard says about a host and its cards, made of values. All (transfer full),
 * translated. */

/* "AMD Ryzen 9 5900X · MSI MEG X570 UNIFY · Debian 12 · Linux 6.1.0"; what is unknown is left
 * out. */
char *pt_host_words_computer (const PtHostFacts *facts);
/* `2f:00.0` for domain 0, else with the domain. */
char *pt_host_words_address (PtDevice *device);
/* "12 GiB" or "256 MiB". */
char *pt_host_words_size (guint64 bytes);
/* "2f:00.0 · 1002:73df · groups 28, 29": address, id, groups. */
char *pt_host_words_card (PtGpu *card);
/* "No monitor attached", "Monitor attached", or NULL where it cannot be told. */
char *pt_host_words_monitors (PtDevice *device);
/* Why the card cannot be given away, one sentence, or NULL if it can. */
char *pt_host_words_refusal (PtGpu *card);
/* TRUE if the user may choose the card: it is suitable, or nothing but the missing groups of an
 * IOMMU that is merely off in the kernel keeps it from being judged. */
gboolean pt_card_can_be_chosen (PtHost *host,
                                PtGpu  *card);
/* What a function or group mate of @card is to the plan, one sentence. */
char *pt_host_words_member (PtGpu    *card,
                            PtDevice *device);
/* The blocker of @card that is @device, or NULL. (transfer none) */
const PtBlocker *pt_card_find_blocker (PtGpu    *card,
                                       PtDevice *device);
/* The card to offer first: the only suitable one, or the suitable one that does not show the
 * desktop. NULL when there is none. (transfer none) */
PtGpu *pt_host_suggest_card (PtHost *host);
/* Where none can be chosen: the card that is nearest to it, the first that does not show the
 * desktop. NULL when there is none. (transfer none) */
PtGpu *pt_host_nearest_card (PtHost *host);

G_END_DECLS
