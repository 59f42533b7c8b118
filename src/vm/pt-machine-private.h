/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-connection-private.h"
#include "pt-machine.h"

G_BEGIN_DECLS

/* Takes @facts. Signal `removed` when a removal of ours succeeded. */
PtMachine *pt_machine_new (PtConnection  *connection,
                           PtDomainFacts *facts);
/* Takes @facts; they are ignored if newer ones are known. */
void pt_machine_apply (PtMachine     *self,
                       PtDomainFacts *facts);
/* Neither off nor crashed. */
gboolean pt_machine_is_up (PtMachine *self);

G_END_DECLS
