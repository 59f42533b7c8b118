/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-diff-view"

#include "config.h"

#include "pt-diff-view.h"

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"

struct _PtDiffView
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *lines;
  char      *text;
};

G_DEFINE_FINAL_TYPE (PtDiffView, pt_diff_view, GTK_TYPE_WIDGET)

static const char *const line_classes[] = {
  [PT_DIFF_SAME] = NULL,
  [PT_DIFF_ADDED] = "added",
  [PT_DIFF_REMOVED] = "removed",
  [PT_DIFF_PLACE] = "place",
  [PT_DIFF_FILE] = "file",
};


PtDiffLine
pt_diff_line_classify (const char *line,
                       gboolean    in_body)
{
  g_return_val_if_fail (line != NULL, PT_DIFF_SAME);

  if (g_str_has_prefix (line, "@@"))
    return PT_DIFF_PLACE;
  if (!in_body && (g_str_has_prefix (line, "---") || g_str_has_prefix (line, "+++")))
    return PT_DIFF_FILE;
  if (*line == '+')
    return PT_DIFF_ADDED;
  return *line == '-' ? PT_DIFF_REMOVED : PT_DIFF_SAME;
}


static void
pt_diff_view_copy_cb (PtDiffView *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->text);
}


static void
pt_diff_view_dispose (GObject *object)
{
  PtDiffView *self = PT_DIFF_VIEW (object);

  g_clear_pointer (&self->overlay, gtk_widget_unparent);

  G_OBJECT_CLASS (pt_diff_view_parent_class)->dispose (object);
}


static void
pt_diff_view_finalize (GObject *object)
{
  PtDiffView *self = PT_DIFF_VIEW (object);

  g_free (self->text);

  G_OBJECT_CLASS (pt_diff_view_parent_class)->finalize (object);
}


static void
pt_diff_view_class_init (PtDiffViewClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_diff_view_dispose;
  object_class->finalize = pt_diff_view_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}


static GtkWidget *
pt_diff_view_create_copy (PtDiffView *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (button, 6);
  gtk_widget_set_margin_end (button, 6);
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, _ ("Copy"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (pt_diff_view_copy_cb), self,
                           G_CONNECT_SWAPPED);
  return button;
}


static void
pt_diff_view_init (PtDiffView *self)
{
  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  self->lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_margin_top (self->lines, 9);
  gtk_widget_set_margin_bottom (self->lines, 9);
  gtk_widget_add_css_class (self->lines, "pt-diff");
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->lines);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), pt_diff_view_create_copy (self));
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
}


static void
pt_diff_view_fill (PtDiffView *self)
{
  g_auto (GStrv) lines = g_strsplit (self->text, "\n", -1);
  gboolean in_body = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      PtDiffLine kind = pt_diff_line_classify (lines[i], in_body);
      GtkWidget *label = NULL;

      if (*lines[i] == '\0' && lines[i + 1] == NULL)
        break;
      in_body = in_body || kind == PT_DIFF_PLACE;
      label = gtk_label_new (lines[i]);
      gtk_label_set_xalign (GTK_LABEL (label), 0.0);
      /* No scrolling within scrolling: it would keep the wheel from the page, and hide the ends. */
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_widget_set_focusable (label, FALSE);
      if (line_classes[kind] != NULL)
        gtk_widget_add_css_class (label, line_classes[kind]);
      gtk_box_append (GTK_BOX (self->lines), label);
    }
}


GtkWidget *
pt_diff_view_new (const char *diff)
{
  PtDiffView *self = g_object_new (PT_TYPE_DIFF_VIEW, NULL);

  g_return_val_if_fail (diff != NULL, NULL);

  self->text = g_strdup (diff);
  pt_diff_view_fill (self);
  return GTK_WIDGET (self);
}
