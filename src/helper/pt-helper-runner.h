/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-options.h"

G_BEGIN_DECLS

/**
 * PtHelperRunner:
 *
 * The life of a serving helper: connection, name, idle time, leaving. It leaves when idle, on
 * SIGTERM or when the connection closes; always after the change under way is done.
 */
#define PT_TYPE_HELPER_RUNNER (pt_helper_runner_get_type ())
G_DECLARE_FINAL_TYPE (PtHelperRunner, pt_helper_runner, PT, HELPER_RUNNER, GObject)

/* @options: a PT_HELPER_SERVE, must outlive the runner. (transfer full) */
PtHelperRunner *pt_helper_runner_new (const PtHelperOptions *options);
/* Serves on the thread's default main context until it is time to leave. FALSE with @error if
 * it could not begin, because another helper has the name for instance. */
gboolean pt_helper_runner_run (PtHelperRunner *self,
                               GError        **error);

G_END_DECLS
