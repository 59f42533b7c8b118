/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardMachinePage: a few choices with their reasons, then the machine is created. A
 * rehearsal creates the test guest. */
#define PT_TYPE_WIZARD_MACHINE_PAGE (pt_wizard_machine_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardMachinePage, pt_wizard_machine_page, PT, WIZARD_MACHINE_PAGE,
                      PtWizardPage)

/* What went wrong while creating, one sentence for the owner. Static. */
const char *pt_machine_explain (const GError *error);

G_END_DECLS
