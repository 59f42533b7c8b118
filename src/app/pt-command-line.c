/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-command-line"

#include "config.h"

#include "pt-command-line.h"

#include <glib/gi18n-lib.h>

/* What GOption fills in; the paths stay in the encoding of file names. */
typedef struct
{
  gboolean check, verify, json, rehearse, after_restart, version, help;
  char    *plan, *record, *check_rom, *card, *launch, *tour, *sysroot;
  char   **rest;
} PtOptions;


static void
pt_options_clear (PtOptions *options)
{
  g_clear_pointer (&options->plan, g_free);
  g_clear_pointer (&options->record, g_free);
  g_clear_pointer (&options->check_rom, g_free);
  g_clear_pointer (&options->card, g_free);
  g_clear_pointer (&options->launch, g_free);
  g_clear_pointer (&options->tour, g_free);
  g_clear_pointer (&options->sysroot, g_free);
  g_clear_pointer (&options->rest, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PtOptions, pt_options_clear)


/* A table, one line per option. */
static GOptionContext *
pt_options_new_context (PtOptions *options)
{
  /* clang-format off */
  GOptionEntry entries[] = {
    { "check", 0, 0, G_OPTION_ARG_NONE, &options->check,
      N_("Check whether this computer can do it, and print the result."), NULL },
    { "plan", 0, 0, G_OPTION_ARG_STRING, &options->plan,
      N_("Print what would change to give away these devices. Nothing is changed."),
      N_("ADDRESS[,…]") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      N_("Print the check or the plan as JSON."), NULL },
    { "record", 0, 0, G_OPTION_ARG_FILENAME, &options->record,
      N_("Write a recording of this computer, without anything private (“-” prints it)."),
      N_("FILE") },
    { "check-rom", 0, 0, G_OPTION_ARG_FILENAME, &options->check_rom,
      N_("Check whether a virtual machine can use a graphics card's firmware (VBIOS): a file, or "
         "that of the card at an address."),
      N_("FILE|ADDRESS") },
    { "for", 0, 0, G_OPTION_ARG_STRING, &options->card,
      N_("The card that the file of --check-rom should be for."), N_("ADDRESS") },
    { "verify", 0, 0, G_OPTION_ARG_NONE, &options->verify,
      N_("Look whether this computer started as it was set up, and print the cause if not."),
      NULL },
    { "sysroot", 0, 0, G_OPTION_ARG_FILENAME, &options->sysroot,
      N_("Use a recorded computer, a folder or a .host file, instead of this one."),
      N_("PATH") },
    { "rehearse", 0, 0, G_OPTION_ARG_NONE, &options->rehearse,
      N_("Use the sample computer that comes with Passthru."), NULL },
    { "launch", 0, 0, G_OPTION_ARG_STRING, &options->launch,
      N_("Start a machine and show it."), N_("NAME") },
    { "tour", 0, 0, G_OPTION_ARG_FILENAME, &options->tour,
      N_("Walk through a rehearsal and save a picture of every view."), N_("FOLDER") },
    { "after-restart", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->after_restart,
      NULL, NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version,
      N_("Print the version."), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &options->help,
      N_("Print this help."), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->rest, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  /* clang-format on */
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (
    context, _ ("Passthru gives a Linux computer a Windows gaming machine with a graphics card of "
                "its own.\nWithout options it opens its window."));
  g_option_context_set_description (
    context, _ ("The exit status is 0 when the work was done, whatever the verdict, and 1 when it "
                "could not be done."));
  return context;
}


static PtCommandLine *
pt_command_line_new (PtVerb verb,
                     char **argument)
{
  PtCommandLine *self = g_new0 (PtCommandLine, 1);

  self->verb = verb;
  if (argument != NULL)
    self->argument = g_steal_pointer (argument);
  return self;
}


/* Finds the one verb. Help and version win over everything. */
static PtCommandLine *
pt_options_choose (PtOptions *options,
                   GError   **error)
{
  const struct
  {
    const char *name;
    PtVerb      verb;
    gboolean    given;
    char      **argument;
  } verbs[] = {
    { "--check", PT_VERB_CHECK, options->check, NULL },
    { "--plan", PT_VERB_PLAN, options->plan != NULL, &options->plan },
    { "--record", PT_VERB_RECORD, options->record != NULL, &options->record },
    { "--check-rom", PT_VERB_CHECK_ROM, options->check_rom != NULL, &options->check_rom },
    { "--verify", PT_VERB_VERIFY, options->verify, NULL },
    { "--after-restart", PT_VERB_AFTER_RESTART, options->after_restart, NULL },
    { "--launch", PT_VERB_LAUNCH, options->launch != NULL, &options->launch },
    { "--tour", PT_VERB_TOUR, options->tour != NULL, &options->tour },
  };
  int chosen = -1;

  if (options->help)
    return pt_command_line_new (PT_VERB_HELP, NULL);
  if (options->version)
    return pt_command_line_new (PT_VERB_VERSION, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (!verbs[i].given)
        continue;
      if (chosen >= 0)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                       "%s and %s cannot be used together", verbs[chosen].name, verbs[i].name);
          return NULL;
        }
      if (verbs[i].argument != NULL && **verbs[i].argument == '\0')
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "%s needs a value", verbs[i].name);
          return NULL;
        }
      chosen = (int)i;
    }
  return chosen < 0 ? pt_command_line_new (PT_VERB_WINDOW, NULL)
                    : pt_command_line_new (verbs[chosen].verb, verbs[chosen].argument);
}


