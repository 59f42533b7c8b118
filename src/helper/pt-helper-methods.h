/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-intent.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What the helper can do: one constant table. A method that is not in it does not exist for
 * callers, and a table that does not fit the interface keeps the helper from starting. */

#define PT_ACTION_APPLY "com.example.Passthru.apply"
#define PT_ACTION_UNDO "com.example.Passthru.undo"
#define PT_ACTION_READ "com.example.Passthru.read"

/* One call's arguments and surroundings. Filled on the main context, then read by one worker at
 * a time. */
typedef struct
{
  PtSysroot       *sysroot;
  PtIntent        *intent;     /* of Apply */
  char            *digest;     /* of Apply */
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
