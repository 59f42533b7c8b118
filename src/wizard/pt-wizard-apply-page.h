/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardApplyPage: the steps ticking off while the helper works, forwards or back. */
#define PT_TYPE_WIZARD_APPLY_PAGE (pt_wizard_apply_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardApplyPage, pt_wizard_apply_page, PT, WIZARD_APPLY_PAGE, PtWizardPage)

/* What happened, for the owner: one sentence for a setup error, never the error's own text.
 * Static. */
const char *pt_apply_explain (const GError *error,
                              PtRequest     request);

/* What a step concerns, for one that is taken back and in no plan on show; @id itself where the
 * wizard has no words for it. */
const char *pt_apply_step_title (const char *id);

G_END_DECLS
