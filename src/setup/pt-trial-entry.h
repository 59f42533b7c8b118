/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-boot-entry.h"
#include "pt-trial.h"

G_BEGIN_DECLS

/* The boot entry of a trial: the one that is booted by default, with our parameters and a mark on
 * its command line. It stands between two lines of ours in a file that may also hold what the user
 * wrote. Plain text work; reads and writes nothing. */

#define PT_TRIAL_ENTRY_ID "passthru-trial"
/* Of an entry that is a file; where entries have an order, it makes it the last one. */
#define PT_TRIAL_ENTRY_FILE "0-passthru_trial"
/* `passthru.trial=ID:MINUTES` on the command line makes a boot a trial. */
#define PT_TRIAL_PARAMETER "passthru.trial"

/* What the trial does to the command line. */
typedef struct
{
  const char        *id; /* of the trial */
  guint              minutes;
  const char *const *additions; /* parameters, NULL-ended */
  GPtrArray         *changes;   /* PtPlanChange * */
  gboolean           dracut;    /* its emergency shell restarts instead of waiting */
} PtTrialLine;

/* @arguments with the trial's parameters. PT_SETUP_ERROR_INVALID for a parameter that a boot menu
 * would need quoted. (transfer full) */
char *pt_trial_line_apply (const PtTrialLine *self,
                           const char        *arguments,
                           GError           **error);
/* The same as edits of @words (NULL-ended), for a program that does them. PtPlanChange *. (transfer
 * full) */
GPtrArray *pt_trial_line_make_edits (const PtTrialLine *self,
                                     const char *const *words,
                                     GError           **error);
/* A menu entry for custom.cfg, copied from @entry. (transfer full) */
char *pt_trial_entry_copy_grub (const PtBootEntry *entry,
                                const PtTrialLine *line,
                                GError           **error);

/* The same of @text, an entry of the Boot Loader Specification. It has no sort key: those that have
 * one come first. (transfer full) */
char *pt_trial_entry_copy_file (const char        *text,
                                const PtTrialLine *line,
                                GError           **error);
/* TRUE if @id, with or without `.conf`, is that of a trial's entry. */
gboolean pt_trial_entry_is_ours (const char *id);

/* @text (nullable) with @entry as our part, in the place of an older one. (transfer full) */
char *pt_trial_block_put (const char *text,
                          const char *entry);
/* @text without our part; NULL if there is none in it. (transfer full) */
char *pt_trial_block_remove (const char *text);
/* Our part alone, without the lines around it; NULL if there is none. (transfer full) */
char *pt_trial_block_get (const char *text);

/* Takes `passthru.trial=ID:MINUTES` out of a kernel command line. FALSE if it has none or one that
 * is not well-formed. @id: (out) (transfer full). */
gboolean pt_trial_parse_command_line (const char *command_line,
                                      char      **id,
                                      guint      *minutes);
/* TRUE for eight lower-case hexadecimal digits. */
gboolean pt_trial_is_id (const char *text);

G_END_DECLS
