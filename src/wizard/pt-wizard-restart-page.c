/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-restart-page"

#include "config.h"

#include "pt-wizard-restart-page.h"

#include <glib/gi18n-lib.h>

#include "pt-countdown.h"
#include "pt-dialogs.h"
#include "pt-host-words.h"
#include "pt-restart-call.h"
#include "pt-restart-words.h"
#include "pt-return.h"
#include "pt-widgets.h"
#include "pt-wizard-apply-page.h"
#include "pt-wizard-rows.h"

struct _PtWizardRestartPage
{
  PtWizardPage parent_instance;

  PtStatusIcon   *icon;
  GtkLabel       *heading;
  GtkLabel       *body;
  GtkListBox     *devices;
  GtkLabel       *advice;
  GtkWidget      *question;
  PtCountdown    *countdown;
  GtkWidget      *keep;
  GtkWidget      *back;
  GtkWidget      *logs;
  AdwExpanderRow *log;
  GtkWidget      *log_copy;
  GtkTextView    *log_text;
  GtkWidget      *look;
  GtkWidget      *later;
  GtkWidget      *undo;

  PtRestartStage stage;
  gboolean       working;
  gboolean       log_asked; /* since the page came on show */
};

G_DEFINE_FINAL_TYPE (PtWizardRestartPage, pt_wizard_restart_page, PT_TYPE_WIZARD_PAGE)

/* A device in a start without the changes is where it belongs until they are tried again. */
static gboolean
pt_wizard_restart_page_is_untouched (PtWizardRestartPage *self,
                                     const PtVerifyRow   *row)
{
  gboolean old = self->stage == PT_RESTART_BEFORE_TRIAL || self->stage == PT_RESTART_FAILED ||
                 self->stage == PT_RESTART_CANCELLED;

  return row->result == PT_VERIFY_NOT_RESTARTED ||
         (old && row->result != PT_VERIFY_OK && row->result != PT_VERIFY_DEVICE_MOVED);
}


static char *
pt_wizard_restart_page_row_words (PtWizardRestartPage *self,
                                  const PtVerifyRow   *row)
{
  const char *driver = row->driver != NULL ? row->driver : _ ("none");

  if (row->result == PT_VERIFY_OK)
    /* Translators: %s is the name of a kernel driver. */
    return g_strdup_printf (_ ("Kept for the machine. Driver: %s"), driver);
  if (pt_wizard_restart_page_is_untouched (self, row))
    /* Translators: %s is the name of a kernel driver. */
    return g_strdup_printf (_ ("Still used by this desktop. Driver: %s"), driver);
  /* Translators: %s is the name of a kernel driver. */
  return g_strdup_printf (_ ("Not as it should be. Driver: %s"), driver);
}


static PtStatusKind
pt_wizard_restart_page_row_kind (PtWizardRestartPage *self,
                                 const PtVerifyRow   *row)
{
  if (row->result == PT_VERIFY_OK)
    return PT_STATUS_KIND_PASS;
  return pt_wizard_restart_page_is_untouched (self, row) ? PT_STATUS_KIND_PENDING
                                                         : PT_STATUS_KIND_FAIL;
}


