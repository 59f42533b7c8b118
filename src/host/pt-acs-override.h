/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* The kernel patch that splits IOMMU groups which the hardware does not keep apart. Upstream has
 * always refused it; a kernel without it ignores its parameter without a word. */
#define PT_ACS_OVERRIDE_PARAMETER "pcie_acs_override"

/* TRUE if kallsyms, the kernel's list of its own functions, has the one that the patch adds. FALSE
 * if the list can be read and has not. Reads some megabytes: call it in a worker. */
PtTri pt_acs_override_probe (PtSysroot    *sysroot,
                             GCancellable *cancellable);
/* TRUE if this boot was told to split groups. Whether that had any effect is another question. */
gboolean pt_acs_override_is_asked (const PtHostFacts *facts);

G_END_DECLS
