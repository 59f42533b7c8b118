/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-group-diagram.h"
#include "pt-host.h"

G_BEGIN_DECLS

/* Shows in @diagram the groups of @card: its functions first, then who else is in there. */
void pt_card_diagram_fill (PtGroupDiagram *diagram,
                           PtHost         *host,
                           PtGpu          *card);

G_END_DECLS
