/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-devices-window"

#include "config.h"

#include "pt-devices-window.h"

#include <glib/gi18n-lib.h>

#include "pt-device-row.h"
#include "pt-devices-words.h"
#include "pt-dialogs.h"
#include "pt-helper-client.h"
#include "pt-host-monitor.h"
#include "pt-plan.h"
#include "pt-widgets.h"
#include "pt-window.h"
#include "pt-work.h"

/* Until somebody else's change may be over. */
#define PT_DEVICES_WINDOW_AGAIN 1

struct _PtDevicesWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack        *stack;
  AdwStatusPage   *failure;
  GtkLabel        *note;
  GtkBox          *list;

  PtSysroot      *sysroot;
  PtHostMonitor  *monitor;
  PtHelperClient *client;
  GCancellable   *cancellable;
  GPtrArray      *offers; /* PtOffer, what is on show; NULL before the first look */
  GPtrArray      *rows;   /* PtDeviceRow, weak */
  PtAddress       acted;  /* the device that is asked for, or under way */
  gboolean        done;   /* with it, and not shown yet */
  gboolean        giving; /* it is handed over */
  gboolean        working;
  gboolean        looking;
  gboolean        looked;  /* once */
  gboolean        changed; /* while looking or working */
  guint           again;   /* timer */
};

G_DEFINE_FINAL_TYPE (PtDevicesWindow, pt_devices_window, ADW_TYPE_WINDOW)

typedef struct
{
  PtSysroot *sysroot;
  GPtrArray *entries; /* NULL = it cannot be told */
} PtDevicesLook;

static void pt_devices_window_look (PtDevicesWindow *self);
static void pt_devices_window_act_now (PtDevicesWindow *self);


static void
pt_devices_look_free (PtDevicesLook *look)
{
  g_object_unref (look->sysroot);
  g_clear_pointer (&look->entries, g_ptr_array_unref);
  g_free (look);
}


static gpointer
pt_devices_look_work (gpointer      data,
                      GCancellable *cancellable,
                      GError      **error)
{
  PtDevicesLook *look = data;
  g_autoptr (PtHost) host = pt_host_scan (look->sysroot, cancellable, error);

  return host != NULL ? pt_offers_list (host, look->entries) : NULL;
}


/* --- Showing --- */

static PtDeviceRow *
pt_devices_window_get_row (PtDevicesWindow *self,
                           const PtAddress *address)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      PtDeviceRow *row = g_ptr_array_index (self->rows, i);

      if (pt_address_equal (pt_device_get_address (pt_device_row_get_offer (row)->device), address))
        return row;
    }
  return NULL;
}


static void
pt_devices_window_update_rows (PtDevicesWindow *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      PtDeviceRow     *row = g_ptr_array_index (self->rows, i);
      const PtAddress *address = pt_device_get_address (pt_device_row_get_offer (row)->device);

      pt_device_row_set_busy (row, self->working && pt_address_equal (address, &self->acted),
                              !self->working);
    }
}


static void
pt_devices_window_confirmed_cb (gpointer user_data)
{
  pt_devices_window_act_now (PT_DEVICES_WINDOW (user_data));
}


static void
pt_devices_window_clicked_cb (PtDevicesWindow *self,
                              PtDeviceRow     *row)
{
  const PtOffer   *offer = pt_device_row_get_offer (row);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;

  if (self->working)
    return;
  self->acted = *pt_device_get_address (offer->device);
  self->giving = pt_device_row_is_giving (row);
  if (!self->giving)
    {
      pt_devices_window_act_now (self);
      return;
    }
  /* Translators: %s is the name of a device. */
  heading = g_strdup_printf (_ ("Set “%s” aside?"), pt_device_get_short_name (offer->device));
  body = pt_devices_words_question (offer);
  pt_dialog_confirm (GTK_WIDGET (self), heading, body, _ ("_Set Aside"), FALSE,
                     pt_devices_window_confirmed_cb, self);
}


