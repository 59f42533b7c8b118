/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-mark"

#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "pt-facts.h"
#include "pt-one-shot.h"
#include "pt-trial-private.h"

#define PT_TRIAL_MARK "next_entry"

static char *
pt_trial_mark_environment (PtSysroot *sysroot)
{
  return g_build_filename (pt_one_shot_grub_folder (sysroot), "grubenv", NULL);
}

char *
pt_trial_mark_get (PtSysroot *sysroot,
                   gboolean   firmware)
{
  g_autofree char *name = NULL;
  g_autofree char *environment = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (firmware)
    return pt_boot_read_loader_variable (sysroot, PT_TRIAL_VARIABLE);
  name = pt_trial_mark_environment (sysroot);
  environment = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, NULL);
  return environment != NULL ? pt_boot_environment_get (environment, PT_TRIAL_MARK) : NULL;
}

/* To the disk: a reset may follow at once. */
static void
pt_trial_mark_sync (PtSysroot *sysroot)
{
  g_autofree char *name = pt_trial_mark_environment (sysroot);
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_BOOT, name);
  int              fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0)
    return;
  if (syncfs (fd) != 0)
    g_debug ("%s cannot be synced", name);
  close (fd);
}

/* `-` is the grubenv that this GRUB was built for, which is also the one it reads. */
static gboolean
pt_trial_mark_run (PtSysroot  *sysroot,
                   const char *verb,
                   const char *what,
                   GError    **error)
{
  const char *arguments[] = { "-", verb, what, NULL };

  if (!pt_sysroot_run (sysroot, PT_PROGRAM_GRUB_EDITENV, arguments, NULL, NULL, error))
    return FALSE;
  pt_trial_mark_sync (sysroot);
  return TRUE;
}

static gboolean
pt_trial_mark_write (PtSysroot  *sysroot,
                     gboolean    firmware,
                     const char *mark,
                     GError    **error)
{
  g_autofree char *what = NULL;

  if (firmware)
    return pt_trial_firmware_set (sysroot, mark, error);
  if (mark == NULL)
    return pt_trial_mark_run (sysroot, "unset", PT_TRIAL_MARK, error);
  what = g_strconcat (PT_TRIAL_MARK "=", mark, NULL);
  return pt_trial_mark_run (sysroot, "set", what, error);
}

gboolean
pt_trial_mark_set (PtSysroot  *sysroot,
                   gboolean    firmware,
                   const char *mark,
                   GError    **error)
{
  g_autofree char *now = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (mark != NULL, FALSE);

  if (!pt_trial_mark_write (sysroot, firmware, mark, error))
    return FALSE;
  now = pt_trial_mark_get (sysroot, firmware);
  if (g_strcmp0 (now, mark) == 0)
    return TRUE;
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "the mark for the next start is not where the boot loader reads it");
  return FALSE;
}

gboolean
pt_trial_mark_restore (PtSysroot  *sysroot,
                       gboolean    firmware,
                       const char *previous,
                       GError    **error)
{
  g_autofree char *now = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  now = pt_trial_mark_get (sysroot, firmware);
  /* GRUB leaves an empty one behind. */
  if (now == NULL || g_strcmp0 (now, previous) == 0 ||
      (*now != '\0' && !pt_trial_entry_is_ours (now)))
    return TRUE;
  return pt_trial_mark_write (sysroot, firmware, previous, error);
}
