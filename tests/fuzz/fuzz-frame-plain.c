/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-frame-plain"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz-frame.h"

/* The same cases without libFuzzer: fuzz-frame-plain [--runs=N] [--seed=N] [--scribble=MS]
 * [FILE|FOLDER...]. A case is made from a seed, so "--seed=N --runs=1" repeats it. */
#define FUZZ_PLAIN_BYTES 256

static int    runs = 20000;
static int    seed = 1;
static int    scribble = 500;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "runs", 0, 0, G_OPTION_ARG_INT, &runs, "Cases", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "First case", "N" },
  { "scribble", 0, 0, G_OPTION_ARG_INT, &scribble, "Then a second thread writes, ms", "MS" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "FILE|FOLDER" },
  { NULL }
};

static gint64
fuzz_plain_run_seed (guint32 case_seed)
{
  guint8 bytes[FUZZ_PLAIN_BYTES] = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (case_seed);
  gint64 started = g_get_monotonic_time ();
  guint  n = 8 + g_rand_int (random) % (FUZZ_PLAIN_BYTES - 8);

  for (guint i = 0; i < n; i++)
    bytes[i] = (guint8)g_rand_int (random);
  fuzz_frame_run (bytes, n);
  return g_get_monotonic_time () - started;
}


static gboolean
fuzz_plain_run_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize            length = 0;

  if (!g_file_get_contents (path, &content, &length, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  fuzz_frame_run ((const guint8 *)content, length);
  return TRUE;
}


/* A folder without cases is a mistake. */
static gboolean
fuzz_plain_run_path (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;
  guint       n = 0;

  if (folder == NULL)
    return fuzz_plain_run_file (path);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (!fuzz_plain_run_file (file))
        return FALSE;
      n++;
    }
  g_print ("%u kept cases\n", n);
  return n > 0;
}


int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();
  gint64 longest = 0;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    if (!fuzz_plain_run_path (files[i]))
      return 1;
  for (int i = 0; i < runs; i++)
    {
      gint64 took = fuzz_plain_run_seed ((guint32)(seed + i));

      longest = MAX (longest, took);
    }
  g_print ("%d cases in %.1f s, longest %.1f ms\n", runs,
           (double)(g_get_monotonic_time () - started) / G_USEC_PER_SEC, (double)longest / 1000);
  fuzz_frame_scribble ((guint32)seed, (guint)scribble);
  g_strfreev (files);
  return longest < 5 * G_USEC_PER_SEC ? 0 : 1;
}
