/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-connection-private.h"

G_BEGIN_DECLS

/* What is done to one domain in a worker thread. Each function is a PtWorkFunc: @target is a
 * PtDomainTarget, the result the domain's facts afterwards (PtDomainFacts). */

typedef struct
{
  PtConnection *connection;
  char         *uuid;
} PtDomainTarget;

PtDomainTarget *pt_domain_target_new (PtConnection *connection,
                                      const char   *uuid);
void            pt_domain_target_free (PtDomainTarget *self);

gpointer pt_domain_work_read (gpointer      target,
                              GCancellable *cancellable,
                              GError      **error);
gpointer pt_domain_work_start (gpointer      target,
                               GCancellable *cancellable,
                               GError      **error);
gpointer pt_domain_work_shut_down (gpointer      target,
                                   GCancellable *cancellable,
                                   GError      **error);
gpointer pt_domain_work_force_off (gpointer      target,
                                   GCancellable *cancellable,
                                   GError      **error);
/* The facts are those from before. */
gpointer pt_domain_work_remove (gpointer      target,
                                GCancellable *cancellable,
                                GError      **error);

G_END_DECLS
