/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"

G_BEGIN_DECLS

/* A switch in the setup of a motherboard's firmware. */
typedef enum {
  PT_FIRMWARE_OPTION_VIRTUALIZATION = 0, /* SVM, VT-x */
  PT_FIRMWARE_OPTION_IOMMU,              /* AMD-Vi, VT-d */
  PT_FIRMWARE_OPTION_ABOVE_4G,           /* Above 4G decoding */
  PT_FIRMWARE_OPTION_RESIZABLE_BAR,
  PT_FIRMWARE_OPTION_PRIMARY_DISPLAY, /* the card the firmware draws on */
  PT_FIRMWARE_OPTION_CSM,             /* the old way to start */
  PT_FIRMWARE_OPTION_ACS,             /* finer groups */
  PT_FIRMWARE_OPTION_LAST
} PtFirmwareOption;

/* What to do about @option in the firmware setup of @host, one sentence to follow others. Names of
 * switches and menus are those of the board's maker and the processor where known, in English as
 * firmware is; where not, what most call it and no menu. (transfer full) */
char *pt_words_firmware_hint (PtHost          *host,
                              PtFirmwareOption option);

G_END_DECLS
