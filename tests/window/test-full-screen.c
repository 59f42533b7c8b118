/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-full-screen"

#include "config.h"

#include "pt-full-screen.h"
#include "pt-test.h"

/* Where the header bar is, without a window manager that could make anything full-screen. */

typedef struct
{
  GtkWidget    *window;
  GtkWidget    *top;
  GtkWidget    *header;
  GtkWidget    *revealer;
  PtFullScreen *full_screen;
} Fixture;


static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  GtkWidget *overlay = gtk_overlay_new ();

  fixture->window = gtk_window_new ();
  fixture->top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  fixture->header = gtk_button_new_with_label ("header");
  fixture->revealer = gtk_revealer_new ();
  gtk_box_append (GTK_BOX (fixture->top), fixture->header);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), fixture->top);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), fixture->revealer);
  gtk_window_set_child (GTK_WINDOW (fixture->window), overlay);
  fixture->full_screen = pt_full_screen_new (fixture->window, GTK_BOX (fixture->top),
                                             fixture->header, GTK_REVEALER (fixture->revealer));
  gtk_window_present (GTK_WINDOW (fixture->window));
}


static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  pt_test_assert_final_unref (fixture->full_screen);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}


static void
test_moves (Fixture      *fixture,
            gconstpointer data)
{
  g_assert_true (gtk_widget_get_parent (fixture->header) == fixture->top);

  pt_full_screen_set_active (fixture->full_screen, TRUE);
  g_assert_true (gtk_widget_get_parent (fixture->header) == fixture->revealer);
  g_assert_false (gtk_widget_get_visible (fixture->top));
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (fixture->revealer)));

  pt_full_screen_set_active (fixture->full_screen, FALSE);
  g_assert_true (gtk_widget_get_parent (fixture->header) == fixture->top);
  g_assert_true (gtk_widget_get_visible (fixture->top));
}


static void
test_reveals (Fixture      *fixture,
              gconstpointer data)
{
  pt_full_screen_reveal (fixture->full_screen);
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (fixture->revealer)));

  pt_full_screen_set_active (fixture->full_screen, TRUE);
  pt_full_screen_reveal (fixture->full_screen);
  g_assert_true (gtk_revealer_get_reveal_child (GTK_REVEALER (fixture->revealer)));

  /* Going in again starts without it. */
  pt_full_screen_set_active (fixture->full_screen, FALSE);
  pt_full_screen_set_active (fixture->full_screen, TRUE);
  g_assert_false (gtk_revealer_get_reveal_child (GTK_REVEALER (fixture->revealer)));
}


static void
add (const char *name,
     void (*func) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  add ("/window/full-screen/moves", test_moves);
  add ("/window/full-screen/reveals", test_reveals);
  return g_test_run ();
}
