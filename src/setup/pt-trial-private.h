/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-journal.h"
#include "pt-trial-entry.h"
#include "pt-trial.h"

G_BEGIN_DECLS

/* What records say about trials, the running boot aside. All (transfer none). */
typedef struct
{
  const PtRecord *begin;     /* the last trial that was prepared, or NULL */
  const PtRecord *start;     /* its last start that was not taken back, or NULL */
  const PtRecord *boot;      /* that start's boot, or NULL */
  gboolean        ended;     /* its time ran out */
  gboolean        dropped;   /* its entry is gone */
  gboolean        permanent; /* what was tried is in force for good */
} PtTrialTrace;

void pt_trial_trace (GPtrArray    *records,
                     PtTrialTrace *trace);

/* The loader's side. GRUB's: custom.cfg beside grub.cfg, `next_entry` in grubenv. */

/* Name below PT_PLACE_BOOT. (transfer full) */
char *pt_trial_menu_get_file (PtSysroot *sysroot);
/* TRUE if @path, a logical one, is where a trial's entry may stand; for journals, which are not
 * trusted. */
gboolean pt_trial_menu_owns_path (PtSysroot  *sysroot,
                                  const char *path);
/* The trial's entry, copied from what boots by default now. (transfer full) */
char *pt_trial_menu_make_entry (PtSysroot         *sysroot,
                                const PtTrialLine *line,
                                GError           **error);
/* The mark there is, or NULL. (transfer full) */
char    *pt_trial_mark_get (PtSysroot *sysroot);
gboolean pt_trial_mark_set (PtSysroot *sysroot,
                            GError   **error);
/* Makes the mark be @previous (nullable) again, unless it is somebody else's by now. */
gboolean pt_trial_mark_restore (PtSysroot  *sysroot,
                                const char *previous,
                                GError    **error);

/* Takes the entry and the mark of a trial away, if there are any. */
gboolean pt_trial_drop (PtJournal *journal,
                        PtSysroot *sysroot,
                        GError   **error);
/* Notes in the journal that this boot is the trial @id, or that its time ran out. FALSE while the
 * journal cannot be written, or is about another trial. */
gboolean pt_trial_note (PtSysroot   *sysroot,
                        const char  *id,
                        PtRecordKind kind);
/* Id of the running boot, or NULL. (transfer full) */
char *pt_trial_get_boot_id (PtSysroot *sysroot);
/* TRUE if the kernel was started as a trial. @id: (out) (transfer full). */
gboolean pt_trial_is_this_boot (PtSysroot *sysroot,
                                char     **id,
                                guint     *minutes);
/* Seconds since the kernel started; on a tree what it says plus the age of that statement. */
gint64 pt_trial_get_uptime (PtSysroot *sysroot);

G_END_DECLS
