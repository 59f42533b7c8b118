/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-mark"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pt-boot-command.h"
#include "pt-facts.h"
#include "pt-one-shot.h"
#include "pt-trial-private.h"

#define PT_TRIAL_MARK "next_entry"
#define PT_TRIAL_ENVIRONMENT "# GRUB Environment Block\n"

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

GPtrArray *
pt_trial_mark_touch (PtSysroot *sysroot,
                     gboolean   firmware,
                     GError   **error)
{
  g_autoptr (GPtrArray) touched = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_touched_free);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  g_autoptr (PtFileState) before = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  if (firmware)
    return g_steal_pointer (&touched);
  name = pt_trial_mark_environment (sysroot);
  path = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, name);
  before = pt_file_state_read (sysroot, path, error);
  if (before == NULL)
    return NULL;
  if (before->kind == PT_FILE_REGULAR)
    g_ptr_array_add (touched, pt_touched_new (path, g_steal_pointer (&before)));
  return g_steal_pointer (&touched);
}

gboolean
pt_trial_mark_may_touch (PtSysroot  *sysroot,
                         const char *path)
{
  static const char *const names[] = { "grub/grubenv", "grub2/grubenv" };

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *allowed = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, names[i]);

      if (g_str_equal (path, allowed))
        return TRUE;
    }
  return FALSE;
}

static gboolean
pt_trial_mark_is_whole (const PtFileState *now,
                        const PtFileState *before)
{
  gsize       size = g_bytes_get_size (now->content);
  const char *text = g_bytes_get_data (now->content, NULL);

  return size >= g_bytes_get_size (before->content) && size >= strlen (PT_TRIAL_ENVIRONMENT) &&
         memcmp (text, PT_TRIAL_ENVIRONMENT, strlen (PT_TRIAL_ENVIRONMENT)) == 0;
}

gboolean
pt_trial_mark_mend (PtSysroot *sysroot,
                    GPtrArray *touched,
                    GError   **error)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  for (guint i = 0; touched != NULL && i < touched->len; i++)
    {
      PtTouched *file = g_ptr_array_index (touched, i);
      g_autoptr (PtFileState) now = NULL;

      pt_file_state_sweep (sysroot, file->path);
      now = pt_file_state_read (sysroot, file->path, error);
      if (now == NULL)
        return FALSE;
      if (now->kind == PT_FILE_REGULAR && !pt_trial_mark_is_whole (now, file->before) &&
          !pt_file_state_put (file->before, sysroot, file->path, error))
        return FALSE;
    }
  return TRUE;
}

/* To the disk: a reset may follow at once. */
static gboolean
pt_trial_mark_sync (PtSysroot *sysroot,
                    GError   **error)
{
  g_autofree char *name = pt_trial_mark_environment (sysroot);
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_BOOT, name);
  int              fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  gboolean synced = FALSE;

  /* Without the file there is no mark. */
  if (fd < 0)
    return TRUE;
  synced = syncfs (fd) == 0;
  if (!synced)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot sync %s: %s", name,
                 g_strerror (errno));
  close (fd);
  return synced;
}

/* `-` is the grubenv that this GRUB was built for, which is also the one it reads. */
static gboolean
pt_trial_mark_run (PtSysroot  *sysroot,
                   const char *verb,
                   const char *what,
                   GError    **error)
{
  const char *arguments[] = { "-", verb, what, NULL };
  g_autoptr (GError) failure = NULL;

  if (!pt_sysroot_run (sysroot, PT_PROGRAM_GRUB_EDITENV, arguments, NULL, NULL, &failure))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, failure->message);
      return FALSE;
    }
  return pt_trial_mark_sync (sysroot, error);
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

  if (firmware)
    pt_trial_firmware_sweep (sysroot);
  now = pt_trial_mark_get (sysroot, firmware);
  /* GRUB leaves an empty one behind. */
  if (now == NULL || g_strcmp0 (now, previous) == 0 ||
      (*now != '\0' && !pt_trial_entry_is_ours (now)))
    return TRUE;
  return pt_trial_mark_write (sysroot, firmware, previous, error);
}
