/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-changes-page"

#include "config.h"

#include "pt-wizard-changes-page.h"

#include <glib/gi18n-lib.h>

#include "pt-dialogs.h"
#include "pt-diff-view.h"
#include "pt-rescue-words.h"
#include "pt-trial.h"
#include "pt-widgets.h"
#include "pt-wizard-rows.h"
#include "pt-words.h"

struct _PtWizardChangesPage
{
  PtWizardPage parent_instance;

  GtkLabel       *heading;
  GtkLabel       *body;
  GtkWidget      *way;
  GtkCheckButton *trial;
  AdwActionRow   *trial_row;
  GtkSpinButton  *minutes;
  GtkWidget      *read;
  AdwActionRow   *read_row;
  GtkWidget      *read_button;
  GtkWidget      *no_trial;
  AdwActionRow   *no_trial_row;
  GtkListBox     *steps;
  GtkLabel       *steps_note;
  GtkListBox     *refusals;
  GtkListBox     *manual;
  GtkWidget      *parameters_group;
  GtkListBox     *parameters;
  GtkWidget      *rescue;
  GtkLabel       *rescue_words;
  GtkLabel       *rescue_command;

  GError      *unread; /* why root's plan could not be had when it was last asked for, or NULL */
  PtPlan      *shown;
  PtSetupState shown_setup;
};

G_DEFINE_FINAL_TYPE (PtWizardChangesPage, pt_wizard_changes_page, PT_TYPE_WIZARD_PAGE)


char **
pt_changes_parameters (PtPlan *plan)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *const *additions = NULL;
  GPtrArray         *changes = NULL;

  g_return_val_if_fail (PT_IS_PLAN (plan), NULL);

  additions = pt_plan_get_additions (plan);
  changes = pt_plan_get_changes (plan);
  for (guint i = 0; i < changes->len; i++)
    {
      const PtPlanChange *change = g_ptr_array_index (changes, i);

      if (*change->to != '\0')
        g_ptr_array_add (words, g_strdup (change->to));
    }
  for (guint i = 0; additions[i] != NULL; i++)
    g_ptr_array_add (words, g_strdup (additions[i]));
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
}


const char *
pt_changes_explain_unread (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DENIED))
    return _ ("The permission was not given, so it was not read. Nothing was changed, and your "
              "choice is kept: ask again, or have an administrator do it.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_DISMISSED))
    return _ ("The question for the password was closed without an answer, so it was not read. "
              "Nothing was changed, and your choice is kept: ask again whenever you like.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNASKED))
    return _ ("Nobody could be asked for the password, because no program that asks for it (a "
              "polkit agent) answers in this session. Nothing was changed, and your choice is "
              "kept: start one, or log in to a full desktop, then try again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NO_HELPER))
    return _ ("Passthru's helper, which reads it, is not installed on this computer. Install "
              "Passthru with build-aux/install, then try again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_ENDED))
    return _ ("Passthru's helper ended before it had read it. Nothing was changed; you can try "
              "again.");
  if (g_error_matches (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY))
    return _ ("A change is under way. Try again in a moment.");
  return _ ("It could not be read. Nothing was changed; you can try again.");
}


char *
pt_changes_command (const char *const *arguments)
{
  GString *line = NULL;

  g_return_val_if_fail (arguments != NULL, NULL);

  line = g_string_new ("$");
  for (guint i = 0; arguments[i] != NULL; i++)
    {
      g_autofree char *quoted = g_shell_quote (arguments[i]);
      gboolean         plain = strpbrk (arguments[i], " '\"\\$&|;<>()*?`") == NULL;

      g_string_append_printf (line, " %s", plain ? arguments[i] : quoted);
    }
  return g_string_free (line, FALSE);
}


static GtkWidget *
pt_wizard_changes_page_create_step (PtStep *step,
                                    guint   number)
{
  GtkWidget       *row = adw_expander_row_new ();
  GtkWidget       *content = NULL;
  g_autofree char *command = NULL;
  g_autofree char *ordinal = g_strdup_printf ("%u", number);
  GtkWidget       *label = gtk_label_new (ordinal);

  pt_row_set_words (row, pt_step_get_title (step), pt_step_get_why (step));
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), label);
  if (pt_step_get_kind (step) == PT_STEP_COMMAND)
    command = pt_changes_command (pt_step_get_command (step));
  if (command == NULL && pt_step_get_diff (step) == NULL)
    {
      adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (row), FALSE);
      return row;
    }
  content = adw_preferences_row_new ();
  pt_row_set_words (content, pt_step_get_title (step), NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (content), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (content),
                              pt_diff_view_new (command != NULL ? command
                                                                : pt_step_get_diff (step)));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), content);
  return row;
}


