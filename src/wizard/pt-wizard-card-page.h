/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardCardPage: which card the guest gets and what comes along with it. Only suitable ones
 * can be chosen. */
#define PT_TYPE_WIZARD_CARD_PAGE (pt_wizard_card_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardCardPage, pt_wizard_card_page, PT, WIZARD_CARD_PAGE, PtWizardPage)

G_END_DECLS
