/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-display"

#include "config.h"

#include <epoxy/gl.h>
#include <string.h>

#include "display-fixture.h"
#include "pt-test.h"

#define WIDTH DISPLAY_FIXTURE_WIDTH
#define HEIGHT DISPLAY_FIXTURE_HEIGHT


static void
assert_card (DisplayFixture *fixture)
{
  g_autoptr (DisplayShot) shot = display_shot_take (GTK_WIDGET (fixture->display));

  display_shot_assert_equal (shot, 0, 0, pt_card_get_pixels (fixture->card), WIDTH, HEIGHT, 0);
}


static void
test_exact (DisplayFixture *fixture,
            gconstpointer   data)
{
  g_autoptr (DisplayShot) shot = NULL;
  guint32 top = 0;
  guint32 bottom = 0;

  g_assert_cmpstr (pt_display_get_path (fixture->display), ==, "none");
  fixture->number = 4711;
  display_fixture_send_and_await (fixture, TRUE);
  assert_card (fixture);
  g_assert_cmpstr (pt_display_get_path (fixture->display), ==, g_getenv ("TEST_DISPLAY_PATH"));

  shot = display_shot_take (GTK_WIDGET (fixture->display));
  g_assert_true (pt_card_read_number (shot->data, 4 * WIDTH, WIDTH, HEIGHT, PT_CARD_TOP, &top));
  g_assert_true (pt_card_read_number (shot->data, 4 * WIDTH, WIDTH, HEIGHT, PT_CARD_BOTTOM,
                                      &bottom));
  g_assert_cmpuint (top, ==, 4711);
  g_assert_cmpuint (bottom, ==, 4711);
}


/* Both textures of the pair lag behind in turn; every picture must be whole all the same. */
static void
test_damage (DisplayFixture *fixture,
             gconstpointer   data)
{
  for (guint i = 0; i < 12; i++)
    {
      display_fixture_send_and_await (fixture, FALSE);
      assert_card (fixture);
    }
}


static void
test_size_change (DisplayFixture *fixture,
                  gconstpointer   data)
{
  const struct
  {
    guint width, height;
  } sizes[] = { { 320, 180 }, { 640, 360 }, { 180, 360 }, { 640, 90 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      double  scale = MIN ((double)WIDTH / sizes[i].width, (double)HEIGHT / sizes[i].height);
      int     left = (int)(WIDTH - sizes[i].width * scale) / 2;
      int     top = (int)(HEIGHT - sizes[i].height * scale) / 2;
      guint32 black = 0;
      g_autoptr (DisplayShot) shot = NULL;

      display_fixture_set_card (fixture, sizes[i].width, sizes[i].height);
      display_fixture_send_and_await (fixture, FALSE);
      shot = display_shot_take (GTK_WIDGET (fixture->display));
      if (scale == 1)
        display_shot_assert_equal (shot, left, top, pt_card_get_pixels (fixture->card),
                                   (int)sizes[i].width, (int)sizes[i].height, 0);
      /* The card's ground is not black, so the edge of the picture is seen. */
      g_assert_cmphex (display_shot_get (shot, WIDTH / 2, top + 1), !=, black);
      g_assert_cmphex (display_shot_get (shot, left + 1, HEIGHT / 2), !=, black);
      if (top > 0)
        g_assert_cmphex (display_shot_get (shot, WIDTH / 2, top - 1), ==, black);
      if (left > 0)
        g_assert_cmphex (display_shot_get (shot, left - 1, HEIGHT / 2), ==, black);
    }
}


static void
count_cb (GdkFrameClock *clock,
          gpointer       data)
{
  (*(guint *)data)++;
}


/* The guest's heart beats on, but nothing changes on its screen: no frame of ours may be begun. */
static void
test_idle (DisplayFixture *fixture,
           gconstpointer   data)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (fixture->display));
  guint          frames = 0;
  guint64        drawn = 0;

  display_fixture_send_and_await (fixture, FALSE);
  display_fixture_linger (300);
  drawn = pt_display_get_drawn (fixture->display);
  g_signal_connect (clock, "update", G_CALLBACK (count_cb), &frames);
  display_fixture_linger (700);
  g_assert_cmpuint (frames, ==, 0);
  g_assert_cmpuint (pt_display_get_drawn (fixture->display), ==, drawn);

  /* and it wakes up again */
  display_fixture_send_and_await (fixture, FALSE);
  g_assert_cmpuint (frames, >, 0);
  assert_card (fixture);
  g_signal_handlers_disconnect_by_func (clock, count_cb, &frames);
}


