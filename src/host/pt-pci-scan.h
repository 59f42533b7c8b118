/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-address.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Reads all PCI functions of @sysroot with their drivers, groups and monitors, but without the
 * firmware's framebuffer and what lives on them. PtDevice, by address. (transfer container), NULL
 * with PT_HOST_ERROR. */
GPtrArray *pt_pci_scan (PtSysroot    *sysroot,
                        GCancellable *cancellable,
                        GError      **error);

/* Finds the address of the PCI function a sysfs link leads to or through
 * (`../../devices/pci0000:00/…/drm/card0`): the last component that is one. FALSE when there is
 * none. */
gboolean pt_pci_scan_parse_link (const char *text,
                                 PtAddress  *address);

G_END_DECLS
