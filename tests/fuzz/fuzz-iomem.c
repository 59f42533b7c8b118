/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-iomem"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-pci-scan.h"


void
fuzz_text_run (const char *text,
               gsize       length)
{
  PtAddress        address = { 0 };
  g_autofree char *found = NULL;
  g_autofree char *lower = g_ascii_strdown (text, (gssize)length);

  if (!pt_pci_scan_parse_iomem (text, &address))
    return;
  found = pt_address_to_string (&address);
  g_assert_nonnull (strstr (lower, found));
}
