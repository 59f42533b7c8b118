/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib-object.h>

#include "pt-address.h"

G_BEGIN_DECLS

/* PtDevice: one PCI function as the scan found it. Immutable. */
#define PT_TYPE_DEVICE (pt_device_get_type ())
G_DECLARE_FINAL_TYPE (PtDevice, pt_device, PT, DEVICE, GObject)

/* The nicks are the words of `--check --json`. */
typedef enum {
  PT_DEVICE_OTHER = 0,
  PT_DEVICE_GPU,
  PT_DEVICE_AUDIO,
  PT_DEVICE_USB,
  PT_DEVICE_NVME,
  PT_DEVICE_SATA,
  PT_DEVICE_NETWORK,
  PT_DEVICE_BRIDGE,
  PT_DEVICE_HOST_BRIDGE,
  PT_DEVICE_ISA,
} PtDeviceKind;

const PtAddress *pt_device_get_address (PtDevice *self);
/* `0000:2f:00.0` */
const char *pt_device_get_address_string (PtDevice *self);
/* `1002:73df` */
const char *pt_device_get_id (PtDevice *self);
guint16     pt_device_get_vendor_id (PtDevice *self);
guint16     pt_device_get_device_id (PtDevice *self);
/* `148c:2413`, or NULL where the device states none (bridges) or it cannot be read. */
const char *pt_device_get_subsystem (PtDevice *self);
/* 24 bits: class, subclass, programming interface. */
guint32      pt_device_get_class (PtDevice *self);
PtDeviceKind pt_device_get_kind (PtDevice *self);
const char  *pt_device_kind_to_nick (PtDeviceKind kind);
/* From the PCI id list; never NULL (falls back to the id). Not translated. */
const char *pt_device_get_name (PtDevice *self);
/* What its owner would call it: `Radeon RX 6700 XT` where the list's brackets say so. Never NULL.
 */
const char *pt_device_get_short_name (PtDevice *self);
const char *pt_device_get_vendor_name (PtDevice *self);
/* Bound driver or NULL. */
const char *pt_device_get_driver (PtDevice *self);
/* TRUE if that driver was ordered for this one device (`driver_override`), as libvirt and our early
 * script do, instead of by its id. */
gboolean pt_device_is_overridden (PtDevice *self);
/* IOMMU group number, -1 without one. */
int      pt_device_get_group (PtDevice *self);
gboolean pt_device_get_boot_vga (PtDevice *self);
/* Mount points, "[swap]" and the like of the host that live on it; empty, never NULL. */
const char *const *pt_device_get_in_use (PtDevice *self);
/* Monitors connected to it; -1 = cannot tell. */
int pt_device_get_monitors (PtDevice *self);
/* TRUE if the firmware's framebuffer lies in one of its BARs. */
gboolean pt_device_get_has_framebuffer (PtDevice *self);

G_END_DECLS
