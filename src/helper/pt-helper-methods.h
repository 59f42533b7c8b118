/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-plan.h"
#include "pt-engine.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What the helper can do: one constant table. A method that is not in it does not exist for
 * callers, and a table that does not fit the interface keeps the helper from starting. */

#define PT_ACTION_APPLY "com.example.Passthru.apply"
#define PT_ACTION_UNDO "com.example.Passthru.undo"
#define PT_ACTION_READ "com.example.Passthru.read"
#define PT_ACTION_TRIAL_PREPARE "com.example.Passthru.trial-prepare"
#define PT_ACTION_TRIAL_START "com.example.Passthru.trial-start"
#define PT_ACTION_TRIAL_CONFIRM "com.example.Passthru.trial-confirm"
#define PT_ACTION_TRIAL_CANCEL "com.example.Passthru.trial-cancel"
#define PT_ACTION_TRIAL_LOG "com.example.Passthru.trial-log"
#define PT_ACTION_PLAN "com.example.Passthru.plan"
#define PT_ACTION_READ_ROM "com.example.Passthru.read-rom"
#define PT_ACTION_BIND "com.example.Passthru.bind"
#define PT_ACTION_RELEASE "com.example.Passthru.release"

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

typedef struct
{
  const char *name;   /* as in the interface */
  const char *action; /* of polkit */
  gboolean    changes;
  /* Takes typed values out of @parameters, on the main context. NULL = the method has none. */
  gboolean (*parse) (PtHelperJob *job,
                     GVariant    *parameters,
                     GError     **error);
  /* In a worker, before the question: `a{ss}` for its message, or an error that makes it
   * pointless. Reads only. NULL = nothing to say. (transfer full) */
  GVariant *(*describe) (PtHelperJob  *job,
                         GCancellable *cancellable,
                         GError      **error);
  /* In a worker, once permitted: does it and returns the reply. (transfer full) */
  GVariant *(*work) (PtHelperJob  *job,
                     GCancellable *cancellable,
                     GError      **error);
} PtHelperMethod;

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

/* The table. Static. */
const PtHelperMethod *pt_helper_methods_get (gsize *n_methods);
/* (transfer none) (nullable) */
const PtHelperMethod *pt_helper_methods_find (const char *name);
/* TRUE if each method of @interface has exactly one row, each row a method, an action of ours
 * and work. */
gboolean pt_helper_methods_verify (const PtHelperMethod     *methods,
                                   gsize                     n_methods,
                                   const GDBusInterfaceInfo *interface,
                                   GError                  **error);

G_END_DECLS
