/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-dialogs"

#include "config.h"

#include <adwaita.h>

#include "pt-dialogs.h"
#include "pt-test.h"

/* What an answer does to the window that asked. */

static void
test_close_owner (gpointer user_data)
{
  GtkWidget **window = user_data;

  gtk_window_destroy (GTK_WINDOW (*window));
  *window = NULL;
}


static GtkWidget *
test_find_button (GtkWidget  *widget,
                  const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = test_find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}


static gboolean
test_is_later (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}


/* A widget goes when its last work is done: however long that takes here. */
static void
test_await_gone (gconstpointer *one,
                 gconstpointer *other)
{
  gboolean late = FALSE;
  guint    source = g_timeout_add_seconds (60, test_is_later, &late);

  while ((*one != NULL || *other != NULL) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (source);
}


/* The dialog goes with its window in the middle of its own click; any critical ends the test. */
static void
test_answer_closes_owner (void)
{
  GtkWidget *window = adw_application_window_new (NULL);
  GtkWidget *dialog = NULL;

  gtk_window_present (GTK_WINDOW (window));
  dialog = pt_dialog_confirm (window, "Close?", "It goes on.", "C_lose Window", FALSE,
                              test_close_owner, &window);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *)&dialog);
  pt_test_run_pending ();
  g_signal_emit_by_name (test_find_button (dialog, "C_lose Window"), "clicked");
  test_await_gone ((gconstpointer *)&window, (gconstpointer *)&dialog);
  pt_test_run_pending ();
}


static void
test_cancel_keeps_owner (void)
{
  GtkWidget *window = adw_application_window_new (NULL);
  GtkWidget *kept = window;
  GtkWidget *dialog = NULL;
  gboolean   later = FALSE;

  gtk_window_present (GTK_WINDOW (window));
  dialog = pt_dialog_confirm (window, "Close?", "It goes on.", "C_lose Window", TRUE,
                              test_close_owner, &window);
  pt_test_run_pending ();
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_timeout_add (300, test_is_later, &later);
  pt_test_await_flag (&later, 60);
  g_assert_true (window == kept);
  gtk_window_destroy (GTK_WINDOW (window));
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();

  g_test_add_func ("/window/dialogs/answer-closes-owner", test_answer_closes_owner);
  g_test_add_func ("/window/dialogs/cancel-keeps-owner", test_cancel_keeps_owner);
  return g_test_run ();
}
