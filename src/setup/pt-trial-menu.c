/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-menu"

#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "pt-one-shot.h"
#include "pt-trial-private.h"

#define PT_TRIAL_MARK "next_entry"

/* (transfer full) */
static char *
pt_trial_menu_name (PtSysroot  *sysroot,
                    const char *name)
{
  return g_build_filename (pt_one_shot_grub_folder (sysroot), name, NULL);
}

static char *
pt_trial_menu_read_environment (PtSysroot *sysroot)
{
  g_autofree char *name = pt_trial_menu_name (sysroot, "grubenv");

  return pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, NULL);
}

char *
pt_trial_menu_get_file (PtSysroot *sysroot)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  return pt_trial_menu_name (sysroot, "custom.cfg");
}

gboolean
pt_trial_menu_owns_path (PtSysroot  *sysroot,
                         const char *path)
{
  static const char *const names[] = { "grub/custom.cfg", "grub2/custom.cfg" };

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

char *
pt_trial_menu_make_entry (PtSysroot         *sysroot,
                          const PtTrialLine *line,
                          GError           **error)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *environment = NULL;
  g_autoptr (PtBootMenu) menu = NULL;
  const PtBootEntry *entry = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (line != NULL, NULL);

  name = pt_trial_menu_name (sysroot, "grub.cfg");
  text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, NULL, error);
  if (text == NULL)
    return NULL;
  environment = pt_trial_menu_read_environment (sysroot);
  menu = pt_boot_menu_parse (text);
  entry = pt_boot_menu_get_default (menu, environment);
  if (entry != NULL)
    return pt_trial_entry_copy_grub (entry, line, error);
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
               "the entry that %s starts by default cannot be told", name);
  return NULL;
}

char *
pt_trial_mark_get (PtSysroot *sysroot)
{
  g_autofree char *environment = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  environment = pt_trial_menu_read_environment (sysroot);
  return environment != NULL ? pt_boot_environment_get (environment, PT_TRIAL_MARK) : NULL;
}

/* To the disk: a reset may follow at once. */
static void
pt_trial_mark_sync (PtSysroot *sysroot)
{
  g_autofree char *name = pt_trial_menu_name (sysroot, "grubenv");
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

gboolean
pt_trial_mark_set (PtSysroot *sysroot,
                   GError   **error)
{
  g_autofree char *mark = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (!pt_trial_mark_run (sysroot, "set", PT_TRIAL_MARK "=" PT_TRIAL_ENTRY_ID, error))
    return FALSE;
  mark = pt_trial_mark_get (sysroot);
  if (g_strcmp0 (mark, PT_TRIAL_ENTRY_ID) == 0)
    return TRUE;
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                       "the mark for the next start is not where GRUB reads it");
  return FALSE;
}

gboolean
pt_trial_mark_restore (PtSysroot  *sysroot,
                       const char *previous,
                       GError    **error)
{
  g_autofree char *now = NULL;
  g_autofree char *what = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  now = pt_trial_mark_get (sysroot);
  /* GRUB leaves an empty one behind. */
  if (now == NULL || g_strcmp0 (now, previous) == 0 ||
      (*now != '\0' && !g_str_equal (now, PT_TRIAL_ENTRY_ID)))
    return TRUE;
  if (previous == NULL)
    return pt_trial_mark_run (sysroot, "unset", PT_TRIAL_MARK, error);
  what = g_strconcat (PT_TRIAL_MARK "=", previous, NULL);
  return pt_trial_mark_run (sysroot, "set", what, error);
}
