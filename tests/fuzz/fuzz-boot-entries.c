/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-boot-entries"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-entries.h"
#include "pt-trial-entry.h"

/* Boot Loader Specification entries in one text, a line with a form feed between them and the
 * file's name as the first line of each; and each as loader.conf. */


static void
fuzz_check_value (const char *value,
                  const char *text)
{
  g_assert_true (value == NULL || strstr (text, value) != NULL);
}


static void
fuzz_add (GPtrArray  *entries,
          const char *text)
{
  const char      *content = strchr (text, '\n');
  g_autofree char *name = g_strndup (text, strcspn (text, "\n"));
  g_autofree char *base = g_strconcat (name, ".conf", NULL);
  PtEntry         *entry = pt_entry_parse (base, content != NULL ? content + 1 : "");

  g_assert_true (g_str_has_prefix (base, entry->id));
  fuzz_check_value (entry->title, entry->text);
  fuzz_check_value (entry->kernel, entry->text);
  fuzz_check_value (entry->version, entry->text);
  fuzz_check_value (entry->sort_key, entry->text);
  g_ptr_array_add (entries, entry);
}


/* Copied for a trial, it has one line of options more than none, and the mark in it. */
static void
fuzz_check_copy (const PtEntry *entry)
{
  static const char *const none[] = { NULL };
  g_autoptr (GPtrArray) changes = g_ptr_array_new ();
  PtTrialLine line = { "0badcafe", 5, none, changes, TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = pt_trial_entry_copy_file (entry->text, &line, &error);
  g_autofree char *options = NULL;

  g_assert_true ((copy == NULL) == (error != NULL));
  if (copy == NULL)
    return;
  options = pt_entry_get (copy, "options");
  g_assert_nonnull (strstr (options, "passthru.trial=0badcafe:5"));
}


/* The order is one: what stands in front stays there, whatever order they came in. */
static void
fuzz_check_order (GPtrArray *entries)
{
  g_autoptr (GPtrArray) turned = g_ptr_array_new ();

  for (guint i = entries->len; i-- > 0;)
    g_ptr_array_add (turned, g_ptr_array_index (entries, i));
  pt_entries_sort (entries);
  pt_entries_sort (turned);
  for (guint i = 0; i < entries->len; i++)
    {
      const PtEntry *one = g_ptr_array_index (entries, i);
      const PtEntry *other = g_ptr_array_index (turned, i);

      g_assert_cmpstr (one->sort_key, ==, other->sort_key);
      g_assert_true (one->sort_key == NULL || g_strcmp0 (one->version, other->version) == 0 ||
                     strverscmp (one->version != NULL ? one->version : "",
                                 other->version != NULL ? other->version : "") == 0);
      g_assert_cmpstr (one->id, ==, other->id);
    }
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_entry_free);
  g_auto (GStrv) parts = g_strsplit (text, "\f\n", 8);

  for (guint i = 0; parts[i] != NULL; i++)
    fuzz_add (entries, parts[i]);
  fuzz_check_order (entries);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *wanted = pt_entry_get (parts[i], "default");

      if (wanted != NULL)
        pt_entries_match (entries, wanted);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      PtEntry *entry = g_ptr_array_index (entries, i);

      fuzz_check_copy (entry);
      if (strpbrk (entry->id, "*?") == NULL && !g_str_has_suffix (entry->id, ".conf"))
        g_assert_cmpstr (pt_entries_match (entries, entry->id)->id, ==, entry->id);
    }
}
