/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-handover"

#include "config.h"

#include "pt-handover.h"

#include "pt-choice.h"

/* How many programs have a card open; negative: it cannot be told. */
#define PT_HANDOVER_UNKNOWN -1


static void
pt_obstacle_free (PtObstacle *self)
{
  g_object_unref (self->because);
  g_free (self);
}


static void
pt_handover_member_free (PtHandoverMember *self)
{
  g_object_unref (self->device);
  g_free (self);
}


void
pt_handover_free (PtHandover *self)
{
  g_ptr_array_unref (self->members);
  g_ptr_array_unref (self->obstacles);
  g_free (self);
}


const char *
pt_obstacle_reason_to_nick (PtObstacleReason reason)
{
  static const char *const nicks[] = {
    [PT_OBSTACLE_KIND] = "kind",
    [PT_OBSTACLE_IN_USE] = "in-use",
    [PT_OBSTACLE_LAST_INPUT] = "last-input",
    [PT_OBSTACLE_INPUT_UNKNOWN] = "input-unknown",
    [PT_OBSTACLE_NO_GROUP] = "no-group",
    [PT_OBSTACLE_GROUP_MATE] = "group-mate",
    [PT_OBSTACLE_HOST_DISPLAY] = "host-display",
    [PT_OBSTACLE_ONLY_GPU] = "only-gpu",
    [PT_OBSTACLE_BOOT_DISPLAY] = "boot-display",
    [PT_OBSTACLE_FRAMEBUFFER] = "framebuffer",
    [PT_OBSTACLE_MONITOR] = "monitor",
    [PT_OBSTACLE_PROGRAMS] = "programs",
    [PT_OBSTACLE_DRIVER] = "driver",
    [PT_OBSTACLE_FIRMWARE] = "firmware",
    [PT_OBSTACLE_UNREADABLE] = "unreadable",
  };

  g_return_val_if_fail ((gsize)reason < G_N_ELEMENTS (nicks), NULL);

  return nicks[reason];
}


/* (transfer none) */
static PtObstacle *
pt_handover_refuse (PtHandover      *self,
                    const PtAddress *address,
                    PtObstacleReason reason,
                    PtDevice        *because)
{
  PtObstacle *obstacle = NULL;

  for (guint i = 0; i < self->obstacles->len; i++)
    {
      obstacle = g_ptr_array_index (self->obstacles, i);
      if (obstacle->reason == reason && obstacle->because == because)
        return obstacle;
    }
  obstacle = g_new0 (PtObstacle, 1);
  obstacle->address = *address;
  obstacle->reason = reason;
  obstacle->because = g_object_ref (because);
  g_ptr_array_add (self->obstacles, obstacle);
  return obstacle;
}


static gboolean
pt_handover_is_plumbing (PtDevice *device)
{
  PtDeviceKind kind = pt_device_get_kind (device);

  return kind == PT_DEVICE_BRIDGE || kind == PT_DEVICE_HOST_BRIDGE;
}


/* What vfio asks of every member of a group (kernel: vfio_dev_viable). */
static gboolean
pt_handover_is_idle (PtDevice *device)
{
  const char *driver = pt_device_get_driver (device);

  return driver == NULL || g_str_equal (driver, "vfio-pci") || g_str_equal (driver, "pci-stub");
}


/* What goes with @device; if that is not the last of anything, with all @devices (PtPlanDevice). */
static PtInputLoss
pt_handover_weigh_loss (PtHost    *host,
                        PtDevice  *device,
                        GPtrArray *devices)
{
  const PtUsb *usb = pt_host_get_usb (host);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  PtInputLoss loss = PT_INPUT_LOSS_NONE;

  g_array_append_vals (addresses, pt_device_get_address (device), 1);
  loss = pt_usb_judge_loss (usb, addresses);
  if (loss > PT_INPUT_LOSS_UNKNOWN)
    return loss;
  for (guint i = 0; i < devices->len; i++)
    {
      const PtPlanDevice *row = g_ptr_array_index (devices, i);

      g_array_append_vals (addresses, pt_device_get_address (row->device), 1);
    }
  return pt_usb_judge_loss (usb, addresses);
}


