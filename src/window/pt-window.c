/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-window"

#include "config.h"

#include "pt-window-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-statistics.h"
#include "pt-widgets.h"
#include "pt-window-resource.h"

#define PT_WINDOW_RESOURCES "/com/example/Passthru/window/"

G_DEFINE_FINAL_TYPE (PtWindow, pt_window, ADW_TYPE_APPLICATION_WINDOW)

typedef enum {
  PROP_SHOW_STATISTICS = 1,
  PROP_MACHINE_NAME,
} PtWindowProperty;

static GParamSpec *properties[PROP_MACHINE_NAME + 1];

enum {
  SIGNAL_SET_UP,
  SIGNAL_LOOK,
  SIGNAL_MAY_START,
  SIGNAL_TRIAL_ANSWER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];


/* --- The view on show --- */

/* At most one button has a colour: the header's where it is on show. */
static void
pt_window_show_action (PtWindow          *self,
                       GtkButton         *button,
                       const PtViewWords *words)
{
  gboolean    colour = !gtk_widget_get_visible (GTK_WIDGET (self->power));
  gboolean    force = g_strcmp0 (words->action, "win.force-off") == 0;
  const char *style = force ? "destructive-action" : "suggested-action";

  gtk_widget_set_visible (GTK_WIDGET (button), words->action != NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), words->action);
  if (words->label != NULL)
    gtk_button_set_label (button, words->label);
  gtk_widget_remove_css_class (GTK_WIDGET (button), "suggested-action");
  gtk_widget_remove_css_class (GTK_WIDGET (button), "destructive-action");
  if (colour)
    gtk_widget_add_css_class (GTK_WIDGET (button), style);
}


static void
pt_window_show_status (PtWindow          *self,
                       const PtViewWords *words)
{
  adw_status_page_set_icon_name (self->status, words->icon);
  adw_status_page_set_title (self->status, words->title);
  adw_status_page_set_description (self->status, words->description);
  gtk_label_set_text (self->status_detail, self->detail != NULL ? self->detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status_detail), self->detail != NULL);
  pt_window_show_action (self, self->status_action, words);
}


static void
pt_window_show_veil (PtWindow          *self,
                     const PtViewWords *words)
{
  gtk_widget_set_visible (self->veil, words->title != NULL);
  pt_display_set_dimmed (PT_DISPLAY (self->display), words->title != NULL);
  if (words->title == NULL)
    return;
  gtk_image_set_from_icon_name (self->veil_icon, words->icon);
  gtk_label_set_text (self->veil_title, words->title);
  gtk_label_set_text (self->veil_description, words->description);
  pt_window_show_action (self, self->veil_action, words);
}


/* The coloured button of the header; it makes room when the page offers the same. */
static void
pt_window_show_power (PtWindow   *self,
                      const char *offered)
{
  /* clang-format off */
  const struct
  {
    const char *action, *label, *style;
  } looks[] = {
    [PT_VIEW_BUTTON_NONE] = { NULL, "", NULL },
    [PT_VIEW_BUTTON_START] = { "win.start", N_("_Start"), "suggested-action" },
    [PT_VIEW_BUTTON_STOP] = { "win.stop", N_("_Stop"), "destructive-action" },
    [PT_VIEW_BUTTON_STOPPING] = { "win.stop", N_("_Stop"), "destructive-action" },
    [PT_VIEW_BUTTON_FORCE_OFF] = { "win.force-off", N_("_Force Off…"), "destructive-action" },
  };
  /* clang-format on */
  PtViewButton button = pt_view_get_button (self->view);

  gtk_widget_set_visible (GTK_WIDGET (self->power),
                          button != PT_VIEW_BUTTON_NONE &&
                            g_strcmp0 (offered, looks[button].action) != 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->power), looks[button].action);
  if (button == PT_VIEW_BUTTON_NONE)
    return;
  gtk_button_set_label (self->power, _ (looks[button].label));
  gtk_widget_remove_css_class (GTK_WIDGET (self->power), "suggested-action");
  gtk_widget_remove_css_class (GTK_WIDGET (self->power), "destructive-action");
  gtk_widget_add_css_class (GTK_WIDGET (self->power), looks[button].style);
}


/* Return does what the page offers, unless the user has gone somewhere else: GTK itself begins in
 * the header bar. */
static void
pt_window_offer_focus (PtWindow  *self,
                       GtkWidget *button)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus == NULL || (gtk_widget_is_ancestor (focus, self->header) &&
                        gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) == NULL))
    gtk_widget_grab_focus (button);
}


