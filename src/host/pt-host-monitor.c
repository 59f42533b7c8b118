/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-host-monitor"

#include "config.h"

#include "pt-host-monitor.h"

#include <gio/gunixmounts.h>
#include <gudev/gudev.h>

/* A driver that lets go of a card sends some dozen messages. */
#define PT_MONITOR_QUIET_MS 400
/* But nobody waits longer than this for the first word. */
#define PT_MONITOR_LONGEST_MS 2000

struct _PtHostMonitor
{
  GObject parent_instance;

  PtSysroot         *sysroot;
  GUdevClient       *udev;
  GUnixMountMonitor *mounts;
  GHashTable        *folders; /* path → GFileMonitor */
  guint              source;
  gint64             first; /* monotonic time of the first of a burst, µs; 0 = none */
};

G_DEFINE_FINAL_TYPE (PtHostMonitor, pt_host_monitor, G_TYPE_OBJECT)

enum {
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What the kernel announces that a check or a card's blockers depend on. */
static const char *const pt_monitor_subsystems[] = { "pci", "drm", "usb", "block", "input",
                                                     "kvmfr", "vfio", "iommu", NULL };

static void pt_host_monitor_watch_all (PtHostMonitor *self);


static gboolean
pt_host_monitor_tell_cb (gpointer user_data)
{
  PtHostMonitor *self = PT_HOST_MONITOR (user_data);

  self->source = 0;
  self->first = 0;
  pt_host_monitor_watch_all (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}


static void
pt_host_monitor_note (PtHostMonitor *self)
{
  gint64 now = g_get_monotonic_time ();
  guint  delay = PT_MONITOR_QUIET_MS;

  if (self->first == 0)
    self->first = now;
  if (now - self->first > (PT_MONITOR_LONGEST_MS - PT_MONITOR_QUIET_MS) * G_TIME_SPAN_MILLISECOND)
    delay = 0;
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (delay, pt_host_monitor_tell_cb, self);
}


static void
pt_host_monitor_udev_cb (PtHostMonitor *self,
                         const char    *action,
                         GUdevDevice   *device)
{
  g_debug ("%s %s", action, g_udev_device_get_sysfs_path (device));
  pt_host_monitor_note (self);
}


/* On a real host files in the watched folders are written all the time (utmp); only what comes and
 * goes matters. A tree's attributes are files that change. */
static void
pt_host_monitor_file_cb (PtHostMonitor    *self,
                         GFile            *file,
                         GFile            *other,
                         GFileMonitorEvent event)
{
  gboolean comes_or_goes =
    event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_DELETED;

  if (comes_or_goes || (event == G_FILE_MONITOR_EVENT_CHANGED &&
                        !pt_sysroot_is_real (self->sysroot)))
    pt_host_monitor_note (self);
}


/* Folders that are not there yet show in their parent's watch. */
static void
pt_host_monitor_watch (PtHostMonitor *self,
                       PtPlace        place,
                       const char    *name)
{
  g_autofree char *path = pt_sysroot_path (self->sysroot, place, name);
  g_autoptr (GFile) folder = path != NULL ? g_file_new_for_path (path) : NULL;
  g_autoptr (GFileMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;

  if (folder == NULL || g_hash_table_contains (self->folders, path) ||
      !g_file_test (path, G_FILE_TEST_IS_DIR))
    return;
  monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, &error);
  if (monitor == NULL)
    {
      g_debug ("%s is not watched: %s", path, error->message);
      return;
    }
  g_signal_connect_object (monitor, "changed", G_CALLBACK (pt_host_monitor_file_cb), self,
                           G_CONNECT_SWAPPED);
  g_hash_table_insert (self->folders, g_steal_pointer (&path), g_steal_pointer (&monitor));
}


/* In a tree the folder of each device: its driver is a link in there. */
static void
pt_host_monitor_watch_members (PtHostMonitor *self,
                               PtPlace        place)
{
  g_auto (GStrv) names = pt_sysroot_list (self->sysroot, place, NULL, NULL);

  pt_host_monitor_watch (self, place, NULL);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    pt_host_monitor_watch (self, place, names[i]);
}


static gboolean
pt_host_monitor_is_gone (gpointer key,
                         gpointer value,
                         gpointer user_data)
{
  return !g_file_test (key, G_FILE_TEST_IS_DIR);
}


static void
pt_host_monitor_watch_all (PtHostMonitor *self)
{
  g_hash_table_foreach_remove (self->folders, pt_host_monitor_is_gone, NULL);
  pt_host_monitor_watch (self, PT_PLACE_RUN, NULL);
  pt_host_monitor_watch (self, PT_PLACE_LIBVIRT_SOCKETS, NULL);
  if (pt_sysroot_is_real (self->sysroot))
    return;
  pt_host_monitor_watch_members (self, PT_PLACE_PCI_DEVICES);
  pt_host_monitor_watch_members (self, PT_PLACE_DRM_CLASS);
  pt_host_monitor_watch (self, PT_PLACE_PROC, NULL);
  pt_host_monitor_watch (self, PT_PLACE_DEV, NULL);
}


static void
pt_host_monitor_watch_kernel (PtHostMonitor *self)
{
  self->udev = g_udev_client_new (pt_monitor_subsystems);
  g_signal_connect_object (self->udev, "uevent", G_CALLBACK (pt_host_monitor_udev_cb), self,
                           G_CONNECT_SWAPPED);
  self->mounts = g_unix_mount_monitor_get ();
  g_signal_connect_object (self->mounts, "mounts-changed", G_CALLBACK (pt_host_monitor_note), self,
                           G_CONNECT_SWAPPED);
}


static void
pt_host_monitor_dispose (GObject *object)
{
  PtHostMonitor *self = PT_HOST_MONITOR (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->folders, g_hash_table_unref);
  g_clear_object (&self->udev);
  g_clear_object (&self->mounts);
  g_clear_object (&self->sysroot);

  G_OBJECT_CLASS (pt_host_monitor_parent_class)->dispose (object);
}


static void
pt_host_monitor_class_init (PtHostMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pt_host_monitor_dispose;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}


static void
pt_host_monitor_init (PtHostMonitor *self)
{
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}


PtHostMonitor *
pt_host_monitor_new (PtSysroot *sysroot)
{
  PtHostMonitor *self = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_object_new (PT_TYPE_HOST_MONITOR, NULL);
  self->sysroot = g_object_ref (sysroot);
  if (pt_sysroot_is_real (sysroot))
    pt_host_monitor_watch_kernel (self);
  pt_host_monitor_watch_all (self);
  return self;
}
