/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a host writes as text, read by the function that reads it there. */

/* One case of a fuzzer of texts: each of them defines this. @text has @length bytes without a NUL
 * and one NUL behind them. Ends the process when the result is not what @text says. */
void fuzz_text_run (const char *text,
                    gsize       length);

/* The same for any bytes: made a text as PtSysroot does it. */
void fuzz_text_run_bytes (gconstpointer data,
                          gsize         size);

G_END_DECLS
