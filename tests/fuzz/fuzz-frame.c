/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-frame"

#include "config.h"

#include "fuzz-frame.h"

#include <string.h>

#include "pt-kvmfr-reader.h"
#include "pt-lgmp-layout.h"
#include "pt-producer.h"

/* On the heap, so that the address sanitizer sees every step outside. */
#define FUZZ_SIZE (1024 * 1024)
#define FUZZ_HEAD 8192 /* headers and rings; restored after every case */
#define FUZZ_WORDS 4096
#define FUZZ_MAX_OPS 200
#define FUZZ_QUEUE(n) (PT_LGMP_QUEUES + (n)*PT_LGMP_QUEUE_SIZE)

typedef struct
{
  guint8  *memory;
  guint8  *pristine;
  guint32  words[FUZZ_WORDS]; /* offsets a guest would aim at */
  guint    n_words;
  guint32  frames[3]; /* payload offsets */
  gboolean restore_all;
  guint32  dirty[FUZZ_MAX_OPS * 5];
  guint    n_dirty;
} FuzzTemplate;

/* The rest of the case's bytes; zeroes behind their end. */
typedef struct
{
  const guint8 *data;
  gsize         size;
} FuzzInput;

typedef struct
{
  PtFrameStore  *store;
  PtKvmfrReader *reader;
  gint64         now;
  gboolean       silent; /* no heartbeat */
} FuzzCase;

static FuzzTemplate template;

/* Reading the picture's corners must not be optimized away. */
static volatile guint8 fuzz_sink;

static const guint32 fuzz_values[] = {
  0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 19, 20, 21, 24, 31, 32, 48, 63, 64, 65, 127, 128, 255, 256,
  257, 511, 512, 513, 1023, 1024, 1025, 1076, 1083, 1084, 4095, 4096, 5756, 5760, 5976, 0x7fff,
  0x8000, 0xffff, 0x10000, 16383, 16384, 16385, FUZZ_SIZE / 2, FUZZ_SIZE - 4096, FUZZ_SIZE - 24,
  FUZZ_SIZE - 16, FUZZ_SIZE - 4, FUZZ_SIZE - 1, FUZZ_SIZE, FUZZ_SIZE + 1, FUZZ_SIZE + 4,
  0x7fffffff, 0x80000000, 0x80000001, 0xffff0000, 0xfffffffc, 0xfffffffe, 0xffffffff
};

static const struct
{
  guint32 type, width, height, data_width, data_height, pitch;
} fuzz_formats[] = {
  { 1, 64, 48, 64, 48, 256 },
  { 1, 61, 47, 61, 47, 256 },
  { 2, 32, 100, 32, 100, 128 },
  { 3, 16, 16, 16, 16, 64 },
  { 4, 16, 30, 16, 30, 128 },
  { 5, 60, 20, 64, 20, 256 },
  { 5, 61, 21, 0, 0, 256 },
  { 6, 33, 9, 33, 9, 99 },
  { 1, 1, 16384, 1, 16384, 4 },
  { 1, 16384, 3, 16384, 3, 65536 },
  { 6, 16384, 5, 16384, 5, 49152 },
  { 1, 64, 4000, 64, 4000, 256 },
};

static guint32 *
fuzz_word (guint32 offset)
{
  return (guint32 *)(gpointer)(template.memory + offset);
}


static guint32
fuzz_load (guint32 offset)
{
  return __atomic_load_n (fuzz_word (offset), __ATOMIC_RELAXED);
}


static void
fuzz_add_words (guint32 offset,
                guint   n)
{
  for (guint i = 0; i < n && template.n_words < FUZZ_WORDS; i++)
    template.words[template.n_words++] = offset + 4 * i;
}


static PtKvmfrReader *
fuzz_reader_new (PtFrameStore         *store,
                 const PtReaderLimits *limits)
{
  PtSharedMemory *memory = pt_shared_memory_new_for_data (template.memory, FUZZ_SIZE);

  return pt_kvmfr_reader_new_for_memory (memory, store, limits);
}