static void
pt_window_show_view (PtWindow *self)
{
  PtViewWords words = { 0 };
  gboolean    picture = pt_view_has_picture (self->view) && self->facts.picture;

  pt_view_get_words (self->view, self->rehearsal, &words);
  pt_window_show_power (self, words.action);
  if (picture)
    pt_window_show_veil (self, &words);
  else
    pt_window_show_status (self, &words);
  gtk_stack_set_visible_child_name (self->body, picture ? "picture" : "words");
  if (words.action != NULL)
    pt_window_offer_focus (self, GTK_WIDGET (picture ? self->veil_action : self->status_action));
  pt_window_update_actions (self);
}


static gboolean
pt_window_view_timer_cb (gpointer data)
{
  PtWindow *self = PT_WINDOW (data);

  self->view_timer = 0;
  pt_window_refresh (self);
  return G_SOURCE_REMOVE;
}


void
pt_window_refresh (PtWindow *self)
{
  gint64 later = 0;

  g_assert (PT_IS_WINDOW (self));

  self->facts.since = g_get_monotonic_time () - self->machine_since;
  self->view = pt_view_decide (&self->facts);
  pt_window_show_view (self);
  g_clear_handle_id (&self->view_timer, g_source_remove);
  later = pt_view_until_change (&self->facts);
  if (later > 0)
    self->view_timer = g_timeout_add ((guint)(later / 1000 + 1), pt_window_view_timer_cb, self);
}


/* --- Full screen --- */

static void
pt_window_fullscreened_cb (PtWindow *self)
{
  gboolean active = gtk_window_is_fullscreen (GTK_WINDOW (self));

  pt_full_screen_set_active (self->full_screen, active);
  if (active)
    pt_window_toast (self, _ ("F11 leaves the full screen. Rest the pointer at the top edge for "
                              "the header bar."));
}


/* A menu cannot open from a header bar that is not there yet. */
static void
pt_window_revealed_cb (PtWindow *self)
{
  if (self->menu_wanted && gtk_revealer_get_child_revealed (GTK_REVEALER (self->revealer)))
    gtk_menu_button_popup (self->menu_button);
  self->menu_wanted = FALSE;
}


/* --- GObject --- */

static void
pt_window_set_show_statistics (PtWindow *self,
                               gboolean  show)
{
  if (self->show_statistics == show)
    return;
  self->show_statistics = show;
  gtk_widget_set_visible (self->statistics, show);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_STATISTICS]);
}


static void
pt_window_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  PtWindow *self = PT_WINDOW (object);

  switch ((PtWindowProperty)id)
    {
    case PROP_SHOW_STATISTICS:
      g_value_set_boolean (value, self->show_statistics);
      break;
    case PROP_MACHINE_NAME:
      if (self->machine != NULL)
        g_value_set_string (value, pt_machine_get_name (self->machine));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}


static void
pt_window_set_property (GObject      *object,
                        guint         id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  switch ((PtWindowProperty)id)
    {
    case PROP_SHOW_STATISTICS:
      pt_window_set_show_statistics (PT_WINDOW (object), g_value_get_boolean (value));
      break;
    case PROP_MACHINE_NAME:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}


static void
pt_window_remember (PtWindow *self)
{
  int width = 0, height = 0;

  if (self->settings == NULL || gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}


static gboolean
pt_window_close_request (GtkWindow *window)
{
  if (!pt_window_may_close (PT_WINDOW (window)))
    return GDK_EVENT_STOP;
  return GTK_WINDOW_CLASS (pt_window_parent_class)->close_request (window);
}


/* A window is realized once, so this is its end for the user. Whatever still holds it (a machine
 * that is starting) must neither start anything nor read frames. */
static void
pt_window_unrealize (GtkWidget *widget)
{
  PtWindow *self = PT_WINDOW (widget);

  pt_window_remember (self);
  g_clear_handle_id (&self->view_timer, g_source_remove);
  pt_window_disconnect (self);
  GTK_WIDGET_CLASS (pt_window_parent_class)->unrealize (widget);
}


static void
pt_window_dispose (GObject *object)
{
  PtWindow *self = PT_WINDOW (object);

  g_clear_handle_id (&self->view_timer, g_source_remove);
  pt_window_disconnect (self);
  g_clear_object (&self->full_screen);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), PT_TYPE_WINDOW);

  G_OBJECT_CLASS (pt_window_parent_class)->dispose (object);
}


