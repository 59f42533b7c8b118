/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-device.h"

G_BEGIN_DECLS

/* PtGpu: one graphics card: its functions, what comes along with it and what stands in the way.
 * Immutable. */
#define PT_TYPE_GPU (pt_gpu_get_type ())
G_DECLARE_FINAL_TYPE (PtGpu, pt_gpu, PT, GPU, GObject)

typedef enum {
  PT_BLOCKER_FOREIGN_DEVICE =
    0,                     /* shares a group, is neither a bridge nor a function of the card */
  PT_BLOCKER_IN_USE,       /* the host lives on it */
  PT_BLOCKER_HOST_DISPLAY, /* it shows this desktop and no other card could */
  PT_BLOCKER_ONLY_GPU,
  PT_BLOCKER_NO_GROUP,        /* no IOMMU groups: judged after the IOMMU is on */
  PT_BLOCKER_LAST_INPUT,      /* the host's last keyboard or pointing device hangs on it */
  PT_BLOCKER_INPUT_UNKNOWN,   /* it could not be read whether that is so */
  PT_BLOCKER_FIRMWARE_MEMORY, /* Linux keeps it for what the firmware does with it */
  PT_BLOCKER_UNREADABLE,      /* what would have to be known of it could not be read */
} PtBlockerReason;

typedef struct
{
  PtDevice       *device; /* owned by the PtGpu */
  PtBlockerReason reason;
} PtBlocker;

/* The graphics function itself. (transfer none) */
PtDevice *pt_gpu_get_device (PtGpu *self);
/* The functions of its slot that bear its vendor id or none that can be read, itself first.
 * PtDevice. (transfer none) */
GPtrArray *pt_gpu_get_functions (PtGpu *self);
/* Every member of the groups of its functions that is not one of them: bridges (they stay) and
 * foreign devices. PtDevice. (transfer none) */
GPtrArray *pt_gpu_get_group_mates (PtGpu *self);
/* Numbers of the groups of its functions, ascending, no repeats. int. (transfer none) */
GArray  *pt_gpu_get_groups (PtGpu *self);
gboolean pt_gpu_is_suitable (PtGpu *self);
/* PtBlocker *. (transfer none) */
GPtrArray *pt_gpu_get_blockers (PtGpu *self);
/* TRUE if it carries boot_vga or a connected monitor while no other card does better. */
gboolean pt_gpu_is_host_display (PtGpu *self);
/* TRUE for the graphics of a processor: Intel's own place on the bus, with AMD other
 * parts of the processor in the slot. */
gboolean pt_gpu_is_integrated (PtGpu *self);
/* Memory of the card in bytes as far as its BARs tell, 0 = cannot tell. */
guint64 pt_gpu_get_aperture (PtGpu *self);
/* `foreign-device|in-use|host-display|only-gpu|no-group|last-input|input-unknown`. */
const char *pt_blocker_reason_to_nick (PtBlockerReason reason);

G_END_DECLS
