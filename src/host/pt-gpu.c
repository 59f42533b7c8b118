/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-gpu"

#include "config.h"

#include "pt-gpu.h"

#include "pt-device-private.h"
#include "pt-gpu-private.h"

/* AMD gives the other parts of its processors another vendor than the graphics. */
#define PT_GPU_INTEL 0x8086
#define PT_GPU_AMD_PLATFORM 0x1022

struct _PtGpu
{
  GObject parent_instance;

  PtDevice  *device;
  GPtrArray *functions;
  GPtrArray *mates;
  GArray    *groups;
  GPtrArray *blockers;
  gboolean   host_display;
  gboolean   integrated; /* other parts of an AMD processor are in its slot */
};

G_DEFINE_FINAL_TYPE (PtGpu, pt_gpu, G_TYPE_OBJECT)

static const char *const pt_blocker_reasons[] = {
  [PT_BLOCKER_FOREIGN_DEVICE] = "foreign-device",
  [PT_BLOCKER_IN_USE] = "in-use",
  [PT_BLOCKER_HOST_DISPLAY] = "host-display",
  [PT_BLOCKER_ONLY_GPU] = "only-gpu",
  [PT_BLOCKER_NO_GROUP] = "no-group",
  [PT_BLOCKER_LAST_INPUT] = "last-input",
  [PT_BLOCKER_INPUT_UNKNOWN] = "input-unknown",
  [PT_BLOCKER_FIRMWARE_MEMORY] = "firmware-memory",
  [PT_BLOCKER_UNREADABLE] = "unreadable",
};


static void
pt_gpu_finalize (GObject *object)
{
  PtGpu *self = PT_GPU (object);

  g_clear_object (&self->device);
  g_ptr_array_unref (self->functions);
  g_ptr_array_unref (self->mates);
  g_array_unref (self->groups);
  g_ptr_array_unref (self->blockers);

  G_OBJECT_CLASS (pt_gpu_parent_class)->finalize (object);
}


static void
pt_gpu_class_init (PtGpuClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pt_gpu_finalize;
}


static void
pt_gpu_init (PtGpu *self)
{
  self->functions = g_ptr_array_new_with_free_func (g_object_unref);
  self->mates = g_ptr_array_new_with_free_func (g_object_unref);
  self->groups = g_array_new (FALSE, FALSE, sizeof (int));
  self->blockers = g_ptr_array_new_with_free_func (g_free);
}


static void
pt_gpu_block (PtGpu          *self,
              PtDevice       *device,
              PtBlockerReason reason)
{
  PtBlocker *blocker = g_new0 (PtBlocker, 1);

  blocker->device = device;
  blocker->reason = reason;
  g_ptr_array_add (self->blockers, blocker);
}


gboolean
pt_gpu_has_blocker (PtGpu          *self,
                    PtBlockerReason reason)
{
  g_return_val_if_fail (PT_IS_GPU (self), FALSE);

  for (guint i = 0; i < self->blockers->len; i++)
    {
      const PtBlocker *blocker = g_ptr_array_index (self->blockers, i);

      if (blocker->reason == reason)
        return TRUE;
    }
  return FALSE;
}


static gboolean
pt_gpu_has_group (PtGpu *self,
                  int    group)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      if (g_array_index (self->groups, int, i) == group)
        return TRUE;
    }
  return FALSE;
}


static int
pt_gpu_compare_groups (gconstpointer a,
                       gconstpointer b)
{
  return *(const int *)a - *(const int *)b;
}


static void
pt_gpu_add_function (PtGpu    *self,
                     PtDevice *device)
{
  if (device == self->device)
    g_ptr_array_insert (self->functions, 0, g_object_ref (device));
  else
    g_ptr_array_add (self->functions, g_object_ref (device));

  if (device->group >= 0 && !pt_gpu_has_group (self, device->group))
    g_array_append_val (self->groups, device->group);
}


/* The functions of a card are its maker's. What a processor has beside its graphics in the same
 * slot, USB and the security processor, is of another vendor id and none of the card's. */
