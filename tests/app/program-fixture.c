/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "program-fixture"

#include "config.h"

#include "program-fixture.h"

#include <string.h>

#define PROGRAM_PIPES (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE)


static GSubprocess *
program_spawn (GSubprocessLauncher *launcher,
               const char *const   *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process = NULL;

  g_assert_nonnull (g_getenv ("PASSTHRU_PROGRAM"));
  g_ptr_array_add (argv, (gpointer)g_getenv ("PASSTHRU_PROGRAM"));
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)arguments[i]);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}


/* Nothing at all is an empty text. */
static char *
program_text (GBytes *bytes)
{
  gsize         size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return g_strndup (data != NULL ? data : "", size);
}


static ProgramRun *
program_run_in (GSubprocessLauncher *launcher,
                const char *const   *arguments)
{
  g_autoptr (GSubprocess) process = program_spawn (launcher, arguments);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) errors = NULL;
  ProgramRun *self = g_new0 (ProgramRun, 1);

  g_subprocess_communicate (process, NULL, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  self->status = g_subprocess_get_exit_status (process);
  self->output = program_text (output);
  self->errors = program_text (errors);
  g_assert_true (g_utf8_validate (self->output, -1, NULL));
  return self;
}


ProgramRun *
program_run (const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (PROGRAM_PIPES);

  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "DBUS_SESSION_BUS_ADDRESS");
  /* As over ssh without a locale. */
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  return program_run_in (launcher, arguments);
}


ProgramRun *
program_run_with_display (const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (PROGRAM_PIPES);

  /* A host's display stack may warn on its own. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  /* The test's own are empty: GTK would find neither icons nor schemas. */
  g_subprocess_launcher_unsetenv (launcher, "XDG_DATA_DIRS");
  return program_run_in (launcher, arguments);
}


void
program_run_free (ProgramRun *self)
{
  g_free (self->output);
  g_free (self->errors);
  g_free (self);
}


JsonNode *
program_run_json (const char *const *arguments)
{
  g_autoptr (ProgramRun) run = program_run (arguments);
  g_autoptr (GError) error = NULL;
  JsonNode *node = NULL;

  g_assert_cmpstr (run->errors, ==, "");
  g_assert_cmpint (run->status, ==, 0);
  node = json_from_string (run->output, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  return node;
}


JsonObject *
program_find (JsonArray  *array,
              const char *key,
              const char *value)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *object = json_array_get_object_element (array, i);

      if (g_strcmp0 (json_object_get_string_member (object, key), value) == 0)
        return object;
    }
  g_test_message ("no “%s” is “%s”", key, value);
  g_assert_not_reached ();
  return NULL;
}
