/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-restart-page"

#include "config.h"

#include "pt-wizard-restart-page.h"

#include <glib/gi18n-lib.h>

#include "pt-dialogs.h"
#include "pt-host-words.h"
#include "pt-widgets.h"
#include "pt-wizard-rows.h"

struct _PtWizardRestartPage
{
  PtWizardPage parent_instance;

  PtStatusIcon *icon;
  GtkLabel     *heading;
  GtkLabel     *body;
  GtkListBox   *devices;
  GtkLabel     *advice;
  GtkWidget    *later;
  GtkWidget    *undo;

  gboolean restarting;
};

G_DEFINE_FINAL_TYPE (PtWizardRestartPage, pt_wizard_restart_page, PT_TYPE_WIZARD_PAGE)

/* What the owner can be told without a verification. */
typedef struct
{
  PtStatusKind kind;
  const char  *heading;
  const char  *body;
} PtRestartWords;


static char *
pt_wizard_restart_page_row_words (const PtVerifyRow *row)
{
  const char *driver = row->driver != NULL ? row->driver : _ ("none");

  if (row->result == PT_VERIFY_OK)
    /* Translators: %s is the name of a kernel driver. */
    return g_strdup_printf (_ ("Kept for the machine. Driver: %s"), driver);
  if (row->result == PT_VERIFY_NOT_RESTARTED)
    /* Translators: %s is the name of a kernel driver. */
    return g_strdup_printf (_ ("Still used by this desktop. Driver: %s"), driver);
  /* Translators: %s is the name of a kernel driver. */
  return g_strdup_printf (_ ("Not as it should be. Driver: %s"), driver);
}


static PtStatusKind
pt_wizard_restart_page_row_kind (const PtVerifyRow *row)
{
  if (row->result == PT_VERIFY_OK)
    return PT_STATUS_KIND_PASS;
  return row->result == PT_VERIFY_NOT_RESTARTED ? PT_STATUS_KIND_PENDING : PT_STATUS_KIND_FAIL;
}


static void
pt_wizard_restart_page_add_row (PtWizardRestartPage *self,
                                PtHost              *host,
                                const PtVerifyRow   *row)
{
  PtDevice        *device = pt_host_find_device (host, &row->address);
  GtkWidget       *widget = adw_action_row_new ();
  g_autofree char *words = pt_wizard_restart_page_row_words (row);
  g_autofree char *address = NULL;
  g_autofree char *place = NULL;

  address = device != NULL ? pt_host_words_address (device) : pt_address_to_string (&row->address);
  place = g_strdup_printf ("%s · %s\n%s", address, row->id != NULL ? row->id : _ ("no device"),
                           words);
  pt_row_set_words (widget, device != NULL ? pt_device_get_short_name (device) : address, place);
  adw_action_row_add_prefix (ADW_ACTION_ROW (widget),
                             pt_status_icon_new (pt_wizard_restart_page_row_kind (row), words));
  gtk_list_box_append (self->devices, widget);
}


static void
pt_wizard_restart_page_fill (PtWizardRestartPage *self,
                             PtHost              *host,
                             PtVerification      *verification)
{
  GPtrArray *rows = pt_verification_get_rows (verification);

  pt_widgets_clear_list (self->devices);
  for (guint i = 0; i < rows->len; i++)
    pt_wizard_restart_page_add_row (self, host, g_ptr_array_index (rows, i));
  gtk_widget_set_visible (GTK_WIDGET (self->devices), rows->len > 0);
}


static void
pt_wizard_restart_page_say (PtWizardRestartPage *self,
                            PtRestartWords       words)
{
  pt_status_icon_set (self->icon, words.kind, words.heading);
  gtk_label_set_label (self->heading, words.heading);
  gtk_label_set_label (self->body, words.body);
}


static void
pt_wizard_restart_page_show_before (PtWizardRestartPage *self,
                                    gboolean             rehearsal)
{
  pt_wizard_restart_page_say (self, (PtRestartWords){
                                      PT_STATUS_KIND_PENDING,
                                      _ ("The next start makes it real."),
                                      _ ("The computer starts with the card kept for the machine. "
                                         "Your desktop comes up on the other card; its monitor "
                                         "must be plugged in there."),
                                    });
  gtk_label_set_label (self->advice,
                       rehearsal
                         ? _ ("In a rehearsal the restart is played on the sample computer. Yours "
                              "stays on.")

                         : _ ("Passthru continues on this page after the restart. Save your work "
                              "in other windows first."));
  gtk_widget_set_visible (self->later, !rehearsal);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self),
                              rehearsal ? _ ("Play the restart") : _ ("Restart…"), TRUE);
}


