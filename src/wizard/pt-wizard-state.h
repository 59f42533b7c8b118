/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-client.h"
#include "pt-machine-spec.h"
#include "pt-report.h"
#include "pt-verify.h"
#include "pt-wizard-store.h"

G_BEGIN_DECLS

/**
 * PtWizardState:
 *
 * The one model all pages share: the host as last looked at, what the user chose, the plan that
 * follows from it, what is on record for the host, and the machine. Pages never talk to each
 * other. Signal `changed ()` after anything in it did.
 */
#define PT_TYPE_WIZARD_STATE (pt_wizard_state_get_type ())
G_DECLARE_FINAL_TYPE (PtWizardState, pt_wizard_state, PT, WIZARD_STATE, GObject)

PtWizardState  *pt_wizard_state_new (PtSysroot *sysroot);
PtSysroot      *pt_wizard_state_get_sysroot (PtWizardState *self);
gboolean        pt_wizard_state_is_rehearsal (PtWizardState *self);
PtHelperClient *pt_wizard_state_get_client (PtWizardState *self);
PtWizardStore  *pt_wizard_state_get_store (PtWizardState *self);

/* All (transfer none) (nullable): unknown before the first look. */
PtHost         *pt_wizard_state_get_host (PtWizardState *self);
PtReport       *pt_wizard_state_get_report (PtWizardState *self);
PtPlan         *pt_wizard_state_get_plan (PtWizardState *self);
PtVerification *pt_wizard_state_get_verification (PtWizardState *self);
PtSetupState    pt_wizard_state_get_setup (PtWizardState *self);
/* FALSE if the helper could not tell what is on record; the state is PT_SETUP_NONE then. */
gboolean pt_wizard_state_is_setup_known (PtWizardState *self);

/* TRUE once the first part (the IOMMU) is in force: the plan is applied once more. */
gboolean pt_wizard_state_awaits_next_part (PtWizardState *self);

/* The trial (pt-trial.h) as the helper last told it. */
PtTrialState pt_wizard_state_get_trial (PtWizardState *self);
PtTrialCause pt_wizard_state_get_trial_cause (PtWizardState *self);
/* TRUE if this very start of the computer is a trial, kept or not. */
gboolean pt_wizard_state_is_trial_boot (PtWizardState *self);
/* When a trial that runs ends, on the clock of g_get_monotonic_time(). */
gint64 pt_wizard_state_get_trial_end (PtWizardState *self);
/* For an answer: of the trial on record, or of the next one. Bounded as pt_trial_prepare() wants
 * it. */
guint pt_wizard_state_get_trial_minutes (PtWizardState *self);
void  pt_wizard_state_set_trial_minutes (PtWizardState *self,
                                         guint          minutes);
/* TRUE after a trial that was given up or not confirmed: the same changes can be prepared, or
 * applied, once more. */
gboolean pt_wizard_state_can_try_again (PtWizardState *self);

/* The graphics card for the guest; (nullable). Setting it drops a plan for another card and is
 * remembered. While something is on record for the host the recorded choice stands and setting
 * does nothing. */
PtGpu   *pt_wizard_state_get_card (PtWizardState *self);
void     pt_wizard_state_set_card (PtWizardState   *self,
                                   const PtAddress *address);
gboolean pt_wizard_state_has_card (PtWizardState *self);

/* What the user asked the apply page to do; taken by it once. */
typedef enum {
  PT_REQUEST_NONE = 0,
  PT_REQUEST_APPLY,
  PT_REQUEST_PREPARE, /* a trial */
  PT_REQUEST_UNDO
} PtRequest;

void      pt_wizard_state_set_request (PtWizardState *self,
                                       PtRequest      request);
PtRequest pt_wizard_state_take_request (PtWizardState *self);

/* Name of the machine that was created, (nullable); remembered. */
const char *pt_wizard_state_get_machine (PtWizardState *self);
void        pt_wizard_state_set_machine (PtWizardState *self,
                                         const char    *name);
/* What was created, for the last page; (nullable). */
const PtMachineSpec *pt_wizard_state_get_spec (PtWizardState *self);
void                 pt_wizard_state_set_spec (PtWizardState       *self,
                                               const PtMachineSpec *spec);

/* Looks at the host: checks, plan for the choice, verification when something is applied. */
void     pt_wizard_state_look_async (PtWizardState      *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean pt_wizard_state_look_finish (PtWizardState *self,
                                      GAsyncResult  *result,
                                      GError       **error);
/* Asks the helper what is on record, then looks. A host without any record is not asked. */
void     pt_wizard_state_load_async (PtWizardState      *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean pt_wizard_state_load_finish (PtWizardState *self,
                                      GAsyncResult  *result,
                                      GError       **error);
/* Has the helper read the firmware of the card at @address, then looks: the report tells. */
void     pt_wizard_state_read_rom_async (PtWizardState      *self,
                                         const PtAddress    *address,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean pt_wizard_state_read_rom_finish (PtWizardState *self,
                                          GAsyncResult  *result,
                                          GError       **error);
/* Has the helper, with the administrator's permission, read how the computer starts and plan for
 * the choice, then looks: plan and report are root's from then on, until something else is chosen
 * or on record. */
void     pt_wizard_state_read_plan_async (PtWizardState      *self,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean pt_wizard_state_read_plan_finish (PtWizardState *self,
                                           GAsyncResult  *result,
                                           GError       **error);
/* Rehearsals only: plays the restart, or throws the tree and every choice away; then loads. */
void     pt_wizard_state_rehearse_async (PtWizardState      *self,
                                         gboolean            reset,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean pt_wizard_state_rehearse_finish (PtWizardState *self,
                                          GAsyncResult  *result,
                                          GError       **error);

G_END_DECLS
