/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

/* The only program of the test guest: mounts what the kernel offers, finds the shared memory,
 * shows the test card in it and powers off when the button is pressed. */

#include "config.h"

#include "pt-guest-memory.h"
#include "pt-guest-power.h"
#include "pt-player.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define PT_GUEST_PARAMETER "testcard.mode="


static void
pt_guest_mount (const char *type,
                const char *target)
{
  mkdir (target, 0755);
  if (mount (type, target, type, 0, NULL) != 0 && errno != EBUSY)
    printf ("testcard: cannot mount %s: %s\n", target, strerror (errno));
}


/* Takes `testcard.mode=WIDTHxHEIGHT[@RATE]` from the kernel's command line. */
static void
pt_guest_read_mode (PtPlayerMode *mode)
{
  char        line[4096] = { 0 };
  int         fd = open ("proc/cmdline", O_RDONLY | O_CLOEXEC);
  ssize_t     got = fd >= 0 ? read (fd, line, sizeof line - 1) : -1;
  char       *state = NULL;
  const char *word = got > 0 ? strtok_r (line, " \n", &state) : NULL;

  if (fd >= 0)
    close (fd);
  for (; word != NULL; word = strtok_r (NULL, " \n", &state))
    if (strncmp (word, PT_GUEST_PARAMETER, strlen (PT_GUEST_PARAMETER)) == 0 &&
        !pt_player_parse_mode (word + strlen (PT_GUEST_PARAMETER), mode))
      printf ("testcard: cannot use %s\n", word);
}


static void
pt_guest_show (void)
{
  PtPlayerMode mode = { 1280, 720, 60, false };
  size_t       size = 0;
  void        *memory = pt_guest_memory_map (&size);
  PtPlayer    *player = NULL;

  pt_guest_read_mode (&mode);
  player = memory != NULL ? pt_player_new (memory, size, &mode) : NULL;
  if (player != NULL)
    printf ("testcard: up, %ux%u at %u frames per second in %zu MiB\n",
            mode.width, mode.height, mode.rate, size >> 20);
  else
    puts (memory != NULL ? "testcard: the shared memory cannot be used"
                         : "testcard: no shared memory device");
  while (!pt_guest_power_pressed ())
    {
      if (player != NULL)
        pt_player_step (player);
      else
        usleep (50 * 1000);
    }
}


int
main (void)
{
  setvbuf (stdout, NULL, _IOLBF, 0);
  pt_guest_mount ("proc", "proc");
  pt_guest_mount ("sysfs", "sys");
  pt_guest_mount ("devtmpfs", "dev");
  pt_guest_power_start ();
  pt_guest_show ();
  puts ("testcard: power button");
  reboot (RB_POWER_OFF);
  /* Init must not return; the kernel would panic. */
  for (;;)
    pause ();
}
