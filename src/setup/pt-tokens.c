/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-tokens"

#include "config.h"

#include "pt-tokens.h"

#include <string.h>

/* One byte of a shell word's value and where the file spells it. */
typedef struct
{
  gsize    start;
  gsize    end;
  guint    stretch; /* changes at every quote */
  gboolean opaque;  /* part of an expansion: its value is not known here */
} PtOrigin;

typedef struct
{
  const char *text;
  gsize       position;
  GString    *value;
  GArray     *origins;
  guint       stretch;
  gboolean    found; /* an assignment to the variable; its value: */
  gsize       start;
  gsize       end;
  gboolean    at_line_start;
} PtLexer;

void
pt_token_free (PtToken *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->text);
  g_free (self);
}

static void
pt_lexer_emit (PtLexer *self,
               gsize    start,
               gsize    end,
               gboolean opaque)
{
  PtOrigin origin = { start, end, self->stretch, opaque };

  g_string_append_c (self->value, self->text[end - 1]);
  g_array_append_val (self->origins, origin);
}

static void
pt_lexer_emit_opaque (PtLexer *self,
                      gsize    start,
                      gsize    end)
{
  for (gsize i = start; i < end; i++)
    pt_lexer_emit (self, i, i + 1, TRUE);
}

/* From the opening bracket at @position to behind its partner, or the end of the text. */
static gsize
pt_lexer_skip_brackets (const char *text,
                        gsize       position)
{
  char  open = text[position];
  char  close = open == '{' ? '}' : ')';
  guint depth = 0;

  for (; text[position] != '\0'; position++)
    {
      if (text[position] == '\\' && text[position + 1] != '\0')
        position++;
      else if (text[position] == open)
        depth++;
      else if (text[position] == close && --depth == 0)
        return position + 1;
    }
  return position;
}

/* `$name`, `${…}`, `$(…)` or `…` in backquotes. */
static void
pt_lexer_read_expansion (PtLexer *self)
{
  const char *text = self->text;
  gsize       start = self->position;
  gsize       end = start + 1;

  if (text[start] == '`')
    {
      while (text[end] != '\0' && text[end] != '`')
        end++;
      if (text[end] != '\0')
        end++;
    }
  else if (text[end] == '{' || text[end] == '(')
    {
      end = pt_lexer_skip_brackets (text, end);
    }
  else
    {
      while (g_ascii_isalnum (text[end]) || text[end] == '_')
        end++;
      if (end == start + 1 && text[end] != '\0' && strchr ("?#@*!$-", text[end]) != NULL)
        end++;
    }

  pt_lexer_emit_opaque (self, start, end);
  self->position = end;
}

static void
pt_lexer_read_escape (PtLexer    *self,
                      const char *escapable)
{
  char next = self->text[self->position + 1];

  if (next == '\n')
    {
      self->position += 2;
    }
  else if (next != '\0' && (escapable == NULL || strchr (escapable, next) != NULL))
    {
      pt_lexer_emit (self, self->position, self->position + 2, FALSE);
      self->position += 2;
    }
  else
    {
      pt_lexer_emit (self, self->position, self->position + 1, FALSE);
      self->position++;
    }
}

static void
pt_lexer_read_single_quoted (PtLexer *self)
{
  self->stretch++;
  for (self->position++; self->text[self->position] != '\0'; self->position++)
    {
      if (self->text[self->position] == '\'')
        {
          self->position++;
          break;
        }
      pt_lexer_emit (self, self->position, self->position + 1, FALSE);
    }
  self->stretch++;
}

static void
pt_lexer_read_double_quoted (PtLexer *self)
{
  self->stretch++;
  self->position++;
  while (self->text[self->position] != '\0')
    {
      char c = self->text[self->position];

      if (c == '"')
        {
          self->position++;
          break;
        }
      if (c == '\\')
        pt_lexer_read_escape (self, "$`\"\\");
      else if (c == '$' || c == '`')
        pt_lexer_read_expansion (self);
      else
        {
          pt_lexer_emit (self, self->position, self->position + 1, FALSE);
          self->position++;
        }
    }
  self->stretch++;
}

