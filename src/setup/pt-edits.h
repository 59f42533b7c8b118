/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Edits of kernel parameters, token by token (PtPlanChange): `from` is empty for what is added,
 * `to` for what is taken out. */

/* Adds to @edits what makes @tokens (NULL-ended, in the kernel's order) have @to instead of @from,
 * or besides the others where @from is empty. Lists (`vfio-pci.ids=`) are merged with what is
 * there. Nothing if it is so already. */
void pt_edits_add (GPtrArray         *edits,
                   const char *const *tokens,
                   const char        *from,
                   const char        *to);
/* What takes @edits back out of @tokens, and nothing that somebody else put there since.
 * PtPlanChange *. (transfer full) */
GPtrArray *pt_edits_invert (GPtrArray         *edits,
                            const char *const *tokens);
/* The plain inverse, last one first: for showing. (transfer full) */
GPtrArray *pt_edits_reverse (GPtrArray *edits);
/* TRUE if @token is one Passthru writes or changes, spelled with harmless characters. */
gboolean pt_edits_token_is_allowed (const char *token);

G_END_DECLS
