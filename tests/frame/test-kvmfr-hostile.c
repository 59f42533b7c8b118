/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-kvmfr-hostile"

#include "config.h"

#include <string.h>

#include "frame-fixture.h"
#include "pt-lgmp-layout.h"

/* Each check of the protocol's section 10, broken in turn. The order is always: live, break,
 * refused without harm, mend, live again. */

static const PtSourceStats *
stats (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_stats (fixture->reader);
}


static const char *
message (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_message (fixture->reader);
}


/* A frame header word that cannot be: the frame is refused, the session goes on. */
typedef struct
{
  const char     *name;
  PtProducerFault fault;
  guint32         value;
} HostileFrame;

static const HostileFrame hostile_frames[] = {
  { "type-0", PT_FAULT_TYPE, 0 },
  { "type-7", PT_FAULT_TYPE, 7 },
  { "type-huge", PT_FAULT_TYPE, G_MAXUINT32 },
  { "width-0", PT_FAULT_WIDTH, 0 },
  { "width-16385", PT_FAULT_WIDTH, 16385 },
  { "width-over-pitch", PT_FAULT_WIDTH, 65 },
  { "width-huge", PT_FAULT_WIDTH, G_MAXUINT32 },
  { "height-0", PT_FAULT_HEIGHT, 0 },
  { "height-16385", PT_FAULT_HEIGHT, 16385 },
  { "height-huge", PT_FAULT_HEIGHT, G_MAXUINT32 },
  { "data-width-half", PT_FAULT_DATA_WIDTH, 31 },
  { "data-width-huge", PT_FAULT_DATA_WIDTH, G_MAXUINT32 },
  { "data-width-over-pitch", PT_FAULT_DATA_WIDTH, 65 },
  { "data-height-half", PT_FAULT_DATA_HEIGHT, 23 },
  { "data-height-huge", PT_FAULT_DATA_HEIGHT, 0x80000000 },
  { "pitch-0", PT_FAULT_PITCH, 0 },
  { "pitch-below-row", PT_FAULT_PITCH, 255 },
  { "pitch-over-limit", PT_FAULT_PITCH, 1024 * 1024 + 4 },
  { "pitch-huge", PT_FAULT_PITCH, G_MAXUINT32 },
  { "pitch-times-height", PT_FAULT_PITCH, 512 * 1024 },
  { "offset-0", PT_FAULT_FRAME_OFFSET, 0 },
  { "offset-in-header", PT_FAULT_FRAME_OFFSET, 1080 },
  { "offset-unaligned", PT_FAULT_FRAME_OFFSET, 4093 },
  { "offset-huge", PT_FAULT_FRAME_OFFSET, G_MAXUINT32 - 3 },
  { "entry-offset-0", PT_FAULT_ENTRY_OFFSET, 0 },
  { "entry-offset-in-header", PT_FAULT_ENTRY_OFFSET, PT_LGMP_UDATA },
  { "entry-offset-unaligned", PT_FAULT_ENTRY_OFFSET, 0x10002 },
  { "entry-offset-end", PT_FAULT_ENTRY_OFFSET, FRAME_FIXTURE_SIZE - 4 },
  { "entry-offset-beyond", PT_FAULT_ENTRY_OFFSET, FRAME_FIXTURE_SIZE },
  { "entry-offset-huge", PT_FAULT_ENTRY_OFFSET, G_MAXUINT32 - 3 },
  { "entry-size-0", PT_FAULT_ENTRY_SIZE, 0 },
  { "entry-size-below-header", PT_FAULT_ENTRY_SIZE, 1083 },
  { "entry-size-beyond", PT_FAULT_ENTRY_SIZE, FRAME_FIXTURE_SIZE },
  { "entry-size-huge", PT_FAULT_ENTRY_SIZE, G_MAXUINT32 },
};

static void
test_frame (FrameFixture *fixture,
            gconstpointer data)
{
  const HostileFrame  *hostile = data;
  const PtProducerRect rect = { 1, 1, 2, 2 };

  frame_fixture_go_live (fixture);
  pt_producer_set_fault (fixture->producer, hostile->fault, hostile->value);
  frame_fixture_send (fixture, &rect, 1);
  frame_fixture_await_rejected (fixture, 1);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_LIVE);
  g_assert_cmpuint (stats (fixture)->received, ==, 1);

  /* What the refused one changed is still owed. */
  pt_producer_clear_fault (fixture->producer, hostile->fault);
  frame_fixture_paint (fixture, &(PtProducerRect){ 0, 0, 64, 48 });
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  frame_fixture_assert_picture (fixture);
}


