/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* What the view of the IOMMU groups says. Plain functions on a scanned host; nothing is read. */

/* What belongs in one group means for its owner, one sentence. @members: PtDevice. */
char *pt_group_words_verdict (GPtrArray *members);
/* `2f:00.0 · 1002:73df · driver amdgpu`, and what the host does with it. (transfer full) */
char *pt_group_words_device (PtDevice *device);
/* Why @card is or is not isolated, one or two sentences. (transfer full) */
char *pt_group_words_card (PtGpu *card);
/* TRUE if others than bridges and the card's own functions are in its groups. */
gboolean pt_card_shares_groups (PtGpu *card);
/* What helps, the plain things first; empty where nothing stands in the way. @override: what
 * pt_acs_override_probe() found. NULL-ended. (transfer full) */
char **pt_group_words_advice (PtHost *host,
                              PtGpu  *card,
                              PtTri   override);
/* TRUE if every word of @query is in name, address, id, driver or use of @device, or in its group's
 * title; case does not matter. */
gboolean pt_group_words_match (PtDevice   *device,
                               const char *query);
/* `Group 28`, or what stands for no group. (transfer full) */
char *pt_group_words_title (int number);

G_END_DECLS
