/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-card-page"

#include "config.h"

#include "pt-wizard-card-page.h"

#include <glib/gi18n-lib.h>

#include "pt-card-diagram.h"
#include "pt-host-words.h"
#include "pt-widgets.h"
#include "pt-wizard-rows.h"

struct _PtWizardCardPage
{
  PtWizardPage parent_instance;

  GtkLabel       *introduction;
  GtkListBox     *cards;
  GtkWidget      *along;
  GtkLabel       *along_heading;
  GtkLabel       *explanation;
  PtGroupDiagram *diagram;

  PtHost      *shown; /* whose cards are on show */
  PtSetupState shown_setup;
};

G_DEFINE_FINAL_TYPE (PtWizardCardPage, pt_wizard_card_page, PT_TYPE_WIZARD_PAGE)


static void
pt_wizard_card_page_toggled_cb (PtWizardCardPage *self,
                                GtkCheckButton   *check)
{
  PtGpu *card = g_object_get_data (G_OBJECT (check), "card");

  if (gtk_check_button_get_active (check))
    pt_wizard_state_set_card (pt_wizard_page_get_state (PT_WIZARD_PAGE (self)),
                              pt_device_get_address (pt_gpu_get_device (card)));
}


static GtkWidget *
pt_wizard_card_page_create_badge (void)
{
  GtkWidget *badge = gtk_label_new (_ ("Shows this desktop"));

  gtk_widget_add_css_class (badge, "pt-badge");
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  return badge;
}


static char *
pt_wizard_card_page_subtitle (PtGpu *card)
{
  g_autofree char *facts = pt_host_words_card (card);
  g_autofree char *monitors = pt_host_words_monitors (pt_gpu_get_device (card));
  g_autofree char *refusal = pt_host_words_refusal (card);
  const char      *second = refusal != NULL ? refusal : monitors;

  return second != NULL ? g_strdup_printf ("%s\n%s", facts, second) : g_steal_pointer (&facts);
}


static GtkWidget *
pt_wizard_card_page_create_row (PtWizardCardPage *self,
                                PtGpu            *card,
                                GtkCheckButton   *group)
{
  PtWizardState   *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  GtkWidget       *row = adw_action_row_new ();
  GtkWidget       *check = gtk_check_button_new ();
  const char      *name = pt_device_get_short_name (pt_gpu_get_device (card));
  g_autofree char *subtitle = pt_wizard_card_page_subtitle (card);
  gboolean         choosable = pt_card_can_be_chosen (self->shown, card);

  pt_row_set_words (row, name, subtitle);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), group);
  g_object_set_data_full (G_OBJECT (check), "card", g_object_ref (card), g_object_unref);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), card == pt_wizard_state_get_card (state));
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (pt_wizard_card_page_toggled_cb), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  choosable = choosable && pt_wizard_state_get_setup (state) == PT_SETUP_NONE;
  gtk_widget_set_sensitive (check, choosable);
  if (choosable)
    adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  else
    gtk_widget_add_css_class (row, "pt-unavailable");
  if (pt_gpu_is_host_display (card))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), pt_wizard_card_page_create_badge ());
  gtk_list_box_append (self->cards, row);
  return check;
}


static void
pt_wizard_card_page_fill (PtWizardCardPage *self,
                          PtHost           *host)
{
  GPtrArray *gpus = pt_host_get_gpus (host);
  GtkWidget *group = gtk_check_button_new ();

  g_object_ref_sink (group);
  pt_widgets_clear_list (self->cards);
  for (guint i = 0; i < gpus->len; i++)
    pt_wizard_card_page_create_row (self, g_ptr_array_index (gpus, i), GTK_CHECK_BUTTON (group));
  gtk_widget_set_visible (GTK_WIDGET (self->cards), gpus->len > 0);
  g_object_unref (group);
}


static char *
pt_wizard_card_page_explain (PtGpu   *card,
                             gboolean chosen)
{
  guint n = pt_gpu_get_functions (card)->len;

  if (pt_gpu_get_groups (card)->len == 0)
    return g_strdup (_ ("This computer has no groups yet. They are judged once the IOMMU is on."));
  if (!chosen)
    /* Translators: %s is the name of a graphics card. */
    return g_strdup_printf (_ ("The hardware keeps the devices of one group together. These belong "
                               "to %s."),
                            pt_device_get_short_name (pt_gpu_get_device (card)));
  return g_strdup_printf (ngettext ("The hardware keeps the devices of one group together. The "
                                    "machine gets the one function of the card.",
                                    "The hardware keeps the devices of one group together. The "
                                    "machine gets the %u functions of the card.",
                                    n),
                          n);
}


