/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-iomem"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-iomem.h"


void
fuzz_text_run (const char *text,
               gsize       length)
{
  PtIomem          iomem = { 0 };
  g_autofree char *owner = NULL;
  g_autofree char *lower = g_ascii_strdown (text, (gssize)length);

  pt_iomem_parse (text, &iomem);
  g_assert_true (iomem.found || !iomem.nested);
  g_assert_true (!iomem.found || pt_iomem_is_framebuffer (iomem.name));
  g_assert_true (!iomem.found || iomem.hidden || iomem.start <= iomem.end);
  if (!iomem.nested)
    return;
  owner = pt_address_to_string (&iomem.owner);
  g_assert_nonnull (strstr (lower, owner));
}
