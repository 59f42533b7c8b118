/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-core-map.h"
#include "pt-cpu-layout.h"

G_BEGIN_DECLS

/* Fills @map with the cores of @layout, as they are shared out for a guest of @cores cores (0 = as
 * suggested). FALSE, and nothing in it, if the layout is not known. */
gboolean pt_core_picture_show (PtCoreMap         *map,
                               const PtCpuLayout *layout,
                               guint              cores);

G_END_DECLS