/* A producer writes each of its messages once, for a reader that leaves nothing but the words
 * behind. */
static void
fuzz_template_play (PtProducer *producer)
{
  static guint8          pixels[256 * 64];
  const PtProducerFormat format = { .type = 1, .width = 64, .height = 48, .pitch = 256 };
  const PtProducerRect   rects[3] = { { 1, 2, 3, 4 }, { 10, 10, 20, 20 }, { 0, 47, 64, 1 } };
  PtProducerCursor       cursor = { .width = 32, .height = 32, .pitch = 128, .pixels = pixels };
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  PtReaderLimits limits = pt_reader_default_limits;
  g_autoptr (PtKvmfrReader) reader = fuzz_reader_new (store, &limits);
  gint64 now = 1;
  gint64 wait = 0;

  for (guint i = 0; i < sizeof pixels; i++)
    pixels[i] = (guint8)(i * 7);
  for (guint i = 0; i < 200; i++, now += 20000)
    {
      g_usleep (200);
      pt_producer_tick (producer);
      pt_kvmfr_reader_step (reader, now, &wait);
      cursor.type = i % 3;
      cursor.pitch = cursor.type == PT_PRODUCER_CURSOR_MONO ? 4 : 128;
      pt_producer_send (producer, &format, pixels, rects, i % 4);
      if (i % 2 == 0)
        pt_producer_set_cursor (producer, &cursor);
      else
        pt_producer_move_cursor (producer, (int)i, -5, true);
    }
}


/* Offsets come from the words themselves: every ring entry was used by now. */
static void
fuzz_template_find_words (void)
{
  fuzz_add_words (0, 8);
  fuzz_add_words (PT_LGMP_UDATA_SIZE, 4);
  for (guint q = 0; q < 2; q++)
    {
      guint32  ring = fuzz_load (FUZZ_QUEUE (q) + PT_LGMP_QUEUE_MESSAGES);
      guint32  n = fuzz_load (FUZZ_QUEUE (q) + PT_LGMP_QUEUE_NUM_MESSAGES);
      gboolean is_frame = fuzz_load (FUZZ_QUEUE (q)) == PT_KVMFR_QUEUE_FRAME;

      fuzz_add_words (FUZZ_QUEUE (q), 8);
      fuzz_add_words (FUZZ_QUEUE (q) + PT_LGMP_QUEUE_CLIENT_IDS, 3);
      fuzz_add_words (FUZZ_QUEUE (q) + PT_LGMP_QUEUE_LOCK, 10);
      fuzz_add_words (ring, 4 * n);
      for (guint32 i = 0; i < n; i++)
        {
          guint32 payload = fuzz_load (ring + 16 * i + PT_LGMP_MESSAGE_OFFSET);

          g_assert_cmpuint (payload, >, FUZZ_HEAD / 2);
          g_assert_cmpuint (payload, <, FUZZ_SIZE);
          if (is_frame)
            template.frames[i % 3] = payload;
          fuzz_add_words (payload, is_frame ? 30 : 6);
          if (is_frame)
            {
              fuzz_add_words (payload + 1076, 2);
              fuzz_add_words (payload + fuzz_load (payload + 48), 1);
            }
        }
    }
}


static void
fuzz_template_init (void)
{
  static gsize initialized = 0;
  PtProducer  *producer = NULL;

  if (!g_once_init_enter (&initialized))
    return;
  template.memory = g_malloc0 (FUZZ_SIZE);
  producer = pt_producer_new (template.memory, FUZZ_SIZE);
  g_assert_nonnull (producer);
  fuzz_template_play (producer);
  pt_producer_free (producer);
  template.pristine = g_memdup2 (template.memory, FUZZ_SIZE);
  fuzz_template_find_words ();
  g_once_init_leave (&initialized, 1);
}


