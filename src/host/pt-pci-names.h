/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names from the PCI id list of this computer, through libpci, which does nothing else here.
 * Unknown ids, a missing and a damaged list give NULL. Any thread. The first call reads the list,
 * about ten ms. */

/* (transfer full) (nullable) */
char *pt_pci_names_vendor (guint16 vendor);
char *pt_pci_names_device (guint16 vendor,
                           guint16 device);
/* What the maker of the board calls it. */
char *pt_pci_names_board (guint16 vendor,
                          guint16 device,
                          guint16 subsystem_vendor,
                          guint16 subsystem_device);
/* Another list than the system's, NULL for that one again; for tests. */
void pt_pci_names_set_file (const char *path);

G_END_DECLS
