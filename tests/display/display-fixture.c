/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "display-fixture"

#include "config.h"

#include "display-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pt-test.h"


static gboolean
display_fixture_tick_cb (gpointer data)
{
  DisplayFixture *fixture = data;

  pt_producer_tick (fixture->producer);
  return G_SOURCE_CONTINUE;
}


static void
display_fixture_make_memory (DisplayFixture *fixture)
{
  int fd = -1;

  fixture->folder = pt_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "frames", NULL);
  fd = open (fixture->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, DISPLAY_FIXTURE_SIZE), ==, 0);
  fixture->memory = mmap (NULL, DISPLAY_FIXTURE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (fixture->memory != MAP_FAILED);
  close (fd);
}


static gboolean
display_fixture_is_placed (DisplayFixture *fixture)
{
  return gtk_widget_get_mapped (GTK_WIDGET (fixture->display)) &&
         gtk_widget_get_width (GTK_WIDGET (fixture->display)) > 0;
}


static void
display_fixture_make_window (DisplayFixture *fixture)
{
  fixture->window = g_object_ref_sink (gtk_window_new ());
  fixture->display = PT_DISPLAY (pt_display_new ());
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->display));
  pt_display_set_source (fixture->display, fixture->source);
  display_fixture_resize (fixture, DISPLAY_FIXTURE_WIDTH, DISPLAY_FIXTURE_HEIGHT);
}


void
display_fixture_set_up (DisplayFixture *fixture,
                        gconstpointer   data)
{
  display_fixture_make_memory (fixture);
  fixture->producer = pt_producer_new (fixture->memory, DISPLAY_FIXTURE_SIZE);
  fixture->ticking = g_timeout_add (4, display_fixture_tick_cb, fixture);
  fixture->card = pt_card_new (DISPLAY_FIXTURE_WIDTH, DISPLAY_FIXTURE_HEIGHT);
  fixture->source = pt_kvmfr_source_new (fixture->path);
  pt_kvmfr_source_start (fixture->source);
  display_fixture_make_window (fixture);
}


void
display_fixture_tear_down (DisplayFixture *fixture,
                           gconstpointer   data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  pt_test_run_pending ();
  pt_test_assert_final_unref (fixture->window);
  pt_kvmfr_source_stop (fixture->source);
  pt_test_assert_final_unref (fixture->source);
  g_source_remove (fixture->ticking);
  pt_producer_free (fixture->producer);
  pt_card_free (fixture->card);
  munmap (fixture->memory, DISPLAY_FIXTURE_SIZE);
  g_free (fixture->path);
  pt_test_remove_tree (fixture->folder);
}


static gboolean
display_fixture_wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


void
display_fixture_await (DisplayFixture     *fixture,
                       DisplayFixtureCheck check)
{
  gint64 end = g_get_monotonic_time () + DISPLAY_FIXTURE_PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (10, display_fixture_wake_cb, NULL);

  while (!check (fixture))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}


void
display_fixture_linger (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;
  guint  wake = g_timeout_add (10, display_fixture_wake_cb, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}


void
display_fixture_set_card (DisplayFixture *fixture,
                          guint           width,
                          guint           height)
{
  pt_card_free (fixture->card);
  fixture->card = pt_card_new (width, height);
  g_assert_nonnull (fixture->card);
}


void
display_fixture_resize (DisplayFixture *fixture,
                        int             width,
                        int             height)
{
  int factor = gtk_widget_get_scale_factor (fixture->window);

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width / factor, height / factor);
  gtk_window_present (GTK_WINDOW (fixture->window));
  display_fixture_await (fixture, display_fixture_is_placed);
  while (gtk_widget_get_width (GTK_WIDGET (fixture->display)) * factor != width ||
         gtk_widget_get_height (GTK_WIDGET (fixture->display)) * factor != height)
    g_main_context_iteration (NULL, TRUE);
}


static gboolean
display_fixture_has_room (DisplayFixture *fixture)
{
  PtProducerStats stats = { 0 };

  pt_producer_get_stats (fixture->producer, &stats);
  return stats.subscribers > 0 && stats.outstanding < 2;
}


