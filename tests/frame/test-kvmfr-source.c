/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvmfr-source"

#include "config.h"

#include <string.h>

#include "frame-fixture.h"

/* The thread and the signals. A guest of its own ticks and draws in another thread. */
#define STOPS 5
#define STOP_TIME (300 * 1000) /* µs */

typedef struct
{
  FrameFixture   frame;
  PtKvmfrSource *source;
  GThread       *guest;
  int            stop;
  int            drawing; /* frames to draw; < 0: no end */
  int            restart;
  guint          n_frames, n_states, n_cursors;
} Fixture;

static gpointer
guest_run (gpointer data)
{
  Fixture *self = data;

  while (g_atomic_int_get (&self->stop) == 0)
    {
      if (g_atomic_int_compare_and_exchange (&self->restart, 1, 0))
        pt_producer_restart (self->frame.producer);
      pt_producer_tick (self->frame.producer);
      if (g_atomic_int_get (&self->drawing) != 0 &&
          frame_fixture_send (&self->frame, NULL, 0))
        {
          pt_producer_move_cursor (self->frame.producer, 1, 2, true);
          if (g_atomic_int_get (&self->drawing) > 0)
            g_atomic_int_add (&self->drawing, -1);
        }
      g_usleep (2000);
    }
  return NULL;
}


static void
guest_start (Fixture *self)
{
  self->stop = 0;
  self->guest = g_thread_new ("guest", guest_run, self);
}


static void
guest_stop (Fixture *self)
{
  g_atomic_int_set (&self->stop, 1);
  g_clear_pointer (&self->guest, g_thread_join);
}


static void
frame_cb (PtKvmfrSource *source,
          gpointer       user_data)
{
  ((Fixture *)user_data)->n_frames++;
}


static void
cursor_cb (PtKvmfrSource *source,
           gpointer       user_data)
{
  ((Fixture *)user_data)->n_cursors++;
}


static void
state_cb (PtKvmfrSource *source,
          GParamSpec    *pspec,
          gpointer       user_data)
{
  ((Fixture *)user_data)->n_states++;
}


static void
set_up (Fixture      *self,
        gconstpointer data)
{
  frame_fixture_set_up (&self->frame, NULL);
  self->source = pt_kvmfr_source_new (self->frame.path);
  g_signal_connect (self->source, "frame", G_CALLBACK (frame_cb), self);
  g_signal_connect (self->source, "cursor", G_CALLBACK (cursor_cb), self);
  g_signal_connect (self->source, "notify::state", G_CALLBACK (state_cb), self);
}


static void
tear_down (Fixture      *self,
           gconstpointer data)
{
  gpointer source = self->source;

  g_object_add_weak_pointer (G_OBJECT (self->source), &source);
  g_object_unref (self->source);
  g_assert_null (source);
  if (self->guest != NULL)
    guest_stop (self);
  frame_fixture_tear_down (&self->frame, NULL);
}


static gboolean
give_up_cb (gpointer user_data)
{
  g_assert_not_reached ();
}


static void
await_state (Fixture      *self,
             PtSourceState state)
{
  guint patience = g_timeout_add_seconds (30, give_up_cb, NULL);

  while (pt_kvmfr_source_get_state (self->source) != state)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_source_remove (patience);
}