static void
pt_wizard_restart_page_add_row (PtWizardRestartPage *self,
                                PtHost              *host,
                                const PtVerifyRow   *row)
{
  PtDevice        *device = pt_host_find_device (host, &row->address);
  GtkWidget       *widget = adw_action_row_new ();
  g_autofree char *words = pt_wizard_restart_page_row_words (self, row);
  g_autofree char *address = NULL;
  g_autofree char *place = NULL;
  PtStatusKind     kind = PT_STATUS_KIND_PENDING;

  address = device != NULL ? pt_host_words_address (device) : pt_address_to_string (&row->address);
  place = g_strdup_printf ("%s · %s\n%s", address, row->id != NULL ? row->id : _ ("no device"),
                           words);
  pt_row_set_words (widget, device != NULL ? pt_device_get_short_name (device) : address, place);
  kind = pt_wizard_restart_page_row_kind (self, row);
  adw_action_row_add_prefix (ADW_ACTION_ROW (widget), pt_status_icon_new (kind, words));
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


static PtRestartFacts
pt_wizard_restart_page_collect (PtWizardRestartPage *self)
{
  PtWizardState  *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  PtVerification *verification = pt_wizard_state_get_verification (state);

  return (PtRestartFacts){
    .setup = verification != NULL ? pt_wizard_state_get_setup (state) : PT_SETUP_NONE,
    .trial = pt_wizard_state_get_trial (state),
    .cause = pt_wizard_state_get_trial_cause (state),
    .trial_boot = pt_wizard_state_is_trial_boot (state),
    .verified = verification != NULL ? pt_verification_get_result (verification)
                                     : PT_VERIFY_NOT_RESTARTED,
    .next_part = pt_wizard_state_awaits_next_part (state),
    .minutes = pt_wizard_state_get_trial_minutes (state),
    .rehearsal = pt_wizard_state_is_rehearsal (state),
  };
}


static void
pt_wizard_restart_page_say (PtWizardRestartPage *self,
                            PtStatusKind         kind,
                            const char          *heading,
                            const char          *body,
                            const char          *advice)
{
  pt_status_icon_set (self->icon, kind, heading);
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->body, body);
  gtk_label_set_label (self->advice, advice != NULL ? advice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->advice), advice != NULL);
}


/* The answer that is the better one stands out. */
static void
pt_wizard_restart_page_ask (PtWizardRestartPage *self,
                            PtRestartStage       stage)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  gboolean       asks = stage == PT_RESTART_TRIAL || stage == PT_RESTART_TRIAL_WRONG;
  GtkWidget     *better = stage == PT_RESTART_TRIAL ? self->keep : self->back;
  GtkWidget     *other = stage == PT_RESTART_TRIAL ? self->back : self->keep;

  gtk_widget_set_visible (self->question, asks);
  pt_countdown_set_end (self->countdown, asks ? pt_wizard_state_get_trial_end (state) : 0);
  if (!asks)
    return;
  gtk_button_set_label (GTK_BUTTON (self->keep), stage == PT_RESTART_TRIAL
                                                   ? _ ("Everything works — keep it")
                                                   : _ ("Keep it all the same"));
  gtk_widget_add_css_class (better, "suggested-action");
  gtk_widget_remove_css_class (other, "suggested-action");
  gtk_widget_set_sensitive (self->question, TRUE);
}


static void
pt_wizard_restart_page_log_cb (GObject      *source,
                               GAsyncResult *result,
                               gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  GtkTextBuffer   *buffer = NULL;

  log = pt_helper_client_trial_log_finish (PT_HELPER_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->log_text == NULL)
    return;
  if (log == NULL)
    g_message ("the log of the trial cannot be shown: %s", error->message);
  adw_expander_row_set_subtitle (self->log,
                                 log != NULL ? _ ("The last lines of that start")
                                             : _ ("The system kept no log of that start"));
  adw_expander_row_set_enable_expansion (self->log, log != NULL);
  gtk_widget_set_visible (self->log_copy, log != NULL);
  buffer = gtk_text_view_get_buffer (self->log_text);
  gtk_text_buffer_set_text (buffer, log != NULL ? log : "", -1);
}


/* Once a visit. */
static void
pt_wizard_restart_page_want_log (PtWizardRestartPage *self,
                                 gboolean             wanted)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  gtk_widget_set_visible (self->logs, wanted);
  if (!wanted || self->log_asked)
    return;
  self->log_asked = TRUE;
  gtk_widget_hide (self->log_copy);
  adw_expander_row_set_enable_expansion (self->log, FALSE);
  adw_expander_row_set_subtitle (self->log, _ ("Reading the log…"));
  pt_helper_client_trial_log_async (pt_wizard_state_get_client (pt_wizard_page_get_state (page)),
                                    pt_wizard_page_get_cancellable (page),
                                    pt_wizard_restart_page_log_cb, g_object_ref (self));
}


