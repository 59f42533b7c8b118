/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-choice"

#include "config.h"

#include "pt-choice.h"

void
pt_plan_device_free (PtPlanDevice *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->device);
  g_free (self);
}

gboolean
pt_choice_iommu_is_a_parameter_away (PtHost *host)
{
  const PtHostFacts *facts = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), FALSE);

  facts = pt_host_get_facts (host);
  return facts->iommu == PT_IOMMU_OFF && facts->iommu_table != PT_TRI_FALSE;
}

static gboolean
pt_choice_has (GPtrArray *devices,
               PtDevice  *device)
{
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (entry->device == device)
        return TRUE;
    }
  return FALSE;
}

/* A vendor or device that could not be read (0) may be the same one. */
static gboolean
pt_choice_may_share_id (PtDevice *device,
                        PtDevice *other)
{
  guint16 vendor = pt_device_get_vendor_id (other);
  guint16 id = pt_device_get_device_id (other);

  return (vendor == 0 || vendor == pt_device_get_vendor_id (device)) &&
         (id == 0 || id == pt_device_get_device_id (device));
}

/* The weakest name that means @device alone on @host. */
static PtGrade
pt_choice_grade (PtHost   *host,
                 PtDevice *device)
{
  GPtrArray  *all = pt_host_get_devices (host);
  const char *subsystem = pt_device_get_subsystem (device);
  PtGrade     grade = PT_GRADE_ID;

  for (guint i = 0; i < all->len; i++)
    {
      PtDevice   *other = g_ptr_array_index (all, i);
      const char *other_subsystem = pt_device_get_subsystem (other);

      if (other == device || !pt_choice_may_share_id (device, other))
        continue;
      /* A subsystem that cannot be read may be the same one. */
      if (subsystem == NULL || other_subsystem == NULL || g_str_equal (subsystem, other_subsystem))
        return PT_GRADE_ADDRESS;
      grade = PT_GRADE_SUBSYSTEM_ID;
    }
  return grade;
}

static void
pt_choice_add (GPtrArray *devices,
               PtHost    *host,
               PtDevice  *device,
               gboolean   at_boot)
{
  PtPlanDevice *entry = NULL;

  if (pt_choice_has (devices, device))
    return;

  entry = g_new0 (PtPlanDevice, 1);
  entry->device = g_object_ref (device);
  entry->grade = pt_choice_grade (host, device);
  entry->at_boot = at_boot;
  g_ptr_array_add (devices, entry);
}

static void
pt_choice_refuse (GPtrArray      *refusals,
                  PtDevice       *device,
                  PtBlockerReason reason,
                  PtDevice       *because)
{
  const PtAddress *address = pt_device_get_address (device);
  const PtAddress *obstacle = pt_device_get_address (because);
  PtPlanRefusal   *refusal = NULL;

  for (guint i = 0; i < refusals->len; i++)
    {
      refusal = g_ptr_array_index (refusals, i);
      if (refusal->reason == reason && pt_address_equal (&refusal->address, address) &&
          pt_address_equal (&refusal->because, obstacle))
        return;
    }

  refusal = g_new0 (PtPlanRefusal, 1);
  refusal->address = *address;
  refusal->reason = reason;
  refusal->because = *obstacle;
  g_ptr_array_add (refusals, refusal);
}

static void
pt_choice_judge_gpu (PtHost    *host,
                     PtGpu     *gpu,
                     GPtrArray *devices,
                     GPtrArray *refusals)
{
  GPtrArray *blockers = pt_gpu_get_blockers (gpu);

  for (guint i = 0; i < blockers->len; i++)
    {
      PtBlocker *blocker = g_ptr_array_index (blockers, i);
      PtDevice  *card = pt_gpu_get_device (gpu);

      if (blocker->reason == PT_BLOCKER_FOREIGN_DEVICE && pt_choice_has (devices, blocker->device))
        continue;
      if (blocker->reason == PT_BLOCKER_NO_GROUP && pt_choice_iommu_is_a_parameter_away (host))
        continue;
      pt_choice_refuse (refusals, card, blocker->reason, blocker->device);
    }
}

/* TRUE if the host could still show something on @gpu: it is not given away, not
 * now and not before. */