static void
pt_devices_window_add_kind (PtDevicesWindow *self,
                            PtDeviceKind     kind)
{
  GtkWidget *group = NULL;

  for (guint i = 0; i < self->offers->len; i++)
    {
      const PtOffer *offer = g_ptr_array_index (self->offers, i);
      GtkWidget     *row = NULL;

      if (pt_device_get_kind (offer->device) != kind)
        continue;
      if (group == NULL)
        {
          group = adw_preferences_group_new ();
          adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group),
                                           pt_devices_words_kind (kind));
          gtk_box_append (self->list, group);
        }
      row = pt_device_row_new (offer);
      g_signal_connect_object (row, "clicked", G_CALLBACK (pt_devices_window_clicked_cb), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
      g_ptr_array_add (self->rows, row);
    }
}


static void
pt_devices_window_clear (PtDevicesWindow *self)
{
  GtkWidget *child = NULL;

  g_ptr_array_set_size (self->rows, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, child);
}


/* Which rows are open, and which has the focus (NULL: none): a new look is not to close them. */
static GHashTable *
pt_devices_window_remember (PtDevicesWindow *self,
                            PtAddress      **focus)
{
  GHashTable *open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GtkWidget  *focused = gtk_window_get_focus (GTK_WINDOW (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      PtDevice  *device = pt_device_row_get_offer (PT_DEVICE_ROW (row))->device;

      if (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (row)))
        g_hash_table_add (open, g_strdup (pt_device_get_address_string (device)));
      if (focused != NULL && (focused == row || gtk_widget_is_ancestor (focused, row)))
        *focus = pt_address_copy (pt_device_get_address (device));
    }
  return open;
}


static void
pt_devices_window_restore (PtDevicesWindow *self,
                           GHashTable      *open,
                           const PtAddress *focus)
{
  PtDeviceRow *row = focus != NULL ? pt_devices_window_get_row (self, focus) : NULL;
  GtkWidget   *button = row != NULL ? pt_device_row_get_button (row) : NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      AdwExpanderRow *one = g_ptr_array_index (self->rows, i);
      PtDevice       *device = pt_device_row_get_offer (PT_DEVICE_ROW (one))->device;

      adw_expander_row_set_expanded (
        one, g_hash_table_contains (open, pt_device_get_address_string (device)));
    }
  if (row != NULL)
    gtk_widget_grab_focus (button != NULL ? button : GTK_WIDGET (row));
}


static void
pt_devices_window_show (PtDevicesWindow *self,
                        GPtrArray       *offers)
{
  static const PtDeviceKind kinds[] = { PT_DEVICE_NVME, PT_DEVICE_USB, PT_DEVICE_GPU };
  PtAddress                *focus = NULL;
  g_autoptr (GHashTable) open = pt_devices_window_remember (self, &focus);

  pt_devices_window_clear (self);
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  self->offers = g_ptr_array_ref (offers);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    pt_devices_window_add_kind (self, kinds[i]);
  /* Its button could not keep the keyboard while it was under way. */
  if (focus == NULL && self->done)
    focus = pt_address_copy (&self->acted);
  self->done = FALSE;
  pt_devices_window_restore (self, open, focus);
  g_clear_pointer (&focus, pt_address_free);
  gtk_stack_set_visible_child_name (self->stack, self->rows->len > 0 ? "devices" : "none");
}


/* --- Looking --- */

static void
pt_devices_window_fail (PtDevicesWindow *self,
                        GError          *error)
{
  /* Translators: the reason, in English. */
  g_autofree char *words = g_strdup_printf (_ ("%s. Passthru looks again by itself as soon as "
                                               "something changes."),
                                            error->message);
  g_autofree char *description = g_markup_escape_text (words, -1);

  adw_status_page_set_description (self->failure, description);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}


