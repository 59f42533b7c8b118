/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

G_BEGIN_DECLS

/* The trial's rows of the table (pt-trial.h): what they take, ask and do. */

gboolean  pt_helper_trial_parse_prepare (PtHelperJob *job,
                                         GVariant    *parameters,
                                         GError     **error);
GVariant *pt_helper_trial_describe_prepare (PtHelperJob  *job,
                                            GCancellable *cancellable,
                                            GError      **error);
GVariant *pt_helper_trial_describe_record (PtHelperJob  *job,
                                           GCancellable *cancellable,
                                           GError      **error);
GVariant *pt_helper_trial_work_prepare (PtHelperJob  *job,
                                        GCancellable *cancellable,
                                        GError      **error);
GVariant *pt_helper_trial_work_start (PtHelperJob  *job,
                                      GCancellable *cancellable,
                                      GError      **error);
GVariant *pt_helper_trial_work_confirm (PtHelperJob  *job,
                                        GCancellable *cancellable,
                                        GError      **error);
GVariant *pt_helper_trial_work_cancel (PtHelperJob  *job,
                                       GCancellable *cancellable,
                                       GError      **error);
GVariant *pt_helper_trial_work_log (PtHelperJob  *job,
                                    GCancellable *cancellable,
                                    GError      **error);

/* Where a trial stands, `a{sv}` for the status. Floating. */
GVariant *pt_helper_trial_describe (PtSysroot *sysroot,
                                    GError   **error);
/* The plan for what is on record, on the host as it is, after a confirmation that was cut short is
 * put back; (nullable) with @error. (transfer full) */
PtPlan *pt_helper_trial_make_plan (PtSysroot    *sysroot,
                                   GCancellable *cancellable,
                                   GError      **error);

G_END_DECLS
