/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-played-kernel"

#include "config.h"

#include "pt-played-kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-plan.h"
#include "pt-rehearsal-private.h"

#define PT_PLAYED_VFIO "vfio-pci"


gboolean
pt_played_kernel_move (PtSysroot  *sysroot,
                       const char *folder,
                       const char *device,
                       const char *driver,
                       GError    **error)
{
  /* The links say their way from sysfs' own top. */
  g_autofree char *bus = pt_sysroot_logical_path (sysroot, PT_PLACE_PCI_BUS, NULL);
  const gsize      top = strlen (pt_sysroot_get_directory (sysroot)) + strcspn (bus + 1, "/") + 1;
  g_autofree char *link = g_build_filename (folder, "driver", NULL);
  g_autofree char *old = g_file_read_link (link, NULL);
  g_autofree char *old_name = old != NULL ? g_path_get_basename (old) : g_strdup ("");
  g_autofree char *drivers = pt_sysroot_path (sysroot, PT_PLACE_PCI_DRIVERS, NULL);
  g_autofree char *old_back = g_build_filename (drivers, old_name, device, NULL);
  g_autofree char *new_folder = g_build_filename (drivers, driver, NULL);
  g_autofree char *new_back = g_build_filename (new_folder, device, NULL);
  g_autoptr (GString) up = g_string_new (NULL);
  g_autofree char *target = NULL;
  g_autofree char *back = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot) && !pt_sysroot_is_real (sysroot), FALSE);

  if (g_str_equal (old_name, driver))
    return TRUE;
  if (old != NULL)
    {
      unlink (link);
      unlink (old_back);
    }
  if (*driver == '\0')
    return TRUE;

  for (const char *p = folder + top; *p != '\0'; p++)
    if (*p == '/')
      g_string_append (up, "../");
  target = g_strconcat (up->str, drivers + top + 1, "/", driver, NULL);
  back = g_strconcat ("../../../..", folder + top, NULL);
  if (g_mkdir_with_parents (new_folder, 0755) == 0 && symlink (target, link) == 0 &&
      (symlink (back, new_back) == 0 || errno == EEXIST))
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "cannot bind %s in the rehearsal: %s",
               device, g_strerror (errno));
  return FALSE;
}


static gboolean
pt_played_kernel_is_stuck (GKeyFile   *note,
                           const char *device,
                           const char *where)
{
  g_autofree char *stuck = g_key_file_get_string (note, PT_PLAYED_KERNEL_STUCK, device, NULL);

  return g_strcmp0 (stuck, where) == 0;
}


/* An empty line is nothing, which reads `(null)`. */
static gboolean
pt_played_kernel_override (PtSysroot  *sysroot,
                           const char *name,
                           const char *text,
                           GError    **error)
{
  g_autofree char *order = g_strstrip (g_strdup (text));

  return *order != '\0' ||
         pt_sysroot_write_attribute (sysroot, PT_PLACE_PCI_DEVICES, name, "(null)\n", error);
}


static gboolean
pt_played_kernel_unbind (PtSysroot  *sysroot,
                         GKeyFile   *note,
                         const char *device,
                         GError    **error)
{
  g_autofree char *folder = pt_sysroot_path (sysroot, PT_PLACE_PCI_DEVICES, device);

  return pt_played_kernel_is_stuck (note, device, "unbind") ||
         pt_played_kernel_move (sysroot, folder, device, "", error);
}


/* A device that has a driver keeps it. */
static gboolean
pt_played_kernel_probe (PtSysroot  *sysroot,
                        GKeyFile   *note,
                        const char *device,
                        GError    **error)
{
  g_autofree char *folder = pt_sysroot_path (sysroot, PT_PLACE_PCI_DEVICES, device);
  g_autofree char *link = g_build_filename (device, "driver", NULL);
  g_autofree char *name = g_build_filename (device, "driver_override", NULL);
  g_autofree char *order = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);
  g_autofree char *own = g_key_file_get_string (note, PT_REHEARSAL_DRIVERS, device, NULL);
  const char      *driver = own != NULL ? own : "";
  gboolean         ordered = order != NULL && *order != '\0' && !g_str_equal (order, "(null)");

  if (pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES, link) ||
      pt_played_kernel_is_stuck (note, device, ordered ? "probe" : "return"))
    return TRUE;
  return pt_played_kernel_move (sysroot, folder, device, ordered ? order : driver, error);
}


static gboolean
pt_played_kernel_react (PtSysroot  *sysroot,
                        const char *name,
                        const char *text,
                        GError    **error)
{
  g_autofree char *attribute = g_path_get_basename (name);
  g_autofree char *device = g_strstrip (g_strdup (text));
  g_autoptr (GKeyFile) note = NULL;

  if (g_str_equal (attribute, "driver_override"))
    return pt_played_kernel_override (sysroot, name, text, error);
  note = pt_rehearsal_ensure_note (sysroot, error);
  if (note == NULL)
    return FALSE;
  if (g_str_equal (attribute, "unbind"))
    return pt_played_kernel_unbind (sysroot, note, device, error);
  return pt_played_kernel_probe (sysroot, note, device, error);
}


gboolean
pt_played_kernel_write (PtSysroot  *sysroot,
                        PtPlace     place,
                        const char *name,
                        const char *text,
                        GError    **error)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot) && !pt_sysroot_is_real (sysroot), FALSE);

  /* The others keep nothing of what they are told. */
  if (g_str_has_suffix (name, "driver_override") &&
      !pt_sysroot_write_attribute (sysroot, place, name, text, error))
    return FALSE;
  return pt_played_kernel_react (sysroot, name, text, error);
}


gboolean
pt_played_kernel_load (PtSysroot *sysroot,
                       GError   **error)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot) && !pt_sysroot_is_real (sysroot), FALSE);

  folder = pt_sysroot_path (sysroot, PT_PLACE_PCI_DRIVERS, PT_PLAYED_VFIO);
  if (folder != NULL && g_mkdir_with_parents (folder, 0755) == 0)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
               "cannot load vfio-pci in the rehearsal: %s", g_strerror (errno));
  return FALSE;
}
