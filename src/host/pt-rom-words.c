/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rom-words"

#include "config.h"

#include "pt-rom-words.h"

#include <glib/gi18n-lib.h>


static const char *
pt_rom_sentence (const PtRom *rom)
{
  switch (rom->verdict)
    {
    case PT_ROM_UEFI:
      return _ ("This firmware has a UEFI driver for PC processors, as a virtual machine "
                "needs it.");
    case PT_ROM_OTHER_MACHINE:
      return _ ("This firmware has a UEFI driver, but none for PC processors. A virtual machine "
                "with UEFI firmware may show no picture with it.");
    case PT_ROM_LEGACY_ONLY:
      return _ ("This firmware has no UEFI driver. A virtual machine with UEFI firmware may show "
                "no picture with it.");
    case PT_ROM_OTHER_CARD: return _ ("This firmware is for another card.");
    case PT_ROM_TRUNCATED: return _ ("This firmware is incomplete: its end is missing.");
    case PT_ROM_NOT_A_ROM:
    default: break;
    }
  if (rom->blank)
    return _ ("These bytes are blank. A card that is asleep or in use reads like that; read it "
              "again while no driver uses it.");
  return _ ("This is not the firmware of a graphics card.");
}


char *
pt_rom_describe (const PtRom *rom,
                 PtDevice    *card)
{
  g_return_val_if_fail (rom != NULL, NULL);
  g_return_val_if_fail (card == NULL || PT_IS_DEVICE (card), NULL);

  if (card != NULL && rom->verdict == PT_ROM_OTHER_CARD)
    /* Translators: a card's name and its id, as in “Radeon RX 6700 XT (1002:73df)”. */
    return g_strdup_printf (_ ("This firmware is for another card than %s (%s)."),
                            pt_device_get_short_name (card), pt_device_get_id (card));
  return g_strdup (pt_rom_sentence (rom));
}


/* Names, the same in every language. */
static const char *
pt_rom_machine_name (guint16 machine)
{
  switch (machine)
    {
    case PT_ROM_MACHINE_X64: return "UEFI x64";
    case PT_ROM_MACHINE_IA32: return "UEFI IA32";
    case PT_ROM_MACHINE_ARM64: return "UEFI ARM64";
    case PT_ROM_MACHINE_EBC: return "UEFI EBC";
    default: return "UEFI";
    }
}


static const char *
pt_rom_kind_name (const PtRomImage *image)
{
  if (image->efi)
    return pt_rom_machine_name (image->machine);
  if (image->code_type == PT_ROM_CODE_BIOS)
    return "BIOS";
  if (image->code_type == PT_ROM_CODE_OPEN_FIRMWARE)
    return "Open Firmware";
  return _ ("unknown kind");
}


static void
pt_rom_append_image (GString          *text,
                     const PtRomImage *image,
                     guint             number)
{
  g_autofree char *id = g_strdup_printf ("%04x:%04x", image->vendor, image->device);

  /* Translators: “Image 2: UEFI x64 for 10de:2504, 53248 bytes”. */
  g_string_append_printf (text, _ ("Image %u: %s for %s, %u bytes"), number,
                          pt_rom_kind_name (image), id, image->length);
  if (image->efi && image->compressed)
    g_string_append (text, _ (", compressed"));
  g_string_append_c (text, '\n');
}


char *
pt_rom_to_text (const PtRom *rom,
                PtDevice    *card)
{
  g_autoptr (GString) text = NULL;
  g_autofree char *verdict = NULL;

  g_return_val_if_fail (rom != NULL, NULL);

  verdict = pt_rom_describe (rom, card);
  text = g_string_new (verdict);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < rom->n_images; i++)
    pt_rom_append_image (text, &rom->images[i], i + 1);
  if (rom->offset > 0)
    {
      g_string_append_printf (text,
                              _ ("The first %u bytes are a header of the maker's. Cut them off "
                                 "before a virtual machine uses the file."),
                              rom->offset);
      g_string_append_c (text, '\n');
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
