/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-check-rom"

#include "config.h"

#include "pt-check-rom.h"

#include <glib/gi18n-lib.h>

#include "pt-host.h"
#include "pt-rom-words.h"


/* One byte more than the parser looks at is too much. */
static GBytes *
pt_check_rom_load (const char *path,
                   GError    **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree guint8 *bytes = NULL;
  gsize              length = 0;

  if (stream == NULL)
    return NULL;
  bytes = g_malloc (PT_ROM_MAX_SIZE + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, PT_ROM_MAX_SIZE + 1, &length, NULL,
                                error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  if (length > PT_ROM_MAX_SIZE)
    {
      g_set_error (error, PT_ROM_ERROR, PT_ROM_ERROR_FAILED,
                   "%s: larger than 16 MiB, so not the firmware of a card", path);
      return NULL;
    }
  return g_bytes_new (bytes, length);
}


/* (transfer none), owned by @host. */
static PtDevice *
pt_check_rom_find_card (PtHost     *host,
                        const char *text,
                        GError    **error)
{
  PtAddress address = { 0 };
  PtDevice *device = NULL;

  if (!pt_address_parse (text, &address))
    {
      g_set_error (error, PT_ROM_ERROR, PT_ROM_ERROR_MISSING, "“%s” is not an address", text);
      return NULL;
    }
  device = pt_host_find_device (host, &address);
  if (device == NULL)
    g_set_error (error, PT_ROM_ERROR, PT_ROM_ERROR_MISSING, "there is no device at %s", text);
  return device;
}


static char *
pt_check_rom_judge (GBytes   *bytes,
                    PtDevice *card)
{
  PtRom         rom = { 0 };
  gsize         size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  pt_rom_parse (data, size, card != NULL ? pt_device_get_vendor_id (card) : 0,
                card != NULL ? pt_device_get_device_id (card) : 0, &rom);
  return pt_rom_to_text (&rom, card);
}


static char *
pt_check_rom_of_card (PtSysroot *sysroot,
                      PtDevice  *card,
                      GError   **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = pt_rom_read (sysroot, pt_device_get_address (card), &cause);

  if (bytes != NULL)
    return pt_check_rom_judge (bytes, card);
  if (g_error_matches (cause, PT_ROM_ERROR, PT_ROM_ERROR_SHADOWED))
    return g_strconcat (_ ("This card started the computer, so Linux may show the copy that the "
                           "computer's firmware made. Nothing can be said from that."),
                        "\n", NULL);
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}


char *
pt_check_rom_text (PtSysroot  *sysroot,
                   const char *source,
                   const char *card,
                   GError    **error)
{
  g_autoptr (PtHost) host = NULL;
  g_autoptr (GBytes) bytes = NULL;
  PtDevice *device = NULL;
  PtAddress address = { 0 };
  gboolean  own = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (source != NULL, NULL);

  own = card == NULL && pt_address_parse (source, &address) &&
        !g_file_test (source, G_FILE_TEST_EXISTS);
  if (own || card != NULL)
    {
      host = pt_host_scan (sysroot, NULL, error);
      device = host != NULL ? pt_check_rom_find_card (host, own ? source : card, error) : NULL;
      if (device == NULL)
        return NULL;
    }
  if (own)
    return pt_check_rom_of_card (sysroot, device, error);
  bytes = pt_check_rom_load (source, error);
  return bytes != NULL ? pt_check_rom_judge (bytes, device) : NULL;
}
