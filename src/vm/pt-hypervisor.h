/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-machine-spec.h"

G_BEGIN_DECLS

/**
 * PtHypervisor:
 *
 * What one libvirt connection can give a machine, as its domain capabilities say
 * (https://libvirt.org/formatdomaincaps.html). A plain value.
 */
typedef struct
{
  gboolean efi;          /* firmware auto-selection knows UEFI */
  gboolean secure_boot;  /* and one with Secure Boot */
  gboolean tpm;          /* an emulated TPM 2.0 */
  gboolean spice;        /* else VNC */
  gboolean user_network; /* no `default` network: user mode instead */
  char   **hyperv;       /* enlightenments to switch on, names of libvirt; NULL-ended */
} PtHypervisor;

/* One that has everything. (transfer full) */
PtHypervisor *pt_hypervisor_new_full (void);
/* Reads <domainCapabilities>. (transfer full), NULL with PT_VM_ERROR_FAILED when it is not that. */
PtHypervisor *pt_hypervisor_parse (const char *xml,
                                   GError    **error);
void          pt_hypervisor_free (PtHypervisor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHypervisor, pt_hypervisor_free)

/* The enlightenments a machine gets: those of Windows' list that the hypervisor has and whose
 * own conditions are met; with @emulate only those that need no KVM. Names with static storage.
 * (transfer container) */
GPtrArray *pt_hypervisor_enlightenments (const PtHypervisor *self,
                                         gboolean            emulate);

/* As pt_machine_spec_to_xml(), leaving out what @hypervisor lacks. (transfer full) */
char *pt_machine_spec_to_xml_for (const PtMachineSpec *self,
                                  const PtHypervisor  *hypervisor,
                                  GError             **error);

G_END_DECLS
