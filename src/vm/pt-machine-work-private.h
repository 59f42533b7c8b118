/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-connection-private.h"
#include "pt-machine-spec.h"

G_BEGIN_DECLS

/* Making a machine, in a worker thread. */
typedef struct
{
  PtConnection  *connection;
  PtMachineSpec *spec;
  GCancellable  *cancellable; /* nullable */
} PtMachineWork;

/* Copies @spec. */
PtMachineWork *pt_machine_work_new (PtConnection        *connection,
                                    const PtMachineSpec *spec,
                                    GCancellable        *cancellable);
void           pt_machine_work_free (PtMachineWork *self);

/* A PtWorkFunc on a PtMachineWork: disk, validation, definition, all or nothing. Returns
 * PtDomainFacts. The cancellable that counts is the one in the work: a task of its own would
 * drop a result that came too late. */
gpointer pt_machine_work_create (gpointer      data,
                                 GCancellable *unused,
                                 GError      **error);

G_END_DECLS
