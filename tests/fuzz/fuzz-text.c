/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-text"

#include "config.h"

#include "fuzz-text.h"

#include <string.h>


void
fuzz_text_run_bytes (gconstpointer data,
                     gsize         size)
{
  /* Memory of that very size, so that the address sanitizer sees every step outside. */
  g_autofree char *bytes = g_strndup (data != NULL ? data : "", size);
  g_autofree char *text = g_utf8_make_valid (bytes, -1);

  /* No host may make the program complain about itself. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  fuzz_text_run (text, strlen (text));
}
