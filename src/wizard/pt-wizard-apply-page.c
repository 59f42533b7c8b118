/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-apply-page"

#include "config.h"

#include "pt-wizard-apply-page.h"

#include <glib/gi18n-lib.h>

#include "pt-widgets.h"
#include "pt-wizard-rows.h"

struct _PtWizardApplyPage
{
  PtWizardPage parent_instance;

  PtStatusIcon   *icon;
  GtkLabel       *heading;
  GtkLabel       *body;
  GtkProgressBar *progress;
  GtkListBox     *steps;
  GtkListBox     *details;
  GtkWidget      *actions;
  GtkWidget      *undo;
  GtkWidget      *again;

  GHashTable *icons;   /* step id → PtStatusIcon in the list */
  PtRequest   doing;   /* what is under way */
  PtRequest   done;    /* what was last finished here, for the words */
  GError     *failure; /* of it, or NULL */
};

G_DEFINE_FINAL_TYPE (PtWizardApplyPage, pt_wizard_apply_page, PT_TYPE_WIZARD_PAGE)


const char *
pt_apply_explain (const GError *error,
                  PtRequest     request)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED))
    return _ ("The permission was not given. Nothing was changed, and your choice is kept: try "
              "again, or have an administrator of this computer do it.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DISMISSED))
    return _ ("The question for the password was closed without an answer. Nothing was changed, "
              "and your choice is kept: try again whenever you like.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED))
    return _ ("Nobody could be asked for the password, because no program that asks for it (a "
              "polkit agent) answers in this session. Nothing was changed, and your choice is "
              "kept: start one, or log in to a full desktop, then try again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED))
    return _ ("The computer is not as it was when the changes were shown. Look at them again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY))
    return _ ("Another change is under way, or one is in place already.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_IN_USE))
    return _ ("A machine is using a device that was set aside. Everything else was put back. Shut "
              "the machine down that the details name, then undo again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING))
    return _ ("There is nothing to undo.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CONFLICT))
    return _ ("A file was changed by someone else after Passthru. It was left as it is; "
              "everything else was put back.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER))
    return _ ("Passthru's helper, which makes the changes, is not installed on this computer, or "
              "it could not be started. Nothing was changed. Install Passthru with "
              "build-aux/install, then try again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_ENDED))
    return _ ("Passthru's helper ended before it had finished. What it had changed until then is "
              "on record and can be undone.");
  if (request == PT_REQUEST_UNDO)
    return _ ("Something could not be put back. The details say what.");
  return _ ("A step did not work. The details say which and why.");
}


const char *
pt_apply_step_title (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  if (g_str_equal (id, "initramfs-hook"))
    return _ ("The pass-through drivers for the start of the computer");
  if (g_str_equal (id, "early-script"))
    return _ ("The small script that reserves devices early");
  if (g_str_equal (id, "early-unit"))
    return _ ("When that script runs");
  if (g_str_equal (id, "early-order"))
    return _ ("The place of that script before all others");
  if (g_str_equal (id, "trial-entry"))
    return _ ("The entry of the trial in the boot menu");
  if (g_str_equal (id, "initramfs"))
    return _ ("The start-up files (initramfs)");
  if (g_str_equal (id, "boot-parameters"))
    return _ ("The kernel parameters");
  if (g_str_equal (id, "update-boot-loader"))
    return _ ("The boot menu");
  return id;
}


static void
pt_wizard_apply_page_say (PtWizardApplyPage *self,
                          PtStatusKind       kind,
                          const char        *heading,
                          const char        *body)
{
  pt_status_icon_set (self->icon, kind, heading);
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->body, body);
}


static const char *
pt_wizard_apply_page_kind_words (PtStatusKind kind)
{
  switch (kind)
    {
    case PT_STATUS_KIND_PENDING: return _ ("To come");
    case PT_STATUS_KIND_BUSY: return _ ("Under way");
    case PT_STATUS_KIND_PASS: return _ ("Done");
    case PT_STATUS_KIND_FAIL: return _ ("Did not work");
    case PT_STATUS_KIND_UNDONE: return _ ("Put back");
    case PT_STATUS_KIND_WARN:
    case PT_STATUS_KIND_UNKNOWN:
    default: return _ ("Could not tell");
    }
}


static GtkWidget *
pt_wizard_apply_page_add_step (PtWizardApplyPage *self,
                               const char        *id,
                               const char        *title,
                               PtStatusKind       kind)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = pt_status_icon_new (kind, pt_wizard_apply_page_kind_words (kind));

  pt_row_set_words (row, title, NULL);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_list_box_append (self->steps, row);
  g_hash_table_insert (self->icons, g_strdup (id), icon);
  return icon;
}


/* What is under way or on record is a trial that nobody made permanent. */
static gboolean
pt_wizard_apply_page_is_trial (PtWizardApplyPage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  PtTrialState   trial = pt_wizard_state_get_trial (state);

  if (self->doing == PT_REQUEST_APPLY || self->doing == PT_REQUEST_PREPARE)
    return self->doing == PT_REQUEST_PREPARE;
  return pt_wizard_state_get_setup (state) == PT_SETUP_APPLIED && trial != PT_TRIAL_NONE &&
         trial != PT_TRIAL_CONFIRMED;
}


static void
pt_wizard_apply_page_fill (PtWizardApplyPage *self,
                           PtStatusKind       kind)
{
  PtPlan    *plan = pt_wizard_state_get_plan (pt_wizard_page_get_state (PT_WIZARD_PAGE (self)));
  GPtrArray *steps = plan != NULL ? pt_plan_get_steps (plan) : NULL;
  gboolean   trial = pt_wizard_apply_page_is_trial (self);
  guint      n_steps = 0;

  if (steps != NULL)
    n_steps = trial ? pt_plan_get_n_inert (plan) : steps->len;
  g_hash_table_remove_all (self->icons);
  pt_widgets_clear_list (self->steps);
  for (guint i = 0; i < n_steps; i++)
    {
      PtStep *step = g_ptr_array_index (steps, i);

      pt_wizard_apply_page_add_step (self, pt_step_get_id (step), pt_step_get_title (step), kind);
    }
  if (trial)
    pt_wizard_apply_page_add_step (self, "trial-entry",
                                   _ ("Add an entry of its own to the boot menu"), kind);
  gtk_widget_set_visible (GTK_WIDGET (self->steps), steps != NULL && steps->len > 0);
}


static PtStatusKind
pt_wizard_apply_page_step_kind (PtStepState state)
{
  switch (state)
    {
    case PT_STEP_STARTED: return PT_STATUS_KIND_BUSY;
    case PT_STEP_DONE: return PT_STATUS_KIND_PASS;
    case PT_STEP_FAILED: return PT_STATUS_KIND_FAIL;
    case PT_STEP_UNDONE: return PT_STATUS_KIND_UNDONE;
    default: return PT_STATUS_KIND_UNKNOWN;
    }
}


static void
pt_wizard_apply_page_step_cb (PtWizardApplyPage *self,
                              const char        *id,
                              guint              index,
                              guint              total,
                              PtStepState        state)
{
  PtStatusKind kind = pt_wizard_apply_page_step_kind (state);
  GtkWidget   *icon = g_hash_table_lookup (self->icons, id);

  if (self->doing == PT_REQUEST_NONE)
    return;
  /* A step that the plan on show does not know was in an earlier one that is being taken back. */
  if (icon == NULL)
    icon = pt_wizard_apply_page_add_step (self, id, pt_apply_step_title (id), kind);
  gtk_widget_show (GTK_WIDGET (self->steps));
  pt_status_icon_set (PT_STATUS_ICON (icon), kind, pt_wizard_apply_page_kind_words (kind));
  if (total > 0)
    gtk_progress_bar_set_fraction (self->progress,
                                   (index + (state == PT_STEP_STARTED ? 0.0 : 1.0)) / total);
}


static const char *
pt_wizard_apply_page_get_failure_heading (PtWizardApplyPage *self,
                                          PtSetupState       setup)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  if (pt_setup_error_is_permission (self->failure))
    return self->done == PT_REQUEST_UNDO
             ? _ ("Nothing was undone.")
             : _ ("The changes were not made. Everything is as it was before.");
  if (!pt_wizard_state_is_setup_known (state))
    return _ ("Whether something was changed cannot be told.");
  if (self->done == PT_REQUEST_UNDO)
    return _ ("Not everything could be undone.");
  if (setup == PT_SETUP_INTERRUPTED)
    return _ ("The changes did not finish, and not everything is back yet.");
  return _ ("The changes were not made. Everything is as it was before.");
}


/* Nothing is under way any more; how far a step came is not known. */
static void
pt_wizard_apply_page_stop_steps (PtWizardApplyPage *self)
{
  GHashTableIter iter = { 0 };
  gpointer       icon = NULL;

  g_hash_table_iter_init (&iter, self->icons);
  while (g_hash_table_iter_next (&iter, NULL, &icon))
    if (pt_status_icon_get_kind (icon) == PT_STATUS_KIND_BUSY)
      pt_status_icon_set (icon, PT_STATUS_KIND_UNKNOWN,
                          pt_wizard_apply_page_kind_words (PT_STATUS_KIND_UNKNOWN));
}


static void
pt_wizard_apply_page_show_failure (PtWizardApplyPage *self,
                                   PtSetupState       setup)
{
  gboolean refused = pt_setup_error_is_permission (self->failure);

  pt_wizard_apply_page_say (self, refused ? PT_STATUS_KIND_WARN : PT_STATUS_KIND_FAIL,
                            pt_wizard_apply_page_get_failure_heading (self, setup),
                            pt_apply_explain (self->failure, self->done));
  pt_wizard_apply_page_stop_steps (self);
  pt_widgets_clear_list (self->details);
  gtk_list_box_append (self->details, pt_row_new_evidence (_ ("Details"), self->failure->message));
}


static void
pt_wizard_apply_page_show_success (PtWizardApplyPage *self,
                                   PtSetupState       setup)
{
  if (pt_wizard_apply_page_is_trial (self))
    pt_wizard_apply_page_say (self, PT_STATUS_KIND_PASS, _ ("The trial is prepared."),
                              _ ("Nothing is different until you start it on the next page."));
  else if (setup == PT_SETUP_APPLIED)
    pt_wizard_apply_page_say (self, PT_STATUS_KIND_PASS, _ ("The changes are in place."),
                              _ ("They take effect with the next start of the computer. Until "
                                 "then nothing is different."));
  else if (setup == PT_SETUP_INTERRUPTED)
    pt_wizard_apply_page_say (self, PT_STATUS_KIND_WARN, _ ("An earlier change did not finish."),
                              _ ("“Undo everything” brings back exactly what was there before."));
  else if (self->done == PT_REQUEST_UNDO)
    pt_wizard_apply_page_say (self, PT_STATUS_KIND_UNDONE, _ ("Everything is as it was before."),
                              _ ("If the computer was restarted in between, the card returns to "
                                 "this desktop with the next start."));
  else
    pt_wizard_apply_page_say (self, PT_STATUS_KIND_PENDING, _ ("Nothing was changed yet."),
                              _ ("The changes are made when you choose “Apply…” on the page "
                                 "before."));
}


/* Also where it did not work, or nobody knows whether there is something: an undo of nothing is no
 * harm. */
static gboolean
pt_wizard_apply_page_may_undo (PtWizardApplyPage *self,
                               PtSetupState       setup)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  if (setup == PT_SETUP_INTERRUPTED || !pt_wizard_state_is_setup_known (state))
    return TRUE;
  return setup == PT_SETUP_APPLIED && self->done == PT_REQUEST_UNDO && self->failure != NULL;
}


static void
pt_wizard_apply_page_update (PtWizardPage *page)
{
  PtWizardApplyPage *self = PT_WIZARD_APPLY_PAGE (page);
  PtWizardState     *state = pt_wizard_page_get_state (page);
  PtSetupState       setup = pt_wizard_state_get_setup (state);
  gboolean           may_undo = pt_wizard_apply_page_may_undo (self, setup);

  if (self->doing != PT_REQUEST_NONE)
    return;
  if (self->failure != NULL)
    pt_wizard_apply_page_show_failure (self, setup);
  else
    pt_wizard_apply_page_show_success (self, setup);
  if (self->done == PT_REQUEST_NONE)
    pt_wizard_apply_page_fill (self, setup == PT_SETUP_APPLIED ? PT_STATUS_KIND_PASS
                                                               : PT_STATUS_KIND_PENDING);
  gtk_widget_hide (GTK_WIDGET (self->progress));
  gtk_widget_set_visible (GTK_WIDGET (self->details), self->failure != NULL);
  gtk_widget_set_visible (self->actions, may_undo || setup != PT_SETUP_APPLIED);
  gtk_widget_set_visible (self->undo, may_undo);
  gtk_widget_set_visible (self->again, setup == PT_SETUP_NONE);
  pt_wizard_page_set_forward (page, _ ("Continue"), setup == PT_SETUP_APPLIED);
}


static void
pt_wizard_apply_page_loaded_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data)
{
  g_autoptr (PtWizardApplyPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pt_wizard_state_load_finish (PT_WIZARD_STATE (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->done = self->doing;
  self->doing = PT_REQUEST_NONE;
  pt_wizard_page_set_can_go_back (PT_WIZARD_PAGE (self), TRUE);
  pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
  pt_wizard_apply_page_update (PT_WIZARD_PAGE (self));
}


static void
pt_wizard_apply_page_finished (PtWizardApplyPage *self,
                               GError            *failure)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  g_clear_error (&self->failure);
  self->failure = failure;
  if (pt_wizard_page_get_state (page) == NULL)
    return;
  pt_wizard_state_load_async (pt_wizard_page_get_state (page),
                              pt_wizard_page_get_cancellable (page),
                              pt_wizard_apply_page_loaded_cb, g_object_ref (self));
}


static void
pt_wizard_apply_page_applied_cb (GObject      *source,
                                 GAsyncResult *result,
                                 gpointer      user_data)
{
  g_autoptr (PtWizardApplyPage) self = user_data;
  GError *error = NULL;

  pt_helper_client_apply_finish (PT_HELPER_CLIENT (source), result, &error);
  pt_wizard_apply_page_finished (self, error);
}


static void
pt_wizard_apply_page_prepared_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardApplyPage) self = user_data;
  GError *error = NULL;

  pt_helper_client_prepare_trial_finish (PT_HELPER_CLIENT (source), result, &error);
  pt_wizard_apply_page_finished (self, error);
}


static void
pt_wizard_apply_page_undone_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data)
{
  g_autoptr (PtWizardApplyPage) self = user_data;
  GError *error = NULL;

  pt_helper_client_undo_finish (PT_HELPER_CLIENT (source), result, &error);
  pt_wizard_apply_page_finished (self, error);
}


/* Neither is cancelled when the window goes: the helper finishes what it began. */
static void
pt_wizard_apply_page_begin (PtWizardApplyPage *self,
                            PtRequest          request)
{
  PtWizardPage   *page = PT_WIZARD_PAGE (self);
  PtWizardState  *state = pt_wizard_page_get_state (page);
  PtHelperClient *client = pt_wizard_state_get_client (state);
  PtPlan         *plan = pt_wizard_state_get_plan (state);

  g_clear_error (&self->failure);
  self->doing = request;
  self->done = PT_REQUEST_NONE;
  gtk_progress_bar_set_fraction (self->progress, 0.0);
  gtk_widget_show (GTK_WIDGET (self->progress));
  gtk_widget_hide (GTK_WIDGET (self->details));
  gtk_widget_hide (self->actions);
  pt_wizard_page_set_forward (page, _ ("Continue"), FALSE);
  pt_wizard_page_set_can_go_back (page, FALSE);
  pt_wizard_page_set_busy (page, TRUE);
  if (request == PT_REQUEST_UNDO)
    {
      pt_wizard_apply_page_fill (self, PT_STATUS_KIND_PASS);
      pt_wizard_apply_page_say (self, PT_STATUS_KIND_BUSY, _ ("Putting everything back…"),
                                _ ("Please leave the computer on for this moment."));
      pt_helper_client_undo_async (client, NULL, pt_wizard_apply_page_undone_cb,
                                   g_object_ref (self));
      return;
    }
  pt_wizard_apply_page_fill (self, PT_STATUS_KIND_PENDING);
  if (request == PT_REQUEST_PREPARE)
    {
      pt_wizard_apply_page_say (self, PT_STATUS_KIND_BUSY, _ ("Preparing the trial…"),
                                _ ("Please leave the computer on for this moment."));
      pt_helper_client_prepare_trial_async (client, pt_plan_get_intent (plan),
                                            pt_plan_get_digest (plan),
                                            pt_wizard_state_get_trial_minutes (state), NULL,
                                            pt_wizard_apply_page_prepared_cb, g_object_ref (self));
      return;
    }
  pt_wizard_apply_page_say (self, PT_STATUS_KIND_BUSY, _ ("Making the changes…"),
                            _ ("Please leave the computer on for this moment."));
  pt_helper_client_apply_async (client, pt_plan_get_intent (plan), pt_plan_get_digest (plan), NULL,
                                pt_wizard_apply_page_applied_cb, g_object_ref (self));
}


static void
pt_wizard_apply_page_enter (PtWizardPage *page)
{
  PtWizardApplyPage *self = PT_WIZARD_APPLY_PAGE (page);
  PtWizardState     *state = pt_wizard_page_get_state (page);
  PtRequest          request = pt_wizard_state_take_request (state);

  if (request != PT_REQUEST_UNDO && pt_wizard_state_get_plan (state) == NULL)
    return;
  if (request != PT_REQUEST_NONE)
    pt_wizard_apply_page_begin (self, request);
}


static void
pt_wizard_apply_page_leave (PtWizardPage *page)
{
  PtWizardApplyPage *self = PT_WIZARD_APPLY_PAGE (page);

  g_clear_error (&self->failure);
  self->done = PT_REQUEST_NONE;
}


static void
pt_wizard_apply_page_constructed (GObject *object)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (object));

  G_OBJECT_CLASS (pt_wizard_apply_page_parent_class)->constructed (object);

  g_signal_connect_object (pt_wizard_state_get_client (state), "step",
                           G_CALLBACK (pt_wizard_apply_page_step_cb), object, G_CONNECT_SWAPPED);
}


