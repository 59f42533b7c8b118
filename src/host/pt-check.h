/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* A check is a value: which requirement, how it stands, what was read, what would mend it. The
 * words for people are in pt-words.h; nothing here is translated. */
typedef enum {
  PT_STATUS_UNKNOWN = 0,
  PT_STATUS_PASS,
  PT_STATUS_WARN,
  PT_STATUS_FAIL
} PtStatus;

/* The order here is the order of every list (DESIGN §5). */
typedef enum {
  PT_CHECK_CPU_VIRTUALIZATION = 0,
  PT_CHECK_KVM_USABLE,
  PT_CHECK_IOMMU_ACTIVE,
  PT_CHECK_INTERRUPT_REMAPPING,
  PT_CHECK_TWO_GPUS,
  PT_CHECK_GUEST_GPU_ISOLATED,
  PT_CHECK_GUEST_GPU_UEFI_ROM,
  PT_CHECK_GUEST_GPU_RESET,
  PT_CHECK_ID_COLLISION,
  PT_CHECK_BOOT_FRAMEBUFFER,
  PT_CHECK_HOST_DISPLAY,
  PT_CHECK_FIRMWARE_UEFI,
  PT_CHECK_SECURE_BOOT,
  PT_CHECK_BOOT_LOADER,
  PT_CHECK_INITRAMFS,
  PT_CHECK_DRIFT,
  PT_CHECK_VFIO_AVAILABLE,
  PT_CHECK_MEMORY,
  PT_CHECK_CPU_LAYOUT,
  PT_CHECK_LIBVIRT,
  PT_CHECK_GUEST_FIRMWARE,
  PT_CHECK_TPM,
  PT_CHECK_SHARED_MEMORY,
  PT_CHECK_STORAGE,
  PT_CHECK_USB_CONTROLLERS,
  PT_CHECK_LAST
} PtCheckId;

typedef enum {
  PT_CHECK_SECTION_PROCESSOR = 0, /* Processor and IOMMU */
  PT_CHECK_SECTION_GRAPHICS,
  PT_CHECK_SECTION_START_UP,
  PT_CHECK_SECTION_VIRTUALISATION,
  PT_CHECK_SECTION_STORAGE, /* Storage and input */
} PtCheckSection;

#define PT_TYPE_CHECK (pt_check_get_type ())
G_DECLARE_FINAL_TYPE (PtCheck, pt_check, PT, CHECK, GObject)

PtCheckId pt_check_get_id (PtCheck *self);
/* `iommu-active` */
const char    *pt_check_get_name (PtCheck *self);
PtCheckSection pt_check_get_section (PtCheck *self);
PtStatus       pt_check_get_status (PtCheck *self);
/* What was read and where, one finding a line. Never NULL. */
const char *pt_check_get_evidence (PtCheck *self);
/* Key of a fix in the word catalogue (`fix-enable-iommu-firmware`), or NULL. */
const char *pt_check_get_fix (PtCheck *self);

/* FALSE for a check that often cannot be answered from here (a ROM only root can read): unknown, it
 * does not lower the verdict. */
gboolean pt_check_needs_answer (PtCheck *self);

const char *pt_check_id_to_name (PtCheckId id);
const char *pt_status_to_nick (PtStatus status);

G_END_DECLS
