/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-device"

#include "config.h"

#include "pt-device.h"

#include <string.h>

#include "pt-device-private.h"
#include "pt-pci-names.h"

G_DEFINE_FINAL_TYPE (PtDevice, pt_device, G_TYPE_OBJECT)

/* First match wins. The masks leave out the programming interface, and for some the subclass too.
 */
static const struct
{
  guint32      mask;
  guint32      value;
  PtDeviceKind kind;
} pt_device_classes[] = {
  { 0xffff00, 0x030000, PT_DEVICE_GPU },
  { 0xffff00, 0x030200, PT_DEVICE_GPU },
  { 0xffff00, 0x038000, PT_DEVICE_GPU },
  { 0xffff00, 0x040300, PT_DEVICE_AUDIO },
  { 0xffff00, 0x040100, PT_DEVICE_AUDIO },
  { 0xffff00, 0x0c0300, PT_DEVICE_USB },
  { 0xffff00, 0x010800, PT_DEVICE_NVME },
  { 0xffff00, 0x010600, PT_DEVICE_SATA },
  { 0xff0000, 0x020000, PT_DEVICE_NETWORK },
  { 0xffff00, 0x060000, PT_DEVICE_HOST_BRIDGE },
  { 0xffff00, 0x060100, PT_DEVICE_ISA },
  { 0xffff00, 0x060400, PT_DEVICE_BRIDGE },
};

static const char *const pt_device_kinds[] = {
  [PT_DEVICE_OTHER] = "other",
  [PT_DEVICE_GPU] = "gpu",
  [PT_DEVICE_AUDIO] = "audio",
  [PT_DEVICE_USB] = "usb",
  [PT_DEVICE_NVME] = "nvme",
  [PT_DEVICE_SATA] = "sata",
  [PT_DEVICE_NETWORK] = "network",
  [PT_DEVICE_BRIDGE] = "bridge",
  [PT_DEVICE_HOST_BRIDGE] = "host-bridge",
  [PT_DEVICE_ISA] = "isa",
};

/* One chip, several cards: the list names them all, only the revision tells which it is. */
static const struct
{
  guint16     device;
  guint8      revision;
  const char *name;
} pt_device_radeons[] = {
  { 0x731f, 0xc1, "Radeon RX 5700 XT" },
  { 0x731f, 0xc4, "Radeon RX 5700" },
  { 0x73bf, 0xc0, "Radeon RX 6900 XT" },
  { 0x73bf, 0xc1, "Radeon RX 6800 XT" },
  { 0x73bf, 0xc3, "Radeon RX 6800" },
  { 0x73df, 0xc0, "Radeon RX 6750 XT" },
  { 0x73df, 0xc1, "Radeon RX 6700 XT" },
  { 0x73df, 0xc5, "Radeon RX 6700 XT" },
  { 0x73ff, 0xc1, "Radeon RX 6600 XT" },
  { 0x73ff, 0xc7, "Radeon RX 6600" },
  { 0x744c, 0xc8, "Radeon RX 7900 XTX" },
  { 0x744c, 0xcc, "Radeon RX 7900 XT" },
};


static void
pt_device_finalize (GObject *object)
{
  PtDevice *self = PT_DEVICE (object);

  g_free (self->driver);
  g_free (self->reset_method);
  g_ptr_array_unref (self->in_use);
  g_free (self->name);
  g_free (self->short_name);
  g_free (self->vendor_name);

  G_OBJECT_CLASS (pt_device_parent_class)->finalize (object);
}


static void
pt_device_class_init (PtDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_device_finalize;
}


static void
pt_device_init (PtDevice *self)
{
  self->group = -1;
  self->monitors = -1;
  self->connectors = -1;
  self->lit = -1;
  self->rom = -1;
  self->resettable = -1;
  self->complete = TRUE;
  self->in_use = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->in_use, NULL);
}


const PtAddress *
pt_device_get_address (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  return &self->address;
}


const char *
pt_device_get_address_string (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  return self->address_string;
}


const char *
pt_device_get_id (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  return self->id;
}


guint16
pt_device_get_vendor_id (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), 0);

  return self->vendor_id;
}


