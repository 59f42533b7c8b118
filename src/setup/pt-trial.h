/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-engine.h"

G_BEGIN_DECLS

/* The trial: a changed start of the computer is tried once, from a boot entry of its own, and made
 * permanent only if somebody says in that very boot that it works. Whatever else happens (no
 * answer, a panic, the reset button) the next start is the old one, by itself. Only where
 * rpm-ostree deploys the system the trial is a deployment, which stays the default until its time
 * is over and it puts the one before it, pinned meanwhile, in its place: a start that hangs earlier
 * has to be left by hand, in the boot menu.
 *
 *   pt_trial_prepare()  inert files, initramfs, a copy of the default boot entry with our
 *                       parameters and `passthru.trial=ID:MINUTES panic=20`
 *   pt_trial_start()    right before the restart: brings the entry up to date, sets the one-shot
 *                       mark; the caller then restarts the computer
 *   pt_trial_confirm()  in that boot only: permanent parameters, entry dropped
 *   pt_trial_cancel()   entry and mark dropped; pt_engine_undo() takes the rest back too
 *
 * All on the journal of pt_engine_apply(), written before anything is done; one pt_engine_undo()
 * takes all of it back at any point. The countdown is pt-trial-watch.h.
 *
 * For a machine in a laboratory, as root: `passthru-helper --trial-start`, `systemctl reboot`, and
 * in the trial `passthru-helper --trial-confirm` or nothing; `passthru-helper --status` says where
 * it stands. Preparing goes through the bus (TrialPrepare), since it takes a choice of devices. */

/* For an answer, from the start of the kernel. */
#define PT_TRIAL_MIN_MINUTES 2
#define PT_TRIAL_MAX_MINUTES 60
#define PT_TRIAL_DEFAULT_MINUTES 5

typedef enum {
  PT_TRIAL_NONE = 0,  /* none on record */
  PT_TRIAL_PREPARED,  /* its entry is there; it was never started */
  PT_TRIAL_STARTED,   /* the mark is set, the restart is still to come */
  PT_TRIAL_RUNNING,   /* this boot is the trial */
  PT_TRIAL_FAILED,    /* it was started, and this boot is the old state: nobody confirmed */
  PT_TRIAL_CANCELLED, /* its entry is gone, the inert files are still there */
  PT_TRIAL_CONFIRMED, /* permanent */
  PT_TRIAL_LAST
} PtTrialState;

/* Of a failed one, as far as the record tells. */
typedef enum {
  PT_TRIAL_CAUSE_NONE = 0,
  PT_TRIAL_CAUSE_NOT_CONFIRMED, /* the time ran out */
  PT_TRIAL_CAUSE_CUT_SHORT,     /* it came up and ended before its time: reset, panic, restart */
  PT_TRIAL_CAUSE_NO_TRACE,      /* it did not come far enough to leave a trace, or never booted */
  PT_TRIAL_CAUSE_LAST
} PtTrialCause;

typedef struct
{
  PtTrialState state;
  PtTrialCause cause;
  char        *id;           /* or NULL */
  guint        minutes;      /* for an answer, from the start of the kernel */
  guint        seconds_left; /* while it runs */
  char        *boot_id;      /* of the boot that was, or is, the trial; or NULL */
} PtTrial;

/* Where a trial stands. NULL with @error if the journal cannot be read. (transfer full) */
PtTrial *pt_trial_read (PtSysroot *sysroot,
                        GError   **error);
void     pt_trial_free (PtTrial *self);
/* TRUE if the kernel was started as a trial; anybody may ask, and only the journal knows whether it
 * was confirmed since. @id: (out) (transfer full). @minutes: (out). */
gboolean pt_trial_is_this_boot (PtSysroot *sysroot,
                                char     **id,
                                guint     *minutes);
/* Id of the running boot, or NULL. (transfer full) */
char *pt_trial_get_boot_id (PtSysroot *sysroot);
/* `none`, `prepared`, … Static. */
const char *pt_trial_state_to_nick (PtTrialState state);
gboolean    pt_trial_state_from_nick (const char   *nick,
                                      PtTrialState *state);
const char *pt_trial_cause_to_nick (PtTrialCause cause);
gboolean    pt_trial_cause_from_nick (const char   *nick,
                                      PtTrialCause *cause);

/* TRUE if @plan can be tried once on its host; else why not (translated, with what is the safest
 * instead) in @reason (out, nullable, transfer full). */
gboolean pt_trial_is_possible (PtPlan *plan,
                               char  **reason);

/* What the way back from a trial of @plan is, and whether it needs a hand. Translated, static. */
const char *pt_trial_get_way_back (PtPlan *plan);

/* @minutes: 2 to 60. PT_SETUP_ERROR_UNSUPPORTED where it is not possible. */
gboolean pt_trial_prepare (PtPlan       *plan,
                           guint         minutes,
                           PtStepFunc    progress,
                           gpointer      user_data,
                           GCancellable *cancellable,
                           GError      **error);
/* @plan: for the recorded intent, made on the host as it is. PT_SETUP_ERROR_NOTHING if none is
 * prepared, PT_SETUP_ERROR_CHANGED if the host now asks for something else. */
gboolean pt_trial_start (PtPlan  *plan,
                         GError **error);
/* As above. PT_SETUP_ERROR_INVALID outside of the trial's boot. */
gboolean pt_trial_confirm (PtPlan       *plan,
                           PtStepFunc    progress,
                           gpointer      user_data,
                           GCancellable *cancellable,
                           GError      **error);
/* After a confirmation that was cut short: the trial is as it was and may be confirmed once more,
 * or where all was permanent already, its entry goes. TRUE also if there is nothing of that kind;
 * PT_SETUP_ERROR_BUSY while it is still under way. */
gboolean pt_trial_mend (PtSysroot *sysroot,
                        GError   **error);
gboolean pt_trial_cancel (PtSysroot *sysroot,
                          GError   **error);
/* The last lines (at most 64 KiB) that the system's log has of the trial's
 * boot. PT_SETUP_ERROR_NOTHING if it has none. (transfer full) */
char *pt_trial_read_log (PtSysroot *sysroot,
                         GError   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtTrial, pt_trial_free)

G_END_DECLS
