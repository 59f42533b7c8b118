/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What the kernel does on a directory that is a computer, where no kernel is: it answers writes to
 * the attributes of the PCI bus (pt-handover.h). Which driver takes a device of its own accord is
 * in the rehearsal's note. A group `stuck` there makes devices misbehave as real ones do:
 * `0000:23:00.0=unbind` (its driver does not let go), `probe` (vfio-pci does not take it),
 * `return` (its own driver does not take it back). */
#define PT_PLAYED_KERNEL_STUCK "stuck"

/* Makes the links between the device in @folder (a path of this process) and @driver, or none
 * for "". */
gboolean pt_played_kernel_move (PtSysroot  *sysroot,
                                const char *folder,
                                const char *device,
                                const char *driver,
                                GError    **error);
/* As pt_sysroot_write_attribute() for `driver_override`, `unbind` and `drivers_probe`, with what
 * comes of it. The last two need not be there. */
gboolean pt_played_kernel_write (PtSysroot  *sysroot,
                                 PtPlace     place,
                                 const char *name,
                                 const char *text,
                                 GError    **error);
/* Loads the module vfio-pci. */
gboolean pt_played_kernel_load (PtSysroot *sysroot,
                                GError   **error);

G_END_DECLS
