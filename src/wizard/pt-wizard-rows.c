/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-rows"

#include "config.h"

#include "pt-wizard-rows.h"

#include <glib/gi18n-lib.h>


void
pt_row_set_words (GtkWidget  *row,
                  const char *title,
                  const char *subtitle)
{
  g_return_if_fail (ADW_IS_PREFERENCES_ROW (row));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (ADW_IS_EXPANDER_ROW (row))
    adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), subtitle != NULL ? subtitle : "");
  else if (ADW_IS_ACTION_ROW (row))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle != NULL ? subtitle : "");
}


static GtkWidget *
pt_row_create_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}


static GtkWidget *
pt_row_create (const char *title,
               GtkWidget  *header_end,
               GtkWidget  *content)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *heading = pt_row_create_label (title);

  pt_row_set_words (row, title, NULL);
  gtk_widget_add_css_class (heading, "caption-heading");
  gtk_widget_add_css_class (heading, "dim-label");
  gtk_widget_set_hexpand (heading, TRUE);
  gtk_box_append (GTK_BOX (header), heading);
  if (header_end != NULL)
    gtk_box_append (GTK_BOX (header), header_end);
  gtk_widget_set_margin_start (box, 15);
  gtk_widget_set_margin_end (box, 15);
  gtk_widget_set_margin_top (box, 10);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), content);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}


GtkWidget *
pt_row_new_text (const char *title,
                 const char *text)
{
  GtkWidget *label = NULL;

  g_return_val_if_fail (title != NULL && text != NULL, NULL);

  label = pt_row_create_label (text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  return pt_row_create (title, NULL, label);
}


GtkWidget *
pt_row_new_picture (const char *title,
                    GtkWidget  *picture)
{
  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (GTK_IS_WIDGET (picture), NULL);

  return pt_row_create (title, NULL, picture);
}


static void
pt_row_copy_cb (GtkWidget *button,
                GtkLabel  *label)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), gtk_label_get_text (label));
}


GtkWidget *
pt_row_new_evidence (const char *title,
                     const char *text)
{
  GtkWidget       *label = NULL;
  GtkWidget       *copy = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (title != NULL && text != NULL, NULL);

  label = pt_row_create_label (text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "pt-evidence");
  copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_button_set_has_frame (GTK_BUTTON (copy), FALSE);
  gtk_widget_set_tooltip_text (copy, _ ("Copy"));
  /* Translators: %s is the heading of a text, such as “What was read”. */
  name = g_strdup_printf (_ ("Copy: %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (pt_row_copy_cb), label, 0);
  return pt_row_create (title, copy, label);
}


PtStatusKind
pt_status_kind (PtStatus status)
{
  switch (status)
    {
    case PT_STATUS_PASS: return PT_STATUS_KIND_PASS;
    case PT_STATUS_WARN: return PT_STATUS_KIND_WARN;
    case PT_STATUS_FAIL: return PT_STATUS_KIND_FAIL;
    case PT_STATUS_UNKNOWN: return PT_STATUS_KIND_UNKNOWN;
    default: g_return_val_if_reached (PT_STATUS_KIND_UNKNOWN);
    }
}


PtStatusKind
pt_verdict_kind (PtVerdict verdict)
{
  switch (verdict)
    {
    case PT_VERDICT_READY: return PT_STATUS_KIND_PASS;
    case PT_VERDICT_CARE: return PT_STATUS_KIND_WARN;
    case PT_VERDICT_NOT_YET: return PT_STATUS_KIND_FAIL;
    default: g_return_val_if_reached (PT_STATUS_KIND_UNKNOWN);
    }
}