static void
test_source_replaced (DisplayFixture *fixture,
                      gconstpointer   data)
{
  DisplayFixture other = { 0 };
  g_autoptr (DisplayShot) shot = NULL;

  display_fixture_send_and_await (fixture, FALSE);
  pt_display_set_source (fixture->display, NULL);
  g_assert_null (pt_display_get_source (fixture->display));
  display_fixture_linger (100);
  shot = display_shot_take (GTK_WIDGET (fixture->display));
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      g_assert_cmphex (display_shot_get (shot, x, y), ==, 0);

  /* another one, which already has a picture that its own widget has taken */
  display_fixture_set_up (&other, NULL);
  other.number = 99;
  display_fixture_send_and_await (&other, FALSE);
  pt_display_set_source (other.display, NULL);
  pt_display_set_source (fixture->display, other.source);
  display_fixture_await_drawn (fixture, pt_display_get_drawn (fixture->display));
  g_clear_pointer (&shot, display_shot_free);
  shot = display_shot_take (GTK_WIDGET (fixture->display));
  display_shot_assert_equal (shot, 0, 0, pt_card_get_pixels (other.card), WIDTH, HEIGHT, 0);
  pt_display_set_source (fixture->display, NULL);
  display_fixture_tear_down (&other, NULL);
}


static gboolean
is_placed (DisplayFixture *fixture)
{
  return gtk_widget_get_width (GTK_WIDGET (fixture->display)) == WIDTH &&
         gtk_widget_get_mapped (GTK_WIDGET (fixture->display));
}


/* Moved to another window: every GL object of the first is gone, and the picture comes back by
 * itself. */
static void
test_moved (DisplayFixture *fixture,
            gconstpointer   data)
{
  GtkWidget *old = fixture->window;
  guint64    drawn = 0;

  if (gtk_widget_get_scale_factor (old) != 1)
    return g_test_skip ("the second window's size is counted in pixels");
  display_fixture_send_and_await (fixture, FALSE);
  display_fixture_send_and_await (fixture, FALSE);
  drawn = pt_display_get_drawn (fixture->display);
  g_object_ref (fixture->display);
  gtk_window_set_child (GTK_WINDOW (old), NULL);
  fixture->window = g_object_ref_sink (gtk_window_new ());
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), WIDTH, HEIGHT);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->display));
  g_object_unref (fixture->display);
  gtk_window_destroy (GTK_WINDOW (old));
  pt_test_assert_final_unref (old);
  gtk_window_present (GTK_WINDOW (fixture->window));
  display_fixture_await (fixture, is_placed);
  display_fixture_await_drawn (fixture, drawn);
  assert_card (fixture);
}


static void
test_dimmed (DisplayFixture *fixture,
             gconstpointer   data)
{
  g_autoptr (DisplayShot) bright = NULL;
  g_autoptr (DisplayShot) dim = NULL;

  display_fixture_send_and_await (fixture, FALSE);
  bright = display_shot_take (GTK_WIDGET (fixture->display));
  pt_display_set_dimmed (fixture->display, TRUE);
  display_fixture_linger (100);
  dim = display_shot_take (GTK_WIDGET (fixture->display));
  for (int x = 0; x < WIDTH; x += 7)
    {
      guint32 before = display_shot_get (bright, x, HEIGHT / 2) & 0xff;
      guint32 after = display_shot_get (dim, x, HEIGHT / 2) & 0xff;

      g_assert_cmpuint (after, <, before);
    }
  pt_display_set_dimmed (fixture->display, FALSE);
  display_fixture_linger (100);
  assert_card (fixture);
}