static gboolean
pt_gpu_owns (PtGpu    *self,
             PtDevice *device)
{
  guint16 vendor = self->device->vendor_id;

  return pt_address_same_slot (&device->address, &self->device->address) &&
         (vendor == 0 || device->vendor_id == 0 || device->vendor_id == vendor);
}


/* The functions of the slot first, then whoever shares a group with one of them. */
static void
pt_gpu_gather (PtGpu     *self,
               GPtrArray *devices)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (pt_gpu_owns (self, device))
        pt_gpu_add_function (self, device);
      else if (pt_address_same_slot (&device->address, &self->device->address))
        self->integrated |= device->vendor_id == PT_GPU_AMD_PLATFORM;
    }
  g_array_sort (self->groups, pt_gpu_compare_groups);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (!pt_gpu_owns (self, device) && device->group >= 0 &&
          pt_gpu_has_group (self, device->group))
        g_ptr_array_add (self->mates, g_object_ref (device));
    }
}


static void
pt_gpu_judge_devices (PtGpu *self)
{
  for (guint i = 0; i < self->functions->len; i++)
    {
      PtDevice *device = g_ptr_array_index (self->functions, i);

      if (!device->complete)
        pt_gpu_block (self, device, PT_BLOCKER_UNREADABLE);
      if (device->group < 0)
        pt_gpu_block (self, device, PT_BLOCKER_NO_GROUP);
      if (*pt_device_get_in_use (device) != NULL)
        pt_gpu_block (self, device, PT_BLOCKER_IN_USE);
      if (device->firmware_memory)
        pt_gpu_block (self, device, PT_BLOCKER_FIRMWARE_MEMORY);
    }
  for (guint i = 0; i < self->mates->len; i++)
    {
      PtDevice *device = g_ptr_array_index (self->mates, i);

      if (pt_device_is_bridge (device) && device->complete)
        continue;
      pt_gpu_block (self, device, PT_BLOCKER_FOREIGN_DEVICE);
      if (*pt_device_get_in_use (device) != NULL)
        pt_gpu_block (self, device, PT_BLOCKER_IN_USE);
    }
}


/* How much speaks for a card as the one that shows this desktop: monitors before the firmware's
 * choice, and the framebuffer of this boot before the default of the arbiter. 0 = nothing. */
static int
pt_gpu_display_score (PtGpu *self)
{
  return (self->device->monitors > 0 ? 4 : 0) + (self->device->has_framebuffer ? 2 : 0) +
         (self->device->boot_vga ? 1 : 0);
}


static void
pt_gpu_find_host_display (GPtrArray *gpus)
{
  PtGpu *best = NULL;

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (pt_gpu_display_score (gpu) > (best != NULL ? pt_gpu_display_score (best) : 0))
        best = gpu;
    }
  if (best != NULL)
    best->host_display = TRUE;
}


/* The host keeps a picture without @self: another card has a monitor too. */
static gboolean
pt_gpu_has_understudy (PtGpu     *self,
                       GPtrArray *gpus)
{
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (gpu != self && gpu->device->monitors > 0)
        return TRUE;
    }
  return FALSE;
}


static void
pt_gpu_judge_displays (GPtrArray *gpus)
{
  pt_gpu_find_host_display (gpus);
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (gpus->len == 1)
        pt_gpu_block (gpu, gpu->device, PT_BLOCKER_ONLY_GPU);
      else if (gpu->host_display && !pt_gpu_has_understudy (gpu, gpus))
        pt_gpu_block (gpu, gpu->device, PT_BLOCKER_HOST_DISPLAY);
    }
}


/* A card with two graphics functions in its slot is one card. */
static gboolean
pt_gpu_is_known_slot (GPtrArray *gpus,
                      PtDevice  *device)
{
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (pt_address_same_slot (&gpu->device->address, &device->address))
        return TRUE;
    }
  return FALSE;
}


