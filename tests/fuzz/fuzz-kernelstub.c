/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-kernelstub"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-boot-command.h"

/* One text as the configuration of kernelstub. */


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = pt_kernelstub_parse_words (text, &error);

  g_assert_true ((words == NULL) == (error != NULL));
  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    g_assert_true (g_utf8_validate (words[i], -1, NULL));
}