static void
fuzz_restore (void)
{
  if (template.restore_all)
    memcpy (template.memory, template.pristine, FUZZ_SIZE);
  else
    memcpy (template.memory, template.pristine, FUZZ_HEAD);
  for (guint i = 0; i < template.n_dirty && !template.restore_all; i++)
    memcpy (template.memory + template.dirty[i], template.pristine + template.dirty[i], 4);
  template.n_dirty = 0;
  template.restore_all = FALSE;
}


/* The reader itself writes into rings, wherever the guest says they are. */
static void
fuzz_store (guint32 offset,
            guint32 value)
{
  __atomic_store_n (fuzz_word (offset), value, __ATOMIC_RELAXED);
  if (template.n_dirty < G_N_ELEMENTS (template.dirty))
    template.dirty[template.n_dirty++] = offset;
  else
    template.restore_all = TRUE;
  for (guint q = 0; q < PT_LGMP_MAX_QUEUES; q++)
    if (offset == FUZZ_QUEUE (q) + PT_LGMP_QUEUE_MESSAGES)
      template.restore_all = TRUE;
  if (offset == PT_LGMP_UDATA_SIZE)
    template.restore_all = TRUE;
}


static guint32
fuzz_input_take (FuzzInput *input,
                 guint      n)
{
  guint32 value = 0;

  for (guint i = 0; i < n; i++)
    {
      value = value << 8 | (input->size > 0 ? *input->data : 0);
      input->data += input->size > 0;
      input->size -= input->size > 0;
    }
  return value;
}


static guint32
fuzz_input_take_value (FuzzInput *input,
                       guint32    old)
{
  guint32 kind = fuzz_input_take (input, 1);

  if (kind < 160)
    return fuzz_values[kind % G_N_ELEMENTS (fuzz_values)];
  if (kind < 190)
    return old + kind - 175;
  if (kind < 210)
    return old ^ 1u << (kind % 32);
  return fuzz_input_take (input, 4);
}


static void
fuzz_assert_view (const PtFrameView *view)
{
  gsize texel = view->pixels == PT_PIXELS_RGBA16F ? 8 : 4;

  g_assert_cmpuint (view->width, >=, 1);
  g_assert_cmpuint (view->height, >=, 1);
  g_assert_cmpuint (view->width, <=, 16384);
  g_assert_cmpuint (view->height, <=, 16384);
  g_assert_cmpuint (view->pitch, >=, view->width * texel);
  g_assert_cmpuint (view->rotation, <=, 3);
  g_assert_cmpuint (view->n_rects, <=, PT_FRAME_MAX_RECTS);
  for (guint i = 0; i < view->n_rects; i++)
    {
      const PtRect *rect = &view->rects[i];

      g_assert_true (rect->width > 0 && rect->height > 0);
      g_assert_true ((guint64)rect->x + rect->width <= view->width);
      g_assert_true ((guint64)rect->y + rect->height <= view->height);
    }
  fuzz_sink ^= view->data[0];
  fuzz_sink ^= view->data[(view->height - 1) * view->pitch + view->width * texel - 1];
}


static void
fuzz_case_check (FuzzCase *self)
{
  PtFrameView     view = { 0 };
  const PtCursor *cursor = pt_kvmfr_reader_get_cursor (self->reader);
  gsize           size = (gsize)cursor->width * cursor->height * 4;

  if (pt_frame_store_acquire (self->store, self->now % 3 == 0, &view))
    {
      fuzz_assert_view (&view);
      pt_frame_store_release (self->store);
    }
  if (cursor->shape != NULL)
    g_assert_cmpuint (g_bytes_get_size (cursor->shape), ==, size);
}