/* Odd, but no reason to refuse the frame: everything is copied. */
static const HostileFrame odd_frames[] = {
  { "damage-65", PT_FAULT_DAMAGE_COUNT, 65 },
  { "damage-huge", PT_FAULT_DAMAGE_COUNT, G_MAXUINT32 },
  { "damage-outside", PT_FAULT_DAMAGE_RECT, 64 },
  { "damage-wraps", PT_FAULT_DAMAGE_RECT, G_MAXUINT32 },
  { "rotation-4", PT_FAULT_ROTATION, 4 },
  { "rotation-huge", PT_FAULT_ROTATION, G_MAXUINT32 },
  { "data-width-0", PT_FAULT_DATA_WIDTH, 0 },
  { "data-height-0", PT_FAULT_DATA_HEIGHT, 0 },
};

static void
test_odd_frame (FrameFixture *fixture,
                gconstpointer data)
{
  const HostileFrame  *odd = data;
  const PtProducerRect rect = { 1, 1, 2, 2 };
  PtFrameView          view = { 0 };

  frame_fixture_go_live (fixture);
  pt_producer_set_fault (fixture->producer, odd->fault, odd->value);
  frame_fixture_paint (fixture, &rect);
  frame_fixture_send (fixture, &rect, 1);
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpuint (stats (fixture)->rejected, ==, 0);
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  g_assert_cmpuint (view.rotation, ==, 0);
  if (odd->fault == PT_FAULT_DAMAGE_COUNT || odd->fault == PT_FAULT_DAMAGE_RECT)
    g_assert_cmpuint (view.n_rects, ==, 0);
  pt_frame_store_release (fixture->store);
  frame_fixture_assert_picture (fixture);
}


static gboolean
has_left (FrameFixture *fixture)
{
  return pt_kvmfr_reader_get_state (fixture->reader) == PT_SOURCE_NO_PRODUCER;
}


/* Frame after frame cannot be read: the session is given up for a while, with the reason. */
static void
test_frames_refused (FrameFixture *fixture,
                     gconstpointer data)
{
  frame_fixture_go_live (fixture);
  pt_producer_set_fault (fixture->producer, PT_FAULT_PITCH, 0);
  for (guint i = 0; i < 40 && !has_left (fixture); i++)
    {
      frame_fixture_send (fixture, NULL, 0);
      frame_fixture_step (fixture);
    }
  g_assert_true (has_left (fixture));
  g_assert_cmpstr (message (fixture), ==, "frame header: pitch is 0");
  pt_producer_clear_fault (fixture->producer, PT_FAULT_PITCH);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 2);
  g_assert_null (message (fixture));
}


/* A queue's word that cannot be. @offset is in the queue block; both before we come and while we
 * are there. */
typedef struct
{
  const char *name;
  guint       offset;
  guint32     value;
} HostileQueue;

static const HostileQueue hostile_queues[] = {
  { "num-messages-0", PT_LGMP_QUEUE_NUM_MESSAGES, 0 },
  { "num-messages-1", PT_LGMP_QUEUE_NUM_MESSAGES, 1 },
  { "num-messages-65", PT_LGMP_QUEUE_NUM_MESSAGES, 65 },
  { "num-messages-huge", PT_LGMP_QUEUE_NUM_MESSAGES, 0x80000000 },
  { "messages-offset-0", PT_LGMP_QUEUE_MESSAGES, 0 },
  { "messages-offset-in-header", PT_LGMP_QUEUE_MESSAGES, 5756 },
  { "messages-offset-unaligned", PT_LGMP_QUEUE_MESSAGES, 8193 },
  { "messages-offset-end", PT_LGMP_QUEUE_MESSAGES, FRAME_FIXTURE_SIZE - 16 },
  { "messages-offset-huge", PT_LGMP_QUEUE_MESSAGES, G_MAXUINT32 - 3 },
  { "position-beyond", PT_LGMP_QUEUE_POSITION, 21 },
  { "position-huge", PT_LGMP_QUEUE_POSITION, G_MAXUINT32 },
};

