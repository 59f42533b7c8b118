/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-kvmfr-source"

#include "config.h"

#include "pt-kvmfr-source.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "pt-kvmfr-reader.h"

/* The thread owns the reader. What the main side may see of it is copied under the lock after each
 * step that changed something; a source that only knows "ready now" or "not" wakes the main side,
 * so that any number of changes is one wake-up. */
struct _PtKvmfrSource
{
  GObject parent_instance;

  char         *path;
  PtFrameStore *store;
  GThread      *thread;
  int           stop_fd;
  int           stop;
  GSource      *wake;
  PtSourceState notified; /* main side */

  GMutex          lock;
  guint           events; /* PtReaderEvents not yet emitted */
  gboolean        cursor_unread;
  PtSourceState   state;
  char           *message;
  PtSourceStats   stats;
  PtReaderLatency latency;
  PtCursor        cursor;
};

G_DEFINE_QUARK (pt - frame - error - quark, pt_frame_error)

G_DEFINE_ENUM_TYPE (PtSourceState, pt_source_state,
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_NO_MEMORY, "no-memory"),
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_NO_PRODUCER, "no-producer"),
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_LIVE, "live"),
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_STALLED, "stalled"),
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_WRONG_VERSION, "wrong-version"),
                    G_DEFINE_ENUM_VALUE (PT_SOURCE_TOO_SMALL, "too-small"))

G_DEFINE_FINAL_TYPE (PtKvmfrSource, pt_kvmfr_source, G_TYPE_OBJECT)

typedef enum {
  PROP_PATH = 1,
  PROP_STATE,
} PtKvmfrSourceProperty;

enum {
  FRAME,
  CURSOR,
  N_SIGNALS
};

static GParamSpec *properties[PROP_STATE + 1];
static guint       signals[N_SIGNALS];

static void
pt_kvmfr_source_set_stopped (PtKvmfrSource *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->state = PT_SOURCE_STOPPED;
  g_clear_pointer (&self->message, g_free);
}


/* Thread: takes over what the reader knows. */
static void
pt_kvmfr_source_take (PtKvmfrSource *self,
                      PtKvmfrReader *reader,
                      PtReaderEvents events)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const PtCursor *cursor = pt_kvmfr_reader_get_cursor (reader);
  GBytes         *shape = self->cursor.shape;

  self->state = pt_kvmfr_reader_get_state (reader);
  g_free (self->message);
  self->message = g_strdup (pt_kvmfr_reader_get_message (reader));
  self->stats = *pt_kvmfr_reader_get_stats (reader);
  self->latency = *pt_kvmfr_reader_get_latency (reader);
  self->cursor = *cursor;
  self->cursor.shape = cursor->shape != NULL ? g_bytes_ref (cursor->shape) : NULL;
  g_clear_pointer (&shape, g_bytes_unref);
  if (events & PT_READER_CURSOR && self->cursor_unread)
    events &= ~PT_READER_CURSOR;
  self->cursor_unread |= (events & PT_READER_CURSOR) != 0;
  self->events |= events & ~PT_READER_STATS;
  if (self->events != 0)
    g_source_set_ready_time (self->wake, 0);
}


/* Thread: sleeps, but not through a stop. */
static void
pt_kvmfr_source_pause (PtKvmfrSource *self,
                       gint64         wait)
{
  struct pollfd   poll_fd = { .fd = self->stop_fd, .events = POLLIN };
  struct timespec time = { .tv_sec = wait / G_USEC_PER_SEC,
                           .tv_nsec = (wait % G_USEC_PER_SEC) * 1000 };

  if (wait > 0)
    ppoll (&poll_fd, 1, &time, NULL);
}


static gpointer
pt_kvmfr_source_run (gpointer data)
{
  PtKvmfrSource *self = data;
  PtReaderLimits limits = pt_reader_default_limits;
  g_autoptr (PtKvmfrReader) reader = NULL;

  limits.cancel = &self->stop;
  reader = pt_kvmfr_reader_new (self->path, self->store, &limits);
  while (g_atomic_int_get (&self->stop) == 0)
    {
      gint64         wait = 0;
      PtReaderEvents events = pt_kvmfr_reader_step (reader, g_get_monotonic_time (), &wait);

      if (events != 0)
        pt_kvmfr_source_take (self, reader, events);
      pt_kvmfr_source_pause (self, wait);
    }
  return NULL;
}


static void
pt_kvmfr_source_notify_state (PtKvmfrSource *self)
{
  PtSourceState state = pt_kvmfr_source_get_state (self);

  if (state == self->notified)
    return;
  self->notified = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}


