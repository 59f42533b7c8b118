/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-groups-window"

#include "config.h"

#include "pt-groups-window.h"

#include <glib/gi18n-lib.h>

#include "pt-acs-override.h"
#include "pt-card-diagram.h"
#include "pt-group-words.h"
#include "pt-host-monitor.h"
#include "pt-status-icon.h"
#include "pt-widgets.h"
#include "pt-wizard-resources.h"
#include "pt-wizard-rows.h"
#include "pt-work.h"

struct _PtGroupsWindow
{
  AdwWindow parent_instance;

  GtkToggleButton *search_button;
  GtkSearchBar    *search_bar;
  GtkSearchEntry  *search_entry;
  GtkStack        *stack;
  AdwStatusPage   *failure;
  GtkBox          *list;

  PtSysroot     *sysroot;
  PtHostMonitor *monitor;
  GCancellable  *cancellable;
  GPtrArray     *cards;  /* widgets of the upper part, one a card */
  GPtrArray     *groups; /* PtShownGroup * */
  gboolean       looking;
  gboolean       changed; /* while looking */
};

G_DEFINE_FINAL_TYPE (PtGroupsWindow, pt_groups_window, ADW_TYPE_WINDOW)

typedef struct
{
  GtkWidget *widget;  /* weak: its parent has it */
  GPtrArray *devices; /* PtDevice */
  GPtrArray *rows;    /* of them, weak */
} PtShownGroup;

typedef struct
{
  PtHost *host;
  PtTri   override;
} PtGroupsLook;

static void pt_groups_window_look (PtGroupsWindow *self);


static void
pt_shown_group_free (PtShownGroup *self)
{
  g_ptr_array_unref (self->devices);
  g_ptr_array_unref (self->rows);
  g_free (self);
}


static void
pt_groups_look_free (PtGroupsLook *look)
{
  g_object_unref (look->host);
  g_free (look);
}


G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtGroupsLook, pt_groups_look_free)


static gpointer
pt_groups_look_work (gpointer      data,
                     GCancellable *cancellable,
                     GError      **error)
{
  PtSysroot    *sysroot = data;
  PtHost       *host = pt_host_scan (sysroot, cancellable, error);
  PtGroupsLook *look = NULL;

  if (host == NULL)
    return NULL;
  look = g_new0 (PtGroupsLook, 1);
  look->host = host;
  look->override = pt_acs_override_probe (sysroot, cancellable);
  return look;
}


/* --- One card --- */

static GtkWidget *
pt_groups_window_create_advice (char **advice)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  for (guint i = 0; advice[i] != NULL; i++)
    {
      const char *title = i == 0 ? _ ("What helps first") : _ ("Then");

      gtk_list_box_append (GTK_LIST_BOX (list), pt_row_new_text (title, advice[i]));
    }
  return list;
}


static GtkWidget *
pt_groups_window_create_sentence (PtGpu *card)
{
  g_autofree char *words = pt_group_words_card (card);
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget       *label = gtk_label_new (words);
  PtStatusKind     kind = PT_STATUS_KIND_PASS;
  const char      *state = _ ("Isolated");

  if (pt_gpu_get_groups (card)->len == 0)
    {
      kind = PT_STATUS_KIND_UNKNOWN;
      state = _ ("Could not tell");
    }
  else if (pt_card_shares_groups (card))
    {
      kind = PT_STATUS_KIND_FAIL;
      state = _ ("Not isolated");
    }
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), pt_status_icon_new (kind, state));
  gtk_box_append (GTK_BOX (box), label);
  return box;
}