static void
pt_wizard_restart_page_copy_log_cb (PtWizardRestartPage *self)
{
  GtkTextBuffer   *buffer = gtk_text_view_get_buffer (self->log_text);
  g_autofree char *text = NULL;
  GtkTextIter      start = { 0 };
  GtkTextIter      end = { 0 };

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}


static void
pt_wizard_restart_page_show_actions (PtWizardRestartPage  *self,
                                     const PtRestartFacts *facts)
{
  PtRestartStage stage = self->stage;
  gboolean       before = stage == PT_RESTART_BEFORE || stage == PT_RESTART_BEFORE_TRIAL;
  gboolean       trial = stage == PT_RESTART_TRIAL || stage == PT_RESTART_TRIAL_WRONG;

  gtk_widget_set_visible (self->later, before && !facts->rehearsal);
  gtk_widget_set_visible (self->look, trial || stage == PT_RESTART_WRONG ||
                                        stage == PT_RESTART_READY || stage == PT_RESTART_KEPT);
  gtk_widget_set_visible (self->undo, facts->setup != PT_SETUP_NONE);
}


/* The real computer restarts by itself now. */
static void
pt_wizard_restart_page_show_over (PtWizardRestartPage *self)
{
  gtk_widget_set_sensitive (self->question, FALSE);
  pt_wizard_page_set_forward (PT_WIZARD_PAGE (self), NULL, FALSE);
  pt_wizard_restart_page_say (self, PT_STATUS_KIND_BUSY,
                              _ ("The time is over. The computer restarts now."),
                              _ ("It starts into the old state. Passthru continues on this page."),
                              NULL);
}


/* Whoever restarts the computer, and however, finds this page again. */
static void
pt_wizard_restart_page_note (PtWizardRestartPage  *self,
                             const PtRestartFacts *facts)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  PtSysroot     *sysroot = pt_wizard_state_get_sysroot (state);

  if (facts->rehearsal)
    return;
  if (pt_restart_is_awaited (self->stage, facts))
    pt_return_await (sysroot);
  else
    pt_return_forget (sysroot);
}


static void
pt_wizard_restart_page_update (PtWizardPage *page)
{
  PtWizardRestartPage *self = PT_WIZARD_RESTART_PAGE (page);
  PtWizardState       *state = pt_wizard_page_get_state (page);
  PtVerification      *verification = pt_wizard_state_get_verification (state);
  PtRestartFacts       facts = { 0 };
  PtRestartStage       before = self->stage;
  g_autoptr (PtRestartWords) words = NULL;

  if (self->working)
    return;
  facts = pt_wizard_restart_page_collect (self);
  self->stage = pt_restart_decide (&facts);
  words = pt_restart_words_new (self->stage, &facts,
                                verification != NULL ? pt_verification_get_message (verification)
                                                     : "");
  pt_wizard_restart_page_say (self, words->kind, words->heading, words->body, words->advice);
  pt_wizard_restart_page_ask (self, self->stage);
  pt_wizard_restart_page_want_log (self, self->stage == PT_RESTART_FAILED);
  pt_wizard_restart_page_show_actions (self, &facts);
  pt_wizard_restart_page_note (self, &facts);
  if (self->stage == PT_RESTART_NOTHING)
    gtk_widget_hide (GTK_WIDGET (self->devices));
  else
    pt_wizard_restart_page_fill (self, pt_wizard_state_get_host (state), verification);
  pt_wizard_page_set_forward (page, words->forward, words->can_go_forward);
  /* The forward button may have had the keyboard and be gone. It goes to no answer: Return pressed
   * in front of a dark screen must not keep the changes. */
  if (self->stage != before && gtk_widget_get_mapped (self->question))
    gtk_widget_grab_focus (GTK_WIDGET (self->countdown));
  if (facts.trial == PT_TRIAL_RUNNING && !facts.rehearsal &&
      g_get_monotonic_time () >= pt_wizard_state_get_trial_end (state))
    pt_wizard_restart_page_show_over (self);
}


