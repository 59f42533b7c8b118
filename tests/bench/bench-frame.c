/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "bench-frame"

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "pt-kvmfr-reader.h"
#include "pt-producer.h"

/* What reading a frame costs, as ratios from one run: bench-frame [SECONDS]. Budgets: a copy at
 * most 1.15 times the bare memcpy of the damaged bytes; from posted to ready at most the copy and
 * 2 ms (99 of 100); a live view in which nothing changes at most 1 % of a core. */
#define BENCH_ROUNDS 60
#define BENCH_SETTLE (4 * G_USEC_PER_SEC) /* until nothing has moved for long enough */
#define BENCH_CACHE (48 * 1024 * 1024)    /* more than a processor keeps */

typedef struct
{
  const char *name;
  guint       width, height;
} BenchSize;

static const BenchSize sizes[] = { { "1080p", 1920, 1080 }, { "1440p", 2560, 1440 } };

typedef struct
{
  char            *directory;
  char            *path;
  gsize            size;
  guint8          *memory;
  PtProducer      *producer;
  PtProducerFormat format;
  guint8          *pixels;
  guint8          *cache;
} Bench;

static void
bench_set_up (Bench           *self,
              const BenchSize *size)
{
  int fd = -1;

  self->format = (PtProducerFormat){ .type = PT_PRODUCER_BGRA8,
                                     .width = size->width,
                                     .height = size->height,
                                     .pitch = 4 * size->width };
  self->size = pt_producer_needed_size (size->height, self->format.pitch);
  self->directory = g_dir_make_tmp ("pt-bench-XXXXXX", NULL);
  self->path = g_build_filename (self->directory, "memory", NULL);
  fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate (fd, (off_t)self->size) != 0)
    exit (1);
  self->memory = mmap (NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  self->producer = pt_producer_new (self->memory, self->size);
  memset (self->memory + self->size / 2, 1, (gsize)self->format.pitch * size->height);
  self->pixels = g_malloc0 ((gsize)self->format.pitch * size->height);
  self->cache = g_malloc (BENCH_CACHE);
}


static void
bench_tear_down (Bench *self)
{
  pt_producer_free (self->producer);
  munmap (self->memory, self->size);
  g_unlink (self->path);
  g_rmdir (self->directory);
  g_free (self->path);
  g_free (self->directory);
  g_free (self->pixels);
  g_free (self->cache);
}


static int
bench_compare (const void *a,
               const void *b)
{
  gint64 left = *(const gint64 *)a;
  gint64 right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}


/* Nanoseconds or microseconds, whatever was put in. */
static gint64
bench_percentile (GArray *samples,
                  guint   percent)
{
  if (samples->len == 0)
    return 0;
  g_array_sort (samples, bench_compare);
  return g_array_index (samples, gint64, (samples->len * percent + 99) / 100 - 1);
}


static gint64
bench_clock (clockid_t clock)
{
  struct timespec time = { 0 };

  clock_gettime (clock, &time);
  return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}


/* Both sides shall find nothing in the caches. */
static void
bench_evict (Bench *self)
{
  memset (self->cache, (int)g_random_int (), BENCH_CACHE);
}


static PtKvmfrReader *
bench_reader_live (Bench        *self,
                   PtFrameStore *store)
{
  PtReaderLimits limits = pt_reader_default_limits;
  PtKvmfrReader *reader = NULL;
  gint64         wait = 0;

  limits.quiet = G_MAXINT64 / 4;
  reader = pt_kvmfr_reader_new (self->path, store, &limits);
  while (pt_kvmfr_reader_get_state (reader) != PT_SOURCE_LIVE)
    {
      pt_producer_tick (self->producer);
      pt_kvmfr_reader_step (reader, g_get_monotonic_time (), &wait);
      g_usleep (1000);
    }
  return reader;
}


static void
bench_take (PtFrameStore *store)
{
  PtFrameView view = { 0 };

  if (pt_frame_store_acquire (store, FALSE, &view))
    pt_frame_store_release (store);
}


