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

G_END_DECLS
