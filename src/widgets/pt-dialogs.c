/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-dialogs"

#include "config.h"

#include "pt-dialogs.h"

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"

typedef struct
{
  PtDialogFunc confirmed;
  gpointer     user_data;
  GtkWidget   *owner; /* weak */
} PtDialogAnswer;


static PtDialogAnswer *
pt_dialog_answer_new (GtkWidget   *owner,
                      PtDialogFunc confirmed,
                      gpointer     user_data)
{
  PtDialogAnswer *answer = g_new0 (PtDialogAnswer, 1);

  answer->confirmed = confirmed;
  answer->user_data = user_data;
  g_set_weak_pointer (&answer->owner, owner);
  return answer;
}


static void
pt_dialog_answer_free (gpointer data)
{
  PtDialogAnswer *answer = data;

  g_clear_weak_pointer (&answer->owner);
  g_free (answer);
}


static void
pt_dialog_answer_free_closure (gpointer  data,
                               GClosure *closure)
{
  pt_dialog_answer_free (data);
}


static gboolean
pt_dialog_confirmed_cb (gpointer user_data)
{
  PtDialogAnswer *answer = user_data;

  if (answer->owner != NULL)
    answer->confirmed (answer->user_data);
  return G_SOURCE_REMOVE;
}


/* The answer may destroy its owner and the dialog with it, which libadwaita does not survive in
 * the middle of a response: it comes after that. */
static void
pt_dialog_response_cb (AdwMessageDialog *dialog,
                       const char       *response,
                       PtDialogAnswer   *answer)
{
  if (!g_str_equal (response, "confirm") || answer->owner == NULL)
    return;
  g_idle_add_full (G_PRIORITY_DEFAULT, pt_dialog_confirmed_cb,
                   pt_dialog_answer_new (answer->owner, answer->confirmed, answer->user_data),
                   pt_dialog_answer_free);
}


static GtkWidget *
pt_dialog_create (GtkWidget  *owner,
                  const char *heading,
                  const char *body)
{
  GtkRoot   *root = gtk_widget_get_root (owner);
  GtkWindow *parent = GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), parent != NULL);
  return dialog;
}


GtkWidget *
pt_dialog_confirm (GtkWidget   *owner,
                   const char  *heading,
                   const char  *body,
                   const char  *action,
                   gboolean     destructive,
                   PtDialogFunc confirmed,
                   gpointer     user_data)
{
  GtkWidget            *dialog = NULL;
  PtDialogAnswer       *answer = NULL;
  AdwMessageDialog     *message = NULL;
  AdwResponseAppearance appearance = ADW_RESPONSE_DEFAULT;

  g_return_val_if_fail (GTK_IS_WIDGET (owner), NULL);
  g_return_val_if_fail (confirmed != NULL, NULL);

  dialog = pt_dialog_create (owner, heading, body);
  message = ADW_MESSAGE_DIALOG (dialog);
  answer = pt_dialog_answer_new (owner, confirmed, user_data);
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "confirm", action, NULL);
  appearance = destructive ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED;
  adw_message_dialog_set_response_appearance (message, "confirm", appearance);
  adw_message_dialog_set_close_response (message, "cancel");
  adw_message_dialog_set_default_response (message, destructive ? "cancel" : "confirm");
  g_signal_connect_data (dialog, "response", G_CALLBACK (pt_dialog_response_cb), answer,
                         pt_dialog_answer_free_closure, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}


static GtkWidget *
pt_dialog_create_details (const char *details)
{
  GtkWidget *label = gtk_label_new (details);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_widget_add_css_class (label, "pt-evidence");
  return label;
}


GtkWidget *
pt_dialog_tell (GtkWidget  *owner,
                const char *heading,
                const char *body,
                const char *details)
{
  GtkWidget *dialog = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (owner), NULL);

  pt_widgets_ensure_style (gtk_widget_get_display (owner));
  dialog = pt_dialog_create (owner, heading, body);
  if (details != NULL)
    adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog),
                                        pt_dialog_create_details (details));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}


GtkWidget *
pt_dialog_show_large (GtkWidget  *owner,
                      const char *heading,
                      const char *text)
{
  GtkWidget *window = NULL;
  GtkWidget *box = NULL;
  GtkWidget *label = NULL;
  GtkRoot   *root = NULL;

  g_return_val_if_fail (GTK_IS_WIDGET (owner), NULL);

  root = gtk_widget_get_root (owner);
  window = adw_window_new ();
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  label = gtk_label_new (text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "title-2");
  gtk_widget_add_css_class (label, "pt-large");
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), label);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), heading);
  gtk_window_set_default_size (GTK_WINDOW (window), 720, -1);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (root));
  gtk_window_present (GTK_WINDOW (window));
  return window;
}


void
pt_dialog_about (GtkWidget *owner)
{
  AdwAboutWindow *window = NULL;
  GtkWidget      *about = NULL;
  GtkRoot        *root = NULL;

  g_return_if_fail (GTK_IS_WIDGET (owner));

  root = gtk_widget_get_root (owner);
  about = adw_about_window_new ();
  window = ADW_ABOUT_WINDOW (about);
  adw_about_window_set_application_name (window, _ ("Passthru"));
  adw_about_window_set_application_icon (window, PT_APPLICATION_ID);
  adw_about_window_set_version (window, PT_VERSION);
  adw_about_window_set_developer_name (window, _ ("The Passthru authors"));
  adw_about_window_set_copyright (window, "© 2026 The Passthru authors");
  adw_about_window_set_comments (window, _ ("Windows games in a window of your desktop."));
  adw_about_window_set_license_type (window, GTK_LICENSE_GPL_3_0);
  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (about), GTK_WINDOW (root));
  gtk_window_set_modal (GTK_WINDOW (about), GTK_IS_WINDOW (root));
  gtk_window_present (GTK_WINDOW (about));
}
