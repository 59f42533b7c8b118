/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-device.h"

G_BEGIN_DECLS

/* What the scan fills in before a device is shown to anybody. */
struct _PtDevice
{
  GObject parent_instance;

  PtAddress  address;
  char       address_string[PT_ADDRESS_BUFFER];
  guint16    vendor_id;
  guint16    device_id;
  char       id[10];
  guint16    subsystem_vendor;
  guint16    subsystem_device;
  char       subsystem[10]; /* "" = none */
  guint8     revision;
  guint32    class_code;
  char      *driver;
  int        group;
  gboolean   boot_vga;
  gboolean   complete; /* nothing needed for a verdict was unreadable */
  GPtrArray *in_use;   /* char *, ends with NULL */
  int        monitors;
  int        connectors;   /* of its DRM card, -1 = it has none or it cannot be read */
  int        lit;          /* connectors that a desktop draws on, -1 = cannot tell */
  int        rom;          /* 1: it has a window for a ROM, 0: it has none, -1 = cannot tell */
  char      *reset_method; /* the file's words, or NULL */
  int        resettable;   /* 1: there is such a file, 0: there is none, -1 = cannot tell */
  gboolean   overridden;   /* its driver was ordered for it alone */
  gboolean   has_framebuffer;
  gboolean   firmware_memory; /* its group holds memory that the firmware keeps for devices */
  guint64    aperture;

  /* Looked up when first asked for; set once, atomically. */
  char *name;
  char *short_name;
  char *vendor_name;
};

/* FALSE if an attribute that a verdict needs is missing or makes no sense. */
gboolean pt_device_is_complete (PtDevice *self);
/* Looks the names up now. */
void pt_device_load_names (PtDevice *self);
/* TRUE for what stays on the host and is no stranger in a group: PCI bridges and host bridges. */
gboolean pt_device_is_bridge (PtDevice *self);

G_END_DECLS