static void
fuzz_case_step (FuzzCase *self,
                gint64    leap)
{
  gint64 wait = 0;

  if (!self->silent)
    __atomic_add_fetch (fuzz_word (PT_LGMP_TIMESTAMP), 10, __ATOMIC_RELAXED);
  self->now += leap;
  pt_kvmfr_reader_step (self->reader, self->now, &wait);
  g_assert_cmpint (wait, >=, 0);
  g_assert_cmpint (wait, <=, 10 * G_USEC_PER_SEC);
}


/* What a producer does to post the next message, whatever state its words are in. */
static void
fuzz_case_post (guint queue)
{
  guint32 block = FUZZ_QUEUE (queue);
  guint32 position = fuzz_load (block + PT_LGMP_QUEUE_POSITION);
  guint32 n_messages = fuzz_load (block + PT_LGMP_QUEUE_NUM_MESSAGES);
  guint32 n = MAX (1, n_messages);
  guint64 ring = fuzz_load (block + PT_LGMP_QUEUE_MESSAGES);
  guint64 entry = ring + 16 * (guint64)(position % n);

  if (entry % 4 == 0 && entry + 16 <= FUZZ_SIZE)
    {
      guint32 payload = fuzz_load ((guint32)entry + PT_LGMP_MESSAGE_OFFSET);

      fuzz_store ((guint32)entry + PT_LGMP_MESSAGE_PENDING, G_MAXUINT32);
      if (payload % 4 == 0 && payload <= FUZZ_SIZE - 8 && fuzz_load (block) == PT_KVMFR_QUEUE_FRAME)
        fuzz_store (payload + 4, fuzz_load (template.frames[0] + 4) + 1);
    }
  fuzz_store (block + PT_LGMP_QUEUE_COUNT, fuzz_load (block + PT_LGMP_QUEUE_COUNT) + 1);
  fuzz_store (block + PT_LGMP_QUEUE_POSITION, (position + 1) % n);
}


static void
fuzz_case_set_format (FuzzInput *input)
{
  guint   format = fuzz_input_take (input, 1) % G_N_ELEMENTS (fuzz_formats);
  guint32 frame = template.frames[fuzz_input_take (input, 1) % 3];

  fuzz_store (frame + 8, fuzz_formats[format].type);
  fuzz_store (frame + 20, fuzz_formats[format].data_width);
  fuzz_store (frame + 24, fuzz_formats[format].data_height);
  fuzz_store (frame + 28, fuzz_formats[format].width);
  fuzz_store (frame + 32, fuzz_formats[format].height);
  fuzz_store (frame + 44, fuzz_formats[format].pitch);
}


static void
fuzz_case_set_rect (FuzzInput *input)
{
  guint32 frame = template.frames[fuzz_input_take (input, 1) % 3];
  guint32 rect = fuzz_input_take (input, 1) % 70;

  fuzz_store (frame + 52, fuzz_input_take (input, 1) % 68);
  for (guint i = 0; i < 4; i++)
    fuzz_store (frame + 56 + 16 * (rect % 64) + 4 * i, fuzz_input_take_value (input, i));
}


static void
fuzz_case_do (FuzzCase  *self,
              FuzzInput *input)
{
  guint32 offset = 0;

  switch (fuzz_input_take (input, 1) % 16)
    {
    case 0:
    case 1:
    case 2:
    case 3:
      offset = template.words[fuzz_input_take (input, 2) % template.n_words];
      fuzz_store (offset, fuzz_input_take_value (input, fuzz_load (offset)));
      break;
    case 4:
      offset = fuzz_input_take (input, 3) % (FUZZ_SIZE / 4) * 4;
      fuzz_store (offset, fuzz_input_take_value (input, fuzz_load (offset)));
      break;
    case 5: fuzz_case_set_rect (input); break;
    case 6: fuzz_case_set_format (input); break;
    case 7:
    case 8:
    case 9: fuzz_case_post (0); break;
    case 10: fuzz_case_post (1); break;
    case 11: self->silent = fuzz_input_take (input, 1) % 4 == 0; break;
    case 12: fuzz_case_step (self, (gint64)fuzz_input_take (input, 1) * 10000); break;
    case 13: fuzz_case_check (self); break;
    default: fuzz_case_step (self, 1000); break;
    }
}


