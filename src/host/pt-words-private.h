/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* Every key pt_words_fix() has words for, NULL-ended; for the test that compares them with the
 * rules. */
const char *const *pt_words_list_fixes (void);
/* How many checks the catalogue has words for. */
gsize pt_words_count_checks (void);

/* The fixes of the graphics checks: what pt_words_fix() says for @fix, or NULL for any other.
 * (transfer full) */
char *pt_words_fix_graphics (const char *fix,
                             PtHost     *host);
/* Their keys, NULL behind the last. */
const char *pt_words_graphics_fix_key (gsize index);

G_END_DECLS
