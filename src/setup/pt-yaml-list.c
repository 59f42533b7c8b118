/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-yaml-list"

#include "config.h"

#include "pt-yaml-list.h"

#include <string.h>

#include "pt-step-private.h"
#include "pt-tokens.h"

/* A line in a text: [start, end), without its newline; its value [value, stop). */
typedef struct
{
  gsize start;
  gsize end;
  gsize value;
  gsize stop;
} PtYamlLine;

/* Where the value ends: at its quote, or before a comment. */
static void
pt_yaml_line_find_value (PtYamlLine *self,
                         const char *text)
{
  char quote = text[self->value];

  if (self->value < self->end && (quote == '"' || quote == '\''))
    {
      self->value++;
      self->stop = self->value;
      while (self->stop < self->end && text[self->stop] != quote)
        self->stop++;
      return;
    }
  self->stop = self->value;
  while (self->stop < self->end &&
         !(text[self->stop] == '#' &&
           (self->stop == self->value || g_ascii_isspace (text[self->stop - 1]))))
    self->stop++;
  while (self->stop > self->value && g_ascii_isspace (text[self->stop - 1]))
    self->stop--;
}

static gboolean
pt_yaml_find (const char *text,
              const char *key,
              PtYamlLine *found)
{
  gsize    length = strlen (key);
  gboolean any = FALSE;

  for (gsize start = 0; text[start] != '\0';)
    {
      gsize      end = start + strcspn (text + start, "\n");
      PtYamlLine line = { start, end, start + length + 1, 0 };

      if (strncmp (text + start, key, length) == 0 && text[start + length] == ':' &&
          (text[line.value] == '\0' || g_ascii_isspace (text[line.value])))
        {
          while (line.value < end && g_ascii_isspace (text[line.value]))
            line.value++;
          pt_yaml_line_find_value (&line, text);
          *found = line;
          any = TRUE;
        }
      start = text[end] == '\n' ? end + 1 : end;
    }
  return any;
}

static char **
pt_yaml_split (const char *text,
               gsize       length)
{
  g_autofree char *value = g_strndup (text, length);
  g_auto (GStrv) parts = g_strsplit (value, ",", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (words, parts[i]);
  return g_strv_builder_end (words);
}

char **
pt_yaml_list_parse (const char *text,
                    const char *key)
{
  PtYamlLine line = { 0 };

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if (!pt_yaml_find (text, key, &line))
    return NULL;
  return pt_yaml_split (text + line.value, line.stop - line.value);
}

/* Those of @words that @present lacks, with commas between and, if @more follows, behind. Modules
 * are spelled with either of `_` and `-`. */
static char *
pt_yaml_join_missing (char             **present,
                      const char *const *words,
                      gboolean           more)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; words[i] != NULL; i++)
    {
      g_autofree char *other = g_strdelimit (g_strdup (words[i]), "_", '-');

      if (g_strv_contains ((const char *const *)present, words[i]) ||
          g_strv_contains ((const char *const *)present, other))
        continue;
      if (text->len > 0)
        g_string_append_c (text, ',');
      g_string_append (text, words[i]);
    }
  if (text->len > 0 && more)
    g_string_append_c (text, ',');
  return g_string_free (text, FALSE);
}

/* A value that YAML reads as something else than a text: lists, maps, anchors, blocks. */
static gboolean
pt_yaml_is_plain (const char       *text,
                  const PtYamlLine *line)
{
  return line->value == line->stop || strchr ("[{&*!|>%@`", text[line->value]) == NULL ||
         text[line->value - 1] == '"' || text[line->value - 1] == '\'';
}

static char *
pt_yaml_append (const char        *text,
                const char        *key,
                const char *const *words,
                PtPlanChange     **edit)
{
  g_autofree char *list = g_strjoinv (",", (char **)words);
  g_autofree char *line = g_strdup_printf ("%s%s: %s\n",
                                           *text == '\0' || g_str_has_suffix (text, "\n") ? ""
                                                                                          : "\n",
                                           key, list);

  *edit = pt_plan_change_new ("", line);
  return g_strconcat (text, line, NULL);
}