static void
pt_wizard_changes_page_fill_steps (PtWizardChangesPage *self,
                                   PtPlan              *plan)
{
  GPtrArray *steps = pt_plan_get_steps (plan);

  pt_widgets_clear_list (self->steps);
  for (guint i = 0; i < steps->len; i++)
    gtk_list_box_append (self->steps,
                         pt_wizard_changes_page_create_step (g_ptr_array_index (steps, i), i + 1));
  gtk_widget_set_visible (GTK_WIDGET (self->steps), steps->len > 0);
}


static void
pt_wizard_changes_page_add_refusal (PtWizardChangesPage *self,
                                    PtHost              *host,
                                    PtPlanRefusal       *refusal)
{
  PtBlocker        blocker = { pt_host_find_device (host, &refusal->because), refusal->reason };
  GtkWidget       *row = adw_action_row_new ();
  g_autofree char *address = pt_address_to_string (&refusal->because);
  g_autofree char *words = NULL;
  const char      *name = NULL;

  if (blocker.device != NULL)
    words = pt_words_blocker (&blocker);
  name = blocker.device != NULL ? pt_device_get_short_name (blocker.device) : address;
  pt_row_set_words (row, name,
                    words != NULL ? words : address);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             pt_status_icon_new (PT_STATUS_KIND_FAIL, _ ("Refused")));
  gtk_list_box_append (self->refusals, row);
}


static void
pt_wizard_changes_page_fill_refusals (PtWizardChangesPage *self,
                                      PtPlan              *plan)
{
  GPtrArray *refusals = pt_plan_get_refusals (plan);

  pt_widgets_clear_list (self->refusals);
  for (guint i = 0; i < refusals->len; i++)
    pt_wizard_changes_page_add_refusal (self, pt_plan_get_host (plan),
                                        g_ptr_array_index (refusals, i));
  gtk_widget_set_visible (GTK_WIDGET (self->refusals), refusals->len > 0);
}


static void
pt_wizard_changes_page_fill_manual (PtWizardChangesPage *self,
                                    PtPlan              *plan)
{
  const char *text = pt_plan_get_manual_text (plan);

  pt_widgets_clear_list (self->manual);
  gtk_widget_set_visible (GTK_WIDGET (self->manual), text != NULL);
  if (text != NULL)
    gtk_list_box_append (self->manual, pt_row_new_evidence (_ ("To do by hand"), text));
}


static void
pt_wizard_changes_page_fill_parameters (PtWizardChangesPage *self,
                                        PtPlan              *plan)
{
  g_auto (GStrv) parameters = pt_changes_parameters (plan);
  g_autofree char *line = g_strjoinv (" ", parameters);

  pt_widgets_clear_list (self->parameters);
  gtk_widget_set_visible (self->parameters_group, *line != '\0');
  if (*line != '\0')
    gtk_list_box_append (self->parameters, pt_row_new_evidence (_ ("Added to the command line"),
                                                                line));
}


/* TRUE if forward prepares a trial. */
static gboolean
pt_wizard_changes_page_tries (PtWizardChangesPage *self)
{
  return gtk_widget_get_visible (self->way) && gtk_check_button_get_active (self->trial);
}


