/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The expanded sample machine. Expanding takes seconds where /tmp is slow, so a tree that a
 * test gives back as it was is lent to the next one. */

/* @original: (out) (transfer full): pt_test_describe_tree() of it. (transfer full) */
char *pt_sample_tree_borrow (char **original);
/* Frees both. A tree that is not as it was is removed. */
void pt_sample_tree_give_back (char *folder,
                               char *original);
/* At the end of main(). */
void pt_sample_tree_clear (void);

G_END_DECLS