static void
pt_devices_window_looked_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  PtDevicesWindow *self = PT_DEVICES_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) offers = pt_work_finish (self, pt_devices_window_look, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->looking = FALSE;
  self->looked = TRUE;
  if (offers != NULL)
    pt_devices_window_show (self, offers);
  else
    pt_devices_window_fail (self, error);
  if (self->changed)
    pt_devices_window_look (self);
}


static gboolean
pt_devices_window_again_cb (gpointer data)
{
  PtDevicesWindow *self = PT_DEVICES_WINDOW (data);

  self->again = 0;
  pt_devices_window_look (self);
  return G_SOURCE_REMOVE;
}


/* Without the record it is still shown what the computer says. */
static void
pt_devices_window_note (PtDevicesWindow *self,
                        GError          *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY) && self->again == 0)
    self->again = g_timeout_add_seconds (PT_DEVICES_WINDOW_AGAIN, pt_devices_window_again_cb,
                                         self);
  if (error != NULL)
    /* Translators: the reason, in English. */
    text = g_strdup_printf (_ ("The service of Passthru that sets devices aside cannot tell what "
                               "it did: %s"),
                            error->message);
  gtk_label_set_text (self->note, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), text != NULL);
}


static void
pt_devices_window_status_cb (GObject      *source,
                             GAsyncResult *result,
                             gpointer      user_data)
{
  g_autoptr (PtDevicesWindow) self = PT_DEVICES_WINDOW (user_data);
  PtHelperClient *client = PT_HELPER_CLIENT (source);
  g_autoptr (GError) error = NULL;
  gboolean       told = pt_helper_client_status_finish (client, result, NULL, NULL, NULL, NULL,
                                                        &error);
  GPtrArray     *entries = told ? pt_helper_client_get_handed_over (client) : NULL;
  PtDevicesLook *look = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  pt_devices_window_note (self, error);
  look = g_new0 (PtDevicesLook, 1);
  look->sysroot = g_object_ref (self->sysroot);
  look->entries = entries != NULL ? g_ptr_array_ref (entries) : NULL;
  pt_work_run_async (self, pt_devices_window_look, pt_devices_look_work, look,
                     (GDestroyNotify)pt_devices_look_free, (GDestroyNotify)g_ptr_array_unref,
                     self->cancellable, pt_devices_window_looked_cb, NULL);
}


/* The record first, then the computer: what is read later is what is true. */
static void
pt_devices_window_look (PtDevicesWindow *self)
{
  self->changed = self->looking || self->working;
  if (self->changed)
    return;
  self->looking = TRUE;
  pt_helper_client_status_async (self->client, self->cancellable, pt_devices_window_status_cb,
                                 g_object_ref (self));
}


/* --- Acting --- */

/* @text: taken. */
static void
pt_devices_window_toast (PtDevicesWindow *self,
                         char            *text)
{
  g_autofree char *plain = text;
  g_autofree char *title = g_markup_escape_text (plain, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (title));
}


static void
pt_devices_window_complain (PtDevicesWindow *self,
                            const char      *name,
                            GError          *error)
{
  g_autofree char *heading = NULL;
  g_autofree char *words = NULL;

  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED) ||
      g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DISMISSED))
    {
      /* Translators: %s is the name of a device. */
      pt_devices_window_toast (
        self, g_strdup_printf (_ ("Nothing was changed: “%s” needs your permission"), name));
      return;
    }
  heading = g_strdup_printf (self->giving ? _ ("“%s” was not set aside")
                                          : _ ("“%s” was not given back"),
                             name);
  words = pt_devices_words_error (error, self->giving);
  pt_dialog_tell (GTK_WIDGET (self), heading, words, error->message);
}


