/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <string.h>

#include "pt-rom.h"

G_BEGIN_DECLS

/* Option ROM images byte by byte, for tests and fuzzers. */

#define ROM_PCIR 0x1c /* where the data structure lies in an image */

typedef struct
{
  guint8   code_type;
  guint16  machine; /* with PT_ROM_CODE_EFI */
  guint16  vendor, device;
  guint16  units; /* of 512 bytes */
  gboolean compressed, last;
} RomImageSpec;

static inline void
rom_put_16 (GByteArray *bytes,
            gsize       offset,
            guint16     value)
{
  bytes->data[offset] = (guint8)value;
  bytes->data[offset + 1] = (guint8)(value >> 8);
}


/* Appends one image and returns its offset. */
static inline gsize
rom_append (GByteArray         *bytes,
            const RomImageSpec *spec)
{
  gsize at = bytes->len;
  gsize length = MAX (spec->units, 1) * 512u;

  g_byte_array_set_size (bytes, (guint)(at + length));
  memset (bytes->data + at, 0, length);
  rom_put_16 (bytes, at, 0xaa55);
  rom_put_16 (bytes, at + 2, spec->units);
  if (spec->code_type == PT_ROM_CODE_EFI)
    {
      rom_put_16 (bytes, at + 4, 0x0ef1);
      rom_put_16 (bytes, at + 8, 0x0b);
      rom_put_16 (bytes, at + 0x0a, spec->machine);
      rom_put_16 (bytes, at + 0x0c, spec->compressed);
      rom_put_16 (bytes, at + 0x16, 0x60);
    }
  rom_put_16 (bytes, at + 0x18, ROM_PCIR);
  memcpy (bytes->data + at + ROM_PCIR, "PCIR", 4);
  rom_put_16 (bytes, at + ROM_PCIR + 4, spec->vendor);
  rom_put_16 (bytes, at + ROM_PCIR + 6, spec->device);
  rom_put_16 (bytes, at + ROM_PCIR + 0x0a, 0x18);
  rom_put_16 (bytes, at + ROM_PCIR + 0x0e, 0x0300);
  rom_put_16 (bytes, at + ROM_PCIR + 0x10, spec->units);
  bytes->data[at + ROM_PCIR + 0x14] = spec->code_type;
  bytes->data[at + ROM_PCIR + 0x15] = spec->last ? 0x80 : 0;
  return at;
}


/* What a card of today has: a BIOS image of 4 units and a UEFI driver of 6. */
static inline GByteArray *
rom_new_good (void)
{
  const RomImageSpec bios = { .vendor = 0x10de, .device = 0x2504, .units = 4 };
  const RomImageSpec efi = {
    .code_type = PT_ROM_CODE_EFI,
    .machine = PT_ROM_MACHINE_X64,
    .vendor = 0x10de,
    .device = 0x2504,
    .units = 6,
    .compressed = TRUE,
    .last = TRUE,
  };
  GByteArray *bytes = g_byte_array_new ();

  rom_append (bytes, &bios);
  rom_append (bytes, &efi);
  return bytes;
}

G_END_DECLS
