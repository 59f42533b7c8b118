/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-log"

#include "config.h"

#include <string.h>

#include "pt-trial-private.h"

#define PT_TRIAL_LOG_MAX (64 * 1024)

/* journalctl wants it without dashes. */
static char *
pt_trial_log_compact (const char *boot_id)
{
  g_auto (GStrv) parts = g_strsplit (boot_id, "-", -1);

  return g_strjoinv ("", parts);
}

/* The log of boot @which, as journalctl names it, or NULL. */
static char *
pt_trial_log_run (PtSysroot  *sysroot,
                  const char *which,
                  GError    **error)
{
  g_autofree char *boot = g_strconcat ("--boot=", which, NULL);
  const char      *arguments[] = { boot, "--no-pager", "--quiet", "--output=short-monotonic",
                                   "--lines=400", NULL };
  char            *output = NULL;

  if (!pt_sysroot_run (sysroot, PT_PROGRAM_JOURNALCTL, arguments, &output, NULL, error))
    return NULL;
  return output;
}

/* TRUE if @log is that of a boot with the trial's mark on its command line. */
static gboolean
pt_trial_log_is_of (const char *log,
                    const char *id)
{
  g_autofree char *mark = g_strdup_printf (PT_TRIAL_PARAMETER "=%s:", id);

  return strstr (log, mark) != NULL;
}

/* The last bytes, from the start of a line on, as valid text. */
static char *
pt_trial_log_bound (const char *log)
{
  gsize            length = strlen (log);
  const char      *from = length > PT_TRIAL_LOG_MAX ? log + length - PT_TRIAL_LOG_MAX : log;
  const char      *line = from > log ? strchr (from, '\n') : NULL;
  g_autofree char *valid = g_utf8_make_valid (line != NULL ? line + 1 : from, -1);

  return g_steal_pointer (&valid);
}

char *
pt_trial_read_log (PtSysroot *sysroot,
                   GError   **error)
{
  g_autoptr (PtTrial) trial = NULL;
  g_autofree char *log = NULL;
  g_autofree char *boot = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  trial = pt_trial_read (sysroot, error);
  if (trial == NULL)
    return NULL;
  if (trial->boot_id != NULL)
    {
      boot = pt_trial_log_compact (trial->boot_id);
      log = pt_trial_log_run (sysroot, boot, error);
      return log != NULL ? pt_trial_log_bound (log) : NULL;
    }
  /* Nothing of ours ran in it: perhaps the kernel's words were kept all the same. */
  if (trial->state == PT_TRIAL_FAILED)
    log = pt_trial_log_run (sysroot, "-1", NULL);
  if (log != NULL && pt_trial_log_is_of (log, trial->id))
    return pt_trial_log_bound (log);
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING,
                       "the system's log has nothing of the trial");
  return NULL;
}
