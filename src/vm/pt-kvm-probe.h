/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether KVM works is decided by trying: there are hosts (nested ones above all) whose
 * /dev/kvm opens and whose guests then die in their firmware. The try runs QEMU with the
 * processor that real machines get (`-cpu host`) on a firmware of ours (pt-kvm-rom.S) that goes
 * from the reset vector through protected mode with the x87 unit to 64-bit mode with paging and
 * SSE and runs code from ROM and from RAM. It proves that the kernel's KVM takes this processor
 * model and executes these; it says nothing about interrupts, devices and speed. It takes about
 * 0.1 s. */

typedef enum {
  PT_KVM_WORKS = 0,
  PT_KVM_BROKEN,  /* absent, or the try failed */
  PT_KVM_UNKNOWN, /* we may not open it; libvirt's system daemon may */
} PtKvmVerdict;

/* Tries once per process; later calls get the first answer. @override (nullable), from a
 * setting or the environment: `kvm` and `emulation` are answers without a try, anything else is
 * none. */
void pt_kvm_probe_async (const char         *override,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data);
/* @evidence (nullable, transfer full): what was seen, not translated. PT_VM_ERROR_NOT_FOUND
 * without QEMU. */
PtKvmVerdict pt_kvm_probe_finish (GAsyncResult *result,
                                  char        **evidence,
                                  GError      **error);

/* The try itself, uncached, with QEMU's @accelerator (`kvm`, `tcg`) and @processor. */
void pt_kvm_probe_run_async (const char         *accelerator,
                             const char         *processor,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data);

G_END_DECLS
