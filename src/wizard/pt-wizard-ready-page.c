/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-ready-page"

#include "config.h"

#include "pt-wizard-ready-page.h"

#include <glib/gi18n-lib.h>

#include "pt-host-words.h"
#include "pt-rescue-words.h"

struct _PtWizardReadyPage
{
  PtWizardPage parent_instance;

  GtkLabel *name;
  GtkLabel *summary;
  GtkLabel *next;

  GtkWidget *rescue;
  GtkLabel  *rescue_words;
  GtkLabel  *rescue_command;
};

G_DEFINE_FINAL_TYPE (PtWizardReadyPage, pt_wizard_ready_page, PT_TYPE_WIZARD_PAGE)


char *
pt_ready_summary (const PtMachineSpec *spec)
{
  GString         *summary = NULL;
  g_autofree char *memory = NULL;
  g_autofree char *disk = NULL;

  g_return_val_if_fail (spec != NULL, NULL);

  summary = g_string_new (NULL);
  memory = pt_host_words_size (spec->memory);
  disk = pt_host_words_size (spec->disk_size);
  g_string_append_printf (summary, ngettext ("%u core", "%u cores", spec->cores), spec->cores);
  /* Translators: %s is an amount such as "8 GiB". */
  g_string_append_printf (summary, _ (" · %s memory"), memory);
  if (spec->disk != NULL)
    /* Translators: %s is an amount such as "100 GiB". */
    g_string_append_printf (summary, _ (" · %s disk"), disk);
  return g_string_free (summary, FALSE);
}


static void
pt_wizard_ready_page_update (PtWizardPage *page)
{
  PtWizardReadyPage   *self = PT_WIZARD_READY_PAGE (page);
  PtWizardState       *state = pt_wizard_page_get_state (page);
  const char          *name = pt_wizard_state_get_machine (state);
  const PtMachineSpec *spec = pt_wizard_state_get_spec (state);
  g_autofree char     *command = pt_rescue_command (pt_wizard_state_get_sysroot (state));
  g_autofree char     *summary = spec != NULL ? pt_ready_summary (spec) : NULL;

  gtk_label_set_label (self->name, name != NULL ? name : "");
  gtk_label_set_label (self->summary, summary != NULL ? summary : "");
  gtk_widget_set_visible (GTK_WIDGET (self->summary), summary != NULL);
  gtk_label_set_label (self->next,
                       pt_wizard_state_is_rehearsal (state)
                         ? _ ("Start it and its picture appears in a window. The test card comes "
                              "the same way as the picture of a real machine.")
                         : _ ("Start it and its picture appears in a window of this desktop."));
  gtk_widget_set_visible (self->rescue, pt_wizard_state_get_setup (state) != PT_SETUP_NONE);
  gtk_label_set_label (self->rescue_words, pt_rescue_later_words ());
  gtk_label_set_label (self->rescue_command, command);
  pt_wizard_page_set_forward (page, NULL, name != NULL);
}


static gboolean
pt_wizard_ready_page_forward (PtWizardPage *page)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "wizard.finish", "b", TRUE);
  return FALSE;
}


static void
pt_wizard_ready_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_READY_PAGE);

  G_OBJECT_CLASS (pt_wizard_ready_page_parent_class)->dispose (object);
}


static void
pt_wizard_ready_page_class_init (PtWizardReadyPageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->dispose = pt_wizard_ready_page_dispose;
  page_class->update = pt_wizard_ready_page_update;
  page_class->forward = pt_wizard_ready_page_forward;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-ready-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardReadyPage, name);
  gtk_widget_class_bind_template_child (widget_class, PtWizardReadyPage, summary);
  gtk_widget_class_bind_template_child (widget_class, PtWizardReadyPage, next);
  gtk_widget_class_bind_template_child (widget_class, PtWizardReadyPage, rescue);
  gtk_widget_class_bind_template_child (widget_class, PtWizardReadyPage, rescue_words);
  gtk_widget_class_bind_template_child (widget_class, PtWizardReadyPage, rescue_command);
}


static void
pt_wizard_ready_page_init (PtWizardReadyPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