static void
hostile_queue_run (FrameFixture       *fixture,
                   const HostileQueue *hostile,
                   guint               queue)
{
  gsize   at = PT_LGMP_QUEUES + queue * PT_LGMP_QUEUE_SIZE + hostile->offset;
  guint32 good = FRAME_WORD (fixture, at);

  FRAME_WORD (fixture, at) = hostile->value;
  for (guint i = 0; i < 200 && message (fixture) == NULL; i++)
    frame_fixture_step (fixture);
  g_assert_cmpstr (message (fixture), ==, "a queue's numbers cannot be");
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_NO_PRODUCER);
  FRAME_WORD (fixture, at) = good;
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  frame_fixture_send (fixture, NULL, 0);
  frame_fixture_await_received (fixture, 1);
  frame_fixture_assert_picture (fixture);
}


static void
test_queue (FrameFixture *fixture,
            gconstpointer data)
{
  hostile_queue_run (fixture, data, 0);
}


static void
test_pointer_queue (FrameFixture *fixture,
                    gconstpointer data)
{
  hostile_queue_run (fixture, data, 1);
}


/* The numbers we bound everything with are ours: changing them later changes nothing. */
static void
test_latched (FrameFixture *fixture,
              gconstpointer data)
{
  gsize   n_messages = PT_LGMP_QUEUES + PT_LGMP_QUEUE_NUM_MESSAGES;
  gsize   messages = PT_LGMP_QUEUES + PT_LGMP_QUEUE_MESSAGES;
  guint32 good[2] = { 0 };

  frame_fixture_go_live (fixture);
  good[0] = FRAME_WORD (fixture, n_messages);
  good[1] = FRAME_WORD (fixture, messages);
  frame_fixture_send (fixture, NULL, 0);
  FRAME_WORD (fixture, n_messages) = 0;
  FRAME_WORD (fixture, messages) = G_MAXUINT32 - 3;
  frame_fixture_step (fixture);
  FRAME_WORD (fixture, n_messages) = good[0];
  FRAME_WORD (fixture, messages) = good[1];
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_LIVE);
}


static void
test_position_live (FrameFixture *fixture,
                    gconstpointer data)
{
  gsize   at = PT_LGMP_QUEUES + PT_LGMP_QUEUE_POSITION;
  guint32 good = 0;

  frame_fixture_go_live (fixture);
  good = FRAME_WORD (fixture, at);
  FRAME_WORD (fixture, at) = 3;
  frame_fixture_await_state (fixture, PT_SOURCE_NO_PRODUCER);
  FRAME_WORD (fixture, at) = good;
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
}


/* Nothing to hand back, says the queue: it is corrupt. */
static void
test_count_underflow (FrameFixture *fixture,
                      gconstpointer data)
{
  frame_fixture_go_live (fixture);
  frame_fixture_send (fixture, NULL, 0);
  FRAME_WORD (fixture, PT_LGMP_QUEUES + PT_LGMP_QUEUE_COUNT) = 0;
  frame_fixture_await_state (fixture, PT_SOURCE_NO_PRODUCER);
  g_assert_cmpuint (FRAME_WORD (fixture, PT_LGMP_QUEUES + PT_LGMP_QUEUE_COUNT), ==, 0);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
}


static void
test_num_queues (FrameFixture *fixture,
                 gconstpointer data)
{
  pt_producer_set_fault (fixture->producer, PT_FAULT_NUM_QUEUES, 0);
  for (guint i = 0; i < 100; i++)
    frame_fixture_step (fixture);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_NO_PRODUCER);
  pt_producer_set_fault (fixture->producer, PT_FAULT_NUM_QUEUES, G_MAXUINT32);
  frame_fixture_go_live (fixture);
  frame_fixture_assert_picture (fixture);
}


