/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-status-icon"

#include "config.h"

#include "pt-status-icon.h"

#include "pt-widgets.h"

struct _PtStatusIcon
{
  GtkWidget parent_instance;

  GtkWidget   *image;
  GtkWidget   *spinner;
  PtStatusKind kind;
};

G_DEFINE_FINAL_TYPE (PtStatusIcon, pt_status_icon, GTK_TYPE_WIDGET)

typedef struct
{
  const char *icon;
  const char *css_class;
} PtStatusLook;

static const PtStatusLook looks[] = {
  [PT_STATUS_KIND_PENDING] = { "content-loading-symbolic", "dim-label" },
  [PT_STATUS_KIND_BUSY] = { NULL, "accent" },
  [PT_STATUS_KIND_PASS] = { "emblem-ok-symbolic", "success" },
  [PT_STATUS_KIND_WARN] = { "dialog-warning-symbolic", "warning" },
  [PT_STATUS_KIND_FAIL] = { "dialog-error-symbolic", "error" },
  [PT_STATUS_KIND_UNKNOWN] = { "dialog-question-symbolic", "dim-label" },
  [PT_STATUS_KIND_UNDONE] = { "edit-undo-symbolic", "dim-label" },
};


static void
pt_status_icon_dispose (GObject *object)
{
  PtStatusIcon *self = PT_STATUS_ICON (object);

  g_clear_pointer (&self->image, gtk_widget_unparent);
  g_clear_pointer (&self->spinner, gtk_widget_unparent);

  G_OBJECT_CLASS (pt_status_icon_parent_class)->dispose (object);
}


static void
pt_status_icon_class_init (PtStatusIconClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_status_icon_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}


static void
pt_status_icon_init (PtStatusIcon *self)
{
  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  self->image = gtk_image_new ();
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  gtk_widget_set_parent (self->spinner, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  pt_status_icon_set (self, PT_STATUS_KIND_PENDING, "");
}


GtkWidget *
pt_status_icon_new (PtStatusKind kind,
                    const char  *text)
{
  PtStatusIcon *self = g_object_new (PT_TYPE_STATUS_ICON, NULL);

  pt_status_icon_set (self, kind, text);
  return GTK_WIDGET (self);
}


void
pt_status_icon_set (PtStatusIcon *self,
                    PtStatusKind  kind,
                    const char   *text)
{
  gboolean busy = kind == PT_STATUS_KIND_BUSY;

  g_return_if_fail (PT_IS_STATUS_ICON (self));
  g_return_if_fail (kind < G_N_ELEMENTS (looks));

  gtk_widget_remove_css_class (GTK_WIDGET (self), looks[self->kind].css_class);
  self->kind = kind;
  gtk_widget_add_css_class (GTK_WIDGET (self), looks[kind].css_class);
  gtk_widget_set_visible (self->image, !busy);
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), looks[kind].icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}


PtStatusKind
pt_status_icon_get_kind (PtStatusIcon *self)
{
  g_return_val_if_fail (PT_IS_STATUS_ICON (self), PT_STATUS_KIND_UNKNOWN);

  return self->kind;
}


void
pt_status_icon_set_pixel_size (PtStatusIcon *self,
                               int           size)
{
  g_return_if_fail (PT_IS_STATUS_ICON (self));

  gtk_image_set_pixel_size (GTK_IMAGE (self->image), size);
  gtk_widget_set_size_request (self->spinner, size, size);
}
