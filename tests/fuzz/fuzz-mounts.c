/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-mounts"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-pci-scan.h"
#include "pt-storage.h"

/* One text as /proc/self/mountinfo, /proc/swaps and /etc/fstab. */

static guint
fuzz_count_lines (const char *text)
{
  guint lines = 1;

  for (const char *c = text; *c != '\0'; c++)
    lines += *c == '\n';
  return lines;
}


static void
fuzz_check (GPtrArray  *mounts,
            const char *text,
            gboolean    numbered)
{
  g_assert_cmpuint (mounts->len, <=, fuzz_count_lines (text));
  for (guint i = 0; i < mounts->len; i++)
    {
      const PtMount *mount = g_ptr_array_index (mounts, i);

      g_assert_true (g_utf8_validate (mount->place, -1, NULL));
      g_assert_true (g_utf8_validate (mount->source, -1, NULL));
      /* These are copied as they stand. */
      g_assert_true (mount->type == NULL || strstr (text, mount->type) != NULL);
      g_assert_true ((mount->number != NULL) == numbered);
      g_assert_true (mount->number == NULL || strstr (text, mount->number) != NULL);
    }
}


static void
fuzz_check_link (const char *text)
{
  PtAddress        address = { 0 };
  g_autofree char *found = NULL;
  g_autofree char *lower = g_ascii_strdown (text, -1);

  if (!pt_pci_scan_parse_link (text, &address))
    return;
  found = pt_address_to_string (&address);
  g_assert_nonnull (strstr (lower, found));
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GPtrArray) mounted = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_mount_free);
  g_autoptr (GPtrArray) swaps = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_mount_free);
  g_autoptr (GPtrArray) table = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_mount_free);

  pt_storage_parse_mountinfo (text, mounted);
  fuzz_check (mounted, text, TRUE);
  pt_storage_parse_swaps (text, swaps);
  fuzz_check (swaps, text, FALSE);
  pt_storage_parse_fstab (text, table);
  fuzz_check (table, text, FALSE);
  fuzz_check_link (text);
}
