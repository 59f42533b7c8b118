/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-pci-scan"

#include "config.h"

#include "pt-pci-scan.h"

#include <string.h>

#include "pt-device-private.h"
#include "pt-host.h"

/* Regions of a `resource` file that are memory (flag) and may be cached in front (flag). */
#define PT_PCI_RESOURCE_MEMORY 0x200
#define PT_PCI_RESOURCE_PREFETCH 0x2000
#define PT_PCI_RESOURCES 6

/* Below this a BAR is the small window of old times and says nothing about the memory behind it. */
#define PT_PCI_WHOLE_MEMORY (G_GUINT64_CONSTANT (1) << 30)


gboolean
pt_pci_scan_parse_link (const char *text,
                        PtAddress  *address)
{
  g_auto (GStrv) parts = NULL;
  gboolean found = FALSE;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (address != NULL, FALSE);

  parts = g_strsplit (text, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      /* The short form would match parts of other names. */
      if (strlen (parts[i]) >= 12 && pt_address_parse (parts[i], address))
        found = TRUE;
    }
  return found;
}


static char *
pt_pci_scan_read (PtSysroot      *sysroot,
                  const PtDevice *device,
                  const char     *attribute,
                  GError        **error)
{
  g_autofree char *name = g_build_filename (device->address_string, attribute, NULL);

  return pt_sysroot_read_text (sysroot, PT_PLACE_PCI_DEVICES, name, error);
}


/* `0x1002`; FALSE if it is not there or not a number up to @max. */
static gboolean
pt_pci_scan_read_number (PtSysroot      *sysroot,
                         const PtDevice *device,
                         const char     *attribute,
                         guint64         max,
                         guint64        *value)
{
  g_autofree char *text = pt_pci_scan_read (sysroot, device, attribute, NULL);

  if (text == NULL)
    return FALSE;
  if (g_str_has_prefix (text, "0x"))
    return g_ascii_string_to_unsigned (text + 2, 16, 0, max, value, NULL);
  return g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL);
}


/* `0x1002`, as the kernel writes ids: FALSE unless it is exactly @digits long, for half an id would
 * be another one. */
static gboolean
pt_pci_scan_read_id (PtSysroot      *sysroot,
                     const PtDevice *device,
                     const char     *attribute,
                     gsize           digits,
                     guint64        *value)
{
  g_autofree char *text = pt_pci_scan_read (sysroot, device, attribute, NULL);

  return text != NULL && g_str_has_prefix (text, "0x") && strlen (text + 2) == digits &&
         g_ascii_string_to_unsigned (text + 2, 16, 0, G_MAXUINT64, value, NULL);
}


/* FALSE if it has no class or no id: then nothing may be concluded from it. */
static gboolean
pt_pci_scan_read_identity (PtSysroot *sysroot,
                           PtDevice  *device)
{
  guint64  vendor = 0, id = 0, class_code = 0, revision = 0;
  gboolean known = pt_pci_scan_read_id (sysroot, device, "vendor", 4, &vendor) &
                   pt_pci_scan_read_id (sysroot, device, "device", 4, &id) &
                   pt_pci_scan_read_id (sysroot, device, "class", 6, &class_code);

  pt_pci_scan_read_number (sysroot, device, "revision", 0xff, &revision);
  device->vendor_id = (guint16)vendor;
  device->device_id = (guint16)id;
  device->revision = (guint8)revision;
  device->class_code = (guint32)class_code;
  g_snprintf (device->id, sizeof device->id, "%04x:%04x", device->vendor_id, device->device_id);
  return known;
}


/* Bridges state 0000:0000, which is none. */
static void
pt_pci_scan_read_subsystem (PtSysroot *sysroot,
                            PtDevice  *device)
{
  guint64 vendor = 0, id = 0;

  if (!pt_pci_scan_read_id (sysroot, device, "subsystem_vendor", 4, &vendor) ||
      !pt_pci_scan_read_id (sysroot, device, "subsystem_device", 4, &id) ||
      (vendor == 0 && id == 0))
    return;

  device->subsystem_vendor = (guint16)vendor;
  device->subsystem_device = (guint16)id;
  g_snprintf (device->subsystem, sizeof device->subsystem, "%04x:%04x",
              device->subsystem_vendor, device->subsystem_device);
}


/* The link's text is enough and is readable where its target is not. */
static void
pt_pci_scan_read_group (PtSysroot *sysroot,
                        PtDevice  *device)
{
  g_autofree char *name = g_build_filename (device->address_string, "iommu_group", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, name, &error);
  guint64          number = 0;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &number, NULL))
    device->group = (int)number;
  else if (!g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    device->complete = FALSE;
}


