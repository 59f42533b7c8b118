/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-recorder-display"

#include "config.h"

#include "pt-iomem.h"
#include "pt-recorder-private.h"
#include "pt-xorg.h"


/* The device @name of a class or bus; FALSE if its link leads nowhere. */
static gboolean
pt_recorder_open_device (PtSysroot  *sysroot,
                         PtPlace     place,
                         const char *name,
                         const char *subsystem,
                         GString    *text)
{
  g_autofree char *link = pt_sysroot_read_link_text (sysroot, place, name, NULL);
  g_autofree char *path = pt_recorder_device_path (link);

  if (path != NULL)
    g_string_append_printf (text, "P: %s\nE: SUBSYSTEM=%s\n", path, subsystem);
  return path != NULL;
}


static void
pt_recorder_add_connectors (PtSysroot *sysroot,
                            GString   *text)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_DRM_CLASS, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      if (!g_str_has_prefix (names[i], "card") ||
          !pt_recorder_open_device (sysroot, PT_PLACE_DRM_CLASS, names[i], "drm", text))
        continue;
      pt_recorder_add_attribute (sysroot, PT_PLACE_DRM_CLASS, names[i], "status", text);
      pt_recorder_add_attribute (sysroot, PT_PLACE_DRM_CLASS, names[i], "enabled", text);
      g_string_append_c (text, '\n');
    }
}


/* Where the firmware draws, without the addresses. */
static void
pt_recorder_add_iomem (PtSysroot *sysroot,
                       PtHost    *host,
                       GString   *text)
{
  g_autofree char *path = pt_sysroot_logical_path (sysroot, PT_PLACE_PROC, "iomem");
  g_autofree char *content = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "iomem", NULL);
  GPtrArray       *devices = pt_host_get_devices (host);
  const char      *owner = NULL;
  PtIomem          iomem = { 0 };

  if (content == NULL || *content == '\0')
    return;
  pt_iomem_parse (content, &iomem);
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (pt_device_get_has_framebuffer (device))
        owner = pt_device_get_address_string (device);
    }
  g_string_append_printf (text, "F: %s\n|0-0 : System RAM\n", path);
  if (iomem.found && owner != NULL)
    g_string_append_printf (text, "|0-0 : %s\n|  0-0 : %s\n", owner, iomem.name);
  else if (iomem.found)
    g_string_append_printf (text, "|0-0 : %s\n", iomem.name);
  g_string_append_c (text, '\n');
}


static void
pt_recorder_add_framebuffers (PtSysroot *sysroot,
                              GString   *text)
{
  g_auto (GStrv) devices = pt_sysroot_list (sysroot, PT_PLACE_PLATFORM_DEVICES, NULL, NULL);
  g_auto (GStrv) consoles = pt_sysroot_list (sysroot, PT_PLACE_GRAPHICS_CLASS, NULL, NULL);

  for (guint i = 0; devices != NULL && devices[i] != NULL; i++)
    {
      g_autofree char *link = g_build_filename (devices[i], "driver", NULL);
      g_autofree char *driver = NULL;

      if (!pt_iomem_is_framebuffer (devices[i]) ||
          !pt_recorder_open_device (sysroot, PT_PLACE_PLATFORM_DEVICES, devices[i], "platform",
                                    text))
        continue;
      driver = pt_sysroot_read_link (sysroot, PT_PLACE_PLATFORM_DEVICES, link, NULL);
      if (driver != NULL)
        g_string_append_printf (text, "E: DRIVER=%s\n", driver);
      g_string_append_c (text, '\n');
    }
  for (guint i = 0; consoles != NULL && consoles[i] != NULL; i++)
    {
      if (!g_str_has_prefix (consoles[i], "fb") ||
          !pt_recorder_open_device (sysroot, PT_PLACE_GRAPHICS_CLASS, consoles[i], "graphics",
                                    text))
        continue;
      pt_recorder_add_attribute (sysroot, PT_PLACE_GRAPHICS_CLASS, consoles[i], "name", text);
      g_string_append_c (text, '\n');
    }
}


/* One file of a section for each, with nothing else of what its owner wrote. */
static void
pt_recorder_add_xorg (PtSysroot *sysroot,
                      PtHost    *host,
                      GString   *text)
{
  GPtrArray *told = pt_host_get_facts (host)->xorg;

  for (guint i = 0; i < told->len; i++)
    {
      const PtXorgBusId *id = g_ptr_array_index (told, i);
      g_autofree char   *name = g_strdup_printf ("X11/xorg.conf.d/%02u.conf", i);
      g_autofree char   *path = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, name);

      if (id->valid)
        g_string_append_printf (text,
                                "F: %s\n|Section \"Device\"\n|  BusID \"%s\"\n"
                                "|EndSection\n\n",
                                path, id->text);
    }
}


void
pt_recorder_add_displays (PtSysroot *sysroot,
                          PtHost    *host,
                          GString   *text)
{
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (PT_IS_HOST (host));
  g_return_if_fail (text != NULL);

  pt_recorder_add_connectors (sysroot, text);
  pt_recorder_add_iomem (sysroot, host, text);
  pt_recorder_add_framebuffers (sysroot, text);
  pt_recorder_add_xorg (sysroot, host, text);
}
