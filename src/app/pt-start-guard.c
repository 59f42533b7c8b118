/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-start-guard"

#include "config.h"

#include "pt-start-guard.h"

#include <glib/gi18n-lib.h>

#include "pt-start-check.h"

/* Older ones are forgotten: they are told again if they ever come back. */
#define PT_TOLD_MOST 32
#define PT_TOLD_KEY "told-changes"

typedef struct
{
  PtWindow     *window; /* owns this */
  PtSysroot    *sysroot;
  GSettings    *settings;
  GPtrArray    *told;       /* char *: machine and words */
  GCancellable *start;      /* the look before a start */
  GCancellable *appearance; /* the look at the machine that came on show */
} PtStartGuard;

/* One look. It holds the window, and with it the guard. */
typedef struct
{
  PtStartGuard *guard;
  PtWindow     *window;
  PtMachine    *machine;
} PtStartGuardLook;


static void
pt_start_guard_free (PtStartGuard *self)
{
  g_cancellable_cancel (self->start);
  g_cancellable_cancel (self->appearance);
  g_object_unref (self->start);
  g_object_unref (self->appearance);
  g_object_unref (self->sysroot);
  g_clear_object (&self->settings);
  g_ptr_array_unref (self->told);
  g_free (self);
}


static void
pt_start_guard_look_free (PtStartGuardLook *look)
{
  g_object_unref (look->machine);
  g_object_unref (look->window);
  g_free (look);
}


G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtStartGuardLook, pt_start_guard_look_free)


static PtStartGuardLook *
pt_start_guard_look_new (PtStartGuard *self,
                         PtMachine    *machine)
{
  PtStartGuardLook *look = g_new0 (PtStartGuardLook, 1);

  look->guard = self;
  look->window = g_object_ref (self->window);
  look->machine = g_object_ref (machine);
  return look;
}


/* A window that was closed, and a look that was given up, have nothing to say. */
static gboolean
pt_start_guard_is_over (PtStartGuardLook *look,
                        GError           *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         !gtk_widget_get_realized (GTK_WIDGET (look->window));
}


/* --- Told once --- */

static void
pt_start_guard_remember (PtStartGuard *self,
                         char         *line)
{
  g_ptr_array_insert (self->told, -1, line);
  if (self->told->len > PT_TOLD_MOST)
    g_ptr_array_remove_index (self->told, 0);
  if (self->settings != NULL)
    {
      g_autoptr (GVariant) value =
                   g_variant_ref_sink (g_variant_new_strv ((const char *const *)self->told->pdata,
                                                           self->told->len));

      g_settings_set_value (self->settings, PT_TOLD_KEY, value);
    }
}


static void
pt_start_guard_tell_once (PtStartGuard *self,
                          PtMachine    *machine,
                          GPtrArray    *findings)
{
  g_autofree char *words = pt_preflight_words (findings, FALSE);
  g_autofree char *line = g_strconcat (pt_machine_get_uuid (machine), " ", words, NULL);

  if (*words == '\0' ||
      g_ptr_array_find_with_equal_func (self->told, line, g_str_equal, NULL))
    return;
  pt_window_set_notice (self->window, words, FALSE);
  pt_start_guard_remember (self, g_steal_pointer (&line));
}


/* --- Before a start --- */

/* A look that failed refuses nothing: libvirt says then what is wrong. */
static void
pt_start_guard_started_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (PtStartGuardLook) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = pt_start_check_finish (PT_SYSROOT (source), result, &error);
  g_autofree char *refusal = NULL;

  if (pt_start_guard_is_over (look, error))
    return;
  if (findings == NULL)
    g_message ("whether “%s” can be started could not be looked at: %s",
               pt_machine_get_name (look->machine), error->message);
  else if (pt_preflight_is_refusal (findings))
    refusal = pt_preflight_words (findings, TRUE);
  else
    {
      pt_window_set_notice (look->window, NULL, FALSE);
      pt_start_guard_tell_once (look->guard, look->machine, findings);
    }
  pt_window_answer_start (look->window, look->machine, refusal);
}


static GCancellable *
pt_start_guard_renew (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_object_unref (*cancellable);
  *cancellable = g_cancellable_new ();
  return *cancellable;
}


static gboolean
pt_start_guard_may_start_cb (PtWindow     *window,
                             PtMachine    *machine,
                             PtStartGuard *self)
{
  GCancellable *cancellable = pt_start_guard_renew (&self->start);

  pt_start_check_async (self->sysroot, machine, pt_window_get_machines (window), cancellable,
                        pt_start_guard_started_cb, pt_start_guard_look_new (self, machine));
  return TRUE;
}


/* --- When it comes on show --- */

static void
pt_start_guard_appeared_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (PtStartGuardLook) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = pt_start_check_finish (PT_SYSROOT (source), result, &error);
  g_autofree char *what = NULL;
  g_autofree char *words = NULL;

  if (pt_start_guard_is_over (look, error) || findings == NULL ||
      !pt_preflight_is_refusal (findings))
    return;
  what = pt_preflight_words_what (g_ptr_array_index (findings, 0));
  /* Translators: %s is a whole sentence that says what has changed. */
  words = g_strdup_printf (_ ("This machine cannot be started as things are. %s"), what);
  pt_window_set_notice (look->window, words, TRUE);
}


static void
pt_start_guard_appear_cb (PtStartGuard *self)
{
  PtMachine    *machine = pt_window_get_machine (self->window);
  GCancellable *cancellable = pt_start_guard_renew (&self->appearance);

  pt_window_set_notice (self->window, NULL, FALSE);
  if (machine != NULL)
    pt_start_check_async (self->sysroot, machine, pt_window_get_machines (self->window),
                          cancellable, pt_start_guard_appeared_cb,
                          pt_start_guard_look_new (self, machine));
}


void
pt_start_guard_install (PtWindow  *window,
                        PtSysroot *sysroot,
                        GSettings *settings)
{
  PtStartGuard *self = NULL;
  g_auto (GStrv) told = NULL;

  g_return_if_fail (PT_IS_WINDOW (window));
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (settings == NULL || G_IS_SETTINGS (settings));

  self = g_new0 (PtStartGuard, 1);
  self->window = window;
  self->sysroot = g_object_ref (sysroot);
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  self->told = g_ptr_array_new_with_free_func (g_free);
  self->start = g_cancellable_new ();
  self->appearance = g_cancellable_new ();
  told = settings != NULL ? g_settings_get_strv (settings, PT_TOLD_KEY) : NULL;
  for (gsize i = 0; told != NULL && told[i] != NULL; i++)
    g_ptr_array_add (self->told, g_strdup (told[i]));
  g_object_set_data_full (G_OBJECT (window), "pt-start-guard", self,
                          (GDestroyNotify)pt_start_guard_free);
  g_signal_connect (window, "may-start", G_CALLBACK (pt_start_guard_may_start_cb), self);
  g_signal_connect_swapped (window, "notify::machine-name", G_CALLBACK (pt_start_guard_appear_cb),
                            self);
}
