/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asks logind to restart this computer. */
void     pt_restart_call_async (gpointer            source_object,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean pt_restart_call_finish (GAsyncResult *result,
                                 GError      **error);

G_END_DECLS
