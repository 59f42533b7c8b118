/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-sysroot.h"

G_BEGIN_DECLS

/**
 * PtDevicesWindow:
 *
 * What could be handed to a machine while the computer runs, with what is in the way of each, and a
 * button that hands it over or takes it back. Looks by itself and follows the computer; what it
 * shows is what the computer and the helper's record say, never what was clicked.
 */
#define PT_TYPE_DEVICES_WINDOW (pt_devices_window_get_type ())
G_DECLARE_FINAL_TYPE (PtDevicesWindow, pt_devices_window, PT, DEVICES_WINDOW, AdwWindow)

/* @parent: the window it belongs to, or NULL. */
GtkWidget *pt_devices_window_new (GtkWindow *parent,
                                  PtSysroot *sysroot);
/* TRUE once the host has been looked at and nothing is under way. */
gboolean pt_devices_window_is_settled (PtDevicesWindow *self);
/* The row of the device at @address, or NULL. (transfer none) */
GtkWidget *pt_devices_window_find_row (PtDevicesWindow *self,
                                       const char      *address);

G_END_DECLS