static void
pt_wizard_changes_page_fill_rescue (PtWizardChangesPage *self,
                                    PtPlan              *plan)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  g_auto (GStrv) parameters = pt_changes_parameters (plan);
  g_autofree char *command = pt_rescue_command (pt_wizard_state_get_sysroot (state));
  g_autofree char *words = NULL;

  if (pt_wizard_changes_page_tries (self))
    words = pt_rescue_trial_words (pt_wizard_state_get_trial_minutes (state));
  else
    words = pt_rescue_words ((const char *const *)parameters);
  gtk_widget_set_visible (self->rescue, pt_plan_is_applicable (plan));
  gtk_label_set_label (self->rescue_words, words);
  gtk_label_set_label (self->rescue_command, command);
}


static void
pt_wizard_changes_page_say (PtWizardChangesPage *self,
                            const char          *heading,
                            const char          *body,
                            const char          *forward,
                            gboolean             can_go_forward)
{
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->body, body);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), forward, can_go_forward);
}


/* What is begun from here: nothing is on record, or what is can be done once more. */
static gboolean
pt_wizard_changes_page_offers (PtWizardChangesPage *self,
                               PtPlan              *plan)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  return pt_plan_is_applicable (plan) && pt_plan_get_manual_text (plan) == NULL &&
         (pt_wizard_state_get_setup (state) == PT_SETUP_NONE ||
          pt_wizard_state_awaits_next_part (state) || pt_wizard_state_can_try_again (state));
}


/* What of the plan only root could tell, and the button for it: while something can be begun. */
static void
pt_wizard_changes_page_fill_read (PtWizardChangesPage *self,
                                  PtPlan              *plan)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  gboolean       begins = pt_wizard_state_get_setup (state) == PT_SETUP_NONE ||
                    pt_wizard_state_awaits_next_part (state) ||
                    pt_wizard_state_can_try_again (state);
  const char *title = NULL;
  const char *words = NULL;

  gtk_widget_set_visible (self->read, begins && pt_plan_asks_for_root (plan));
  gtk_widget_set_sensitive (self->read_button, !pt_wizard_page_get_busy (PT_WIZARD_PAGE (self)));
  /* One button leads on: this one, or forward. */
  if (pt_plan_is_root_only (plan))
    gtk_widget_add_css_class (self->read_button, "suggested-action");
  else
    gtk_widget_remove_css_class (self->read_button, "suggested-action");
  title = pt_plan_is_root_only (plan) ? _ ("How this computer starts")
                                      : _ ("Whether a trial is possible");
  words = _ ("Only the administrator may read it here. Reading it takes an administrator's "
             "permission and changes nothing.");
  if (self->unread != NULL)
    words = pt_changes_explain_unread (self->unread);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->read_row), title);
  adw_action_row_set_subtitle (self->read_row, words);
}


/* The trial where it is possible; where not, why and what is safest then. */
static void
pt_wizard_changes_page_fill_way (PtWizardChangesPage *self,
                                 PtPlan              *plan)
{
  PtWizardState   *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  guint            minutes = pt_wizard_state_get_trial_minutes (state);
  g_autofree char *reason = NULL;
  g_autofree char *countdown = NULL;
  g_autofree char *words = NULL;
  gboolean         possible = pt_trial_is_possible (plan, &reason);
  gboolean         offers = pt_wizard_changes_page_offers (self, plan);

  gtk_widget_set_visible (self->way, offers && possible);
  gtk_widget_set_visible (self->no_trial,
                          offers && !possible && !pt_plan_asks_for_root (plan));
  if (reason != NULL)
    adw_action_row_set_subtitle (self->no_trial_row, reason);
  countdown = g_strdup_printf (ngettext ("If nobody confirms within %u minute, the computer "
                                         "restarts by itself into the old state.",
                                         "If nobody confirms within %u minutes, the computer "
                                         "restarts by itself into the old state.",
                                         minutes),
                               minutes);
  words = g_strdup_printf ("%s %s", countdown, pt_trial_get_way_back (plan));
  adw_action_row_set_subtitle (self->trial_row, words);
  gtk_spin_button_set_value (self->minutes, minutes);
}


