/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-graphics"

#include "config.h"

#include "pt-acs-override.h"
#include "pt-check-private.h"
#include "pt-device-private.h"
#include "pt-gpu-private.h"


static void
pt_rule_note_gpu (PtGpu     *gpu,
                  PtFinding *finding)
{
  PtDevice        *device = pt_gpu_get_device (gpu);
  int              monitors = pt_device_get_monitors (device);
  const char      *driver = pt_device_get_driver (device);
  g_autofree char *count = monitors < 0 ? g_strdup ("unknown") : g_strdup_printf ("%d", monitors);

  pt_finding_note (finding, "%s %s: driver %s, monitors %s%s%s",
                   pt_device_get_address_string (device), pt_device_get_id (device),
                   driver != NULL ? driver : "none", count,
                   pt_device_get_boot_vga (device) ? ", boot_vga" : "",
                   pt_gpu_is_host_display (gpu) ? ", shows this desktop" : "");
}


/* An unreadable class might be a card's: then a low count proves nothing. */
void
pt_rule_two_gpus (PtHost    *host,
                  PtFinding *finding)
{
  GPtrArray *gpus = pt_host_get_gpus (host);

  pt_finding_note (finding, "graphics cards: %u", gpus->len);
  for (guint i = 0; i < gpus->len; i++)
    pt_rule_note_gpu (g_ptr_array_index (gpus, i), finding);

  if (gpus->len >= 2)
    finding->status = PT_STATUS_PASS;
  else if (pt_host_get_facts (host)->complete)
    {
      finding->status = PT_STATUS_FAIL;
      finding->fix = "fix-second-gpu";
    }
  else
    pt_finding_note (finding, "some device could not be read in full");
}


static void
pt_rule_note_blockers (PtGpu     *gpu,
                       PtFinding *finding)
{
  GPtrArray *blockers = pt_gpu_get_blockers (gpu);

  pt_finding_note (finding, "%s: %s", pt_device_get_address_string (pt_gpu_get_device (gpu)),
                   blockers->len == 0 ? "nothing in the way" : "in the way:");
  for (guint i = 0; i < blockers->len; i++)
    {
      const PtBlocker *blocker = g_ptr_array_index (blockers, i);

      int              number = pt_device_get_group (blocker->device);
      g_autofree char *group =
        number >= 0 ? g_strdup_printf ("group %d", number) : g_strdup ("no group");

      pt_finding_note (finding, "  %s %s (%s): %s",
                       pt_device_get_address_string (blocker->device),
                       pt_device_get_id (blocker->device), group,
                       pt_blocker_reason_to_nick (blocker->reason));
    }
}


/* Groups that a parameter split say nothing about what the hardware keeps apart; nor do groups of
 * which nobody can tell whether one did. */
static void
pt_rule_judge_override (const PtHostFacts *facts,
                        PtFinding         *finding)
{
  gboolean told = facts->command_line != NULL && *facts->command_line != '\0';
  g_auto (GStrv) words = NULL;

  if (!told && finding->status == PT_STATUS_PASS)
    {
      finding->status = PT_STATUS_UNKNOWN;
      pt_finding_note (finding, "kernel command line: could not be read");
    }
  if (!pt_acs_override_is_asked (facts))
    return;
  words = g_strsplit (facts->command_line, " ", -1);
  for (gsize i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], PT_ACS_OVERRIDE_PARAMETER "="))
      pt_finding_note (finding, "kernel command line: %s", words[i]);
  if (finding->status == PT_STATUS_PASS)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-acs-override";
    }
}


