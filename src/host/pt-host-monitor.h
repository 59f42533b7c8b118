/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-sysroot.h"

G_BEGIN_DECLS

/**
 * PtHostMonitor:
 *
 * Tells that a host may have changed in what a scan reads: a device came, went or changed its
 * driver, a monitor was plugged in, a file system was mounted, libvirt's sockets came or went. On
 * the real host from udev's messages, the mount table and inotify; on a tree from inotify alone
 * (sysfs itself sends none). No polling.
 *
 * Signal `changed ()`, in the main context it was made in: look again. What comes in one burst is
 * told once, a little after the last of it.
 */
#define PT_TYPE_HOST_MONITOR (pt_host_monitor_get_type ())
G_DECLARE_FINAL_TYPE (PtHostMonitor, pt_host_monitor, PT, HOST_MONITOR, GObject)

/* Where udev or inotify cannot be had (a sandbox), the rest is watched all the same. */
PtHostMonitor *pt_host_monitor_new (PtSysroot *sysroot);

G_END_DECLS
