/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-cpu-list"

#include "config.h"

#include "pt-cpu-list.h"

#include <string.h>


static gboolean
pt_cpu_list_take_number (const char **at,
                         guint       *number)
{
  guint value = 0;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  for (; g_ascii_isdigit (**at); (*at)++)
    {
      value = value * 10 + (guint)g_ascii_digit_value (**at);
      if (value >= PT_CPU_LIST_LIMIT)
        return FALSE;
    }
  *number = value;
  return TRUE;
}


/* `7` or `4-7`. */
static gboolean
pt_cpu_list_take_range (const char **at,
                        guint8      *set)
{
  guint first = 0, last = 0;

  if (!pt_cpu_list_take_number (at, &first))
    return FALSE;
  last = first;
  if (**at == '-')
    {
      (*at)++;
      if (!pt_cpu_list_take_number (at, &last) || last < first)
        return FALSE;
    }
  memset (set + first, 1, last - first + 1);
  return TRUE;
}


static GArray *
pt_cpu_list_collect (const guint8 *set)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < PT_CPU_LIST_LIMIT; i++)
    {
      if (set[i] != 0)
        g_array_append_val (numbers, i);
    }
  return numbers;
}


GArray *
pt_cpu_list_parse (const char *text)
{
  guint8      set[PT_CPU_LIST_LIMIT] = { 0 };
  const char *at = text;

  g_return_val_if_fail (text != NULL, NULL);

  at += strspn (at, " \t\r\n");
  if (*at == '\0')
    return pt_cpu_list_collect (set);
  while (pt_cpu_list_take_range (&at, set))
    {
      if (*at != ',')
        {
          at += strspn (at, " \t\r\n");
          return *at == '\0' ? pt_cpu_list_collect (set) : NULL;
        }
      at++;
    }
  return NULL;
}


/* One word of a mask, of which @left more follow. */
static gboolean
pt_cpu_list_take_word (const char *word,
                       guint       left,
                       guint8     *set)
{
  guint64 bits = 0;

  if (!g_ascii_string_to_unsigned (word, 16, 0, G_MAXUINT32, &bits, NULL))
    return FALSE;
  for (guint i = 0; i < 32; i++)
    {
      guint64 number = (guint64)left * 32 + i;

      if ((bits & ((guint64)1 << i)) == 0)
        continue;
      if (number >= PT_CPU_LIST_LIMIT)
        return FALSE;
      set[number] = 1;
    }
  return TRUE;
}


GArray *
pt_cpu_list_parse_mask (const char *text)
{
  guint8           set[PT_CPU_LIST_LIMIT] = { 0 };
  g_autofree char *plain = NULL;
  g_auto (GStrv) words = NULL;
  guint count = 0;

  g_return_val_if_fail (text != NULL, NULL);

  plain = g_strstrip (g_strdup (text));
  words = g_strsplit (plain, ",", -1);
  count = g_strv_length (words);
  if (count == 0)
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      if (!pt_cpu_list_take_word (words[i], count - 1 - i, set))
        return NULL;
    }
  return pt_cpu_list_collect (set);
}


char *
pt_cpu_list_format (GArray *numbers)
{
  GString *text = NULL;

  g_return_val_if_fail (numbers != NULL, NULL);

  text = g_string_new (NULL);
  for (guint i = 0; i < numbers->len; i++)
    {
      guint first = g_array_index (numbers, guint, i);
      guint last = first;

      while (i + 1 < numbers->len && g_array_index (numbers, guint, i + 1) == last + 1)
        last = g_array_index (numbers, guint, ++i);
      g_string_append_printf (text, text->len > 0 ? ",%u" : "%u", first);
      if (last > first)
        g_string_append_printf (text, last > first + 1 ? "-%u" : ",%u", last);
    }
  return g_string_free (text, FALSE);
}


gboolean
pt_cpu_list_contains (GArray *numbers,
                      guint   number)
{
  g_return_val_if_fail (numbers != NULL, FALSE);

  for (guint i = 0; i < numbers->len; i++)
    {
      if (g_array_index (numbers, guint, i) == number)
        return TRUE;
    }
  return FALSE;
}