guint16
pt_device_get_device_id (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), 0);

  return self->device_id;
}


const char *
pt_device_get_subsystem (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  return *self->subsystem != '\0' ? self->subsystem : NULL;
}


guint32
pt_device_get_class (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), 0);

  return self->class_code;
}


PtDeviceKind
pt_device_get_kind (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), PT_DEVICE_OTHER);

  for (gsize i = 0; i < G_N_ELEMENTS (pt_device_classes); i++)
    {
      if ((self->class_code & pt_device_classes[i].mask) == pt_device_classes[i].value)
        return pt_device_classes[i].kind;
    }
  return PT_DEVICE_OTHER;
}


const char *
pt_device_kind_to_nick (PtDeviceKind kind)
{
  g_return_val_if_fail (kind >= 0 && kind < G_N_ELEMENTS (pt_device_kinds), NULL);

  return pt_device_kinds[kind];
}


gboolean
pt_device_is_bridge (PtDevice *self)
{
  PtDeviceKind kind = pt_device_get_kind (self);

  return kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE;
}


/* The first of several threads wins; all would have found the same. */
static const char *
pt_device_keep (char **place,
                char  *text)
{
  if (!g_atomic_pointer_compare_and_exchange (place, NULL, text))
    g_free (text);
  return g_atomic_pointer_get (place);
}


const char *
pt_device_get_name (PtDevice *self)
{
  const char *known = NULL;
  char       *name = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  known = g_atomic_pointer_get (&self->name);
  if (known != NULL)
    return known;
  name = pt_pci_names_device (self->vendor_id, self->device_id);
  return pt_device_keep (&self->name, name != NULL ? name : g_strdup (self->id));
}


const char *
pt_device_get_vendor_name (PtDevice *self)
{
  const char *known = NULL;
  char       *name = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  known = g_atomic_pointer_get (&self->vendor_name);
  if (known != NULL)
    return known;
  name = pt_pci_names_vendor (self->vendor_id);
  return pt_device_keep (&self->vendor_name,
                         name != NULL ? name : g_strdup_printf ("%04x", self->vendor_id));
}


/* What stands in the last pair of brackets. */
static char *
pt_device_bracketed (const char *name)
{
  const char *open = strrchr (name, '[');
  const char *close = open != NULL ? strchr (open, ']') : NULL;

  return close != NULL && close > open + 1 ? g_strndup (open + 1, (gsize)(close - open - 1)) : NULL;
}


static char *
pt_device_find_short_name (PtDevice *self)
{
  const char *name = pt_device_get_name (self);
  char       *inside = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (pt_device_radeons); i++)
    {
      if (self->vendor_id == 0x1002 && self->device_id == pt_device_radeons[i].device &&
          self->revision == pt_device_radeons[i].revision)
        return g_strdup (pt_device_radeons[i].name);
    }
  inside = pt_device_bracketed (name);
  return inside != NULL ? inside : g_strdup (name);
}


const char *
pt_device_get_short_name (PtDevice *self)
{
  const char *known = NULL;

  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  known = g_atomic_pointer_get (&self->short_name);
  if (known != NULL)
    return known;
  return pt_device_keep (&self->short_name, pt_device_find_short_name (self));
}


void
pt_device_load_names (PtDevice *self)
{
  pt_device_get_short_name (self);
  pt_device_get_vendor_name (self);
}


const char *
pt_device_get_driver (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  return self->driver;
}


int
pt_device_get_group (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), -1);

  return self->group;
}


gboolean
pt_device_get_boot_vga (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), FALSE);

  return self->boot_vga;
}


const char *const *
pt_device_get_in_use (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), NULL);

  return (const char *const *)self->in_use->pdata;
}


int
pt_device_get_monitors (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), -1);

  return self->monitors;
}


gboolean
pt_device_get_has_framebuffer (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), FALSE);

  return self->has_framebuffer;
}


gboolean
pt_device_is_complete (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), FALSE);

  return self->complete;
}


gboolean
pt_device_is_overridden (PtDevice *self)
{
  g_return_val_if_fail (PT_IS_DEVICE (self), FALSE);

  return self->overridden;
}
