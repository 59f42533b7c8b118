/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-window"

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-player.h"
#include "pt-test.h"
#include "pt-window.h"

/* The real window on real shared memory, with a producer on the other side. */

#define MEMORY_SIZE (16 * 1024 * 1024)
/* Seconds; a busy machine draws slowly without a graphics card. */
#define PATIENCE 40

typedef struct
{
  char      *folder;
  char      *path;
  guint8    *memory;
  PtPlayer  *player;
  GMutex     mutex; /* between the producer's thread and the test's faults */
  GThread   *thread;
  int        ended; /* atomic */
  GtkWidget *window;
} Fixture;


static gpointer
fixture_play (gpointer data)
{
  Fixture *fixture = data;

  while (!g_atomic_int_get (&fixture->ended))
    {
      g_mutex_lock (&fixture->mutex);
      pt_player_step (fixture->player);
      g_mutex_unlock (&fixture->mutex);
    }
  return NULL;
}


static void
fixture_map (Fixture *fixture)
{
  int fd = g_open (fixture->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, MEMORY_SIZE), ==, 0);
  fixture->memory = mmap (NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (fixture->memory != MAP_FAILED);
  close (fd);
}


static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  fixture->folder = pt_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "frames", NULL);
  g_mutex_init (&fixture->mutex);
}


static void
fixture_start_player (Fixture *fixture)
{
  const PtPlayerMode mode = { .width = 640, .height = 400, .rate = 30 };

  fixture->player = pt_player_new (fixture->memory, MEMORY_SIZE, &mode);
  g_assert_nonnull (fixture->player);
  fixture->thread = g_thread_new ("player", fixture_play, fixture);
}


static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  if (fixture->window != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->window));
  pt_test_run_pending ();
  g_atomic_int_set (&fixture->ended, TRUE);
  g_clear_pointer (&fixture->thread, g_thread_join);
  g_clear_pointer (&fixture->player, pt_player_free);
  if (fixture->memory != NULL)
    munmap (fixture->memory, MEMORY_SIZE);
  g_mutex_clear (&fixture->mutex);
  g_free (fixture->path);
  pt_test_remove_tree (fixture->folder);
}


static void
fixture_open (Fixture *fixture)
{
  fixture->window = pt_window_new_for_memory (NULL, fixture->path);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 500);
  gtk_window_present (GTK_WINDOW (fixture->window));
}


static void
fixture_fault (Fixture        *fixture,
               PtProducerFault fault,
               guint32         value)
{
  g_mutex_lock (&fixture->mutex);
  pt_producer_set_fault (pt_player_get_producer (fixture->player), fault, value);
  g_mutex_unlock (&fixture->mutex);
}


static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


static void
fixture_await_view (Fixture    *fixture,
                    const char *view)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, wake_cb, NULL);

  while (g_strcmp0 (pt_window_get_view (PT_WINDOW (fixture->window)), view) != 0 &&
         g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_cmpstr (pt_window_get_view (PT_WINDOW (fixture->window)), ==, view);
}


static void
fixture_await_drawn (Fixture *fixture,
                     guint64  drawn)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, wake_cb, NULL);

  while (pt_window_get_drawn (PT_WINDOW (fixture->window)) < drawn && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_cmpuint (pt_window_get_drawn (PT_WINDOW (fixture->window)), >=, drawn);
}


/* A label of the window that is on show and says @text. */
static GtkWidget *
find_label (GtkWidget  *widget,
            const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


static void
fixture_await_label (Fixture    *fixture,
                     const char *text)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, wake_cb, NULL);

  while (find_label (fixture->window, text) == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_nonnull (find_label (fixture->window, text));
}


static void
test_waits_then_lives (Fixture      *fixture,
                       gconstpointer data)
{
  fixture_map (fixture);
  fixture_open (fixture);
  fixture_await_view (fixture, "waiting");
  g_assert_nonnull (find_label (fixture->window, "Waiting for the picture"));

  fixture_start_player (fixture);
  fixture_await_view (fixture, "live");
  fixture_await_drawn (fixture, 10);
  g_assert_null (find_label (fixture->window, "Waiting for the picture"));
}


static void
test_stalls_and_returns (Fixture      *fixture,
                         gconstpointer data)
{
  guint64 drawn = 0;

  fixture_map (fixture);
  fixture_start_player (fixture);
  fixture_open (fixture);
  fixture_await_view (fixture, "live");

  fixture_fault (fixture, PT_FAULT_HEARTBEAT_STOPPED, 0);
  fixture_await_view (fixture, "stalled");
  g_assert_nonnull (find_label (fixture->window, "The picture stands still"));

  drawn = pt_window_get_drawn (PT_WINDOW (fixture->window));
  g_mutex_lock (&fixture->mutex);
  pt_producer_clear_fault (pt_player_get_producer (fixture->player), PT_FAULT_HEARTBEAT_STOPPED);
  g_mutex_unlock (&fixture->mutex);
  fixture_await_view (fixture, "live");
  fixture_await_drawn (fixture, drawn + 5);
  g_assert_null (find_label (fixture->window, "The picture stands still"));
}


/* Both numbers are on show. */
static void
test_wrong_version (Fixture      *fixture,
                    gconstpointer data)
{
  fixture_map (fixture);
  fixture_start_player (fixture);
  fixture_fault (fixture, PT_FAULT_KVMFR_VERSION, 33);
  fixture_open (fixture);
  fixture_await_view (fixture, "wrong-version");
  g_assert_nonnull (find_label (fixture->window, "another version"));
  g_assert_nonnull (find_label (fixture->window, "KVMFR 33"));
  g_assert_nonnull (find_label (fixture->window, "KVMFR 20"));
}


static void
test_no_memory (Fixture      *fixture,
                gconstpointer data)
{
  fixture_open (fixture);
  fixture_await_view (fixture, "starting");
  fixture_await_view (fixture, "no-memory");
  g_assert_nonnull (find_label (fixture->window, "memory of the picture is not there"));

  fixture_map (fixture);
  fixture_start_player (fixture);
  fixture_await_view (fixture, "live");
}


static void
test_statistics (Fixture      *fixture,
                 gconstpointer data)
{
  fixture_map (fixture);
  fixture_start_player (fixture);
  fixture_open (fixture);
  fixture_await_view (fixture, "live");
  g_assert_null (find_label (fixture->window, "Latency"));

  gtk_widget_activate_action (fixture->window, "win.show-statistics", NULL);
  fixture_await_label (fixture, "Latency");
  fixture_await_label (fixture, "KVMFR 20");

  gtk_widget_activate_action (fixture->window, "win.show-statistics", NULL);
  g_assert_null (find_label (fixture->window, "Latency"));
}


/* Nothing keeps a closed window, its thread or its mapping alive. */
static void
test_finalized (Fixture      *fixture,
                gconstpointer data)
{
  fixture_map (fixture);
  fixture_start_player (fixture);
  fixture_open (fixture);
  fixture_await_view (fixture, "live");
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *)&fixture->window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  pt_test_run_pending ();
  g_assert_null (fixture->window);
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
  /* GTK warns about icons, of which the isolated data folders have none. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
  add ("/window/window/waits-then-lives", test_waits_then_lives);
  add ("/window/window/stalls-and-returns", test_stalls_and_returns);
  add ("/window/window/wrong-version", test_wrong_version);
  add ("/window/window/no-memory", test_no_memory);
  add ("/window/window/statistics", test_statistics);
  add ("/window/window/finalized", test_finalized);
  return g_test_run ();
}