/* A refusal of the plan, which judges for the next start, as an obstacle now. */
static void
pt_handover_take_refusal (PtHandover          *self,
                          PtHost              *host,
                          GPtrArray           *devices,
                          const PtPlanRefusal *refusal)
{
  static const PtObstacleReason reasons[] = {
    [PT_BLOCKER_FOREIGN_DEVICE] = PT_OBSTACLE_GROUP_MATE,
    [PT_BLOCKER_IN_USE] = PT_OBSTACLE_IN_USE,
    [PT_BLOCKER_HOST_DISPLAY] = PT_OBSTACLE_HOST_DISPLAY,
    [PT_BLOCKER_ONLY_GPU] = PT_OBSTACLE_ONLY_GPU,
    [PT_BLOCKER_NO_GROUP] = PT_OBSTACLE_NO_GROUP,
    [PT_BLOCKER_LAST_INPUT] = PT_OBSTACLE_LAST_INPUT,
    [PT_BLOCKER_INPUT_UNKNOWN] = PT_OBSTACLE_INPUT_UNKNOWN,
    [PT_BLOCKER_FIRMWARE_MEMORY] = PT_OBSTACLE_FIRMWARE,
    [PT_BLOCKER_UNREADABLE] = PT_OBSTACLE_UNREADABLE,
  };
  PtDevice   *because = pt_host_find_device (host, &refusal->because);
  PtObstacle *obstacle = NULL;

  g_assert ((gsize)refusal->reason < G_N_ELEMENTS (reasons));
  g_assert (because != NULL);

  if (refusal->reason == PT_BLOCKER_FOREIGN_DEVICE && pt_handover_is_idle (because))
    return;
  obstacle = pt_handover_refuse (self, &refusal->address, reasons[refusal->reason], because);
  if (obstacle->reason == PT_OBSTACLE_LAST_INPUT)
    obstacle->loss = pt_handover_weigh_loss (host, because, devices);
}


/* Lines after the heading in `dri/N/clients`, one for each that has card @name open. */
static int
pt_handover_count_clients (PtSysroot  *sysroot,
                           const char *name)
{
  g_autofree char *path = g_build_filename ("dri", name + strlen ("card"), "clients", NULL);
  g_autofree char *text = pt_sysroot_read_text (sysroot, PT_PLACE_KERNEL_DEBUG, path, NULL);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;

  if (lines == NULL || lines[0] == NULL || strstr (lines[0], "command") == NULL)
    return PT_HANDOVER_UNKNOWN;
  return (int)g_strv_length (lines) - 1;
}


