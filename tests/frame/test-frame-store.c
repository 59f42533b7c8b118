/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-frame-store"

#include "config.h"

#include <string.h>

#include "pt-frame-store-private.h"

#define WIDTH 8
#define HEIGHT 4

static const PtFrameShape shape = { .width = WIDTH, .height = HEIGHT, .pitch = 4 * WIDTH };

/* The publisher's truth, copied like the reader does: exactly what the store asks for. */
static guint32 truth[HEIGHT][WIDTH];

static void
copy_owed (guint8         *data,
           const PtDamage *owed)
{
  if (owed->all)
    memcpy (data, truth, sizeof truth);
  for (guint i = 0; i < owed->n_rects; i++)
    for (guint y = owed->rects[i].y; y < owed->rects[i].y + owed->rects[i].height; y++)
      memcpy (data + (y * WIDTH + owed->rects[i].x) * 4, &truth[y][owed->rects[i].x],
              4 * (gsize)owed->rects[i].width);
}


/* Changes one pixel and publishes it. Returns how many pixels had to be copied (0 = all). */
static guint64
publish (PtFrameStore *store,
         guint         x,
         guint         y,
         gboolean     *tell)
{
  const PtRect rect = { x, y, 1, 1 };
  PtDamage     damage = { 0 };
  PtDamage     owed = { 0 };
  guint8      *data = NULL;

  truth[y][x]++;
  pt_damage_add (&damage, &rect);
  data = pt_frame_store_begin (store, &shape, &damage, &owed);
  g_assert_nonnull (data);
  copy_owed (data, &owed);
  *tell = pt_frame_store_commit (store, truth[y][x], 1, 2);
  return pt_damage_get_area (&owed);
}


static guint
take (PtFrameStore *store,
      PtFrameView  *view)
{
  g_assert_true (pt_frame_store_acquire (store, FALSE, view));
  g_assert_cmpmem (view->data, sizeof truth, truth, sizeof truth);
  return view->n_rects;
}


static void
test_empty (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtFrameView view = { 0 };

  g_assert_false (pt_frame_store_acquire (store, FALSE, &view));
  g_assert_false (pt_frame_store_acquire (store, TRUE, &view));
}


static void
test_publish (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtFrameView view = { 0 };
  gboolean    tell = FALSE;

  publish (store, 0, 0, &tell);
  g_assert_true (tell);
  g_assert_cmpuint (take (store, &view), ==, 0);
  g_assert_cmpuint (view.sequence, ==, 1);
  pt_frame_store_release (store);
  g_assert_false (pt_frame_store_acquire (store, FALSE, &view));
  g_assert_true (pt_frame_store_acquire (store, TRUE, &view));
  g_assert_cmpuint (view.n_rects, ==, 0);
  pt_frame_store_release (store);
}


/* A taken picture is written over: only the change is copied, for ever. */
static void
test_in_place (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtFrameView   view = { 0 };
  gboolean      tell = FALSE;
  const guint8 *data = NULL;

  publish (store, 0, 0, &tell);
  for (guint i = 0; i < 20; i++)
    {
      take (store, &view);
      g_assert_true (data == NULL || data == view.data);
      data = view.data;
      pt_frame_store_release (store);
      g_assert_cmpuint (publish (store, i % WIDTH, i % HEIGHT, &tell), ==, 1);
      g_assert_true (tell);
    }
}


/* Nobody is told twice, and the damage of all unread pictures comes together. */
static void
test_unread (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtFrameView view = { 0 };
  gboolean    tell = FALSE;

  publish (store, 0, 0, &tell);
  take (store, &view);
  pt_frame_store_release (store);
  publish (store, 1, 1, &tell);
  g_assert_true (tell);
  publish (store, 2, 2, &tell);
  g_assert_false (tell);
  publish (store, 3, 3, &tell);
  g_assert_false (tell);
  g_assert_cmpuint (take (store, &view), ==, 3);
  pt_frame_store_release (store);
  publish (store, 4, 0, &tell);
  g_assert_true (tell);
  g_assert_cmpuint (take (store, &view), ==, 1);
  pt_frame_store_release (store);
}


/* What the taker holds stays as it is, however many pictures follow. */
static void
test_held (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtFrameView view = { 0 };
  gboolean    tell = FALSE;
  guint8      copy[sizeof truth] = { 0 };

  for (guint round = 0; round < 5; round++)
    {
      publish (store, round, 0, &tell);
      take (store, &view);
      memcpy (copy, view.data, sizeof copy);
      for (guint i = 0; i < 7; i++)
        publish (store, i, i % HEIGHT, &tell);
      g_assert_cmpmem (view.data, sizeof copy, copy, sizeof copy);
      pt_frame_store_release (store);
      take (store, &view);
      pt_frame_store_release (store);
    }
}


static void
test_shape_change (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  const PtFrameShape other = { .width = 3, .height = 3, .pitch = 64, .rotation = 2 };
  const PtRect       rect = { 0, 0, 1, 1 };
  PtDamage           damage = { 0 };
  PtDamage           owed = { 0 };
  PtFrameView        view = { 0 };
  gboolean           tell = FALSE;

  publish (store, 0, 0, &tell);
  take (store, &view);
  pt_frame_store_release (store);
  pt_damage_add (&damage, &rect);
  g_assert_nonnull (pt_frame_store_begin (store, &other, &damage, &owed));
  g_assert_true (owed.all);
  pt_frame_store_commit (store, 1, 1, 1);
  g_assert_true (pt_frame_store_acquire (store, FALSE, &view));
  g_assert_cmpuint (view.width, ==, 3);
  g_assert_cmpuint (view.rotation, ==, 2);
  g_assert_cmpuint (view.n_rects, ==, 0);
  pt_frame_store_release (store);
  publish (store, 1, 0, &tell);
  g_assert_cmpuint (take (store, &view), ==, 0);
  pt_frame_store_release (store);
}


