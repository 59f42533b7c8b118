/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-command-line.h"

G_BEGIN_DECLS

/* The verbs that print and end: --check, --plan, --record, --check-rom and --verify. Synchronous,
 * no GTK, no display; no bus either, but for a user's --verify, who has to ask the helper. */

/* What goes to standard output or into the file; UTF-8, ends with a line feed. (transfer full),
 * NULL with @error when it could not be done; a bad verdict or a refusal is content. */
char *pt_one_shot_text (const PtCommandLine *command_line,
                        GError             **error);
/* pt_one_shot_text() and where it belongs. */
gboolean pt_one_shot_run (const PtCommandLine *command_line,
                          GError             **error);

G_END_DECLS