/* --- Work --- */

static void
pt_wizard_restart_page_begin (PtWizardRestartPage *self,
                              const char          *heading,
                              const char          *body)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  self->working = TRUE;
  pt_wizard_restart_page_say (self, PT_STATUS_KIND_BUSY, heading, body, NULL);
  gtk_widget_set_sensitive (self->question, FALSE);
  pt_wizard_page_set_forward (page, pt_wizard_page_get_forward_label (page), FALSE);
  pt_wizard_page_set_can_go_back (page, FALSE);
  pt_wizard_page_set_busy (page, TRUE);
}


static void
pt_wizard_restart_page_end (PtWizardRestartPage *self)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  self->working = FALSE;
  pt_wizard_page_set_can_go_back (page, TRUE);
  pt_wizard_page_set_busy (page, FALSE);
  if (pt_wizard_page_get_state (page) != NULL)
    pt_wizard_restart_page_update (page);
}


static void
pt_wizard_restart_page_loaded_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean loaded = pt_wizard_state_load_finish (PT_WIZARD_STATE (source), result, &error);

  if (!loaded && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  pt_wizard_restart_page_end (self);
  if (!loaded)
    gtk_label_set_label (self->body, error->message);
}


/* Asks what is on record and looks at the computer. */
static void
pt_wizard_restart_page_load (PtWizardRestartPage *self)
{
  PtWizardPage *page = PT_WIZARD_PAGE (self);

  if (pt_wizard_page_get_state (page) == NULL)
    return;
  pt_wizard_page_set_busy (page, TRUE);
  pt_wizard_state_load_async (pt_wizard_page_get_state (page),
                              pt_wizard_page_get_cancellable (page),
                              pt_wizard_restart_page_loaded_cb, g_object_ref (self));
}


static void
pt_wizard_restart_page_enter (PtWizardPage *page)
{
  PtWizardRestartPage *self = PT_WIZARD_RESTART_PAGE (page);

  self->log_asked = FALSE;
  pt_wizard_restart_page_load (self);
}


static void
pt_wizard_restart_page_tell (PtWizardRestartPage *self,
                             const char          *heading,
                             const char          *body,
                             const GError        *error)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    pt_dialog_tell (GTK_WIDGET (self), heading, body, error->message);
}


static void
pt_wizard_restart_page_played_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean played = pt_wizard_state_rehearse_finish (PT_WIZARD_STATE (source), result, &error);

  if (!played && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->log_asked = FALSE;
  pt_wizard_restart_page_end (self);
  if (!played)
    pt_wizard_restart_page_tell (self, _ ("The restart could not be played"),
                                 _ ("The sample computer is as it was."), error);
}


static void
pt_wizard_restart_page_called_cb (GObject      *source,
                                  GAsyncResult *result,
                                  gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = PT_WIZARD_RESTART_PAGE (g_object_ref (source));
  g_autoptr (GError) error = NULL;

  if (!pt_restart_call_finish (result, &error))
    pt_wizard_restart_page_tell (self, _ ("The computer could not be restarted from here"),
                                 _ ("Restart it from the system menu. Passthru continues here "
                                    "afterwards."),
                                 error);
  self->working = FALSE;
  pt_wizard_page_set_can_go_back (PT_WIZARD_PAGE (self), TRUE);
  pt_wizard_restart_page_load (self);
}


static void
pt_wizard_restart_page_restart (PtWizardRestartPage *self)
{
  PtWizardPage  *page = PT_WIZARD_PAGE (self);
  PtWizardState *state = pt_wizard_page_get_state (page);

  if (state == NULL)
    return;
  if (!pt_wizard_state_is_rehearsal (state))
    {
      pt_wizard_restart_page_begin (self, _ ("The computer restarts…"), "");
      pt_return_await (pt_wizard_state_get_sysroot (state));
      pt_restart_call_async (self, pt_wizard_restart_page_called_cb, NULL);
      return;
    }
  pt_wizard_restart_page_begin (self, _ ("The sample computer restarts…"),
                                _ ("Its boot loader, its early script and its drivers are played "
                                   "as the real ones would act."));
  pt_wizard_state_rehearse_async (state, FALSE, pt_wizard_page_get_cancellable (page),
                                  pt_wizard_restart_page_played_cb, g_object_ref (self));
}


