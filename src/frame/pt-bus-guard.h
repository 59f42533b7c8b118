/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file that is cut short while mapped raises SIGBUS at the next access. The guard puts zeroed
 * private pages in place of the missing ones, sets @lost and lets the access go on; any other
 * SIGBUS goes to the handler that was there before. Only threads that touch a guarded mapping ever
 * see the difference. */

/* @base must be page-aligned. FALSE when no more mappings can be guarded. */
gboolean pt_bus_guard_add (gpointer base,
                           gsize    size,
                           int     *lost);
/* Call before unmapping, in the only thread that still touches the mapping. */
void pt_bus_guard_remove (gpointer base);

G_END_DECLS
