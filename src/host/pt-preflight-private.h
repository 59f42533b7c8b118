/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-device.h"
#include "pt-preflight.h"

G_BEGIN_DECLS

/* @device and @now may be NULL. Owned by @findings. */
PtPreflightFinding *pt_preflight_add (GPtrArray      *findings,
                                      PtPreflightKind kind,
                                      PtDevice       *device,
                                      const char     *now);
/* What holds at this moment and may be otherwise at the next start, whatever is on record. */
void pt_preflight_judge_moment (PtHost                   *host,
                                const PtPreflightMachine *machine,
                                GPtrArray                *findings);

G_END_DECLS
