/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-options"

#include "config.h"

#include <unistd.h>

#include "pt-helper-options.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"
#include "pt-test.h"


static PtHelperOptions *
test_options_parse (const char *line,
                    GError    **error)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) syntax = NULL;
  g_autofree char *whole = g_strconcat ("passthru-helper ", line, NULL);

  g_assert_true (g_shell_parse_argv (whole, NULL, &words, &syntax));
  return pt_helper_options_parse (words, error);
}


static void
test_options_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PtHelperOptions) options = test_options_parse ("", &error);

  g_assert_no_error (error);
  g_assert_cmpint (options->verb, ==, PT_HELPER_SERVE);
  g_assert_cmpint (options->transport, ==, PT_HELPER_SYSTEM_BUS);
  g_assert_cmpstr (options->bus_name, ==, PT_HELPER_BUS_NAME);
  g_assert_null (options->sysroot);
  g_assert_true (options->polkit);
  g_assert_cmpuint (options->idle, ==, PT_HELPER_IDLE);
}


static void
test_options_accepted (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  const struct
  {
    const char       *words;
    PtHelperVerb      verb;
    PtHelperTransport transport;
    gboolean          polkit;
  } rows[] = {
    { "--session-bus", PT_HELPER_SERVE, PT_HELPER_SESSION_BUS, FALSE },
    { "--session-bus --polkit", PT_HELPER_SERVE, PT_HELPER_SESSION_BUS, TRUE },
    { "--session-bus --bus-name=a.b", PT_HELPER_SERVE, PT_HELPER_SESSION_BUS, FALSE },
    { "--peer-fd=3", PT_HELPER_SERVE, PT_HELPER_PEER, FALSE },
    { "--undo", PT_HELPER_UNDO, PT_HELPER_SYSTEM_BUS, TRUE },
    { "--bind=23:00.0", PT_HELPER_BIND_NOW, PT_HELPER_SYSTEM_BUS, TRUE },
    { "--release=0000:23:00.0,34:00.3", PT_HELPER_RELEASE_NOW, PT_HELPER_SYSTEM_BUS, TRUE },
    { "--status", PT_HELPER_STATUS, PT_HELPER_SYSTEM_BUS, TRUE },
    { "--plan=2f:00.0", PT_HELPER_PLAN, PT_HELPER_SYSTEM_BUS, TRUE },
    { "--plan=2f:00.0 --json", PT_HELPER_PLAN, PT_HELPER_SYSTEM_BUS, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = g_strdup_printf ("%s --sysroot=%s", rows[i].words, folder);
      g_autoptr (GError) error = NULL;
      g_autoptr (PtHelperOptions) options = test_options_parse (line, &error);

      g_assert_no_error (error);
      g_assert_cmpint (options->verb, ==, rows[i].verb);
      g_assert_cmpint (options->transport, ==, rows[i].transport);
      g_assert_cmpint (options->polkit, ==, rows[i].polkit);
      g_assert_cmpstr (options->sysroot, ==, folder);
    }
}


static void
test_options_refused (void)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char  *loop = g_build_filename (folder, "loop", NULL);
  const char *const rows[] = {
    "--sysroot=%s",                               /* on the system bus */
    "--sysroot=%s --polkit",                      /* likewise */
    "--sysroot=%s --bus-name=a.b",                /* likewise */
    "--session-bus",                              /* would be real */
    "--peer-fd=3",                                /* likewise */
    "--session-bus --sysroot=/",                  /* likewise */
    "--session-bus --sysroot=/usr/..",            /* likewise */
    "--session-bus --sysroot=%s/loop",            /* likewise, through a link */
    "--peer-fd=3 --sysroot=//",                   /* likewise */
    "--session-bus --sysroot=%s/none",            /* no directory */
    "--session-bus --peer-fd=3 --sysroot=%s",     /* which? */
    "--session-bus --undo --sysroot=%s",          /* undo has no bus */
    "--undo --status",                            /* which? */
    "--bind=23:00.0 --undo",                      /* likewise */
    "--bind=23:00.0 --release=34:00.3",           /* likewise */
    "--session-bus --sysroot=%s --bind=23:00.0",  /* a terminal has no bus */
    "--bind= --sysroot=%s",                       /* no device */
    "--bind=all --sysroot=%s",                    /* no address */
    "--bind=23:00.0,,34:00.3 --sysroot=%s",       /* likewise */
    "--bind=23:00.8 --sysroot=%s",                /* no such function */
    "--release=../../etc --sysroot=%s",           /* no address */
    "--plan=../../etc --sysroot=%s",              /* likewise */
    "--undo --plan=2f:00.0",                      /* which? */
    "--session-bus --plan=2f:00.0 --sysroot=%s",  /* a plan at a terminal has no bus */
    "--undo --json",                              /* undo prints no JSON */
    "--session-bus --bus-name=x --sysroot=%s",    /* no bus name */
    "--session-bus --bus-name=:1.2 --sysroot=%s", /* not ours to take */
    "--session-bus --idle=0 --sysroot=%s",        /* would leave before it came */
    "--session-bus --sysroot=%s rest",            /* unexpected */
  };

  g_assert_cmpint (symlink ("/", loop), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) parts = g_strsplit (rows[i], "%s", -1);
      g_autofree char *line = g_strjoinv (folder, parts);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", line);
      g_assert_null (test_options_parse (line, &error));
      g_assert_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID);
    }
}


static void
test_options_unknown (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (test_options_parse ("--run=sh", &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/helper/options/defaults", test_options_defaults);
  g_test_add_func ("/helper/options/accepted", test_options_accepted);
  g_test_add_func ("/helper/options/refused", test_options_refused);
  g_test_add_func ("/helper/options/unknown", test_options_unknown);
  return g_test_run ();
}
