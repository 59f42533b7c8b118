/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* The text to paste where Passthru cannot change the boot itself, translated. @parameters:
 * whole tokens. @changes: PtPlanChange *. @spoiler (nullable): the file that would drop what we
 * add. @obstacle (nullable): why the initramfs cannot be extended, translated. (transfer full) */
char *pt_manual_text (PtHost            *host,
                      const char *const *parameters,
                      GPtrArray         *changes,
                      const char        *spoiler,
                      const char        *obstacle);
/* Why nothing can be done while an id of the user's own, in modprobe.d file @file or (NULL) on the
 * command line, names @device. (transfer full) */
char *pt_manual_own_ids (const char *file,
                         PtDevice   *device);

G_END_DECLS
