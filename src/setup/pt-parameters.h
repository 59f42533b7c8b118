/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-boot-config.h"
#include "pt-plan.h"

G_BEGIN_DECLS

/* The kernel parameters a choice needs: what is added, what of the user's changes. */

typedef struct
{
  gboolean   first_part; /* only turns the IOMMU on */
  GPtrArray *additions;  /* char * */
  GPtrArray *changes;    /* PtPlanChange * */
} PtParameters;

/* @devices: PtPlanDevice *. @config (nullable): GRUB's settings, which receive the changes; without
 * it the running command line of @host says what is there already. NULL with @error when a
 * parameter of the user's cannot be edited. (transfer full) */
PtParameters *pt_parameters_new (PtHost       *host,
                                 GPtrArray    *devices,
                                 PtBootConfig *config,
                                 GError      **error);
void          pt_parameters_free (PtParameters *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtParameters, pt_parameters_free)

G_END_DECLS