static gboolean
has_cursor (DisplayFixture *fixture)
{
  PtCursor cursor = { 0 };
  gboolean found = FALSE;

  pt_kvmfr_source_get_cursor (fixture->source, &cursor);
  found = cursor.visible && cursor.x == 300 && cursor.y == 200;
  g_clear_pointer (&cursor.shape, g_bytes_unref);
  return found;
}


static gboolean
has_no_cursor (DisplayFixture *fixture)
{
  PtCursor cursor = { 0 };

  pt_kvmfr_source_get_cursor (fixture->source, &cursor);
  g_clear_pointer (&cursor.shape, g_bytes_unref);
  return !cursor.visible;
}


/* Moves without a new picture, as a hardware pointer does. */
static void
test_cursor (DisplayFixture *fixture,
             gconstpointer   data)
{
  const guint8    *card = pt_card_get_pixels (fixture->card);
  PtProducerCursor cursor = { 0 };
  g_autoptr (DisplayShot) with = NULL;

  display_fixture_send_and_await (fixture, FALSE);
  pt_card_get_cursor (fixture->card, &cursor);
  g_assert_true (pt_producer_set_cursor (fixture->producer, &cursor));
  g_assert_true (pt_producer_move_cursor (fixture->producer, 300, 200, TRUE));
  display_fixture_await (fixture, has_cursor);
  display_fixture_linger (100);
  with = display_shot_take (GTK_WIDGET (fixture->display));
  for (int y = 0; y < PT_CARD_CURSOR; y++)
    for (int x = 0; x < PT_CARD_CURSOR; x++)
      {
        const guint8 *pixel = cursor.pixels + 4 * (y * PT_CARD_CURSOR + x);
        const guint8 *under = card + 4 * ((200 + y) * WIDTH + 300 + x);
        const guint8 *expected = pixel[3] != 0 ? pixel : under;

        g_assert_cmphex (display_shot_get (with, 300 + x, 200 + y), ==,
                         (guint32)(expected[2] << 16 | expected[1] << 8 | expected[0]));
      }

  g_assert_true (pt_producer_move_cursor (fixture->producer, 300, 200, FALSE));
  display_fixture_await (fixture, has_no_cursor);
  display_fixture_linger (100);
  assert_card (fixture);
}


/* Where the upright (x, y) lies in the stored picture of @width x @height. */
static gsize
stored_index (guint rotation,
              guint x,
              guint y,
              guint width,
              guint height)
{
  if (rotation == 1)
    return (gsize)x * width + (width - 1 - y);
  if (rotation == 2)
    return (gsize)(height - 1 - y) * width + (width - 1 - x);
  return (gsize)(height - 1 - x) * width + y;
}


static void
test_rotation (DisplayFixture *fixture,
               gconstpointer   data)
{
  PtProducerRect rects[PT_CARD_MAX_RECTS] = { 0 };
  const guint32 *upright = (const guint32 *)(const void *)pt_card_get_pixels (fixture->card);

  pt_card_draw (fixture->card, 17, 0, rects);
  for (guint rotation = 1; rotation < 4; rotation++)
    {
      guint               width = rotation == 2 ? WIDTH : HEIGHT;
      guint               height = rotation == 2 ? HEIGHT : WIDTH;
      PtProducerFormat    format = { PT_PRODUCER_BGRA8, width, height, 4 * width, rotation, 0 };
      g_autofree guint32 *stored = g_new (guint32, WIDTH * HEIGHT);
      g_autoptr (DisplayShot) shot = NULL;

      for (guint y = 0; y < HEIGHT; y++)
        for (guint x = 0; x < WIDTH; x++)
          stored[stored_index (rotation, x, y, width, height)] = upright[y * WIDTH + x];
      display_fixture_send_pixels (fixture, &format, (const guint8 *)stored);
      shot = display_shot_take (GTK_WIDGET (fixture->display));
      display_shot_assert_equal (shot, 0, 0, (const guint8 *)upright, WIDTH, HEIGHT, 0);
    }
}