/* What goes wrong with a verb leaves the computer as it was; the page then says how that is.
 * @consequence: what that means for a trial that runs, or NULL. */
static void
pt_wizard_restart_page_failed (PtWizardRestartPage *self,
                               const char          *heading,
                               const char          *consequence,
                               const GError        *error)
{
  const char      *explanation = pt_apply_explain (error, PT_REQUEST_PREPARE);
  g_autofree char *words = g_strjoin ("\n\n", explanation, consequence, NULL);

  self->working = FALSE;
  pt_wizard_page_set_can_go_back (PT_WIZARD_PAGE (self), TRUE);
  pt_wizard_restart_page_load (self);
  pt_wizard_restart_page_tell (self, heading, words, error);
}


static void
pt_wizard_restart_page_started_cb (GObject      *source,
                                   GAsyncResult *result,
                                   gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_helper_client_trial_finish (PT_HELPER_CLIENT (source), result, &error))
    pt_wizard_restart_page_restart (self);
  else
    pt_wizard_restart_page_failed (self, _ ("The trial could not be started"), NULL, error);
}


static void
pt_wizard_restart_page_confirmed_cb (GObject      *source,
                                     GAsyncResult *result,
                                     gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_helper_client_trial_finish (PT_HELPER_CLIENT (source), result, &error))
    pt_wizard_restart_page_load (self);
  else
    pt_wizard_restart_page_failed (self, _ ("The changes could not be kept"),
                                   _ ("The trial goes on, and its time runs. Try again, or let "
                                      "the computer restart into the old state."),
                                   error);
}


static void
pt_wizard_restart_page_cancelled_cb (GObject      *source,
                                     GAsyncResult *result,
                                     gpointer      user_data)
{
  g_autoptr (PtWizardRestartPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (pt_helper_client_trial_finish (PT_HELPER_CLIENT (source), result, &error))
    pt_wizard_restart_page_restart (self);
  else
    pt_wizard_restart_page_failed (self, _ ("The trial could not be given up"),
                                   _ ("The computer restarts into the old state when the time is "
                                      "over."),
                                   error);
}


/* None is cancelled when the window goes: the helper finishes what it began. */
static void
pt_wizard_restart_page_do (PtWizardRestartPage *self,
                           PtHelperTrialVerb    verb,
                           const char          *heading,
                           GAsyncReadyCallback  callback)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  if (state == NULL || self->working)
    return;
  pt_wizard_restart_page_begin (self, heading, _ ("Please leave the computer on for this moment."));
  pt_helper_client_trial_async (pt_wizard_state_get_client (state), verb, NULL, callback,
                                g_object_ref (self));
}


static void
pt_wizard_restart_page_start_trial (gpointer user_data)
{
  pt_wizard_restart_page_do (PT_WIZARD_RESTART_PAGE (user_data), PT_HELPER_TRIAL_START,
                             _ ("The trial begins…"), pt_wizard_restart_page_started_cb);
}


static void
pt_wizard_restart_page_go_back (gpointer user_data)
{
  pt_wizard_restart_page_do (PT_WIZARD_RESTART_PAGE (user_data), PT_HELPER_TRIAL_CANCEL,
                             _ ("Going back…"), pt_wizard_restart_page_cancelled_cb);
}


static void
pt_wizard_restart_page_confirmed (gpointer user_data)
{
  pt_wizard_restart_page_restart (PT_WIZARD_RESTART_PAGE (user_data));
}