static void
fuzz_case_start (FuzzCase *self,
                 gint64    pointer_wait)
{
  PtReaderLimits limits = pt_reader_default_limits;

  limits.lock_wait = 0;
  limits.pointer_wait = pointer_wait;
  self->now = 1;
  self->store = pt_frame_store_new ();
  self->reader = fuzz_reader_new (self->store, &limits);
}


static void
fuzz_case_end (FuzzCase *self)
{
  pt_kvmfr_reader_free (self->reader);
  pt_frame_store_unref (self->store);
}


/* Half of the cases begin with a reader that is live and has a picture. */
void
fuzz_frame_run (const guint8 *data,
                gsize         size)
{
  FuzzInput input = { data, size };
  FuzzCase  self = { 0 };

  fuzz_template_init ();
  fuzz_case_start (&self, 0);
  if (fuzz_input_take (&input, 1) % 4 != 0)
    {
      for (guint i = 0; i < 4; i++)
        fuzz_case_step (&self, 260000);
      g_assert_cmpint (pt_kvmfr_reader_get_state (self.reader), ==, PT_SOURCE_LIVE);
      fuzz_case_post (0);
      fuzz_case_step (&self, 1000);
      g_assert_cmpuint (pt_kvmfr_reader_get_stats (self.reader)->received, ==, 1);
    }
  for (guint i = 0; i < FUZZ_MAX_OPS && input.size > 0; i++)
    fuzz_case_do (&self, &input);
  for (guint i = 0; i < 2; i++)
    fuzz_case_step (&self, 50000);
  fuzz_case_check (&self);
  fuzz_case_end (&self);
  fuzz_restore ();
}


typedef struct
{
  guint32 seed;
  int     stop;
} FuzzScribbler;

/* Most words come back to what they were at once, so that a reader keeps being live. */
static gpointer
fuzz_scribble_run (gpointer data)
{
  FuzzScribbler *self = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (self->seed);

  while (g_atomic_int_get (&self->stop) == 0)
    {
      guint32 offset = template.words[g_rand_int (random) % template.n_words];
      guint32 bad = fuzz_values[g_rand_int (random) % G_N_ELEMENTS (fuzz_values)];
      guint32 good = 0;

      memcpy (&good, template.pristine + offset, 4);
      __atomic_store_n (fuzz_word (offset), bad, __ATOMIC_RELAXED);
      for (guint i = g_rand_int (random) % 400; i > 0; i--)
        __asm__ __volatile__("" ::
                               : "memory");
      if (offset >= FUZZ_QUEUE (2) || offset < PT_LGMP_QUEUES)
        __atomic_store_n (fuzz_word (offset), good, __ATOMIC_RELAXED);
    }
  return NULL;
}


static void
fuzz_scribble_session (guint32 seed)
{
  FuzzScribbler scribbler = { .seed = seed };
  FuzzCase      self = { 0 };
  GThread      *thread = NULL;

  fuzz_case_start (&self, 20);
  for (guint i = 0; i < 4; i++)
    fuzz_case_step (&self, 260000);
  thread = g_thread_new ("scribbler", fuzz_scribble_run, &scribbler);
  for (guint i = 0; i < 300; i++)
    {
      fuzz_case_post (i % 4 == 0);
      fuzz_case_step (&self, 5000);
      fuzz_case_check (&self);
    }
  g_atomic_int_set (&scribbler.stop, 1);
  g_thread_join (thread);
  fuzz_case_end (&self);
  template.restore_all = TRUE;
  fuzz_restore ();
}


void
fuzz_frame_scribble (guint32 seed,
                     guint   milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)milliseconds * 1000;

  fuzz_template_init ();
  while (g_get_monotonic_time () < end)
    fuzz_scribble_session (seed++);
}
