/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardWelcomePage: what Passthru does, and the three ways in. */
#define PT_TYPE_WIZARD_WELCOME_PAGE (pt_wizard_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardWelcomePage, pt_wizard_welcome_page, PT, WIZARD_WELCOME_PAGE,
                      PtWizardPage)

G_END_DECLS
