/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* What an intent means on a host: which functions go, how each is named at boot, what may not
 * go. */

/* Fills @devices (PtPlanDevice *, by address) and @refusals (PtPlanRefusal *). FALSE with @error if
 * the intent names no device of @host. */
gboolean pt_choice_make (PtHost    *host,
                         PtIntent  *intent,
                         GPtrArray *devices,
                         GPtrArray *refusals,
                         GError   **error);
/* TRUE if the firmware offers an IOMMU and the kernel does not use it: a parameter away. */
gboolean pt_choice_iommu_is_a_parameter_away (PtHost *host);

void pt_plan_device_free (PtPlanDevice *self);

G_END_DECLS