char *
pt_yaml_list_prepend (const char        *text,
                      const char        *key,
                      const char *const *words,
                      PtPlanChange     **edit,
                      GError           **error)
{
  PtYamlLine line = { 0 };
  g_auto (GStrv) present = NULL;
  g_autofree char *missing = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (words != NULL, NULL);
  g_return_val_if_fail (edit != NULL, NULL);

  *edit = NULL;
  if (!pt_yaml_find (text, key, &line))
    return pt_yaml_append (text, key, words, edit);
  if (!pt_yaml_is_plain (text, &line))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "%s is no plain list", key);
      return NULL;
    }

  present = pt_yaml_split (text + line.value, line.stop - line.value);
  missing = pt_yaml_join_missing (present, words, line.stop > line.value);
  if (*missing == '\0')
    return g_strdup (text);

  from = g_strndup (text + line.start, line.end - line.start);
  to = g_strdup_printf ("%.*s%s%s%.*s", (int)(line.value - line.start), text + line.start,
                        g_ascii_isspace (text[line.value - 1]) || text[line.value - 1] != ':' ? ""
                                                                                              : " ",
                        missing, (int)(line.end - line.value), text + line.value);
  *edit = pt_plan_change_new (from, to);
  return g_strdup_printf ("%.*s%s%s", (int)line.start, text, to, text + line.end);
}

/* TRUE if [start, start + length) of @text is whole lines. */
static gboolean
pt_yaml_is_whole (const char *text,
                  const char *start,
                  gsize       length)
{
  gboolean begins = start == text || start[-1] == '\n' || *start == '\n';
  gboolean ends = start[length] == '\0' || start[length] == '\n' || start[length - 1] == '\n';

  return begins && ends;
}

/* The last place in @text where @part is whole lines, NULL for none: the last line of a key is the
 * one that counts. */
static const char *
pt_yaml_find_lines (const char *text,
                    const char *part)
{
  gsize       length = strlen (part);
  const char *last = NULL;

  for (const char *found = strstr (text, part); found != NULL; found = strstr (found + 1, part))
    if (pt_yaml_is_whole (text, found, length))
      last = found;
  return last;
}

static char *
pt_yaml_list_subtract (const char         *text,
                       const PtPlanChange *edit)
{
  const char      *spelled = edit->to + (*edit->to == '\n');
  g_autofree char *key = g_strndup (spelled, strcspn (spelled, ":"));
  PtYamlLine       line = { 0 };
  g_autofree char *value = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *rest = NULL;
  g_auto (GStrv) before = pt_yaml_list_parse (edit->from, key);
  g_auto (GStrv) after = pt_yaml_list_parse (spelled, key);
  g_auto (GStrv) added = NULL;

  if (after == NULL)
    return NULL;
  /* The line is gone: nothing of ours is left. */
  if (!pt_yaml_find (text, key, &line))
    return g_strdup (text);

  ours = g_strjoinv (",", after);
  rest = before != NULL ? pt_list_subtract (ours, (const char *const *)before) : g_strdup (ours);
  added = g_strsplit (rest, ",", -1);
  value = g_strndup (text + line.value, line.stop - line.value);
  g_free (rest);
  rest = pt_list_subtract (value, (const char *const *)added);
  if (*rest == '\0' && *edit->from == '\0')
    return g_strdup_printf ("%.*s%s", (int)line.start, text,
                            text + line.end + (text[line.end] == '\n'));
  return g_strdup_printf ("%.*s%s%s", (int)line.value, text, rest, text + line.stop);
}

char *
pt_yaml_list_undo (const char         *text,
                   const PtPlanChange *edit)
{
  const char *found = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (edit != NULL, NULL);

  if (*edit->to == '\0')
    return NULL;
  found = pt_yaml_find_lines (text, edit->to);
  if (found != NULL)
    return g_strdup_printf ("%.*s%s%s", (int)(found - text), text, edit->from,
                            found + strlen (edit->to));
  return pt_yaml_list_subtract (text, edit);
}