/* One shell word, appended to the value; stops at the character that ends it. */
static void
pt_lexer_read_word (PtLexer *self)
{
  while (self->text[self->position] != '\0')
    {
      char c = self->text[self->position];

      if (strchr (" \t\n;&|<>()", c) != NULL)
        break;
      if (c == '\\')
        pt_lexer_read_escape (self, NULL);
      else if (c == '\'')
        pt_lexer_read_single_quoted (self);
      else if (c == '"')
        pt_lexer_read_double_quoted (self);
      else if (c == '$' || c == '`')
        pt_lexer_read_expansion (self);
      else
        {
          pt_lexer_emit (self, self->position, self->position + 1, FALSE);
          self->position++;
        }
    }
}

static PtToken *
pt_lexer_make_token (PtLexer *self,
                     gsize    first,
                     gsize    last)
{
  const PtOrigin *begin = &g_array_index (self->origins, PtOrigin, first);
  const PtOrigin *end = &g_array_index (self->origins, PtOrigin, last);
  PtToken        *token = g_new0 (PtToken, 1);

  token->text = g_strndup (self->value->str + first, last - first + 1);
  token->start = begin->start;
  token->end = end->end;
  token->plain = token->end - token->start == last - first + 1 && begin->stretch == end->stretch;
  for (gsize i = first; i <= last; i++)
    token->plain = token->plain && !g_array_index (self->origins, PtOrigin, i).opaque;

  return token;
}

/* Splits the word that was read the way the kernel does (lib/cmdline.c, next_arg()). */
static void
pt_lexer_split (PtLexer   *self,
                GPtrArray *tokens)
{
  gboolean quoted = FALSE;
  gssize   first = -1;

  for (gsize i = 0; i <= self->value->len; i++)
    {
      gboolean end = i == self->value->len;
      gboolean opaque = !end && g_array_index (self->origins, PtOrigin, i).opaque;
      char     c = self->value->str[i];

      if (!end && !opaque && c == '"')
        quoted = !quoted;
      if (end || (!quoted && !opaque && g_ascii_isspace (c)))
        {
          if (first >= 0)
            g_ptr_array_add (tokens, pt_lexer_make_token (self, first, i - 1));
          first = -1;
        }
      else if (first < 0)
        {
          first = i;
        }
    }
}

static void
pt_lexer_clear (PtLexer *self)
{
  g_string_truncate (self->value, 0);
  g_array_set_size (self->origins, 0);
}

/* TRUE if the word that was read expands @variable, so that an assignment keeps what it held. */
static gboolean
pt_lexer_mentions (PtLexer    *self,
                   const char *variable)
{
  gsize       length = strlen (variable);
  const char *found = self->value->str;

  while ((found = strstr (found, variable)) != NULL)
    {
      gsize at = found - self->value->str;

      if (g_array_index (self->origins, PtOrigin, at).opaque &&
          !g_ascii_isalnum (found[length]) && found[length] != '_')
        return TRUE;
      found += length;
    }
  return FALSE;
}

/* Length of the name if an assignment starts at @text, else 0. A subscript belongs to it. */
static gsize
pt_assignment_name (const char *text)
{
  gsize length = 0;

  if (g_ascii_isdigit (text[0]))
    return 0;
  while (g_ascii_isalnum (text[length]) || text[length] == '_')
    length++;
  if (length > 0 && text[length] == '[')
    {
      gsize inner = strcspn (text + length, "]\n");

      if (text[length + inner] != ']')
        return 0;
      length += inner + 1;
    }
  if (text[length] == '=' || (text[length] == '+' && text[length + 1] == '='))
    return length;
  return 0;
}

/* Words behind which a statement starts again. */
static gboolean
pt_is_transparent (const char *word)
{
  return g_strv_contains ((const char *const[]){ "export", "then", "else", "do", "{", "!", NULL },
                          word);
}

/* TRUE if the first @length bytes of @name spell @variable; a subscript may be quoted. */
static gboolean
pt_assignment_is (const char *name,
                  gsize       length,
                  const char *variable)
{
  for (gsize i = 0; i < length; i++)
    {
      if (name[i] == '"' || name[i] == '\'')
        continue;
      if (name[i] != *variable)
        return FALSE;
      variable++;
    }
  return *variable == '\0';
}

