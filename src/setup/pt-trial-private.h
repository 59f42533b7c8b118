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
  const PtRecord *drop;      /* its entry is gone, or NULL */
  gboolean        permanent; /* what was tried is in force for good */
} PtTrialTrace;

void pt_trial_trace (GPtrArray    *records,
                     PtTrialTrace *trace);

/* The loader's side: where the entry of a trial stands and what marks it for one start. Where the
 * system is deployed there is no such entry but a deployment, and no mark: the first ones are NULL
 * then. */
typedef struct
{
  char    *path;     /* logical: the file with the entry */
  char    *entry;    /* copied from what boots by default now */
  char    *mark;     /* what the mark has to say */
  gboolean firmware; /* it is the variable LoaderEntryOneShot, else `next_entry` in grubenv */

  GPtrArray *edits; /* PtPlanChange *: what makes the next deployment the trial's; else NULL */
} PtTrialMenu;

/* PT_SETUP_ERROR_UNSUPPORTED where no entry can be copied, or the copy could become what boots by
 * default. (transfer full) */
PtTrialMenu *pt_trial_menu_make (PtSysroot         *sysroot,
                                 PtBootLoader       loader,
                                 const PtTrialLine *line,
                                 GError           **error);
void         pt_trial_menu_free (PtTrialMenu *self);
/* TRUE if @path, a logical one, is GRUB's file for a trial's entry; for journals, which are not
 * trusted. Entries in files of their own are boot entries like others (pt-form.h). */
gboolean pt_trial_menu_owns_path (PtSysroot  *sysroot,
                                  const char *path);

#define PT_TRIAL_VARIABLE "LoaderEntryOneShot"
/* The mark there is, or NULL. @firmware: as above. (transfer full) */
char    *pt_trial_mark_get (PtSysroot *sysroot,
                            gboolean   firmware);
gboolean pt_trial_mark_set (PtSysroot  *sysroot,
                            gboolean    firmware,
                            const char *mark,
                            GError    **error);
/* The file with the mark as it is now; nothing where it is a link or in the firmware. PtTouched *.
 * (transfer full) */
GPtrArray *pt_trial_mark_touch (PtSysroot *sysroot,
                                gboolean   firmware,
                                GError   **error);
/* TRUE if @path is one that pt_trial_mark_touch() may name. */
gboolean pt_trial_mark_may_touch (PtSysroot  *sysroot,
                                  const char *path);
/* GRUB's program empties the file before it writes it: where it died in between, the bytes of
 * @touched (nullable) come back. */
gboolean pt_trial_mark_mend (PtSysroot *sysroot,
                             GPtrArray *touched,
                             GError   **error);
/* Makes the mark be @previous (nullable) again, unless it is somebody else's by now. */
gboolean pt_trial_mark_restore (PtSysroot  *sysroot,
                                gboolean    firmware,
                                const char *previous,
                                GError    **error);
/* The firmware's variable: through logind, else bootctl; on a tree its file plays it. @mark
 * (nullable): none. What was done is not looked at. */
gboolean pt_trial_firmware_set (PtSysroot  *sysroot,
                                const char *mark,
                                GError    **error);
/* Clears away what a write of the variable on a tree left that was cut short. */
void pt_trial_firmware_sweep (PtSysroot *sysroot);
/* Has logind of @bus set the variable. PT_SETUP_ERROR_UNSUPPORTED if it is not there or does not
 * offer that. */
gboolean pt_trial_firmware_ask_logind (GDBusConnection *bus,
                                       const char      *mark,
                                       GError         **error);
/* The same by way of logind where @bus (nullable) has it, else of bootctl, which systemd runs:
 * the variables of the firmware are not the helper's to write. */
gboolean pt_trial_firmware_ask (PtSysroot       *sysroot,
                                GDBusConnection *bus,
                                const char      *mark,
                                GError         **error);

/* Takes the entry and the mark of a trial away, if there are any. */
gboolean pt_trial_drop (PtJournal *journal,
                        PtSysroot *sysroot,
                        GError   **error);
/* Notes in the journal that this boot is the trial @id, or that its time ran out. FALSE while the
 * journal cannot be written, or is about another trial. */
gboolean pt_trial_note (PtSysroot   *sysroot,
                        const char  *id,
                        PtRecordKind kind);
/* Seconds since the kernel started without those asleep (CLOCK_MONOTONIC); on a tree what it says
 * plus the age of that statement. */
gint64 pt_trial_get_uptime (PtSysroot *sysroot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtTrialMenu, pt_trial_menu_free)

G_END_DECLS