static void
pt_wizard_apply_page_dispose (GObject *object)
{
  PtWizardApplyPage *self = PT_WIZARD_APPLY_PAGE (object);

  g_hash_table_remove_all (self->icons);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_APPLY_PAGE);

  G_OBJECT_CLASS (pt_wizard_apply_page_parent_class)->dispose (object);
}


static void
pt_wizard_apply_page_finalize (GObject *object)
{
  PtWizardApplyPage *self = PT_WIZARD_APPLY_PAGE (object);

  g_hash_table_unref (self->icons);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (pt_wizard_apply_page_parent_class)->finalize (object);
}


static void
pt_wizard_apply_page_class_init (PtWizardApplyPageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->constructed = pt_wizard_apply_page_constructed;
  object_class->dispose = pt_wizard_apply_page_dispose;
  object_class->finalize = pt_wizard_apply_page_finalize;
  page_class->enter = pt_wizard_apply_page_enter;
  page_class->leave = pt_wizard_apply_page_leave;
  page_class->update = pt_wizard_apply_page_update;

  g_type_ensure (PT_TYPE_STATUS_ICON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-apply-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, icon);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, heading);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, body);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, progress);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, steps);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, details);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, actions);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, undo);
  gtk_widget_class_bind_template_child (widget_class, PtWizardApplyPage, again);
}


static void
pt_wizard_apply_page_init (PtWizardApplyPage *self)
{
  self->icons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_status_icon_set_pixel_size (self->icon, 40);
}
