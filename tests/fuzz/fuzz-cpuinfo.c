/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-cpuinfo"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-cpu-layout.h"
#include "pt-cpu-list.h"

/* One text as /proc/cpuinfo, what is made of it, and the size of a cache. */


/* Every line that begins a processor is one thread of one core. */
static guint
fuzz_count_processors (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint count = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *rest = lines[i] + strlen ("processor");

      count += g_str_has_prefix (lines[i], "processor") && rest[strspn (rest, " \t")] == ':';
    }
  return count;
}


static guint
fuzz_check_cores (GPtrArray *cores)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  guint count = 0;

  for (guint i = 0; i < cores->len; i++)
    {
      const PtCore *core = g_ptr_array_index (cores, i);

      g_assert_cmpuint (core->threads->len, >, 0);
      for (guint j = 0; j < core->threads->len; j++)
        {
          guint thread = g_array_index (core->threads, guint, j);

          g_assert_cmpuint (thread, <, PT_CPU_LIST_LIMIT);
          g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (thread)));
        }
      count += core->threads->len;
    }
  return count;
}


/* No core is given away twice, and the host keeps one. */
static void
fuzz_check_share (const PtCpuLayout *layout,
                  guint              wanted)
{
  g_autoptr (PtCoreShare) share = pt_cpu_layout_share (layout, wanted);
  g_autofree char *list = NULL;

  g_assert_true ((share == NULL) == (layout->cores->len < 2));
  if (share == NULL)
    return;
  g_assert_cmpuint (share->guest->len, >, 0);
  g_assert_cmpuint (share->host->len, >, 0);
  g_assert_cmpuint (share->guest->len + share->host->len, ==, layout->cores->len);
  for (guint i = 0; i < share->guest->len; i++)
    for (guint j = 0; j < share->host->len; j++)
      g_assert_cmpuint (g_array_index (share->guest, guint, i), !=,
                        g_array_index (share->host, guint, j));
  list = pt_cpu_layout_format (layout, share->guest);
  g_assert_cmpint (*list, !=, '\0');
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GPtrArray) cores = pt_cpu_layout_parse_cpuinfo (text);
  g_autoptr (GPtrArray) domains = g_ptr_array_new ();
  PtCpuLayout layout = { .known = TRUE, .caches_known = TRUE, .cores = cores, .domains = domains };

  pt_cpu_layout_parse_size (text);
  if (cores == NULL)
    return;
  layout.threads = fuzz_check_cores (cores);
  g_assert_cmpuint (layout.threads, ==, fuzz_count_processors (text));
  for (guint wanted = 0; wanted < 4; wanted++)
    fuzz_check_share (&layout, wanted);
}
