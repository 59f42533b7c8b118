/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-welcome-page"

#include "config.h"

#include "pt-wizard-welcome-page.h"

#include <glib/gi18n-lib.h>

#include "pt-welcome-picture.h"

struct _PtWizardWelcomePage
{
  PtWizardPage parent_instance;

  GtkLabel  *body;
  GtkButton *begin;
  GtkWidget *rehearse;
};

G_DEFINE_FINAL_TYPE (PtWizardWelcomePage, pt_wizard_welcome_page, PT_TYPE_WIZARD_PAGE)


static void
pt_wizard_welcome_page_constructed (GObject *object)
{
  PtWizardWelcomePage *self = PT_WIZARD_WELCOME_PAGE (object);
  PtWizardState       *state = NULL;
  gboolean             rehearsal = FALSE;

  G_OBJECT_CLASS (pt_wizard_welcome_page_parent_class)->constructed (object);

  state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  rehearsal = pt_wizard_state_is_rehearsal (state);
  gtk_widget_set_visible (self->rehearse, !rehearsal);
  gtk_button_set_label (self->begin,
                        rehearsal ? _ ("Set up the sample computer") : _ ("Set up this computer"));
  if (rehearsal)
    gtk_label_set_label (self->body,
                         _ ("This is the whole way on a recorded computer, with the same pages "
                            "and the same tools. At the end a small test machine runs in a "
                            "window; your own computer stays as it is."));
  else
    gtk_label_set_label (self->body,
                         _ ("Passthru gives one of your graphics cards to a Windows machine and "
                            "shows its picture in a window of this desktop. You see every change "
                            "before it is made, and everything can be undone."));
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), NULL, TRUE);
}


static void
pt_wizard_welcome_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_WELCOME_PAGE);

  G_OBJECT_CLASS (pt_wizard_welcome_page_parent_class)->dispose (object);
}


static void
pt_wizard_welcome_page_class_init (PtWizardWelcomePageClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = pt_wizard_welcome_page_constructed;
  object_class->dispose = pt_wizard_welcome_page_dispose;

  g_type_ensure (PT_TYPE_WELCOME_PICTURE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-welcome-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardWelcomePage, body);
  gtk_widget_class_bind_template_child (widget_class, PtWizardWelcomePage, begin);
  gtk_widget_class_bind_template_child (widget_class, PtWizardWelcomePage, rehearse);
}


static void
pt_wizard_welcome_page_init (PtWizardWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
