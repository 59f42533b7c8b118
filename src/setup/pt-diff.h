/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Unified diff between two texts, three lines of context, as `diff -u` writes it and `patch` reads
 * it. Our own because the files are small and no diff library is among what we already need. @old
 * is NULL where the file does not exist yet. @name is what the header calls the file. Empty when
 * nothing differs. (transfer full) */
char *pt_diff_unified (const char *name,
                       const char *old,
                       const char *new);

G_END_DECLS