/* No queue of that name among all that could be: nothing outside the header is looked at. */
static void
test_queue_ids (FrameFixture *fixture,
                gconstpointer data)
{
  pt_producer_set_fault (fixture->producer, PT_FAULT_NUM_QUEUES, G_MAXUINT32);
  for (guint i = 0; i < PT_LGMP_MAX_QUEUES; i++)
    FRAME_WORD (fixture, PT_LGMP_QUEUES + i * PT_LGMP_QUEUE_SIZE) = 77;
  for (guint i = 0; i < 100; i++)
    frame_fixture_step (fixture);
  g_assert_cmpuint (stats (fixture)->sessions, ==, 0);
  for (guint i = 0; i < PT_LGMP_MAX_QUEUES; i++)
    FRAME_WORD (fixture, PT_LGMP_QUEUES + i * PT_LGMP_QUEUE_SIZE) = PT_KVMFR_QUEUE_FRAME;
  frame_fixture_go_live (fixture);
}


static void
test_udata_size (FrameFixture *fixture,
                 gconstpointer data)
{
  static const guint32 sizes[] = { 0, 47, 64 * 1024 + 1, FRAME_FIXTURE_SIZE, G_MAXUINT32 };
  guint32              good = FRAME_WORD (fixture, PT_LGMP_UDATA_SIZE);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      pt_producer_set_fault (fixture->producer, PT_FAULT_UDATA_SIZE, sizes[i]);
      for (guint j = 0; j < 60; j++)
        frame_fixture_step (fixture);
      g_assert_cmpuint (stats (fixture)->sessions, ==, 0);
    }
  pt_producer_set_fault (fixture->producer, PT_FAULT_UDATA_SIZE, good);
  frame_fixture_go_live (fixture);
}


static void
test_wrong_version (FrameFixture *fixture,
                    gconstpointer data)
{
  pt_producer_set_fault (fixture->producer, PT_FAULT_LGMP_VERSION, 99);
  frame_fixture_await_state (fixture, PT_SOURCE_WRONG_VERSION);
  g_assert_cmpstr (message (fixture), ==, "LGMP 99 / KVMFR unknown");
  pt_producer_set_fault (fixture->producer, PT_FAULT_LGMP_VERSION, 6);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
  pt_producer_restart (fixture->producer);
  pt_producer_set_fault (fixture->producer, PT_FAULT_KVMFR_VERSION, 34);
  frame_fixture_await_state (fixture, PT_SOURCE_WRONG_VERSION);
  g_assert_true (g_str_has_prefix (message (fixture), "LGMP 6 / KVMFR 34"));
  pt_producer_set_fault (fixture->producer, PT_FAULT_HEARTBEAT_STOPPED, 1);
  frame_fixture_await_state (fixture, PT_SOURCE_NO_PRODUCER);
  pt_producer_restart (fixture->producer);
  frame_fixture_await_state (fixture, PT_SOURCE_LIVE);
}


/* The newer layouts keep their numbers elsewhere; we can say at least what the guest runs. */
static void
test_newer_family (FrameFixture *fixture,
                   gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  g_clear_pointer (&fixture->producer, pt_producer_free);
  memset (fixture->memory, 0, 16384);
  FRAME_WORD (fixture, 9664) = PT_LGMP_MAGIC;
  FRAME_WORD (fixture, 9668) = 12;
  FRAME_WORD (fixture, 9680) = 48;
  memcpy (fixture->memory + 9684, "KVMFR---", 8);
  FRAME_WORD (fixture, 9692) = 34;
  memcpy (fixture->memory + 9696, "B8-rc\001", 6);
  while (pt_kvmfr_reader_get_state (fixture->reader) != PT_SOURCE_WRONG_VERSION)
    {
      FRAME_WORD (fixture, 0)
      ++;
      frame_fixture_step (fixture);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  g_assert_cmpstr (message (fixture), ==, "LGMP 12 / KVMFR 34 (B8-rc?)");
}


/* What an earlier run of the guest left behind is not a producer. */
static void
test_stale_magic (FrameFixture *fixture,
                  gconstpointer data)
{
  pt_producer_set_fault (fixture->producer, PT_FAULT_HEARTBEAT_STOPPED, 1);
  for (guint i = 0; i < 100; i++)
    frame_fixture_step (fixture);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_NO_PRODUCER);
  g_assert_cmpuint (stats (fixture)->sessions, ==, 0);
}


