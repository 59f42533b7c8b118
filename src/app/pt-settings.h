/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings of Passthru, from the installed schema or the one of the build tree. Without a
 * schema NULL: nothing is remembered then, and nothing else is missing. (transfer full)
 * (nullable) */
GSettings *pt_settings_new (void);

G_END_DECLS
