/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-machines.h"

G_BEGIN_DECLS

/**
 * PtWindow:
 *
 * The main window: one machine, its live picture, Start and Stop, its states in words. Signal `set-up ()`:
 * the user wants the wizard.
 */
#define PT_TYPE_WINDOW (pt_window_get_type ())
G_DECLARE_FINAL_TYPE (PtWindow, pt_window, PT, WINDOW, AdwApplicationWindow)

/* @rehearsal: shows the machines of rehearsals, and says that this is one. Connects by itself. */
GtkWidget *pt_window_new (GtkApplication *application,
                          gboolean        rehearsal);
/* Shows @name as soon as it is known; @start: starts it too. */
void pt_window_show_machine (PtWindow   *self,
                             const char *name,
                             gboolean    start);

/* What a tour or a test needs. `connecting none off starting waiting live stalled stopping error …`: the view on show. */
const char *pt_window_get_view (PtWindow *self);
/* Pictures drawn so far. */
guint64 pt_window_get_drawn (PtWindow *self);

G_END_DECLS
