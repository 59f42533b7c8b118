/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-tokens"

#include "config.h"

#include <gio/gio.h>

#include "pt-tokens.h"

typedef struct
{
  const char *name;
  const char *text;
  const char *tokens; /* joined with '|' */
  gboolean    replaces;
} PtTokenCase;

static const PtTokenCase parse_cases[] = {
  { "double-quoted", "A=1\nGRUB=\"quiet splash\"\n", "quiet|splash", TRUE },
  { "single-quoted", "GRUB='quiet  splash'", "quiet|splash", TRUE },
  { "unquoted", "GRUB=quiet\nB=2", "quiet", TRUE },
  { "empty", "GRUB=\"\"\n", "", TRUE },
  { "missing", "OTHER=\"quiet\"\n", "", FALSE },
  { "longer-name", "GRUB_X=\"a\"\nXGRUB=b\n", "", FALSE },
  { "comment", "#GRUB=\"a\"\n  # GRUB=b\nA=1 # GRUB=c\n", "", FALSE },
  { "append", "GRUB=\"a\"\nGRUB+=\" b\"\n", "a|b", TRUE },
  { "append-alone", "GRUB+=\" b\"\n", "b", FALSE },
  { "self-reference", "GRUB=\"$GRUB b c\"\n", "$GRUB|b|c", FALSE },
  { "self-reference-braces", "GRUB=\"${GRUB} b\"\n", "${GRUB}|b", FALSE },
  { "another-variable", "GRUB=\"$GRUBBY b\"\n", "$GRUBBY|b", TRUE },
  { "last-one-counts", "GRUB=\"a\"\nGRUB=\"b\"\n", "b", TRUE },
  { "lines", "GRUB=\"a\n  b\tc\"\n", "a|b|c", TRUE },
  { "continued", "GRUB=\"a \\\nb\"\n", "a|b", TRUE },
  { "continued-unquoted", "GRUB=a\\\nb\n", "ab", TRUE },
  { "escaped-blank", "GRUB=a\\ b\n", "a|b", TRUE },
  { "mixed-quotes", "GRUB=\"a \"'b c'd\n", "a|b|cd", TRUE },
  { "quotes-for-the-kernel", "GRUB='dyndbg=\"file a +p\" quiet'\n", "dyndbg=\"file a +p\"|quiet",
    TRUE },
  { "escaped-quotes", "GRUB=\"x=\\\"a b\\\" c\"\n", "x=\"a b\"|c", TRUE },
  { "command", "GRUB=\"a $(echo b c) d\"\n", "a|$(echo b c)|d", TRUE },
  { "backquotes", "GRUB=\"a `echo b c` d\"\n", "a|`echo b c`|d", TRUE },
  { "default-expansion", "GRUB=\"${GRUB:+$GRUB }a\"\n", "${GRUB:+$GRUB }a", FALSE },
  { "export", "export GRUB=\"a\"\n", "a", TRUE },
  { "semicolon", "A=1;GRUB=\"a\"; B=2\n", "a", TRUE },
  { "condition", "if [ -e x ]; then GRUB=\"a\"; fi\n", "a", TRUE },
  { "argument-is-no-assignment", "echo GRUB=\"a\"\n", "", FALSE },
  { "unterminated", "GRUB=\"a b", "a|b", TRUE },
  { "hash-in-word", "GRUB=a#b\n", "a#b", TRUE },
  { "no-newline", "GRUB=\"a\"", "a", TRUE },
};

static char *
test_join (GPtrArray *tokens)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tokens->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "",
                            ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_string_free (text, FALSE);
}

static void
test_parse (gconstpointer data)
{
  const PtTokenCase *self = data;
  gboolean           replaces = FALSE;
  g_autoptr (GPtrArray) tokens = pt_tokens_parse (self->text, "GRUB", &replaces);
  g_autofree char *joined = test_join (tokens);

  g_assert_cmpstr (joined, ==, self->tokens);
  g_assert_cmpint (replaces, ==, self->replaces);
}

/* Replaces the first token that starts with "vfio" and returns the text; NULL
 * when it is refused. */
