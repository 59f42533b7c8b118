/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-restart"

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-facts.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"
#include "pt-rehearsal-private.h"
#include "pt-restart-private.h"
#include "pt-tokens.h"
#include "pt-trial-private.h"
#include "pt-trial-watch.h"

#define PT_RESTART_VFIO "vfio-pci"
/* What a boot wrote to its log, kept for the journalctl of the tree. */
#define PT_RESTART_LOGS "var/log/rehearsal"

static gboolean
pt_restart_write (PtSysroot  *sysroot,
                  PtPlace     place,
                  const char *name,
                  const char *text,
                  GError    **error)
{
  g_autofree char *path = pt_sysroot_path (sysroot, place, name);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  if (path == NULL || g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot write %s in the rehearsal",
                   name);
      return FALSE;
    }
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

static PtRestartEntry *
pt_restart_choose (PtSysroot *sysroot,
                   GError   **error)
{
  PtBootLoader loader = pt_boot_find_loader (sysroot);

  if (loader == PT_BOOT_LOADER_SYSTEMD_BOOT || loader == PT_BOOT_LOADER_SDBOOTUTIL ||
      loader == PT_BOOT_LOADER_KERNELSTUB)
    return pt_restart_choose_file (sysroot, error);
  if (loader == PT_BOOT_LOADER_GRUB_BLS || loader == PT_BOOT_LOADER_RPM_OSTREE)
    return pt_restart_choose_bls (sysroot, error);
  return pt_restart_choose_grub (sysroot, error);
}

static gboolean
pt_restart_set_command_line (PtSysroot            *sysroot,
                             const PtRestartEntry *entry,
                             GError              **error)
{
  g_autofree char *line = g_strconcat (entry->command_line, "\n", NULL);

  return pt_restart_write (sysroot, PT_PLACE_PROC, "cmdline", line, error);
}

/* A computer that starts has no overrides. */
static gboolean
pt_restart_clear_overrides (PtSysroot *sysroot,
                            char     **devices,
                            GError   **error)
{
  for (gsize i = 0; devices[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename (devices[i], "driver_override", NULL);

      if (pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES, name) &&
          !pt_restart_write (sysroot, PT_PLACE_PCI_DEVICES, name, "(null)\n", error))
        return FALSE;
    }
  return TRUE;
}

/* The early script as images have it, and where it comes from below /etc. */
static const struct
{
  const char *packed;
  const char *script;
} pt_restart_scripts[] = {
  { "scripts/init-top/passthru", "initramfs-tools/scripts/init-top/passthru" },
  { "etc/passthru/early", "passthru/early" },
};

/* Images lie where the loader says, or right in /boot. (transfer full) */
static char *
pt_restart_read_image (PtSysroot            *sysroot,
                       const PtRestartEntry *entry,
                       gsize                *length)
{
  g_autofree char *base = NULL;
  const char      *name = entry->initrd;
  char            *text = NULL;

  if (name == NULL)
    return NULL;
  name += strspn (name, "/");
  base = g_path_get_basename (name);
  text = pt_sysroot_read (sysroot, PT_PLACE_BOOT, name, length, NULL);
  return text != NULL ? text : pt_sysroot_read (sysroot, PT_PLACE_BOOT, base, length, NULL);
}

/* The name of our early script below /etc, if the image of @entry was built with it in it: the
 * stand-ins of the programs that build it list what a real image would hold. */
static const char *
pt_restart_find_script (PtSysroot            *sysroot,
                        const PtRestartEntry *entry)
{
  gsize            length = 0;
  g_autofree char *text = pt_restart_read_image (sysroot, entry, &length);

  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (pt_restart_scripts); i++)
    if (memmem (text, length, pt_restart_scripts[i].packed,
                strlen (pt_restart_scripts[i].packed)) != NULL &&
        pt_sysroot_exists (sysroot, PT_PLACE_ETC, pt_restart_scripts[i].script))
      return pt_restart_scripts[i].script;
  return NULL;
}

