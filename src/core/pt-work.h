/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The one way synchronous code becomes asynchronous here: a function runs in a worker thread and
 * yields one immutable result. Below the asynchronous edge everything is synchronous, takes a
 * GCancellable and reports a GError. */

/* Returns the result (owned by the caller), or NULL with @error set. */
typedef gpointer (*PtWorkFunc) (gpointer      data,
                                GCancellable *cancellable,
                                GError      **error);

/* @data is freed with @data_free after the work, in the thread of the caller's main context. @tag
 * is the public `_async` function, checked by pt_work_finish(). A result nobody takes is freed
 * with @result_free. */
void     pt_work_run_async (gpointer            source,
                            gpointer            tag,
                            PtWorkFunc          func,
                            gpointer            data,
                            GDestroyNotify      data_free,
                            GDestroyNotify      result_free,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data);
gpointer pt_work_finish (gpointer      source,
                         gpointer      tag,
                         GAsyncResult *result,
                         GError      **error);

G_END_DECLS
