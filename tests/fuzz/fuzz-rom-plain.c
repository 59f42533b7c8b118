/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-rom-plain"

#include "config.h"

#include "fuzz-rom.h"
#include "rom-builder.h"

/* The same cases without libFuzzer: fuzz-rom-plain [--runs=N] [--seed=N] [FILE...]. A case is made
 * from a seed, so "--seed=N --runs=1" repeats it: images as cards have them, with some bytes of
 * their heads changed, a header in front or the end cut off. */

static int    runs = 200000;
static int    seed = 1;
static char **files = NULL;

static const GOptionEntry entries[] = {
  { "runs", 0, 0, G_OPTION_ARG_INT, &runs, "Cases", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "First case", "N" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "FILE" },
  { NULL }
};


static guint32
fuzz_pick (GRand  *random,
           guint32 n)
{
  return g_rand_int (random) % n;
}


static void
fuzz_append_image (GByteArray *bytes,
                   GRand      *random,
                   gboolean    last)
{
  static const guint16 machines[] = { PT_ROM_MACHINE_X64, PT_ROM_MACHINE_X64, PT_ROM_MACHINE_IA32,
                                      PT_ROM_MACHINE_ARM64, PT_ROM_MACHINE_EBC };
  const RomImageSpec   spec = { .code_type = (guint8)fuzz_pick (random, 4),
                                .machine = machines[fuzz_pick (random, G_N_ELEMENTS (machines))],
                                .vendor = 0x10de,
                                .device = (guint16)(0x2504 + fuzz_pick (random, 2)),
                                .units = (guint16)(1 + fuzz_pick (random, 3)),
                                .compressed = fuzz_pick (random, 2) == 0,
                                .last = last };
  gsize                at = rom_append (bytes, &spec);

  if (fuzz_pick (random, 3) == 0)
    {
      memcpy (bytes->data + at + 0x40, "NPDE", 4);
      rom_put_16 (bytes, at + 0x48, spec.units);
      bytes->data[at + 0x4a] = last ? 0x80 : 0;
    }
  /* Where the heads are, a change means something. */
  for (guint n = fuzz_pick (random, 4); n > 0; n--)
    bytes->data[at + fuzz_pick (random, 0x50)] = (guint8)g_rand_int (random);
}


static gint64
fuzz_run_seed (guint32 case_seed)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (case_seed);
  gint64 started = g_get_monotonic_time ();
  guint  n = fuzz_pick (random, 5);

  if (fuzz_pick (random, 4) == 0)
    {
      g_byte_array_set_size (bytes, fuzz_pick (random, 700));
      memset (bytes->data, 0x55, bytes->len);
    }
  for (guint i = 0; i < n; i++)
    fuzz_append_image (bytes, random, i + 1 == n);
  if (fuzz_pick (random, 4) == 0)
    g_byte_array_set_size (bytes, fuzz_pick (random, bytes->len + 1));
  fuzz_rom_run (bytes->data, bytes->len);
  return g_get_monotonic_time () - started;
}


static void
fuzz_run_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize            length = 0;

  if (!g_file_get_contents (path, &content, &length, &error))
    g_printerr ("%s\n", error->message);
  else
    fuzz_rom_run ((const guint8 *)content, length);
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
    fuzz_run_file (files[i]);
  for (int i = 0; i < runs; i++)
    longest = MAX (longest, fuzz_run_seed ((guint32)(seed + i)));
  g_print ("%d cases in %.1f s, longest %.1f ms\n", runs,
           (double)(g_get_monotonic_time () - started) / G_USEC_PER_SEC, (double)longest / 1000);
  g_strfreev (files);
  return longest < 5 * G_USEC_PER_SEC ? 0 : 1;
}