static void
pt_wizard_restart_page_show_after (PtWizardRestartPage *self,
                                   PtVerification      *verification)
{
  gboolean ok = pt_verification_get_result (verification) == PT_VERIFY_OK;

  pt_wizard_restart_page_say (self, (PtRestartWords){
                                      ok ? PT_STATUS_KIND_PASS : PT_STATUS_KIND_FAIL,
                                      ok
                                        ? _ ("The card is ready for the machine.")
                                        : _ ("The start did not bring what was planned."),
                                      pt_verification_get_message (verification),
                                    });
  gtk_label_set_label (self->advice, ok ? ""
                                        : _ ("Nothing is lost: set it right and come back, or "
                                             "undo everything and the computer is as it was "
                                             "before."));
  gtk_widget_hide (self->later);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), _ ("Continue"), ok);
}


/* The IOMMU came on; what is planned with its groups is the next thing to see. */
static void
pt_wizard_restart_page_show_next_part (PtWizardRestartPage *self,
                                       PtVerification      *verification)
{
  pt_wizard_restart_page_say (self, (PtRestartWords){
                                      PT_STATUS_KIND_PASS,
                                      _ ("The first part worked."),
                                      pt_verification_get_message (verification),
                                    });
  gtk_label_set_label (self->advice, "");
  gtk_widget_hide (self->later);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), _ ("See the second part"), TRUE);
}


static void
pt_wizard_restart_page_show_nothing (PtWizardRestartPage *self)
{
  pt_wizard_restart_page_say (self, (PtRestartWords){
                                      PT_STATUS_KIND_PENDING,
                                      _ ("There is nothing to try yet."),
                                      _ ("Go back and apply the changes first."),
                                    });
  gtk_label_set_label (self->advice, "");
  pt_widgets_clear_list (self->devices);
  gtk_widget_hide (GTK_WIDGET (self->devices));
  gtk_widget_hide (self->later);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), _ ("Continue"), FALSE);
}


static void
pt_wizard_restart_page_update (PtWizardPage *page)
{
  PtWizardRestartPage *self = PT_WIZARD_RESTART_PAGE (page);
  PtWizardState       *state = pt_wizard_page_get_state (page);
  PtVerification      *verification = pt_wizard_state_get_verification (state);
  PtSetupState         setup = pt_wizard_state_get_setup (state);

  if (self->restarting)
    return;
  gtk_widget_set_visible (self->undo, setup != PT_SETUP_NONE);
  if (verification == NULL || setup != PT_SETUP_APPLIED)
    {
      pt_wizard_restart_page_show_nothing (self);
    }
  else
    {
      pt_wizard_restart_page_fill (self, pt_wizard_state_get_host (state), verification);
      if (pt_verification_get_result (verification) == PT_VERIFY_NOT_RESTARTED)
        pt_wizard_restart_page_show_before (self, pt_wizard_state_is_rehearsal (state));
      else if (pt_wizard_state_awaits_next_part (state))
        pt_wizard_restart_page_show_next_part (self, verification);
      else
        pt_wizard_restart_page_show_after (self, verification);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->advice), *gtk_label_get_label (self->advice) != '\0');
}


static void
pt_wizard_restart_page_looked_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_wizard_state_look_finish (PT_WIZARD_STATE (source), result, &error))
    pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
      gtk_label_set_label (self->body, error->message);
    }
}


static void
pt_wizard_restart_page_enter (PtWizardPage *page)
{
  pt_wizard_page_set_busy (page, TRUE);
  pt_wizard_state_look_async (pt_wizard_page_get_state (page),
                              pt_wizard_page_get_cancellable (page),
                              pt_wizard_restart_page_looked_cb, g_object_ref (page));
}