static void
pt_pci_scan_read_driver (PtSysroot *sysroot,
                         PtDevice  *device)
{
  g_autofree char *name = g_build_filename (device->address_string, "driver", NULL);
  g_autoptr (GError) error = NULL;

  device->driver = pt_sysroot_read_link (sysroot, PT_PLACE_PCI_DEVICES, name, &error);
  if (device->driver == NULL &&
      !g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    device->complete = FALSE;
  if (g_strcmp0 (device->driver, "vfio-pci") == 0)
    {
      g_autofree char *order = pt_pci_scan_read (sysroot, device, "driver_override", NULL);

      device->overridden = g_strcmp0 (order, device->driver) == 0;
    }
}


/* The largest memory window of a `resource` file. */
static guint64
pt_pci_scan_parse_resource (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint64 largest = 0;

  for (guint i = 0; i < PT_PCI_RESOURCES && lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      guint64 start = 0, end = 0, flags = 0;

      if (g_strv_length (words) != 3)
        continue;
      start = g_ascii_strtoull (words[0], NULL, 16);
      end = g_ascii_strtoull (words[1], NULL, 16);
      flags = g_ascii_strtoull (words[2], NULL, 16);
      if ((flags & PT_PCI_RESOURCE_MEMORY) && (flags & PT_PCI_RESOURCE_PREFETCH) && end > start)
        largest = MAX (largest, end - start + 1);
    }
  return largest;
}


/* amdgpu says it; else the window tells only where it spans the whole memory. */
static guint64
pt_pci_scan_read_aperture (PtSysroot *sysroot,
                           PtDevice  *device)
{
  guint64          memory = 0;
  g_autofree char *resource = NULL;

  if (pt_pci_scan_read_number (sysroot, device, "mem_info_vram_total", G_MAXUINT64, &memory))
    return memory;
  resource = pt_pci_scan_read (sysroot, device, "resource", NULL);
  memory = resource != NULL ? pt_pci_scan_parse_resource (resource) : 0;
  return memory >= PT_PCI_WHOLE_MEMORY ? memory : 0;
}


/* 1 or 0, -1 where the device itself cannot be looked into. */
static int
pt_pci_scan_has (PtSysroot      *sysroot,
                 const PtDevice *device,
                 const char     *attribute)
{
  g_autofree char *name = g_build_filename (device->address_string, attribute, NULL);

  if (pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES, name))
    return 1;
  return device->complete ? 0 : -1;
}


/* Memory of the firmware that devices of the group have to reach at the same addresses: the kernel
 * refuses to hand such a group over, but for regions it calls `direct-relaxable` (kernel:
 * iommu.c, intel/iommu.c). */
static gboolean
pt_pci_scan_read_firmware_memory (PtSysroot *sysroot,
                                  PtDevice  *device)
{
  g_autofree char *text = pt_pci_scan_read (sysroot, device, "iommu_group/reserved_regions", NULL);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (g_str_has_suffix (g_strchomp (lines[i]), " direct"))
      return TRUE;
  return FALSE;
}


static void
pt_pci_scan_read_gpu (PtSysroot *sysroot,
                      PtDevice  *device)
{
  guint64 boot_vga = 0;

  device->rom = pt_pci_scan_has (sysroot, device, "rom");
  device->resettable = pt_pci_scan_has (sysroot, device, "reset_method");
  device->reset_method = pt_pci_scan_read (sysroot, device, "reset_method", NULL);
  if (pt_pci_scan_read_number (sysroot, device, "boot_vga", 1, &boot_vga))
    device->boot_vga = boot_vga == 1;
  device->aperture = pt_pci_scan_read_aperture (sysroot, device);
  device->firmware_memory = pt_pci_scan_read_firmware_memory (sysroot, device);
}


/* NULL for a name that is no address and for a device that went while we looked. */
static PtDevice *
pt_pci_scan_device (PtSysroot  *sysroot,
                    const char *name)
{
  g_autoptr (PtDevice) device = NULL;
  PtAddress address = { 0 };

  if (!pt_address_parse (name, &address))
    return NULL;

  device = g_object_new (PT_TYPE_DEVICE, NULL);
  device->address = address;
  pt_address_format (&address, device->address_string);
  if (!pt_pci_scan_read_identity (sysroot, device))
    {
      if (!pt_sysroot_exists (sysroot, PT_PLACE_PCI_DEVICES, name))
        return NULL;
      device->complete = FALSE;
    }
  pt_pci_scan_read_subsystem (sysroot, device);
  pt_pci_scan_read_group (sysroot, device);
  pt_pci_scan_read_driver (sysroot, device);
  if (pt_device_get_kind (device) == PT_DEVICE_GPU)
    pt_pci_scan_read_gpu (sysroot, device);
  return g_steal_pointer (&device);
}