void
pt_rule_guest_gpu_isolated (PtHost    *host,
                            PtFinding *finding)
{
  GPtrArray *gpus = pt_host_get_gpus (host);
  guint      isolated = 0;
  guint      reserved = 0;

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu *gpu = g_ptr_array_index (gpus, i);

      if (!pt_gpu_is_candidate (gpus, gpu))
        continue;
      isolated += !pt_gpu_has_blocker (gpu, PT_BLOCKER_FOREIGN_DEVICE) &&
                  !pt_gpu_has_blocker (gpu, PT_BLOCKER_NO_GROUP) &&
                  !pt_gpu_has_blocker (gpu, PT_BLOCKER_IN_USE) &&
                  !pt_gpu_has_blocker (gpu, PT_BLOCKER_FIRMWARE_MEMORY);
      reserved += pt_gpu_has_blocker (gpu, PT_BLOCKER_FIRMWARE_MEMORY);
      pt_rule_note_blockers (gpu, finding);
    }

  if (pt_host_get_facts (host)->iommu != PT_IOMMU_ACTIVE)
    pt_finding_note (finding, "judged when the IOMMU is on");
  else if (gpus->len < 2)
    pt_finding_note (finding, "no card can be spared, so there is none to judge");
  else if (!pt_host_get_facts (host)->complete)
    pt_finding_note (finding, "some device could not be read in full");
  else if (isolated > 0)
    finding->status = PT_STATUS_PASS;
  else
    {
      finding->status = PT_STATUS_FAIL;
      finding->fix = reserved > 0 ? "fix-firmware-memory" : "fix-isolation";
    }
  pt_rule_judge_override (pt_host_get_facts (host), finding);
}


/* A subsystem that cannot be read may be the same one. */
static gboolean
pt_rule_may_share_subsystem (PtDevice *device,
                             PtDevice *other)
{
  return *device->subsystem == '\0' || *other->subsystem == '\0' ||
         g_str_equal (device->subsystem, other->subsystem);
}


/* Another function of the host, outside the card's slot, with the same id; with @whole also the
 * same subsystem. */
static PtDevice *
pt_rule_find_twin (PtHost   *host,
                   PtDevice *device,
                   gboolean  whole)
{
  GPtrArray *devices = pt_host_get_devices (host);

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *other = g_ptr_array_index (devices, i);

      if (!pt_address_same_slot (&device->address, &other->address) &&
          device->vendor_id == other->vendor_id && device->device_id == other->device_id &&
          (!whole || pt_rule_may_share_subsystem (device, other)))
        return other;
    }
  return NULL;
}


/* Returns TRUE if only the address tells the function from another. */
static gboolean
pt_rule_note_function (PtHost    *host,
                       PtDevice  *device,
                       PtFinding *finding)
{
  PtDevice *twin = pt_rule_find_twin (host, device, FALSE);
  PtDevice *exact = pt_rule_find_twin (host, device, TRUE);

  if (exact != NULL)
    pt_finding_note (finding, "%s %s: also at %s, only the address tells them apart",
                     device->address_string, device->id, exact->address_string);
  else if (twin != NULL)
    pt_finding_note (finding, "%s %s: also at %s, the subsystem tells them apart",
                     device->address_string, device->id, twin->address_string);
  else
    pt_finding_note (finding, "%s %s: no other device has this id", device->address_string,
                     device->id);
  return exact != NULL;
}


void
pt_rule_id_collision (PtHost    *host,
                      PtFinding *finding)
{
  GPtrArray *gpus = pt_host_get_gpus (host);
  guint      judged = 0;
  gboolean   by_address = FALSE;

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu     *gpu = g_ptr_array_index (gpus, i);
      GPtrArray *functions = pt_gpu_get_functions (gpu);

      if (!pt_gpu_is_candidate (gpus, gpu))
        continue;
      for (guint j = 0; j < functions->len; j++, judged++)
        by_address |= pt_rule_note_function (host, g_ptr_array_index (functions, j), finding);
    }

  if (judged == 0 || !pt_host_get_facts (host)->complete)
    {
      pt_finding_note (finding, judged == 0 ? "no card to judge"
                                            : "some device could not be read in full");
      return;
    }
  finding->status = by_address ? PT_STATUS_WARN : PT_STATUS_PASS;
  if (by_address)
    finding->fix = "fix-id-collision";
}
