/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What to do if the screen stays dark after the restart. Translated but for the command. */

/* The command for a text console: the installed helper, or in a rehearsal the one that serves it,
 * on its tree. (transfer full) */
char *pt_rescue_command (PtSysroot *sysroot);
/* Whole sentences. @parameters: the words that were added to the command line. (transfer full) */
char *pt_rescue_words (const char *const *parameters);
/* Short enough to photograph. @command: pt_rescue_command(). (transfer full) */
char *pt_rescue_photo (const char *const *parameters,
                       const char        *command);
/* Likewise for a trial of @minutes, which ends by itself. */
char *pt_rescue_trial_words (guint minutes);
char *pt_rescue_trial_photo (guint       minutes,
                             const char *command);
/* What the command is for, once everything works. Static. */
const char *pt_rescue_later_words (void);

G_END_DECLS
