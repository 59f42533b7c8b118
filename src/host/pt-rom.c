/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rom"

#include "config.h"

#include "pt-rom.h"

#include <string.h>

#define PT_ROM_UNIT 512
#define PT_ROM_HEADER_SIZE 0x1a /* up to and with the pointer to the data structure */
#define PT_ROM_PCIR_POINTER 0x18
#define PT_ROM_PCIR_SIZE 0x16 /* up to and with the indicator */
#define PT_ROM_EFI_SIGNATURE 0x00000ef1
#define PT_ROM_NPDE_SIZE 0x0b
#define PT_ROM_LAST 0x80
#define PT_ROM_MAX_LISTED 256 /* devices in the list of one image */

/* The bytes under test. Whoever takes one has asked pt_rom_has() before. */
typedef struct
{
  const guint8 *data;
  gsize         size;
  guint16       vendor, device;
} PtRomInput;


static gboolean
pt_rom_has (const PtRomInput *input,
            gsize             offset,
            gsize             length)
{
  return offset <= input->size && length <= input->size - offset;
}


static guint16
pt_rom_get_16 (const PtRomInput *input,
               gsize             offset)
{
  g_assert (pt_rom_has (input, offset, 2));

  return (guint16)(input->data[offset] | input->data[offset + 1] << 8);
}


static guint32
pt_rom_get_32 (const PtRomInput *input,
               gsize             offset)
{
  return pt_rom_get_16 (input, offset) | (guint32)pt_rom_get_16 (input, offset + 2) << 16;
}


static gboolean
pt_rom_has_signature (const PtRomInput *input,
                      gsize             offset)
{
  return pt_rom_has (input, offset, 2) && pt_rom_get_16 (input, offset) == 0xaa55;
}


/* Where the data structure of the image at @offset is; 0 if there is no image or it is cut. */
static gsize
pt_rom_find_pcir (const PtRomInput *input,
                  gsize             offset)
{
  gsize pcir = 0;

  if (!pt_rom_has_signature (input, offset) || !pt_rom_has (input, offset, PT_ROM_HEADER_SIZE))
    return 0;
  pcir = offset + pt_rom_get_16 (input, offset + PT_ROM_PCIR_POINTER);
  if (pcir < offset + PT_ROM_HEADER_SIZE || !pt_rom_has (input, pcir, PT_ROM_PCIR_SIZE) ||
      memcmp (input->data + pcir, "PCIR", 4) != 0)
    return 0;
  return pcir;
}


/* Newer firmware of NVIDIA's states length and end in a second structure behind the first. */
static void
pt_rom_read_npde (const PtRomInput *input,
                  gsize             offset,
                  gsize             pcir,
                  PtRomImage       *image)
{
  gsize behind = pcir - offset + pt_rom_get_16 (input, pcir + 0x0a);
  gsize npde = offset + ((behind + 15) & ~(gsize)15);

  if (!pt_rom_has (input, npde, PT_ROM_NPDE_SIZE) || memcmp (input->data + npde, "NPDE", 4) != 0)
    return;
  image->length = (guint32)pt_rom_get_16 (input, npde + 8) * PT_ROM_UNIT;
  image->last = (input->data[npde + 10] & PT_ROM_LAST) != 0;
}


/* Since revision 3 one image may serve several devices: a list that ends with zero. */
static gboolean
pt_rom_lists_device (const PtRomInput *input,
                     gsize             pcir)
{
  gsize list = pt_rom_get_16 (input, pcir + 8);

  if (input->data[pcir + 0x0c] < 3 || list == 0)
    return FALSE;
  for (guint i = 0; i < PT_ROM_MAX_LISTED; i++)
    {
      gsize entry = pcir + list + 2 * i;

      if (!pt_rom_has (input, entry, 2) || pt_rom_get_16 (input, entry) == 0)
        return FALSE;
      if (pt_rom_get_16 (input, entry) == input->device)
        return TRUE;
    }
  return FALSE;
}


static gboolean
pt_rom_matches (const PtRomInput *input,
                gsize             pcir,
                const PtRomImage *image)
{
  if (input->vendor == 0 && input->device == 0)
    return TRUE;
  return image->vendor == input->vendor &&
         (image->device == input->device || pt_rom_lists_device (input, pcir));
}


static void
pt_rom_read_image (const PtRomInput *input,
                   gsize             offset,
                   gsize             pcir,
                   PtRomImage       *image)
{
  image->offset = (guint32)offset;
  image->vendor = pt_rom_get_16 (input, pcir + 4);
  image->device = pt_rom_get_16 (input, pcir + 6);
  image->length = (guint32)pt_rom_get_16 (input, pcir + 0x10) * PT_ROM_UNIT;
  image->code_type = input->data[pcir + 0x14];
  image->last = (input->data[pcir + 0x15] & PT_ROM_LAST) != 0;
  image->matches = pt_rom_matches (input, pcir, image);
  pt_rom_read_npde (input, offset, pcir, image);

  image->efi = image->code_type == PT_ROM_CODE_EFI &&
               pt_rom_get_32 (input, offset + 4) == PT_ROM_EFI_SIGNATURE;
  if (!image->efi)
    return;
  image->machine = pt_rom_get_16 (input, offset + 0x0a);
  image->compressed = pt_rom_get_16 (input, offset + 0x0c) != 0;
}


