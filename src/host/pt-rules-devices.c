/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rules-devices"

#include "config.h"

#include "pt-check-private.h"

void
pt_rule_cpu_layout (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_usb_controllers (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}

void
pt_rule_drift (PtHost *host, PtFinding *finding)
{
  pt_finding_note (finding, "not looked at");
}
