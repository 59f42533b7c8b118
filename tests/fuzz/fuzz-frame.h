/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One case: @data is a list of things a hostile guest does to a good producer's memory while the
 * reader reads it step by step. Ends the process when the reader hands out anything that cannot
 * be. */
void fuzz_frame_run (const guint8 *data,
                     gsize         size);
/* A reader reads while another thread keeps writing hostile words into the same memory: what was
 * checked must not be fetched again. */
void fuzz_frame_scribble (guint32 seed,
                          guint   milliseconds);

G_END_DECLS
