/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard"

#include "config.h"

#include "pt-wizard.h"

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"
#include "pt-wizard-apply-page.h"
#include "pt-wizard-card-page.h"
#include "pt-wizard-changes-page.h"
#include "pt-wizard-hardware-page.h"
#include "pt-wizard-machine-page.h"
#include "pt-wizard-private.h"
#include "pt-wizard-ready-page.h"
#include "pt-wizard-resources.h"
#include "pt-wizard-restart-page.h"
#include "pt-wizard-welcome-page.h"

/* Content is no wider than this many pixels. */
#define CLAMP_WIDTH 640

G_DEFINE_FINAL_TYPE (PtWizard, pt_wizard, ADW_TYPE_APPLICATION_WINDOW)

enum {
  SIGNAL_FINISHED,
  SIGNAL_REHEARSE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* All pages, in order. A new one is a line here and a name in pt-wizard-flow. */
typedef struct
{
  GType (*get_type) (void);
  const char *title;
  const char *step;
} PtWizardRow;

static const PtWizardRow rows[] = {
  [PT_PAGE_WELCOME] = { pt_wizard_welcome_page_get_type, N_ ("Welcome"), N_ ("Welcome") },
  [PT_PAGE_HARDWARE] = { pt_wizard_hardware_page_get_type, N_ ("Your hardware"), N_ ("Hardware") },
  [PT_PAGE_CARD] = { pt_wizard_card_page_get_type, N_ ("Choose the card"), N_ ("Card") },
  [PT_PAGE_CHANGES] = { pt_wizard_changes_page_get_type, N_ ("What will change"), N_ ("Changes") },
  [PT_PAGE_APPLY] = { pt_wizard_apply_page_get_type, N_ ("Apply"), N_ ("Apply") },
  [PT_PAGE_RESTART] = { pt_wizard_restart_page_get_type, N_ ("Restart and verify"),
                        N_ ("Restart") },
  [PT_PAGE_MACHINE] = { pt_wizard_machine_page_get_type, N_ ("Create the machine"),
                        N_ ("Machine") },
  [PT_PAGE_READY] = { pt_wizard_ready_page_get_type, N_ ("Ready"), N_ ("Ready") },
};


void
pt_wizard_toast (PtWizard   *self,
                 const char *words)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (words));
}


void
pt_wizard_finish (PtWizard   *self,
                  const char *machine,
                  gboolean    start)
{
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0, machine, start);
}


void
pt_wizard_ask_rehearsal (PtWizard *self)
{
  g_signal_emit (self, signals[SIGNAL_REHEARSE], 0);
}


static void
pt_wizard_update_header (PtWizard *self)
{
  PtWizardPage *page = self->pages[self->current];
  gboolean      on_the_way = !self->loading && self->current > PT_PAGE_WELCOME;
  const char   *label = self->loading ? NULL : pt_wizard_page_get_forward_label (page);

  adw_window_title_set_title (self->title, self->loading ? _ ("Passthru")
                                                         : pt_wizard_page_get_title (page));
  gtk_button_set_label (self->forward, label != NULL ? label : "");
  gtk_widget_set_visible (GTK_WIDGET (self->forward), label != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->back), on_the_way);
  gtk_widget_set_visible (GTK_WIDGET (self->steps), on_the_way);
  pt_steps_bar_set_current (self->steps, self->current, !pt_wizard_page_get_can_go_back (page));
}


void
pt_wizard_update_actions (PtWizard *self)
{
  GtkWidget    *widget = GTK_WIDGET (self);
  PtWizardPage *page = self->pages[self->current];
  gboolean      free_to_go = !self->loading && pt_wizard_page_get_can_go_back (page);
  gboolean      rehearsal = pt_wizard_state_is_rehearsal (self->state);
  gboolean      on_record = pt_wizard_state_get_setup (self->state) != PT_SETUP_NONE ||
                       !pt_wizard_state_is_setup_known (self->state);

  gtk_widget_action_set_enabled (widget, "wizard.forward",
                                 !self->loading && pt_wizard_page_get_can_go_forward (page));
  gtk_widget_action_set_enabled (widget, "wizard.back",
                                 free_to_go && self->current > PT_PAGE_WELCOME);
  gtk_widget_action_set_enabled (widget, "wizard.go", free_to_go);
  gtk_widget_action_set_enabled (widget, "wizard.undo",
                                 free_to_go && on_record);
  gtk_widget_action_set_enabled (widget, "wizard.reset", free_to_go && rehearsal);
  gtk_widget_action_set_enabled (widget, "wizard.rehearse", !rehearsal);
  gtk_widget_action_set_enabled (widget, "wizard.copy-report",
                                 pt_wizard_state_get_report (self->state) != NULL);
}


/* What the user chose holds. What GTK chose by itself, at the menu when the window opens and inside
 * the page when another comes on show, does not. */
static gboolean
pt_wizard_is_focus_chosen (PtWizard *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *page = GTK_WIDGET (self->pages[self->current]);

  if (focus == NULL)
    return FALSE;
  if (gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL)
    return TRUE;
  return self->touched &&
         (focus == GTK_WIDGET (self->back) || gtk_widget_is_ancestor (focus, page));
}


