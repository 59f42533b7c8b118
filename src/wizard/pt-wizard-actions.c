/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-actions"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-dialogs.h"
#include "pt-groups-window.h"
#include "pt-recorder.h"
#include "pt-wizard-private.h"
#include "pt-work.h"

typedef struct
{
  PtSysroot *sysroot;
  GFile     *file;
} PtSaveInput;


static void
pt_wizard_forward_action (GtkWidget  *widget,
                          const char *name,
                          GVariant   *parameter)
{
  PtWizard *self = PT_WIZARD (widget);
  PtPageId  before = self->current;

  if (self->loading || !pt_wizard_page_get_can_go_forward (self->pages[before]))
    return;
  if (pt_wizard_page_forward (self->pages[before]) && before + 1 < PT_PAGE_LAST)
    pt_wizard_show_page (self, before + 1);
}


static void
pt_wizard_back_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  PtWizard *self = PT_WIZARD (widget);

  if (self->current > PT_PAGE_WELCOME)
    pt_wizard_show_page (self, self->current - 1);
}


static void
pt_wizard_go_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  PtPageId id = PT_PAGE_WELCOME;

  if (pt_page_id_from_name (g_variant_get_string (parameter, NULL), &id))
    pt_wizard_show_page (PT_WIZARD (widget), id);
}


static void
pt_wizard_undo_confirmed (gpointer user_data)
{
  PtWizard *self = PT_WIZARD (user_data);

  if (self->state == NULL || !pt_wizard_page_get_can_go_back (self->pages[self->current]))
    return;
  pt_wizard_state_set_request (self->state, PT_REQUEST_UNDO);
  pt_wizard_show_page (self, PT_PAGE_APPLY);
}


static void
pt_wizard_undo_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  pt_dialog_confirm (widget, _ ("Undo everything?"),
                     _ ("Every file Passthru changed gets back what it held before, byte for "
                        "byte. Machines and their disks stay."),
                     _ ("_Undo Everything"), TRUE, pt_wizard_undo_confirmed, widget);
}


static void
pt_wizard_reset_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (PtWizard) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_wizard_state_rehearse_finish (PT_WIZARD_STATE (source), result, &error))
    pt_wizard_show_page (self, PT_PAGE_WELCOME);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pt_wizard_load (self);
      pt_dialog_tell (GTK_WIDGET (self), _ ("The rehearsal could not start over"),
                      _ ("The sample computer is as it was."), error->message);
    }
}


static void
pt_wizard_reset_confirmed (gpointer user_data)
{
  PtWizard *self = PT_WIZARD (user_data);

  if (self->state == NULL)
    return;
  pt_wizard_page_leave (self->pages[self->current]);
  self->loading = TRUE;
  gtk_spinner_start (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  pt_wizard_state_rehearse_async (self->state, TRUE, self->cancellable, pt_wizard_reset_cb,
                                  g_object_ref (self));
}


static void
pt_wizard_reset_action (GtkWidget  *widget,
                        const char *name,
                        GVariant   *parameter)
{
  pt_dialog_confirm (widget, _ ("Start the rehearsal over?"),
                     _ ("The sample computer becomes as it was at first. The test machine stays "
                        "until you remove it."),
                     _ ("_Start Over"), FALSE, pt_wizard_reset_confirmed, widget);
}


static void
pt_wizard_rehearse_action (GtkWidget  *widget,
                           const char *name,
                           GVariant   *parameter)
{
  pt_wizard_ask_rehearsal (PT_WIZARD (widget));
}


/* NULL: no machine was made here; the application shows what there is. */
static void
pt_wizard_use_existing_action (GtkWidget  *widget,
                               const char *name,
                               GVariant   *parameter)
{
  pt_wizard_finish (PT_WIZARD (widget), NULL, FALSE);
}


static void
pt_wizard_finish_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  PtWizard        *self = PT_WIZARD (widget);
  g_autofree char *machine = g_strdup (pt_wizard_state_get_machine (self->state));

  pt_wizard_finish (self, machine, g_variant_get_boolean (parameter));
}


