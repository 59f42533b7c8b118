/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-address.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What was bound while the computer runs, and what it was before: `run/passthru/handover`. It ends
 * with the restart, as the bindings do. */

#define PT_HANDOVER_RECORD "passthru/handover"

typedef struct
{
  PtAddress address;
  char     *driver;   /* NULL = it had none */
  char     *override; /* what `driver_override` said, NULL = nothing */
} PtHandoverEntry;

/* By address; empty where there is no record. NULL with PT_SETUP_ERROR_JOURNAL if it cannot be
 * read, is of a newer Passthru or says what we never write. (transfer full) */
GPtrArray *pt_handover_record_load (PtSysroot *sysroot,
                                    GError   **error);
/* Replaces the record in one move; an empty one goes away with its folder. */
gboolean pt_handover_record_save (PtSysroot *sysroot,
                                  GPtrArray *entries,
                                  GError   **error);
/* Sweeps what a killed save may have left where there is no record. */
void pt_handover_record_sweep (PtSysroot *sysroot);
/* (transfer none) (nullable) */
const PtHandoverEntry *pt_handover_record_find (GPtrArray       *entries,
                                                const PtAddress *address);
PtHandoverEntry       *pt_handover_entry_new (const PtAddress *address,
                                              const char      *driver,
                                              const char      *override);
void                   pt_handover_entry_free (PtHandoverEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHandoverEntry, pt_handover_entry_free)

G_END_DECLS
