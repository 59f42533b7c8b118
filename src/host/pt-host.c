/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-host"

#include "config.h"

#include "pt-host.h"

#include <sys/statvfs.h>

#include "pt-device-private.h"
#include "pt-facts.h"
#include "pt-framebuffer.h"
#include "pt-gpu-private.h"
#include "pt-pci-scan.h"
#include "pt-platform.h"
#include "pt-storage.h"
#include "pt-work.h"
#include "pt-xorg.h"

struct _PtHost
{
  GObject parent_instance;

  PtSysroot   *sysroot;
  GPtrArray   *devices;
  GPtrArray   *gpus;
  PtCpuLayout *cpu_layout;
  PtUsb       *usb;
  PtSeen      *seen; /* of the set-up */
  gboolean     seen_known;
  PtPlatform  *platform;
  PtHostFacts  facts;
};

G_DEFINE_FINAL_TYPE (PtHost, pt_host, G_TYPE_OBJECT)
G_DEFINE_QUARK (pt - host - error - quark, pt_host_error)


static void
pt_host_finalize (GObject *object)
{
  PtHost *self = PT_HOST (object);

  g_clear_object (&self->sysroot);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  g_clear_pointer (&self->gpus, g_ptr_array_unref);
  g_clear_pointer (&self->cpu_layout, pt_cpu_layout_free);
  g_clear_pointer (&self->usb, pt_usb_free);
  g_clear_pointer (&self->seen, pt_seen_free);
  pt_facts_clear (&self->facts);
  g_clear_pointer (&self->platform, pt_platform_free);

  G_OBJECT_CLASS (pt_host_parent_class)->finalize (object);
}


static void
pt_host_class_init (PtHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_host_finalize;
}


static void
pt_host_init (PtHost *self)
{
}


static void
pt_host_note_uses (PtHost    *self,
                   PtStorage *storage)
{
  for (guint i = 0; i < self->devices->len; i++)
    {
      PtDevice         *device = g_ptr_array_index (self->devices, i);
      g_autofree char **uses = pt_storage_get_uses (storage, &device->address);

      g_ptr_array_set_size (device->in_use, 0);
      for (guint j = 0; uses[j] != NULL; j++)
        g_ptr_array_add (device->in_use, g_strdup (uses[j]));
      g_ptr_array_add (device->in_use, NULL);
    }
}


/* Where disk images go, or the nearest folder above that is there. Only the real host's disks
 * mean anything. */
static guint64
pt_host_read_free_space (PtSysroot *sysroot)
{
  static const PtPlace places[] = { PT_PLACE_IMAGES, PT_PLACE_ROOT };

  for (gsize i = 0; pt_sysroot_is_real (sysroot) && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = pt_sysroot_path (sysroot, places[i], NULL);
      struct statvfs   info = { 0 };

      if (statvfs (path, &info) == 0)
        return (guint64)info.f_bavail * info.f_frsize;
    }
  return 0;
}


static void
pt_host_read_devices_facts (PtHost *self)
{
  self->facts.complete = TRUE;
  for (guint i = 0; i < self->devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (self->devices, i);

      if (!device->complete)
        self->facts.complete = FALSE;
      if (device->boot_vga || device->has_framebuffer)
        self->facts.framebuffer = PT_TRI_TRUE;
    }
}


PtHost *
pt_host_scan (PtSysroot    *sysroot,
              GCancellable *cancellable,
              GError      **error)
{
  g_autoptr (PtHost) self = NULL;
  g_autoptr (PtStorage) storage = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  devices = pt_pci_scan (sysroot, cancellable, error);
  if (devices == NULL)
    return NULL;

  self = g_object_new (PT_TYPE_HOST, NULL);
  self->sysroot = g_object_ref (sysroot);
  self->devices = g_steal_pointer (&devices);
  storage = pt_storage_read (sysroot);
  pt_host_note_uses (self, storage);
  pt_facts_read (sysroot, self->devices, &self->facts);
  pt_framebuffer_read (sysroot, self->devices, &self->facts);
  self->facts.xorg = pt_xorg_read (sysroot);
  pt_boot_read (sysroot, storage, &self->facts);
  pt_probe_kvm (sysroot, &self->facts);
  pt_probe_libvirt (sysroot, &self->facts);
  pt_host_read_devices_facts (self);
  self->platform = pt_platform_read (sysroot);
  self->facts.mounts_known = pt_storage_is_known (storage);
  self->facts.root_resolved = pt_storage_is_resolved (storage, "/");
  self->facts.drives_known = self->facts.root_resolved && pt_storage_is_complete (storage);
  self->facts.free_space = pt_host_read_free_space (sysroot);
  self->cpu_layout = pt_cpu_layout_read (sysroot);
  self->usb = pt_usb_read (sysroot);
  self->seen_known = !pt_sysroot_exists (sysroot, PT_PLACE_STATE, NULL);
  self->gpus = pt_gpu_judge_all (self->devices);
  pt_gpu_judge_inputs (self->gpus, self->usb);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}


