/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-engine.h"
#include "pt-intent.h"
#include "pt-rom-finding.h"
#include "pt-sysroot.h"
#include "pt-trial.h"

G_BEGIN_DECLS

/**
 * PtHelperClient:
 *
 * The root service as an object. On the real host it is activated on the system bus; for a
 * rehearsal the same program is started unprivileged on the user's bus with the rehearsal's
 * sysroot, and ends with this object.
 *
 * Signal `step (const char *id, guint index, guint total, PtStepState state)`: progress of
 * apply and undo.
 */
#define PT_TYPE_HELPER_CLIENT (pt_helper_client_get_type ())
G_DECLARE_FINAL_TYPE (PtHelperClient, pt_helper_client, PT, HELPER_CLIENT, GObject)

/* Nothing is started yet. */
PtHelperClient *pt_helper_client_new (PtSysroot *sysroot);

/* Applies what @intent asks for. @digest is pt_plan_get_digest() of the plan the user saw: the
 * helper derives its own and refuses (PT_SETUP_ERROR_CHANGED) when they differ. Errors keep
 * domain and code over the bus. */
void     pt_helper_client_apply_async (PtHelperClient     *self,
                                       PtIntent           *intent,
                                       const char         *digest,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean pt_helper_client_apply_finish (PtHelperClient *self,
                                        GAsyncResult   *result,
                                        GError        **error);
void     pt_helper_client_undo_async (PtHelperClient     *self,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean pt_helper_client_undo_finish (PtHelperClient *self,
                                       GAsyncResult   *result,
                                       GError        **error);
/* The trial (pt-trial.h), from its preparation to the answer. After starting it the caller restarts
 * the computer. */
typedef enum {
  PT_HELPER_TRIAL_START = 0,
  PT_HELPER_TRIAL_CONFIRM,
  PT_HELPER_TRIAL_CANCEL
} PtHelperTrialVerb;

void     pt_helper_client_prepare_trial_async (PtHelperClient     *self,
                                               PtIntent           *intent,
                                               const char         *digest,
                                               guint               minutes,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
gboolean pt_helper_client_prepare_trial_finish (PtHelperClient *self,
                                                GAsyncResult   *result,
                                                GError        **error);
void     pt_helper_client_trial_async (PtHelperClient     *self,
                                       PtHelperTrialVerb   verb,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean pt_helper_client_trial_finish (PtHelperClient *self,
                                        GAsyncResult   *result,
                                        GError        **error);
/* What the system's log has of the trial. (transfer full) */
void  pt_helper_client_trial_log_async (PtHelperClient     *self,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
char *pt_helper_client_trial_log_finish (PtHelperClient *self,
                                         GAsyncResult   *result,
                                         GError        **error);
/* What is on record. */
void pt_helper_client_status_async (PtHelperClient     *self,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
/* @intent, @boot_id, @trial: (out) (transfer full) (optional) (nullable). */
gboolean pt_helper_client_status_finish (PtHelperClient *self,
                                         GAsyncResult   *result,
                                         PtSetupState   *state,
                                         PtIntent      **intent,
                                         char          **boot_id,
                                         PtTrial       **trial,
                                         GError        **error);
/* The plan for @intent as root sees it, where only root may read how the computer starts. Asks for
 * permission, changes nothing. */
void pt_helper_client_plan_async (PtHelperClient     *self,
                                  PtIntent           *intent,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
/* JSON for pt_plan_new_told(); @boot (out) for pt_host_take_boot(). (transfer full) */
char *pt_helper_client_plan_finish (PtHelperClient *self,
                                    GAsyncResult   *result,
                                    PtBootFacts    *boot,
                                    GError        **error);
/* What was there when the set-up on record was made, for pt_seen_parse(), as the last
 * pt_helper_client_status_finish() heard it; NULL if nothing is on record. */
const char *pt_helper_client_get_seen (PtHelperClient *self);
/* What was handed over while the computer runs, PtHandoverEntry, as it heard it then; NULL where
 * the helper could not tell. (transfer none) (nullable) */
GPtrArray *pt_helper_client_get_handed_over (PtHelperClient *self);
/* Hands the devices of @intent to vfio-pci while the computer runs, or back (pt-handover.h).
 * Refused (PT_SETUP_ERROR_REFUSED) with what is in the way. */
typedef enum {
  PT_HELPER_BIND = 0,
  PT_HELPER_RELEASE
} PtHelperHandoverVerb;

void     pt_helper_client_hand_over_async (PtHelperClient      *self,
                                           PtHelperHandoverVerb verb,
                                           PtIntent            *intent,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean pt_helper_client_hand_over_finish (PtHelperClient *self,
                                            GAsyncResult   *result,
                                            GError        **error);
/* Has the firmware of the graphics card at @address read and judged. */
void pt_helper_client_read_rom_async (PtHelperClient     *self,
                                      const PtAddress    *address,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/* What came of it is in @finding, for pt_report_new_with_roms(). */
gboolean pt_helper_client_read_rom_finish (PtHelperClient *self,
                                           GAsyncResult   *result,
                                           PtRomFinding   *finding,
                                           GError        **error);

G_END_DECLS
