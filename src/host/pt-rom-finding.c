/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rom-finding"

#include "config.h"

#include "pt-rom-finding.h"

/* The upper eight of a class's 24 bits. */
#define PT_ROM_CLASS_DISPLAY 0x03

static const char *const pt_rom_error_nicks[] = {
  [PT_ROM_ERROR_MISSING] = "missing",
  [PT_ROM_ERROR_DENIED] = "denied",
  [PT_ROM_ERROR_SHADOWED] = "shadowed",
  [PT_ROM_ERROR_FAILED] = "failed",
};


/* One number of the device, FALSE if it cannot be read. */
static gboolean
pt_rom_read_id (PtSysroot  *sysroot,
                const char *address,
                const char *attribute,
                guint64    *value)
{
  g_autofree char *name = g_build_filename (address, attribute, NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);

  return text != NULL && g_str_has_prefix (text, "0x") &&
         g_ascii_string_to_unsigned (text + 2, 16, 0, 0xffffff, value, NULL);
}


gboolean
pt_rom_find (PtSysroot       *sysroot,
             const PtAddress *address,
             PtRomFinding    *finding,
             GError         **error)
{
  char    text[PT_ADDRESS_BUFFER] = { 0 };
  guint64 class_code = 0, vendor = 0, device = 0;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (address != NULL, FALSE);
  g_return_val_if_fail (finding != NULL, FALSE);

  *finding = (PtRomFinding){ .address = *address };
  pt_address_format (address, text);
  if (!pt_rom_read_id (sysroot, text, "class", &class_code) ||
      class_code >> 16 != PT_ROM_CLASS_DISPLAY ||
      !pt_rom_read_id (sysroot, text, "vendor", &vendor) ||
      !pt_rom_read_id (sysroot, text, "device", &device))
    {
      g_set_error (error, PT_ROM_ERROR, PT_ROM_ERROR_MISSING, "%s is no graphics card", text);
      return FALSE;
    }
  bytes = pt_rom_read (sysroot, address, &problem);
  finding->read = bytes != NULL;
  if (bytes != NULL)
    pt_rom_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), (guint16)vendor,
                  (guint16)device, &finding->rom);
  else
    finding->problem = problem->domain == PT_ROM_ERROR ? (PtRomError)problem->code
                                                       : PT_ROM_ERROR_FAILED;
  return TRUE;
}


const char *
pt_rom_error_to_nick (PtRomError error)
{
  g_return_val_if_fail (error >= 0 && error < G_N_ELEMENTS (pt_rom_error_nicks), NULL);

  return pt_rom_error_nicks[error];
}


GVariant *
pt_rom_finding_to_variant (const PtRomFinding *finding)
{
  GVariantBuilder images = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(qqqybb)"));
  const PtRom    *rom = NULL;

  g_return_val_if_fail (finding != NULL, NULL);

  rom = &finding->rom;
  for (guint i = 0; i < rom->n_images; i++)
    {
      const PtRomImage *image = &rom->images[i];

      g_variant_builder_add (&images, "(qqqybb)", image->vendor, image->device, image->machine,
                             image->code_type, image->efi, image->compressed);
    }
  return g_variant_new ("((uyyy)sstuba(qqqybb))", finding->address.domain, finding->address.bus,
                        finding->address.slot, finding->address.function,
                        finding->read ? "" : pt_rom_error_to_nick (finding->problem),
                        pt_rom_verdict_to_nick (rom->verdict), (guint64)rom->size, rom->offset,
                        rom->blank, &images);
}


static gboolean
pt_rom_problem_from_nick (const char   *nick,
                          PtRomFinding *finding)
{
  finding->read = *nick == '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (pt_rom_error_nicks) && !finding->read; i++)
    {
      finding->problem = (PtRomError)i;
      if (g_str_equal (nick, pt_rom_error_nicks[i]))
        return TRUE;
    }
  return finding->read;
}


static gboolean
pt_rom_verdict_from_nick (const char   *nick,
                          PtRomVerdict *verdict)
{
  for (int i = PT_ROM_NOT_A_ROM; i <= PT_ROM_LEGACY_ONLY; i++)
    {
      *verdict = (PtRomVerdict)i;
      if (g_str_equal (nick, pt_rom_verdict_to_nick (*verdict)))
        return TRUE;
    }
  return FALSE;
}


gboolean
pt_rom_finding_from_variant (GVariant     *variant,
                             PtRomFinding *finding)
{
  const char *problem = NULL;
  const char *verdict = NULL;
  guint64     size = 0;
  g_autoptr (GVariantIter) images = NULL;
  PtRom      *rom = NULL;
  PtRomImage *image = NULL;

  g_return_val_if_fail (variant != NULL, FALSE);
  g_return_val_if_fail (finding != NULL, FALSE);

  *finding = (PtRomFinding){ 0 };
  rom = &finding->rom;
  if (!g_variant_is_of_type (variant, G_VARIANT_TYPE (PT_ROM_FINDING_TYPE)))
    return FALSE;
  g_variant_get (variant, "((uyyy)&s&stuba(qqqybb))", &finding->address.domain,
                 &finding->address.bus, &finding->address.slot, &finding->address.function,
                 &problem, &verdict, &size, &rom->offset, &rom->blank, &images);
  rom->size = (gsize)size;
  if (!pt_rom_problem_from_nick (problem, finding) ||
      !pt_rom_verdict_from_nick (verdict, &rom->verdict) ||
      g_variant_iter_n_children (images) > PT_ROM_MAX_IMAGES)
    return FALSE;
  for (image = rom->images;
       g_variant_iter_next (images, "(qqqybb)", &image->vendor, &image->device, &image->machine,
                            &image->code_type, &image->efi, &image->compressed);
       image++)
    rom->n_images++;
  return TRUE;
}
