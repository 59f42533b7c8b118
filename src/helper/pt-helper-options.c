/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-options"

#include "config.h"

#include "pt-helper-options.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "pt-helper-wire.h"
#include "pt-plan.h"

/* As the command line states it, before it is judged. */
typedef struct
{
  gboolean verbs[PT_HELPER_VERB_LAST]; /* by PtHelperVerb */
  gboolean session_bus;
  gboolean polkit;
  int      peer_fd;
  int      idle;
  char    *bind; /* addresses */
  char    *release;
  char    *plan;
  gboolean json;
  char    *sysroot;
  char    *bus_name;
} PtHelperWords;


static void
pt_helper_words_clear (PtHelperWords *words)
{
  g_free (words->bind);
  g_free (words->release);
  g_free (words->plan);
  g_free (words->sysroot);
  g_free (words->bus_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PtHelperWords, pt_helper_words_clear)


static gboolean
pt_helper_words_parse (PtHelperWords *words,
                       char         **arguments,
                       GError       **error)
{
  const char *undo = N_ ("Put back everything that Passthru changed, without a desktop");
  const char *status = N_ ("Say what Passthru has changed");
  const char *plan = N_ ("Show what would change to give away these devices; nothing is changed");
  const char *json = N_ ("Print the plan as JSON");
  const char *start = N_ ("Make the next start of the computer the prepared trial");
  const char *confirm = N_ ("Keep the trial that is running");
  const char *cancel = N_ ("Drop a trial");
  const char *bind = N_ ("Hand devices to vfio-pci now, until the restart");
  const char *release = N_ ("Give them back to the drivers they had");
  const char *addresses = N_ ("ADDRESS[,…]");
  const char *sysroot = N_ ("Treat DIR as the whole computer");
  const char *directory = N_ ("DIR");
  const char *version = N_ ("Show the version");
  /* The hidden ones are for rehearsals and tests; README.md has them. */
  const GOptionFlags hidden = G_OPTION_FLAG_HIDDEN;
  gboolean          *verbs = words->verbs;
  const GOptionEntry entries[] = {
    { "undo", 0, 0, G_OPTION_ARG_NONE, &verbs[PT_HELPER_UNDO], undo, NULL },
    { "status", 0, 0, G_OPTION_ARG_NONE, &verbs[PT_HELPER_STATUS], status, NULL },
    { "plan", 0, 0, G_OPTION_ARG_STRING, &words->plan, plan, addresses },
    { "json", 0, 0, G_OPTION_ARG_NONE, &words->json, json, NULL },
    { "trial-start", 0, 0, G_OPTION_ARG_NONE, &verbs[PT_HELPER_TRIAL_START], start, NULL },
    { "trial-confirm", 0, 0, G_OPTION_ARG_NONE, &verbs[PT_HELPER_TRIAL_CONFIRM], confirm, NULL },
    { "trial-cancel", 0, 0, G_OPTION_ARG_NONE, &verbs[PT_HELPER_TRIAL_CANCEL], cancel, NULL },
    { "trial-watch", 0, hidden, G_OPTION_ARG_NONE, &verbs[PT_HELPER_TRIAL_WATCH], NULL, NULL },
    { "bind", 0, 0, G_OPTION_ARG_STRING, &words->bind, bind, addresses },
    { "release", 0, 0, G_OPTION_ARG_STRING, &words->release, release, addresses },
    { "sysroot", 0, 0, G_OPTION_ARG_FILENAME, &words->sysroot, sysroot, directory },
    { "version", 0, 0, G_OPTION_ARG_NONE, &verbs[PT_HELPER_VERSION], version, NULL },
    { "session-bus", 0, hidden, G_OPTION_ARG_NONE, &words->session_bus, NULL, NULL },
    { "bus-name", 0, hidden, G_OPTION_ARG_STRING, &words->bus_name, NULL, NULL },
    { "polkit", 0, hidden, G_OPTION_ARG_NONE, &words->polkit, NULL, NULL },
    { "peer-fd", 0, hidden, G_OPTION_ARG_INT, &words->peer_fd, NULL, NULL },
    { "idle", 0, hidden, G_OPTION_ARG_INT, &words->idle, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_auto (GStrv) copy = g_strdupv (arguments);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context,
                                _ ("The root service of Passthru. It is started by the system "
                                   "when it is needed."));
  if (!g_option_context_parse_strv (context, &copy, error))
    return FALSE;
  if (copy[0] != NULL && copy[1] != NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "unexpected argument “%s”",
                   copy[1]);
      return FALSE;
    }
  verbs[PT_HELPER_BIND_NOW] = words->bind != NULL;
  verbs[PT_HELPER_RELEASE_NOW] = words->release != NULL;
  verbs[PT_HELPER_PLAN] = words->plan != NULL;
  return TRUE;
}


static gboolean
pt_helper_words_refuse (GError    **error,
                        const char *reason)
{
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, reason);
  return FALSE;
}