static void
pt_wizard_card_page_show_along (PtWizardCardPage *self,
                                PtGpu            *card,
                                gboolean          chosen)
{
  g_autofree char *explanation = NULL;

  gtk_widget_set_visible (self->along, card != NULL);
  pt_group_diagram_clear (self->diagram);
  if (card == NULL)
    return;
  gtk_label_set_label (self->along_heading, chosen ? _ ("What comes along")
                                                   : _ ("What stands in the way"));
  explanation = pt_wizard_card_page_explain (card, chosen);
  gtk_label_set_label (self->explanation, explanation);
  pt_card_diagram_fill (self->diagram, self->shown, card);
}


static const char *
pt_wizard_card_page_introduce (PtHost      *host,
                               PtSetupState setup)
{
  if (setup != PT_SETUP_NONE)
    return _ ("The changes for this card are in place. To choose another card, choose “Undo "
              "everything” in the menu first.");
  if (pt_host_get_gpus (host)->len == 0)
    return _ ("No graphics card was found in this computer.");
  if (pt_host_suggest_card (host) == NULL)
    return _ ("None of the graphics cards can be given to a machine as things are. The reason "
              "stands with each card.");
  return _ ("Which graphics card shall the machine have? While it runs, this card is the "
            "machine's alone.");
}


static void
pt_wizard_card_page_update (PtWizardPage *page)
{
  PtWizardCardPage *self = PT_WIZARD_CARD_PAGE (page);
  PtWizardState    *state = pt_wizard_page_get_state (page);
  PtHost           *host = pt_wizard_state_get_host (state);
  PtSetupState      setup = pt_wizard_state_get_setup (state);
  PtGpu            *card = pt_wizard_state_get_card (state);
  gboolean          on_record = setup != PT_SETUP_NONE;
  gboolean          chosen = FALSE;

  if (host == NULL)
    {
      pt_wizard_page_set_forward (page, _ ("Continue"), FALSE);
      return;
    }
  if (g_set_object (&self->shown, host) || setup != self->shown_setup)
    {
      self->shown_setup = setup;
      pt_wizard_card_page_fill (self, host);
    }
  gtk_label_set_label (self->introduction, pt_wizard_card_page_introduce (host, setup));
  chosen = card != NULL && (on_record || pt_card_can_be_chosen (host, card));
  pt_wizard_card_page_show_along (self, chosen ? card : pt_host_nearest_card (host), chosen);
  pt_wizard_page_set_forward (page, _ ("Continue"), chosen);
}


/* A choice that is no choice is made here, so that the first look already shows what it means. */
static void
pt_wizard_card_page_enter (PtWizardPage *page)
{
  PtWizardCardPage *self = PT_WIZARD_CARD_PAGE (page);
  PtWizardState    *state = pt_wizard_page_get_state (page);
  PtHost           *host = pt_wizard_state_get_host (state);
  PtGpu            *card = pt_wizard_state_get_card (state);
  PtGpu            *suggestion = host != NULL ? pt_host_suggest_card (host) : NULL;

  if (suggestion != NULL && (card == NULL || !pt_card_can_be_chosen (host, card)))
    {
      g_clear_object (&self->shown);
      pt_wizard_state_set_card (state, pt_device_get_address (pt_gpu_get_device (suggestion)));
    }
}


static void
pt_wizard_card_page_dispose (GObject *object)
{
  PtWizardCardPage *self = PT_WIZARD_CARD_PAGE (object);

  g_clear_object (&self->shown);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_CARD_PAGE);

  G_OBJECT_CLASS (pt_wizard_card_page_parent_class)->dispose (object);
}


static void
pt_wizard_card_page_class_init (PtWizardCardPageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->dispose = pt_wizard_card_page_dispose;
  page_class->enter = pt_wizard_card_page_enter;
  page_class->update = pt_wizard_card_page_update;

  g_type_ensure (PT_TYPE_GROUP_DIAGRAM);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-card-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardCardPage, introduction);
  gtk_widget_class_bind_template_child (widget_class, PtWizardCardPage, cards);
  gtk_widget_class_bind_template_child (widget_class, PtWizardCardPage, along);
  gtk_widget_class_bind_template_child (widget_class, PtWizardCardPage, along_heading);
  gtk_widget_class_bind_template_child (widget_class, PtWizardCardPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, PtWizardCardPage, diagram);
}


static void
pt_wizard_card_page_init (PtWizardCardPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
