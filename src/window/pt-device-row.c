/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-device-row"

#include "config.h"

#include "pt-device-row.h"

#include <glib/gi18n-lib.h>

#include "pt-devices-words.h"
#include "pt-handover-words.h"
#include "pt-status-icon.h"

struct _PtDeviceRow
{
  AdwExpanderRow parent_instance;

  const PtOffer *offer;
  GtkWidget     *icon;
  GtkWidget     *spinner;
  GtkWidget     *button; /* NULL: nothing to do */
};

G_DEFINE_FINAL_TYPE (PtDeviceRow, pt_device_row, ADW_TYPE_EXPANDER_ROW)

static guint clicked_signal;


static PtStatusKind
pt_device_row_status (const PtOffer *offer)
{
  switch (offer->state)
    {
    case PT_OFFER_FREE:
    case PT_OFFER_SET_ASIDE:
    case PT_OFFER_HELD:
      return PT_STATUS_KIND_PASS;
    case PT_OFFER_BLOCKED:
      return PT_STATUS_KIND_FAIL;
    case PT_OFFER_INTERRUPTED:
      return PT_STATUS_KIND_WARN;
    case PT_OFFER_UNKNOWN:
    case PT_OFFER_HELD_BY:
    default:
      return PT_STATUS_KIND_UNKNOWN;
    }
}


gboolean
pt_device_row_is_giving (PtDeviceRow *self)
{
  g_return_val_if_fail (PT_IS_DEVICE_ROW (self), FALSE);

  return self->offer->state == PT_OFFER_FREE || self->offer->state == PT_OFFER_UNKNOWN;
}


static void
pt_device_row_clicked_cb (PtDeviceRow *self)
{
  g_signal_emit (self, clicked_signal, 0);
}


/* @words: whole sentences; below them the facts. */
static void
pt_device_row_set_words (GtkWidget  *row,
                         const char *title,
                         const char *words,
                         const char *facts)
{
  g_autofree char *subtitle =
    facts != NULL ? g_strdup_printf ("%s\n%s", words, facts) : g_strdup (words);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (ADW_IS_EXPANDER_ROW (row))
    {
      adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row), subtitle);
      return;
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
}


static void
pt_device_row_add_member (PtDeviceRow            *self,
                          const PtHandoverMember *member)
{
  GtkWidget       *row = adw_action_row_new ();
  g_autofree char *words = pt_handover_words_member (self->offer->handover, member);
  g_autofree char *facts = pt_devices_words_facts (member->device);

  pt_device_row_set_words (row, pt_device_get_short_name (member->device), words, facts);
  adw_action_row_add_prefix (
    ADW_ACTION_ROW (row), pt_status_icon_new (member->viable ? PT_STATUS_KIND_PASS
                                                             : PT_STATUS_KIND_FAIL,
                                              member->viable ? _ ("Not in the way")
                                                             : _ ("In the way")));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}


/* Nothing else is concerned: the row itself has said it all. */
static void
pt_device_row_add_alone (PtDeviceRow *self)
{
  GtkWidget *row = adw_action_row_new ();

  pt_device_row_set_words (row, _ ("Alone in its IOMMU group"),
                           _ ("No other device has to go with it."), NULL);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
}


static void
pt_device_row_add_members (PtDeviceRow *self)
{
  GPtrArray *members = self->offer->handover->members;

  if (members->len == 1 && pt_device_get_group (self->offer->device) >= 0)
    {
      pt_device_row_add_alone (self);
      return;
    }
  for (guint i = 0; i < members->len; i++)
    pt_device_row_add_member (self, g_ptr_array_index (members, i));
}


/* What is plugged in tells controllers of one name apart. (transfer full) */
static char *
pt_device_row_say (const PtOffer *offer)
{
  g_autofree char *words = pt_devices_words_offer (offer);
  g_autofree char *plugged = pt_devices_words_plugged (offer);
  g_autofree char *line = NULL;

  if (plugged == NULL)
    return g_steal_pointer (&words);
  /* Translators: %s is a list of USB devices. */
  line = g_strdup_printf (_ ("Plugged in: %s"), plugged);
  return g_strdup_printf ("%s\n%s", words, line);
}


static void
pt_device_row_add_button (PtDeviceRow *self)
{
  const gboolean   giving = pt_device_row_is_giving (self);
  const char      *name = pt_device_get_short_name (self->offer->device);
  g_autofree char *label = NULL;

  if (!giving && self->offer->state != PT_OFFER_SET_ASIDE &&
      self->offer->state != PT_OFFER_INTERRUPTED)
    return;
  self->button = gtk_button_new_with_label (giving ? _ ("Set Aside…") : _ ("Give Back"));
  /* Translators: %s is the name of a device. */
  label = g_strdup_printf (giving ? _ ("Set %s aside") : _ ("Give %s back"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (pt_device_row_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->button);
}


static void
pt_device_row_fill (PtDeviceRow *self)
{
  const PtOffer   *offer = self->offer;
  g_autofree char *words = pt_device_row_say (offer);
  g_autofree char *facts = pt_devices_words_facts (offer->device);

  pt_device_row_set_words (GTK_WIDGET (self), pt_device_get_short_name (offer->device), words,
                           facts);
  self->icon = pt_status_icon_new (pt_device_row_status (offer), pt_devices_words_state (offer));
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), self->icon);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), self->spinner);
  pt_device_row_add_button (self);
  pt_device_row_add_members (self);
  if (offer->state == PT_OFFER_BLOCKED)
    gtk_widget_add_css_class (GTK_WIDGET (self), "pt-unavailable");
}


const PtOffer *
pt_device_row_get_offer (PtDeviceRow *self)
{
  g_return_val_if_fail (PT_IS_DEVICE_ROW (self), NULL);

  return self->offer;
}


void
pt_device_row_set_busy (PtDeviceRow *self,
                        gboolean     busy,
                        gboolean     sensitive)
{
  g_return_if_fail (PT_IS_DEVICE_ROW (self));

  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
  if (self->button != NULL)
    gtk_widget_set_sensitive (self->button, sensitive);
}


GtkWidget *
pt_device_row_get_button (PtDeviceRow *self)
{
  g_return_val_if_fail (PT_IS_DEVICE_ROW (self), NULL);

  return self->button;
}


static void
pt_device_row_class_init (PtDeviceRowClass *klass)
{
  clicked_signal = g_signal_new ("clicked", PT_TYPE_DEVICE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}


static void
pt_device_row_init (PtDeviceRow *self)
{
}


GtkWidget *
pt_device_row_new (const PtOffer *offer)
{
  PtDeviceRow *self = NULL;

  g_return_val_if_fail (offer != NULL, NULL);

  self = g_object_new (PT_TYPE_DEVICE_ROW, NULL);
  self->offer = offer;
  pt_device_row_fill (self);
  return GTK_WIDGET (self);
}
