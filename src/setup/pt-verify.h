/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* After a restart, or at any time: does the host look as the recorded intent says? Looks and
 * changes nothing; only where a driver is the wrong one it takes long, since the initramfs is
 * looked into then. */

typedef enum {
  PT_VERIFY_OK = 0,
  PT_VERIFY_NOT_RESTARTED,  /* still the boot in which it was applied */
  PT_VERIFY_NO_PARAMETERS,  /* not on the command line, and why cannot be told */
  PT_VERIFY_WRONG_ENTRY,    /* the settings have them: another entry booted, or another loader */
  PT_VERIFY_SETTINGS_LOST,  /* somebody took them out of the settings of the boot loader */
  PT_VERIFY_WRONG_DRIVER,   /* parameters there, a function is not on vfio-pci */
  PT_VERIFY_OLD_IMAGE,      /* the same, and our part is missing in the initramfs that started */
  PT_VERIFY_DEVICE_MOVED,   /* another device, or none, sits at a recorded address */
  PT_VERIFY_STRANGER_BOUND, /* a device that was not asked for is on vfio-pci by our doing */
  PT_VERIFY_GROUP_CHANGED,  /* bound, but a device that was not chosen is in the group now */
  PT_VERIFY_FRAMEBUFFER,    /* bound, but the firmware's picture still lies in its memory */
  PT_VERIFY_NEXT_PART,      /* first part in force (the IOMMU is on): apply the plan once more */
  PT_VERIFY_IOMMU_OFF,      /* the IOMMU is off although it was, or was asked to be, on */
  PT_VERIFY_LAST
} PtVerifyResult;

typedef struct
{
  PtAddress      address;
  char          *id;     /* found there, or NULL */
  char          *driver; /* or NULL */
  PtVerifyResult result;
} PtVerifyRow;

#define PT_TYPE_VERIFICATION (pt_verification_get_type ())
G_DECLARE_FINAL_TYPE (PtVerification, pt_verification, PT, VERIFICATION, GObject)

/* @plan: made on @host, after the restart, for the intent that pt_engine_status() gave; that
 * one knows which devices were at the addresses then. @applied_boot_id (nullable): boot id at
 * apply. (transfer full) */
PtVerification *pt_verify (PtHost     *host,
                           PtPlan     *plan,
                           const char *applied_boot_id);
PtVerifyResult  pt_verification_get_result (PtVerification *self);
/* PtVerifyRow *, one per function. (transfer none) */
GPtrArray *pt_verification_get_rows (PtVerification *self);
/* The one cause and what to do, translated, whole sentences. Never NULL. */
const char *pt_verification_get_message (PtVerification *self);
/* `ok`, `wrong-entry`, … Static. */
const char *pt_verify_result_to_nick (PtVerifyResult result);
/* The message and a line for each row, for a terminal. (transfer full) */
char *pt_verification_to_text (PtVerification *self);

G_END_DECLS