static PtDevice *
pt_pci_scan_find (GPtrArray       *devices,
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


/* With a connector that cannot be read, no card may be taken for one that shows nothing. */
static void
pt_pci_scan_doubt_displays (GPtrArray *devices)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (pt_device_get_kind (device) == PT_DEVICE_GPU)
        device->complete = FALSE;
    }
}


/* Connectors (`card0-DP-1`) have a status; a card without any, as under some drivers, leaves its
 * number of monitors unknown. */
static void
pt_pci_scan_connector (PtSysroot  *sysroot,
                       PtDevice   *device,
                       const char *name)
{
  g_autofree char *status_name = g_build_filename (name, "status", NULL);
  g_autofree char *enabled_name = g_build_filename (name, "enabled", NULL);
  g_autofree char *status = pt_sysroot_read_text (sysroot, PT_PLACE_DRM_CLASS, status_name, NULL);
  g_autofree char *enabled = pt_sysroot_read_text (sysroot, PT_PLACE_DRM_CLASS, enabled_name, NULL);

  device->connectors++;
  if (g_strcmp0 (status, "connected") == 0)
    device->monitors = MAX (device->monitors, 0) + 1;
  else if (g_strcmp0 (status, "disconnected") == 0)
    device->monitors = MAX (device->monitors, 0);
  else if (g_strcmp0 (status, "unknown") != 0)
    device->complete = FALSE;

  if (g_strcmp0 (enabled, "enabled") == 0)
    device->lit = MAX (device->lit, 0) + 1;
  else if (g_strcmp0 (enabled, "disabled") == 0)
    device->lit = MAX (device->lit, 0);
}


/* One entry of the DRM class: a card or one of its connectors. What the firmware's picture has
 * (`simple-framebuffer.0/drm/card0`) is no driver of the card's own. */
static void
pt_pci_scan_display (PtSysroot  *sysroot,
                     GPtrArray  *devices,
                     const char *name)
{
  g_autofree char *link = NULL;
  PtDevice        *device = NULL;
  PtAddress        address = { 0 };

  if (!g_str_has_prefix (name, "card"))
    return;
  link = pt_sysroot_read_link_text (sysroot, PT_PLACE_DRM_CLASS, name, NULL);
  if (link == NULL || strstr (link, "/devices/") == NULL)
    {
      pt_pci_scan_doubt_displays (devices);
      return;
    }
  if (strstr (link, "-framebuffer.") != NULL || !pt_pci_scan_parse_link (link, &address))
    return;
  device = pt_pci_scan_find (devices, &address);
  if (device == NULL)
    return;
  device->connectors = MAX (device->connectors, 0);
  if (strchr (name, '-') != NULL)
    pt_pci_scan_connector (sysroot, device, name);
}


static void
pt_pci_scan_displays (PtSysroot *sysroot,
                      GPtrArray *devices)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_DRM_CLASS, NULL, &error);

  if (names == NULL && !g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    pt_pci_scan_doubt_displays (devices);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    pt_pci_scan_display (sysroot, devices, names[i]);
}


static int
pt_pci_scan_compare (gconstpointer a,
                     gconstpointer b)
{
  PtDevice *const *first = a;
  PtDevice *const *second = b;

  return pt_address_compare (&(*first)->address, &(*second)->address);
}


GPtrArray *
pt_pci_scan (PtSysroot    *sysroot,
             GCancellable *cancellable,
             GError      **error)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) cause = NULL;
  g_auto (GStrv) names = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  names = pt_sysroot_list (sysroot, PT_PLACE_PCI_DEVICES, NULL, &cause);
  if (names == NULL)
    {
      g_set_error (error, PT_HOST_ERROR, PT_HOST_ERROR_NO_PCI, "no PCI bus: %s", cause->message);
      return NULL;
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      PtDevice *device = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      device = pt_pci_scan_device (sysroot, names[i]);
      if (device != NULL)
        g_ptr_array_add (devices, device);
    }
  g_ptr_array_sort (devices, pt_pci_scan_compare);
  pt_pci_scan_displays (sysroot, devices);
  return g_steal_pointer (&devices);
}
