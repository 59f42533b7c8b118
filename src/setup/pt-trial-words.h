/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-trial.h"

G_BEGIN_DECLS

/* Why @plan cannot be tried once, one or two sentences, not yet translated; NULL if it can.
 * Static. */
const char *pt_trial_get_reason (PtPlan *plan);
/* The safest thing to do instead: how to take the parameters out at the boot menu. Translated. */
const char *pt_trial_get_alternative (PtPlan *plan);

G_END_DECLS