/* Once a page: Return does what it offers, unless the user has gone somewhere else. */
static void
pt_wizard_offer_focus (PtWizard *self)
{
  if (self->offered || self->loading)
    return;
  if (pt_wizard_is_focus_chosen (self))
    self->offered = TRUE;
  else if (gtk_widget_get_visible (GTK_WIDGET (self->forward)))
    self->offered = gtk_widget_grab_focus (GTK_WIDGET (self->forward));
  else
    self->offered = gtk_widget_child_focus (GTK_WIDGET (self->pages[self->current]),
                                            GTK_DIR_TAB_FORWARD);
}


static gboolean
pt_wizard_key_cb (PtWizard *self)
{
  self->touched = TRUE;
  return GDK_EVENT_PROPAGATE;
}


static void
pt_wizard_pressed_cb (PtWizard *self)
{
  self->touched = TRUE;
}


/* Keys and clicks are seen before what they do: the one that leads to a page does not count
 * there. */
static void
pt_wizard_watch_user (PtWizard *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture         *clicks = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (pt_wizard_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (clicks), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (clicks), 0);
  g_signal_connect_swapped (clicks, "pressed", G_CALLBACK (pt_wizard_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (clicks));
}


static void
pt_wizard_update (PtWizard *self)
{
  if (self->pages[PT_PAGE_WELCOME] == NULL)
    return;
  pt_wizard_update_header (self);
  pt_wizard_update_actions (self);
  pt_wizard_offer_focus (self);
  pt_wizard_follow (self);
}


void
pt_wizard_show_page (PtWizard *self,
                     PtPageId  id)
{
  PtWizardPage *before = self->pages[self->current];
  PtWizardPage *page = self->pages[id];

  if (pt_wizard_page_is_shown (before))
    pt_wizard_page_leave (before);
  self->current = id;
  self->loading = FALSE;
  self->offered = FALSE;
  self->touched = FALSE;
  gtk_spinner_stop (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, pt_page_id_to_name (id));
  pt_wizard_store_set (pt_wizard_state_get_store (self->state), "page", pt_page_id_to_name (id));
  pt_wizard_page_enter (page);
  pt_wizard_update (self);
}


static void
pt_wizard_go_on_cb (PtWizard     *self,
                    PtWizardPage *page)
{
  if (page == self->pages[self->current] && self->current + 1 < PT_PAGE_LAST)
    pt_wizard_show_page (self, self->current + 1);
}


static void
pt_wizard_step_chosen_cb (PtWizard *self,
                          guint     index)
{
  if (index < self->current && pt_wizard_page_get_can_go_back (self->pages[self->current]))
    pt_wizard_show_page (self, index);
}


static PtPageId
pt_wizard_resume_at (PtWizard *self)
{
  PtVerification  *verification = pt_wizard_state_get_verification (self->state);
  g_autofree char *left_at = pt_wizard_store_get (pt_wizard_state_get_store (self->state), "page");
  PtFlowFacts      facts = {
         .left_at = PT_PAGE_WELCOME,
         .card_chosen = pt_wizard_state_has_card (self->state),
         .setup = pt_wizard_state_get_setup (self->state),
         .machine_exists = pt_wizard_state_get_machine (self->state) != NULL,
         .trial = pt_wizard_state_get_trial (self->state),
  };

  pt_page_id_from_name (left_at, &facts.left_at);
  facts.verified = verification != NULL ? pt_verification_get_result (verification)
                                        : PT_VERIFY_NOT_RESTARTED;
  return pt_flow_resume (&facts);
}


static void
pt_wizard_loaded_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (PtWizard) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pt_wizard_state_load_finish (PT_WIZARD_STATE (source), result, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      g_message ("the computer could not be looked at: %s", error->message);
    }
  if (!self->loading)
    return;
  pt_wizard_show_page (self, pt_wizard_resume_at (self));
  if (self->hardware_wanted)
    pt_wizard_show_hardware (self);
}


void
pt_wizard_load (PtWizard *self)
{
  if (pt_wizard_page_is_shown (self->pages[self->current]))
    pt_wizard_page_leave (self->pages[self->current]);
  self->loading = TRUE;
  gtk_spinner_start (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, "loading");
  pt_wizard_update (self);
  pt_wizard_state_load_async (self->state, self->cancellable, pt_wizard_loaded_cb,
                              g_object_ref (self));
}


static GtkWidget *
pt_wizard_create_frame (PtWizardPage *page)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), CLAMP_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (page));
  gtk_widget_set_margin_top (clamp, 24);
  gtk_widget_set_margin_bottom (clamp, 24);
  gtk_widget_set_margin_start (clamp, 15);
  gtk_widget_set_margin_end (clamp, 15);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  return scrolled;
}