static void
pt_window_finalize (GObject *object)
{
  PtWindow *self = PT_WINDOW (object);

  g_free (self->wanted);
  g_free (self->detail);

  G_OBJECT_CLASS (pt_window_parent_class)->finalize (object);
}


static void
pt_window_switched_cb (PtWindow *self)
{
  PtMachine *machine = gtk_drop_down_get_selected_item (self->switcher);

  if (machine != NULL && machine != self->machine)
    pt_window_set_machine (self, machine);
}


/* The real computer restarts by itself now. */
static void
pt_window_trial_over_cb (PtWindow *self)
{
  gtk_label_set_label (self->trial_label, _ ("The time of the trial is over."));
  pt_window_set_trial_busy (self, TRUE);
}


static void
pt_window_class_bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, PT_WINDOW_RESOURCES "pt-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PtWindow, top);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, header);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, revealer);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, title_stack);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, power);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, notice);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, notice_label);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, notice_look);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, trial);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, trial_label);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, trial_time);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, trial_look);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, trial_keep);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, trial_back);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, warning);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, warning_label);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, body);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, status);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, status_detail);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, status_action);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, picture);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, veil);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, veil_icon);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, veil_title);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, veil_description);
  gtk_widget_class_bind_template_child (widget_class, PtWindow, veil_action);
  gtk_widget_class_bind_template_callback (widget_class, pt_window_switched_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_window_trial_over_cb);
}


static void
pt_window_class_init (PtWindowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = pt_window_get_property;
  object_class->set_property = pt_window_set_property;
  object_class->dispose = pt_window_dispose;
  object_class->finalize = pt_window_finalize;
  widget_class->unrealize = pt_window_unrealize;
  GTK_WINDOW_CLASS (klass)->close_request = pt_window_close_request;

  properties[PROP_SHOW_STATISTICS] =
    g_param_spec_boolean ("show-statistics", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MACHINE_NAME] =
    g_param_spec_string ("machine-name", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_SET_UP] = g_signal_new ("set-up", PT_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LOOK] = g_signal_new ("look", PT_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MAY_START] = g_signal_new ("may-start", PT_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0,
                                            g_signal_accumulator_true_handled, NULL, NULL,
                                            G_TYPE_BOOLEAN, 1, PT_TYPE_MACHINE);

  signals[SIGNAL_TRIAL_ANSWER] = g_signal_new ("trial-answer", PT_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0,
                                               NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  g_type_ensure (PT_TYPE_COUNTDOWN);
  pt_window_register_resource ();
  pt_window_class_bind_template (widget_class);
  pt_window_class_install_actions (widget_class);
}


/* Once for the display, not once for each window. */
static void
pt_window_ensure_style (void)
{
  static GtkCssProvider *provider = NULL;
  GdkDisplay            *display = gdk_display_get_default ();

  pt_widgets_ensure_style (display);
  if (provider != NULL)
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, PT_WINDOW_RESOURCES "style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    "/com/example/Passthru/icons");
}


static void
pt_window_init (PtWindow *self)
{
  g_autoptr (GtkBuilder) builder = NULL;

  pt_window_ensure_style ();
  gtk_widget_init_template (GTK_WIDGET (self));

  self->display = pt_display_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->picture), self->display);
  self->statistics = pt_statistics_new (PT_DISPLAY (self->display));
  gtk_widget_set_halign (self->statistics, GTK_ALIGN_START);
  gtk_widget_set_valign (self->statistics, GTK_ALIGN_START);
  gtk_widget_hide (self->statistics);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->picture), self->statistics);

  self->full_screen = pt_full_screen_new (GTK_WIDGET (self), GTK_BOX (self->top), self->header,
                                          GTK_REVEALER (self->revealer));
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (pt_window_fullscreened_cb), NULL);
  g_signal_connect_swapped (self->revealer, "notify::child-revealed",
                            G_CALLBACK (pt_window_revealed_cb), self);

  builder = gtk_builder_new_from_resource (PT_WINDOW_RESOURCES "pt-shortcuts.ui");
  gtk_application_window_set_help_overlay (
    GTK_APPLICATION_WINDOW (self),
    GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay")));
  pt_window_init_machine (self);
}


/* --- Public --- */

