/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-command-line"

#include "config.h"

#include "pt-command-line.h"

#include <string.h>

#define MOST_ARGUMENTS 4

typedef struct
{
  const char *arguments[MOST_ARGUMENTS];
  PtVerb      verb;
  const char *argument;
  const char *sysroot;
  gboolean    rehearse;
  gboolean    json;
} GoodLine;

static const GoodLine good_lines[] = {
  { { NULL }, PT_VERB_WINDOW, NULL, NULL, FALSE, FALSE },
  { { "--rehearse" }, PT_VERB_WINDOW, NULL, NULL, TRUE, FALSE },
  { { "--sysroot=/a" }, PT_VERB_WINDOW, NULL, "/a", FALSE, FALSE },
  { { "--check" }, PT_VERB_CHECK, NULL, NULL, FALSE, FALSE },
  { { "--json", "--check" }, PT_VERB_CHECK, NULL, NULL, FALSE, TRUE },
  { { "--check", "--sysroot", "x.host" }, PT_VERB_CHECK, NULL, "x.host", FALSE, FALSE },
  { { "--check", "--rehearse" }, PT_VERB_CHECK, NULL, NULL, TRUE, FALSE },
  { { "--plan=2f:00.0" }, PT_VERB_PLAN, "2f:00.0", NULL, FALSE, FALSE },
  { { "--plan", "2f:00.0,23:00.0", "--json" }, PT_VERB_PLAN, "2f:00.0,23:00.0", NULL, FALSE, TRUE },
  { { "--record=-" }, PT_VERB_RECORD, "-", NULL, FALSE, FALSE },
  { { "--record=a b" }, PT_VERB_RECORD, "a b", NULL, FALSE, FALSE },
  { { "--launch=Windows" }, PT_VERB_LAUNCH, "Windows", NULL, FALSE, FALSE },
  { { "--launch=Windows", "--rehearse" }, PT_VERB_LAUNCH, "Windows", NULL, TRUE, FALSE },
  { { "--tour=out" }, PT_VERB_TOUR, "out", NULL, TRUE, FALSE },
  { { "--tour=out", "--rehearse" }, PT_VERB_TOUR, "out", NULL, TRUE, FALSE },
  { { "--tour=out", "--sysroot=x.host" }, PT_VERB_TOUR, "out", "x.host", FALSE, FALSE },
  { { "--check-rom=a" }, PT_VERB_CHECK_ROM, "a", NULL, FALSE, FALSE },
  { { "--check-rom=a", "--for=2f:00.0", "--rehearse" }, PT_VERB_CHECK_ROM, "a", NULL, TRUE, FALSE },
  { { "--verify" }, PT_VERB_VERIFY, NULL, NULL, FALSE, FALSE },
  { { "--verify", "--sysroot=/a" }, PT_VERB_VERIFY, NULL, "/a", FALSE, FALSE },
  { { "--after-restart" }, PT_VERB_AFTER_RESTART, NULL, NULL, FALSE, FALSE },
  { { "--version" }, PT_VERB_VERSION, NULL, NULL, FALSE, FALSE },
  { { "--help" }, PT_VERB_HELP, NULL, NULL, FALSE, FALSE },
  { { "-h", "--check" }, PT_VERB_HELP, NULL, NULL, FALSE, FALSE },
};

typedef struct
{
  const char *arguments[MOST_ARGUMENTS];
  const char *message; /* a part of it */
} BadLine;

static const BadLine bad_lines[] = {
  { { "--nonsense" }, "--nonsense" },
  { { "--check", "--plan=2f:00.0" }, "--check and --plan cannot" },
  { { "--record=a", "--launch=b" }, "--record and --launch cannot" },
  { { "--launch=a", "--tour=b" }, "--launch and --tour cannot" },
  { { "--rehearse", "--sysroot=a" }, "--rehearse and --sysroot cannot" },
  { { "--json" }, "--json goes with" },
  { { "--json", "--record=a" }, "--json goes with" },
  { { "--json", "--check-rom=a" }, "--json goes with" },
  { { "--check", "--for=2f:00.0" }, "--for goes with" },
  { { "--check-rom=a", "--for=" }, "--for needs a value" },
  { { "--check-rom=" }, "--check-rom needs a value" },
  { { "--check-rom=a", "--check" }, "--check and --check-rom cannot" },
  { { "--plan=" }, "--plan needs a value" },
  { { "--record=" }, "--record needs a value" },
  { { "--tour=" }, "--tour needs a value" },
  { { "--sysroot=" }, "--sysroot needs a value" },
  { { "--plan" }, "--plan" },
  { { "windows" }, "“windows”" },
  { { "--check", "more" }, "“more”" },
};


static PtCommandLine *
parse (const char *const arguments[MOST_ARGUMENTS],
       GError          **error)
{
  const char *argv[MOST_ARGUMENTS + 2] = { "passthru" };

  for (guint i = 0; i < MOST_ARGUMENTS; i++)
    argv[i + 1] = arguments[i];
  return pt_command_line_parse (argv, error);
}


static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good_lines); i++)
    {
      const GoodLine *line = &good_lines[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (PtCommandLine) self = parse (line->arguments, &error);

      g_assert_no_error (error);
      g_assert_cmpint (self->verb, ==, line->verb);
      g_assert_cmpstr (self->argument, ==, line->argument);
      g_assert_cmpstr (self->sysroot, ==, line->sysroot);
      g_assert_cmpint (self->rehearse, ==, line->rehearse);
      g_assert_cmpint (self->json, ==, line->json);
    }
}


static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PtCommandLine) self = parse (bad_lines[i].arguments, &error);

      g_test_message ("expecting “%s”", bad_lines[i].message);
      g_assert_null (self);
      g_assert_nonnull (error);
      g_assert_true (error->domain == G_OPTION_ERROR);
      g_assert_nonnull (strstr (error->message, bad_lines[i].message));
    }
}


static void
test_help (void)
{
  const char *const options[] = {
    "--check", "--plan", "--json", "--record", "--check-rom", "--for=", "--sysroot", "--rehearse",
    "--launch", "--tour", "--version", "--help"
  };
  g_autofree char *help = pt_command_line_help ();

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    g_assert_nonnull (strstr (help, options[i]));
  g_assert_nonnull (strstr (help, "exit status is 0"));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/app/command-line/good", test_good);
  g_test_add_func ("/app/command-line/bad", test_bad);
  g_test_add_func ("/app/command-line/help", test_help);
  return g_test_run ();
}
