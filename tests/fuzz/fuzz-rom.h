/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One case: @data is read as an option ROM, for any card and for one of its own. Ends the process
 * when the result is not what @data holds. */
void fuzz_rom_run (const guint8 *data,
                   gsize         size);

G_END_DECLS