static void
pt_wizard_changes_page_fill_note (PtWizardChangesPage *self,
                                  PtPlan              *plan)
{
  guint            all = pt_plan_get_steps (plan)->len;
  guint            later = all - pt_plan_get_n_inert (plan);
  gboolean         tries = pt_wizard_changes_page_tries (self);
  g_autofree char *words = NULL;

  words = g_strdup_printf (ngettext ("The last of these comes only when you keep the changes. "
                                     "Until then an entry of its own in the boot menu carries the "
                                     "boot parameters, for one start.",
                                     "The last %u of these come only when you keep the changes. "
                                     "Until then an entry of its own in the boot menu carries the "
                                     "boot parameters, for one start.",
                                     later),
                           later);
  gtk_label_set_label (self->steps_note,
                       later < all ? words
                                   : _ ("These come only when you keep the changes. Until then an "
                                        "entry of its own in the boot menu carries the boot "
                                        "parameters, for one start."));
  gtk_widget_set_visible (GTK_WIDGET (self->steps_note), tries && later > 0);
}


static const char *
pt_wizard_changes_page_get_forward (PtWizardChangesPage *self)
{
  return pt_wizard_changes_page_tries (self) ? _ ("Try it once…") : _ ("Apply…");
}


/* FALSE if the trial leaves nothing to say. */
static gboolean
pt_wizard_changes_page_introduce_trial (PtWizardChangesPage *self,
                                        PtWizardState       *state)
{
  PtTrialState trial = pt_wizard_state_get_trial (state);

  if (trial == PT_TRIAL_NONE || trial == PT_TRIAL_CONFIRMED)
    return FALSE;
  if (pt_wizard_state_can_try_again (state) &&
      pt_plan_is_root_only (pt_wizard_state_get_plan (state)))
    pt_wizard_changes_page_say (self, _ ("These changes can be tried again."),
                                _ ("They were tried before and are not in force. What is to be "
                                   "done now has to be read first."),
                                _ ("Try it once…"), FALSE);
  else if (pt_wizard_state_can_try_again (state))
    pt_wizard_changes_page_say (self, _ ("These changes can be tried again."),
                                _ ("They were tried before and are not in force. “Undo Everything” "
                                   "in the menu takes away what was prepared."),
                                pt_wizard_changes_page_get_forward (self), TRUE);
  else if (trial == PT_TRIAL_RUNNING)
    pt_wizard_changes_page_say (self, _ ("These changes are being tried in this start."),
                                _ ("Go on to say whether they are kept."), _ ("Continue"), TRUE);
  else
    pt_wizard_changes_page_say (self, _ ("These changes are prepared for a trial."),
                                _ ("“Undo Everything” in the menu takes all of them back."),
                                _ ("Continue"), TRUE);
  return TRUE;
}


static void
pt_wizard_changes_page_introduce (PtWizardChangesPage *self,
                                  PtPlan              *plan,
                                  PtSetupState         setup)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  const char    *heading = _ ("What will change on this computer");
  const char    *forward = pt_wizard_changes_page_get_forward (self);

  if (pt_wizard_state_is_rehearsal (state))
    heading = _ ("What will change on the sample computer");

  if (setup == PT_SETUP_APPLIED && pt_wizard_changes_page_introduce_trial (self, state))
    return;
  if (pt_wizard_state_awaits_next_part (state))
    pt_wizard_changes_page_say (self, _ ("The second part of the changes"),
                                _ ("The IOMMU is on now and the devices have their groups. This "
                                   "part reserves the card for the machine."),
                                forward, pt_plan_is_applicable (plan));
  else if (setup == PT_SETUP_APPLIED)
    pt_wizard_changes_page_say (self, _ ("These changes are in place."),
                                _ ("“Undo Everything” in the menu takes all of them back."),
                                _ ("Continue"), TRUE);
  else if (setup == PT_SETUP_INTERRUPTED)
    pt_wizard_changes_page_say (self, _ ("An earlier change did not finish."),
                                _ ("Take it back first; nothing new is begun before."),
                                _ ("Continue"), TRUE);
  else if (pt_plan_is_root_only (plan))
    pt_wizard_changes_page_say (self, _ ("What will change is not known yet."),
                                _ ("This computer keeps the files it starts from to its "
                                   "administrator, as many do. Once they are read, every change "
                                   "stands here, to the letter."),
                                _ ("Apply…"), FALSE);
  else if (pt_plan_get_refusals (plan)->len > 0)
    pt_wizard_changes_page_say (self, _ ("This card cannot be given away."),
                                _ ("Nothing is changed. The reason stands below."), _ ("Apply…"),
                                FALSE);
  else if (pt_plan_get_manual_text (plan) != NULL)
    pt_wizard_changes_page_say (self, _ ("Passthru cannot change how this computer starts yet."),
                                _ ("It knows what has to be done but has not learned this boot "
                                   "loader. Nothing is changed; this is the exact text for doing "
                                   "it by hand."),
                                _ ("Apply…"), FALSE);
  else if (pt_plan_is_first_part (plan))
    pt_wizard_changes_page_say (self, _ ("What will change first: the IOMMU"),
                                _ ("The IOMMU is turned on first. After that start the devices "
                                   "have their groups, and a second part reserves the card."),
                                _ ("Apply…"), pt_plan_is_applicable (plan));
  else
    pt_wizard_changes_page_say (self, heading,
                                _ ("Open a line to see exactly what is written or run. Everything "
                                   "can be taken back, byte for byte."),
                                forward, pt_plan_is_applicable (plan));
}


