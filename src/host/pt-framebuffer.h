/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-iomem.h"

G_BEGIN_DECLS

/* Who draws into the picture that the firmware left behind, and on which card it lies. Three
 * places are asked: the kernel's list of memory, the platform devices that stand for such a
 * picture, and the framebuffers of the console. */

/* By the name of a claim, of a platform driver or of a console framebuffer (`EFI VGA`);
 * PT_FRAMEBUFFER_UNKNOWN for any other. */
PtFramebufferDriver pt_framebuffer_driver_from_name (const char *name);

/* TRUE if the memory from @start to @end lies in a window of a `resource` file. */
gboolean pt_framebuffer_resource_holds (const char *resource,
                                        guint64     start,
                                        guint64     end);

/* Fills in what @facts say about it, and marks the card among @devices (PtDevice). */
void pt_framebuffer_read (PtSysroot   *sysroot,
                          GPtrArray   *devices,
                          PtHostFacts *facts);

G_END_DECLS
