/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-machine.h"
#include "pt-preflight.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Looks whether @machine can be started on the host of @sysroot: what is on record of both is
 * compared with a fresh scan. @machines: PtMachine, those it shares the host with, or NULL. The
 * helper is asked only where the machine itself does not tell. */
void pt_start_check_async (PtSysroot          *sysroot,
                           PtMachine          *machine,
                           GListModel         *machines,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data);
/* PtPreflightFinding, refusals first. (transfer full) */
GPtrArray *pt_start_check_finish (PtSysroot    *sysroot,
                                  GAsyncResult *result,
                                  GError      **error);

G_END_DECLS