static void
pt_wizard_copy_report_action (GtkWidget  *widget,
                              const char *name,
                              GVariant   *parameter)
{
  PtWizard        *self = PT_WIZARD (widget);
  PtReport        *report = pt_wizard_state_get_report (self->state);
  g_autofree char *text = report != NULL ? pt_report_to_text (report) : NULL;

  if (text == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  pt_wizard_toast (self, _ ("The report is copied."));
}


static void
pt_wizard_groups_action (GtkWidget  *widget,
                         const char *name,
                         GVariant   *parameter)
{
  PtWizard *self = PT_WIZARD (widget);

  gtk_window_present (GTK_WINDOW (
    pt_groups_window_new (GTK_WINDOW (self), pt_wizard_state_get_sysroot (self->state))));
}


static void
pt_save_input_free (PtSaveInput *input)
{
  g_object_unref (input->sysroot);
  g_object_unref (input->file);
  g_free (input);
}


static gpointer
pt_save_work (gpointer      data,
              GCancellable *cancellable,
              GError      **error)
{
  PtSaveInput     *input = data;
  g_autofree char *text = pt_recorder_record (input->sysroot, "recorded by Passthru", cancellable,
                                              error);

  if (text == NULL)
    return NULL;
  if (!g_file_replace_contents (input->file, text, strlen (text), NULL, FALSE,
                                G_FILE_CREATE_REPLACE_DESTINATION, NULL, cancellable, error))
    return NULL;
  return g_object_ref (input->file);
}


static void
pt_wizard_saved_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  PtWizard *self = PT_WIZARD (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = pt_work_finish (self, pt_wizard_saved_cb, result, &error);

  if (file != NULL)
    pt_wizard_toast (self, _ ("The recording is saved. It holds nothing private."));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pt_dialog_tell (GTK_WIDGET (self), _ ("The recording could not be saved"),
                    _ ("Choose another place and try again."), error->message);
}


static void
pt_wizard_save_chosen_cb (PtWizard *self,
                          int       response)
{
  PtSaveInput *input = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      input = g_new0 (PtSaveInput, 1);
      input->sysroot = g_object_ref (pt_wizard_state_get_sysroot (self->state));
      input->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
      pt_work_run_async (self, pt_wizard_saved_cb, pt_save_work, input,
                         (GDestroyNotify)pt_save_input_free,
                         g_object_unref, self->cancellable, pt_wizard_saved_cb, NULL);
    }
  g_clear_object (&self->chooser);
}


static void
pt_wizard_save_recording_action (GtkWidget  *widget,
                                 const char *name,
                                 GVariant   *parameter)
{
  PtWizard *self = PT_WIZARD (widget);

  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_ ("Save a Recording of This Computer"),
                                               GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "computer.host");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (pt_wizard_save_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}


static void
pt_wizard_about_action (GtkWidget  *widget,
                        const char *name,
                        GVariant   *parameter)
{
  pt_dialog_about (widget);
}


void
pt_wizard_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "wizard.forward", NULL, pt_wizard_forward_action);
  gtk_widget_class_install_action (widget_class, "wizard.back", NULL, pt_wizard_back_action);
  gtk_widget_class_install_action (widget_class, "wizard.go", "s", pt_wizard_go_action);
  gtk_widget_class_install_action (widget_class, "wizard.undo", NULL, pt_wizard_undo_action);
  gtk_widget_class_install_action (widget_class, "wizard.reset", NULL, pt_wizard_reset_action);
  gtk_widget_class_install_action (widget_class, "wizard.rehearse", NULL,
                                   pt_wizard_rehearse_action);
  gtk_widget_class_install_action (widget_class, "wizard.use-existing", NULL,
                                   pt_wizard_use_existing_action);
  gtk_widget_class_install_action (widget_class, "wizard.finish", "b", pt_wizard_finish_action);
  gtk_widget_class_install_action (widget_class, "wizard.groups", NULL, pt_wizard_groups_action);
  gtk_widget_class_install_action (widget_class, "wizard.copy-report", NULL,
                                   pt_wizard_copy_report_action);
  gtk_widget_class_install_action (widget_class, "wizard.save-recording", NULL,
                                   pt_wizard_save_recording_action);
  gtk_widget_class_install_action (widget_class, "wizard.about", NULL, pt_wizard_about_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "wizard.back",
                                       NULL);
}
