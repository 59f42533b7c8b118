/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-engine.h"
#include "pt-intent.h"
#include "pt-plan.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* One call's arguments and surroundings. Filled on the main context, then read by one worker at
 * a time. */
typedef struct
{
  PtSysroot       *sysroot;
  PtIntent        *intent;     /* of Apply, Plan, TrialPrepare, Bind and Release */
  char            *digest;     /* of Apply and TrialPrepare */
  guint            minutes;    /* of TrialPrepare */
  PtAddress        address;    /* of ReadRom */
  GDBusConnection *connection; /* where progress goes, and to whom: NULL on a peer connection */
  char            *caller;
  gboolean         working; /* another call is changing the host */
} PtHelperJob;

PtHelperJob *pt_helper_job_new (PtSysroot       *sysroot,
                                GDBusConnection *connection,
                                const char      *caller);
void         pt_helper_job_free (PtHelperJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHelperJob, pt_helper_job_free)

/* For the methods, wherever they stand. */

/* Progress to the caller; @user_data is the PtHelperJob. */
void pt_helper_job_report_step (const char *step_id,
                                guint       index,
                                guint       total,
                                PtStepState state,
                                gpointer    user_data);
/* `a{ss}` that names the devices of @plan to polkit. (transfer full) */
GVariant *pt_helper_job_describe_plan (PtPlan *plan);
/* The same for @devices (PtDevice). (transfer full) */
GVariant *pt_helper_job_describe_devices (GPtrArray *devices);
/* The same for the named devices of @intent (nullable), by address where one is gone. (transfer
 * full) */
GVariant *pt_helper_job_describe_intent (PtHelperJob  *job,
                                         PtIntent     *intent,
                                         GCancellable *cancellable);
/* The same for what is on record; works also where it cannot be read. (transfer full) */
GVariant *pt_helper_job_describe_record (PtHelperJob  *job,
                                         GCancellable *cancellable);
/* Takes an intent and the digest of the plan that was shown. */
gboolean pt_helper_job_take_intent (PtHelperJob *job,
                                    GVariant    *intent,
                                    const char  *digest,
                                    GError     **error);
/* The plan as we derive it ourselves from the job's intent; an error if it is not the one with the
 * job's digest, or may not be done. (transfer full) */
PtPlan *pt_helper_job_derive_plan (PtHelperJob  *job,
                                   GCancellable *cancellable,
                                   GError      **error);

G_END_DECLS
