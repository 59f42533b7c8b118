/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-command-line"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-facts.h"
#include "pt-tokens.h"

/* One text as the kernel's command line, as a settings file of GRUB and as the other files that
 * say what boots a computer. */

static const char *const fuzz_more[] = { "10de:2504", "1002:ab28", NULL };


static void
fuzz_check_list (const char *list)
{
  g_autofree char *merged = pt_list_merge (list, fuzz_more);
  g_autofree char *again = pt_list_merge (merged, fuzz_more);
  g_autofree char *without = pt_list_subtract (merged, fuzz_more);
  g_auto (GStrv) words = g_strsplit (merged, ",", -1);
  g_auto (GStrv) rest = g_strsplit (without, ",", -1);

  g_assert_cmpstr (merged, ==, again);
  for (guint i = 0; fuzz_more[i] != NULL; i++)
    {
      g_assert_true (g_strv_contains ((const char *const *)words, fuzz_more[i]));
      g_assert_false (g_strv_contains ((const char *const *)rest, fuzz_more[i]));
    }
}


static void
fuzz_check_command_line (const char *text)
{
  g_auto (GStrv) words = pt_tokens_split (text);
  g_autofree char *joined = g_strjoinv (" ", words);
  g_auto (GStrv) again = pt_tokens_split (joined);

  g_assert_true (g_strv_equal ((const char *const *)words, (const char *const *)again));
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *value = NULL;

      g_assert_cmpint (*words[i], !=, '\0');
      g_assert_nonnull (strstr (text, words[i]));
      if (pt_token_is (words[i], "vfio-pci.ids", &value) && value != NULL)
        fuzz_check_list (value);
    }
}


/* A token that may be replaced reads as its replacement afterwards, and what is around it stays. */
static void
fuzz_check_token (const char    *text,
                  const PtToken *token,
                  guint          index,
                  guint          count)
{
  g_autofree char *changed = pt_tokens_replace (text, token, "passthru.fuzz=1", NULL);
  g_autoptr (GPtrArray) again = NULL;

  g_assert_cmpuint (token->start, <=, token->end);
  g_assert_cmpuint (token->end, <=, strlen (text));
  if (changed == NULL)
    return;
  g_assert_cmpmem (text, token->start, changed, token->start);
  again = pt_tokens_parse (changed, "GRUB_CMDLINE_LINUX_DEFAULT", NULL);
  g_assert_cmpuint (again->len, ==, count);
  g_assert_cmpstr (((PtToken *)g_ptr_array_index (again, index))->text, ==, "passthru.fuzz=1");
}


static void
fuzz_check_settings (const char *text)
{
  gboolean replaces = FALSE;
  g_autoptr (GPtrArray) tokens = pt_tokens_parse (text, "GRUB_CMDLINE_LINUX_DEFAULT", &replaces);

  for (guint i = 0; i < tokens->len; i++)
    fuzz_check_token (text, g_ptr_array_index (tokens, i), i, tokens->len);
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  g_autofree char *efi = pt_boot_parse_efi_text (text, length);
  g_autofree char *value = pt_facts_parse_assignment (text, "PRETTY_NAME");

  fuzz_check_command_line (text);
  fuzz_check_list (text);
  fuzz_check_settings (text);
  pt_boot_parse_mkinitcpio (text);
  g_assert_true (efi == NULL || g_utf8_validate (efi, -1, NULL));
}