/* Reads `NAME=word` at the current position and keeps its tokens if NAME is @variable. */
static void
pt_lexer_read_assignment (PtLexer    *self,
                          const char *variable,
                          gsize       name_length,
                          GPtrArray  *tokens,
                          gboolean   *replaces)
{
  const char *name = self->text + self->position;
  gboolean    appends = name[name_length] == '+';
  gsize       begin = self->position;

  self->position += name_length + (appends ? 2 : 1);
  pt_lexer_clear (self);
  if (!pt_assignment_is (name, name_length, variable))
    {
      pt_lexer_read_word (self);
      return;
    }

  self->found = TRUE;
  self->start = self->position;
  self->at_line_start = begin == 0 || self->text[begin - 1] == '\n';
  pt_lexer_read_word (self);
  self->end = self->position;

  if (!appends && !pt_lexer_mentions (self, variable))
    {
      g_ptr_array_set_size (tokens, 0);
      *replaces = TRUE;
    }
  pt_lexer_split (self, tokens);
}

static void
pt_lexer_skip_comment (PtLexer *self)
{
  while (self->text[self->position] != '\0' && self->text[self->position] != '\n')
    self->position++;
}

static void
pt_lexer_read_file (PtLexer    *self,
                    const char *variable,
                    GPtrArray  *tokens,
                    gboolean   *replaces)
{
  gboolean at_statement = TRUE;

  while (self->text[self->position] != '\0')
    {
      char  c = self->text[self->position];
      gsize name_length = 0;

      if (strchr ("\n;&|()<>", c) != NULL)
        {
          at_statement = TRUE;
          self->position++;
        }
      else if (c == ' ' || c == '\t')
        {
          self->position++;
        }
      else if (c == '#')
        {
          pt_lexer_skip_comment (self);
        }
      else if (at_statement && (name_length = pt_assignment_name (self->text + self->position)) > 0)
        {
          pt_lexer_read_assignment (self, variable, name_length, tokens, replaces);
        }
      else
        {
          pt_lexer_clear (self);
          pt_lexer_read_word (self);
          at_statement = at_statement && pt_is_transparent (self->value->str);
        }
    }
}

/* Fills the places of @lexer; (transfer full) */
static GPtrArray *
pt_lexer_run (PtLexer    *lexer,
              const char *variable,
              gboolean   *replaces)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_token_free);

  lexer->value = g_string_new (NULL);
  lexer->origins = g_array_new (FALSE, FALSE, sizeof (PtOrigin));
  *replaces = FALSE;
  pt_lexer_read_file (lexer, variable, tokens, replaces);
  g_string_free (g_steal_pointer (&lexer->value), TRUE);
  g_array_unref (g_steal_pointer (&lexer->origins));
  return tokens;
}

GPtrArray *
pt_tokens_parse (const char *text,
                 const char *variable,
                 gboolean   *replaces)
{
  PtLexer  lexer = { .text = text };
  gboolean ignored = FALSE;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (variable != NULL, NULL);

  return pt_lexer_run (&lexer, variable, replaces != NULL ? replaces : &ignored);
}

gboolean
pt_tokens_locate (const char *text,
                  const char *variable,
                  gsize      *start,
                  gsize      *end,
                  gboolean   *at_line_start)
{
  PtLexer  lexer = { .text = text };
  gboolean ignored = FALSE;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (variable != NULL, FALSE);

  g_ptr_array_unref (pt_lexer_run (&lexer, variable, &ignored));
  *start = lexer.start;
  *end = lexer.end;
  *at_line_start = lexer.at_line_start;
  return lexer.found;
}

