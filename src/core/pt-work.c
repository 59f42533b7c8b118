/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-work"

#include "config.h"

#include "pt-work.h"

typedef struct
{
  PtWorkFunc          func;
  gpointer            data;
  GDestroyNotify      data_free;
  GDestroyNotify      result_free;
  GAsyncReadyCallback callback;
  gpointer            user_data;
} PtWork;


static void
pt_work_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  PtWork *work = task_data;
  g_autoptr (GError) error = NULL;
  gpointer result = work->func (work->data, cancellable, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, work->result_free);
  else if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "the work gave no result");
}


/* The task may be finalized in the worker, so what the caller gave is freed here, in the caller's
 * context. */
static void
pt_work_done_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  PtWork *work = user_data;

  if (work->data_free != NULL)
    work->data_free (work->data);
  if (work->callback != NULL)
    work->callback (source, result, work->user_data);
  g_free (work);
}


void
pt_work_run_async (gpointer            source,
                   gpointer            tag,
                   PtWorkFunc          func,
                   gpointer            data,
                   GDestroyNotify      data_free,
                   GDestroyNotify      result_free,
                   GCancellable       *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  PtWork *work = NULL;

  g_return_if_fail (source == NULL || G_IS_OBJECT (source));
  g_return_if_fail (func != NULL);

  work = g_new0 (PtWork, 1);
  *work = (PtWork){ func, data, data_free, result_free, callback, user_data };
  task = g_task_new (source, cancellable, pt_work_done_cb, work);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, work, NULL);
  g_task_run_in_thread (task, pt_work_thread);
}


gpointer
pt_work_finish (gpointer      source,
                gpointer      tag,
                GAsyncResult *result,
                GError      **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == tag, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
