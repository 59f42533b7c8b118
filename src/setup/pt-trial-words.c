/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-words"

#include "config.h"

#include "pt-trial-words.h"

#include <glib/gi18n-lib.h>

static const char *
pt_trial_get_grub_obstacle (PtOneShot obstacle)
{
  switch (obstacle)
    {
    case PT_ONE_SHOT_NO_MENU:
      return N_ ("GRUB's menu cannot be read, so no entry of it can be copied.");
    case PT_ONE_SHOT_OLD_MENU:
      return N_ ("GRUB's menu was made without the choice of an entry for one start. Updating the "
                 "boot menu may bring it.");
    case PT_ONE_SHOT_NO_CUSTOM_ENTRIES:
      return N_ ("GRUB's menu does not read entries of one's own (custom.cfg).");
    case PT_ONE_SHOT_NO_ENVIRONMENT:
      return N_ ("The file in which GRUB keeps a choice for one start (grubenv) is not there.");
    case PT_ONE_SHOT_MAPPED_DISK:
      return N_ ("GRUB's files lie on LVM, RAID or an encrypted disk. GRUB cannot write there, so "
                 "it could not forget the choice, and every later start would be the trial.");
    case PT_ONE_SHOT_FILE_SYSTEM:
      return N_ ("GRUB cannot write into the file system its files lie on, so it could not forget "
                 "the choice, and every later start would be the trial.");
    case PT_ONE_SHOT_POSSIBLE:
    case PT_ONE_SHOT_UNKNOWN_LOADER:
    case PT_ONE_SHOT_NOT_OFFERED:
    case PT_ONE_SHOT_DEPLOYMENTS:
    case PT_ONE_SHOT_NOT_ADVERTISED:
    case PT_ONE_SHOT_SAVED_DEFAULT:
    case PT_ONE_SHOT_NO_DEFAULT:
    case PT_ONE_SHOT_ROOT_ONLY:
    case PT_ONE_SHOT_UNKNOWN_DISK:
    default:
      return N_ ("It cannot be told on which disk GRUB's files lie, and so not whether GRUB could "
                 "forget the choice.");
    }
}

/* Of loaders that cannot, or that Passthru cannot use so. */
static const char *
pt_trial_get_loader_obstacle (PtBootLoader loader)
{
  if (loader == PT_BOOT_LOADER_LIMINE)
    return N_ ("Limine cannot be told to start an entry once and to forget it.");
  if (loader == PT_BOOT_LOADER_UKI)
    return N_ ("The kernel parameters are part of the kernel image here, and there is no second "
               "image that could be started once.");
  if (loader == PT_BOOT_LOADER_NIXOS)
    return N_ ("NixOS makes its boot entries itself; Passthru changes nothing there.");
  return N_ ("The boot loader of this computer offers no start that Passthru could make for once "
             "only.");
}

static const char *
pt_trial_get_obstacle (const PtHostFacts *facts)
{
  switch (facts->one_shot)
    {
    case PT_ONE_SHOT_POSSIBLE:
    case PT_ONE_SHOT_DEPLOYMENTS:
      return NULL;
    case PT_ONE_SHOT_UNKNOWN_LOADER:
      return N_ ("It cannot be told which boot loader starts this computer.");
    case PT_ONE_SHOT_NOT_ADVERTISED:
      return N_ ("The boot loader of this computer does not say that it can start an entry for "
                 "once only. Updating it may bring that.");
    case PT_ONE_SHOT_SAVED_DEFAULT:
      return N_ ("The boot menu is set to start what was started last, so a trial could become "
                 "what starts by default.");
    case PT_ONE_SHOT_NO_DEFAULT:
      return N_ ("Nothing says by name which entry of the boot menu starts by default, so one more "
                 "entry could become that. Choosing a default for the boot menu changes this.");
    case PT_ONE_SHOT_ROOT_ONLY:
      return N_ ("Only the administrator may read whether the boot loader of this computer can "
                 "start an entry for once only.");
    case PT_ONE_SHOT_NOT_OFFERED:
      return pt_trial_get_loader_obstacle (facts->boot_loader);
    case PT_ONE_SHOT_NO_MENU:
    case PT_ONE_SHOT_OLD_MENU:
    case PT_ONE_SHOT_NO_CUSTOM_ENTRIES:
    case PT_ONE_SHOT_NO_ENVIRONMENT:
    case PT_ONE_SHOT_UNKNOWN_DISK:
    case PT_ONE_SHOT_MAPPED_DISK:
    case PT_ONE_SHOT_FILE_SYSTEM:
    default:
      return pt_trial_get_grub_obstacle (facts->one_shot);
    }
}

