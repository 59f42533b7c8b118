/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-setup-guard"

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "pt-picture.h"
#include "pt-settings.h"
#include "pt-setup-guard.h"
#include "pt-test.h"
#include "trial-fixture.h"

/* The main window in the start that is a trial, and in one that did not bring what was planned; the
 * computer is the sample, its helper the real one. */

#define QUESTION "This start is a trial. Keep the changes?"

typedef struct
{
  TrialFixture computer;
  GSettings   *settings;
  GtkWidget   *window;
  gboolean     set_up; /* the user wants the wizard */
} Fixture;


static void
set_up_cb (Fixture *self)
{
  self->set_up = TRUE;
}


static void
set_up (Fixture      *self,
        gconstpointer data)
{
  self->set_up = FALSE;
  self->settings = NULL;
  trial_fixture_set_up (&self->computer);
}


static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  pt_test_run_pending ();
  g_clear_object (&self->settings);
  trial_fixture_tear_down (&self->computer);
}


static void
open_window (Fixture *self)
{
  g_autofree char *memory = g_build_filename (self->computer.folder, "no-frames", NULL);

  self->window = pt_window_new_for_memory (NULL, memory);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 900, 520);
  g_signal_connect_swapped (self->window, "set-up", G_CALLBACK (set_up_cb), self);
  pt_setup_guard_install (PT_WINDOW (self->window), self->computer.sysroot, self->settings);
  gtk_window_present (GTK_WINDOW (self->window));
  pt_setup_guard_look (PT_WINDOW (self->window));
}


static void
press (const char *label)
{
  GtkWidget *button = trial_fixture_find (GTK_TYPE_BUTTON, label);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}


static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


/* Pictures below $PASSTHRU_TEST_PICTURES, if that is set: light and dark. */
static void
picture (GtkWidget  *window,
         const char *name)
{
  const char *folder = g_getenv ("PASSTHRU_TEST_PICTURES");

  for (guint dark = 0; folder != NULL && dark < 2; dark++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s-%s.png", folder, name,
                                               dark == 1 ? "dark" : "light");
      gint64           settled = g_get_monotonic_time () + G_USEC_PER_SEC;
      guint            wake = g_timeout_add (20, wake_cb, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                          dark == 1 ? ADW_COLOR_SCHEME_FORCE_DARK
                                                    : ADW_COLOR_SCHEME_FORCE_LIGHT);
      while (g_get_monotonic_time () < settled)
        g_main_context_iteration (NULL, TRUE);
      g_source_remove (wake);
      g_assert_true (pt_picture_save (window, path, NULL));
    }
}


static void
test_keep (Fixture      *self,
           gconstpointer data)
{
  trial_fixture_try (&self->computer);
  open_window (self);
  trial_fixture_await_words (QUESTION);
  g_assert_nonnull (trial_fixture_find (GTK_TYPE_LABEL, ":"));
  picture (self->window, "trial-strip");
  press ("_Keep");
  g_assert_false (gtk_widget_is_sensitive (trial_fixture_find (GTK_TYPE_BUTTON, "Go _Back Now")));
  trial_fixture_await_words ("The changes are kept");
  trial_fixture_await_silence (QUESTION);
  g_assert_cmpint (trial_fixture_get_state (&self->computer), ==, PT_TRIAL_CONFIRMED);
}


static void
test_go_back (Fixture      *self,
              gconstpointer data)
{
  trial_fixture_try (&self->computer);
  open_window (self);
  trial_fixture_await_words (QUESTION);
  press ("Go _Back Now");
  trial_fixture_await_words ("The sample computer is back in its old state");
  trial_fixture_await_silence (QUESTION);
  g_assert_cmpint (trial_fixture_get_state (&self->computer), ==, PT_TRIAL_CANCELLED);
}


/* Keeping what does not work is not offered in passing. */
static void
test_wrong (Fixture      *self,
            gconstpointer data)
{
  trial_fixture_try (&self->computer);
  trial_fixture_take (&self->computer, "0000:2f:00.1", "snd_hda_intel");
  open_window (self);
  trial_fixture_await_words ("This start is a trial, and something is not as planned.");
  g_assert_null (trial_fixture_find (GTK_TYPE_BUTTON, "_Keep"));
  picture (self->window, "trial-strip-wrong");
  press ("_Look at It");
  g_assert_true (self->set_up);
}


