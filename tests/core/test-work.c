/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-work"

#include "config.h"

#include "pt-work.h"

#include "pt-test.h"

typedef struct
{
  int      behaviour; /* 0 result, 1 error, 2 nothing, 3 waits to be cancelled */
  GThread *worker;
  GThread *freed_in;
  guint    freed;
} TestWork;

static int test_work_results_freed;


static gpointer
test_work_func (gpointer      data,
                GCancellable *cancellable,
                GError      **error)
{
  TestWork *work = data;

  work->worker = g_thread_self ();
  if (work->behaviour == 1)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "busy");
  if (work->behaviour == 3)
    {
      GPollFD fd = { 0 };

      g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
      g_poll (&fd, 1, 10000);
      g_cancellable_release_fd (cancellable);
      g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  return work->behaviour == 0 ? g_strdup ("result") : NULL;
}


static void
test_work_data_free (gpointer data)
{
  TestWork *work = data;

  work->freed++;
  work->freed_in = g_thread_self ();
}


static void
test_work_result_free (gpointer data)
{
  g_atomic_int_inc (&test_work_results_freed);
  g_free (data);
}


static char *
test_work_run (TestWork     *work,
               GCancellable *cancellable,
               GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pt_work_run_async (NULL, test_work_run, test_work_func, work, test_work_data_free,
                     test_work_result_free, cancellable, pt_test_result_cb, &result);
  g_assert_null (result);
  pt_test_await_pointer (&result, 10);
  g_assert_cmpuint (work->freed, ==, 1);
  g_assert_true (work->freed_in == g_thread_self ());
  return pt_work_finish (NULL, test_work_run, result, error);
}


static void
test_work_result (void)
{
  TestWork work = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = test_work_run (&work, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "result");
  g_assert_true (work.worker != g_thread_self ());
}


static void
test_work_errors (void)
{
  TestWork failing = { .behaviour = 1 };
  TestWork empty = { .behaviour = 2 };
  g_autoptr (GError) error = NULL;

  g_assert_null (test_work_run (&failing, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_null (test_work_run (&empty, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}


static gboolean
test_work_cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}


static void
test_work_cancel (void)
{
  TestWork work = { .behaviour = 3 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_idle_add (test_work_cancel_cb, cancellable);
  g_assert_null (test_work_run (&work, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}


/* Nobody takes the result: it is freed all the same. */
static void
test_work_abandoned (void)
{
  TestWork work = { 0 };
  int      before = g_atomic_int_get (&test_work_results_freed);

  pt_work_run_async (NULL, test_work_run, test_work_func, &work, test_work_data_free,
                     test_work_result_free, NULL, NULL, NULL);
  while (g_atomic_int_get (&test_work_results_freed) == before)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (work.freed, ==, 1);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/core/work/result", test_work_result);
  g_test_add_func ("/core/work/errors", test_work_errors);
  g_test_add_func ("/core/work/cancel", test_work_cancel);
  g_test_add_func ("/core/work/abandoned", test_work_abandoned);
  return g_test_run ();
}
