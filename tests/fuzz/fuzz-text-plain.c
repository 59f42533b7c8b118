/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-text-plain"

#include "config.h"

#include <string.h>

#include "fuzz-text.h"

/* The same cases without libFuzzer: [--runs=N] [--seed=N] FOLDER. A case is made from a seed, so
 * "--seed=N --runs=1" repeats it: one of the texts in the folder with some of its bytes changed,
 * stretches taken out or repeated, or a stretch of another text put in. */

#define FUZZ_LONGEST (64 * 1024)

static int    runs = 20000;
static int    seed = 1;
static char **folders = NULL;

static const GOptionEntry entries[] = {
  { "runs", 0, 0, G_OPTION_ARG_INT, &runs, "Cases", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "First case", "N" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, NULL, "FOLDER" },
  { NULL }
};


static gsize
fuzz_pick (GRand *random,
           gsize  n)
{
  return n > 0 ? g_rand_int (random) % n : 0;
}


/* A byte that means something in one of the formats, or any. */
static char
fuzz_byte (GRand *random)
{
  static const char bytes[] = " \t\n\\\"'=:,-#$(){}/0189af;";

  if (fuzz_pick (random, 3) == 0)
    return (char)g_rand_int (random);
  return bytes[fuzz_pick (random, sizeof bytes - 1)];
}


static void
fuzz_change (GString *text,
             GRand   *random,
             GString *other)
{
  gsize            at = fuzz_pick (random, text->len + 1);
  gsize            length = fuzz_pick (random, MIN (text->len - at, 60) + 1);
  gsize            from = fuzz_pick (random, other->len + 1);
  g_autofree char *piece = g_strndup (text->str + at, length);

  switch (fuzz_pick (random, 5))
    {
    case 0:
      g_string_erase (text, (gssize)at, (gssize)length);
      break;
    case 1:
      g_string_insert_len (text, (gssize)at, piece, (gssize)strlen (piece));
      break;
    case 2:
      g_string_insert_len (text, (gssize)at, other->str + from,
                           (gssize)MIN (other->len - from, 80));
      break;
    case 3:
      g_string_insert_c (text, (gssize)at, fuzz_byte (random));
      break;
    default:
      if (at < text->len)
        text->str[at] = fuzz_byte (random);
      break;
    }
  if (text->len > FUZZ_LONGEST)
    g_string_truncate (text, FUZZ_LONGEST);
}


static gint64
fuzz_run_seed (GPtrArray *texts,
               guint32    case_seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (case_seed);
  GString *base = g_ptr_array_index (texts, fuzz_pick (random, texts->len));
  GString *other = g_ptr_array_index (texts, fuzz_pick (random, texts->len));
  g_autoptr (GString) text = g_string_new_len (base->str, (gssize)base->len);
  gint64 started = g_get_monotonic_time ();

  for (gsize n = 1 + fuzz_pick (random, 8); n > 0; n--)
    fuzz_change (text, random, other);
  fuzz_text_run_bytes (text->str, text->len);
  return g_get_monotonic_time () - started;
}


static void
fuzz_free_text (gpointer data)
{
  g_string_free (data, TRUE);
}


static int
fuzz_compare_names (gconstpointer a,
                    gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}


/* Sorted, so that a seed means the same case everywhere. */
static GPtrArray *
fuzz_read_folder (const char *folder,
                  GError    **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (fuzz_free_text);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, fuzz_compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *content = NULL;
      gsize            length = 0;

      if (!g_file_get_contents (g_ptr_array_index (names, i), &content, &length, error))
        return NULL;
      fuzz_text_run_bytes (content, length);
      g_ptr_array_add (texts, g_string_new_len (content, (gssize)length));
    }
  return texts->len > 0 ? g_steal_pointer (&texts) : NULL;
}


int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GPtrArray) texts = NULL;
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();
  gint64 longest = 0;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && folders != NULL)
    texts = fuzz_read_folder (folders[0], &error);
  if (texts == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "no folder with a text in it");
      return 2;
    }
  for (int i = 0; i < runs; i++)
    longest = MAX (longest, fuzz_run_seed (texts, (guint32)(seed + i)));
  g_print ("%d cases in %.1f s, longest %.1f ms\n", runs,
           (double)(g_get_monotonic_time () - started) / G_USEC_PER_SEC, (double)longest / 1000);
  g_strfreev (folders);
  return longest < 5 * G_USEC_PER_SEC ? 0 : 1;
}