/* A session id that changes all the time: a connect every quarter of a second at most. */
static void
test_session_storm (FrameFixture *fixture,
                    gconstpointer data)
{
  gint64 started = 0;

  frame_fixture_go_live (fixture);
  started = fixture->now;
  while (fixture->now - started < 3 * G_USEC_PER_SEC)
    {
      pt_producer_set_fault (fixture->producer, PT_FAULT_SESSION_CHANGED, 0);
      frame_fixture_step (fixture);
    }
  g_assert_cmpuint (stats (fixture)->sessions, <=, 14);
}


static void
test_lock_held (FrameFixture *fixture,
                gconstpointer data)
{
  gint64 started = 0;
  gint64 shortest = G_MAXINT64;

  pt_producer_set_fault (fixture->producer, PT_FAULT_LOCK_HELD, 1);
  started = g_get_monotonic_time ();
  for (guint i = 0; i < 200 && message (fixture) == NULL; i++)
    frame_fixture_step (fixture);
  g_assert_cmpstr (message (fixture), ==, "a queue stays locked");
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);

  /* Acknowledging goes on without it, leaving gives up; a busy computer may try again. */
  for (guint i = 0; i < 5 && shortest >= 100 * 1000; i++)
    {
      if (fixture->reader == NULL)
        fixture->reader = pt_kvmfr_reader_new (fixture->path, fixture->store, &fixture->limits);
      pt_producer_clear_fault (fixture->producer, PT_FAULT_LOCK_HELD);
      frame_fixture_go_live (fixture);
      pt_producer_set_fault (fixture->producer, PT_FAULT_LOCK_HELD, 1);
      frame_fixture_step (fixture);
      started = g_get_monotonic_time ();
      g_clear_pointer (&fixture->reader, pt_kvmfr_reader_free);
      shortest = MIN (shortest, g_get_monotonic_time () - started);
    }
  g_assert_cmpint (shortest, <, 100 * 1000);
}


static void
test_full (FrameFixture *fixture,
           gconstpointer data)
{
  gsize  block = PT_LGMP_QUEUES;
  guint8 before[1144] = { 0 };

  memcpy (before, fixture->memory + block, sizeof before);
  pt_producer_set_fault (fixture->producer, PT_FAULT_DEAF, 1);
  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS + 4) = G_MAXUINT32;
  for (guint i = 0; i < 200 && message (fixture) == NULL; i++)
    frame_fixture_step (fixture);
  g_assert_cmpstr (message (fixture), ==, "too many viewers");
  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS + 4) = 0;
  pt_producer_clear_fault (fixture->producer, PT_FAULT_DEAF);
  frame_fixture_go_live (fixture);
}


/* Without a place for the pointer there is a picture all the same. */
static void
test_full_pointer (FrameFixture *fixture,
                   gconstpointer data)
{
  gsize block = PT_LGMP_QUEUES;

  if (FRAME_WORD (fixture, block + PT_LGMP_QUEUE_ID) != PT_KVMFR_QUEUE_POINTER)
    block += PT_LGMP_QUEUE_SIZE;
  g_assert_cmpuint (FRAME_WORD (fixture, block + PT_LGMP_QUEUE_ID), ==, PT_KVMFR_QUEUE_POINTER);
  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS + 4) = G_MAXUINT32;
  frame_fixture_go_live (fixture);
  for (guint i = 0; i < 100; i++)
    frame_fixture_step (fixture);
  g_assert_cmpint (pt_kvmfr_reader_get_state (fixture->reader), ==, PT_SOURCE_LIVE);
  g_assert_null (message (fixture));
  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS + 4) = 0;
}


/* Places of viewers that were timed out long ago are free again. */
static void
test_reclaim (FrameFixture *fixture,
              gconstpointer data)
{
  gsize block = PT_LGMP_QUEUES;

  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS + 4) = G_MAXUINT32;
  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS) = G_MAXUINT32;
  FRAME_WORD (fixture, block + PT_LGMP_QUEUE_CLIENT_IDS) = 4711;
  frame_fixture_go_live (fixture);
  g_assert_cmphex (FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS + 4), ==, 1);
  g_assert_cmphex (FRAME_WORD (fixture, block + PT_LGMP_QUEUE_SUBS), ==, 0);
  g_assert_cmpuint (FRAME_WORD (fixture, block + PT_LGMP_QUEUE_CLIENT_IDS), !=, 4711);
}


