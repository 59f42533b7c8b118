/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

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
