/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-rom.h"

G_BEGIN_DECLS

/* What came of the attempt to read the ROM of one card; a plain value. Root finds it, the reports
 * of ordinary users are told. */
typedef struct
{
  PtAddress  address;
  gboolean   read; /* else @problem counts */
  PtRomError problem;
  PtRom      rom; /* judged for the card itself */
} PtRomFinding;

/* D-Bus type: address, "" or the name of the problem, the verdict's name, size, offset of the
 * first image, blank, and its images: vendor, device, machine, code type, efi, compressed. */
#define PT_ROM_FINDING_TYPE "((uyyy)sstuba(qqqybb))"

/* Reads and judges; what goes wrong is part of the finding. Needs root on the real computer.
 * FALSE if there is no display device at @address: no other device's ROM is read. */
gboolean pt_rom_find (PtSysroot       *sysroot,
                      const PtAddress *address,
                      PtRomFinding    *finding,
                      GError         **error);
/* `denied`, `shadowed` … */
const char *pt_rom_error_to_nick (PtRomError error);

/* (transfer floating) */
GVariant *pt_rom_finding_to_variant (const PtRomFinding *finding);
/* FALSE if @variant is of another type or says what cannot be. */
gboolean pt_rom_finding_from_variant (GVariant     *variant,
                                      PtRomFinding *finding);

G_END_DECLS