GPtrArray *
pt_gpu_judge_all (GPtrArray *devices)
{
  g_autoptr (GPtrArray) gpus = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (devices != NULL, NULL);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);
      PtGpu    *gpu = NULL;

      if (pt_device_get_kind (device) != PT_DEVICE_GPU || pt_gpu_is_known_slot (gpus, device))
        continue;
      gpu = g_object_new (PT_TYPE_GPU, NULL);
      gpu->device = g_object_ref (device);
      pt_gpu_gather (gpu, devices);
      pt_gpu_judge_devices (gpu);
      g_ptr_array_add (gpus, gpu);
    }
  pt_gpu_judge_displays (gpus);
  return g_steal_pointer (&gpus);
}


static void
pt_gpu_gather_carriers (PtGpu       *self,
                        GPtrArray   *devices,
                        const PtUsb *usb,
                        GPtrArray   *carriers,
                        GArray      *addresses)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (!pt_usb_carries_input (usb, &device->address))
        continue;
      g_ptr_array_add (carriers, device);
      g_array_append_val (addresses, device->address);
    }
}


/* All of them go together, so they are judged together. That nothing is known of input devices
 * stops no card: few have a USB port. */
void
pt_gpu_judge_inputs (GPtrArray   *gpus,
                     const PtUsb *usb)
{
  g_return_if_fail (gpus != NULL);
  g_return_if_fail (usb != NULL);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);
      g_autoptr (GPtrArray) carriers = g_ptr_array_new ();
      g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));

      pt_gpu_gather_carriers (gpu, gpu->functions, usb, carriers, addresses);
      pt_gpu_gather_carriers (gpu, gpu->mates, usb, carriers, addresses);
      if (pt_usb_judge_loss (usb, addresses) <= PT_INPUT_LOSS_UNKNOWN)
        continue;
      for (guint j = 0; j < carriers->len; j++)
        pt_gpu_block (gpu, g_ptr_array_index (carriers, j), PT_BLOCKER_LAST_INPUT);
    }
}


PtDevice *
pt_gpu_get_device (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), NULL);

  return self->device;
}


GPtrArray *
pt_gpu_get_functions (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), NULL);

  return self->functions;
}


GPtrArray *
pt_gpu_get_group_mates (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), NULL);

  return self->mates;
}


GArray *
pt_gpu_get_groups (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), NULL);

  return self->groups;
}


gboolean
pt_gpu_is_suitable (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), FALSE);

  return self->blockers->len == 0;
}


GPtrArray *
pt_gpu_get_blockers (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), NULL);

  return self->blockers;
}


gboolean
pt_gpu_is_host_display (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), FALSE);

  return self->host_display;
}


gboolean
pt_gpu_is_integrated (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), FALSE);

  if (self->device->vendor_id == PT_GPU_INTEL)
    return self->device->address.bus == 0;
  return self->integrated;
}


gboolean
pt_gpu_is_candidate (GPtrArray *gpus,
                     PtGpu     *self)
{
  g_return_val_if_fail (gpus != NULL, FALSE);
  g_return_val_if_fail (PT_IS_GPU (self), FALSE);

  return gpus->len == 1 || !self->host_display;
}


PtGpu *
pt_gpu_find_guest (GPtrArray *gpus)
{
  PtGpu *best = NULL;
  int    best_score = -1;

  g_return_val_if_fail (gpus != NULL, NULL);

  for (guint i = 0; gpus->len >= 2 && i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);
      int    score = (pt_gpu_is_suitable (gpu) ? 2 : 0) + (pt_gpu_is_integrated (gpu) ? 0 : 1);

      if (pt_gpu_is_candidate (gpus, gpu) && score > best_score)
        {
          best = gpu;
          best_score = score;
        }
    }
  return best;
}


PtGpu *
pt_gpu_find_host (GPtrArray *gpus)
{
  g_return_val_if_fail (gpus != NULL, NULL);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (gpu->host_display)
        return gpu;
    }
  return NULL;
}


guint64
pt_gpu_get_aperture (PtGpu *self)
{
  g_return_val_if_fail (PT_IS_GPU (self), 0);

  return self->device->aperture;
}


const char *
pt_blocker_reason_to_nick (PtBlockerReason reason)
{
  g_return_val_if_fail (reason >= 0 && reason < G_N_ELEMENTS (pt_blocker_reasons), NULL);

  return pt_blocker_reasons[reason];
}
