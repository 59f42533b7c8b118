/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-engine.h"
#include "pt-file-state.h"

G_BEGIN_DECLS

/* The journal: one JSON object a line, appended and synced before what it announces is done. It
 * lies in PT_PLACE_STATE, readable by its owner only. Every value read back is checked: paths,
 * programs and arguments come from a fixed list. A last line that was cut short is no line. */

typedef enum {
  PT_RECORD_BEGIN = 0,   /* an apply starts */
  PT_RECORD_FILE,        /* a file is about to change */
  PT_RECORD_COMMAND,     /* a program is about to run */
  PT_RECORD_APPLIED,     /* all steps of the apply are done */
  PT_RECORD_ROLLED_BACK, /* the apply failed and is put back */
  PT_RECORD_UNDO,        /* an undo starts */
  PT_RECORD_TRIAL_START, /* the next start is about to become the trial */
  PT_RECORD_TRIAL_RESET, /* it is not to become the trial any more */
  PT_RECORD_TRIAL_BOOT,  /* a boot is the trial */
  PT_RECORD_TRIAL_END,   /* nobody confirmed: that boot is about to end */
  PT_RECORD_TRIAL_DROP,  /* the entry of the trial is gone */
} PtRecordKind;

typedef struct
{
  PtRecordKind kind;
  char        *id; /* of the step */

  /* begin */
  PtIntent *intent;
  char     *boot_id;
  char     *digest;
  char     *seen; /* pt_seen_to_string() of then; NULL in older journals */
  gboolean  first_part;
  char    **tokens; /* the kernel parameters that are ours */
  char     *trial;  /* its id where only a trial is prepared, or NULL; also of a trial's records */
  guint     minutes;

  /* file */
  char        *path;
  PtFileState *before;
  PtFileState *after;
  GPtrArray   *edits; /* PtPlanChange *, NULL for a file that is wholly ours; also for command,
                       * NULL for one that is simply run again */
  gboolean block;     /* only the boot entry of a trial in it is ours (pt-trial-entry.h); for
                       * command: it makes the trial's deployment */
  char **folders;     /* made for it, outermost first; for begin those of the journal */

  /* command */
  PtProgram  program;
  char     **arguments;
  GPtrArray *touched; /* PtTouched *: the boot entries and settings the program writes; for the
                       * start of a trial the file with the mark; for the file of a boot entry
                       * all entries of then, NULL in older journals */

  /* start of a trial */
  char    *previous;   /* the one-shot mark there was, or NULL */
  gboolean firmware;   /* the mark is a variable of the firmware, not in grubenv */
  gboolean deployment; /* there is no mark; @previous is the deployment pinned for it, or NULL */
} PtRecord;

PtRecord *pt_record_new (PtRecordKind kind,
                         const char  *id);
void      pt_record_free (PtRecord *self);
/* One line with its end. (transfer full) */
char *pt_record_print (const PtRecord *self);
/* NULL with PT_SETUP_ERROR_JOURNAL. @sysroot gives the host's names. (transfer full) */
PtRecord                 *pt_record_parse (PtSysroot  *sysroot,
                                           const char *line,
                                           GError    **error);
typedef struct _PtJournal PtJournal;

/* Starts a journal or takes up one whose first part is applied, with @begin as its next record, and
 * holds it: PT_SETUP_ERROR_BUSY while someone else does or a change is on record that has to be
 * undone first. (transfer full) */
PtJournal *pt_journal_begin (PtSysroot *sysroot,
                             PtRecord  *begin,
                             GError   **error);
/* Takes the journal for undo. PT_SETUP_ERROR_NOTHING without one; @swept (out) is TRUE if remains
 * of a journal that had not begun were cleared away. (transfer full) */
PtJournal *pt_journal_open (PtSysroot *sysroot,
                            gboolean  *swept,
                            GError   **error);
/* The records on disk, without taking the journal. NULL without @error if there is none.
 * PtRecord *. (transfer full) */
GPtrArray *pt_journal_peek (PtSysroot *sysroot,
                            GError   **error);
/* PtRecord *, in order. (transfer none) */
GPtrArray *pt_journal_get_records (PtJournal *self);
/* Writes @record to disk, then keeps it. (transfer full) */
gboolean pt_journal_append (PtJournal *self,
                            PtRecord  *record,
                            GError   **error);
/* Everything is as it was: removes the journal and the folders made for it. */
gboolean pt_journal_remove (PtJournal *self,
                            GError   **error);
void     pt_journal_free (PtJournal *self);

/* What records say. @begin (out, nullable): the apply in question. */
PtSetupState pt_records_get_state (GPtrArray       *records,
                                   const PtRecord **begin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtRecord, pt_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtJournal, pt_journal_free)

G_END_DECLS
