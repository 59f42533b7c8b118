/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardHardwarePage: one verdict, then every check as a row with its evidence and its remedy.
 * Looks again by itself when the window comes back to the front. */
#define PT_TYPE_WIZARD_HARDWARE_PAGE (pt_wizard_hardware_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardHardwarePage, pt_wizard_hardware_page, PT, WIZARD_HARDWARE_PAGE,
                      PtWizardPage)

G_END_DECLS
