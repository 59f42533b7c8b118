/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

G_BEGIN_DECLS

/* The rows of Status and Report: what is on record, and the checks as root sees them. Both only
 * read. */

GVariant *pt_helper_status_work (PtHelperJob  *job,
                                 GCancellable *cancellable,
                                 GError      **error);
GVariant *pt_helper_status_work_report (PtHelperJob  *job,
                                        GCancellable *cancellable,
                                        GError      **error);

G_END_DECLS
