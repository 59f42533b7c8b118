/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-framebuffer"

#include "config.h"

#include "pt-framebuffer.h"

#include <string.h>

#include "pt-device-private.h"
#include "pt-pci-scan.h"

#define PT_FRAMEBUFFER_WINDOWS 6


PtFramebufferDriver
pt_framebuffer_driver_from_name (const char *name)
{
  static const struct
  {
    const char         *prefix;
    PtFramebufferDriver driver;
  } drivers[] = {
    { "BOOTFB", PT_FRAMEBUFFER_SIMPLE },
    { "simple", PT_FRAMEBUFFER_SIMPLE },
    { "sysfb", PT_FRAMEBUFFER_SIMPLE },
    { "efifb", PT_FRAMEBUFFER_EFI },
    { "efi-framebuffer", PT_FRAMEBUFFER_EFI },
    { "EFI VGA", PT_FRAMEBUFFER_EFI },
    { "vesafb", PT_FRAMEBUFFER_VESA },
    { "vesa-framebuffer", PT_FRAMEBUFFER_VESA },
    { "VESA VGA", PT_FRAMEBUFFER_VESA },
    { "efidrm", PT_FRAMEBUFFER_DRM },
    { "vesadrm", PT_FRAMEBUFFER_DRM },
  };

  g_return_val_if_fail (name != NULL, PT_FRAMEBUFFER_UNKNOWN);

  for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++)
    {
      if (g_str_has_prefix (name, drivers[i].prefix))
        return drivers[i].driver;
    }
  return PT_FRAMEBUFFER_UNKNOWN;
}


gboolean
pt_framebuffer_resource_holds (const char *resource,
                               guint64     start,
                               guint64     end)
{
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (resource != NULL, FALSE);

  lines = g_strsplit (resource, "\n", -1);
  for (guint i = 0; i < PT_FRAMEBUFFER_WINDOWS && lines[i] != NULL; i++)
    {
      char   *rest = NULL;
      guint64 first = g_ascii_strtoull (lines[i], &rest, 16);
      guint64 last = g_ascii_strtoull (rest, NULL, 16);

      if (last > first && start >= first && end <= last)
        return TRUE;
    }
  return FALSE;
}


static PtDevice *
pt_framebuffer_find_device (GPtrArray       *devices,
                            const PtAddress *address)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (pt_address_equal (&device->address, address))
        return device;
    }
  return NULL;
}


/* The card whose windows hold what the list of memory shows outside of any. */
static PtDevice *
pt_framebuffer_find_window (PtSysroot     *sysroot,
                            GPtrArray     *devices,
                            const PtIomem *iomem)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice        *device = g_ptr_array_index (devices, i);
      g_autofree char *name = g_build_filename (device->address_string, "resource", NULL);
      g_autofree char *text = NULL;

      if (pt_device_get_kind (device) != PT_DEVICE_GPU)
        continue;
      text = pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, NULL);
      if (text != NULL && pt_framebuffer_resource_holds (text, iomem->start, iomem->end))
        return device;
    }
  return NULL;
}


/* One line of evidence behind the others. */
static void G_GNUC_PRINTF (2, 3)
  pt_framebuffer_note (PtHostFacts *facts,
                       const char  *format,
                       ...)
{
  g_autofree char *before = g_steal_pointer (&facts->framebuffer_evidence);
  g_autofree char *line = NULL;
  va_list          arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  facts->framebuffer_evidence =
    before != NULL ? g_strconcat (before, "\n", line, NULL) : g_strdup (line);
}


static void
pt_framebuffer_take (PtHostFacts *facts,
                     PtDevice    *owner,
                     const char  *name)
{
  PtFramebufferDriver driver = pt_framebuffer_driver_from_name (name);

  facts->framebuffer_held = PT_TRI_TRUE;
  if (facts->framebuffer_driver == PT_FRAMEBUFFER_UNKNOWN)
    facts->framebuffer_driver = driver;
  if (owner != NULL)
    owner->has_framebuffer = TRUE;
}


static void
pt_framebuffer_read_iomem (PtSysroot   *sysroot,
                           GPtrArray   *devices,
                           PtHostFacts *facts)
{
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "iomem", NULL);
  PtDevice        *owner = NULL;
  PtIomem          iomem = { 0 };

  if (text == NULL || *text == '\0')
    {
      pt_framebuffer_note (facts, "iomem could not be read");
      return;
    }
  pt_iomem_parse (text, &iomem);
  if (!iomem.found)
    {
      facts->framebuffer_held = PT_TRI_FALSE;
      pt_framebuffer_note (facts, "iomem: no firmware framebuffer");
      return;
    }
  if (iomem.nested)
    owner = pt_framebuffer_find_device (devices, &iomem.owner);
  else if (!iomem.hidden)
    owner = pt_framebuffer_find_window (sysroot, devices, &iomem);
  pt_framebuffer_take (facts, owner, iomem.name);
  pt_framebuffer_note (facts, "iomem: %s %s%s", iomem.name,
                       owner != NULL ? "in " : "in no card that can be told",
                       owner != NULL ? owner->address_string : "");
}


/* A device without a driver holds nothing by itself; since Linux 6.9 it lies below its card. */
static void
pt_framebuffer_read_platform (PtSysroot   *sysroot,
                              GPtrArray   *devices,
                              PtHostFacts *facts)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_PLATFORM_DEVICES, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *link_name = g_build_filename (names[i], "driver", NULL);
      g_autofree char *driver = NULL;
      g_autofree char *link = NULL;
      PtDevice        *owner = NULL;
      PtAddress        address = { 0 };

      if (!pt_iomem_is_framebuffer (names[i]))
        continue;
      driver = pt_sysroot_read_link (sysroot, PT_PLACE_PLATFORM_DEVICES, link_name, NULL);
      link = pt_sysroot_read_link_text (sysroot, PT_PLACE_PLATFORM_DEVICES, names[i], NULL);
      if (link != NULL && pt_pci_scan_parse_link (link, &address))
        owner = pt_framebuffer_find_device (devices, &address);
      pt_framebuffer_note (facts, "platform device %s: driver %s", names[i],
                           driver != NULL ? driver : "none");
      if (driver != NULL)
        pt_framebuffer_take (facts, owner, driver);
    }
}


static void
pt_framebuffer_read_consoles (PtSysroot   *sysroot,
                              PtHostFacts *facts)
{
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_GRAPHICS_CLASS, NULL, NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      g_autofree char *attribute = g_build_filename (names[i], "name", NULL);
      g_autofree char *name =
        pt_sysroot_read_text (sysroot, PT_PLACE_GRAPHICS_CLASS, attribute, NULL);

      if (name == NULL || !g_str_has_prefix (names[i], "fb") || strlen (name) > 32)
        continue;
      pt_framebuffer_note (facts, "%s: %s", names[i], name);
      if (pt_framebuffer_driver_from_name (name) != PT_FRAMEBUFFER_UNKNOWN)
        pt_framebuffer_take (facts, NULL, name);
    }
}


void
pt_framebuffer_read (PtSysroot   *sysroot,
                     GPtrArray   *devices,
                     PtHostFacts *facts)
{
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (devices != NULL);
  g_return_if_fail (facts != NULL);

  pt_framebuffer_read_iomem (sysroot, devices, facts);
  pt_framebuffer_read_platform (sysroot, devices, facts);
  pt_framebuffer_read_consoles (sysroot, facts);
}
