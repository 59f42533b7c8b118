/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

G_BEGIN_DECLS

/* The row of Plan: what Apply would do, as root sees it. Reads only. */

gboolean  pt_helper_plan_parse (PtHelperJob *job, GVariant *parameters, GError **error);
GVariant *pt_helper_plan_describe (PtHelperJob *job, GCancellable *cancellable, GError **error);
GVariant *pt_helper_plan_work (PtHelperJob *job, GCancellable *cancellable, GError **error);

G_END_DECLS
