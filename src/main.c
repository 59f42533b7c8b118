/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "passthru"

#include "config.h"

#include <locale.h>
#include <stdio.h>

#include <glib/gi18n-lib.h>

#include "pt-application.h"
#include "pt-command-line.h"
#include "pt-one-shot.h"


static void
passthru_set_up_locale (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, PT_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}


static int
passthru_fail (const char *message)
{
  fprintf (stderr, "passthru: %s\n", message);
  return 1;
}


static int
passthru_help (void)
{
  g_autofree char *help = pt_command_line_help ();

  return fputs (help, stdout) < 0;
}


int
main (int    argc,
      char **argv)
{
  g_autoptr (PtCommandLine) command_line = NULL;
  g_autoptr (GError) error = NULL;

  passthru_set_up_locale ();
  g_set_prgname ("passthru");
  command_line = pt_command_line_parse ((const char *const *)argv, &error);
  if (command_line == NULL)
    {
      fprintf (stderr, "passthru: %s\n", error->message);
      return passthru_fail (_ ("“passthru --help” lists what it understands."));
    }
  switch (command_line->verb)
    {
    case PT_VERB_HELP:
      return passthru_help ();
    case PT_VERB_VERSION:
      return printf ("passthru %s\n", PT_VERSION) < 0;
    case PT_VERB_CHECK:
    case PT_VERB_PLAN:
    case PT_VERB_RECORD:
    case PT_VERB_CHECK_ROM:
    case PT_VERB_VERIFY:
      return pt_one_shot_run (command_line, &error) ? 0 : passthru_fail (error->message);
    case PT_VERB_WINDOW:
    case PT_VERB_LAUNCH:
    case PT_VERB_TOUR:
    case PT_VERB_AFTER_RESTART:
    default:
      return pt_application_start (command_line, &error) ? 0 : passthru_fail (error->message);
    }
}