/* Looks the names up too, which takes some milliseconds the first time. */
static gpointer
pt_host_scan_work (gpointer      data,
                   GCancellable *cancellable,
                   GError      **error)
{
  PtHost *self = pt_host_scan (data, cancellable, error);

  for (guint i = 0; self != NULL && i < self->devices->len; i++)
    pt_device_load_names (g_ptr_array_index (self->devices, i));
  return self;
}


void
pt_host_scan_async (PtSysroot          *sysroot,
                    GCancellable       *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer            user_data)
{
  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  pt_work_run_async (sysroot, pt_host_scan_async, pt_host_scan_work, g_object_ref (sysroot),
                     g_object_unref, g_object_unref, cancellable, callback, user_data);
}


PtHost *
pt_host_scan_finish (PtSysroot    *sysroot,
                     GAsyncResult *result,
                     GError      **error)
{
  return pt_work_finish (sysroot, pt_host_scan_async, result, error);
}


PtSysroot *
pt_host_get_sysroot (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return self->sysroot;
}


const PtHostFacts *
pt_host_get_facts (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return &self->facts;
}


const PtCpuLayout *
pt_host_get_cpu_layout (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return self->cpu_layout;
}


const PtUsb *
pt_host_get_usb (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return self->usb;
}


const PtPlatform *
pt_host_get_platform (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return self->platform;
}


void
pt_host_take_boot (PtHost            *self,
                   const PtBootFacts *boot)
{
  g_return_if_fail (PT_IS_HOST (self));
  g_return_if_fail (boot != NULL);

  if (boot->boot_loader != PT_BOOT_LOADER_UNKNOWN)
    self->facts.boot_loader = boot->boot_loader;
  if (boot->initramfs != PT_INITRAMFS_UNKNOWN)
    self->facts.initramfs = boot->initramfs;
  self->facts.grub_drop_in = boot->grub_drop_in;
  self->facts.one_shot = boot->one_shot;
  self->facts.trial_boot = boot->one_shot == PT_ONE_SHOT_POSSIBLE;
}


void
pt_host_take_seen (PtHost *self,
                   PtSeen *seen)
{
  g_return_if_fail (PT_IS_HOST (self));

  g_clear_pointer (&self->seen, pt_seen_free);
  self->seen = seen;
  self->seen_known = TRUE;
}


gboolean
pt_host_get_seen (PtHost        *self,
                  const PtSeen **seen)
{
  g_return_val_if_fail (PT_IS_HOST (self), FALSE);

  *seen = self->seen;
  return self->seen_known;
}


GPtrArray *
pt_host_get_devices (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return self->devices;
}


PtDevice *
pt_host_find_device (PtHost          *self,
                     const PtAddress *address)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  for (guint i = 0; i < self->devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (self->devices, i);

      if (pt_address_equal (&device->address, address))
        return device;
    }
  return NULL;
}


GPtrArray *
pt_host_get_gpus (PtHost *self)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  return self->gpus;
}


PtGpu *
pt_host_find_gpu (PtHost          *self,
                  const PtAddress *address)
{
  g_return_val_if_fail (PT_IS_HOST (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  for (guint i = 0; i < self->gpus->len; i++)
    {
      PtGpu     *gpu = g_ptr_array_index (self->gpus, i);
      GPtrArray *functions = pt_gpu_get_functions (gpu);

      for (guint j = 0; j < functions->len; j++)
        {
          if (pt_address_equal (pt_device_get_address (g_ptr_array_index (functions, j)), address))
            return gpu;
        }
    }
  return NULL;
}


GPtrArray *
pt_host_get_group (PtHost *self,
                   int     number)
{
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  for (guint i = 0; i < self->devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (self->devices, i);

      if (device->group == number)
        g_ptr_array_add (members, g_object_ref (device));
    }
  return g_steal_pointer (&members);
}


static int
pt_host_compare_numbers (gconstpointer a,
                         gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}


GArray *
pt_host_get_groups (PtHost *self)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (int));
  GArray *groups = NULL;

  g_return_val_if_fail (PT_IS_HOST (self), NULL);

  for (guint i = 0; i < self->devices->len; i++)
    {
      const PtDevice *device = g_ptr_array_index (self->devices, i);

      if (device->group >= 0)
        g_array_append_val (all, device->group);
    }
  g_array_sort (all, pt_host_compare_numbers);

  groups = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < all->len; i++)
    {
      int number = g_array_index (all, int, i);

      if (i == 0 || number != g_array_index (all, int, i - 1))
        g_array_append_val (groups, number);
    }
  return groups;
}
