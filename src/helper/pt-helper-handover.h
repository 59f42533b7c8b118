/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

G_BEGIN_DECLS

/* The rows of Bind and Release (pt-handover.h): what they take, ask and do. */

gboolean  pt_helper_handover_parse (PtHelperJob *job, GVariant *parameters, GError **error);
GVariant *pt_helper_handover_describe_bind (PtHelperJob  *job,
                                            GCancellable *cancellable,
                                            GError      **error);
GVariant *pt_helper_handover_describe_release (PtHelperJob  *job,
                                               GCancellable *cancellable,
                                               GError      **error);
GVariant *pt_helper_handover_work_bind (PtHelperJob  *job,
                                        GCancellable *cancellable,
                                        GError      **error);
GVariant *pt_helper_handover_work_release (PtHelperJob  *job,
                                           GCancellable *cancellable,
                                           GError      **error);

G_END_DECLS
