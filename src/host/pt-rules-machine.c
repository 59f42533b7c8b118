/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-machine"

#include "config.h"

#include <string.h>

#include "pt-check-private.h"
#include "pt-platform.h"

/* The kernel and what it keeps a guest's devices and foreign drivers from doing. */

static const char *const pt_rule_answers[] = { "cannot tell", "no", "yes" };


/* vfio refuses a device where interrupts are not remapped, unless it is told to do without
 * (kernel: vfio_iommu_type1.c). */
static void
pt_rule_judge_unsafe (const PtPlatform *platform,
                      PtFinding        *finding)
{
  finding->status =
    platform->unsafe_interrupts == PT_TRI_TRUE ? PT_STATUS_WARN : PT_STATUS_FAIL;
  finding->fix = "fix-interrupt-remapping";
}


/* What the kernel does counts; what the IOMMU could do only rules it out. */
void
pt_rule_interrupt_remapping (PtHost    *host,
                             PtFinding *finding)
{
  const PtHostFacts *facts = pt_host_get_facts (host);
  const PtPlatform  *platform = pt_host_get_platform (host);

  pt_finding_note (finding, "interrupts go through the IOMMU: %s",
                   pt_rule_answers[platform->interrupts_remapped + 1]);
  if (platform->remapping_offered != PT_TRI_UNKNOWN)
    pt_finding_note (finding, "every IOMMU unit could do that: %s",
                     pt_rule_answers[platform->remapping_offered + 1]);
  if (platform->unsafe_interrupts != PT_TRI_UNKNOWN)
    pt_finding_note (finding, "vfio_iommu_type1.allow_unsafe_interrupts: %s",
                     platform->unsafe_interrupts == PT_TRI_TRUE ? "on" : "off");

  if (facts->iommu != PT_IOMMU_ACTIVE)
    pt_finding_note (finding, "judged when the IOMMU is on");
  else if (platform->interrupts_remapped == PT_TRI_TRUE)
    finding->status = PT_STATUS_PASS;
  else if (platform->interrupts_remapped == PT_TRI_FALSE ||
           platform->remapping_offered == PT_TRI_FALSE)
    pt_rule_judge_unsafe (platform, finding);
}


/* Of the modules from outside the kernel that people install for this: is one there and not
 * loaded? */
static PtTri
pt_rule_lacks_module (const PtPlatform *platform,
                      const PtKernel   *kernel,
                      PtFinding        *finding)
{
  const struct
  {
    const char *name;
    PtTri       installed;
    PtTri       loaded;
  } modules[] = {
    { "vendor-reset", kernel != NULL ? kernel->vendor_reset : PT_TRI_UNKNOWN,
      platform->vendor_reset },
    { "kvmfr", kernel != NULL ? kernel->kvmfr : PT_TRI_UNKNOWN, platform->kvmfr },
  };
  PtTri lacks = PT_TRI_FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (modules); i++)
    {
      if (modules[i].installed == PT_TRI_TRUE)
        pt_finding_note (finding, "%s: installed, loaded: %s", modules[i].name,
                         pt_rule_answers[modules[i].loaded + 1]);
      if (modules[i].installed == PT_TRI_TRUE && modules[i].loaded == PT_TRI_FALSE)
        return PT_TRI_TRUE;
      if (modules[i].installed != PT_TRI_FALSE && modules[i].loaded != PT_TRI_TRUE)
        lacks = PT_TRI_UNKNOWN;
    }
  return lacks;
}


/* Does the kernel refuse modules without a signature? */
static PtTri
pt_rule_refuses_modules (const PtPlatform *platform)
{
  if (platform->signatures == PT_TRI_TRUE)
    return PT_TRI_TRUE;
  if (platform->lockdown == NULL)
    return PT_TRI_UNKNOWN;
  return !g_str_equal (platform->lockdown, "none");
}


/* Secure Boot itself hinders nothing; a module that is refused does. A kernel that refuses none
 * settles it whatever the firmware does. */
void
pt_rule_secure_boot (PtHost    *host,
                     PtFinding *finding)
{
  const PtHostFacts       *facts = pt_host_get_facts (host);
  const PtPlatform        *platform = pt_host_get_platform (host);
  const PtKernel          *kernel = pt_platform_find_kernel (platform, facts->kernel);
  static const char *const states[] = { "cannot tell", "off", "on" };
  PtTri                    refuses = pt_rule_refuses_modules (platform);
  PtTri                    lacks = PT_TRI_UNKNOWN;

  pt_finding_note (finding, "Secure Boot: %s", states[facts->secure_boot + 1]);
  pt_finding_note (finding, "kernel lockdown: %s",
                   platform->lockdown != NULL ? platform->lockdown : "cannot tell");
  pt_finding_note (finding, "unsigned modules are refused: %s", pt_rule_answers[refuses + 1]);
  lacks = pt_rule_lacks_module (platform, kernel, finding);

  if (refuses == PT_TRI_FALSE || (refuses == PT_TRI_UNKNOWN && facts->secure_boot == PT_TRI_FALSE))
    finding->status = PT_STATUS_PASS;
  else if (refuses == PT_TRI_TRUE && lacks == PT_TRI_FALSE)
    finding->status = PT_STATUS_PASS;
  else if (refuses == PT_TRI_TRUE && lacks == PT_TRI_TRUE)
    {
      finding->status = PT_STATUS_WARN;
      finding->fix = "fix-module-refused";
    }
}