/* The guest writes only half: that much is shown, in time, and the next one is copied whole. */
static void
test_pointer_stuck (FrameFixture *fixture,
                    gconstpointer data)
{
  PtFrameView          view = { 0 };
  const PtProducerRect rect = { 0, 0, 64, 48 };
  const PtProducerRect small = { 0, 0, 1, 1 };
  PtProducerFault      fault = (PtProducerFault)GPOINTER_TO_INT (data);
  gint64               started = 0;

  frame_fixture_go_live (fixture);
  pt_producer_set_fault (fixture->producer, fault, 24 * 256);
  frame_fixture_paint (fixture, &rect);
  frame_fixture_send (fixture, NULL, 0);
  started = g_get_monotonic_time ();
  frame_fixture_await_received (fixture, 2);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 2 * G_USEC_PER_SEC);
  /* Taken, so that the next picture is written over this one. */
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  pt_frame_store_release (fixture->store);
  pt_producer_clear_fault (fixture->producer, fault);
  frame_fixture_send (fixture, &small, 1);
  frame_fixture_await_received (fixture, 3);
  frame_fixture_assert_picture (fixture);
}


typedef struct
{
  FrameFixture *fixture;
  guint8       *target;
} Writer;

/* What is not told to be there is not there yet. */
static gpointer
write_slowly (gpointer data)
{
  Writer *self = data;

  for (gsize row = 0; row < 48; row += 4)
    {
      g_usleep (500);
      memcpy (self->target + row * 256, self->fixture->pixels + row * 256, 4 * 256);
      pt_producer_advance (self->fixture->producer, (row + 4) * 256);
    }
  pt_producer_finish (self->fixture->producer);
  return NULL;
}


/* Rows are taken as they come, but never before. */
static void
test_pointer_slow (FrameFixture *fixture,
                   gconstpointer data)
{
  Writer   writer = { fixture, NULL };
  GThread *thread = NULL;
  gint64   wait = 0;

  g_clear_pointer (&fixture->reader, pt_kvmfr_reader_free);
  fixture->limits.pointer_wait = 10 * G_USEC_PER_SEC;
  fixture->reader = pt_kvmfr_reader_new (fixture->path, fixture->store, &fixture->limits);
  frame_fixture_go_live (fixture);
  frame_fixture_paint (fixture, &(PtProducerRect){ 0, 0, 64, 48 });
  writer.target = pt_producer_begin (fixture->producer, &fixture->format, NULL, 0);
  g_assert_nonnull (writer.target);
  memset (writer.target, 0xa5, 256 * 48);
  thread = g_thread_new ("writer", write_slowly, &writer);
  pt_kvmfr_reader_step (fixture->reader, fixture->now, &wait);
  g_thread_join (thread);
  g_assert_cmpuint (stats (fixture)->received, ==, 2);
  frame_fixture_assert_picture (fixture);
}


typedef struct
{
  FrameFixture *fixture;
  gboolean      kick; /* else another serial */
} Meddler;

/* The guest takes the region back while it is being read. */
static gpointer
meddle (gpointer data)
{
  Meddler *self = data;
  gsize    entry = FRAME_WORD (self->fixture, PT_LGMP_QUEUES + PT_LGMP_QUEUE_MESSAGES);
  gsize    start = FRAME_WORD (self->fixture, PT_LGMP_QUEUES + PT_LGMP_QUEUE_START);
  gsize    payload = FRAME_WORD (self->fixture, entry + 16 * start + PT_LGMP_MESSAGE_OFFSET);

  g_usleep (30000);
  pt_producer_advance (self->fixture->producer, 24 * 256);
  if (self->kick)
    pt_producer_set_fault (self->fixture->producer, PT_FAULT_BAD_FORCED, 1);
  else
    FRAME_WORD (self->fixture, payload + 4) += 1;
  pt_producer_finish (self->fixture->producer);
  return NULL;
}


