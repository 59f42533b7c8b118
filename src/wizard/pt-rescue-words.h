/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What to do if the screen stays dark after the restart. Translated but for the command. */

/* The command for a text console. Static. */
const char *pt_rescue_command (void);
/* Whole sentences. @parameters: the words that were added to the command line. (transfer full) */
char *pt_rescue_words (const char *const *parameters);
/* Short enough to photograph. (transfer full) */
char *pt_rescue_photo (const char *const *parameters);
/* Likewise for a trial of @minutes, which ends by itself. */
char *pt_rescue_trial_words (guint minutes);
char *pt_rescue_trial_photo (guint minutes);

G_END_DECLS
