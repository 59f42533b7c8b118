/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

G_BEGIN_DECLS

/* The rows of Apply and Undo. */

gboolean  pt_helper_setup_parse_apply (PtHelperJob *job,
                                       GVariant    *parameters,
                                       GError     **error);
GVariant *pt_helper_setup_describe_apply (PtHelperJob  *job,
                                          GCancellable *cancellable,
                                          GError      **error);
GVariant *pt_helper_setup_work_apply (PtHelperJob  *job,
                                      GCancellable *cancellable,
                                      GError      **error);
GVariant *pt_helper_setup_describe_undo (PtHelperJob  *job,
                                         GCancellable *cancellable,
                                         GError      **error);
GVariant *pt_helper_setup_work_undo (PtHelperJob  *job,
                                     GCancellable *cancellable,
                                     GError      **error);

G_END_DECLS