static void
await_count (guint *count,
             guint  wanted)
{
  guint patience = g_timeout_add_seconds (30, give_up_cb, NULL);

  while (*count < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}


static void
take (Fixture     *self,
      PtFrameView *view)
{
  g_assert_true (pt_frame_store_acquire (pt_kvmfr_source_get_store (self->source), FALSE, view));
  pt_frame_store_release (pt_kvmfr_source_get_store (self->source));
}


static void
test_live (Fixture      *self,
           gconstpointer data)
{
  PtFrameView   view = { 0 };
  PtSourceStats stats = { 0 };

  g_assert_cmpint (pt_kvmfr_source_get_state (self->source), ==, PT_SOURCE_STOPPED);
  guest_start (self);
  pt_kvmfr_source_start (self->source);
  await_state (self, PT_SOURCE_LIVE);
  g_assert_cmpuint (self->n_states, >=, 1);
  g_atomic_int_set (&self->drawing, 1);
  await_count (&self->n_frames, 1);
  take (self, &view);
  g_assert_cmpuint (view.width, ==, 64);
  g_assert_cmpint (view.ready, >=, view.posted);
  pt_kvmfr_source_get_stats (self->source, &stats);
  g_assert_cmpuint (stats.received, ==, 1);
  g_assert_cmpuint (stats.sessions, ==, 1);
  g_assert_cmpuint (stats.latency_p99, >=, stats.latency_p50);
}


/* Nobody takes: one signal, however many pictures; then one for each that is taken. */
static void
test_coalesced (Fixture      *self,
                gconstpointer data)
{
  PtSourceStats stats = { 0 };
  PtFrameView   view = { 0 };
  guint         patience = g_timeout_add_seconds (30, give_up_cb, NULL);

  guest_start (self);
  pt_kvmfr_source_start (self->source);
  await_state (self, PT_SOURCE_LIVE);
  g_atomic_int_set (&self->drawing, -1);
  while (stats.received < 20)
    {
      g_main_context_iteration (NULL, FALSE);
      pt_kvmfr_source_get_stats (self->source, &stats);
    }
  g_source_remove (patience);
  g_assert_cmpuint (self->n_frames, ==, 1);
  g_assert_cmpuint (self->n_cursors, ==, 1);
  for (guint i = 2; i < 8; i++)
    {
      take (self, &view);
      await_count (&self->n_frames, i);
      g_assert_cmpuint (self->n_frames, ==, i);
    }
}


static void
test_cursor (Fixture      *self,
             gconstpointer data)
{
  PtCursor cursor = { 0 };

  guest_start (self);
  pt_kvmfr_source_start (self->source);
  g_atomic_int_set (&self->drawing, -1);
  for (guint i = 1; i < 4; i++)
    {
      await_count (&self->n_cursors, i);
      pt_kvmfr_source_get_cursor (self->source, &cursor);
      g_assert_cmpint (cursor.x, ==, 1);
      g_assert_cmpint (cursor.y, ==, 2);
      g_assert_true (cursor.visible);
      g_assert_null (cursor.shape);
    }
}


static void
test_restart (Fixture      *self,
              gconstpointer data)
{
  PtFrameView   view = { 0 };
  PtSourceStats stats = { 0 };
  guint         patience = g_timeout_add_seconds (30, give_up_cb, NULL);

  guest_start (self);
  g_atomic_int_set (&self->drawing, -1);
  pt_kvmfr_source_start (self->source);
  await_count (&self->n_frames, 1);
  take (self, &view);
  g_atomic_int_set (&self->restart, 1);
  while (stats.sessions < 2)
    {
      g_main_context_iteration (NULL, TRUE);
      pt_kvmfr_source_get_stats (self->source, &stats);
    }
  g_source_remove (patience);
  await_state (self, PT_SOURCE_LIVE);
}


static void
test_stalled (Fixture      *self,
              gconstpointer data)
{
  guest_start (self);
  pt_kvmfr_source_start (self->source);
  await_state (self, PT_SOURCE_LIVE);
  guest_stop (self);
  await_state (self, PT_SOURCE_STALLED);
  guest_start (self);
  await_state (self, PT_SOURCE_LIVE);
}


static gint64
stop (Fixture *self)
{
  gint64 started = g_get_monotonic_time ();
  guint  states = self->n_states;

  pt_kvmfr_source_stop (self->source);
  started = g_get_monotonic_time () - started;
  g_test_message ("stopped in %d us", (int)started);
  g_assert_cmpint (pt_kvmfr_source_get_state (self->source), ==, PT_SOURCE_STOPPED);
  g_assert_cmpuint (self->n_states, ==, states + 1);
  return started;
}


/* The requirement is 100 ms, the rest is for a busy computer; one that is busier still gets the
 * other rounds, for the shortest tells what the code needs. */
static void
stop_in_time (Fixture *self,
              void (*go) (Fixture *self))
{
  gint64 took = stop (self);

  for (guint i = 1; i < STOPS && took >= STOP_TIME; i++)
    {
      pt_kvmfr_source_start (self->source);
      go (self);
      took = stop (self);
    }
  g_assert_cmpint (took, <, STOP_TIME);
}


static void
go_live (Fixture *self)
{
  await_state (self, PT_SOURCE_LIVE);
}


static void
go_waiting (Fixture *self)
{
  await_state (self, PT_SOURCE_NO_MEMORY);
}


static void
go_locked (Fixture *self)
{
  await_state (self, PT_SOURCE_NO_PRODUCER);
}


static void
go_stuck (Fixture *self)
{
  PtFrameView view = { 0 };

  /* One that nobody took is not told of again. */
  if (self->n_frames > 0)
    take (self, &view);
  await_count (&self->n_frames, self->n_frames + 1);
}


static void
test_stop (Fixture      *self,
           gconstpointer data)
{
  PtProducerStats producer = { 0 };

  guest_start (self);
  g_atomic_int_set (&self->drawing, -1);
  for (guint i = 0; i < 3; i++)
    {
      pt_kvmfr_source_start (self->source);
      pt_kvmfr_source_start (self->source);
      go_live (self);
      stop_in_time (self, go_live);
      pt_kvmfr_source_stop (self->source);
    }
  guest_stop (self);
  pt_producer_get_stats (self->frame.producer, &producer);
  g_assert_cmpuint (producer.subscribers, ==, 0);
}


static void
test_stop_waiting (Fixture      *self,
                   gconstpointer data)
{
  g_clear_object (&self->source);
  self->source = pt_kvmfr_source_new ("/nonexistent/memory");
  g_signal_connect (self->source, "notify::state", G_CALLBACK (state_cb), self);
  pt_kvmfr_source_start (self->source);
  go_waiting (self);
  {
    g_autofree char *message = pt_kvmfr_source_dup_message (self->source);

    g_assert_nonnull (strstr (message, "/nonexistent/memory"));
  }
  stop_in_time (self, go_waiting);
  g_assert_null (pt_kvmfr_source_dup_message (self->source));
}


/* The thread is waiting for bytes that never come, or for a lock that is never let go. */
static void
test_stop_stuck (Fixture      *self,
                 gconstpointer data)
{
  gboolean stuck = GPOINTER_TO_INT (data) == PT_FAULT_WRITE_POINTER_STUCK;

  pt_producer_set_fault (self->frame.producer, (PtProducerFault)GPOINTER_TO_INT (data), 1);
  guest_start (self);
  if (stuck)
    g_atomic_int_set (&self->drawing, -1);
  pt_kvmfr_source_start (self->source);
  (stuck ? go_stuck : go_locked) (self);
  stop_in_time (self, stuck ? go_stuck : go_locked);
}


static void
test_dispose_live (Fixture      *self,
                   gconstpointer data)
{
  guest_start (self);
  g_atomic_int_set (&self->drawing, -1);
  pt_kvmfr_source_start (self->source);
  await_count (&self->n_frames, 1);
}


static gpointer
own_context_run (gpointer data)
{
  Fixture *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (PtKvmfrSource) source = NULL;
  guint n = 0;

  g_main_context_push_thread_default (context);
  source = pt_kvmfr_source_new (self->frame.path);
  g_signal_connect_swapped (source, "frame", G_CALLBACK (g_atomic_int_inc), &n);
  pt_kvmfr_source_start (source);
  while (g_atomic_int_get (&n) == 0)
    g_main_context_iteration (context, TRUE);
  pt_kvmfr_source_stop (source);
  g_main_context_pop_thread_default (context);
  return NULL;
}


/* Signals come where the source was made. */
static void
test_own_context (Fixture      *self,
                  gconstpointer data)
{
  guest_start (self);
  g_atomic_int_set (&self->drawing, -1);
  g_thread_join (g_thread_new ("other", own_context_run, self));
}


#define ADD(name, data, func) \
  g_test_add ("/frame/kvmfr-source/" name, Fixture, data, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("live", NULL, test_live);
  ADD ("coalesced", NULL, test_coalesced);
  ADD ("cursor", NULL, test_cursor);
  ADD ("restart", NULL, test_restart);
  ADD ("stalled", NULL, test_stalled);
  ADD ("stop", NULL, test_stop);
  ADD ("stop-waiting", NULL, test_stop_waiting);
  ADD ("stop-stuck/pointer", GINT_TO_POINTER (PT_FAULT_WRITE_POINTER_STUCK), test_stop_stuck);
  ADD ("stop-stuck/lock", GINT_TO_POINTER (PT_FAULT_LOCK_HELD), test_stop_stuck);
  ADD ("dispose-live", NULL, test_dispose_live);
  ADD ("own-context", NULL, test_own_context);
  return g_test_run ();
}
