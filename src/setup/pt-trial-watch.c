/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-watch"

#include "config.h"

#include "pt-trial-watch.h"

#include <fcntl.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "pt-ostree.h"
#include "pt-trial-private.h"

/* Between two looks at the journal. */
#define PT_TRIAL_WATCH_PERIOD 5
/* A confirmation that came in time may take as long to finish. */
#define PT_TRIAL_WATCH_GRACE 600
/* Until the next, ruder way is taken. */
#define PT_TRIAL_WATCH_PATIENCE 90

typedef struct
{
  PtSysroot          *sysroot;
  const PtTrialClock *clock;
  char               *id;
  gint64              deadline;
  gint64              told; /* minutes left when it was last said */
  gboolean            noted;
} PtWatch;

/* The kernel's log is kept by journald and shown on the console; it works without either. */
static void
pt_watch_log (PtSysroot  *sysroot,
              const char *words)
{
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_DEV, "kmsg");
  g_autofree char *line = g_strdup_printf ("<4>passthru: %s\n", words);
  int              fd = path != NULL ? open (path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;

  g_message ("%s", words);
  if (fd < 0)
    return;
  if (write (fd, line, strlen (line)) < 0)
    g_debug ("the kernel's log cannot be written");
  close (fd);
}

/* The host's own clock */

static gint64
pt_watch_now (gpointer user_data)
{
  return pt_trial_get_uptime (user_data);
}

static void
pt_watch_sleep (guint    seconds,
                gpointer user_data)
{
  g_usleep ((gulong)seconds * G_USEC_PER_SEC);
}

static gboolean
pt_watch_ask (PtSysroot         *sysroot,
              const char *const *arguments,
              GError           **error)
{
  return pt_sysroot_run (sysroot, PT_PROGRAM_SYSTEMCTL, arguments, NULL, NULL, error);
}

/* First as anybody would; where that hangs, as often as it takes. Returns on a real host only if
 * nothing helps. */
static gboolean
pt_watch_restart (gpointer user_data,
                  GError **error)
{
  static const char *const polite[] = { "reboot", NULL };
  static const char *const rude[] = { "--force", "reboot", NULL };
  PtSysroot               *sysroot = user_data;
  g_autoptr (GError) local_error = NULL;

  if (!pt_sysroot_is_real (sysroot))
    return pt_watch_ask (sysroot, polite, error);

  if (pt_watch_ask (sysroot, polite, &local_error))
    pt_watch_sleep (PT_TRIAL_WATCH_PATIENCE, NULL);
  else
    pt_watch_log (sysroot, local_error->message);
  pt_watch_log (sysroot, "the restart does not come about; it is forced");
  if (pt_watch_ask (sysroot, rude, NULL))
    pt_watch_sleep (PT_TRIAL_WATCH_PATIENCE, NULL);
  sync ();
  reboot (RB_AUTOBOOT);
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "the computer cannot be restarted");
  return FALSE;
}

/* Judging */

/* What the journal says of the trial of this boot. */
typedef enum {
  PT_WATCH_UNKNOWN = 0, /* nothing: it cannot be read, or its disk has not come */
  PT_WATCH_GONE,        /* there is none, where one would be */
  PT_WATCH_PENDING,
  PT_WATCH_KEPT,
  PT_WATCH_OVER /* of an earlier start, or another one is on record */
} PtWatchWord;

/* The folder of the state comes and goes with the journal; the one it is in belongs to the host. */
static gboolean
pt_watch_has_state (PtSysroot *sysroot)
{
  g_autofree char *folder = pt_sysroot_logical_path (sysroot, PT_PLACE_STATE, NULL);
  g_autofree char *parent = g_path_get_dirname (folder);

  return pt_sysroot_exists (sysroot, PT_PLACE_ROOT, parent);
}

static PtWatchWord
pt_watch_read (PtSysroot  *sysroot,
               const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = pt_journal_peek (sysroot, &error);
  g_autofree char *here = pt_trial_get_boot_id (sysroot);
  PtTrialTrace     trace = { 0 };

  if (records == NULL)
    return error == NULL && pt_watch_has_state (sysroot) ? PT_WATCH_GONE : PT_WATCH_UNKNOWN;
  if (records->len == 0)
    return PT_WATCH_UNKNOWN;
  pt_trial_trace (records, &trace);
  if (trace.begin == NULL || !g_str_equal (trace.begin->trial, id))
    return PT_WATCH_OVER;
  if (trace.permanent)
    return PT_WATCH_KEPT;
  /* Given up in this start, it ends all the same when its time is over. */
  return trace.drop != NULL && g_strcmp0 (trace.drop->boot_id, here) != 0 ? PT_WATCH_OVER
                                                                          : PT_WATCH_PENDING;
}

/* TRUE while somebody is at work on making it permanent, or on undoing it. */
static gboolean
pt_watch_is_at_work (PtSysroot *sysroot)
{
  g_autoptr (GPtrArray) records = pt_journal_peek (sysroot, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtJournal) journal = NULL;

  if (records == NULL || pt_records_get_state (records, NULL) != PT_SETUP_INTERRUPTED)
    return FALSE;
  journal = pt_journal_open (sysroot, NULL, &error);
  return journal == NULL && g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY);
}

