/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardChangesPage: the plan in sentences, each with the exact diff or command, and what to
 * do if the screen stays dark. Where the boot path is "not yet" it gives the text to paste
 * instead. */
#define PT_TYPE_WIZARD_CHANGES_PAGE (pt_wizard_changes_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardChangesPage, pt_wizard_changes_page, PT, WIZARD_CHANGES_PAGE,
                      PtWizardPage)

/* The words a plan puts on the command line, changed ones with their new value. NULL-ended.
 * (transfer full) */
char **pt_changes_parameters (PtPlan *plan);
/* What became of having the plan read as root, and what can be done. Static. */
const char *pt_changes_explain_unread (const GError *error);
/* Arguments as a shell would want them. (transfer full) */
char *pt_changes_command (const char *const *arguments);

G_END_DECLS
