/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-hardware-page"

#include "config.h"

#include "pt-wizard-hardware-page.h"

#include <glib/gi18n-lib.h>

#include "pt-core-picture.h"
#include "pt-dialogs.h"
#include "pt-host-words.h"
#include "pt-rom-file.h"
#include "pt-status-icon.h"
#include "pt-wizard-rows.h"
#include "pt-words.h"

struct _PtWizardHardwarePage
{
  PtWizardPage parent_instance;

  PtStatusIcon *verdict_icon;
  GtkLabel     *verdict;
  GtkLabel     *computer;
  GtkBox       *sections;

  char      *shown; /* the report on show as text: an equal one leaves opened rows open */
  GtkWindow *window;
};

G_DEFINE_FINAL_TYPE (PtWizardHardwarePage, pt_wizard_hardware_page, PT_TYPE_WIZARD_PAGE)


/* The cores as the suggestion shares them out; nothing where they are not known. */
static void
pt_wizard_hardware_page_add_map (GtkWidget *row,
                                 PtHost    *host)
{
  GtkWidget *map = g_object_ref_sink (pt_core_map_new ());

  if (pt_core_picture_show (PT_CORE_MAP (map), pt_host_get_cpu_layout (host), 0))
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row),
                              pt_row_new_picture (_ ("A machine would get these"), map));
  g_object_unref (map);
}


static void
pt_wizard_hardware_page_rom_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data)
{
  g_autoptr (PtWizardHardwarePage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = pt_wizard_state_read_rom_finish (PT_WIZARD_STATE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
  if (!done)
    pt_dialog_tell (GTK_WIDGET (self), _ ("The card's firmware could not be read"),
                    _ ("Nothing was changed. You can go on without it, or check a file."),
                    error->message);
}


static void
pt_wizard_hardware_page_read_rom_cb (PtWizardHardwarePage *self,
                                     GtkWidget            *button)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);
  PtDevice     *card = g_object_get_data (G_OBJECT (button), "card");

  if (pt_wizard_page_get_busy (page))
    return;
  pt_wizard_page_set_busy (page, TRUE);
  pt_wizard_state_read_rom_async (pt_wizard_page_get_state (page), pt_device_get_address (card),
                                  pt_wizard_page_get_cancellable (page),
                                  pt_wizard_hardware_page_rom_cb, g_object_ref (self));
}


static GtkWidget *
pt_wizard_hardware_page_create_rom_row (PtWizardHardwarePage *self,
                                        PtDevice             *card)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Read it"));

  pt_row_set_words (row, pt_device_get_short_name (card),
                    _ ("Reading the card's own firmware takes an administrator's permission and "
                       "changes nothing."));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "card", g_object_ref (card), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (pt_wizard_hardware_page_read_rom_cb),
                           self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}


/* For each card that could go: its own firmware, read by the helper, or a file of the user's. */
static void
pt_wizard_hardware_page_add_roms (PtWizardHardwarePage *self,
                                  GtkWidget            *row,
                                  PtHost               *host)
{
  GPtrArray *gpus = pt_host_get_gpus (host);

  for (guint i = 0; i < gpus->len; i++)
    {
      PtGpu    *gpu = g_ptr_array_index (gpus, i);
      PtDevice *card = pt_gpu_get_device (gpu);

      if (!pt_gpu_is_suitable (gpu))
        continue;
      adw_expander_row_add_row (ADW_EXPANDER_ROW (row),
                                pt_wizard_hardware_page_create_rom_row (self, card));
      adw_expander_row_add_row (ADW_EXPANDER_ROW (row), pt_rom_file_row_new (card));
    }
}


static GtkWidget *
pt_wizard_hardware_page_create_row (PtWizardHardwarePage *self,
                                    PtCheck              *check,
                                    PtHost               *host)
{
  PtStatus         status = pt_check_get_status (check);
  g_autofree char *fix = pt_words_fix (pt_check_get_fix (check), host);
  GtkWidget       *row = adw_expander_row_new ();
  GtkWidget       *icon = pt_status_icon_new (pt_status_kind (status), pt_words_status (status));
  GtkWidget       *words = gtk_label_new (pt_words_status (status));

  pt_row_set_words (row, pt_words_check_title (pt_check_get_id (check)),
                    pt_words_check_meaning (pt_check_get_id (check), status));
  gtk_widget_add_css_class (words, "caption");
  gtk_widget_add_css_class (words, "dim-label");
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), icon);
  adw_expander_row_add_action (ADW_EXPANDER_ROW (row), words);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row),
                            pt_row_new_text (_ ("What this asks"),
                                             pt_words_check_question (pt_check_get_id (check))));
  if (fix != NULL)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row), pt_row_new_text (_ ("What to do"), fix));
  if (pt_check_get_id (check) == PT_CHECK_CPU_LAYOUT)
    pt_wizard_hardware_page_add_map (row, host);
  if (pt_check_get_id (check) == PT_CHECK_GUEST_GPU_UEFI_ROM)
    pt_wizard_hardware_page_add_roms (self, row, host);
  if (*pt_check_get_evidence (check) != '\0')
    adw_expander_row_add_row (ADW_EXPANDER_ROW (row),
                              pt_row_new_evidence (_ ("What was read"),
                                                   pt_check_get_evidence (check)));
  return row;
}


static void
pt_wizard_hardware_page_clear (PtWizardHardwarePage *self)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->sections))) != NULL)
    gtk_box_remove (self->sections, child);
}