static gboolean
pt_choice_stays (PtGpu     *gpu,
                 GPtrArray *devices)
{
  PtDevice *card = pt_gpu_get_device (gpu);

  return !pt_choice_has (devices, card) && g_strcmp0 (pt_device_get_driver (card), "vfio-pci") != 0;
}

/* Each card was judged as if it went alone; what stays when all chosen ones go is judged here. */
static void
pt_choice_judge_rest (PtHost    *host,
                      GPtrArray *devices,
                      GPtrArray *refusals)
{
  GPtrArray *gpus = pt_host_get_gpus (host);
  gboolean   any_stays = FALSE;
  gboolean   monitor_stays = FALSE;

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu   *gpu = g_ptr_array_index (gpus, i);
      gboolean stays = pt_choice_stays (gpu, devices);

      any_stays |= stays;
      monitor_stays |= stays && pt_device_get_monitors (pt_gpu_get_device (gpu)) > 0;
    }
  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu    *gpu = g_ptr_array_index (gpus, i);
      PtDevice *card = pt_gpu_get_device (gpu);

      /* One that is set aside already takes nothing more away. */
      if (!pt_choice_has (devices, card) ||
          g_strcmp0 (pt_device_get_driver (card), "vfio-pci") == 0)
        continue;
      if (!any_stays)
        pt_choice_refuse (refusals, card, PT_BLOCKER_ONLY_GPU, card);
      else if (pt_gpu_is_host_display (gpu) && !monitor_stays)
        pt_choice_refuse (refusals, card, PT_BLOCKER_HOST_DISPLAY, card);
    }
}

static gboolean
pt_choice_is_plumbing (PtDevice *device)
{
  PtDeviceKind kind = pt_device_get_kind (device);

  return kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE || kind == PT_DEVICE_ISA;
}

/* A drive is free only where it is known what the host lives on. */
static gboolean
pt_choice_may_carry_host (PtHost   *host,
                          PtDevice *device)
{
  /* Class 0x01, mass storage: NVMe and SATA, and RAID controllers too. */
  return pt_device_get_class (device) >> 16 == 0x01 && !pt_host_get_facts (host)->drives_known;
}

/* A USB controller is free only where it is known what hangs on it; other devices carry input
 * seldom (a laptop's touchpad) and are asked only for what is known. */
static void
pt_choice_judge_input (PtHost    *host,
                       PtDevice  *device,
                       GPtrArray *refusals)
{
  g_autoptr (GArray) alone = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  PtInputLoss loss = PT_INPUT_LOSS_NONE;

  /* One that is set aside already takes nothing more away. */
  if (g_strcmp0 (pt_device_get_driver (device), "vfio-pci") == 0)
    return;
  g_array_append_vals (alone, pt_device_get_address (device), 1);
  loss = pt_usb_judge_loss (pt_host_get_usb (host), alone);
  if (loss > PT_INPUT_LOSS_UNKNOWN)
    pt_choice_refuse (refusals, device, PT_BLOCKER_LAST_INPUT, device);
  else if (loss == PT_INPUT_LOSS_UNKNOWN && pt_device_get_kind (device) == PT_DEVICE_USB)
    pt_choice_refuse (refusals, device, PT_BLOCKER_INPUT_UNKNOWN, device);
}

/* Each device was judged as if it went alone; here all that go are judged together. */
static void
pt_choice_judge_inputs (PtHost    *host,
                        GPtrArray *devices,
                        GPtrArray *refusals)
{
  const PtUsb *usb = pt_host_get_usb (host);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));

  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      g_array_append_vals (addresses, pt_device_get_address (entry->device), 1);
    }
  if (pt_usb_judge_loss (usb, addresses) <= PT_INPUT_LOSS_UNKNOWN)
    return;
  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      if (pt_usb_carries_input (usb, pt_device_get_address (entry->device)))
        pt_choice_refuse (refusals, entry->device, PT_BLOCKER_LAST_INPUT, entry->device);
    }
}

