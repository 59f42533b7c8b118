/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-address.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Who has a device that was handed over, as the processes of the host tell it. */

/* The name that QEMU's command line in @arguments (@length bytes, a NUL after each, as in
 * /proc/PID/cmdline) gives the machine; NULL if it has none. qemu(1), -name. (transfer full) */
char *pt_handover_parse_machine (const char *arguments,
                                 gsize       length);
/* TRUE if that command line gives the device at @address to vfio-pci. */
gboolean pt_handover_parse_uses (const char      *arguments,
                                 gsize            length,
                                 const PtAddress *address);
/* What has @address or a member of its group, @group, open: `the virtual machine “win11” (process
 * 4711)`, or a program by its name. NULL if it cannot be told: without CAP_SYS_PTRACE only command
 * lines are seen, and a device that was added later is on none. (transfer full) */
char *pt_handover_find_holder (PtSysroot       *sysroot,
                               const PtAddress *address,
                               const char      *group);

G_END_DECLS