/* A rehearsal must not become real through the name of its directory, a bind mount included. */
static gboolean
pt_helper_words_check_directory (const char *directory,
                                 GError    **error)
{
  struct stat root = { 0 };
  struct stat tree = { 0 };

  if (stat (directory, &tree) != 0 || !S_ISDIR (tree.st_mode))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "sysroot %s is no directory",
                   directory);
      return FALSE;
    }
  if (stat ("/", &root) == 0 && root.st_dev == tree.st_dev && root.st_ino == tree.st_ino)
    return pt_helper_words_refuse (error, "the sysroot is this computer itself");
  return TRUE;
}


static guint
pt_helper_words_count_verbs (const PtHelperWords *words)
{
  guint count = 0;

  for (gsize i = 0; i < PT_HELPER_VERB_LAST; i++)
    count += words->verbs[i] ? 1 : 0;
  return count;
}


static gboolean
pt_helper_words_check (const PtHelperWords *words,
                       GError             **error)
{
  gboolean rehearsal = words->session_bus || words->peer_fd >= 0;
  guint    verbs = pt_helper_words_count_verbs (words);
  gboolean terminal = verbs > 0 && !words->verbs[PT_HELPER_VERSION];

  if (verbs > 1)
    return pt_helper_words_refuse (error, "only one thing to do at a time");
  if (words->session_bus && words->peer_fd >= 0)
    return pt_helper_words_refuse (error, "a session bus and a peer exclude each other");
  if (words->json && !words->verbs[PT_HELPER_PLAN])
    return pt_helper_words_refuse (error, "only a plan is printed as JSON");
  if (terminal && rehearsal)
    return pt_helper_words_refuse (error, "what is done at a terminal uses no bus");
  if (rehearsal && words->sysroot == NULL)
    return pt_helper_words_refuse (error, "a session bus or a peer needs a sysroot");
  if (!rehearsal && !terminal && words->sysroot != NULL)
    return pt_helper_words_refuse (error, "a sysroot is not served on the system bus");
  if (!words->session_bus && (words->bus_name != NULL || words->polkit))
    return pt_helper_words_refuse (error, "a bus name and a polkit need the session bus");
  if (words->bus_name != NULL && (!g_dbus_is_name (words->bus_name) || words->bus_name[0] == ':'))
    return pt_helper_words_refuse (error, "that is no bus name");
  if (words->idle < 1)
    return pt_helper_words_refuse (error, "the idle time is at least one second");
  return words->sysroot == NULL || pt_helper_words_check_directory (words->sysroot, error);
}


static PtHelperVerb
pt_helper_words_get_verb (const PtHelperWords *words)
{
  for (gsize i = 0; i < PT_HELPER_VERB_LAST; i++)
    if (words->verbs[i])
      return (PtHelperVerb)i;
  return PT_HELPER_SERVE;
}


static PtHelperTransport
pt_helper_words_get_transport (const PtHelperWords *words)
{
  if (words->session_bus)
    return PT_HELPER_SESSION_BUS;
  return words->peer_fd >= 0 ? PT_HELPER_PEER : PT_HELPER_SYSTEM_BUS;
}


/* The devices of the verbs that have some. FALSE if they are no addresses. */
static gboolean
pt_helper_words_take_intent (const PtHelperWords *words,
                             PtIntent           **intent,
                             GError             **error)
{
  const char *text = words->bind != NULL ? words->bind : words->release;

  if (words->plan != NULL)
    text = words->plan;
  if (text != NULL)
    *intent = pt_intent_new_from_string (text, error);
  return text == NULL || *intent != NULL;
}


PtHelperOptions *
pt_helper_options_parse (char   **arguments,
                         GError **error)
{
  g_auto (PtHelperWords) words = { .peer_fd = -1, .idle = PT_HELPER_IDLE };
  g_autoptr (PtIntent) intent = NULL;
  PtHelperOptions *self = NULL;

  g_return_val_if_fail (arguments != NULL, NULL);

  if (!pt_helper_words_parse (&words, arguments, error) ||
      !pt_helper_words_check (&words, error) ||
      !pt_helper_words_take_intent (&words, &intent, error))
    return NULL;
  self = g_new0 (PtHelperOptions, 1);
  self->verb = pt_helper_words_get_verb (&words);
  self->transport = pt_helper_words_get_transport (&words);
  self->intent = g_steal_pointer (&intent);
  self->sysroot = g_steal_pointer (&words.sysroot);
  self->bus_name = words.bus_name != NULL ? g_steal_pointer (&words.bus_name)
                                          : g_strdup (PT_HELPER_BUS_NAME);
  self->polkit = words.polkit || self->transport == PT_HELPER_SYSTEM_BUS;
  self->peer_fd = words.peer_fd;
  self->idle = (guint)words.idle;
  self->json = words.json;
  return self;
}


void
pt_helper_options_free (PtHelperOptions *self)
{
  g_clear_object (&self->intent);
  g_free (self->sysroot);
  g_free (self->bus_name);
  g_free (self);
}
