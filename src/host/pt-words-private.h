/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every key pt_words_fix() has words for, NULL-ended; for the test that compares them with the
 * rules. */
const char *const *pt_words_list_fixes (void);
/* How many checks the catalogue has words for. */
gsize pt_words_count_checks (void);

G_END_DECLS