/* A card that nobody looks at may still be open: desktops open all there are. */
static int
pt_handover_count_programs (PtSysroot *sysroot,
                            PtDevice  *device)
{
  g_autofree char *folder = g_build_filename (pt_device_get_address_string (device), "drm", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = pt_sysroot_list (sysroot, PT_PLACE_PCI_DEVICES, folder, &error);
  int total = 0;

  if (names == NULL)
    return g_error_matches (error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING)
             ? 0
             : PT_HANDOVER_UNKNOWN;
  for (gsize i = 0; names[i] != NULL; i++)
    {
      int clients = 0;

      if (!g_str_has_prefix (names[i], "card"))
        continue;
      clients = pt_handover_count_clients (sysroot, names[i]);
      if (clients < 0)
        return PT_HANDOVER_UNKNOWN;
      total += clients;
    }
  return total;
}


/* NVIDIA's waits for ever for the last program that has the card open, and takes the desktop along.
 * qxl, QEMU's own, leaves its interrupt behind: the kernel (6.1) panics at the next one. */
static gboolean
pt_handover_is_stubborn (const char *driver)
{
  return g_str_has_prefix (driver, "nvidia") || g_str_equal (driver, "qxl");
}


/* What matters only while the computer runs: a driver that shows something, or is asked to. */
static void
pt_handover_judge_driver (PtHandover *self,
                          PtHost     *host,
                          PtDevice   *device)
{
  const PtAddress *address = pt_device_get_address (device);
  const char      *driver = pt_device_get_driver (device);
  int              programs = 0;

  if (pt_handover_is_stubborn (driver))
    {
      pt_handover_refuse (self, address, PT_OBSTACLE_DRIVER, device);
      return;
    }
  if (pt_device_get_monitors (device) != 0)
    pt_handover_refuse (self, address,
                        pt_device_get_monitors (device) > 0 ? PT_OBSTACLE_MONITOR
                                                            : PT_OBSTACLE_UNREADABLE,
                        device);
  programs = pt_handover_count_programs (pt_host_get_sysroot (host), device);
  if (programs != 0)
    pt_handover_refuse (self, address, programs > 0 ? PT_OBSTACLE_PROGRAMS : PT_OBSTACLE_UNREADABLE,
                        device);
}


static void
pt_handover_judge_card (PtHandover *self,
                        PtHost     *host,
                        PtDevice   *device)
{
  const PtAddress *address = pt_device_get_address (device);

  if (pt_device_get_boot_vga (device))
    pt_handover_refuse (self, address, PT_OBSTACLE_BOOT_DISPLAY, device);
  if (pt_device_get_has_framebuffer (device))
    pt_handover_refuse (self, address, PT_OBSTACLE_FRAMEBUFFER, device);
  if (!pt_handover_is_idle (device))
    pt_handover_judge_driver (self, host, device);
}


static void
pt_handover_judge_device (PtHandover *self,
                          PtHost     *host,
                          PtDevice   *device)
{
  const PtAddress *address = pt_device_get_address (device);
  PtDeviceKind     kind = pt_device_get_kind (device);

  if (kind != PT_DEVICE_NVME && kind != PT_DEVICE_USB && pt_host_find_gpu (host, address) == NULL)
    pt_handover_refuse (self, address, PT_OBSTACLE_KIND, device);
  if (pt_device_get_group (device) < 0)
    pt_handover_refuse (self, address, PT_OBSTACLE_NO_GROUP, device);
  /* A driver that could not be read looks like none. */
  if (!pt_host_get_facts (host)->complete)
    pt_handover_refuse (self, address, PT_OBSTACLE_UNREADABLE, device);
  if (kind == PT_DEVICE_GPU)
    pt_handover_judge_card (self, host, device);
}


static gboolean
pt_handover_is_hindered (PtHandover *self,
                         PtDevice   *device)
{
  for (guint i = 0; i < self->obstacles->len; i++)
    {
      const PtObstacle *obstacle = g_ptr_array_index (self->obstacles, i);

      if (obstacle->because == device)
        return TRUE;
    }
  return FALSE;
}


static void
pt_handover_add_member (PtHandover *self,
                        PtDevice   *device,
                        gboolean    chosen)
{
  PtHandoverMember *member = NULL;

  for (guint i = 0; i < self->members->len; i++)
    {
      member = g_ptr_array_index (self->members, i);
      if (member->device == device)
        return;
    }
  member = g_new0 (PtHandoverMember, 1);
  member->device = g_object_ref (device);
  member->chosen = chosen;
  member->viable = chosen ? !pt_handover_is_hindered (self, device) : pt_handover_is_idle (device);
  g_ptr_array_add (self->members, member);
}


static int
pt_handover_compare_members (gconstpointer a,
                             gconstpointer b)
{
  const PtHandoverMember *first = *(PtHandoverMember *const *)a;
  const PtHandoverMember *second = *(PtHandoverMember *const *)b;

  return pt_address_compare (pt_device_get_address (first->device),
                             pt_device_get_address (second->device));
}


static void
pt_handover_list_members (PtHandover *self,
                          PtHost     *host,
                          GPtrArray  *devices)
{
  for (guint i = 0; i < devices->len; i++)
    pt_handover_add_member (self, ((PtPlanDevice *)g_ptr_array_index (devices, i))->device, TRUE);
  for (guint i = 0; i < devices->len; i++)
    {
      const PtPlanDevice *row = g_ptr_array_index (devices, i);
      int                 number = pt_device_get_group (row->device);
      g_autoptr (GPtrArray) mates = number >= 0 ? pt_host_get_group (host, number) : NULL;

      for (guint j = 0; mates != NULL && j < mates->len; j++)
        if (!pt_handover_is_plumbing (g_ptr_array_index (mates, j)))
          pt_handover_add_member (self, g_ptr_array_index (mates, j), FALSE);
    }
  g_ptr_array_sort (self->members, pt_handover_compare_members);
}


PtHandover *
pt_handover_judge (PtHost   *host,
                   PtIntent *intent,
                   GError  **error)
{
  g_autoptr (PtHandover) self = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  g_autoptr (GPtrArray) refusals = NULL;

  g_return_val_if_fail (PT_IS_HOST (host), NULL);
  g_return_val_if_fail (PT_IS_INTENT (intent), NULL);

  devices = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_device_free);
  refusals = g_ptr_array_new_with_free_func (g_free);
  if (!pt_choice_make (host, intent, devices, refusals, error))
    return NULL;
  self = g_new0 (PtHandover, 1);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_handover_member_free);
  self->obstacles = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_obstacle_free);
  for (guint i = 0; i < refusals->len; i++)
    pt_handover_take_refusal (self, host, devices, g_ptr_array_index (refusals, i));
  for (guint i = 0; i < devices->len; i++)
    pt_handover_judge_device (self, host,
                              ((PtPlanDevice *)g_ptr_array_index (devices, i))->device);
  pt_handover_list_members (self, host, devices);
  return g_steal_pointer (&self);
}