/* The alpha byte of each of these is 0, which must not make the picture disappear. */
static void
test_pixel_types (DisplayFixture *fixture,
                  gconstpointer   data)
{
  PtProducerRect rects[PT_CARD_MAX_RECTS] = { 0 };
  const guint8  *card = pt_card_get_pixels (fixture->card);
  const guint32  types[] = { PT_PRODUCER_RGBA8, PT_PRODUCER_RGBA10, PT_PRODUCER_BGRA8 };

  pt_card_draw (fixture->card, 18, 0, rects);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      PtProducerFormat    format = { types[i], WIDTH, HEIGHT, 4 * WIDTH, 0, 0 };
      g_autofree guint32 *pixels = g_new (guint32, WIDTH * HEIGHT);
      g_autoptr (DisplayShot) shot = NULL;

      for (guint p = 0; p < WIDTH * HEIGHT; p++)
        {
          guint32 blue = card[4 * p];
          guint32 green = card[4 * p + 1];
          guint32 red = card[4 * p + 2];

          if (types[i] == PT_PRODUCER_RGBA8)
            pixels[p] = red | green << 8 | blue << 16;
          else if (types[i] == PT_PRODUCER_RGBA10)
            pixels[p] = red << 2 | green << 12 | blue << 22;
          else
            pixels[p] = blue | green << 8 | red << 16;
        }
      display_fixture_send_pixels (fixture, &format, (const guint8 *)pixels);
      shot = display_shot_take (GTK_WIDGET (fixture->display));
      display_shot_assert_equal (shot, 0, 0, card, WIDTH, HEIGHT, 0);
    }
}


/* Takes the textures away under the widget, as a reset of the card does. */
static void
delete_textures_of_size (GdkGLContext *context)
{
  gdk_gl_context_make_current (context);
  for (guint id = 1; id < 4096; id++)
    {
      int width = 0;

      if (!glIsTexture (id))
        continue;
      glBindTexture (GL_TEXTURE_2D, id);
      glGetTexLevelParameteriv (GL_TEXTURE_2D, 0, GL_TEXTURE_WIDTH, &width);
      glBindTexture (GL_TEXTURE_2D, 0);
      if (width == 632)
        glDeleteTextures (1, &id);
    }
  glFlush ();
}


static void
test_gl_lost (DisplayFixture *fixture,
              gconstpointer   data)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (fixture->window));
  g_autoptr (GdkGLContext) context = NULL;
  g_autoptr (DisplayShot) shot = NULL;

  if (!g_str_equal (g_getenv ("TEST_DISPLAY_PATH"), "gl"))
    return g_test_skip ("there is no GL in this run");
  display_fixture_set_card (fixture, 632, HEIGHT);
  display_fixture_send_and_await (fixture, FALSE);
  display_fixture_send_and_await (fixture, FALSE);
  context = gdk_surface_create_gl_context (surface, NULL);
  g_assert_true (gdk_gl_context_realize (context, NULL));
  delete_textures_of_size (context);
  g_test_expect_message ("pt-display", G_LOG_LEVEL_MESSAGE, "*through memory*");
  display_fixture_send_and_await (fixture, FALSE);
  g_test_assert_expected_messages ();
  g_assert_cmpstr (pt_display_get_path (fixture->display), ==, "memory");
  shot = display_shot_take (GTK_WIDGET (fixture->display));
  display_shot_assert_equal (shot, 4, 0, pt_card_get_pixels (fixture->card), 632, HEIGHT, 0);
}


static void
test_accessible (DisplayFixture *fixture,
                 gconstpointer   data)
{
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (fixture->display)), ==,
                   GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (fixture->display),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL));
}


static void
add (const char *name,
     void (*test) (DisplayFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/display/display/%s", name);

  g_test_add (path, DisplayFixture, NULL, display_fixture_set_up, test, display_fixture_tear_down);
}


int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  gtk_init ();
  add ("exact", test_exact);
  add ("damage", test_damage);
  add ("size-change", test_size_change);
  add ("idle", test_idle);
  add ("source-replaced", test_source_replaced);
  add ("moved", test_moved);
  add ("dimmed", test_dimmed);
  add ("cursor", test_cursor);
  add ("rotation", test_rotation);
  add ("pixel-types", test_pixel_types);
  add ("gl-lost", test_gl_lost);
  add ("accessible", test_accessible);
  return g_test_run ();
}
