/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-trace"

#include "config.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "pt-trial-private.h"

static const char *const pt_trial_states[PT_TRIAL_LAST] = {
  [PT_TRIAL_NONE] = "none",
  [PT_TRIAL_PREPARED] = "prepared",
  [PT_TRIAL_STARTED] = "started",
  [PT_TRIAL_RUNNING] = "running",
  [PT_TRIAL_FAILED] = "failed",
  [PT_TRIAL_CANCELLED] = "cancelled",
  [PT_TRIAL_CONFIRMED] = "confirmed",
};

static const char *const pt_trial_causes[PT_TRIAL_CAUSE_LAST] = {
  [PT_TRIAL_CAUSE_NONE] = "none",
  [PT_TRIAL_CAUSE_NOT_CONFIRMED] = "not-confirmed",
  [PT_TRIAL_CAUSE_CUT_SHORT] = "cut-short",
  [PT_TRIAL_CAUSE_NO_TRACE] = "no-trace",
};

const char *
pt_trial_state_to_nick (PtTrialState state)
{
  g_return_val_if_fail ((gsize)state < PT_TRIAL_LAST, NULL);

  return pt_trial_states[state];
}

gboolean
pt_trial_state_from_nick (const char   *nick,
                          PtTrialState *state)
{
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  for (gsize i = 0; i < PT_TRIAL_LAST; i++)
    if (g_str_equal (nick, pt_trial_states[i]))
      {
        *state = (PtTrialState)i;
        return TRUE;
      }
  return FALSE;
}

const char *
pt_trial_cause_to_nick (PtTrialCause cause)
{
  g_return_val_if_fail ((gsize)cause < PT_TRIAL_CAUSE_LAST, NULL);

  return pt_trial_causes[cause];
}

gboolean
pt_trial_cause_from_nick (const char   *nick,
                          PtTrialCause *cause)
{
  g_return_val_if_fail (nick != NULL, FALSE);
  g_return_val_if_fail (cause != NULL, FALSE);

  for (gsize i = 0; i < PT_TRIAL_CAUSE_LAST; i++)
    if (g_str_equal (nick, pt_trial_causes[i]))
      {
        *cause = (PtTrialCause)i;
        return TRUE;
      }
  return FALSE;
}

void
pt_trial_free (PtTrial *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->id);
  g_free (self->boot_id);
  g_free (self);
}

static void
pt_trial_trace_applied (PtTrialTrace   *self,
                        const PtRecord *begin)
{
  if (begin->trial != NULL)
    *self = (PtTrialTrace){ .begin = begin };
  else
    self->permanent = self->begin != NULL;
}

static void
pt_trial_trace_event (PtTrialTrace   *self,
                      const PtRecord *record)
{
  if (self->begin == NULL || g_strcmp0 (self->begin->trial, record->trial) != 0)
    return;

  if (record->kind == PT_RECORD_TRIAL_START)
    {
      self->start = record;
      self->boot = NULL;
      self->ended = FALSE;
    }
  if (record->kind == PT_RECORD_TRIAL_RESET)
    self->start = NULL;
  if (record->kind == PT_RECORD_TRIAL_BOOT)
    self->boot = record;
  if (record->kind == PT_RECORD_TRIAL_END)
    self->ended = TRUE;
  if (record->kind == PT_RECORD_TRIAL_DROP)
    self->drop = record;
}

void
pt_trial_trace (GPtrArray    *records,
                PtTrialTrace *trace)
{
  const PtRecord *begin = NULL;

  g_return_if_fail (records != NULL);
  g_return_if_fail (trace != NULL);

  *trace = (PtTrialTrace){ 0 };
  for (guint i = 0; i < records->len; i++)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      if (record->kind == PT_RECORD_BEGIN)
        begin = record;
      else if (record->kind == PT_RECORD_APPLIED && begin != NULL)
        pt_trial_trace_applied (trace, begin);
      else if (record->trial != NULL)
        pt_trial_trace_event (trace, record);
    }
}

char *
pt_trial_get_boot_id (PtSysroot *sysroot)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  return pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "sys/kernel/random/boot_id", NULL);
}

gboolean
pt_trial_is_this_boot (PtSysroot *sysroot,
                       char     **id,
                       guint     *minutes)
{
  g_autofree char *command_line = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  command_line = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "cmdline", NULL);
  return command_line != NULL && pt_trial_parse_command_line (command_line, id, minutes);
}

gint64
pt_trial_get_uptime (PtSysroot *sysroot)
{
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  struct stat      info = { 0 };
  gint64           uptime = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), 0);

  /* Not /proc/uptime, which goes on while the computer sleeps: whoever wakes it would see it
   * restart at once. */
  if (pt_sysroot_is_real (sysroot))
    return g_get_monotonic_time () / G_USEC_PER_SEC;

  text = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "uptime", NULL);
  uptime = text != NULL ? (gint64)g_ascii_strtod (text, NULL) : 0;
  path = pt_sysroot_path (sysroot, PT_PLACE_PROC, "uptime");
  if (path != NULL && stat (path, &info) == 0)
    uptime += MAX (0, g_get_real_time () / G_USEC_PER_SEC - (gint64)info.st_mtime);
  return uptime;
}

static void
pt_trial_fill_failed (PtTrial            *self,
                      const PtTrialTrace *trace)
{
  self->state = PT_TRIAL_FAILED;
  if (trace->boot == NULL)
    self->cause = PT_TRIAL_CAUSE_NO_TRACE;
  else
    self->cause = trace->ended ? PT_TRIAL_CAUSE_NOT_CONFIRMED : PT_TRIAL_CAUSE_CUT_SHORT;
}

static void
pt_trial_fill (PtTrial            *self,
               PtSysroot          *sysroot,
               const PtTrialTrace *trace)
{
  g_autofree char *here = pt_trial_get_boot_id (sysroot);
  g_autofree char *running = NULL;
  guint            minutes = 0;
  gboolean         in_trial = pt_trial_is_this_boot (sysroot, &running, &minutes) &&
                      g_str_equal (running, self->id);

  if (trace->boot != NULL)
    self->boot_id = g_strdup (trace->boot->boot_id);
  if (trace->permanent)
    {
      self->state = PT_TRIAL_CONFIRMED;
    }
  else if (trace->drop != NULL)
    {
      self->state = PT_TRIAL_CANCELLED;
    }
  else if (in_trial)
    {
      self->state = PT_TRIAL_RUNNING;
      self->minutes = minutes;
      self->seconds_left = MAX (0, (gint64)minutes * 60 - pt_trial_get_uptime (sysroot));
      g_free (self->boot_id);
      self->boot_id = g_strdup (here);
    }
  else if (trace->start == NULL)
    {
      self->state = PT_TRIAL_PREPARED;
    }
  else if (trace->boot == NULL && g_strcmp0 (trace->start->boot_id, here) == 0)
    {
      self->state = PT_TRIAL_STARTED;
    }
  else
    {
      pt_trial_fill_failed (self, trace);
    }
}

PtTrial *
pt_trial_read (PtSysroot *sysroot,
               GError   **error)
{
  g_autoptr (PtTrial) self = g_new0 (PtTrial, 1);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) local_error = NULL;
  PtTrialTrace trace = { 0 };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  records = pt_journal_peek (sysroot, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (records != NULL)
    pt_trial_trace (records, &trace);
  if (trace.begin == NULL)
    return g_steal_pointer (&self);

  self->id = g_strdup (trace.begin->trial);
  self->minutes = trace.begin->minutes;
  pt_trial_fill (self, sysroot, &trace);
  return g_steal_pointer (&self);
}
