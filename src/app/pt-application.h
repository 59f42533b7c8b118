/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-command-line.h"

G_BEGIN_DECLS

/**
 * PtApplication:
 *
 * The windows of one run: the wizard until a machine exists, the main window then. A rehearsal is
 * a run of its own; runs on this computer share one process.
 *
 * Actions: `app.launch (s)` starts a machine and shows it, `app.about`, `app.quit`.
 */
#define PT_TYPE_APPLICATION (pt_application_get_type ())
G_DECLARE_FINAL_TYPE (PtApplication, pt_application, PT, APPLICATION, AdwApplication)

/* Runs the verbs that need a window until the last one is closed. FALSE with @error when there
 * is no display, the recording cannot be opened or the tour did not get to its end. */
gboolean pt_application_start (const PtCommandLine *command_line,
                               GError             **error);

G_END_DECLS