static void
pt_wizard_restart_page_played_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  PtWizardPage *page = PT_WIZARD_PAGE (self);
  g_autoptr (GError) error = NULL;
  gboolean played = pt_wizard_state_rehearse_finish (PT_WIZARD_STATE (source), result, &error);

  if (!played && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->restarting = FALSE;
  pt_wizard_page_set_can_go_back (page, TRUE);
  pt_wizard_page_set_busy (page, FALSE);
  pt_wizard_restart_page_update (page);
  if (!played)
    pt_dialog_tell (GTK_WIDGET (self), _ ("The restart could not be played"),
                    _ ("The sample computer is as it was."), error->message);
}


static void
pt_wizard_restart_page_play (PtWizardRestartPage *self)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  self->restarting = TRUE;
  pt_wizard_restart_page_say (self, (PtRestartWords){
                                      PT_STATUS_KIND_BUSY,
                                      _ ("The sample computer restarts…"),
                                      _ ("Its boot loader, its early script and its drivers are "
                                         "played as the real ones would act."),
                                    });
  gtk_widget_hide (GTK_WIDGET (self->advice));
  pt_wizard_page_set_forward (page, _ ("Play the restart"), FALSE);
  pt_wizard_page_set_can_go_back (page, FALSE);
  pt_wizard_page_set_busy (page, TRUE);
  pt_wizard_state_rehearse_async (pt_wizard_page_get_state (page), FALSE,
                                  pt_wizard_page_get_cancellable (page),
                                  pt_wizard_restart_page_played_cb, g_object_ref (self));
}


static void
pt_wizard_restart_page_asked_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL && gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    pt_dialog_tell (GTK_WIDGET (self), _ ("The computer could not be restarted from here"),
                    _ ("Restart it from the system menu. Passthru continues here afterwards."),
                    error->message);
}


static void
pt_wizard_restart_page_bus_cb (GObject      *source,
                               GAsyncResult *result,
                               gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL)
    {
      if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
        pt_dialog_tell (GTK_WIDGET (self), _ ("The computer could not be restarted from here"),
                        _ ("Restart it from the system menu. Passthru continues here afterwards."),
                        error->message);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.login1", "/org/freedesktop/login1",
                          "org.freedesktop.login1.Manager", "Reboot", g_variant_new ("(b)", TRUE),
                          NULL,
                          G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, -1, NULL,
                          pt_wizard_restart_page_asked_cb, g_object_ref (self));
}


static void
pt_wizard_restart_page_confirmed (gpointer user_data)
{
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, pt_wizard_restart_page_bus_cb, g_object_ref (user_data));
}


static gboolean
pt_wizard_restart_page_forward (PtWizardPage *page)
{
  PtWizardState  *state = pt_wizard_page_get_state (page);
  PtVerification *verification = pt_wizard_state_get_verification (state);

  if (verification != NULL && pt_verification_get_result (verification) == PT_VERIFY_OK)
    return TRUE;
  if (pt_wizard_state_awaits_next_part (state))
    gtk_widget_activate_action (GTK_WIDGET (page), "wizard.go", "s", "changes");
  else if (pt_wizard_state_is_rehearsal (state))
    pt_wizard_restart_page_play (PT_WIZARD_RESTART_PAGE (page));
  else
    pt_dialog_confirm (GTK_WIDGET (page), _ ("Restart now?"),
                       _ ("All programs are closed. Save your work in other windows first."),
                       _ ("_Restart"), FALSE, pt_wizard_restart_page_confirmed, page);
  return FALSE;
}


static void
pt_wizard_restart_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_RESTART_PAGE);

  G_OBJECT_CLASS (pt_wizard_restart_page_parent_class)->dispose (object);
}


static void
pt_wizard_restart_page_class_init (PtWizardRestartPageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->dispose = pt_wizard_restart_page_dispose;
  page_class->enter = pt_wizard_restart_page_enter;
  page_class->update = pt_wizard_restart_page_update;
  page_class->forward = pt_wizard_restart_page_forward;

  g_type_ensure (PT_TYPE_STATUS_ICON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-restart-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, icon);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, heading);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, body);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, devices);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, advice);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, later);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, undo);
}


static void
pt_wizard_restart_page_init (PtWizardRestartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_status_icon_set_pixel_size (self->icon, 40);
}
