/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-diff"

#include "config.h"

#include "pt-diff.h"

#include <string.h>

#define PT_DIFF_CONTEXT 3
/* Cells of the comparison table; beyond it the differing middle becomes one block. */
#define PT_DIFF_MAX_CELLS (4 * 1000 * 1000)

/* One line of the result: ' ', '-' or '+', and the line without its newline. */
typedef struct
{
  char        kind;
  const char *text;
  gsize       length;
  gboolean    unended; /* the file's last line, without a newline */
} PtDiffLine;

static GArray *
pt_diff_split (const char *text)
{
  GArray *lines = g_array_new (FALSE, TRUE, sizeof (PtDiffLine));

  while (*text != '\0')
    {
      const char *end = strchrnul (text, '\n');
      PtDiffLine  line = { ' ', text, end - text, *end == '\0' };

      g_array_append_val (lines, line);
      text = *end == '\0' ? end : end + 1;
    }
  return lines;
}

static PtDiffLine *
pt_diff_at (GArray *lines,
            gsize   index)
{
  return &g_array_index (lines, PtDiffLine, index);
}

static gboolean
pt_diff_same (const PtDiffLine *a,
              const PtDiffLine *b)
{
  return a->length == b->length && a->unended == b->unended &&
         memcmp (a->text, b->text, a->length) == 0;
}

static void
pt_diff_push (GArray           *script,
              char              kind,
              const PtDiffLine *line)
{
  PtDiffLine copy = *line;

  copy.kind = kind;
  g_array_append_val (script, copy);
}

/* Lengths of the longest common subsequences of all tails of a[a0..a1) and b[b0..b1). */
static guint32 *
pt_diff_table (GArray *a,
               gsize   a0,
               gsize   a1,
               GArray *b,
               gsize   b0,
               gsize   b1)
{
  gsize    width = b1 - b0 + 1;
  guint32 *table = g_new0 (guint32, (a1 - a0 + 1) * width);

  for (gsize i = a1 - a0; i-- > 0;)
    for (gsize j = b1 - b0; j-- > 0;)
      {
        guint32 *cell = &table[i * width + j];

        if (pt_diff_same (pt_diff_at (a, a0 + i), pt_diff_at (b, b0 + j)))
          *cell = cell[width + 1] + 1;
        else
          *cell = MAX (cell[width], cell[1]);
      }
  return table;
}

/* Appends the edit of a[a0..a1) into b[b0..b1) to @script. */
static void
pt_diff_middle (GArray *script,
                GArray *a,
                gsize   a0,
                gsize   a1,
                GArray *b,
                gsize   b0,
                gsize   b1)
{
  gsize               width = b1 - b0 + 1;
  gsize               i = a0;
  gsize               j = b0;
  g_autofree guint32 *table = NULL;

  if ((a1 - a0 + 1) * width <= PT_DIFF_MAX_CELLS)
    table = pt_diff_table (a, a0, a1, b, b0, b1);

  while (i < a1 || j < b1)
    {
      const guint32 *cell = table != NULL ? &table[(i - a0) * width + (j - b0)] : NULL;

      if (cell != NULL && i < a1 && j < b1 && pt_diff_same (pt_diff_at (a, i), pt_diff_at (b, j)))
        {
          pt_diff_push (script, ' ', pt_diff_at (a, i));
          i++;
          j++;
        }
      else if (i < a1 && (j == b1 || cell == NULL || cell[width] >= cell[1]))
        pt_diff_push (script, '-', pt_diff_at (a, i++));
      else
        pt_diff_push (script, '+', pt_diff_at (b, j++));
    }
}

static GArray *
pt_diff_script (GArray *a,
                GArray *b)
{
  GArray *script = g_array_new (FALSE, TRUE, sizeof (PtDiffLine));
  gsize   head = 0;
  gsize   tail = 0;

  while (head < a->len && head < b->len &&
         pt_diff_same (pt_diff_at (a, head), pt_diff_at (b, head)))
    pt_diff_push (script, ' ', pt_diff_at (a, head++));
  while (tail < a->len - head && tail < b->len - head &&
         pt_diff_same (pt_diff_at (a, a->len - tail - 1), pt_diff_at (b, b->len - tail - 1)))
    tail++;

  pt_diff_middle (script, a, head, a->len - tail, b, head, b->len - tail);
  for (gsize i = a->len - tail; i < a->len; i++)
    pt_diff_push (script, ' ', pt_diff_at (a, i));
  return script;
}

/* Index of the next changed line at or behind @from, or the length. */
static gsize
pt_diff_next_change (GArray *script,
                     gsize   from)
{
  while (from < script->len && pt_diff_at (script, from)->kind == ' ')
    from++;
  return from;
}

static void
pt_diff_print_range (GString *out,
                     char     sign,
                     gsize    before,
                     gsize    count)
{
  g_string_append_printf (out, " %c%" G_GSIZE_FORMAT, sign, count == 0 ? before : before + 1);
  if (count != 1)
    g_string_append_printf (out, ",%" G_GSIZE_FORMAT, count);
}

static void
pt_diff_count (GArray *script,
               gsize   from,
               gsize   to,
               gsize  *old,
               gsize *new)
{
  for (gsize i = from; i < to; i++)
    {
      char kind = pt_diff_at (script, i)->kind;

      *old += kind != '+';
      *new += kind != '-';
    }
}

static void
pt_diff_print_hunk (GString *out,
                    GArray  *script,
                    gsize    from,
                    gsize    to)
{
  gsize old_before = 0;
  gsize new_before = 0;
  gsize old_count = 0;
  gsize new_count = 0;

  pt_diff_count (script, 0, from, &old_before, &new_before);
  pt_diff_count (script, from, to, &old_count, &new_count);
  g_string_append (out, "@@");
  pt_diff_print_range (out, '-', old_before, old_count);
  pt_diff_print_range (out, '+', new_before, new_count);
  g_string_append (out, " @@\n");
  for (gsize i = from; i < to; i++)
    {
      const PtDiffLine *line = pt_diff_at (script, i);

      g_string_append_c (out, line->kind);
      g_string_append_len (out, line->text, line->length);
      g_string_append_c (out, '\n');
      if (line->unended)
        g_string_append (out, "\\ No newline at end of file\n");
    }
}

char *
pt_diff_unified (const char *name,
                 const char *old,
                 const char *new)
{
  g_autoptr (GArray) a = NULL;
  g_autoptr (GArray) b = NULL;
  g_autoptr (GArray) script = NULL;
  GString *out = g_string_new (NULL);
  gsize    change = 0;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (new != NULL, NULL);

  a = pt_diff_split (old != NULL ? old : "");
  b = pt_diff_split (new);
  script = pt_diff_script (a, b);
  change = pt_diff_next_change (script, 0);
  if (change < script->len)
    g_string_append_printf (out, "--- %s\n+++ %s\n", old != NULL ? name : "/dev/null", name);

  while (change < script->len)
    {
      gsize from = change > PT_DIFF_CONTEXT ? change - PT_DIFF_CONTEXT : 0;
      gsize to = 0;

      do
        {
          to = change + 1;
          change = pt_diff_next_change (script, to);
        }
      while (change < script->len && change - to <= 2 * PT_DIFF_CONTEXT);
      to = MIN (to + PT_DIFF_CONTEXT, script->len);
      pt_diff_print_hunk (out, script, from, to);
    }

  return g_string_free (out, FALSE);
}
