/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-machine"

#include "config.h"

#include "pt-check-private.h"

void
pt_rule_interrupt_remapping (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_secure_boot (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_guest_firmware (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_tpm (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_shared_memory (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}
