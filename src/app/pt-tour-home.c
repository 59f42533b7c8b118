/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-tour-home"

#include "config.h"

#include "pt-tour-home.h"

#include <errno.h>
#include <signal.h>

#include <glib/gstdio.h>

#include "pt-scratch.h"

struct _PtTourHome
{
  PtScratch *scratch;
  char      *rehearsal;
};


static gboolean
pt_tour_home_make (PtTourHome *self,
                   const char *name,
                   const char *variable,
                   GError    **error)
{
  g_autofree char *path = g_build_filename (pt_scratch_get_path (self->scratch), name, NULL);

  if (g_mkdir (path, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  if (variable != NULL)
    g_setenv (variable, path, TRUE);
  return TRUE;
}


/* The display and the session bus are found through the runtime folder, and stay the user's. */
static void
pt_tour_home_keep (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  const char *wayland = g_getenv ("WAYLAND_DISPLAY");

  if (runtime == NULL)
    return;
  if (wayland != NULL && !g_path_is_absolute (wayland))
    {
      g_autofree char *socket = g_build_filename (runtime, wayland, NULL);

      g_setenv ("WAYLAND_DISPLAY", socket, TRUE);
    }
  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") == NULL)
    {
      g_autofree char *socket = g_build_filename (runtime, "bus", NULL);
      g_autofree char *address = g_strconcat ("unix:path=", socket, NULL);

      if (g_file_test (socket, G_FILE_TEST_EXISTS))
        g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
    }
}


PtTourHome *
pt_tour_home_new (GError **error)
{
  const struct
  {
    const char *name, *variable;
  } folders[] = {
    { "rehearsal", NULL },
    { "cache", "XDG_CACHE_HOME" },
    { "config", "XDG_CONFIG_HOME" },
    { "data", "XDG_DATA_HOME" },
    { "run", "XDG_RUNTIME_DIR" },
    { "state", "XDG_STATE_HOME" },
  };
  g_autoptr (PtTourHome) self = g_new0 (PtTourHome, 1);

  self->scratch = pt_scratch_new (error);
  if (self->scratch == NULL)
    return NULL;
  pt_tour_home_keep ();
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (!pt_tour_home_make (self, folders[i].name, folders[i].variable, error))
      return NULL;
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  self->rehearsal = g_build_filename (pt_scratch_get_path (self->scratch), "rehearsal", NULL);
  return g_steal_pointer (&self);
}


const char *
pt_tour_home_get_rehearsal (PtTourHome *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->rehearsal;
}


/* @path: what a daemon wrote its process id to. */
static void
pt_tour_home_end_daemon (const char *path)
{
  g_autofree char *text = NULL;
  guint64          pid = 0;

  if (g_file_get_contents (path, &text, NULL, NULL) &&
      g_ascii_string_to_unsigned (g_strstrip (text), 10, 2, G_MAXINT32, &pid, NULL))
    (void)kill ((pid_t)pid, SIGTERM);
}


/* Without this libvirt's daemons would linger on a folder that is gone, until their own
 * time-out. */
static void
pt_tour_home_end_daemons (PtTourHome *self)
{
  g_autofree char *path = g_build_filename (pt_scratch_get_path (self->scratch), "run", "libvirt",
                                            NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_str_has_suffix (name, ".pid"))
        pt_tour_home_end_daemon (file);
    }
}


void
pt_tour_home_free (PtTourHome *self)
{
  if (self == NULL)
    return;
  if (self->scratch != NULL)
    pt_tour_home_end_daemons (self);
  g_clear_pointer (&self->scratch, pt_scratch_free);
  g_free (self->rehearsal);
  g_free (self);
}
