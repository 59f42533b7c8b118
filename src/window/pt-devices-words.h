/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-handover-offers.h"

G_BEGIN_DECLS

/* What the view of the devices says. Plain functions; all translated. */

/* "NVMe drives", "USB controllers", "Graphics cards". Static. */
const char *pt_devices_words_kind (PtDeviceKind kind);
/* How @offer stands, in two or three words for an icon. Static. */
const char *pt_devices_words_state (const PtOffer *offer);
/* The same as sentences, with what is in the way. (transfer full) */
char *pt_devices_words_offer (const PtOffer *offer);
/* `23:00.0 · driver nvme · group 23`. (transfer full) */
char *pt_devices_words_facts (PtDevice *device);
/* What is plugged in, as a list, or NULL. (transfer full) */
char *pt_devices_words_plugged (const PtOffer *offer);
/* What handing @offer over takes from this computer, for the question before. (transfer full) */
char *pt_devices_words_question (const PtOffer *offer);
/* What went wrong and what helps. @giving: it was to be handed over. (transfer full) */
char *pt_devices_words_error (const GError *error,
                              gboolean      giving);

G_END_DECLS
