/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-engine.h"
#include "pt-report.h"
#include "pt-verify.h"

G_BEGIN_DECLS

/* One look at the host in a worker: what goes in, what comes out. All members are owned. */
typedef struct
{
  PtSysroot   *sysroot;
  PtIntent    *intent;
  PtSetupState setup;
  char        *boot_id;
  gboolean     seen_known; /* what the set-up was made for is certain */
  char        *seen;
  GArray      *roms; /* PtRomFinding */
  PtBootFacts *boot; /* what root found out about the start, or NULL */
  char        *told; /* root's plan for @intent, or NULL */
} PtLookInput;

typedef struct
{
  PtReport       *report;
  PtPlan         *plan;
  PtVerification *verification;
  char           *text; /* the report as text */
  gboolean        trial_boot;
} PtLook;

void pt_look_input_free (PtLookInput *input);
void pt_look_free (PtLook *look);
/* For pt_work_run_async(): a PtLook for the PtLookInput @data. */
gpointer pt_look_work (gpointer      data,
                       GCancellable *cancellable,
                       GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtLook, pt_look_free)

G_END_DECLS
