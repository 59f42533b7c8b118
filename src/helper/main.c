/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-main"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "pt-helper-options.h"
#include "pt-helper-runner.h"
#include "pt-helper-terminal.h"

/* 0: done; 1: could not; 2: asked for something that makes no sense. */


static PtSysroot *
pt_helper_main_open_sysroot (const PtHelperOptions *options)
{
  return options->sysroot != NULL ? pt_sysroot_new_directory (options->sysroot)
                                  : pt_sysroot_new_host ();
}


static gboolean
pt_helper_main_serve (const PtHelperOptions *options)
{
  g_autoptr (PtHelperRunner) runner = pt_helper_runner_new (options);
  g_autoptr (GError) error = NULL;

  if (pt_helper_runner_run (runner, &error))
    return TRUE;
  g_printerr ("%s: %s\n", g_get_prgname (), error->message);
  return FALSE;
}


static gboolean
pt_helper_main_run (const PtHelperOptions *options)
{
  g_autoptr (PtSysroot) sysroot = NULL;

  switch (options->verb)
    {
    case PT_HELPER_UNDO:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_undo (sysroot);
    case PT_HELPER_STATUS:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_status (sysroot);
    case PT_HELPER_PLAN:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_plan (sysroot, options->intent, options->json);
    case PT_HELPER_TRIAL_START:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_trial_start (sysroot);
    case PT_HELPER_TRIAL_CONFIRM:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_trial_confirm (sysroot);
    case PT_HELPER_TRIAL_CANCEL:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_trial_cancel (sysroot);
    case PT_HELPER_TRIAL_WATCH:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_trial_watch (sysroot);
    case PT_HELPER_BIND_NOW:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_bind (sysroot, options->intent);
    case PT_HELPER_RELEASE_NOW:
      sysroot = pt_helper_main_open_sysroot (options);
      return pt_helper_terminal_release (sysroot, options->intent);
    case PT_HELPER_VERSION:
      g_print ("passthru-helper %s\n", PT_VERSION);
      return TRUE;
    case PT_HELPER_SERVE:
    case PT_HELPER_VERB_LAST:
    default:
      return pt_helper_main_serve (options);
    }
}


int
main (int    argc,
      char **argv)
{
  g_autoptr (PtHelperOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = g_strdupv (argv);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, PT_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_set_prgname ("passthru-helper");

  options = pt_helper_options_parse (arguments, &error);
  if (options == NULL)
    {
      g_printerr ("%s: %s\n", g_get_prgname (), error->message);
      return 2;
    }
  return pt_helper_main_run (options) ? 0 : 1;
}
