/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sets of processors as the kernel writes them (Documentation/admin-guide/cputopology.rst). Numbers
 * are guint, ascending, without repeats. What is not exactly such a set is NULL: nobody may pin
 * anything to half a list. */

/* One more than the largest number that is believed (CONFIG_NR_CPUS goes up to 8192). */
#define PT_CPU_LIST_LIMIT 8192

/* `0-3,8,10-11`, with white space around it; "" is the empty set. (transfer full) (nullable) */
GArray *pt_cpu_list_parse (const char *text);
/* `00000000,00fff03f`: 32 bits a word, the highest first. (transfer full) (nullable) */
GArray *pt_cpu_list_parse_mask (const char *text);
/* The first form, shortest. (transfer full) */
char    *pt_cpu_list_format (GArray *numbers);
gboolean pt_cpu_list_contains (GArray *numbers,
                               guint   number);

G_END_DECLS