static gboolean
pt_options_agree (const PtOptions *options,
                  PtVerb           verb,
                  GError         **error)
{
  if (options->rest != NULL && options->rest[0] != NULL)
    {
      g_autofree char *shown = g_filename_display_name (options->rest[0]);

      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "unexpected argument “%s”", shown);
    }
  else if (options->rehearse && options->sysroot != NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 "--rehearse and --sysroot cannot be used together");
  else if (options->sysroot != NULL && *options->sysroot == '\0')
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--sysroot needs a value");
  else if (options->json && verb != PT_VERB_CHECK && verb != PT_VERB_PLAN)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                 "--json goes with --check or --plan only");
  else if (options->card != NULL && verb != PT_VERB_CHECK_ROM)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--for goes with --check-rom only");
  else if (options->card != NULL && *options->card == '\0')
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--for needs a value");
  else
    return TRUE;
  return FALSE;
}


PtCommandLine *
pt_command_line_parse (const char *const *argv,
                       GError           **error)
{
  g_auto (PtOptions) options = { 0 };
  g_autoptr (GOptionContext) context = pt_options_new_context (&options);
  g_autoptr (PtCommandLine) self = NULL;
  g_auto (GStrv) arguments = g_strdupv ((char **)argv);

  g_return_val_if_fail (argv != NULL && argv[0] != NULL, NULL);

  if (!g_option_context_parse_strv (context, &arguments, error))
    return NULL;
  self = pt_options_choose (&options, error);
  if (self == NULL)
    return NULL;
  if (self->verb == PT_VERB_HELP || self->verb == PT_VERB_VERSION)
    return g_steal_pointer (&self);
  if (!pt_options_agree (&options, self->verb, error))
    return NULL;
  self->json = options.json;
  self->card = g_steal_pointer (&options.card);
  self->sysroot = g_steal_pointer (&options.sysroot);
  self->rehearse = options.rehearse || (self->verb == PT_VERB_TOUR && self->sysroot == NULL);
  return g_steal_pointer (&self);
}


void
pt_command_line_free (PtCommandLine *self)
{
  if (self == NULL)
    return;
  g_free (self->argument);
  g_free (self->card);
  g_free (self->sysroot);
  g_free (self);
}


char *
pt_command_line_help (void)
{
  g_auto (PtOptions) options = { 0 };
  g_autoptr (GOptionContext) context = pt_options_new_context (&options);

  return g_option_context_get_help (context, FALSE, NULL);
}