static GtkWidget *
pt_groups_window_create_card (PtGroupsLook *look,
                              PtGpu        *card)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *diagram = pt_group_diagram_new ();
  g_auto (GStrv) advice = pt_group_words_advice (look->host, card, look->override);
  g_autofree char *title =
    g_markup_escape_text (pt_device_get_short_name (pt_gpu_get_device (card)), -1);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (GTK_BOX (box), pt_groups_window_create_sentence (card));
  pt_card_diagram_fill (PT_GROUP_DIAGRAM (diagram), look->host, card);
  gtk_box_append (GTK_BOX (box), diagram);
  if (advice[0] != NULL)
    gtk_box_append (GTK_BOX (box), pt_groups_window_create_advice (advice));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), box);
  return group;
}


/* --- One group --- */

static GtkWidget *
pt_groups_window_create_row (PtDevice *device)
{
  GtkWidget       *row = adw_action_row_new ();
  g_autofree char *facts = pt_group_words_device (device);

  pt_row_set_words (row, pt_device_get_short_name (device), facts);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  return row;
}


static void
pt_groups_window_add_group (PtGroupsWindow *self,
                            int             number,
                            GPtrArray      *members)
{
  PtShownGroup    *shown = g_new0 (PtShownGroup, 1);
  g_autofree char *title = pt_group_words_title (number);
  g_autofree char *verdict = number >= 0 ? pt_group_words_verdict (members) : NULL;
  g_autofree char *description = verdict != NULL ? g_markup_escape_text (verdict, -1) : NULL;

  shown->widget = adw_preferences_group_new ();
  shown->devices = g_ptr_array_new_with_free_func (g_object_unref);
  shown->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (shown->widget), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (shown->widget), description);
  for (guint i = 0; i < members->len; i++)
    {
      PtDevice  *device = g_ptr_array_index (members, i);
      GtkWidget *row = pt_groups_window_create_row (device);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (shown->widget), row);
      g_ptr_array_add (shown->devices, g_object_ref (device));
      g_ptr_array_add (shown->rows, row);
    }
  gtk_box_append (self->list, shown->widget);
  g_ptr_array_add (self->groups, shown);
}


static void
pt_groups_window_add_ungrouped (PtGroupsWindow *self,
                                PtHost         *host)
{
  GPtrArray *devices = pt_host_get_devices (host);
  g_autoptr (GPtrArray) left = g_ptr_array_new ();

  for (guint i = 0; i < devices->len; i++)
    {
      if (pt_device_get_group (g_ptr_array_index (devices, i)) < 0)
        g_ptr_array_add (left, g_ptr_array_index (devices, i));
    }
  if (left->len > 0)
    pt_groups_window_add_group (self, -1, left);
}


/* --- Showing --- */

static void
pt_groups_window_clear (PtGroupsWindow *self)
{
  GtkWidget *child = NULL;

  g_ptr_array_set_size (self->cards, 0);
  g_ptr_array_set_size (self->groups, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, child);
}


static gboolean
pt_groups_window_filter_group (PtShownGroup *group,
                               const char   *query)
{
  gboolean any = FALSE;

  for (guint i = 0; i < group->devices->len; i++)
    {
      gboolean matches = pt_group_words_match (g_ptr_array_index (group->devices, i), query);

      gtk_widget_set_visible (g_ptr_array_index (group->rows, i), matches);
      any = any || matches;
    }
  gtk_widget_set_visible (group->widget, any);
  return any;
}


/* A search is for devices: what explains the cards steps aside. */
static void
pt_groups_window_filter (PtGroupsWindow *self)
{
  const char *query = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  gboolean    any = FALSE;

  for (guint i = 0; i < self->cards->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->cards, i), *query == '\0');
  for (guint i = 0; i < self->groups->len; i++)
    any = pt_groups_window_filter_group (g_ptr_array_index (self->groups, i), query) || any;
  gtk_stack_set_visible_child_name (self->stack, any || *query == '\0' ? "groups" : "nothing");
}


