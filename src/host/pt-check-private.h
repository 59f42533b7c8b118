/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-check.h"
#include "pt-rom-finding.h"

G_BEGIN_DECLS

/* What a rule found. */
typedef struct
{
  PtStatus    status;
  const char *fix; /* key of the word catalogue or NULL */
  GString    *evidence;
  GArray     *roms; /* PtRomFinding: what root read of the cards, or NULL */
} PtFinding;

/* One rule a check: decides on a scanned host, reads nothing. @finding comes empty: unknown, no
 * fix. */
typedef void (*PtCheckRule) (PtHost    *host,
                             PtFinding *finding);

/* @roms (nullable): PtRomFinding. (transfer full) */
PtCheck *pt_check_run (PtCheckId id,
                       PtHost   *host,
                       GArray   *roms);

/* Adds a line to the evidence. */
void pt_finding_note (PtFinding  *finding,
                      const char *format,
                      ...) G_GNUC_PRINTF (2, 3);

void pt_rule_cpu_virtualization (PtHost *host, PtFinding *finding);
void pt_rule_kvm_usable (PtHost *host, PtFinding *finding);
void pt_rule_iommu_active (PtHost *host, PtFinding *finding);
void pt_rule_two_gpus (PtHost *host, PtFinding *finding);
void pt_rule_guest_gpu_isolated (PtHost *host, PtFinding *finding);
void pt_rule_id_collision (PtHost *host, PtFinding *finding);
void pt_rule_boot_framebuffer (PtHost *host, PtFinding *finding);
void pt_rule_firmware_uefi (PtHost *host, PtFinding *finding);
void pt_rule_boot_loader (PtHost *host, PtFinding *finding);
void pt_rule_initramfs (PtHost *host, PtFinding *finding);
void pt_rule_vfio_available (PtHost *host, PtFinding *finding);
void pt_rule_memory (PtHost *host, PtFinding *finding);
void pt_rule_libvirt (PtHost *host, PtFinding *finding);
void pt_rule_storage (PtHost *host, PtFinding *finding);
void pt_rule_interrupt_remapping (PtHost *host, PtFinding *finding);
void pt_rule_guest_gpu_uefi_rom (PtHost *host, PtFinding *finding);
void pt_rule_guest_gpu_reset (PtHost *host, PtFinding *finding);
void pt_rule_host_display (PtHost *host, PtFinding *finding);
void pt_rule_secure_boot (PtHost *host, PtFinding *finding);
void pt_rule_drift (PtHost *host, PtFinding *finding);
void pt_rule_cpu_layout (PtHost *host, PtFinding *finding);
void pt_rule_guest_firmware (PtHost *host, PtFinding *finding);
void pt_rule_tpm (PtHost *host, PtFinding *finding);
void pt_rule_shared_memory (PtHost *host, PtFinding *finding);
void pt_rule_usb_controllers (PtHost *host, PtFinding *finding);

G_END_DECLS
