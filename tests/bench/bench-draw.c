/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

/* bench-draw: processor time per drawn picture, all threads of the process (GL's rasteriser among
 * them), of PtDisplay against the least a GTK program can do that draws the same texture. Both get
 * their pictures from this process, changed in the same rows, at the pace of the same frame clock,
 * in turns. */

#define G_LOG_DOMAIN "bench-draw"

#include "config.h"

#include <epoxy/gl.h>
#include <gtk/gtk.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "pt-display.h"
#include "pt-frame-store-private.h"

#define BENCH_BUDGET 1.10
#define BENCH_WARM_UP 10
#define BENCH_PICTURES 60
#define BENCH_ROUNDS 5

typedef struct
{
  guint width, height;
  guint rows; /* of the picture that change each time */
} BenchTask;

/* The peer: a pair of textures, two calls of GL, a GtkPicture. */
typedef struct
{
  GdkGLContext *context;
  guint         textures[2];
  guint         turn;
  guint         old_top; /* rows the other texture lacks */
} BenchPeer;

typedef struct
{
  const BenchTask *task;
  GtkWidget       *window;
  GtkWidget       *child;
  PtKvmfrSource   *source; /* PtDisplay's; never started, it only carries the store */
  BenchPeer        peer;
  guint8          *pixels; /* the peer's picture */
  guint8          *pattern;
  guint            top; /* first row of the newest change */
  guint            pictures;
  gboolean         fresh;
} Bench;


static double
bench_get_cpu_ms (void)
{
  struct timespec used = { 0 };

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double)used.tv_sec * 1000 + (double)used.tv_nsec / 1e6;
}


/* The guest's part: new bytes in the rows that change. */
static void
bench_paint (Bench  *bench,
             guint8 *picture)
{
  gsize pitch = 4 * (gsize)bench->task->width;

  memcpy (picture + bench->top * pitch,
          bench->pattern + (bench->pictures % 64) * 64, bench->task->rows * pitch);
}


static void
bench_publish (Bench *bench)
{
  PtFrameStore      *store = pt_kvmfr_source_get_store (bench->source);
  const PtFrameShape shape = { bench->task->width, bench->task->height,
                               4 * (gsize)bench->task->width, PT_PIXELS_BGRA8, 0 };
  const PtRect       rect = { 0, bench->top, bench->task->width, bench->task->rows };
  PtDamage           damage = { 0 };
  PtDamage           owed = { 0 };
  guint8            *data = NULL;

  pt_damage_add (&damage, &rect);
  data = pt_frame_store_begin (store, &shape, &damage, &owed);
  bench_paint (bench, data);
  if (pt_frame_store_commit (store, bench->pictures, 0, 0))
    g_signal_emit_by_name (bench->source, "frame");
}


static void
bench_peer_send_rows (Bench *bench,
                      guint  top)
{
  gsize pitch = 4 * (gsize)bench->task->width;

  glTexSubImage2D (GL_TEXTURE_2D, 0, 0, (int)top, (int)bench->task->width, (int)bench->task->rows,
                   GL_BGRA, GL_UNSIGNED_BYTE, bench->pixels + top * pitch);
}


