/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib-object.h>

#include "pt-address.h"

G_BEGIN_DECLS

/* PtMachineSpec: everything needed to define a machine. A plain value; strings are owned. */
typedef struct
{
  char    *name;
  char    *uuid;               /* NULL = a new one */
  guint    cores;              /* one socket, N cores, 1 thread */
  guint64  memory;             /* bytes */
  char    *disk;               /* path of the qcow2 image, NULL = none */
  guint64  disk_size;          /* bytes, for creating it */
  char    *iso;                /* NULL = none */
  GArray  *devices;            /* PtAddress: functions to pass, empty in a rehearsal */
  char    *shared_memory;      /* name below /dev/shm, NULL = none */
  guint64  shared_memory_size; /* bytes, a power of two */
  gboolean emulate;            /* TCG: domain type qemu */
  gboolean uefi;               /* q35 + OVMF by auto-selection, Secure Boot and TPM 2.0 where available */
  gboolean network;
  char    *kernel; /* direct kernel boot: the test guest */
  char    *initrd;
  char    *command_line;
  gboolean rehearsal; /* marked so in our metadata */
} PtMachineSpec;

#define PT_TYPE_MACHINE_SPEC (pt_machine_spec_get_type ())
GType pt_machine_spec_get_type (void);
/* Defaults of DESIGN §8. (transfer full) */
PtMachineSpec *pt_machine_spec_new (const char *name);
PtMachineSpec *pt_machine_spec_copy (const PtMachineSpec *self);
void           pt_machine_spec_free (PtMachineSpec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtMachineSpec, pt_machine_spec_free)

/* Says what is wrong with it before libvirt would. */
gboolean pt_machine_spec_validate (const PtMachineSpec *self,
                                   GError             **error);
/* Domain XML for libvirt (https://libvirt.org/formatdomain.html). (transfer full) */
char *pt_machine_spec_to_xml (const PtMachineSpec *self,
                              GError             **error);

G_END_DECLS
