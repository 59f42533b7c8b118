/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-cpu-list"

#include "config.h"

#include "fuzz-text.h"
#include "pt-cpu-list.h"


static void
fuzz_check (GArray *numbers)
{
  g_autofree char *text = NULL;
  g_autoptr (GArray) again = NULL;

  if (numbers == NULL)
    return;
  for (guint i = 0; i < numbers->len; i++)
    {
      guint number = g_array_index (numbers, guint, i);

      g_assert_cmpuint (number, <, PT_CPU_LIST_LIMIT);
      g_assert_true (i == 0 || g_array_index (numbers, guint, i - 1) < number);
    }
  if (numbers->len > 0)
    g_assert_true (
      pt_cpu_list_contains (numbers, g_array_index (numbers, guint, numbers->len - 1)));
  text = pt_cpu_list_format (numbers);
  again = pt_cpu_list_parse (text);
  g_assert_nonnull (again);
  g_assert_cmpmem (numbers->data, numbers->len * sizeof (guint), again->data,
                   again->len * sizeof (guint));
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GArray) list = pt_cpu_list_parse (text);
  g_autoptr (GArray) mask = pt_cpu_list_parse_mask (text);

  fuzz_check (list);
  fuzz_check (mask);
}
