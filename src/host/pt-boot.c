/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot"

#include "config.h"

#include <string.h>

#include "pt-facts.h"
#include "pt-one-shot.h"


/* The program that makes grub.cfg says whether it reads the folder; Debian's does, upstream's
 * does not. */
static gboolean
pt_boot_reads_drop_ins (PtSysroot *sysroot)
{
  g_autofree char *path = pt_sysroot_find_program (sysroot, PT_PROGRAM_GRUB_MKCONFIG);
  g_autofree char *text = NULL;

  if (path == NULL)
    return FALSE;
  text = pt_sysroot_read_text (sysroot, PT_PLACE_ROOT, path, NULL);
  return text != NULL && strstr (text, "default/grub.d") != NULL;
}


void
pt_boot_read (PtSysroot   *sysroot,
              PtStorage   *storage,
              PtHostFacts *facts)
{
  g_return_if_fail (PT_IS_SYSROOT (sysroot));
  g_return_if_fail (storage != NULL);
  g_return_if_fail (facts != NULL);

  facts->boot_loader = pt_boot_find_loader (sysroot);
  facts->initramfs = pt_boot_find_initramfs (sysroot);
  if (facts->boot_loader == PT_BOOT_LOADER_GRUB)
    facts->grub_drop_in = pt_boot_reads_drop_ins (sysroot);
  facts->one_shot = pt_one_shot_judge (sysroot, storage, facts->boot_loader);
  facts->trial_boot = facts->one_shot == PT_ONE_SHOT_POSSIBLE ||
                      facts->one_shot == PT_ONE_SHOT_DEPLOYMENTS;
}
