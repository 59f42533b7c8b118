/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-guest-firmware"

#include "config.h"

#include "fuzz-text.h"
#include "pt-guest-firmware.h"

/* One text as the description of a firmware for virtual machines. */


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtGuestFirmware) firmware = pt_guest_firmware_parse ("60-a.json", text, &error);

  g_assert_true (firmware == NULL || error == NULL);
  if (firmware == NULL)
    return;
  g_assert_cmpstr (firmware->name, ==, "60-a.json");
  g_assert_true (g_utf8_validate (firmware->executable, -1, NULL));
  g_assert_true (g_utf8_validate (firmware->variables, -1, NULL));
  g_assert_false (firmware->present);
}