static void
pt_wizard_changes_page_show (PtWizardChangesPage *self,
                             PtPlan              *plan)
{
  pt_wizard_changes_page_fill_steps (self, plan);
  pt_wizard_changes_page_fill_refusals (self, plan);
  pt_wizard_changes_page_fill_manual (self, plan);
  pt_wizard_changes_page_fill_parameters (self, plan);
}


static void
pt_wizard_changes_page_update (PtWizardPage *page)
{
  PtWizardChangesPage *self = PT_WIZARD_CHANGES_PAGE (page);
  PtWizardState       *state = pt_wizard_page_get_state (page);
  PtPlan              *plan = pt_wizard_state_get_plan (state);
  PtSetupState         setup = pt_wizard_state_get_setup (state);

  if (plan == NULL)
    {
      pt_wizard_changes_page_say (self, _ ("Working out what would change…"), "", _ ("Apply…"),
                                  FALSE);
      return;
    }
  pt_wizard_changes_page_fill_read (self, plan);
  pt_wizard_changes_page_fill_way (self, plan);
  pt_wizard_changes_page_fill_note (self, plan);
  pt_wizard_changes_page_fill_rescue (self, plan);
  pt_wizard_changes_page_introduce (self, plan, setup);
  if (g_set_object (&self->shown, plan) || setup != self->shown_setup)
    {
      self->shown_setup = setup;
      pt_wizard_changes_page_show (self, plan);
    }
}