/* A picture that failed is never shown; while it is written nobody gets a torn one. */
static void
test_abandon (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtDamage    damage = { .all = TRUE };
  PtDamage    owed = { 0 };
  PtFrameView view = { 0 };
  gboolean    tell = FALSE;

  publish (store, 0, 0, &tell);
  take (store, &view);
  pt_frame_store_release (store);
  g_assert_nonnull (pt_frame_store_begin (store, &shape, &damage, &owed));
  g_assert_false (pt_frame_store_acquire (store, TRUE, &view));
  pt_frame_store_abandon (store);
  g_assert_false (pt_frame_store_acquire (store, TRUE, &view));
  g_assert_nonnull (pt_frame_store_begin (store, &shape, &damage, &owed));
  g_assert_true (owed.all);
  pt_frame_store_abandon (store);
  g_assert_cmpuint (publish (store, 2, 2, &tell), ==, 0);
  g_assert_cmpuint (take (store, &view), ==, 0);
  pt_frame_store_release (store);
}


/* An unread picture survives the failure of the next. */
static void
test_abandon_unread (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtDamage    damage = { .all = TRUE };
  PtDamage    owed = { 0 };
  PtFrameView view = { 0 };
  gboolean    tell = FALSE;

  publish (store, 0, 0, &tell);
  memset (pt_frame_store_begin (store, &shape, &damage, &owed), 0xee, sizeof truth);
  pt_frame_store_abandon (store);
  take (store, &view);
  pt_frame_store_release (store);
}


static void
test_no_memory (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  const PtFrameShape huge = { .width = 1, .height = 1 << 30, .pitch = (gsize)1 << 33 };
  PtDamage           damage = { .all = TRUE };
  PtDamage           owed = { 0 };
  PtFrameView        view = { 0 };
  gboolean           tell = FALSE;

  publish (store, 0, 0, &tell);
  g_assert_null (pt_frame_store_begin (store, &huge, &damage, &owed));
  take (store, &view);
  pt_frame_store_release (store);
  publish (store, 1, 1, &tell);
  take (store, &view);
  pt_frame_store_release (store);
}


typedef struct
{
  PtFrameStore *store;
  int           stop;
} Publisher;

/* Every pixel of a picture bears the same number. */
static gpointer
publish_flood (gpointer data)
{
  Publisher *self = data;

  for (guint32 n = 1; g_atomic_int_get (&self->stop) == 0; n++)
    {
      PtDamage damage = { .all = TRUE };
      PtDamage owed = { 0 };
      guint8  *data8 = pt_frame_store_begin (self->store, &shape, &damage, &owed);
      guint32 *pixels = (guint32 *)(gpointer)data8;

      for (guint i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i] = n;
      if (n % 16 == 0)
        pt_frame_store_abandon (self->store);
      else
        pt_frame_store_commit (self->store, n, 0, 0);
    }
  return NULL;
}


static void
test_threads (void)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  Publisher publisher = { .store = store };
  GThread  *thread = g_thread_new ("publisher", publish_flood, &publisher);
  guint64   sequence = 0;

  for (guint taken = 0; taken < 300;)
    {
      PtFrameView view = { 0 };

      if (!pt_frame_store_acquire (store, FALSE, &view))
        {
          g_thread_yield ();
          continue;
        }
      g_assert_cmpuint (view.sequence, >, sequence);
      sequence = view.sequence;
      for (guint i = 0; i < WIDTH * HEIGHT; i++)
        g_assert_cmpuint (((const guint32 *)(gconstpointer)view.data)[i], ==, view.frame_serial);
      pt_frame_store_release (store);
      taken++;
    }
  g_atomic_int_set (&publisher.stop, 1);
  g_thread_join (thread);
}


static void
test_damage_set (void)
{
  PtDamage     damage = { 0 };
  const PtRect outer = { 10, 10, 10, 10 };
  const PtRect inner = { 12, 12, 2, 2 };
  const PtRect other = { 0, 0, 1, 1 };

  g_assert_true (pt_damage_is_empty (&damage));
  pt_damage_add (&damage, &inner);
  pt_damage_add (&damage, &other);
  pt_damage_add (&damage, &outer);
  g_assert_cmpuint (damage.n_rects, ==, 2);
  pt_damage_add (&damage, &inner);
  g_assert_cmpuint (damage.n_rects, ==, 2);
  g_assert_cmpuint (pt_damage_get_area (&damage), ==, 101);
  for (guint i = 0; i < 70; i++)
    pt_damage_add (&damage, &(PtRect){ 2 * i, 100, 1, 1 });
  g_assert_true (damage.all);
  g_assert_cmpuint (damage.n_rects, ==, 0);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/frame/frame-store/empty", test_empty);
  g_test_add_func ("/frame/frame-store/publish", test_publish);
  g_test_add_func ("/frame/frame-store/in-place", test_in_place);
  g_test_add_func ("/frame/frame-store/unread", test_unread);
  g_test_add_func ("/frame/frame-store/held", test_held);
  g_test_add_func ("/frame/frame-store/shape-change", test_shape_change);
  g_test_add_func ("/frame/frame-store/abandon", test_abandon);
  g_test_add_func ("/frame/frame-store/abandon-unread", test_abandon_unread);
  g_test_add_func ("/frame/frame-store/no-memory", test_no_memory);
  g_test_add_func ("/frame/frame-store/threads", test_threads);
  g_test_add_func ("/frame/frame-store/damage-set", test_damage_set);
  return g_test_run ();
}
