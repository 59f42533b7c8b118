/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* UEFI firmware for virtual machines, as the host's packages describe it in JSON (QEMU:
 * docs/interop/firmware.json). */
typedef struct
{
  char    *name;       /* of the description: `60-edk2-x86_64.json` */
  char    *executable; /* path on the host */
  char    *variables;  /* template of its variables, path on the host */
  char    *format;     /* of the variables: `raw` or `qcow2` */
  gboolean secure_boot;
  gboolean enrolled_keys; /* with keys that make Secure Boot effective at once */
  gboolean present;       /* both files are there */
} PtGuestFirmware;

void pt_guest_firmware_free (PtGuestFirmware *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtGuestFirmware, pt_guest_firmware_free)

/* The firmware that @text describes, if it is UEFI with a file of variables of its own for q35
 * machines on x86_64. NULL without @error: it is for something else. @error: no such description.
 * (transfer full) */
PtGuestFirmware *pt_guest_firmware_parse (const char *name,
                                          const char *text,
                                          GError    **error);
/* PtGuestFirmware by name, those in etc/qemu over those of packages. NULL if the folder cannot be
 * read; on the real host a missing folder is an empty one. (transfer full) */
GPtrArray *pt_guest_firmware_read (PtSysroot *sysroot);

G_END_DECLS