static void
test_over (Fixture      *self,
           gconstpointer data)
{
  trial_fixture_try (&self->computer);
  pt_test_write (self->computer.tree, "proc/uptime", "299.00 0.00\n");
  open_window (self);
  trial_fixture_await_words ("The time of the trial is over.");
  g_assert_false (gtk_widget_is_sensitive (trial_fixture_find (GTK_TYPE_BUTTON, "_Keep")));
  g_assert_false (gtk_widget_is_sensitive (trial_fixture_find (GTK_TYPE_BUTTON, "Go _Back Now")));
}


/* Not a trial any more: said by itself when the window opens, with the cause. */
static void
test_warned (Fixture      *self,
             gconstpointer data)
{
  trial_fixture_apply (&self->computer);
  trial_fixture_take (&self->computer, "0000:2f:00.1", "snd_hda_intel");
  open_window (self);
  trial_fixture_await_words ("a driver of this computer took a device");
  g_assert_null (trial_fixture_find (GTK_TYPE_LABEL, "This start is a trial"));
  picture (self->window, "set-up-warning");
  press ("_Look at It");
  g_assert_true (self->set_up);
  gtk_widget_activate_action (self->window, "win.close-warning", NULL);
  trial_fixture_await_silence ("a driver of this computer took a device");
}


/* As planned: nothing is said, and in this start nobody looks again until the user asks. */
static void
test_once (Fixture      *self,
           gconstpointer data)
{
  g_autofree char *here = NULL;
  g_autofree char *known = NULL;

  self->settings = pt_settings_new ();
  g_assert_nonnull (self->settings);
  g_settings_reset (self->settings, "verified-boot");
  trial_fixture_apply (&self->computer);
  here = pt_trial_get_boot_id (self->computer.sysroot);
  open_window (self);
  while (known == NULL || *known == '\0')
    {
      g_main_context_iteration (NULL, TRUE);
      g_free (known);
      known = g_settings_get_string (self->settings, "verified-boot");
    }
  g_assert_cmpstr (known, ==, here);

  trial_fixture_take (&self->computer, "0000:2f:00.1", "snd_hda_intel");
  pt_setup_guard_look (PT_WINDOW (self->window));
  pt_test_run_pending ();
  g_assert_null (trial_fixture_find (GTK_TYPE_LABEL, "a driver of this computer"));
  pt_setup_guard_verify (PT_WINDOW (self->window));
  trial_fixture_await_words ("The set-up is not as planned");
  trial_fixture_await_words ("a driver of this computer took a device");
}


static void
test_verify_good (Fixture      *self,
                  gconstpointer data)
{
  GtkWidget *dialog = NULL;

  trial_fixture_apply (&self->computer);
  open_window (self);
  pt_setup_guard_verify (PT_WINDOW (self->window));
  trial_fixture_await_words ("The set-up is as planned");
  dialog = trial_fixture_find (GTK_TYPE_LABEL, "The set-up is as planned");
  picture (GTK_WIDGET (gtk_widget_get_root (dialog)), "verify");
}


static void
test_verify_nothing (Fixture      *self,
                     gconstpointer data)
{
  open_window (self);
  pt_setup_guard_verify (PT_WINDOW (self->window));
  trial_fixture_await_words ("There is nothing to verify yet");
}


/* The record cannot be read: said when asked, and no verdict is made up. */
static void
test_verify_fails (Fixture      *self,
                   gconstpointer data)
{
  trial_fixture_apply (&self->computer);
  pt_test_write (self->computer.tree, "var/lib/passthru/journal", "garbage\n");
  open_window (self);
  pt_setup_guard_verify (PT_WINDOW (self->window));
  trial_fixture_await_words ("The set-up could not be verified");
  g_assert_null (trial_fixture_find (GTK_TYPE_LABEL, "as planned"));
}


/* Closed in the middle of a look. */
static void
test_closed (Fixture      *self,
             gconstpointer data)
{
  trial_fixture_try (&self->computer);
  open_window (self);
  pt_setup_guard_verify (PT_WINDOW (self->window));
  gtk_window_destroy (GTK_WINDOW (self->window));
  self->window = NULL;
  pt_test_run_pending ();
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* GTK warns about icons, of which the folders of the test have none. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
#define ADD(name, func) \
  g_test_add ("/app/setup-guard/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("keep", test_keep);
  ADD ("go-back", test_go_back);
  ADD ("wrong", test_wrong);
  ADD ("over", test_over);
  ADD ("warned", test_warned);
  ADD ("once", test_once);
  ADD ("verify-good", test_verify_good);
  ADD ("verify-nothing", test_verify_nothing);
  ADD ("verify-fails", test_verify_fails);
  ADD ("closed", test_closed);
  return g_test_run ();
}
