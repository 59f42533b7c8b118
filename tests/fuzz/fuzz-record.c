/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-record"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-journal.h"

/* One text as a line of the journal, which the helper reads as root. */


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (PtSysroot) sysroot = pt_sysroot_new_directory ("/nonexistent");
  g_autoptr (GError) error = NULL;
  g_autoptr (PtRecord) record = pt_record_parse (sysroot, text, &error);
  g_autoptr (PtRecord) again = NULL;
  g_autofree char *line = NULL;
  g_autofree char *same = NULL;

  g_assert_true ((record == NULL) == (error != NULL));
  if (record == NULL)
    return;
  /* What is taken is what would be written. */
  line = pt_record_print (record);
  g_assert_true (strchr (line, '\n') == line + strlen (line) - 1);
  again = pt_record_parse (sysroot, line, &error);
  g_assert_no_error (error);
  same = pt_record_print (again);
  g_assert_cmpstr (line, ==, same);
}