/* Runs the script of the tree, as it is there, against the tree. */
static gboolean
pt_restart_run_script (PtSysroot    *sysroot,
                       const char   *name,
                       GCancellable *cancellable,
                       GError      **error)
{
  g_autofree char *path = pt_sysroot_path (sysroot, PT_PLACE_ETC, name);
  const char      *argv[] = { path, "--root", pt_sysroot_get_directory (sysroot), NULL };
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  char *environment[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_cwd (launcher, pt_sysroot_get_directory (sysroot));
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  return process != NULL && g_subprocess_wait_check (process, cancellable, error);
}

/* Value of attribute @name of a device without its 0x. (transfer full) */
static char *
pt_restart_read_hex (PtSysroot  *sysroot,
                     const char *device,
                     const char *name)
{
  g_autofree char *path = g_build_filename (device, name, NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, path, NULL);

  if (text == NULL)
    return g_strdup ("");
  return g_strdup (g_str_has_prefix (text, "0x") ? text + 2 : text);
}

/* As the kernel compares (drivers/vfio/pci/vfio_pci.c): vendor:device[:subvendor[:subdevice]]. */
static gboolean
pt_restart_matches (PtSysroot  *sysroot,
                    const char *device,
                    const char *id)
{
  static const char *const attributes[] = { "vendor", "device", "subsystem_vendor",
                                            "subsystem_device" };
  g_auto (GStrv) parts = g_strsplit (id, ":", -1);

  if (g_strv_length (parts) < 2)
    return FALSE;
  for (gsize i = 0; parts[i] != NULL && i < G_N_ELEMENTS (attributes); i++)
    {
      g_autofree char *value = pt_restart_read_hex (sysroot, device, attributes[i]);

      if (g_ascii_strcasecmp (value, parts[i]) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
pt_restart_is_named (PtSysroot         *sysroot,
                     const char        *device,
                     const char *const *ids)
{
  g_autofree char *name = g_build_filename (device, "driver_override", NULL);
  g_autofree char *override = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);

  if (g_strcmp0 (override, PT_RESTART_VFIO) == 0)
    return TRUE;
  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    if (pt_restart_matches (sysroot, device, ids[i]))
      return TRUE;
  return FALSE;
}

/* Before the script runs no driver is loaded. What was bound is in the note. */
static gboolean
pt_restart_unbind_all (PtSysroot *sysroot,
                       char     **devices,
                       GError   **error)
{
  for (gsize i = 0; devices[i] != NULL; i++)
    {
      g_autofree char *folder = pt_sysroot_path (sysroot, PT_PLACE_PCI_DEVICES, devices[i]);

      if (!pt_played_kernel_move (sysroot, folder, devices[i], "", error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pt_restart_bind_all (PtSysroot         *sysroot,
                     char             **devices,
                     const char *const *ids,
                     GKeyFile          *note,
                     GError           **error)
{
  for (gsize i = 0; devices[i] != NULL; i++)
    {
      g_autofree char *folder = pt_sysroot_path (sysroot, PT_PLACE_PCI_DEVICES, devices[i]);
      g_autofree char *own = g_key_file_get_string (note, PT_REHEARSAL_DRIVERS, devices[i], NULL);
      const char      *driver = own != NULL ? own : "";
      gboolean         named = pt_restart_is_named (sysroot, devices[i], ids);

      if (!pt_played_kernel_move (sysroot, folder, devices[i],
                                  named ? PT_RESTART_VFIO : driver, error))
        return FALSE;
    }
  return TRUE;
}

/* The last `vfio-pci.ids=` of @arguments. (transfer full) */
static char **
pt_restart_get_ids (const char *arguments)
{
  g_auto (GStrv) words = pt_tokens_split (arguments);
  char **ids = NULL;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      const char *value = NULL;

      if (!pt_token_is (words[i], "vfio-pci.ids", &value) || value == NULL)
        continue;
      g_strfreev (ids);
      ids = g_strsplit (value, ",", -1);
    }
  return ids;
}

/* From the choice of the entry to drivers at work. Without our script in the image
 * nobody loads vfio-pci. */
static gboolean
pt_restart_play (PtSysroot            *sysroot,
                 const PtRestartEntry *entry,
                 GKeyFile             *note,
                 GCancellable         *cancellable,
                 GError              **error)
{
  g_auto (GStrv) devices = pt_sysroot_list (sysroot, PT_PLACE_PCI_DEVICES, NULL, error);
  g_auto (GStrv) ids = NULL;
  const char *script = NULL;

  if (devices == NULL || !pt_restart_set_command_line (sysroot, entry, error) ||
      !pt_restart_clear_overrides (sysroot, devices, error) ||
      !pt_restart_unbind_all (sysroot, devices, error))
    return FALSE;
  script = pt_restart_find_script (sysroot, entry);
  if (script != NULL)
    {
      if (!pt_restart_run_script (sysroot, script, cancellable, error))
        return FALSE;
      ids = pt_restart_get_ids (entry->command_line);
    }
  return pt_restart_bind_all (sysroot, devices, (const char *const *)ids, note, error);
}

/* The kernel's log of the boot that ends is kept under its id, as the journal of a real host would
 * keep it. */
static gboolean
pt_restart_turn_log (PtSysroot *sysroot,
                     GError   **error)
{
  g_autofree char *boot_id = pt_trial_get_boot_id (sysroot);
  g_autofree char *log = pt_sysroot_read (sysroot, PT_PLACE_DEV, "kmsg", NULL, NULL);
  g_auto (GStrv) parts = g_strsplit (boot_id != NULL ? boot_id : "", "-", -1);
  g_autofree char *id = g_strjoinv ("", parts);
  g_autofree char *name = g_build_filename (PT_RESTART_LOGS, id, NULL);

  if (*id != '\0' &&
      !pt_restart_write (sysroot, PT_PLACE_ROOT, name, log != NULL ? log : "", error))
    return FALSE;
  return pt_restart_write (sysroot, PT_PLACE_DEV, "kmsg", "", error) &&
         pt_restart_write (sysroot, PT_PLACE_PROC, "uptime", "0.00 0.00\n", error);
}

/* What the unit of the countdown does first in a trial. */
static void
pt_restart_note_trial (PtSysroot *sysroot)
{
  g_autofree char *id = NULL;
  guint            minutes = 0;

  if (pt_trial_is_this_boot (sysroot, &id, &minutes) &&
      !pt_trial_note (sysroot, id, PT_RECORD_TRIAL_BOOT))
    g_debug ("the rehearsed trial is not noted");
}

static gboolean
pt_restart_all (PtSysroot    *sysroot,
                GCancellable *cancellable,
                GError      **error)
{
  g_autoptr (GKeyFile) note = NULL;
  g_autoptr (PtRestartEntry) entry = NULL;
  g_autofree char *boot_id = NULL;

  note = pt_rehearsal_ensure_note (sysroot, error);
  if (note == NULL)
    return FALSE;
  pt_trial_watch_end (sysroot);
  entry = pt_restart_choose (sysroot, error);
  if (entry == NULL || !pt_restart_turn_log (sysroot, error) ||
      !pt_restart_play (sysroot, entry, note, cancellable, error))
    return FALSE;

  boot_id = g_uuid_string_random ();
  if (!pt_restart_write (sysroot, PT_PLACE_PROC, "sys/kernel/random/boot_id", boot_id, error))
    return FALSE;
  pt_restart_note_trial (sysroot);
  return TRUE;
}

gboolean
pt_rehearsal_restart (PtSysroot    *sysroot,
                      GCancellable *cancellable,
                      GError      **error)
{
  g_autoptr (PtSysroot) all = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (pt_sysroot_is_real (sysroot))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                           "only a rehearsal can play a restart");
      return FALSE;
    }
  /* A computer that starts reads its own files, whatever its users may. */
  all = pt_sysroot_for_root (sysroot);
  return pt_restart_all (all, cancellable, error);
}