static char *
test_replace_vfio (const char *text,
                   const char *replacement)
{
  g_autoptr (GPtrArray) tokens = pt_tokens_parse (text, "GRUB", NULL);

  for (guint i = 0; i < tokens->len; i++)
    {
      PtToken *token = g_ptr_array_index (tokens, i);
      g_autoptr (GError) error = NULL;
      char *edited = NULL;

      if (!g_str_has_prefix (token->text, "vfio"))
        continue;
      edited = pt_tokens_replace (text, token, replacement, &error);
      if (edited == NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
      return edited;
    }
  g_assert_not_reached ();
}

typedef struct
{
  const char *name;
  const char *text;
  const char *replacement;
  const char *expected;
} PtReplaceCase;

static const PtReplaceCase replace_cases[] = {
  { "double-quoted", "# x\nGRUB=\"a  vfio=1\tb\"  # c\n", "vfio=1,2",
    "# x\nGRUB=\"a  vfio=1,2\tb\"  # c\n" },
  { "single-quoted", "GRUB='a vfio=1 b'", "vfio=2", "GRUB='a vfio=2 b'" },
  { "unquoted", "GRUB=vfio=1\n", "vfio=2", "GRUB=vfio=2\n" },
  { "second-line", "GRUB=\"a\nvfio=1\nb\"\n", "vfio=2", "GRUB=\"a\nvfio=2\nb\"\n" },
  { "removed-middle", "GRUB=\"a vfio=1 b\"\n", "", "GRUB=\"a b\"\n" },
  { "removed-last", "GRUB=\"a vfio=1\"\n", "", "GRUB=\"a\"\n" },
  { "removed-only", "GRUB=\"vfio=1\"\n", "", "GRUB=\"\"\n" },
  { "quote-inside", "GRUB=vfio=\"1\"2\n", "vfio=2", NULL },
  { "escape-inside", "GRUB=vfio=\\1\n", "vfio=2", NULL },
  { "variable-inside", "GRUB=\"vfio=$x\"\n", "vfio=2", NULL },
  { "replacement-needs-quotes", "GRUB=\"vfio=1\"\n", "vfio=$(reboot)", NULL },
};

static void
test_replace (gconstpointer data)
{
  const PtReplaceCase *self = data;
  g_autofree char     *edited = test_replace_vfio (self->text, self->replacement);

  g_assert_cmpstr (edited, ==, self->expected);
}

static void
test_names (void)
{
  const char *value = NULL;

  g_assert_true (pt_token_is ("vfio-pci.ids=1,2", "vfio-pci.ids", &value));
  g_assert_cmpstr (value, ==, "1,2");
  g_assert_true (pt_token_is ("vfio_pci.ids=1", "vfio-pci.ids", &value));
  g_assert_true (pt_token_is ("quiet", "quiet", &value));
  g_assert_null (value);
  g_assert_false (pt_token_is ("vfio-pci.idsx=1", "vfio-pci.ids", NULL));
  g_assert_false (pt_token_is ("vfio-pci.id=1", "vfio-pci.ids", NULL));
  g_assert_false (pt_token_is ("", "quiet", NULL));
}

static void
test_split (void)
{
  g_auto (GStrv) words = pt_tokens_split ("  a  b=\"c d\" e\n");

  g_assert_cmpuint (g_strv_length (words), ==, 3);
  g_assert_cmpstr (words[0], ==, "a");
  g_assert_cmpstr (words[1], ==, "b=\"c d\"");
  g_assert_cmpstr (words[2], ==, "e");
}

static void
test_lists (void)
{
  const char *const more[] = { "b", "c", NULL };
  g_autofree char  *merged = pt_list_merge ("a,b", more);
  g_autofree char  *fresh = pt_list_merge (NULL, more);
  g_autofree char  *rest = pt_list_subtract ("a,b,d,c", more);
  g_autofree char  *nothing = pt_list_subtract ("b,c", more);

  g_assert_cmpstr (merged, ==, "a,b,c");
  g_assert_cmpstr (fresh, ==, "b,c");
  g_assert_cmpstr (rest, ==, "a,d");
  g_assert_cmpstr (nothing, ==, "");
}

/* Whatever bytes come, the parser ends and every token lies inside the text. */
static void
test_noise (void)
{
  static const char alphabet[] = "GRUB=+\"'\\ \n\t$`{}()#;ab1-_.,";
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (i % 2 == 0 ? "GRUB=" : "");
      g_autoptr (GPtrArray) tokens = NULL;
      gint32 length = g_rand_int_range (rand, 0, 40);

      for (gint32 j = 0; j < length; j++)
        g_string_append_c (text, alphabet[g_rand_int_range (rand, 0, sizeof alphabet - 1)]);
      tokens = pt_tokens_parse (text->str, "GRUB", NULL);
      for (guint j = 0; j < tokens->len; j++)
        {
          PtToken *token = g_ptr_array_index (tokens, j);

          g_assert_cmpuint (token->start, <, token->end);
          g_assert_cmpuint (token->end, <=, text->len);
          if (token->plain)
            g_assert_cmpint (strncmp (text->str + token->start, token->text,
                                      token->end - token->start),
                             ==, 0);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/tokens/parse/", parse_cases[i].name, NULL);

      g_test_add_data_func (path, &parse_cases[i], test_parse);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (replace_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/setup/tokens/replace/", replace_cases[i].name, NULL);

      g_test_add_data_func (path, &replace_cases[i], test_replace);
    }
  g_test_add_func ("/setup/tokens/names", test_names);
  g_test_add_func ("/setup/tokens/split", test_split);
  g_test_add_func ("/setup/tokens/lists", test_lists);
  g_test_add_func ("/setup/tokens/noise", test_noise);

  return g_test_run ();
}