/* Kept, but whoever did it may have died before the entry was gone. FALSE while that is still under
 * way. */
static gboolean
pt_watch_tidy (PtSysroot *sysroot)
{
  g_autoptr (GError) error = NULL;

  if (pt_trial_mend (sysroot, &error))
    return TRUE;
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY))
    return FALSE;
  pt_watch_log (sysroot, error->message);
  return TRUE;
}

static void
pt_watch_tell (PtWatch *self,
               gint64   left)
{
  gint64           minutes = (left + 59) / 60;
  g_autofree char *words = NULL;

  if (minutes == self->told)
    return;
  self->told = minutes;
  words = g_strdup_printf ("trial start: the computer restarts in %" G_GINT64_FORMAT
                           " min unless it is confirmed",
                           minutes);
  pt_watch_log (self->sysroot, words);
}

/* Returns what the journal says, at the latest when the time is over. */
static PtWatchWord
pt_watch_wait (PtWatch *self)
{
  const PtTrialClock *clock = self->clock;

  for (;;)
    {
      gint64      left = self->deadline - clock->now (clock->user_data);
      PtWatchWord word = PT_WATCH_UNKNOWN;

      /* The disk with the journal may come late. */
      self->noted = self->noted || pt_trial_note (self->sysroot, self->id, PT_RECORD_TRIAL_BOOT);
      word = pt_watch_read (self->sysroot, self->id);
      if (word == PT_WATCH_KEPT && !pt_watch_tidy (self->sysroot))
        {
          clock->sleep (PT_TRIAL_WATCH_PERIOD, clock->user_data);
          continue;
        }
      if (word == PT_WATCH_KEPT || word == PT_WATCH_OVER ||
          (word == PT_WATCH_GONE && self->noted))
        return word;
      if (left <= 0 && (left <= -PT_TRIAL_WATCH_GRACE || !pt_watch_is_at_work (self->sysroot)))
        return word;
      if (left > 0)
        pt_watch_tell (self, left);
      clock->sleep (left > 0 ? MIN (left, PT_TRIAL_WATCH_PERIOD) : PT_TRIAL_WATCH_PERIOD,
                    clock->user_data);
    }
}

/* Where the trial is a deployment, it starts again unless the one before it is put first. */
static void
pt_watch_go_back (PtSysroot  *sysroot,
                  const char *id)
{
  g_autoptr (GError) error = NULL;

  if (!pt_sysroot_exists (sysroot, PT_PLACE_RUN, "ostree-booted"))
    return;
  if (pt_ostree_go_back (sysroot, id, &error))
    pt_watch_log (sysroot, "trial start: the previous deployment starts next");
  else
    pt_watch_log (sysroot, error->message);
}

static PtTrialWatch
pt_watch_run (PtWatch *self)
{
  g_autoptr (GError) error = NULL;
  PtWatchWord word = pt_watch_wait (self);

  if (word == PT_WATCH_KEPT)
    {
      pt_watch_log (self->sysroot, "trial start: it is confirmed");
      return PT_TRIAL_WATCH_KEPT;
    }
  /* Back to what? The next start would say the same, for ever. */
  if (word == PT_WATCH_OVER || word == PT_WATCH_GONE)
    {
      pt_watch_log (self->sysroot, "trial start: no such trial is on record; nothing is restarted");
      return PT_TRIAL_WATCH_OVER;
    }
  pt_watch_log (self->sysroot, "trial start: nobody confirmed; the computer restarts as before");
  pt_watch_go_back (self->sysroot, self->id);
  pt_trial_note (self->sysroot, self->id, PT_RECORD_TRIAL_END);
  if (self->clock->restart (self->clock->user_data, &error))
    return PT_TRIAL_WATCH_RESTARTED;
  pt_watch_log (self->sysroot, error->message);
  return PT_TRIAL_WATCH_FAILED;
}

PtTrialWatch
pt_trial_watch (PtSysroot          *sysroot,
                const PtTrialClock *clock)
{
  PtTrialClock     own = { pt_watch_now, pt_watch_sleep, pt_watch_restart, sysroot };
  PtWatch          self = { sysroot, clock != NULL ? clock : &own, NULL, 0, -1, FALSE };
  g_autofree char *id = NULL;
  guint            minutes = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_TRIAL_WATCH_NO_TRIAL);

  if (!pt_trial_is_this_boot (sysroot, &id, &minutes))
    return PT_TRIAL_WATCH_NO_TRIAL;
  self.id = id;
  self.deadline = (gint64)minutes * 60;
  return pt_watch_run (&self);
}

gboolean
pt_trial_watch_end (PtSysroot *sysroot)
{
  g_autofree char *id = NULL;
  guint            minutes = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (!pt_trial_is_this_boot (sysroot, &id, &minutes) ||
      pt_watch_read (sysroot, id) != PT_WATCH_PENDING ||
      pt_trial_get_uptime (sysroot) < (gint64)minutes * 60)
    return FALSE;
  pt_watch_log (sysroot, "trial start: nobody confirmed; the computer restarts as before");
  pt_watch_go_back (sysroot, id);
  return pt_trial_note (sysroot, id, PT_RECORD_TRIAL_END);
}