/* A rehearsal closes nothing, so it need not ask. */
static void
pt_wizard_restart_page_ask_restart (PtWizardRestartPage *self,
                                    PtDialogFunc         confirmed)
{
  if (pt_wizard_state_is_rehearsal (pt_wizard_page_get_state (PT_WIZARD_PAGE (self))))
    confirmed (self);
  else
    pt_dialog_confirm (GTK_WIDGET (self), _ ("Restart now?"),
                       _ ("All programs are closed. Save your work in other windows first."),
                       _ ("_Restart"), FALSE, confirmed, self);
}


static void
pt_wizard_restart_page_keep_cb (PtWizardRestartPage *self)
{
  pt_wizard_restart_page_do (self, PT_HELPER_TRIAL_CONFIRM, _ ("Keeping the changes…"),
                             pt_wizard_restart_page_confirmed_cb);
}


static void
pt_wizard_restart_page_back_cb (PtWizardRestartPage *self)
{
  pt_wizard_restart_page_ask_restart (self, pt_wizard_restart_page_go_back);
}


/* A sample computer is restarted by us. */
static void
pt_wizard_restart_page_over_cb (PtWizardRestartPage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));

  if (state == NULL || self->working)
    return;
  if (pt_wizard_state_is_rehearsal (state))
    pt_wizard_restart_page_restart (self);
  else
    pt_wizard_restart_page_show_over (self);
}


/* After a time that was too short a longer one is proposed. */
static void
pt_wizard_restart_page_try_again (PtWizardRestartPage *self)
{
  PtWizardState *state = pt_wizard_page_get_state (PT_WIZARD_PAGE (self));
  guint          minutes = pt_wizard_state_get_trial_minutes (state);

  if (pt_wizard_state_get_trial_cause (state) == PT_TRIAL_CAUSE_NOT_CONFIRMED)
    pt_wizard_state_set_trial_minutes (state, 2 * minutes);
  gtk_widget_activate_action (GTK_WIDGET (self), "wizard.go", "s", "changes");
}


static gboolean
pt_wizard_restart_page_forward (PtWizardPage *page)
{
  PtWizardRestartPage *self = PT_WIZARD_RESTART_PAGE (page);

  switch (self->stage)
    {
    case PT_RESTART_READY:
    case PT_RESTART_KEPT: return TRUE;
    case PT_RESTART_NEXT_PART:
      gtk_widget_activate_action (GTK_WIDGET (page), "wizard.go", "s", "changes");
      break;
    case PT_RESTART_FAILED:
    case PT_RESTART_CANCELLED: pt_wizard_restart_page_try_again (self); break;
    case PT_RESTART_TRIAL: pt_wizard_restart_page_keep_cb (self); break;
    case PT_RESTART_BEFORE_TRIAL:
      pt_wizard_restart_page_ask_restart (self, pt_wizard_restart_page_start_trial);
      break;
    case PT_RESTART_BEFORE:
    case PT_RESTART_CANCELLED_INSIDE:
      pt_wizard_restart_page_ask_restart (self, pt_wizard_restart_page_confirmed);
      break;
    case PT_RESTART_TRIAL_WRONG:
    case PT_RESTART_WRONG:
    case PT_RESTART_NOTHING:
    default: break;
    }
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

  g_type_ensure (PT_TYPE_COUNTDOWN);
  g_type_ensure (PT_TYPE_STATUS_ICON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PT_WIZARD_RESOURCE ("pt-wizard-restart-page.ui"));
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, icon);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, heading);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, body);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, devices);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, advice);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, question);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, countdown);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, keep);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, back);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, logs);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, log);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, log_copy);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, log_text);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, look);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, later);
  gtk_widget_class_bind_template_child (widget_class, PtWizardRestartPage, undo);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_restart_page_keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_restart_page_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_restart_page_over_cb);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_restart_page_load);
  gtk_widget_class_bind_template_callback (widget_class, pt_wizard_restart_page_copy_log_cb);
}


static void
pt_wizard_restart_page_init (PtWizardRestartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pt_status_icon_set_pixel_size (self->icon, 40);
}