/* The rules of pt_gpu_get_blockers() for a device that is no part of a card. */
static void
pt_choice_judge_device (PtHost    *host,
                        PtDevice  *device,
                        GPtrArray *devices,
                        GPtrArray *refusals)
{
  g_autoptr (GPtrArray) mates = NULL;

  if (pt_choice_is_plumbing (device) || pt_device_get_in_use (device)[0] != NULL ||
      pt_choice_may_carry_host (host, device))
    pt_choice_refuse (refusals, device, PT_BLOCKER_IN_USE, device);

  pt_choice_judge_input (host, device, refusals);

  if (pt_device_get_group (device) < 0)
    {
      if (!pt_choice_iommu_is_a_parameter_away (host))
        pt_choice_refuse (refusals, device, PT_BLOCKER_NO_GROUP, device);
      return;
    }

  mates = pt_host_get_group (host, pt_device_get_group (device));
  for (guint i = 0; i < mates->len; i++)
    {
      PtDevice    *mate = g_ptr_array_index (mates, i);
      PtDeviceKind kind = pt_device_get_kind (mate);

      if (kind != PT_DEVICE_BRIDGE && kind != PT_DEVICE_HOST_BRIDGE &&
          !pt_choice_has (devices, mate))
        pt_choice_refuse (refusals, device, PT_BLOCKER_FOREIGN_DEVICE, mate);
    }
}

static int
pt_choice_compare (gconstpointer a,
                   gconstpointer b)
{
  const PtPlanDevice *first = *(PtPlanDevice *const *)a;
  const PtPlanDevice *second = *(PtPlanDevice *const *)b;

  return pt_address_compare (pt_device_get_address (first->device),
                             pt_device_get_address (second->device));
}

/* TRUE if the intent was applied with a device at @address: that it is gone is for the
 * verification to say. */
static gboolean
pt_choice_was_there (PtIntent        *intent,
                     const PtAddress *address)
{
  const char *const *identities = pt_intent_get_identities (intent);

  for (gsize i = 0; identities[i] != NULL; i++)
    {
      PtAddress   known = { 0 };
      const char *id = NULL;

      if (pt_identity_parse (identities[i], &known, &id) && pt_address_equal (&known, address))
        return TRUE;
    }
  return FALSE;
}

static gboolean
pt_choice_collect (PtHost          *host,
                   PtIntent        *intent,
                   const PtAddress *address,
                   GPtrArray       *devices,
                   GError         **error)
{
  PtDevice  *device = pt_host_find_device (host, address);
  PtGpu     *gpu = pt_host_find_gpu (host, address);
  GPtrArray *functions = NULL;
  char       text[PT_ADDRESS_BUFFER] = { 0 };

  if (device == NULL && pt_choice_was_there (intent, address))
    return TRUE;
  if (device == NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "there is no device at %s", pt_address_format (address, text));
      return FALSE;
    }

  if (gpu == NULL)
    {
      pt_choice_add (devices, host, device, FALSE);
      return TRUE;
    }

  functions = pt_gpu_get_functions (gpu);
  for (guint i = 0; i < functions->len; i++)
    pt_choice_add (devices, host, g_ptr_array_index (functions, i), TRUE);
  return TRUE;
}

gboolean
pt_choice_make (PtHost    *host,
                PtIntent  *intent,
                GPtrArray *devices,
                GPtrArray *refusals,
                GError   **error)
{
  GArray *addresses = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), FALSE);
  g_return_val_if_fail (PT_IS_INTENT (intent), FALSE);

  addresses = pt_intent_get_addresses (intent);
  if (addresses->len == 0)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID, "no device was chosen");
      return FALSE;
    }
  for (guint i = 0; i < addresses->len; i++)
    if (!pt_choice_collect (host, intent, &g_array_index (addresses, PtAddress, i), devices, error))
      return FALSE;

  for (guint i = 0; i < addresses->len; i++)
    {
      const PtAddress *address = &g_array_index (addresses, PtAddress, i);
      PtGpu           *gpu = pt_host_find_gpu (host, address);
      PtDevice        *device = pt_host_find_device (host, address);

      if (gpu != NULL)
        pt_choice_judge_gpu (host, gpu, devices, refusals);
      else if (device != NULL)
        pt_choice_judge_device (host, device, devices, refusals);
    }
  pt_choice_judge_rest (host, devices, refusals);
  pt_choice_judge_inputs (host, devices, refusals);
  g_ptr_array_sort (devices, pt_choice_compare);
  return TRUE;
}