/* The first image may lie anywhere behind a vendor's header; FALSE if there is none. */
static gboolean
pt_rom_find_first (const PtRomInput *input,
                   gsize            *offset)
{
  for (gsize at = 0; at < input->size; at++)
    {
      const guint8 *next = memchr (input->data + at, 0x55, input->size - at);

      if (next == NULL)
        return FALSE;
      at = (gsize)(next - input->data);
      if (pt_rom_find_pcir (input, at) != 0)
        {
          *offset = at;
          return TRUE;
        }
    }
  return FALSE;
}


/* Stated lengths are sometimes wrong, so all steps after an image are looked at. */
static void
pt_rom_read_chain (const PtRomInput *input,
                   PtRom            *rom)
{
  gsize offset = rom->offset;

  while (rom->n_images < PT_ROM_MAX_IMAGES && offset < input->size)
    {
      gsize pcir = pt_rom_find_pcir (input, offset);

      if (pcir != 0)
        {
          PtRomImage *image = &rom->images[rom->n_images++];

          pt_rom_read_image (input, offset, pcir, image);
          if (image->last)
            return;
        }
      offset += PT_ROM_UNIT;
    }
}


static gboolean
pt_rom_is_blank (const PtRomInput *input)
{
  guint8 first = input->size > 0 ? input->data[0] : 0;

  if (input->size == 0 || (first != 0x00 && first != 0xff))
    return FALSE;
  return memcmp (input->data, input->data + 1, input->size - 1) == 0;
}


/* It begins as an image does, and the rest of its heads would lie behind the end. */
static gboolean
pt_rom_ends_in_heads (const PtRomInput *input)
{
  gsize pcir = 0;

  if (!pt_rom_has_signature (input, 0))
    return FALSE;
  if (!pt_rom_has (input, 0, PT_ROM_HEADER_SIZE))
    return TRUE;
  pcir = pt_rom_get_16 (input, PT_ROM_PCIR_POINTER);
  return pcir >= PT_ROM_HEADER_SIZE && !pt_rom_has (input, pcir, PT_ROM_PCIR_SIZE);
}


static PtRomVerdict
pt_rom_judge (const PtRom *rom)
{
  gboolean cut = FALSE, matches = FALSE, efi = FALSE, x64 = FALSE;

  for (guint i = 0; i < rom->n_images; i++)
    {
      const PtRomImage *image = &rom->images[i];

      cut |= (gsize)image->offset + image->length > rom->size;
      matches |= image->matches;
      efi |= image->efi;
      x64 |= image->efi && image->machine == PT_ROM_MACHINE_X64;
    }
  /* What is missing from an open end might be the very driver; where it is there, flash dumps
   * with a wrong end are no reason to refuse. */
  if (cut || (!x64 && !rom->images[rom->n_images - 1].last))
    return PT_ROM_TRUNCATED;
  if (!matches)
    return PT_ROM_OTHER_CARD;
  if (x64)
    return PT_ROM_UEFI;
  return efi ? PT_ROM_OTHER_MACHINE : PT_ROM_LEGACY_ONLY;
}


void
pt_rom_parse (const guint8 *data,
              gsize         size,
              guint16       vendor,
              guint16       device,
              PtRom        *rom)
{
  PtRomInput input = { data, MIN (size, PT_ROM_MAX_SIZE), vendor, device };
  gsize      first = 0;

  g_return_if_fail (data != NULL || size == 0);
  g_return_if_fail (rom != NULL);

  memset (rom, 0, sizeof *rom);
  rom->size = input.size;
  if (!pt_rom_find_first (&input, &first))
    {
      rom->blank = pt_rom_is_blank (&input);
      rom->verdict = pt_rom_ends_in_heads (&input) ? PT_ROM_TRUNCATED : PT_ROM_NOT_A_ROM;
      return;
    }
  rom->offset = (guint32)first;
  pt_rom_read_chain (&input, rom);
  rom->verdict = pt_rom_judge (rom);
}


const char *
pt_rom_verdict_to_nick (PtRomVerdict verdict)
{
  static const char *const nicks[] = {
    [PT_ROM_NOT_A_ROM] = "not-a-rom",
    [PT_ROM_TRUNCATED] = "truncated",
    [PT_ROM_OTHER_CARD] = "other-card",
    [PT_ROM_UEFI] = "uefi",
    [PT_ROM_OTHER_MACHINE] = "other-machine",
    [PT_ROM_LEGACY_ONLY] = "legacy-only",
  };

  g_return_val_if_fail ((guint)verdict < G_N_ELEMENTS (nicks), NULL);

  return nicks[verdict];
}
