/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-rom"

#include "config.h"

#include "fuzz-rom.h"

#include "pt-rom-words.h"

static volatile gsize fuzz_sink;


static void
fuzz_rom_assert_image (const PtRom      *rom,
                       const PtRomImage *image,
                       const guint8     *data)
{
  g_assert_cmpuint (image->offset, <, rom->size);
  g_assert_cmpuint (rom->size - image->offset, >=, 0x1a + 0x16);
  g_assert_cmphex (data[image->offset], ==, 0x55);
  g_assert_cmphex (data[image->offset + 1], ==, 0xaa);
  g_assert_cmpuint (image->offset % 512, ==, rom->offset % 512);
  g_assert_cmpuint (image->length % 512, ==, 0);
  if (image->efi)
    g_assert_cmpuint (image->code_type, ==, PT_ROM_CODE_EFI);
  else
    g_assert_true (image->machine == 0 && !image->compressed);
}


/* What would hurt: a card called fit that is not. */
static void
fuzz_rom_assert_uefi (const PtRom *rom)
{
  gboolean x64 = FALSE, matches = FALSE;

  for (guint i = 0; i < rom->n_images; i++)
    {
      const PtRomImage *image = &rom->images[i];

      g_assert_cmpuint ((gsize)image->offset + image->length, <=, rom->size);
      x64 |= image->efi && image->machine == PT_ROM_MACHINE_X64;
      matches |= image->matches;
    }
  g_assert_true (x64 && matches);
}


static void
fuzz_rom_check (const PtRom  *rom,
                const guint8 *data)
{
  g_autofree char *text = pt_rom_to_text (rom, NULL);

  g_assert_nonnull (pt_rom_verdict_to_nick (rom->verdict));
  g_assert_cmpuint (rom->n_images, <=, PT_ROM_MAX_IMAGES);
  if (rom->n_images == 0)
    g_assert_cmpint (rom->verdict, <=, PT_ROM_TRUNCATED);
  else
    g_assert_cmpint (rom->verdict, !=, PT_ROM_NOT_A_ROM);
  for (guint i = 0; i < rom->n_images; i++)
    {
      fuzz_rom_assert_image (rom, &rom->images[i], data);
      if (i > 0)
        g_assert_cmpuint (rom->images[i].offset, >, rom->images[i - 1].offset);
      if (i + 1 < rom->n_images)
        g_assert_false (rom->images[i].last);
    }
  if (rom->verdict == PT_ROM_UEFI)
    fuzz_rom_assert_uefi (rom);
  fuzz_sink += text[0];
}


void
fuzz_rom_run (const guint8 *data,
              gsize         size)
{
  /* A copy of that very size, so that the address sanitizer sees every step outside. */
  g_autofree guint8 *bytes = g_memdup2 (data, size);
  PtRom              any = { 0 };
  PtRom              mine = { 0 };

  pt_rom_parse (bytes, size, 0, 0, &any);
  fuzz_rom_check (&any, bytes);
  if (any.n_images > 0)
    {
      pt_rom_parse (bytes, size, any.images[0].vendor, any.images[0].device, &mine);
      fuzz_rom_check (&mine, bytes);
      if (any.images[0].vendor != 0 || any.images[0].device != 0)
        g_assert_cmpint (mine.verdict, ==, any.verdict);
    }
  pt_rom_parse (bytes, size, 0xfffe, 1, &mine);
  fuzz_rom_check (&mine, bytes);
  g_assert_cmpuint (mine.n_images, ==, any.n_images);
}
