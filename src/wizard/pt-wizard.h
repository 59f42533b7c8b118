/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-sysroot.h"

G_BEGIN_DECLS

/**
 * PtWizard:
 *
 * The first-run window: pages and the way through them. Signals: `finished (const char *machine,
 * gboolean start)` when the user is done; `rehearse ()` when the user asks for the sample computer.
 */
#define PT_TYPE_WIZARD (pt_wizard_get_type ())
G_DECLARE_FINAL_TYPE (PtWizard, pt_wizard, PT, WIZARD, AdwApplicationWindow)

/* Resumes at the page where the user left @sysroot's set-up. */
GtkWidget *pt_wizard_new (GtkApplication *application,
                          PtSysroot      *sysroot);

/* Shows the page about the hardware, as soon as everything is loaded; where the user left off is
 * where a later start resumes. Does nothing while changes are being made. */
void pt_wizard_show_hardware (PtWizard *self);

/* What a tour or a test needs; the same paths a user takes. */

/* `welcome hardware card changes apply restart machine ready` */
const char *pt_wizard_get_page_name (PtWizard *self);
/* Nothing is loading or running and transitions are over. */
gboolean pt_wizard_is_settled (PtWizard *self);
/* Activates the one forward button as a click would. FALSE if it is insensitive or there is
 * none. */
gboolean pt_wizard_advance (PtWizard *self);

G_END_DECLS
