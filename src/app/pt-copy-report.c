/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-copy-report"

#include "config.h"

#include "pt-copy-report.h"

#include <glib/gi18n-lib.h>

#include "pt-report.h"
#include "pt-work.h"


static gpointer
pt_copy_report_work (gpointer      data,
                     GCancellable *cancellable,
                     GError      **error)
{
  g_autoptr (PtHost) host = pt_host_scan (data, cancellable, error);
  g_autoptr (PtReport) report = host != NULL ? pt_report_new (host) : NULL;

  return report != NULL ? pt_report_to_text (report) : NULL;
}


static void
pt_copy_report_done_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  PtWindow *window = PT_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pt_work_finish (window, pt_copy_report, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      !gtk_widget_get_visible (GTK_WIDGET (window)))
    return;
  if (text == NULL)
    {
      g_message ("%s", error->message);
      pt_window_toast (window, _ ("The computer could not be looked at."));
      return;
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), text);
  pt_window_toast (window, _ ("The report is copied."));
}


void
pt_copy_report (PtWindow     *window,
                PtSysroot    *sysroot,
                GCancellable *cancellable)
{
  g_return_if_fail (PT_IS_WINDOW (window));
  g_return_if_fail (PT_IS_SYSROOT (sysroot));

  pt_work_run_async (window, pt_copy_report, pt_copy_report_work, g_object_ref (sysroot),
                     g_object_unref, g_free, cancellable, pt_copy_report_done_cb, NULL);
}
