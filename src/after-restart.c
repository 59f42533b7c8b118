/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "passthru-after-restart"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pt-return.h"

/* passthru-after-restart [--sysroot=DIR] PROGRAM [ARGUMENT…]: becomes PROGRAM where a session
 * should begin with Passthru, and ends at once elsewhere. Every login runs it; a program of its
 * own, because the libraries of the window alone take longer to load than all it does. */


int
main (int    argc,
      char **argv)
{
  const char *option = "--sysroot=";
  gboolean    tree = argc > 1 && g_str_has_prefix (argv[1], option);
  char      **program = argv + (tree ? 2 : 1);
  g_autoptr (PtSysroot) sysroot = NULL;

  if (program >= argv + argc)
    {
      fprintf (stderr, "%s: what is there to start?\n", argv[0]);
      return 2;
    }
  sysroot = tree ? pt_sysroot_new_directory (argv[1] + strlen (option)) : pt_sysroot_new_host ();
  if (!pt_return_is_due (sysroot))
    return 0;
  execv (program[0], program);
  perror (program[0]);
  return 1;
}
