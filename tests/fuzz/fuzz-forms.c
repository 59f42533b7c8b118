/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-forms"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"
#include "pt-form.h"

/* One text in each of the forms in which boot loaders keep kernel parameters. */

#define FUZZ_TOKEN "passthru.fuzz=1"


static guint
fuzz_count (GPtrArray *tokens)
{
  guint count = 0;

  for (guint i = 0; i < tokens->len; i++)
    count += g_str_equal (((PtToken *)g_ptr_array_index (tokens, i))->text, FUZZ_TOKEN);
  return count;
}


static void
fuzz_check_tokens (GPtrArray *tokens,
                   gsize      length)
{
  for (guint i = 0; i < tokens->len; i++)
    {
      const PtToken *token = g_ptr_array_index (tokens, i);

      g_assert_cmpuint (token->start, <=, token->end);
      g_assert_cmpuint (token->end, <=, length);
    }
}


/* What is put in is there afterwards, once more than before, and can be taken out again. */
static void
fuzz_check_append (PtForm      form,
                   const char *text,
                   guint       before)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *changed = pt_form_append (form, text, FUZZ_TOKEN, &error);
  g_autofree char *without = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  g_autoptr (PtToken) token = NULL;

  g_assert_true ((changed == NULL) == (error != NULL));
  if (changed == NULL)
    return;
  tokens = pt_form_parse (form, changed);
  fuzz_check_tokens (tokens, strlen (changed));
  g_assert_cmpuint (fuzz_count (tokens), ==, before + 1);
  token = pt_form_find (form, changed, "passthru.fuzz");
  g_assert_cmpstr (token->text, ==, FUZZ_TOKEN);
  without = pt_tokens_replace (changed, token, "", NULL);
  g_assert_nonnull (without);
  rest = pt_form_parse (form, without);
  g_assert_cmpuint (fuzz_count (rest), ==, before);
  g_assert_cmpuint (rest->len + 1, ==, tokens->len);
}


void
fuzz_text_run (const char *text,
               gsize       length)
{
  static const PtForm forms[] = { PT_FORM_GRUB, PT_FORM_LIMINE_TOOL, PT_FORM_ENTRY, PT_FORM_WORDS,
                                  PT_FORM_LIMINE };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GPtrArray) tokens = pt_form_parse (forms[i], text);

      fuzz_check_tokens (tokens, length);
      fuzz_check_append (forms[i], text, fuzz_count (tokens));
    }
}
