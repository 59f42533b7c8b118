/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-gpu.h"
#include "pt-usb.h"

G_BEGIN_DECLS

/* The cards among @devices (PtDevice, by address), judged. PtGpu, by address. (transfer full) */
GPtrArray *pt_gpu_judge_all (GPtrArray *devices);
/* Adds to the blockers of @gpus what would take the host's last keyboard or pointing device along:
 * a card's own USB controller, or one in its groups. */
void pt_gpu_judge_inputs (GPtrArray   *gpus,
                          const PtUsb *usb);
/* TRUE if a blocker has @reason. */
gboolean pt_gpu_has_blocker (PtGpu          *self,
                             PtBlockerReason reason);

/* TRUE for a card that could go to the guest: any but the one that shows this desktop; the only
 * one for lack of others. */
gboolean pt_gpu_is_candidate (GPtrArray *gpus,
                              PtGpu     *self);
/* The card most likely meant for the guest: a candidate with nothing in the way, rather not the
 * processor's own. NULL without a second card. (transfer none) */
PtGpu *pt_gpu_find_guest (GPtrArray *gpus);
/* The card that shows this desktop, or NULL. (transfer none) */
PtGpu *pt_gpu_find_host (GPtrArray *gpus);

G_END_DECLS
