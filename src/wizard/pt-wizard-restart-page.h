/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardRestartPage: before the restart, what it will do; after it, whether every device has
 * the driver it should have, and if not the one cause. A rehearsal plays the restart. */
#define PT_TYPE_WIZARD_RESTART_PAGE (pt_wizard_restart_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardRestartPage, pt_wizard_restart_page, PT, WIZARD_RESTART_PAGE,
                      PtWizardPage)

G_END_DECLS