static void
pt_devices_window_acted_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (PtDevicesWindow) self = PT_DEVICES_WINDOW (user_data);
  g_autoptr (GError) error = NULL;
  gboolean         done = pt_helper_client_hand_over_finish (PT_HELPER_CLIENT (source), result,
                                                             &error);
  PtDeviceRow     *row = NULL;
  g_autofree char *name = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  row = pt_devices_window_get_row (self, &self->acted);
  name = row != NULL ? g_strdup (pt_device_get_short_name (pt_device_row_get_offer (row)->device))
                     : pt_address_to_string (&self->acted);
  self->working = FALSE;
  self->done = TRUE;
  pt_devices_window_update_rows (self);
  if (done)
    pt_devices_window_toast (
      self,
      g_strdup_printf (self->giving ? _ ("“%s” is set aside") : _ ("“%s” is back"), name));
  else
    pt_devices_window_complain (self, name, error);
  pt_devices_window_look (self);
}


static void
pt_devices_window_act_now (PtDevicesWindow *self)
{
  g_autoptr (PtIntent) intent = NULL;

  if (self->working)
    return;
  intent = pt_intent_new (&self->acted, 1);
  self->working = TRUE;
  pt_devices_window_update_rows (self);
  pt_helper_client_hand_over_async (self->client,
                                    self->giving ? PT_HELPER_BIND : PT_HELPER_RELEASE, intent,
                                    self->cancellable, pt_devices_window_acted_cb,
                                    g_object_ref (self));
}


/* --- GObject --- */

static void
pt_devices_window_dispose (GObject *object)
{
  PtDevicesWindow *self = PT_DEVICES_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->again, g_source_remove);
  g_clear_object (&self->monitor);
  g_clear_object (&self->client);
  g_clear_object (&self->sysroot);
  g_ptr_array_set_size (self->rows, 0);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_DEVICES_WINDOW);

  G_OBJECT_CLASS (pt_devices_window_parent_class)->dispose (object);
}


static void
pt_devices_window_finalize (GObject *object)
{
  PtDevicesWindow *self = PT_DEVICES_WINDOW (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (pt_devices_window_parent_class)->finalize (object);
}


static void
pt_devices_window_class_init (PtDevicesWindowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_devices_window_dispose;
  object_class->finalize = pt_devices_window_finalize;

  /* It registers the resources of this folder. */
  g_type_class_unref (g_type_class_ref (PT_TYPE_WINDOW));
  gtk_widget_class_set_template_from_resource (
    widget_class, "/com/example/Passthru/window/pt-devices-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PtDevicesWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PtDevicesWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PtDevicesWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, PtDevicesWindow, note);
  gtk_widget_class_bind_template_child (widget_class, PtDevicesWindow, list);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}


static void
pt_devices_window_init (PtDevicesWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
}


GtkWidget *
pt_devices_window_new (GtkWindow *parent,
                       PtSysroot *sysroot)
{
  PtDevicesWindow *self = NULL;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_object_new (PT_TYPE_DEVICES_WINDOW, "transient-for", parent, "destroy-with-parent",
                       TRUE, NULL);
  self->sysroot = pt_sysroot_for_user (sysroot);
  self->client = pt_helper_client_new (sysroot);
  self->monitor = pt_host_monitor_new (sysroot);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (pt_devices_window_look), self,
                           G_CONNECT_SWAPPED);
  pt_devices_window_look (self);
  return GTK_WIDGET (self);
}


gboolean
pt_devices_window_is_settled (PtDevicesWindow *self)
{
  g_return_val_if_fail (PT_IS_DEVICES_WINDOW (self), FALSE);

  return !self->looking && !self->working && self->looked;
}


GtkWidget *
pt_devices_window_find_row (PtDevicesWindow *self,
                            const char      *address)
{
  PtAddress    parsed = { 0 };
  PtDeviceRow *row = NULL;

  g_return_val_if_fail (PT_IS_DEVICES_WINDOW (self), NULL);
  g_return_val_if_fail (pt_address_parse (address, &parsed), NULL);

  row = pt_devices_window_get_row (self, &parsed);
  return row != NULL ? GTK_WIDGET (row) : NULL;
}
