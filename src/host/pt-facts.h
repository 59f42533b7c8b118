/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-storage.h"

G_BEGIN_DECLS

/* Fills @facts with what is outside the PCI bus. What cannot be read stays unknown. @devices:
 * PtDevice, for the second opinion on the IOMMU. */
void pt_facts_read (PtSysroot   *sysroot,
                    GPtrArray   *devices,
                    PtHostFacts *facts);
void pt_facts_clear (PtHostFacts *facts);

/* Parsers. */
void pt_facts_parse_cpuinfo (const char  *text,
                             PtHostFacts *facts);
/* Bytes, 0 without a MemTotal line. */
guint64 pt_facts_parse_meminfo (const char *text);
/* Value of @key in a file of shell assignments, unquoted. (transfer full), NULL if it is not
 * there. */
char *pt_facts_parse_assignment (const char *text,
                                 const char *key);

/* What boots this host, from files alone. */
void pt_boot_read (PtSysroot   *sysroot,
                   PtStorage   *storage,
                   PtHostFacts *facts);
/* What makes the initramfs. Of several installed ones that which made the running image, or is set
 * to make the next; unknown where nothing says it. */
PtInitramfs pt_boot_find_initramfs (PtSysroot *sysroot);
/* TRUE if the effective HOOKS of a mkinitcpio.conf, its drop-ins appended, use systemd. */
gboolean pt_boot_parse_mkinitcpio (const char *text);
/* What really started this boot; PT_BOOT_LOADER_UNKNOWN where it is not clear. */
PtBootLoader pt_boot_find_loader (PtSysroot *sysroot);
/* UTF-16 text of an EFI variable, attributes included. (transfer full), NULL if it is none. */
char *pt_boot_parse_efi_text (const char *bytes,
                              gsize       length);
/* A variable of the Boot Loader Interface (`LoaderInfo`), or NULL. (transfer full) */
char *pt_boot_read_loader_variable (PtSysroot  *sysroot,
                                    const char *name);
/* Its file below PT_PLACE_EFI_VARIABLES. (transfer full) */
char *pt_boot_loader_variable_name (const char *name);
/* What the loader says of itself in LoaderFeatures; 0 without it. */
#define PT_BOOT_FEATURE_ONE_SHOT (G_GUINT64_CONSTANT (1) << 3)
guint64 pt_boot_read_loader_features (PtSysroot *sysroot);

/* Tries /dev/kvm and the sockets of libvirt. */
void pt_probe_kvm (PtSysroot   *sysroot,
                   PtHostFacts *facts);
void pt_probe_libvirt (PtSysroot   *sysroot,
                       PtHostFacts *facts);

G_END_DECLS
