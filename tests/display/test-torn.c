/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-torn"

#include "config.h"

#include "display-fixture.h"
#include "pt-test.h"

#define WIDTH 640
#define HEIGHT 360
#define PICTURES 300

/* A producer in a process of its own draws as fast as it may; each painted frame is looked at. */
typedef struct
{
  GtkWidget *display;
  guint      looked;
  guint32    last;
  gboolean   done;
} TornLook;


static void
painted_cb (GdkFrameClock *clock,
            gpointer       data)
{
  TornLook *look = data;
  g_autoptr (DisplayShot) shot = NULL;
  guint32 top = 0;
  guint32 bottom = 0;

  if (pt_display_get_drawn (PT_DISPLAY (look->display)) == 0 || look->done)
    return;
  shot = display_shot_take (look->display);
  g_assert_true (pt_card_read_number (shot->data, 4 * WIDTH, WIDTH, HEIGHT, PT_CARD_TOP, &top));
  g_assert_true (pt_card_read_number (shot->data, 4 * WIDTH, WIDTH, HEIGHT, PT_CARD_BOTTOM,
                                      &bottom));
  g_assert_cmpuint (top, ==, bottom);
  g_assert_cmpuint (top, >=, look->last);
  if (top > look->last)
    look->looked++;
  look->last = top;
  look->done = look->looked >= PICTURES;
}


static GSubprocess *
start_testcard (const char   *path,
                gconstpointer whole)
{
  g_autofree char  *file = g_strdup_printf ("--file=%s", path);
  const char *const argv[] = { g_getenv ("PASSTHRU_TESTCARD"), file, "--size=32M", "--width=640",
                               "--height=360", "--rate=150",
                               whole != NULL ? "--full-damage" : NULL, NULL };

  return display_fixture_spawn (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
}


static void
test_torn (gconstpointer whole)
{
  g_autoptr (PtTestFolder) folder = pt_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "frames", NULL);
  g_autoptr (GSubprocess) testcard = start_testcard (path, whole);
  PtKvmfrSource *source = pt_kvmfr_source_new (path);
  GtkWidget     *window = gtk_window_new ();
  TornLook       look = { .display = pt_display_new () };
  GdkFrameClock *clock = NULL;

  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_set_child (GTK_WINDOW (window), look.display);
  pt_display_set_source (PT_DISPLAY (look.display), source);
  pt_kvmfr_source_start (source);
  gtk_window_present (GTK_WINDOW (window));
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &look);
  pt_test_await_flag (&look.done, 60);

  g_signal_handlers_disconnect_by_func (clock, painted_cb, &look);
  gtk_window_destroy (GTK_WINDOW (window));
  pt_kvmfr_source_stop (source);
  pt_test_assert_final_unref (source);
  g_subprocess_send_signal (testcard, SIGTERM);
  g_assert_true (g_subprocess_wait_check (testcard, NULL, NULL));
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  gtk_init ();
  g_test_add_data_func ("/display/torn/changes", NULL, test_torn);
  g_test_add_data_func ("/display/torn/whole-pictures", "whole", test_torn);
  return g_test_run ();
}