static void
pt_wizard_changes_page_looked_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardChangesPage) self = user_data;
  const char    *words = NULL;
  PtWizardState *state = PT_WIZARD_STATE (source);
  g_autoptr (GError) error = NULL;

  if (!pt_wizard_state_look_finish (state, result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
  gtk_widget_set_sensitive (self->read_button, TRUE);
  words = _ ("The chosen card is not in this computer any more. Go back and choose again.");
  if (pt_wizard_state_get_plan (state) == NULL)
    pt_wizard_changes_page_say (self, _ ("What would change could not be worked out."),
                                error != NULL ? error->message : words, _ ("Apply…"), FALSE);
}


static void
pt_wizard_changes_page_read_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data)
{
  g_autoptr (PtWizardChangesPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = pt_wizard_state_read_plan_finish (PT_WIZARD_STATE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_error (&self->unread);
  if (!done)
    {
      g_message ("root's plan could not be had: %s", error->message);
      self->unread = g_steal_pointer (&error);
    }
  pt_wizard_page_set_busy (PT_WIZARD_PAGE (self), FALSE);
  pt_wizard_changes_page_update (PT_WIZARD_PAGE (self));
}


static void
pt_wizard_changes_page_read (PtWizardChangesPage *self)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  if (pt_wizard_page_get_busy (page))
    return;
  pt_wizard_page_set_busy (page, TRUE);
  gtk_widget_set_sensitive (self->read_button, FALSE);
  pt_wizard_state_read_plan_async (pt_wizard_page_get_state (page),
                                   pt_wizard_page_get_cancellable (page),
                                   pt_wizard_changes_page_read_cb, g_object_ref (self));
}


static void
pt_wizard_changes_page_enter (PtWizardPage *page)
{
  PtWizardChangesPage *self = PT_WIZARD_CHANGES_PAGE (page);

  g_clear_error (&self->unread);
  pt_wizard_page_set_busy (page, TRUE);
  pt_wizard_state_look_async (pt_wizard_page_get_state (page),
                              pt_wizard_page_get_cancellable (page),
                              pt_wizard_changes_page_looked_cb, g_object_ref (self));
}


static gboolean
pt_wizard_changes_page_forward (PtWizardPage *page)
{
  PtWizardChangesPage *self = PT_WIZARD_CHANGES_PAGE (page);
  PtWizardState       *state = pt_wizard_page_get_state (page);
  PtPlan              *plan = pt_wizard_state_get_plan (state);

  if (plan != NULL && pt_wizard_changes_page_offers (self, plan))
    pt_wizard_state_set_request (state, pt_wizard_changes_page_tries (self) ? PT_REQUEST_PREPARE
                                                                            : PT_REQUEST_APPLY);
  return TRUE;
}


/* The other way, or another time for an answer. */
static void
pt_wizard_changes_page_way_cb (PtWizardChangesPage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  if (state == NULL || !pt_wizard_page_is_shown (PT_WIZARD_PAGE (self)))
    return;
  pt_wizard_state_set_trial_minutes (state, gtk_spin_button_get_value_as_int (self->minutes));
  pt_wizard_changes_page_update (PT_WIZARD_PAGE (self));
}


static void
pt_wizard_changes_page_photo_cb (PtWizardChangesPage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  g_auto (GStrv) parameters = NULL;
  g_autofree char *command = NULL;
  g_autofree char *words = NULL;

  if (self->shown == NULL)
    return;
  command = pt_rescue_command (pt_wizard_state_get_sysroot (state));
  parameters = pt_changes_parameters (self->shown);
  if (pt_wizard_changes_page_tries (self))
    words = pt_rescue_trial_photo (gtk_spin_button_get_value_as_int (self->minutes), command);
  else
    words = pt_rescue_photo ((const char *const *)parameters, command);
  pt_dialog_show_large (GTK_WIDGET (self), _ ("If the screen stays dark"), words);
}


static void
pt_wizard_changes_page_dispose (GObject *object)
{
  PtWizardChangesPage *self = PT_WIZARD_CHANGES_PAGE (object);

  g_clear_object (&self->shown);
  g_clear_error (&self->unread);
  gtk_widget_dispose_template (GTK_WIDGET (object), PT_TYPE_WIZARD_CHANGES_PAGE);

  G_OBJECT_CLASS (pt_wizard_changes_page_parent_class)->dispose (object);
}


static void
pt_wizard_changes_page_class_init (PtWizardChangesPageClass *klass)
{
  GObjectClass      *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass    *widget_class = GTK_WIDGET_CLASS (klass);
  PtWizardPageClass *page_class = PT_WIZARD_PAGE_CLASS (klass);

  object_class->dispose = pt_wizard_changes_page_dispose;
  page_class->enter = pt_wizard_changes_page_enter;
  page_class->update = pt_wizard_changes_page_update;
  page_class->forward = pt_wizard_changes_page_forward;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-changes-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, heading);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, body);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, way);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, trial);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, trial_row);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, minutes);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, read);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, read_row);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, read_button);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, no_trial);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, no_trial_row);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, steps);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, steps_note);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, refusals);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, manual);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, parameters_group);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, parameters);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, rescue);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, rescue_words);
  gtk_widget_class_bind_template_child (widget_class, PtWizardChangesPage, rescue_command);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_changes_page_photo_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_changes_page_way_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_changes_page_read);
}


static void
pt_wizard_changes_page_init (PtWizardChangesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_spin_button_set_range (self->minutes, PT_TRIAL_MIN_MINUTES, PT_TRIAL_MAX_MINUTES);
  gtk_spin_button_set_increments (self->minutes, 1, 5);
}