static void
pt_wizard_hardware_page_fill (PtWizardHardwarePage *self,
                              PtReport             *report)
{
  GPtrArray     *checks = pt_report_get_checks (report);
  GtkWidget     *group = NULL;
  PtCheckSection latest = PT_CHECK_SECTION_PROCESSOR;

  pt_wizard_hardware_page_clear (self);
  for (guint i = 0; i < checks->len; i++)
    {
      PtCheck       *check = g_ptr_array_index (checks, i);
      PtCheckSection section = pt_check_get_section (check);

      if (group == NULL || section != latest)
        {
          group = adw_preferences_group_new ();
          adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group),
                                           pt_words_section_title (section));
          gtk_box_append (self->sections, group);
          latest = section;
        }
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                                 pt_wizard_hardware_page_create_row (self, check,
                                                                     pt_report_get_host (report)));
    }
}


static void
pt_wizard_hardware_page_show_verdict (PtWizardHardwarePage *self,
                                      PtReport             *report)
{
  PtVerdict        verdict = pt_report_get_verdict (report);
  g_autofree char *words = pt_words_verdict (verdict, pt_report_get_first (report));
  PtHost          *host = pt_report_get_host (report);
  g_autofree char *computer = pt_host_words_computer (pt_host_get_facts (host));

  gtk_label_set_label (self->verdict, words);
  gtk_label_set_label (self->computer, computer);
  pt_status_icon_set (self->verdict_icon, pt_verdict_kind (verdict), words);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self),
                              verdict == PT_VERDICT_NOT_YET ? _ ("Continue anyway")
                                                            : _ ("Continue"),
                              TRUE);
}


static void
pt_wizard_hardware_page_update (PtWizardPage *page)
{
  PtWizardHardwarePage *self = PT_WIZARD_HARDWARE_PAGE (page);
  PtReport             *report = pt_wizard_state_get_report (pt_wizard_page_get_state (page));
  g_autofree char      *text = NULL;

  if (report == NULL)
    {
      pt_status_icon_set (self->verdict_icon, PT_STATUS_KIND_BUSY, _ ("Looking"));
      gtk_label_set_label (self->verdict, _ ("Looking at the computer…"));
      pt_wizard_page_set_forward (page, _ ("Continue"), FALSE);
      return;
    }
  text = pt_report_to_text (report);
  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  pt_wizard_hardware_page_show_verdict (self, report);
  pt_wizard_hardware_page_fill (self, report);
}


static void
pt_wizard_hardware_page_looked_cb (GObject      *source,
                                   GAsyncResult *result,
                                   gpointer      user_data)
{
  g_autoptr (PtWizardHardwarePage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_wizard_state_look_finish (PT_WIZARD_STATE (source), result, &error))
    {
      pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
  pt_status_icon_set (self->verdict_icon, PT_STATUS_KIND_UNKNOWN, _ ("Could not look"));
  gtk_label_set_label (self->verdict, _ ("The computer could not be looked at."));
  gtk_label_set_label (self->computer, error->message);
}


static void
pt_wizard_hardware_page_look (PtWizardHardwarePage *self)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  if (pt_wizard_page_get_busy (page))
    return;
  pt_wizard_page_set_busy (page, TRUE);
  pt_wizard_state_look_async (pt_wizard_page_get_state (page),
                              pt_wizard_page_get_cancellable (page),
                              pt_wizard_hardware_page_looked_cb, g_object_ref (self));
}


static void
pt_wizard_hardware_page_active_cb (PtWizardHardwarePage *self)
{
  if (gtk_window_is_active (self->window))
    pt_wizard_hardware_page_look (self);
}


static void
pt_wizard_hardware_page_enter (PtWizardPage *page)
{
  PtWizardHardwarePage *self = PT_WIZARD_HARDWARE_PAGE (page);
  GtkRoot              *root = gtk_widget_get_root (GTK_WIDGET (page));

  if (GTK_IS_WINDOW (root))
    {
      g_set_weak_pointer (&self->window, GTK_WINDOW (root));
      g_signal_connect_object (root, "notify::is-active",
                               G_CALLBACK (pt_wizard_hardware_page_active_cb), self,
                               G_CONNECT_SWAPPED);
    }
  pt_wizard_hardware_page_look (self);
}


static void
pt_wizard_hardware_page_leave (PtWizardPage *page)
{
  PtWizardHardwarePage *self = PT_WIZARD_HARDWARE_PAGE (page);

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, pt_wizard_hardware_page_active_cb, self);
  g_clear_weak_pointer (&self->window);
}


static void
pt_wizard_hardware_page_dispose (GObject *object)
{
  PtWizardHardwarePage *self = PT_WIZARD_HARDWARE_PAGE (object);

  g_clear_weak_pointer (&self->window);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_HARDWARE_PAGE);

  G_OBJECT_CLASS (pt_wizard_hardware_page_parent_class)->dispose (object);
}


static void
pt_wizard_hardware_page_finalize (GObject *object)
{
  PtWizardHardwarePage *self = PT_WIZARD_HARDWARE_PAGE (object);

  g_free (self->shown);

  G_OBJECT_CLASS (pt_wizard_hardware_page_parent_class)->finalize (object);
}


static void
pt_wizard_hardware_page_class_init (PtWizardHardwarePageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->dispose = pt_wizard_hardware_page_dispose;
  object_class->finalize = pt_wizard_hardware_page_finalize;
  page_class->enter = pt_wizard_hardware_page_enter;
  page_class->leave = pt_wizard_hardware_page_leave;
  page_class->update = pt_wizard_hardware_page_update;

  g_type_ensure (PT_TYPE_STATUS_ICON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-hardware-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardHardwarePage, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, PtWizardHardwarePage, verdict);
  gtk_widget_class_bind_template_child (widget_class, PtWizardHardwarePage, computer);
  gtk_widget_class_bind_template_child (widget_class, PtWizardHardwarePage, sections);
}


static void
pt_wizard_hardware_page_init (PtWizardHardwarePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_status_icon_set_pixel_size (self->verdict_icon, 40);
}
