/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

/* passthru-testcard: shows the test card in a shared-memory file of this computer until it is
 * stopped. */

#include "config.h"

#include "pt-player.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct
{
  const char  *file;
  size_t       size;
  PtPlayerMode mode;
} PtTestcardOptions;

static volatile sig_atomic_t pt_testcard_stop;

static const struct option pt_testcard_options[] = {
  { "file", required_argument, NULL, 'f' },
  { "size", required_argument, NULL, 's' },
  { "width", required_argument, NULL, 'w' },
  { "height", required_argument, NULL, 'h' },
  { "rate", required_argument, NULL, 'r' },
  { "full-damage", no_argument, NULL, 'd' },
  { NULL, 0, NULL, 0 },
};


static void
pt_testcard_signal_cb (int number)
{
  pt_testcard_stop = 1;
}


static bool
pt_testcard_parse_number (const char *text,
                          uint32_t   *number)
{
  char         *end = NULL;
  unsigned long value = strtoul (text, &end, 10);

  if (end == text || *end != '\0' || value == 0 || value > 100000)
    return false;
  *number = (uint32_t)value;
  return true;
}


/* `64M`, `65536K` or bytes. */
static bool
pt_testcard_parse_size (const char *text,
                        size_t     *size)
{
  char              *end = NULL;
  unsigned long long value = strtoull (text, &end, 10);
  unsigned           shift = 0;

  if (end == text)
    return false;
  if (*end == 'M' || *end == 'K')
    shift = *end++ == 'M' ? 20 : 10;
  if (*end != '\0' || value == 0 || value > UINT64_C (1) << (40 - shift))
    return false;
  *size = (size_t)(value << shift);
  return true;
}


static bool
pt_testcard_parse (int                argc,
                   char             **argv,
                   PtTestcardOptions *options)
{
  int  option = 0;
  bool ok = true;

  while (ok && (option = getopt_long (argc, argv, "", pt_testcard_options, NULL)) != -1)
    {
      if (option == 'f')
        options->file = optarg;
      else if (option == 's')
        ok = pt_testcard_parse_size (optarg, &options->size);
      else if (option == 'w')
        ok = pt_testcard_parse_number (optarg, &options->mode.width);
      else if (option == 'h')
        ok = pt_testcard_parse_number (optarg, &options->mode.height);
      else if (option == 'r')
        ok = pt_testcard_parse_number (optarg, &options->mode.rate);
      else if (option == 'd')
        options->mode.full_damage = true;
      else
        ok = false;
    }
  return ok && optind == argc && options->file != NULL &&
         options->mode.rate <= 1000;
}


/* The file, made as large as asked if it is smaller. NULL with errno. */
static void *
pt_testcard_map (const char *file,
                 size_t      size)
{
  int   fd = open (file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  void *memory = MAP_FAILED;

  if (fd < 0)
    return NULL;
  if (lseek (fd, 0, SEEK_END) >= (off_t)size || ftruncate (fd, (off_t)size) == 0)
    memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  return memory != MAP_FAILED ? memory : NULL;
}


static void
pt_testcard_play (PtPlayer *player)
{
  const struct sigaction action = { .sa_handler = pt_testcard_signal_cb };
  PtProducerStats        stats = { 0 };

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  puts ("testcard: up");
  fflush (stdout);
  while (!pt_testcard_stop)
    pt_player_step (player);
  pt_producer_get_stats (pt_player_get_producer (player), &stats);
  printf ("testcard: %llu frames sent, %llu bytes copied\n",
          (unsigned long long)stats.sent, (unsigned long long)stats.copied);
}


int
main (int    argc,
      char **argv)
{
  PtTestcardOptions options = { .size = 64u << 20, .mode = { 1280, 720, 60, false } };
  PtPlayer         *player = NULL;
  void             *memory = NULL;

  if (!pt_testcard_parse (argc, argv, &options))
    {
      fprintf (stderr, "usage: passthru-testcard --file=PATH [--size=64M] [--width=1280] "
                       "[--height=720] [--rate=60] [--full-damage]\n");
      return 2;
    }
  memory = pt_testcard_map (options.file, options.size);
  if (memory == NULL)
    {
      fprintf (stderr, "passthru-testcard: %s: %s\n", options.file, strerror (errno));
      return 1;
    }
  player = pt_player_new (memory, options.size, &options.mode);
  if (player == NULL)
    {
      fprintf (stderr, "passthru-testcard: %ux%u in %zu bytes cannot be shown\n",
               options.mode.width, options.mode.height, options.size);
      return 1;
    }
  pt_testcard_play (player);
  pt_player_free (player);
  return 0;
}
