/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-page.h"

G_BEGIN_DECLS

/* PtWizardReadyPage: the machine's tile and Start. */
#define PT_TYPE_WIZARD_READY_PAGE (pt_wizard_ready_page_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardReadyPage, pt_wizard_ready_page, PT, WIZARD_READY_PAGE, PtWizardPage)

/* "4 cores · 8 GiB memory · 100 GiB disk". (transfer full) */
char *pt_ready_summary (const PtMachineSpec *spec);

G_END_DECLS
