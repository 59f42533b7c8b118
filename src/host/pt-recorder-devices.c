/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-recorder-devices"

#include "config.h"

#include <string.h>

#include "pt-recorder-private.h"

/* The part of a recording that is about processors and about what is plugged in. Serial numbers
 * are never read; neither are the names of input devices, which people choose themselves. */


/* A file that is a line of numbers, as it is. */
static void
pt_recorder_add_line (PtSysroot  *sysroot,
                      PtPlace     place,
                      const char *name,
                      GString    *text)
{
  g_autofree char *value = pt_sysroot_read_text (sysroot, place, name, NULL);
  g_autofree char *path = pt_sysroot_logical_path (sysroot, place, name);

  if (value != NULL && strchr (value, '\n') == NULL)
    pt_recorder_add_file (text, path, value);
}


static void
pt_recorder_add_nodes (PtSysroot *sysroot,
                       GString   *text)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_SYS_DEVICES, "system/node", NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *name = g_build_filename ("system/node", names[i], "cpulist", NULL);

      if (g_str_has_prefix (names[i], "node"))
        pt_recorder_add_line (sysroot, PT_PLACE_SYS_DEVICES, name, text);
    }
}


void
pt_recorder_add_cores (PtSysroot *sysroot,
                       GString   *text)
{
  static const char *const attributes[] = {
    "topology/physical_package_id", "topology/thread_siblings_list", "topology/core_cpus_list",
    "cache/index3/shared_cpu_list", "cache/index3/size", "cpu_capacity",
    "cpufreq/cpuinfo_max_freq"
  };
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_CPUS, NULL, NULL);
  g_autofree char *folder = pt_sysroot_logical_path (sysroot, PT_PLACE_CPUS, NULL);
  g_autofree char *path = pt_recorder_device_path (folder);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (!g_str_has_prefix (names[i], "cpu") || !g_ascii_isdigit (names[i][3]))
        continue;
      g_string_append_printf (text, "P: %s/%s\n", path, names[i]);
      for (gsize j = 0; j < G_N_ELEMENTS (attributes); j++)
        pt_recorder_add_attribute (sysroot, PT_PLACE_CPUS, names[i], attributes[j], text);
      g_string_append_c (text, '\n');
    }
  pt_recorder_add_line (sysroot, PT_PLACE_CPUS, "online", text);
  pt_recorder_add_line (sysroot, PT_PLACE_CPUS, "offline", text);
  pt_recorder_add_line (sysroot, PT_PLACE_CPUS, "isolated", text);
  pt_recorder_add_line (sysroot, PT_PLACE_SYS_DEVICES, "cpu_core/cpus", text);
  pt_recorder_add_line (sysroot, PT_PLACE_SYS_DEVICES, "cpu_atom/cpus", text);
  pt_recorder_add_nodes (sysroot, text);
}


/* The entries of @place whose names begin with @prefix, with @attributes (NULL-ended). */
static void
pt_recorder_add_entries (PtSysroot         *sysroot,
                         PtPlace            place,
                         const char        *subsystem,
                         const char        *prefix,
                         const char *const *attributes,
                         GString           *text)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, place, NULL, NULL);
  g_autofree char *folder = pt_sysroot_logical_path (sysroot, place, NULL);

  if (names != NULL)
    g_string_append_printf (text, "D: %s\n", folder);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *link = pt_sysroot_read_link_text (sysroot, place, names[i], NULL);
      g_autofree char *path = pt_recorder_device_path (link);

      if (path == NULL || !g_str_has_prefix (names[i], prefix))
        continue;
      g_string_append_printf (text, "P: %s\nE: SUBSYSTEM=%s\n", path, subsystem);
      for (gsize j = 0; attributes[j] != NULL; j++)
        pt_recorder_add_attribute (sysroot, place, names[i], attributes[j], text);
      g_string_append_c (text, '\n');
    }
  g_string_append_c (text, '\n');
}


void
pt_recorder_add_plugged (PtSysroot *sysroot,
                         GString   *text)
{
  static const char *const usb[] = { "product", "manufacturer", "idVendor", "idProduct",
                                     "bDeviceClass", "removable", "bInterfaceClass",
                                     "bInterfaceSubClass", "bInterfaceProtocol", NULL };
  static const char *const input[] = { "capabilities/key", "capabilities/rel", "capabilities/abs",
                                       NULL };
  static const char *const none[] = { NULL };

  pt_recorder_add_entries (sysroot, PT_PLACE_USB_DEVICES, "usb", "", usb, text);
  pt_recorder_add_entries (sysroot, PT_PLACE_INPUT_CLASS, "input", "input", input, text);
  pt_recorder_add_entries (sysroot, PT_PLACE_BLUETOOTH_CLASS, "bluetooth", "hci", none, text);
}