static void
pt_groups_window_show (PtGroupsWindow *self,
                       PtGroupsLook   *look)
{
  GPtrArray *gpus = pt_host_get_gpus (look->host);
  g_autoptr (GArray) numbers = pt_host_get_groups (look->host);

  pt_groups_window_clear (self);
  for (guint i = 0; i < gpus->len; i++)
    {
      GtkWidget *card = pt_groups_window_create_card (look, g_ptr_array_index (gpus, i));

      gtk_box_append (self->list, card);
      g_ptr_array_add (self->cards, card);
    }
  for (guint i = 0; i < numbers->len; i++)
    {
      int number = g_array_index (numbers, int, i);
      g_autoptr (GPtrArray) members = pt_host_get_group (look->host, number);

      pt_groups_window_add_group (self, number, members);
    }
  pt_groups_window_add_ungrouped (self, look->host);
  pt_groups_window_filter (self);
}


/* --- Looking --- */

static void
pt_groups_window_looked_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  PtGroupsWindow *self = PT_GROUPS_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (PtGroupsLook) look =
               pt_work_finish (self, pt_groups_window_look, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->looking = FALSE;
  if (look != NULL)
    pt_groups_window_show (self, look);
  else
    {
      adw_status_page_set_description (self->failure, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failed");
    }
  if (self->changed)
    pt_groups_window_look (self);
}


static void
pt_groups_window_look (PtGroupsWindow *self)
{
  self->changed = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;
  pt_work_run_async (self, pt_groups_window_look, pt_groups_look_work,
                     g_object_ref (self->sysroot), g_object_unref,
                     (GDestroyNotify)pt_groups_look_free, self->cancellable,
                     pt_groups_window_looked_cb, NULL);
}


/* --- GObject --- */

static void
pt_groups_window_dispose (GObject *object)
{
  PtGroupsWindow *self = PT_GROUPS_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->monitor);
  g_clear_object (&self->sysroot);
  g_ptr_array_set_size (self->cards, 0);
  g_ptr_array_set_size (self->groups, 0);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_GROUPS_WINDOW);

  G_OBJECT_CLASS (pt_groups_window_parent_class)->dispose (object);
}


static void
pt_groups_window_finalize (GObject *object)
{
  PtGroupsWindow *self = PT_GROUPS_WINDOW (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->cards);
  g_ptr_array_unref (self->groups);

  G_OBJECT_CLASS (pt_groups_window_parent_class)->finalize (object);
}


static void
pt_groups_window_class_init (PtGroupsWindowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_groups_window_dispose;
  object_class->finalize = pt_groups_window_finalize;

  g_resources_register (pt_wizard_get_resource ());
  gtk_widget_class_set_template_from_resource (
    widget_class, "/com/example/Passthru/wizard/pt-groups-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PtGroupsWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, PtGroupsWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, PtGroupsWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PtGroupsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PtGroupsWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, PtGroupsWindow, list);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}


static void
pt_groups_window_init (PtGroupsWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->cards = g_ptr_array_new ();
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_shown_group_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));
  g_signal_connect_object (self->search_entry, "search-changed",
                           G_CALLBACK (pt_groups_window_filter), self, G_CONNECT_SWAPPED);
}


GtkWidget *
pt_groups_window_new (GtkWindow *parent,
                      PtSysroot *sysroot)
{
  PtGroupsWindow *self = NULL;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_object_new (PT_TYPE_GROUPS_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE,
                       NULL);
  self->sysroot = g_object_ref (sysroot);
  self->monitor = pt_host_monitor_new (sysroot);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (pt_groups_window_look), self,
                           G_CONNECT_SWAPPED);
  pt_groups_window_look (self);
  return GTK_WIDGET (self);
}


void
pt_groups_window_search (PtGroupsWindow *self,
                         const char     *query)
{
  g_return_if_fail (PT_IS_GROUPS_WINDOW (self));
  g_return_if_fail (query != NULL);

  gtk_toggle_button_set_active (self->search_button, *query != '\0');
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), query);
}


gboolean
pt_groups_window_is_settled (PtGroupsWindow *self)
{
  g_return_val_if_fail (PT_IS_GROUPS_WINDOW (self), FALSE);

  return !self->looking;
}