const char *
pt_trial_get_reason (PtPlan *plan)
{
  const char *reason = NULL;

  g_return_val_if_fail (PT_IS_PLAN (plan), NULL);

  if (pt_plan_is_root_only (plan))
    return N_ ("Only the administrator may read how this computer starts.");
  reason = pt_trial_get_obstacle (pt_host_get_facts (pt_plan_get_host (plan)));
  if (reason == NULL && pt_plan_is_first_part (plan))
    return N_ ("Turning on the IOMMU reserves no device, so there is little to try.");
  return reason;
}

/* TRUE if an entry without our parameters comes, or is there, with the changes. */
static gboolean
pt_trial_has_fallback (PtPlan *plan)
{
  GPtrArray *steps = pt_plan_get_steps (plan);

  for (guint i = 0; i < steps->len; i++)
    if (g_str_equal (pt_step_get_id (g_ptr_array_index (steps, i)), "fallback-entry"))
      return TRUE;
  return FALSE;
}

const char *
pt_trial_get_alternative (PtPlan *plan)
{
  g_return_val_if_fail (PT_IS_PLAN (plan), NULL);

  switch (pt_host_get_facts (pt_plan_get_host (plan))->boot_loader)
    {
    case PT_BOOT_LOADER_GRUB:
    case PT_BOOT_LOADER_GRUB_BLS:
      return _ ("If the screen stays dark: hold Shift or press Esc while the computer starts. In "
                "the boot menu the entry with “recovery mode” starts without the changes; or press "
                "E, delete the new parameters from the line that begins with “linux” and press "
                "F10.");
    case PT_BOOT_LOADER_SYSTEMD_BOOT:
    case PT_BOOT_LOADER_KERNELSTUB:
      return _ ("If the screen stays dark: hold the space bar while the computer starts. In the "
                "boot menu press E, delete the new parameters and press Enter.");
    case PT_BOOT_LOADER_RPM_OSTREE:
      return _ ("If the screen stays dark: press Esc while the computer starts and choose the "
                "second entry, which is the system without the changes. There the command "
                "“rpm-ostree rollback” makes it the one that starts.");
    case PT_BOOT_LOADER_LIMINE:
      if (pt_trial_has_fallback (plan))
        return _ ("If the screen stays dark: press a key while the computer starts and choose the "
                  "last entry of the boot menu, which ends in “(without Passthru)”. It is made "
                  "with the changes and goes with them.");
      return _ ("If the screen stays dark: press a key while the computer starts. In the boot menu "
                "press E on the entry, delete the new parameters and press F10. A copy of the "
                "entry in limine.conf, made before the changes and under another name, starts "
                "without them.");
    case PT_BOOT_LOADER_REFIND:
      return _ ("If the screen stays dark: in the boot menu press F2 twice on the entry, delete "
                "the new parameters and press Enter. A copy of the first line of "
                "refind_linux.conf, made before the changes and under another name, starts without "
                "them.");
    case PT_BOOT_LOADER_SDBOOTUTIL:
      return _ ("If the screen stays dark: press Esc or hold the space bar while the computer "
                "starts. In the boot menu press E, delete the new parameters and press F10 or "
                "Enter.");
    case PT_BOOT_LOADER_NIXOS:
      return _ ("If the screen stays dark: choose the generation before the last one in the boot "
                "menu. There the command “nixos-rebuild switch --rollback” makes it the one that "
                "starts.");
    case PT_BOOT_LOADER_UKI:
      return _ ("Before the changes, copy the kernel image in the folder EFI/Linux to a file "
                "called 0-without-passthru.efi beside it: systemd-boot lists it last and starts it "
                "without the new parameters. Without such a copy, where Secure Boot is off: hold "
                "the space bar while the computer starts, press E in the boot menu, delete the new "
                "parameters and press Enter. Otherwise the way back is a live system, so keep one "
                "at hand.");
    case PT_BOOT_LOADER_UNKNOWN:
    default:
      return _ ("Keep a second way to start this computer at hand, such as an older entry of the "
                "boot menu or a live system, before the changes are applied.");
    }
}

const char *
pt_trial_get_way_back (PtPlan *plan)
{
  g_return_val_if_fail (PT_IS_PLAN (plan), NULL);

  if (pt_host_get_facts (pt_plan_get_host (plan))->one_shot != PT_ONE_SHOT_DEPLOYMENTS)
    return _ ("The way back is the boot entry of now, which nothing changes: also after the reset "
              "button the next start is the old one.");
  return _ ("The way back is this very version of the system, which is kept. The trial puts it "
            "first again when the time is over. Should the trial not even come that far, it starts "
            "again after the reset button: then choose the second entry of the boot menu.");
}

gboolean
pt_trial_is_possible (PtPlan *plan,
                      char  **reason)
{
  const char *obstacle = NULL;

  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);

  obstacle = pt_trial_get_reason (plan);
  if (reason != NULL)
    *reason = obstacle != NULL
                ? g_strdup_printf ("%s %s", _ (obstacle), pt_trial_get_alternative (plan))
                : NULL;
  return obstacle == NULL;
}
