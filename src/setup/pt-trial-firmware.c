/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-firmware"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pt-facts.h"
#include "pt-file-state.h"
#include "pt-outside.h"
#include "pt-trial-private.h"

#define PT_LOGIND_NAME "org.freedesktop.login1"
#define PT_LOGIND_PATH "/org/freedesktop/login1"
#define PT_LOGIND_MANAGER "org.freedesktop.login1.Manager"
/* Kept over restarts, for the loader and for us (UEFI specification, "GetVariable()"). */
#define PT_FIRMWARE_ATTRIBUTES "\7\0\0"

gboolean
pt_trial_firmware_ask_logind (GDBusConnection *bus,
                              const char      *mark,
                              GError         **error)
{
  g_autoptr (GVariant) can = NULL;
  g_autoptr (GVariant) done = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *answer = "";

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), FALSE);

  can = g_dbus_connection_call_sync (bus, PT_LOGIND_NAME, PT_LOGIND_PATH, PT_LOGIND_MANAGER,
                                     "CanRebootToBootLoaderEntry", NULL, G_VARIANT_TYPE ("(s)"),
                                     G_DBUS_CALL_FLAGS_NONE, -1, NULL, &local_error);
  if (can != NULL)
    g_variant_get (can, "(&s)", &answer);
  if (!g_str_equal (answer, "yes"))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                   "logind offers no start of another entry: %s",
                   local_error != NULL ? local_error->message : answer);
      return FALSE;
    }
  done = g_dbus_connection_call_sync (bus, PT_LOGIND_NAME, PT_LOGIND_PATH, PT_LOGIND_MANAGER,
                                      "SetRebootToBootLoaderEntry",
                                      g_variant_new ("(s)", mark != NULL ? mark : ""), NULL,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  return done != NULL;
}

static char *
pt_trial_firmware_path (PtSysroot *sysroot)
{
  g_autofree char *name = pt_boot_loader_variable_name (PT_TRIAL_VARIABLE);

  return pt_sysroot_logical_path (sysroot, PT_PLACE_EFI_VARIABLES, name);
}

/* On a tree: as efivarfs shows it. */
static gboolean
pt_trial_firmware_write (PtSysroot  *sysroot,
                         const char *mark,
                         GError    **error)
{
  g_autofree char *path = pt_trial_firmware_path (sysroot);
  g_autoptr (PtFileState) state = NULL;
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *wide = NULL;
  gsize            length = 0;

  if (mark != NULL)
    {
      wide = g_convert (mark, -1, "UTF-16LE", "UTF-8", NULL, &length, error);
      if (wide == NULL)
        return FALSE;
      g_byte_array_append (array, (const guint8 *)PT_FIRMWARE_ATTRIBUTES, 4);
      g_byte_array_append (array, (const guint8 *)wide, length);
      g_byte_array_append (array, (const guint8 *)"\0", 2);
      bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
    }
  state = pt_file_state_new (mark != NULL ? PT_FILE_REGULAR : PT_FILE_ABSENT, bytes, 0644,
                             getuid (), getgid ());
  pt_file_state_sweep (sysroot, path);
  return pt_file_state_put (state, sysroot, path, error);
}

gboolean
pt_trial_firmware_ask (PtSysroot       *sysroot,
                       GDBusConnection *bus,
                       const char      *mark,
                       GError         **error)
{
  const char *command[] = { "bootctl", "set-oneshot", "--", mark != NULL ? mark : "", NULL };
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (bus != NULL && pt_trial_firmware_ask_logind (bus, mark, &local_error))
    return TRUE;
  if (pt_outside_run (sysroot, command, error))
    return TRUE;
  g_prefix_error (error, "%s; ", local_error != NULL ? local_error->message : "there is no bus");
  return FALSE;
}

static gboolean
pt_trial_firmware_set_host (PtSysroot  *sysroot,
                            const char *mark,
                            GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &local_error);

  if (bus == NULL)
    g_debug ("%s", local_error->message);
  return pt_trial_firmware_ask (sysroot, bus, mark, error);
}

void
pt_trial_firmware_sweep (PtSysroot *sysroot)
{
  g_autofree char *path = NULL;

  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  if (pt_sysroot_is_real (sysroot))
    return;
  path = pt_trial_firmware_path (sysroot);
  pt_file_state_sweep (sysroot, path);
}

gboolean
pt_trial_firmware_set (PtSysroot  *sysroot,
                       const char *mark,
                       GError    **error)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  return pt_sysroot_is_real (sysroot) ? pt_trial_firmware_set_host (sysroot, mark, error)
                                      : pt_trial_firmware_write (sysroot, mark, error);
}
