/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-uploader"

#include "config.h"

#include <string.h>

#include "pt-test.h"
#include "pt-uploader.h"

#define WIDTH 40u
#define HEIGHT 30u

/* An uploader of the window's kind, and a picture of one colour. */
typedef struct
{
  GtkWidget  *window;
  PtUploader *uploader;
  guint32     pixels[WIDTH * HEIGHT];
  PtFrameView view;
} Fixture;


static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->window = g_object_ref_sink (gtk_window_new ());
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->uploader = pt_uploader_new_for_native (GTK_NATIVE (fixture->window));
  fixture->view = (PtFrameView){ .data = (const guint8 *)fixture->pixels,
                                 .width = WIDTH,
                                 .height = HEIGHT,
                                 .pitch = 4 * WIDTH };
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    fixture->pixels[i] = 0xff101010;
}


static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->uploader);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  pt_test_assert_final_unref (fixture->window);
}


static GdkTexture *
upload (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = pt_uploader_upload (fixture->uploader, &fixture->view, &error);

  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, fixture->view.width);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, fixture->view.height);
  return texture;
}


static guint32
get_pixel (GdkTexture *texture,
           guint       x,
           guint       y)
{
  guint               width = (guint)gdk_texture_get_width (texture);
  g_autofree guint32 *pixels = g_new0 (guint32, width * (guint)gdk_texture_get_height (texture));

  gdk_texture_download (texture, (guchar *)pixels, 4 * width);
  return pixels[y * width + x] & 0xffffff;
}


static void
set_rects (Fixture      *fixture,
           guint         n_rects,
           const PtRect *rects)
{
  fixture->view.n_rects = n_rects;
  memcpy (fixture->view.rects, rects, n_rects * sizeof *rects);
}


static void
test_kind (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_cmpstr (pt_uploader_get_path (fixture->uploader), ==, g_getenv ("TEST_DISPLAY_PATH"));
}


/* Only what is said to have changed costs anything: a pixel elsewhere stays as it was. */
static void
test_only_damage (Fixture      *fixture,
                  gconstpointer data)
{
  const PtRect rect = { 10, 10, 5, 5 };
  g_autoptr (GdkTexture) shown = upload (fixture);
  g_autoptr (GdkTexture) next = NULL;

  /* until both of the pair have had the whole picture */
  set_rects (fixture, 1, &rect);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GdkTexture) texture = upload (fixture);

      g_assert_cmphex (get_pixel (texture, 12, 12), ==, 0x101010);
      g_set_object (&shown, texture);
    }
  fixture->pixels[12 * WIDTH + 12] = 0xff445566;
  fixture->pixels[2 * WIDTH + 2] = 0xff778899;
  next = upload (fixture);
  g_assert_cmphex (get_pixel (next, 12, 12), ==, 0x445566);
  g_assert_cmphex (get_pixel (next, 2, 2), ==, 0x101010);
}


/* What the other of the pair missed meanwhile is brought to it. */
static void
test_pair (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (GdkTexture) shown = upload (fixture);

  for (guint i = 0; i < 8; i++)
    {
      const PtRect rect = { 4 * i, 3 * i, 2, 2 };
      g_autoptr (GdkTexture) next = NULL;

      fixture->pixels[rect.y * WIDTH + rect.x] = 0xff203040 + i;
      set_rects (fixture, 1, &rect);
      next = upload (fixture);
      for (guint earlier = 0; earlier <= i; earlier++)
        g_assert_cmphex (get_pixel (next, 4 * earlier, 3 * earlier), ==, 0x203040 + earlier);
      g_set_object (&shown, next);
    }
}


/* A texture somebody keeps (a thumbnail, say) does not change under them. */
static void
test_kept (Fixture      *fixture,
           gconstpointer data)
{
  GdkTexture *kept[5] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      fixture->pixels[0] = 0xff000000 + i;
      kept[i] = upload (fixture);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    g_assert_cmphex (get_pixel (kept[i], 0, 0), ==, i);
  g_clear_object (&fixture->uploader);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_assert_cmphex (get_pixel (kept[i], 0, 0), ==, i);
      g_object_unref (kept[i]);
    }
}


static void
test_new_size (Fixture      *fixture,
               gconstpointer data)
{
  const PtRect rect = { 0, 0, 1, 1 };
  g_autoptr (GdkTexture) large = upload (fixture);
  g_autoptr (GdkTexture) small = NULL;

  fixture->view.width = 20;
  fixture->view.height = 10;
  set_rects (fixture, 1, &rect);
  small = upload (fixture);
  g_assert_cmphex (get_pixel (small, 19, 9), ==, 0x101010);
}


/* Nothing may be read or written outside the picture, whatever the rectangles say. */
static void
test_wild_damage (Fixture      *fixture,
                  gconstpointer data)
{
  const PtRect rects[] = { { WIDTH - 1, HEIGHT - 1, G_MAXUINT32, G_MAXUINT32 },
                           { G_MAXUINT32, 0, 1, 1 },
                           { 0, HEIGHT, 5, 5 },
                           { 3, 3, 0, 7 } };
  g_autoptr (GdkTexture) first = upload (fixture);
  g_autoptr (GdkTexture) second = upload (fixture);

  g_clear_object (&first);
  fixture->pixels[WIDTH * HEIGHT - 1] = 0xff0000ee;
  set_rects (fixture, G_N_ELEMENTS (rects), rects);
  first = upload (fixture);
  g_assert_cmphex (get_pixel (first, WIDTH - 1, HEIGHT - 1), ==, 0x0000ee);
}


static void
add (const char *name,
     void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/display/uploader/%s", name);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  gtk_init ();
  add ("kind", test_kind);
  add ("only-damage", test_only_damage);
  add ("pair", test_pair);
  add ("kept", test_kept);
  add ("new-size", test_new_size);
  add ("wild-damage", test_wild_damage);
  return g_test_run ();
}
