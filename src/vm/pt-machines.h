/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-machine-spec.h"
#include "pt-machine.h"

G_BEGIN_DECLS

/**
 * PtMachines:
 *
 * The machines of one libvirt connection, a GListModel of PtMachine kept up to date by libvirt's
 * events.
 */
#define PT_TYPE_MACHINES (pt_machines_get_type ())
G_DECLARE_FINAL_TYPE (PtMachines, pt_machines, PT, MACHINES, GObject)

/* URI for real machines (`qemu:///system`) or for rehearsals: `qemu:///session`, for root, who
 * has no session daemon, libvirt's embedded driver on a folder of the state folder. Static. */
const char *pt_machines_default_uri (gboolean rehearsal);

/* Connects and lists. (transfer full) from _finish. */
void        pt_machines_open_async (const char         *uri,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
PtMachines *pt_machines_open_finish (GAsyncResult *result,
                                     GError      **error);
/* Property `connected`: FALSE once libvirt is gone. Every operation then ends with
 * PT_VM_ERROR_NO_CONNECTION until it was opened again; the machines stay in the list as last
 * seen. */
gboolean pt_machines_is_connected (PtMachines *self);
void     pt_machines_reopen_async (PtMachines         *self,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean pt_machines_reopen_finish (PtMachines   *self,
                                    GAsyncResult *result,
                                    GError      **error);
/* (transfer none) (nullable) */
PtMachine *pt_machines_find (PtMachines *self,
                             const char *name);
/* Creates the disk if it is not there, validates, defines. On failure nothing is left behind, a
 * disk we made included; a disk that was there is never touched. _finish: (transfer full). */
void       pt_machines_create_async (PtMachines          *self,
                                     const PtMachineSpec *spec,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
PtMachine *pt_machines_create_finish (PtMachines   *self,
                                      GAsyncResult *result,
                                      GError      **error);
/* Spec of the rehearsal's machine: the test guest (kernel and initrd looked up where the build
 * or the installation put them) with frames. (transfer full), NULL with @error when there is no
 * guest kernel. */
PtMachineSpec *pt_machines_rehearsal_spec (const char *name, GError **error);

G_END_DECLS
