/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* The kernel parameters a choice needs: what is added, what of the user's changes. */

typedef struct _PtLoader PtLoader;

typedef struct
{
  gboolean   first_part; /* only turns the IOMMU on */
  GPtrArray *additions;  /* char * */
  GPtrArray *changes;    /* PtPlanChange * */
} PtParameters;

/* @devices: PtPlanDevice *. (transfer full) */
PtParameters *pt_parameters_new (PtLoader  *loader,
                                 GPtrArray *devices);
void          pt_parameters_free (PtParameters *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtParameters, pt_parameters_free)

G_END_DECLS