GtkWidget *
pt_window_new (GtkApplication *application,
               gboolean        rehearsal)
{
  PtWindow *self = NULL;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);

  self = g_object_new (PT_TYPE_WINDOW, "application", application, NULL);
  self->rehearsal = rehearsal;
  gtk_widget_set_visible (self->strip, rehearsal);
  pt_window_connect (self);
  return GTK_WIDGET (self);
}


GtkWidget *
pt_window_new_for_memory (GtkApplication *application,
                          const char     *shared_memory)
{
  PtWindow *self = NULL;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (shared_memory != NULL, NULL);

  self = g_object_new (PT_TYPE_WINDOW, "application", application, NULL);
  self->facts.has_machine = TRUE;
  self->facts.machine = PT_MACHINE_RUNNING;
  self->machine_since = g_get_monotonic_time ();
  pt_window_attach (self, shared_memory);
  pt_window_refresh (self);
  return GTK_WIDGET (self);
}


void
pt_window_set_settings (PtWindow  *self,
                        GSettings *settings)
{
  int width = 0, height = 0;

  g_return_if_fail (PT_IS_WINDOW (self));
  g_return_if_fail (settings == NULL || G_IS_SETTINGS (settings));

  if (!g_set_object (&self->settings, settings) || settings == NULL)
    return;
  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_settings_bind (settings, "show-statistics", self, "show-statistics", G_SETTINGS_BIND_DEFAULT);
}


const char *
pt_window_get_view (PtWindow *self)
{
  g_return_val_if_fail (PT_IS_WINDOW (self), NULL);

  return pt_view_to_nick (self->view);
}


guint64
pt_window_get_drawn (PtWindow *self)
{
  g_return_val_if_fail (PT_IS_WINDOW (self), 0);

  return pt_display_get_drawn (PT_DISPLAY (self->display));
}


PtMachine *
pt_window_get_machine (PtWindow *self)
{
  g_return_val_if_fail (PT_IS_WINDOW (self), NULL);

  return self->machine;
}


GListModel *
pt_window_get_machines (PtWindow *self)
{
  g_return_val_if_fail (PT_IS_WINDOW (self), NULL);

  return (GListModel *)self->machines;
}


gboolean
pt_window_ask_may_start (PtWindow *self)
{
  gboolean asked = FALSE;

  g_assert (PT_IS_WINDOW (self) && self->machine != NULL);

  g_signal_emit (self, signals[SIGNAL_MAY_START], 0, self->machine, &asked);
  return asked;
}


void
pt_window_set_notice (PtWindow   *self,
                      const char *text,
                      gboolean    look)
{
  g_return_if_fail (PT_IS_WINDOW (self));

  gtk_label_set_text (self->notice_label, text != NULL ? text : "");
  gtk_widget_set_visible (self->notice_look, look);
  gtk_widget_set_visible (self->notice, text != NULL);
}


void
pt_window_ask_trial (PtWindow *self,
                     gint64    end,
                     gboolean  good)
{
  GtkWidget *better = good ? self->trial_keep : self->trial_back;
  GtkWidget *other = good ? self->trial_back : self->trial_keep;

  g_return_if_fail (PT_IS_WINDOW (self));

  gtk_label_set_label (self->trial_label,
                       good ? _ ("This start is a trial. Keep the changes?")
                            : _ ("This start is a trial, and something is not as planned."));
  gtk_widget_set_visible (self->trial_keep, good);
  gtk_widget_set_visible (self->trial_look, !good);
  gtk_widget_add_css_class (better, "suggested-action");
  gtk_widget_remove_css_class (other, "suggested-action");
  gtk_widget_set_visible (self->trial, end != 0);
  pt_countdown_set_end (self->trial_time, end);
}


void
pt_window_set_trial_busy (PtWindow *self,
                          gboolean  busy)
{
  g_return_if_fail (PT_IS_WINDOW (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.keep-trial", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.leave-trial", !busy);
}


void
pt_window_warn_setup (PtWindow   *self,
                      const char *text)
{
  g_return_if_fail (PT_IS_WINDOW (self));

  gtk_label_set_text (self->warning_label, text != NULL ? text : "");
  gtk_widget_set_visible (self->warning, text != NULL);
}


void
pt_window_toast (PtWindow   *self,
                 const char *text)
{
  AdwToast *toast = NULL;

  g_return_if_fail (PT_IS_WINDOW (self));
  g_return_if_fail (text != NULL);

  toast = adw_toast_new (text);
  adw_toast_set_timeout (toast, 4);
  adw_toast_overlay_add_toast (self->toasts, toast);
}