/* What was read then is not shown, and everything is read again. */
static void
test_meanwhile (FrameFixture *fixture,
                gconstpointer data)
{
  Meddler     meddler = { fixture, GPOINTER_TO_INT (data) };
  PtFrameView view = { 0 };
  guint64     before = 0;
  GThread    *thread = NULL;
  gint64      wait = 0;

  g_clear_pointer (&fixture->reader, pt_kvmfr_reader_free);
  fixture->limits.pointer_wait = 10 * G_USEC_PER_SEC;
  fixture->reader = pt_kvmfr_reader_new (fixture->path, fixture->store, &fixture->limits);
  frame_fixture_go_live (fixture);
  before = stats (fixture)->received;
  /* Where the meddler was done before the reading began, it was no "meanwhile". */
  for (guint i = 0; i == 0 || (i < 10 && stats (fixture)->received > before); i++)
    {
      before = stats (fixture)->received;
      if (pt_frame_store_acquire (fixture->store, FALSE, &view))
        pt_frame_store_release (fixture->store);
      frame_fixture_paint (fixture, &(PtProducerRect){ 0, 0, 64, 48 });
      g_assert_nonnull (pt_producer_begin (fixture->producer, &fixture->format, NULL, 0));
      thread = g_thread_new ("meddler", meddle, &meddler);
      pt_kvmfr_reader_step (fixture->reader, fixture->now, &wait);
      g_thread_join (thread);
    }
  g_assert_cmpuint (stats (fixture)->received, ==, before);
  g_assert_false (pt_frame_store_acquire (fixture->store, FALSE, &view));
  frame_fixture_send (fixture, &(PtProducerRect){ 0, 0, 64, 48 }, 1);
  frame_fixture_await_received (fixture, before + 1);
  g_assert_true (pt_frame_store_acquire (fixture->store, FALSE, &view));
  g_assert_cmpuint (view.n_rects, ==, 0);
  pt_frame_store_release (fixture->store);
  frame_fixture_assert_picture (fixture);
}


static void
hostile_add (const char   *name,
             gconstpointer data,
             void (*func) (FrameFixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/frame/kvmfr-hostile/%s", name);

  g_test_add (path, FrameFixture, data, frame_fixture_set_up, func, frame_fixture_tear_down);
}


static void
hostile_add_tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_frames); i++)
    hostile_add (hostile_frames[i].name, &hostile_frames[i], test_frame);
  for (guint i = 0; i < G_N_ELEMENTS (odd_frames); i++)
    hostile_add (odd_frames[i].name, &odd_frames[i], test_odd_frame);
  for (guint i = 0; i < G_N_ELEMENTS (hostile_queues); i++)
    {
      g_autofree char *frame = g_strdup_printf ("frame-queue/%s", hostile_queues[i].name);
      g_autofree char *pointer = g_strdup_printf ("pointer-queue/%s", hostile_queues[i].name);

      hostile_add (frame, &hostile_queues[i], test_queue);
      hostile_add (pointer, &hostile_queues[i], test_pointer_queue);
    }
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  hostile_add_tables ();
  hostile_add ("frames-refused", NULL, test_frames_refused);
  hostile_add ("latched", NULL, test_latched);
  hostile_add ("position-live", NULL, test_position_live);
  hostile_add ("count-underflow", NULL, test_count_underflow);
  hostile_add ("num-queues", NULL, test_num_queues);
  hostile_add ("queue-ids", NULL, test_queue_ids);
  hostile_add ("udata-size", NULL, test_udata_size);
  hostile_add ("wrong-version", NULL, test_wrong_version);
  hostile_add ("newer-family", NULL, test_newer_family);
  hostile_add ("stale-magic", NULL, test_stale_magic);
  hostile_add ("session-storm", NULL, test_session_storm);
  hostile_add ("lock-held", NULL, test_lock_held);
  hostile_add ("full", NULL, test_full);
  hostile_add ("full-pointer", NULL, test_full_pointer);
  hostile_add ("reclaim", NULL, test_reclaim);
  hostile_add ("pointer-stuck", GINT_TO_POINTER (PT_FAULT_WRITE_POINTER_STUCK),
               test_pointer_stuck);
  hostile_add ("pointer-back", GINT_TO_POINTER (PT_FAULT_WRITE_POINTER_BACK),
               test_pointer_stuck);
  hostile_add ("pointer-slow", NULL, test_pointer_slow);
  hostile_add ("serial-meanwhile", GINT_TO_POINTER (FALSE), test_meanwhile);
  hostile_add ("timed-out-meanwhile", GINT_TO_POINTER (TRUE), test_meanwhile);
  return g_test_run ();
}