void
display_fixture_send (DisplayFixture *fixture,
                      gboolean        whole)
{
  PtProducerRect   rects[PT_CARD_MAX_RECTS] = { 0 };
  PtProducerFormat format = { 0 };
  guint            n_rects = 0;

  display_fixture_await (fixture, display_fixture_has_room);
  n_rects = pt_card_draw (fixture->card, fixture->number++, 36000000, rects);
  pt_card_get_format (fixture->card, &format);
  g_assert_true (pt_producer_send (fixture->producer, &format,
                                   pt_card_get_pixels (fixture->card), rects,
                                   whole ? 0 : n_rects));
}


void
display_fixture_await_drawn (DisplayFixture *fixture,
                             guint64         drawn)
{
  gint64 end = g_get_monotonic_time () + DISPLAY_FIXTURE_PATIENCE * G_USEC_PER_SEC;

  while (pt_display_get_drawn (fixture->display) <= drawn)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}


void
display_fixture_send_and_await (DisplayFixture *fixture,
                                gboolean        whole)
{
  guint64 drawn = pt_display_get_drawn (fixture->display);

  display_fixture_send (fixture, whole);
  display_fixture_await_drawn (fixture, drawn);
}


void
display_fixture_send_pixels (DisplayFixture         *fixture,
                             const PtProducerFormat *format,
                             const guint8           *pixels)
{
  guint64 drawn = pt_display_get_drawn (fixture->display);

  display_fixture_await (fixture, display_fixture_has_room);
  g_assert_true (pt_producer_send (fixture->producer, format, pixels, NULL, 0));
  display_fixture_await_drawn (fixture, drawn);
}


static void
display_fixture_child_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}


GSubprocess *
display_fixture_spawn (const char *const *argv,
                       GSubprocessFlags   flags)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = NULL;

  g_subprocess_launcher_set_child_setup (launcher, display_fixture_child_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}


DisplayShot *
display_shot_take (GtkWidget *widget)
{
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  DisplayShot *self = g_new0 (DisplayShot, 1);
  int          factor = gtk_widget_get_scale_factor (widget);

  self->width = gtk_widget_get_width (widget) * factor;
  self->height = gtk_widget_get_height (widget) * factor;
  self->data = g_malloc0 (4 * (gsize)self->width * (gsize)self->height);
  gdk_paintable_snapshot (paintable, snapshot, self->width, self->height);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (renderer, node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float)self->width,
                                                              (float)self->height));
  gdk_texture_download (texture, self->data, 4 * (gsize)self->width);
  return self;
}


void
display_shot_free (DisplayShot *self)
{
  g_free (self->data);
  g_free (self);
}


guint32
display_shot_get (const DisplayShot *self,
                  int                x,
                  int                y)
{
  const guint8 *pixel = self->data + 4 * ((gsize)y * (gsize)self->width + (gsize)x);

  return (guint32)(pixel[2] << 16 | pixel[1] << 8 | pixel[0]);
}


void
display_shot_assert_equal (const DisplayShot *self,
                           int                x,
                           int                y,
                           const guint8      *pixels,
                           int                width,
                           int                height,
                           int                tolerance)
{
  g_assert_cmpint (x + width, <=, self->width);
  g_assert_cmpint (y + height, <=, self->height);
  for (int row = 0; row < height; row++)
    for (int column = 0; column < width; column++)
      {
        const guint8 *pixel = pixels + 4 * (row * width + column);
        guint32       shown = display_shot_get (self, x + column, y + row);
        guint32       sent = (guint32)(pixel[2] << 16 | pixel[1] << 8 | pixel[0]);

        for (guint shift = 0; shift < 24; shift += 8)
          if (ABS ((int)(shown >> shift & 0xff) - (int)(sent >> shift & 0xff)) > tolerance)
            {
              g_test_message ("pixel %d, %d: sent %06x, shown %06x", column, row, sent, shown);
              g_assert_not_reached ();
            }
      }
}