static void
pt_wizard_create_pages (PtWizard *self)
{
  for (guint id = 0; id < PT_PAGE_LAST; id++)
    {
      PtWizardPage *page = g_object_new (rows[id].get_type (), "state", self->state, "title",
                                         _ (rows[id].title), NULL);

      self->pages[id] = page;
      gtk_stack_add_named (self->stack, pt_wizard_create_frame (page), pt_page_id_to_name (id));
      pt_steps_bar_add (self->steps, _ (rows[id].step));
      g_signal_connect_object (page, "go-on", G_CALLBACK (pt_wizard_go_on_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (page, "notify", G_CALLBACK (pt_wizard_update), self,
                               G_CONNECT_SWAPPED);
    }
}


/* While changes are being made the window stays: closing it would leave them half made. */
static gboolean
pt_wizard_close_request (GtkWindow *window)
{
  PtWizard *self = PT_WIZARD (window);

  if (!self->loading && !pt_wizard_page_get_can_go_back (self->pages[self->current]))
    {
      pt_wizard_toast (self, _ ("A change is under way. Passthru can be closed in a moment."));
      return TRUE;
    }
  return GTK_WINDOW_CLASS (pt_wizard_parent_class)->close_request (window);
}


static void
pt_wizard_dispose (GObject *object)
{
  PtWizard *self = PT_WIZARD (object);

  g_cancellable_cancel (self->cancellable);
  if (self->pages[PT_PAGE_WELCOME] != NULL && pt_wizard_page_is_shown (self->pages[self->current]))
    pt_wizard_page_leave (self->pages[self->current]);
  memset (self->pages, 0, sizeof self->pages);
  g_clear_object (&self->chooser);
  g_clear_object (&self->monitor);
  g_clear_object (&self->state);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD);

  G_OBJECT_CLASS (pt_wizard_parent_class)->dispose (object);
}


static void
pt_wizard_finalize (GObject *object)
{
  PtWizard *self = PT_WIZARD (object);

  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (pt_wizard_parent_class)->finalize (object);
}


static void
pt_wizard_class_init (PtWizardClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pt_wizard_dispose;
  object_class->finalize = pt_wizard_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = pt_wizard_close_request;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                           G_TYPE_BOOLEAN);
  signals[SIGNAL_REHEARSE] = g_signal_new ("rehearse", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PT_TYPE_STEPS_BAR);
  g_resources_register (pt_wizard_get_resource ());
  gtk_widget_class_set_template_from_resource (widget_class, PT_WIZARD_RESOURCE ("pt-wizard.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizard, toasts);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, title);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, back);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, forward);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, strip);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, steps);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, stack);
  gtk_widget_class_bind_template_child (widget_class, PtWizard, spinner);
  pt_wizard_install_actions (widget_class);
}


static void
pt_wizard_init (PtWizard *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_widgets_ensure_style (gtk_widget_get_display (GTK_WIDGET (self)));
  pt_wizard_watch_user (self);
  g_signal_connect_object (self->steps, "chosen", G_CALLBACK (pt_wizard_step_chosen_cb), self,
                           G_CONNECT_SWAPPED);
}


GtkWidget *
pt_wizard_new (GtkApplication *application,
               PtSysroot      *sysroot)
{
  PtWizard *self = NULL;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  self = g_object_new (PT_TYPE_WIZARD, "application", application, NULL);
  self->state = pt_wizard_state_new (sysroot);
  gtk_widget_set_visible (self->strip, pt_wizard_state_is_rehearsal (self->state));
  g_signal_connect_object (self->state, "changed", G_CALLBACK (pt_wizard_update), self,
                           G_CONNECT_SWAPPED);
  pt_wizard_create_pages (self);
  pt_wizard_start_following (self);
  pt_wizard_load (self);
  return GTK_WIDGET (self);
}


void
pt_wizard_show_hardware (PtWizard *self)
{
  g_autofree char *left_at = NULL;
  PtWizardStore   *store = NULL;

  g_return_if_fail (PT_IS_WIZARD (self));

  self->hardware_wanted = self->loading;
  if (self->loading || !pt_wizard_page_get_can_go_back (self->pages[self->current]))
    return;
  store = pt_wizard_state_get_store (self->state);
  left_at = pt_wizard_store_get (store, "page");
  pt_wizard_show_page (self, PT_PAGE_HARDWARE);
  pt_wizard_store_set (store, "page", left_at);
}


const char *
pt_wizard_get_page_name (PtWizard *self)
{
  g_return_val_if_fail (PT_IS_WIZARD (self), NULL);

  return pt_page_id_to_name (self->current);
}


gboolean
pt_wizard_is_settled (PtWizard *self)
{
  g_return_val_if_fail (PT_IS_WIZARD (self), FALSE);

  return !self->loading && !pt_wizard_page_get_busy (self->pages[self->current]) &&
         !gtk_stack_get_transition_running (self->stack);
}


gboolean
pt_wizard_advance (PtWizard *self)
{
  g_return_val_if_fail (PT_IS_WIZARD (self), FALSE);

  if (self->loading || !pt_wizard_page_get_can_go_forward (self->pages[self->current]))
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (self), "wizard.forward", NULL);
}
