/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-intent.h"

G_BEGIN_DECLS

/* Handing devices to vfio-pci and back while the computer runs: drives (NVMe), USB controllers and
 * spare graphics cards. It lasts until the release or the restart; what was bound is on record
 * below /run, which ends with the restart too (kernel: Documentation/ABI/testing/sysfs-bus-pci).
 *
 * On the real host three attributes of the PCI bus are written. On a directory pt-played-kernel
 * takes the same writes and moves the links of the drivers; a Linux inside QEMU is a real host. */

typedef enum {
  PT_OBSTACLE_KIND = 0,      /* neither a drive nor a USB controller nor part of a graphics card */
  PT_OBSTACLE_IN_USE,        /* the host lives on it, or it cannot be told */
  PT_OBSTACLE_LAST_INPUT,    /* the last keyboard or pointer hangs on it: see `loss` */
  PT_OBSTACLE_INPUT_UNKNOWN, /* it cannot be told whether that is so */
  PT_OBSTACLE_NO_GROUP,      /* no IOMMU group */
  PT_OBSTACLE_GROUP_MATE,    /* another member of its group is used by the host */
  PT_OBSTACLE_HOST_DISPLAY,  /* the desktop is shown on it */
  PT_OBSTACLE_ONLY_GPU,      /* no other card is left */
  PT_OBSTACLE_BOOT_DISPLAY,  /* the firmware started the computer on it */
  PT_OBSTACLE_FRAMEBUFFER,   /* the firmware's picture lies in its memory */
  PT_OBSTACLE_MONITOR,       /* a monitor is connected to it */
  PT_OBSTACLE_PROGRAMS,      /* programs have it open */
  PT_OBSTACLE_DRIVER,        /* its driver is known not to let go of a running card */
  PT_OBSTACLE_FIRMWARE,      /* Linux keeps memory for what the firmware does with it */
  PT_OBSTACLE_UNREADABLE,    /* one of these could not be told */
} PtObstacleReason;

typedef struct
{
  PtAddress        address; /* of the chosen function */
  PtObstacleReason reason;
  PtDevice        *because; /* the device in the way, or the function itself */
  PtInputLoss      loss;    /* with LAST_INPUT: what all that would go take along */
} PtObstacle;

/* A member of a group that is concerned. Bridges are no part of it: they stay. */
typedef struct
{
  PtDevice *device;
  gboolean  chosen; /* it goes to vfio-pci */
  gboolean  viable; /* chosen without an obstacle, or no driver of the host uses it */
} PtHandoverMember;

/* What may be done, before it is done. */
typedef struct
{
  GPtrArray *members;   /* PtHandoverMember, by address */
  GPtrArray *obstacles; /* PtObstacle; empty = it may be done */
} PtHandover;

/* Reads the host, changes nothing. @intent: what was chosen; the other functions of a card go with
 * it. NULL with PT_SETUP_ERROR_INVALID if it names no device of @host. (transfer full) */
PtHandover *pt_handover_judge (PtHost   *host,
                               PtIntent *intent,
                               GError  **error);
void        pt_handover_free (PtHandover *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHandover, pt_handover_free)
const char *pt_obstacle_reason_to_nick (PtObstacleReason reason);
/* All obstacles as one sentence part, each with device and driver: what an error says. (transfer
 * full) */
char *pt_handover_say_obstacles (PtHandover *self);
/* FALSE with PT_SETUP_ERROR_REFUSED and what is in the way. */
gboolean pt_handover_check (PtHandover *self,
                            GError    **error);

/* Scans, judges and binds. Either all functions are at vfio-pci then, or all are back where they
 * were and @error says which one did not go, and whether one did not come back either. One that is
 * at vfio-pci already stays as it is. Synchronous; seconds while a driver lets go. All three are
 * PT_SETUP_ERROR_BUSY while another process is in one of them. */
gboolean pt_handover_bind (PtSysroot    *sysroot,
                           PtIntent     *intent,
                           GCancellable *cancellable,
                           GError      **error);
/* Gives the functions of @intent, and of their cards, back to the drivers they had. Only what is on
 * record goes back: PT_SETUP_ERROR_NOTHING for anything else. PT_SETUP_ERROR_IN_USE while a
 * machine has one, with its name where that can be told. Also mends what a killed
 * pt_handover_bind() left. */
gboolean pt_handover_release (PtSysroot *sysroot,
                              PtIntent  *intent,
                              GError   **error);
/* The same for everything on record, one by one: what a machine has does not keep the others.
 * @released: (out) (transfer full) (optional) what went back, PtHandoverEntry. TRUE if nothing is
 * left on record; else the error names each that is. */
gboolean pt_handover_release_all (PtSysroot  *sysroot,
                                  GPtrArray **released,
                                  GError    **error);

G_END_DECLS
