/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

#include "pt-address.h"

G_BEGIN_DECLS

/* The firmware a graphics card brings along (its option ROM, also called VBIOS): a chain of
 * images. A virtual machine with UEFI firmware shows a picture only where one of them is an EFI
 * driver for x64. Sources: PCI Firmware Specification 3.x section 5.1 (ROM header, PCI data
 * structure), UEFI Specification 2.x section 14.4.2.1 (EFI header), nouveau's bios/npde.c (NPDE).
 */

/* What real cards have is two to four. */
#define PT_ROM_MAX_IMAGES 16
/* What lies behind this is not looked at; no card's window is larger. */
#define PT_ROM_MAX_SIZE (16 * 1024 * 1024)

/* Code types of the PCI data structure. */
#define PT_ROM_CODE_BIOS 0
#define PT_ROM_CODE_OPEN_FIRMWARE 1
#define PT_ROM_CODE_EFI 3

/* Machines of the EFI header (PE/COFF). */
#define PT_ROM_MACHINE_IA32 0x014c
#define PT_ROM_MACHINE_EBC 0x0ebc
#define PT_ROM_MACHINE_X64 0x8664
#define PT_ROM_MACHINE_ARM64 0xaa64

/* What is true first counts. */
typedef enum {
  PT_ROM_NOT_A_ROM = 0, /* no image anywhere */
  PT_ROM_TRUNCATED,     /* an image reaches beyond the end, or the chain ends too early */
  PT_ROM_OTHER_CARD,    /* whole, but no image names the card asked about */
  PT_ROM_UEFI,          /* has an EFI driver for x64 */
  PT_ROM_OTHER_MACHINE, /* has EFI drivers, none for x64 */
  PT_ROM_LEGACY_ONLY,   /* has none */
} PtRomVerdict;

/* One image. Offsets and lengths in bytes; @offset counts from the beginning of the buffer. */
typedef struct
{
  guint32  offset;
  guint32  length; /* as stated, a multiple of 512; 0 = not stated */
  guint16  vendor;
  guint16  device;
  guint8   code_type;
  gboolean efi;     /* code type and signature both say so; the next two count only then */
  guint16  machine; /* PT_ROM_MACHINE_* */
  gboolean compressed;
  gboolean last;
  gboolean matches; /* names the card asked about, itself or in its list of devices */
} PtRomImage;

/* The whole; a plain value. */
typedef struct
{
  PtRomVerdict verdict;
  gsize        size;
  guint32      offset; /* of the first image: the length of a vendor's header in front of it */
  gboolean     blank;  /* nothing but ff or 00: what a card asleep or in use gives */
  guint        n_images;
  PtRomImage   images[PT_ROM_MAX_IMAGES];
} PtRom;

/* Reads @size bytes at @data and judges them; knows no file and cannot fail. @vendor and @device
 * are those of the card it should be for, 0 and 0 = any. */
void pt_rom_parse (const guint8 *data,
                   gsize         size,
                   guint16       vendor,
                   guint16       device,
                   PtRom        *rom);
/* `uefi`; the words are in pt-rom-words.h. */
const char *pt_rom_verdict_to_nick (PtRomVerdict verdict);

#define PT_ROM_ERROR (pt_rom_error_quark ())
typedef enum {
  PT_ROM_ERROR_MISSING = 0, /* no such device, or one without a ROM */
  PT_ROM_ERROR_DENIED,
  PT_ROM_ERROR_SHADOWED, /* Linux may show the firmware's copy: nothing can be concluded */
  PT_ROM_ERROR_FAILED,
} PtRomError;
GQuark pt_rom_error_quark (void);

/* The bytes of the card at @address, at most 4 MiB. On the real computer its ROM is
 * switched on for as long as this takes, which needs root. The card the firmware started with is
 * refused with PT_ROM_ERROR_SHADOWED. (transfer full) */
GBytes *pt_rom_read (PtSysroot       *sysroot,
                     const PtAddress *address,
                     GError         **error);

G_END_DECLS