void
pt_tokens_add_plain (GPtrArray  *tokens,
                     const char *text,
                     gsize       start,
                     gsize       end)
{
  gboolean quoted = FALSE;
  gsize    first = end;

  g_return_if_fail (tokens != NULL);
  g_return_if_fail (text != NULL);

  for (gsize i = start; i <= end; i++)
    {
      if (i < end && text[i] == '"')
        quoted = !quoted;
      if (i < end && (quoted || !g_ascii_isspace (text[i])))
        {
          first = MIN (first, i);
          continue;
        }
      if (first < i)
        {
          PtToken *token = g_new0 (PtToken, 1);

          token->text = g_strndup (text + first, i - first);
          token->start = first;
          token->end = i;
          token->plain = TRUE;
          g_ptr_array_add (tokens, token);
        }
      first = end;
    }
}

/* Characters that mean themselves in every kind of shell quoting. */
static gboolean
pt_is_harmless (const char *text)
{
  return strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                       "0123456789.,:=_/@%+-") ==
         strlen (text);
}

char *
pt_tokens_replace (const char    *text,
                   const PtToken *token,
                   const char    *replacement,
                   GError       **error)
{
  GString *edited = NULL;
  gsize    start = 0;
  gsize    end = 0;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (token != NULL && token->end <= strlen (text), NULL);
  g_return_val_if_fail (replacement != NULL, NULL);

  if (!token->plain || !pt_is_harmless (replacement))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "the parameter %s is written in a way that cannot be edited safely",
                   token->text);
      return NULL;
    }

  start = token->start;
  end = token->end;
  if (*replacement == '\0')
    {
      if (text[end] == ' ')
        end++;
      else if (start > 0 && text[start - 1] == ' ')
        start--;
    }

  edited = g_string_new_len (text, start);
  g_string_append (edited, replacement);
  g_string_append (edited, text + end);
  return g_string_free (edited, FALSE);
}

gboolean
pt_token_is (const char  *text,
             const char  *name,
             const char **value)
{
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  for (; *name != '\0'; name++, text++)
    {
      char a = *name == '-' ? '_' : *name;
      char b = *text == '-' ? '_' : *text;

      if (a != b)
        return FALSE;
    }
  if (*text != '=' && *text != '\0')
    return FALSE;

  if (value != NULL)
    *value = *text == '=' ? text + 1 : NULL;
  return TRUE;
}

char **
pt_tokens_split (const char *command_line)
{
  GPtrArray  *words = g_ptr_array_new ();
  const char *start = NULL;
  gboolean    quoted = FALSE;

  g_return_val_if_fail (command_line != NULL, NULL);

  for (const char *p = command_line;; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      if (*p != '\0' && (quoted || !g_ascii_isspace (*p)))
        {
          start = start != NULL ? start : p;
          continue;
        }
      if (start != NULL)
        g_ptr_array_add (words, g_strndup (start, p - start));
      start = NULL;
      if (*p == '\0')
        break;
    }

  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (words, FALSE);
}

static char *
pt_list_join (const char *list,
              const char *entry)
{
  if (*list == '\0')
    return g_strdup (entry);
  return g_strconcat (list, ",", entry, NULL);
}

char *
pt_list_merge (const char        *list,
               const char *const *more)
{
  g_autofree char *merged = g_strdup (list != NULL ? list : "");

  g_return_val_if_fail (more != NULL, NULL);

  for (gsize i = 0; more[i] != NULL; i++)
    {
      g_auto (GStrv) entries = g_strsplit (merged, ",", -1);

      if (!g_strv_contains ((const char *const *)entries, more[i]))
        {
          g_autofree char *longer = pt_list_join (merged, more[i]);

          g_free (merged);
          merged = g_steal_pointer (&longer);
        }
    }
  return g_steal_pointer (&merged);
}

char *
pt_list_subtract (const char        *list,
                  const char *const *less)
{
  g_auto (GStrv) entries = NULL;
  g_autofree char *rest = g_strdup ("");

  g_return_val_if_fail (list != NULL, NULL);
  g_return_val_if_fail (less != NULL, NULL);

  entries = g_strsplit (list, ",", -1);
  for (gsize i = 0; entries[i] != NULL; i++)
    {
      if (!g_strv_contains (less, entries[i]))
        {
          g_autofree char *longer = pt_list_join (rest, entries[i]);

          g_free (rest);
          rest = g_steal_pointer (&longer);
        }
    }
  return g_steal_pointer (&rest);
}