static gint64
bench_step (PtKvmfrReader *reader)
{
  gint64 wait = 0;
  gint64 started = bench_clock (CLOCK_MONOTONIC);

  pt_kvmfr_reader_step (reader, g_get_monotonic_time (), &wait);
  return bench_clock (CLOCK_MONOTONIC) - started;
}


static void
bench_print_copy (const char *name,
                  guint       percent,
                  gint64      ours,
                  gint64      bare)
{
  g_print ("%s copy, %3u %% damage: reader %6.0f us, memcpy %6.0f us, ratio %.2f (budget 1.15)\n",
           name, percent, (double)ours / 1000, (double)bare / 1000, (double)ours / (double)bare);
}


/* Every page is there before time is taken. */
static guint8 *
bench_new_target (Bench *self)
{
  gsize   bytes = (gsize)self->format.height * self->format.pitch;
  guint8 *target = g_malloc (bytes);

  memset (target, 1, bytes);
  return target;
}


/* One whole step of the reader against memcpy of the same bytes from the same memory. The band
 * moves, so that no buffer is up to date by luck. */
static void
bench_copy (Bench      *self,
            const char *name,
            guint       percent)
{
  g_autoptr (PtFrameStore) store = pt_frame_store_new ();
  g_autoptr (PtKvmfrReader) reader = bench_reader_live (self, store);
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) bare = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint   rows = MAX (1, self->format.height * percent / 100);
  gsize   bytes = (gsize)rows * self->format.pitch;
  guint8 *target = bench_new_target (self);
  guint64 copied = 0;

  for (guint i = 0; i < BENCH_ROUNDS + 5; i++)
    {
      guint                y = i * 37 % (self->format.height - rows + 1);
      const PtProducerRect rect = { 0, y, self->format.width, rows };
      gsize                at = (gsize)y * self->format.pitch;
      gint64               time[2] = { 0 };

      pt_producer_tick (self->producer);
      pt_producer_send (self->producer, &self->format, self->pixels, &rect, i < 5 ? 0 : 1);
      bench_evict (self);
      copied = pt_kvmfr_reader_get_stats (reader)->bytes;
      time[0] = bench_step (reader);
      copied = pt_kvmfr_reader_get_stats (reader)->bytes - copied;
      bench_take (store);
      bench_evict (self);
      time[1] = bench_clock (CLOCK_MONOTONIC);
      memcpy (target + at, self->memory + self->size / 2 + at, bytes);
      time[1] = bench_clock (CLOCK_MONOTONIC) - time[1];
      if (i < 5)
        continue;
      g_assert_cmpuint (copied, ==, bytes);
      g_array_append_val (ours, time[0]);
      g_array_append_val (bare, time[1]);
    }
  bench_print_copy (name, percent, bench_percentile (ours, 50), bench_percentile (bare, 50));
  g_free (target);
}


typedef struct
{
  Bench         *bench;
  PtKvmfrSource *source;
  gint64         posted; /* of the newest frame */
  GArray        *latencies;
} BenchLatency;

static void
bench_frame_cb (PtKvmfrSource *source,
                BenchLatency  *self)
{
  PtFrameStore *store = pt_kvmfr_source_get_store (source);
  PtFrameView   view = { 0 };
  gint64        latency = 0;

  if (!pt_frame_store_acquire (store, FALSE, &view))
    return;
  pt_frame_store_release (store);
  latency = view.ready - self->posted;
  if (self->posted != 0 && latency >= 0)
    g_array_append_val (self->latencies, latency);
}


/* Runs the main context and the producer for @until. */
static void
bench_run_until (Bench *self,
                 gint64 until)
{
  while (g_get_monotonic_time () < until)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      pt_producer_tick (self->producer);
      g_usleep (CLAMP (until - g_get_monotonic_time (), 0, 2000));
    }
}


static void
bench_await_live (BenchLatency *self)
{
  pt_kvmfr_source_start (self->source);
  while (pt_kvmfr_source_get_state (self->source) != PT_SOURCE_LIVE)
    bench_run_until (self->bench, g_get_monotonic_time () + 10000);
}


