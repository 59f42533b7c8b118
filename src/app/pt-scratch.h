/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* PtScratch: a temporary folder that is gone, with all it holds, when this is freed. */
typedef struct _PtScratch PtScratch;

PtScratch  *pt_scratch_new (GError **error);
const char *pt_scratch_get_path (PtScratch *self);
void        pt_scratch_free (PtScratch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtScratch, pt_scratch_free)

G_END_DECLS
