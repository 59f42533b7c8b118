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
  char   **pins;               /* a list of host processors (`6,18`) for each core; NULL = free */
  char    *emulator_pin;       /* the same for the rest of the machine's work; NULL = free */
  guint64  memory;             /* bytes, whole MiB */
  char    *disk;               /* path of the qcow2 image, NULL = none */
  guint64  disk_size;          /* bytes, for creating it */
  char    *iso;                /* NULL = none */
  GArray  *devices;            /* PtAddress: functions to pass, empty in a rehearsal */
  char    *seen;               /* what it is made for, for our metadata; NULL = nothing */
  char    *shared_memory;      /* name below /dev/shm, NULL = none */
  guint64  shared_memory_size; /* bytes, a power of two */
  gboolean emulate;            /* TCG: domain type qemu */
  gboolean uefi;               /* OVMF, with Secure Boot and TPM 2.0 where available */
  gboolean network;
  char    *kernel; /* direct kernel boot: the test guest */
  char    *initrd;
  char    *command_line;
  char    *serial_log; /* path of a file that gets the first serial port, NULL = no port */
  gboolean display;    /* emulated screen (SPICE or VNC on a private socket) until the card draws */
  gboolean rehearsal;  /* marked so in our metadata; implies emulate */
} PtMachineSpec;

#define PT_TYPE_MACHINE_SPEC (pt_machine_spec_get_type ())
GType pt_machine_spec_get_type (void);
/* Defaults of DESIGN §8. (transfer full) */
PtMachineSpec *pt_machine_spec_new (const char *name);
PtMachineSpec *pt_machine_spec_copy (const PtMachineSpec *self);
void           pt_machine_spec_free (PtMachineSpec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtMachineSpec, pt_machine_spec_free)

/* Says what is wrong with it before libvirt would: PT_VM_ERROR_INVALID, the field named in the
 * message. */
gboolean pt_machine_spec_validate (const PtMachineSpec *self,
                                   GError             **error);
/* Bytes of shared memory that frames of @width x @height pixels need, a power of two: the
 * larger of the formulas of KVMFR 19/20 and 34 at 4 bytes per pixel. 0 if the size is 0 or
 * above 32768. */
guint64 pt_machine_spec_frame_memory (guint width,
                                      guint height);
/* Gives the machine a shared memory of @size bytes under a name of its own: two machines, or
 * two users, that named the same file would silently share it. */
void pt_machine_spec_set_shared_memory (PtMachineSpec *self,
                                        guint64        size);
/* Domain XML for libvirt (https://libvirt.org/formatdomain.html) for a hypervisor that offers
 * everything asked for. (transfer full) */
char *pt_machine_spec_to_xml (const PtMachineSpec *self,
                              GError             **error);

G_END_DECLS
