/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-display"

#include "config.h"

#include "pt-check-private.h"

void
pt_rule_guest_gpu_uefi_rom (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_guest_gpu_reset (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_host_display (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}