/* A new message behind the same state is news too. */
static gboolean
pt_kvmfr_source_wake_cb (gpointer user_data)
{
  g_autoptr (PtKvmfrSource) self = g_object_ref (user_data);
  guint events = 0;

  g_source_set_ready_time (self->wake, -1);
  g_mutex_lock (&self->lock);
  events = self->events;
  self->events = 0;
  g_mutex_unlock (&self->lock);
  if (events & PT_READER_STATE)
    {
      self->notified = pt_kvmfr_source_get_state (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  if (events & PT_READER_FRAME)
    g_signal_emit (self, signals[FRAME], 0);
  if (events & PT_READER_CURSOR)
    g_signal_emit (self, signals[CURSOR], 0);
  return G_SOURCE_CONTINUE;
}


static gboolean
pt_kvmfr_source_wake_dispatch (GSource    *source,
                               GSourceFunc callback,
                               gpointer    user_data)
{
  return callback (user_data);
}


static GSourceFuncs wake_funcs = { NULL, NULL, pt_kvmfr_source_wake_dispatch, NULL, NULL, NULL };

static void
pt_kvmfr_source_constructed (GObject *object)
{
  PtKvmfrSource *self = PT_KVMFR_SOURCE (object);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  G_OBJECT_CLASS (pt_kvmfr_source_parent_class)->constructed (object);
  self->wake = g_source_new (&wake_funcs, sizeof (GSource));
  g_source_set_static_name (self->wake, "PtKvmfrSource");
  g_source_set_callback (self->wake, pt_kvmfr_source_wake_cb, self, NULL);
  g_source_attach (self->wake, context);
}


static void
pt_kvmfr_source_dispose (GObject *object)
{
  PtKvmfrSource *self = PT_KVMFR_SOURCE (object);

  pt_kvmfr_source_stop (self);
  if (self->wake != NULL)
    g_source_destroy (self->wake);
  g_clear_pointer (&self->wake, g_source_unref);
  G_OBJECT_CLASS (pt_kvmfr_source_parent_class)->dispose (object);
}


static void
pt_kvmfr_source_finalize (GObject *object)
{
  PtKvmfrSource *self = PT_KVMFR_SOURCE (object);

  g_free (self->path);
  g_free (self->message);
  g_clear_pointer (&self->cursor.shape, g_bytes_unref);
  g_clear_pointer (&self->store, pt_frame_store_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pt_kvmfr_source_parent_class)->finalize (object);
}


static void
pt_kvmfr_source_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  PtKvmfrSource *self = PT_KVMFR_SOURCE (object);

  switch ((PtKvmfrSourceProperty)prop_id)
    {
    case PROP_PATH: g_value_set_string (value, self->path); break;
    case PROP_STATE: g_value_set_enum (value, pt_kvmfr_source_get_state (self)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}


static void
pt_kvmfr_source_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  PtKvmfrSource *self = PT_KVMFR_SOURCE (object);

  switch ((PtKvmfrSourceProperty)prop_id)
    {
    case PROP_PATH: self->path = g_value_dup_string (value); break;
    case PROP_STATE:
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}


static void
pt_kvmfr_source_class_init (PtKvmfrSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = pt_kvmfr_source_constructed;
  object_class->dispose = pt_kvmfr_source_dispose;
  object_class->finalize = pt_kvmfr_source_finalize;
  object_class->get_property = pt_kvmfr_source_get_property;
  object_class->set_property = pt_kvmfr_source_set_property;

  properties[PROP_PATH] =
    g_param_spec_string ("path", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PT_TYPE_SOURCE_STATE, PT_SOURCE_STOPPED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CURSOR] = g_signal_new ("cursor", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}


static void
pt_kvmfr_source_init (PtKvmfrSource *self)
{
  g_mutex_init (&self->lock);
  self->store = pt_frame_store_new ();
  self->stop_fd = -1;
}


PtKvmfrSource *
pt_kvmfr_source_new (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return g_object_new (PT_TYPE_KVMFR_SOURCE, "path", path, NULL);
}


void
pt_kvmfr_source_start (PtKvmfrSource *self)
{
  g_return_if_fail (PT_IS_KVMFR_SOURCE (self));

  if (self->thread != NULL)
    return;
  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  g_atomic_int_set (&self->stop, 0);
  self->thread = g_thread_new ("pt-kvmfr", pt_kvmfr_source_run, self);
}


void
pt_kvmfr_source_stop (PtKvmfrSource *self)
{
  g_return_if_fail (PT_IS_KVMFR_SOURCE (self));

  if (self->thread == NULL)
    return;
  g_atomic_int_set (&self->stop, 1);
  eventfd_write (self->stop_fd, 1);
  g_clear_pointer (&self->thread, g_thread_join);
  close (self->stop_fd);
  self->stop_fd = -1;
  pt_kvmfr_source_set_stopped (self);
  pt_kvmfr_source_notify_state (self);
}


PtSourceState
pt_kvmfr_source_get_state (PtKvmfrSource *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PT_IS_KVMFR_SOURCE (self), PT_SOURCE_STOPPED);

  locker = g_mutex_locker_new (&self->lock);
  return self->state;
}


char *
pt_kvmfr_source_dup_message (PtKvmfrSource *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (PT_IS_KVMFR_SOURCE (self), NULL);

  locker = g_mutex_locker_new (&self->lock);
  return g_strdup (self->message);
}


PtFrameStore *
pt_kvmfr_source_get_store (PtKvmfrSource *self)
{
  g_return_val_if_fail (PT_IS_KVMFR_SOURCE (self), NULL);

  return self->store;
}


void
pt_kvmfr_source_get_stats (PtKvmfrSource *self,
                           PtSourceStats *stats)
{
  PtReaderLatency latency = { 0 };

  g_return_if_fail (PT_IS_KVMFR_SOURCE (self));
  g_return_if_fail (stats != NULL);

  g_mutex_lock (&self->lock);
  *stats = self->stats;
  latency = self->latency;
  g_mutex_unlock (&self->lock);
  stats->latency_p50 = pt_reader_latency_get (&latency, 50);
  stats->latency_p99 = pt_reader_latency_get (&latency, 99);
}


void
pt_kvmfr_source_get_cursor (PtKvmfrSource *self,
                            PtCursor      *cursor)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (PT_IS_KVMFR_SOURCE (self));
  g_return_if_fail (cursor != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->cursor_unread = FALSE;
  *cursor = self->cursor;
  if (cursor->shape != NULL)
    g_bytes_ref (cursor->shape);
}
