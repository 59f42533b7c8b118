/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PtMachine:
 *
 * One libvirt domain. Properties (all notify on the main context, driven by libvirt's events):
 * `name`, `state` (PtMachineState), `shared-memory` (path of its frames' file on this host, or
 * NULL).
 */
#define PT_TYPE_MACHINE (pt_machine_get_type ())
G_DECLARE_FINAL_TYPE (PtMachine, pt_machine, PT, MACHINE, GObject)

typedef enum {
  PT_MACHINE_OFF = 0,
  PT_MACHINE_STARTING, /* our start is under way */
  PT_MACHINE_RUNNING,
  PT_MACHINE_PAUSED,
  PT_MACHINE_STOPPING, /* asked to shut down */
  PT_MACHINE_CRASHED,
} PtMachineState;
#define PT_TYPE_MACHINE_STATE (pt_machine_state_get_type ())
GType pt_machine_state_get_type (void);

#define PT_VM_ERROR (pt_vm_error_quark ())
typedef enum {
  PT_VM_ERROR_INVALID = 0,   /* the specification makes no sense */
  PT_VM_ERROR_NO_CONNECTION, /* libvirt cannot be reached */
  PT_VM_ERROR_DENIED,
  PT_VM_ERROR_EXISTS,
  PT_VM_ERROR_NOT_FOUND,
  PT_VM_ERROR_WRONG_STATE,
  PT_VM_ERROR_STORAGE,
  PT_VM_ERROR_FAILED, /* libvirt's own words in the message */
} PtVmError;
GQuark pt_vm_error_quark (void);

const char    *pt_machine_get_name (PtMachine *self);
const char    *pt_machine_get_uuid (PtMachine *self);
PtMachineState pt_machine_get_state (PtMachine *self);
const char    *pt_machine_get_shared_memory (PtMachine *self);
/* Whether what is in its place would keep the machine from starting. Looks at the file, at once. */
typedef enum {
  PT_FRAME_FILE_FINE = 0, /* also if there is none */
  PT_FRAME_FILE_NO_FILE,  /* a folder, a link or the like */
  PT_FRAME_FILE_FOREIGN,  /* another user's, of another size */
} PtFrameFile;
PtFrameFile pt_machine_judge_shared_memory (PtMachine *self);
/* PtAddress: functions of the host that it is handed. (transfer none) */
GArray *pt_machine_get_devices (PtMachine *self);
/* Bytes; and whether it takes them from those that are set aside as huge pages. */
guint64  pt_machine_get_memory (PtMachine *self);
gboolean pt_machine_uses_huge_pages (PtMachine *self);
/* PtMachineSpec.seen of when it was made. (nullable) */
const char *pt_machine_get_seen (PtMachine *self);
/* TRUE if it was made in a rehearsal. */
gboolean pt_machine_is_rehearsal (PtMachine *self);

void     pt_machine_start_async (PtMachine *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean pt_machine_start_finish (PtMachine *self, GAsyncResult *result, GError **error);
/* Asks the guest to shut down; returns once asked. The state property follows. */
void     pt_machine_shut_down_async (PtMachine *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean pt_machine_shut_down_finish (PtMachine *self, GAsyncResult *result, GError **error);
/* Like pulling the plug. */
void     pt_machine_force_off_async (PtMachine *self, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean pt_machine_force_off_finish (PtMachine *self, GAsyncResult *result, GError **error);
/* Removes the definition, NVRAM and TPM included; disks stay. */
void     pt_machine_remove_async (PtMachine *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean pt_machine_remove_finish (PtMachine *self, GAsyncResult *result, GError **error);

G_END_DECLS
