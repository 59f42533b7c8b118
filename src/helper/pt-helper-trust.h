/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* TRUE if nobody but root could have put @program there: it and every directory above it belong
 * to root and are not writable for others. The helper serves the real computer from such a copy
 * only. Else PT_SETUP_ERROR_DENIED naming the file. */
gboolean pt_helper_trust_program (const char *program,
                                  GError    **error);

G_END_DECLS