static const char *
pt_obstacle_say_loss (PtInputLoss loss)
{
  switch (loss)
    {
    case PT_INPUT_LOSS_KEYBOARD: return "carries the last keyboard";
    case PT_INPUT_LOSS_POINTER: return "carries the last mouse or touchpad";
    case PT_INPUT_LOSS_BOTH: return "carries the last keyboard and mouse";
    case PT_INPUT_LOSS_NONE:
    case PT_INPUT_LOSS_UNKNOWN:
    default: return "would take the last keyboard or mouse along";
    }
}


/* What is said of the device in the way, after its name. (transfer full) */
static char *
pt_obstacle_say (const PtObstacle *self)
{
  const char *const *in_use = pt_device_get_in_use (self->because);
  const char        *driver = pt_device_get_driver (self->because);
  g_autofree char   *uses = NULL;

  switch (self->reason)
    {
    case PT_OBSTACLE_IN_USE:
      uses = g_strjoinv (", ", (char **)in_use);
      return *uses != '\0' ? g_strdup_printf ("carries %s", uses)
                           : g_strdup ("may carry what this computer lives on");
    case PT_OBSTACLE_GROUP_MATE:
      return g_strdup_printf ("shares IOMMU group %d and is used by %s",
                              pt_device_get_group (self->because),
                              driver != NULL ? driver : "something unknown");
    case PT_OBSTACLE_MONITOR:
      return g_strdup_printf ("has %d monitors connected",
                              pt_device_get_monitors (self->because));
    case PT_OBSTACLE_DRIVER:
      return g_strdup_printf ("is used by %s, which does not let go while it runs", driver);
    case PT_OBSTACLE_KIND:
      return g_strdup ("is neither a drive nor a USB controller nor a graphics card");
    case PT_OBSTACLE_LAST_INPUT:
      return g_strdup (pt_obstacle_say_loss (self->loss));
    case PT_OBSTACLE_INPUT_UNKNOWN:
      return g_strdup ("could not be asked whether it carries the last keyboard or mouse");
    case PT_OBSTACLE_NO_GROUP:
      return g_strdup ("is in no IOMMU group");
    case PT_OBSTACLE_HOST_DISPLAY:
      return g_strdup ("shows the desktop");
    case PT_OBSTACLE_ONLY_GPU:
      return g_strdup ("is the only graphics card that is left");
    case PT_OBSTACLE_BOOT_DISPLAY:
      return g_strdup ("is the card on which the computer started");
    case PT_OBSTACLE_FRAMEBUFFER:
      return g_strdup ("holds the picture that the firmware draws");
    case PT_OBSTACLE_PROGRAMS:
      return g_strdup ("is open in programs");
    case PT_OBSTACLE_FIRMWARE:
      return g_strdup ("has memory of the firmware's");
    case PT_OBSTACLE_UNREADABLE:
    default:
      return g_strdup ("could not be looked at as a whole");
    }
}


char *
pt_handover_say_obstacles (PtHandover *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->obstacles->len; i++)
    {
      const PtObstacle *obstacle = g_ptr_array_index (self->obstacles, i);
      g_autofree char  *said = pt_obstacle_say (obstacle);

      g_string_append_printf (text, "%s%s (%s) %s", text->len > 0 ? "; " : "",
                              pt_device_get_address_string (obstacle->because),
                              pt_device_get_short_name (obstacle->because), said);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}


gboolean
pt_handover_check (PtHandover *self,
                   GError    **error)
{
  g_autofree char *said = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->obstacles->len == 0)
    return TRUE;
  said = pt_handover_say_obstacles (self);
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED, "%s", said);
  return FALSE;
}