static void
bench_print_latency (const char *name,
                     GArray     *latencies,
                     gint64      copy)
{
  double p50 = (double)bench_percentile (latencies, 50) / 1000;
  double p99 = (double)bench_percentile (latencies, 99) / 1000;
  double mean = (double)copy / 1000;

  g_print ("%s posted to ready: p50 %.2f ms, p99 %.2f ms, mean copy %.2f ms, "
           "p99 over it %.2f ms (budget 2), %u frames\n",
           name, p50, p99, mean, p99 - mean, latencies->len);
}


/* Frames are posted with all their pixels there, at odd times, so that only the reader's part is
 * counted. */
static void
bench_latency (Bench      *bench,
               const char *name,
               guint       seconds)
{
  g_autoptr (PtKvmfrSource) source = pt_kvmfr_source_new (bench->path);
  g_autoptr (GArray) latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  BenchLatency  self = { bench, source, 0, latencies };
  PtSourceStats stats = { 0 };
  gint64        copy = 0;

  g_signal_connect (source, "frame", G_CALLBACK (bench_frame_cb), &self);
  bench_await_live (&self);
  for (guint i = 0; i < 60 * seconds; i++)
    {
      gint64 next = g_get_monotonic_time () + 16667 + g_random_int_range (-1500, 1500);

      self.posted = g_get_monotonic_time ();
      if (pt_producer_begin (bench->producer, &bench->format, NULL, 0) != NULL)
        pt_producer_finish (bench->producer);
      bench_run_until (bench, next);
    }
  pt_kvmfr_source_get_stats (source, &stats);
  copy = stats.copy_time / (gint64)MAX (1, stats.received);
  bench_print_latency (name, latencies, copy);
  g_print ("      its own figures: p50 %u us, p99 %u us, %u dropped\n", stats.latency_p50,
           stats.latency_p99, (guint)stats.dropped);
  pt_kvmfr_source_stop (source);
}


static void
bench_idle (Bench      *bench,
            const char *name,
            guint       seconds)
{
  g_autoptr (PtKvmfrSource) source = pt_kvmfr_source_new (bench->path);
  g_autoptr (GArray) latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  BenchLatency self = { bench, source, 0, latencies };
  gint64       ours = 0;
  gint64       whole = 0;
  gint64       wall = 0;

  g_signal_connect (source, "frame", G_CALLBACK (bench_frame_cb), &self);
  bench_await_live (&self);
  pt_producer_send (bench->producer, &bench->format, bench->pixels, NULL, 0);
  bench_run_until (bench, g_get_monotonic_time () + BENCH_SETTLE);
  ours = bench_clock (CLOCK_THREAD_CPUTIME_ID);
  whole = bench_clock (CLOCK_PROCESS_CPUTIME_ID);
  wall = bench_clock (CLOCK_MONOTONIC);
  bench_run_until (bench, g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC);
  ours = bench_clock (CLOCK_THREAD_CPUTIME_ID) - ours;
  whole = bench_clock (CLOCK_PROCESS_CPUTIME_ID) - whole;
  wall = bench_clock (CLOCK_MONOTONIC) - wall;
  g_print ("%s idle live view: %.2f %% of a core (budget 1)\n", name,
           100.0 * (double)(whole - ours) / (double)wall);
  pt_kvmfr_source_stop (source);
}


int
main (int    argc,
      char **argv)
{
  guint seconds = argc > 1 ? (guint)CLAMP (atoi (argv[1]), 1, 600) : 5;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      Bench bench = { 0 };

      bench_set_up (&bench, &sizes[i]);
      bench_copy (&bench, sizes[i].name, 100);
      bench_copy (&bench, sizes[i].name, 5);
      bench_latency (&bench, sizes[i].name, seconds);
      bench_idle (&bench, sizes[i].name, seconds);
      bench_tear_down (&bench);
    }
  return 0;
}