static void
bench_peer_make_textures (Bench *bench)
{
  BenchPeer  *peer = &bench->peer;
  GdkSurface *surface = gtk_native_get_surface (gtk_widget_get_native (bench->child));

  peer->context = gdk_surface_create_gl_context (surface, NULL);
  g_assert_true (gdk_gl_context_realize (peer->context, NULL));
  gdk_gl_context_make_current (peer->context);
  glGenTextures (2, peer->textures);
  for (guint i = 0; i < 2; i++)
    {
      glBindTexture (GL_TEXTURE_2D, peer->textures[i]);
      glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
      glTexParameteri (GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
      glTexImage2D (GL_TEXTURE_2D, 0, GL_RGBA8, (int)bench->task->width, (int)bench->task->height,
                    0, GL_BGRA, GL_UNSIGNED_BYTE, bench->pixels);
    }
}


static gboolean
bench_peer_tick_cb (GtkWidget     *widget,
                    GdkFrameClock *clock,
                    gpointer       data)
{
  Bench     *bench = data;
  BenchPeer *peer = &bench->peer;
  g_autoptr (GdkTexture) texture = NULL;

  if (!bench->fresh)
    return G_SOURCE_CONTINUE;
  bench->fresh = FALSE;
  if (peer->context == NULL)
    bench_peer_make_textures (bench);
  gdk_gl_context_make_current (peer->context);
  peer->turn = 1 - peer->turn;
  glBindTexture (GL_TEXTURE_2D, peer->textures[peer->turn]);
  bench_peer_send_rows (bench, bench->top);
  if (peer->old_top != bench->top)
    bench_peer_send_rows (bench, peer->old_top);
  peer->old_top = bench->top;
  glFlush ();
  texture = gdk_gl_texture_new (peer->context, peer->textures[peer->turn],
                                (int)bench->task->width, (int)bench->task->height, NULL, NULL);
  gtk_picture_set_paintable (GTK_PICTURE (bench->child), GDK_PAINTABLE (texture));
  return G_SOURCE_CONTINUE;
}


/* After each painted frame comes the next picture. */
static void
bench_painted_cb (GdkFrameClock *clock,
                  gpointer       data)
{
  Bench *bench = data;

  bench->top += bench->task->rows;
  if (bench->top + bench->task->rows > bench->task->height)
    bench->top = 0;
  bench->pictures++;
  if (bench->source != NULL)
    bench_publish (bench);
  else
    bench_paint (bench, bench->pixels);
  bench->fresh = TRUE;
}


static void
bench_await (Bench *bench,
             guint  pictures)
{
  guint end = bench->pictures + pictures;

  while (bench->pictures < end)
    g_main_context_iteration (NULL, TRUE);
}


static void
bench_open (Bench *bench)
{
  bench->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (bench->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (bench->window),
                               (int)bench->task->width, (int)bench->task->height);
  if (bench->source != NULL)
    {
      bench->child = pt_display_new ();
      pt_display_set_source (PT_DISPLAY (bench->child), bench->source);
    }
  else
    {
      bench->child = gtk_picture_new ();
      gtk_widget_add_tick_callback (bench->child, bench_peer_tick_cb, bench, NULL);
    }
  gtk_window_set_child (GTK_WINDOW (bench->window), bench->child);
  gtk_window_present (GTK_WINDOW (bench->window));
}


static void
bench_close (Bench *bench)
{
  gtk_window_destroy (GTK_WINDOW (bench->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&bench->source);
  g_clear_object (&bench->peer.context);
  g_free (bench->pixels);
  g_free (bench->pattern);
}


/* ms of processor time per picture, one round. */
static double
bench_measure (const BenchTask *task,
               gboolean         ours)
{
  gsize          size = 4 * (gsize)task->width * task->height;
  Bench          bench = { .task = task,
                           .pixels = g_malloc0 (size),
                           .pattern = g_malloc (size + 4096) };
  GdkFrameClock *clock = NULL;
  double         before = 0;
  double         used = 0;

  for (gsize i = 0; i < size + 4096; i++)
    bench.pattern[i] = (guint8)(i * 7 + i / 4096);
  if (ours)
    bench.source = pt_kvmfr_source_new ("none");
  bench_open (&bench);
  clock = gtk_widget_get_frame_clock (bench.window);
  g_signal_connect (clock, "after-paint", G_CALLBACK (bench_painted_cb), &bench);
  bench_await (&bench, BENCH_WARM_UP);
  before = bench_get_cpu_ms ();
  bench_await (&bench, BENCH_PICTURES);
  used = (bench_get_cpu_ms () - before) / BENCH_PICTURES;
  if (ours)
    {
      g_assert_cmpstr (pt_display_get_path (PT_DISPLAY (bench.child)), ==, "gl");
      g_assert_cmpuint (pt_display_get_drawn (PT_DISPLAY (bench.child)), >=, BENCH_PICTURES);
    }
  g_signal_handlers_disconnect_by_func (clock, bench_painted_cb, &bench);
  bench_close (&bench);
  return used;
}


static int
bench_compare_cb (gconstpointer a,
                  gconstpointer b)
{
  double first = *(const double *)a;
  double second = *(const double *)b;

  return first < second ? -1 : first > second;
}


static double
bench_get_median (double *values)
{
  qsort (values, BENCH_ROUNDS, sizeof *values, bench_compare_cb);
  return values[BENCH_ROUNDS / 2];
}


static void
bench_run (const BenchTask *task,
           guint            percent)
{
  double ours[BENCH_ROUNDS] = { 0 };
  double peer[BENCH_ROUNDS] = { 0 };
  double ratios[BENCH_ROUNDS] = { 0 };
  double ratio = 0;

  for (guint i = 0; i < BENCH_ROUNDS; i++)
    {
      peer[i] = bench_measure (task, FALSE);
      ours[i] = bench_measure (task, TRUE);
      ratios[i] = ours[i] / peer[i];
    }
  ratio = bench_get_median (ratios);
  g_print ("draw %ux%u %3u %% changed: PtDisplay %6.2f ms, plain program %6.2f ms per picture, "
           "ratio %.2f (budget %.2f, %s)\n",
           task->width, task->height, percent, bench_get_median (ours), bench_get_median (peer),
           ratio, BENCH_BUDGET, ratio <= BENCH_BUDGET ? "kept" : "over");
}


static void
bench_child_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}


/* The test card in a process of its own, as the guest is one. */
static GSubprocess *
bench_start_testcard (const BenchTask *task,
                      const char      *program,
                      const char      *path)
{
  g_autoptr (GSubprocessLauncher) launcher =
               g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char  *file = g_strdup_printf ("--file=%s", path);
  g_autofree char  *width = g_strdup_printf ("--width=%u", task->width);
  g_autofree char  *height = g_strdup_printf ("--height=%u", task->height);
  const char *const argv[] = { program, file, "--size=64M", width, height, "--full-damage", NULL };

  g_subprocess_launcher_set_child_setup (launcher, bench_child_cb, NULL, NULL);
  return g_subprocess_launcher_spawnv (launcher, argv, NULL);
}


static void
bench_await_drawn (Bench  *bench,
                   guint64 pictures)
{
  guint64 end = pt_display_get_drawn (PT_DISPLAY (bench->child)) + pictures;

  while (pt_display_get_drawn (PT_DISPLAY (bench->child)) < end)
    g_main_context_iteration (NULL, TRUE);
}


/* From shared memory to the screen: reader thread, copies, texture and drawing. */
static void
bench_run_whole_path (const BenchTask *task,
                      const char      *program)
{
  g_autofree char *folder = g_dir_make_tmp ("passthru-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "frames", NULL);
  g_autoptr (GSubprocess) testcard = bench_start_testcard (task, program, path);
  Bench         bench = { .task = task, .source = pt_kvmfr_source_new (path) };
  PtSourceStats stats = { 0 };
  double        before = 0;
  gint64        start = 0;

  g_return_if_fail (testcard != NULL);

  pt_kvmfr_source_start (bench.source);
  bench_open (&bench);
  bench_await_drawn (&bench, BENCH_WARM_UP);
  before = bench_get_cpu_ms ();
  start = g_get_monotonic_time ();
  bench_await_drawn (&bench, 4 * BENCH_PICTURES);
  pt_kvmfr_source_get_stats (bench.source, &stats);
  g_print ("draw %ux%u whole path, everything changed: %6.2f ms per picture, %.0f pictures per "
           "second, posted to ready p50 %u µs, p99 %u µs\n",
           task->width, task->height, (bench_get_cpu_ms () - before) / (4 * BENCH_PICTURES),
           4e6 * BENCH_PICTURES / (double)(g_get_monotonic_time () - start),
           stats.latency_p50, stats.latency_p99);
  pt_kvmfr_source_stop (bench.source);
  bench_close (&bench);
  g_subprocess_force_exit (testcard);
  g_subprocess_wait (testcard, NULL, NULL);
  g_unlink (path);
  g_rmdir (folder);
}


int
main (int   argc,
      char *argv[])
{
  const BenchTask  sizes[] = { { 1920, 1080, 0 }, { 2560, 1440, 0 } };
  const guint      percents[] = { 100, 5 };
  g_autofree char *here = g_path_get_dirname (argv[0]);
  g_autofree char *testcard = g_build_filename (here, "..", "..", "src", "testcard",
                                                "passthru-testcard", NULL);

  g_setenv ("GSK_RENDERER", "gl", TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  gtk_init ();
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint p = 0; p < G_N_ELEMENTS (percents); p++)
      {
        BenchTask task = sizes[i];

        task.rows = task.height * percents[p] / 100;
        bench_run (&task, percents[p]);
      }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    bench_run_whole_path (&sizes[i], testcard);
  return 0;
}
