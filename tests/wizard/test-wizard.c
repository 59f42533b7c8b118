/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-wizard"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-countdown.h"
#include "pt-diff-view.h"
#include "pt-groups-window.h"
#include "pt-machines.h"
#include "pt-rehearsal.h"
#include "pt-test.h"
#include "pt-wizard-changes-page.h"
#include "wizard-fixture.h"

/* The way of a user through the whole wizard on the sample computer, and what can go wrong on
 * it. */

typedef struct
{
  PtMachines *machines;
  GError     *error;
  gboolean    done;
} Opening;


static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Opening *opening = data;

  opening->machines = pt_machines_open_finish (result, &opening->error);
  opening->done = TRUE;
}


static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  pt_machine_remove_finish (PT_MACHINE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)data = TRUE;
}


/* Takes away what a test made. */
static void
remove_machine (const char *name)
{
  Opening    opening = { NULL };
  gboolean   removed = FALSE;
  PtMachine *machine = NULL;

  pt_machines_open_async (pt_machines_default_uri (TRUE), NULL, opened_cb, &opening);
  pt_test_await_flag (&opening.done, 30);
  g_clear_error (&opening.error);
  if (opening.machines == NULL)
    return;
  machine = pt_machines_find (opening.machines, name);
  if (machine != NULL)
    {
      pt_machine_remove_async (machine, NULL, removed_cb, &removed);
      pt_test_await_flag (&removed, 30);
    }
  g_clear_object (&opening.machines);
}


/* Return does what the page offers, without a Tab before it. */
static void
assert_keyboard_at (WizardFixture *fixture,
                    const char    *label)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->wizard));

  g_assert_true (GTK_IS_BUTTON (focus));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (focus)), ==, label);
}


/* But before a trial is answered: whoever presses Return in front of a dark screen keeps nothing.
 */
static void
assert_keyboard_at_no_answer (WizardFixture *fixture)
{
  GtkWindow *window = GTK_WINDOW (fixture->wizard);

  g_assert_true (PT_IS_COUNTDOWN (gtk_window_get_focus (window)));
  g_assert_null (gtk_window_get_default_widget (window));
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  assert_keyboard_at (fixture, "Everything works — keep it");
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_BACKWARD);
  g_assert_true (PT_IS_COUNTDOWN (gtk_window_get_focus (window)));
}


static void
walk_hardware_and_card (WizardFixture *fixture)
{
  g_assert_cmpstr (pt_wizard_get_page_name (PT_WIZARD (fixture->wizard)), ==, "welcome");
  g_assert_true (wizard_fixture_says (fixture, "Rehearsal: nothing on this computer changes"));
  assert_keyboard_at (fixture, "Set up the sample computer");
  wizard_fixture_picture (fixture, "1-welcome");
  wizard_fixture_press (fixture, "Set up the sample computer");
  wizard_fixture_await_page (fixture, "hardware");
  g_assert_true (wizard_fixture_says (fixture, "Ryzen 9 5900X"));
  assert_keyboard_at (fixture, "Continue");
  wizard_fixture_picture (fixture, "2-hardware");
  g_assert_true (pt_wizard_advance (PT_WIZARD (fixture->wizard)));
  wizard_fixture_await_page (fixture, "card");
  g_assert_true (wizard_fixture_says (fixture, "2f:00.0 · 1002:73df · groups 28, 29"));
  g_assert_true (wizard_fixture_says (fixture, "Shows this desktop"));
  wizard_fixture_picture (fixture, "3-card");
}


/* The wheel over a diff moves the page: nothing between the two scrolls, and nothing of a long
 * line is out of sight. */
static void
assert_page_scrolls (WizardFixture *fixture,
                     const char    *line)
{
  GtkWidget *label = wizard_fixture_find (fixture, GTK_TYPE_LABEL, line);
  GtkWidget *view = NULL;

  g_assert_nonnull (label);
  g_assert_true (gtk_label_get_wrap (GTK_LABEL (label)));
  view = gtk_widget_get_ancestor (label, PT_TYPE_DIFF_VIEW);
  g_assert_nonnull (view);
  g_assert_true (gtk_widget_get_ancestor (label, GTK_TYPE_SCROLLED_WINDOW) ==
                 gtk_widget_get_ancestor (view, GTK_TYPE_SCROLLED_WINDOW));
}


/* A sentence opened shows the exact lines with their signs. */
static void
open_step (WizardFixture *fixture,
           const char    *title,
           const char    *line)
{
  GtkWidget *row = wizard_fixture_find (fixture, ADW_TYPE_EXPANDER_ROW, title);

  g_assert_nonnull (row);
  g_assert_false (wizard_fixture_says (fixture, line));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  wizard_fixture_await_words (fixture, line);
}


static void
walk_changes_to_restart (WizardFixture *fixture)
{
  wizard_fixture_press (fixture, "Continue");
  wizard_fixture_await_page (fixture, "changes");
  g_assert_true (wizard_fixture_says (fixture, "vfio-pci.ids=1002:73df passthru.bind="));
  g_assert_true (wizard_fixture_says (fixture, "passthru-helper --undo"));
  wizard_fixture_picture (fixture, "4-changes");
  open_step (fixture, "Pack the pass-through drivers for the start of the computer", "@@");
  assert_page_scrolls (fixture, "+#!/bin/sh");
  open_step (fixture, "Rebuild the start-up files (initramfs)", "$ update-initramfs");
  wizard_fixture_picture (fixture, "4-changes-open");
  wizard_fixture_press (fixture, "Try it once…");
  wizard_fixture_await_page (fixture, "apply");
  g_assert_true (wizard_fixture_says (fixture, "The trial is prepared."));
  g_assert_true (wizard_fixture_says (fixture, "Add an entry of its own to the boot menu"));
  wizard_fixture_picture (fixture, "5-apply");
  wizard_fixture_press (fixture, "Continue");
  wizard_fixture_await_page (fixture, "restart");
  g_assert_true (wizard_fixture_says (fixture, "The next start is a trial."));
  g_assert_true (wizard_fixture_says (fixture, "You then have 5 minutes"));
  wizard_fixture_picture (fixture, "6-restart-before");
}


/* TRUE on the line that every start has from now on: /etc/default/grub of the tree. */
static void
assert_parameters (WizardFixture *fixture,
                   gboolean       permanent)
{
  const char      *root = pt_sysroot_get_directory (fixture->sysroot);
  g_autofree char *path = g_build_filename (root, "boot", "grub", "grub.cfg", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true ((strstr (text, "passthru.bind=") != NULL) == permanent);
}


/* Chooses the changes without a trial on the page that shows them. */
static void
choose_direct (WizardFixture *fixture)
{
  GtkWidget *direct = wizard_fixture_find (fixture, GTK_TYPE_CHECK_BUTTON, "Keep it at once");

  g_assert_nonnull (direct);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (direct), TRUE);
}


/* Plays the restart into the trial and waits for its question. */
static void
walk_into_trial (WizardFixture *fixture)
{
  wizard_fixture_walk_to (fixture, "restart");
  wizard_fixture_press (fixture, "Play the restart");
  wizard_fixture_await_words (fixture, "Keep these changes?");
  wizard_fixture_await_page (fixture, "restart");
}


/* Makes the sample computer believe it runs that long already. */
static void
let_time_pass (WizardFixture *fixture,
               const char    *uptime)
{
  g_autofree char *folder = g_build_filename (pt_sysroot_get_directory (fixture->sysroot), "proc",
                                              NULL);

  pt_test_write (folder, "uptime", uptime);
}


/* From the button to the page that says so. */
static void
undo_everything (WizardFixture *fixture)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget  *dialog = NULL;

  wizard_fixture_press (fixture, "Undo everything…");
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        dialog = window;
    }
  g_assert_nonnull (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  gtk_window_destroy (GTK_WINDOW (dialog));
  wizard_fixture_await_page (fixture, "apply");
  g_assert_true (wizard_fixture_says (fixture, "Everything is as it was before."));
}


/* An expander opens a moment after it was told to. */
static GtkWidget *
await_text_view (WizardFixture *fixture)
{
  gint64     end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  GtkWidget *view = NULL;

  while (view == NULL && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      view = wizard_fixture_find (fixture, GTK_TYPE_TEXT_VIEW, "Log of the trial");
      g_usleep (5000);
    }
  g_assert_nonnull (view);
  return view;
}


static void
walk_restart_to_machine (WizardFixture *fixture)
{
  wizard_fixture_press (fixture, "Play the restart");
  wizard_fixture_await_words (fixture, "Keep these changes?");
  wizard_fixture_await_page (fixture, "restart");
  g_assert_true (wizard_fixture_says (fixture, "Everything is as planned."));
  g_assert_true (wizard_fixture_says (fixture, "vfio-pci"));
  assert_keyboard_at_no_answer (fixture);
  wizard_fixture_picture (fixture, "7-restart-trial");
  wizard_fixture_press (fixture, "Everything works — keep it");
  wizard_fixture_await_words (fixture, "The changes are kept.");
  wizard_fixture_await_page (fixture, "restart");
  wizard_fixture_picture (fixture, "7-restart-kept");
  assert_parameters (fixture, TRUE);
  wizard_fixture_press (fixture, "Continue");
  wizard_fixture_await_page (fixture, "machine");
  wizard_fixture_picture (fixture, "8-machine");
}


static void
test_whole_way (void)
{
  WizardFixture fixture;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_open (&fixture);
  walk_hardware_and_card (&fixture);
  walk_changes_to_restart (&fixture);
  walk_restart_to_machine (&fixture);
  if (wizard_fixture_says (&fixture, "The test guest is missing"))
    {
      g_test_skip ("the test guest is not built here");
      wizard_fixture_tear_down (&fixture);
      return;
    }
  wizard_fixture_press (&fixture, "Create machine");
  wizard_fixture_await_page (&fixture, "ready");
  g_assert_true (wizard_fixture_says (&fixture, "rehearsal"));
  g_assert_true (wizard_fixture_says (&fixture, "--undo --sysroot="));
  wizard_fixture_picture (&fixture, "9-ready");
  wizard_fixture_press (&fixture, "Start");
  g_assert_true (fixture.finished);
  g_assert_true (fixture.finished_start);
  g_assert_cmpstr (fixture.finished_machine, ==, "rehearsal");
  wizard_fixture_tear_down (&fixture);
  remove_machine ("rehearsal");
}


/* Whatever page was left, the trial's boot opens on the question; kept and restarted once more it
 * is there for good. */
static void
test_trial_resumed (void)
{
  WizardFixture fixture;
  g_autoptr (GError) error = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  walk_into_trial (&fixture);
  wizard_fixture_press (&fixture, "Card");
  wizard_fixture_await_page (&fixture, "card");
  wizard_fixture_close (&fixture);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "Keep these changes?"));
  assert_keyboard_at_no_answer (&fixture);
  g_assert_true (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_await_words (&fixture, "The changes are kept.");
  wizard_fixture_close (&fixture);

  g_assert_true (pt_rehearsal_restart (fixture.sysroot, NULL, &error));
  g_assert_no_error (error);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "machine");
  wizard_fixture_press (&fixture, "Restart");
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "The card is ready for the machine."));
  wizard_fixture_picture (&fixture, "7-restart-ready");
  wizard_fixture_tear_down (&fixture);
}


/* Nobody answers: the computer goes back by itself and the page says so, with the log; more time is
 * proposed for the next one. */
static void
test_trial_not_confirmed (void)
{
  WizardFixture    fixture;
  GtkWidget       *log = NULL;
  GtkTextBuffer   *buffer = NULL;
  g_autofree char *text = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  walk_into_trial (&fixture);
  let_time_pass (&fixture, "298.00 0.00\n");
  wizard_fixture_press (&fixture, "Look again");
  wizard_fixture_await_words (&fixture, "The trial was not confirmed. Nothing has changed.");
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "nobody said in time that it works"));
  g_assert_true (wizard_fixture_says (&fixture, "Driver: amdgpu"));
  assert_parameters (&fixture, FALSE);
  wizard_fixture_await_words (&fixture, "The last lines of that start");
  log = wizard_fixture_find (&fixture, ADW_TYPE_EXPANDER_ROW,
                             "What the computer wrote in the trial");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (log), TRUE);
  log = await_text_view (&fixture);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (log));
  g_object_get (buffer, "text", &text, NULL);
  g_assert_nonnull (strstr (text, "nobody confirmed"));
  wizard_fixture_picture (&fixture, "7-restart-failed");

  wizard_fixture_press (&fixture, "Try again…");
  wizard_fixture_await_page (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture, "within 10 minutes"));
  wizard_fixture_picture (&fixture, "4-changes-again");
  wizard_fixture_press (&fixture, "Try it once…");
  wizard_fixture_await_page (&fixture, "apply");
  g_assert_true (wizard_fixture_says (&fixture, "The trial is prepared."));
  wizard_fixture_press (&fixture, "Continue");
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "You then have 10 minutes"));
  wizard_fixture_tear_down (&fixture);
}


/* The reset button in the middle of it, and a restart without a trial before it. */
static void
test_trial_cut_short (void)
{
  WizardFixture fixture;
  g_autoptr (GError) error = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "restart");
  wizard_fixture_close (&fixture);
  g_assert_true (pt_rehearsal_restart (fixture.sysroot, NULL, &error));
  g_assert_no_error (error);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture,
                                      "The trial is prepared and was never started."));
  wizard_fixture_picture (&fixture, "7-restart-never");
  wizard_fixture_press (&fixture, "Play the restart");
  wizard_fixture_await_words (&fixture, "Keep these changes?");
  wizard_fixture_close (&fixture);

  g_assert_true (pt_rehearsal_restart (fixture.sysroot, NULL, &error));
  g_assert_no_error (error);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "that start ended before its time"));
  wizard_fixture_tear_down (&fixture);
}


/* Go back: the old state at once, and from there undo leaves nothing. */
static void
test_trial_cancelled (void)
{
  WizardFixture    fixture;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *tree = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  tree = g_build_filename (fixture.folder, "tree", "etc", NULL);
  before = pt_test_describe_tree (tree);
  walk_into_trial (&fixture);
  wizard_fixture_press (&fixture, "Go back");
  wizard_fixture_await_words (&fixture, "The computer is back in its old state.");
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "Driver: amdgpu"));
  g_assert_nonnull (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Try again…"));
  wizard_fixture_picture (&fixture, "7-restart-cancelled");
  undo_everything (&fixture);
  after = pt_test_describe_tree (tree);
  pt_test_assert_same_tree (after, before);
  wizard_fixture_tear_down (&fixture);
}


/* A device that is not as planned in the trial: keeping is not what is offered first, the cause
 * stands there, and looking again sees it mended. */
static void
test_trial_wrong (void)
{
  WizardFixture    fixture;
  g_autofree char *link = NULL;
  g_autofree char *target = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  walk_into_trial (&fixture);
  link = g_build_filename (pt_sysroot_get_directory (fixture.sysroot), "sys", "bus", "pci",
                           "devices", "0000:2f:00.1", "driver", NULL);
  target = g_file_read_link (link, NULL);
  g_assert_nonnull (target);
  g_assert_cmpint (g_unlink (link), ==, 0);
  wizard_fixture_press (&fixture, "Look again");
  wizard_fixture_await_words (&fixture, "Something is not as planned.");
  g_assert_true (wizard_fixture_says (&fixture, "before it could be reserved"));
  g_assert_nonnull (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Keep it all the same"));
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_picture (&fixture, "7-restart-wrong");
  g_assert_cmpint (symlink (target, link), ==, 0);
  wizard_fixture_press (&fixture, "Look again");
  wizard_fixture_await_words (&fixture, "Everything is as planned.");
  undo_everything (&fixture);
  wizard_fixture_tear_down (&fixture);
}


/* Without a trial, for those who want that. */
static void
test_direct (void)
{
  WizardFixture fixture;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture, "If nobody confirms within 5 minutes"));
  g_assert_true (wizard_fixture_says (&fixture, "nothing need be done"));
  choose_direct (&fixture);
  g_assert_false (wizard_fixture_says (&fixture, "nothing need be done"));
  wizard_fixture_picture (&fixture, "4-changes-direct");
  wizard_fixture_press (&fixture, "Apply…");
  wizard_fixture_await_page (&fixture, "apply");
  g_assert_true (wizard_fixture_says (&fixture, "The changes are in place."));
  assert_parameters (&fixture, TRUE);
  wizard_fixture_press (&fixture, "Continue");
  wizard_fixture_await_page (&fixture, "restart");
  g_assert_true (wizard_fixture_says (&fixture, "The next start makes it real."));
  wizard_fixture_press (&fixture, "Play the restart");
  wizard_fixture_await_words (&fixture, "The card is ready for the machine.");
  wizard_fixture_tear_down (&fixture);
}


/* GRUB whose files lie where it cannot write: the reason stands there, and what is safest. */
static void
test_trial_impossible (void)
{
  WizardFixture    fixture;
  g_autofree char *environment = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  environment = g_build_filename (pt_sysroot_get_directory (fixture.sysroot), "boot", "grub",
                                  "grubenv", NULL);
  g_assert_cmpint (g_unlink (environment), ==, 0);
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture, "A trial is not possible here"));
  g_assert_true (wizard_fixture_says (&fixture, "(grubenv) is not there."));
  g_assert_true (wizard_fixture_says (&fixture, "hold Shift or press Esc"));
  g_assert_null (wizard_fixture_find (&fixture, GTK_TYPE_CHECK_BUTTON, "Try it once"));
  g_assert_nonnull (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Apply…"));
  wizard_fixture_picture (&fixture, "4-changes-no-trial");
  wizard_fixture_tear_down (&fixture);
}


static void
test_back (void)
{
  static const char *const way_back[] = { "apply", "changes", "card", "hardware", "welcome" };
  WizardFixture            fixture;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "restart");
  for (guint i = 0; i < G_N_ELEMENTS (way_back); i++)
    {
      wizard_fixture_press (&fixture, "Back");
      wizard_fixture_await_page (&fixture, way_back[i]);
    }
  g_assert_null (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Back"));
  wizard_fixture_tear_down (&fixture);
}


static void
test_step_clicked (void)
{
  WizardFixture fixture;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_false (gtk_widget_is_sensitive (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON,
                                                                "Ready")));
  wizard_fixture_press (&fixture, "Hardware");
  wizard_fixture_await_page (&fixture, "hardware");
  wizard_fixture_tear_down (&fixture);
}


static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}


/* What is on the page goes into the clipboard as the text of `--check`. */
static void
test_copy_report (void)
{
  WizardFixture    fixture;
  g_autofree char *text = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "hardware");
  wizard_fixture_await_words (&fixture, "The IOMMU is on");
  wizard_fixture_press (&fixture, "Copy _report");
  wizard_fixture_await_words (&fixture, "The report is copied.");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (fixture.wizard), NULL,
                                 copied_cb, &text);
  while (text == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_str_has_prefix (text, "This computer is "));
  g_assert_nonnull (strstr (text, "0000:2f:00.0"));
  wizard_fixture_tear_down (&fixture);
}


static void
test_resume (void)
{
  WizardFixture fixture;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  wizard_fixture_close (&fixture);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "changes");
  choose_direct (&fixture);
  wizard_fixture_press (&fixture, "Apply…");
  wizard_fixture_await_page (&fixture, "apply");
  /* Applied and closed before the restart: what is next is the restart. */
  wizard_fixture_close (&fixture);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "restart");
  wizard_fixture_press (&fixture, "Play the restart");
  wizard_fixture_await_page (&fixture, "restart");
  wizard_fixture_close (&fixture);
  wizard_fixture_open (&fixture);
  wizard_fixture_await_page (&fixture, "machine");
  wizard_fixture_tear_down (&fixture);
}


static void
test_unsuitable_card (void)
{
  WizardFixture fixture;
  GtkWidget    *host_card = NULL;
  GtkWidget    *guest_card = NULL;
  GtkWidget    *row = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "card");
  host_card = wizard_fixture_find (&fixture, GTK_TYPE_CHECK_BUTTON, "Radeon RX 6600 XT");
  guest_card = wizard_fixture_find (&fixture, GTK_TYPE_CHECK_BUTTON, "Radeon RX 6700 XT");
  if (host_card == NULL || guest_card == NULL)
    g_test_message ("the cards are called otherwise by the PCI id list here");
  g_assert_nonnull (host_card);
  g_assert_nonnull (guest_card);
  g_assert_false (gtk_widget_is_sensitive (host_card));
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (guest_card)));
  row = gtk_widget_get_ancestor (host_card, ADW_TYPE_ACTION_ROW);
  g_assert_null (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row)));
  /* Even ticked by force it does not lead on. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (host_card), TRUE);
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_tear_down (&fixture);
}


static void
test_apply_fails (void)
{
  WizardFixture    fixture;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *tree = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_set_program (&fixture, "update-grub",
                              "#!/bin/sh\necho 'no space left on device' >&2\nexit 1\n");
  tree = g_build_filename (fixture.folder, "tree", "etc", NULL);
  before = pt_test_describe_tree (tree);
  wizard_fixture_walk_to (&fixture, "changes");
  choose_direct (&fixture);
  wizard_fixture_press (&fixture, "Apply…");
  wizard_fixture_await_page (&fixture, "apply");
  g_assert_true (wizard_fixture_says (&fixture, "no space left on device"));
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_picture (&fixture, "a-apply-fails");
  if (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Undo everything…") == NULL)
    g_assert_true (wizard_fixture_says (&fixture, "Everything is as it was before."));
  after = pt_test_describe_tree (tree);
  pt_test_assert_same_tree (after, before);
  wizard_fixture_tear_down (&fixture);
}


/* While a change is being made the window cannot be closed away from it. */
static void
test_close_while_applying (void)
{
  WizardFixture fixture;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  choose_direct (&fixture);
  wizard_fixture_press (&fixture, "Apply…");
  g_assert_false (pt_wizard_is_settled (PT_WIZARD (fixture.wizard)));
  gtk_window_close (GTK_WINDOW (fixture.wizard));
  wizard_fixture_await_page (&fixture, "apply");
  g_assert_true (wizard_fixture_says (&fixture, "The changes are in place."));
  wizard_fixture_tear_down (&fixture);
}


static void
asked_cb (gboolean *asked)
{
  *asked = TRUE;
}


/* On the computer itself, which the first two pages only read. */
static void
test_this_computer (void)
{
  WizardFixture fixture;
  gboolean      asked = FALSE;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  g_clear_object (&fixture.sysroot);
  fixture.sysroot = pt_sysroot_new_host ();
  wizard_fixture_open (&fixture);
  g_signal_connect_swapped (fixture.wizard, "rehearse", G_CALLBACK (asked_cb), &asked);
  g_assert_false (wizard_fixture_says (&fixture, "Rehearsal: nothing on this computer changes"));
  wizard_fixture_picture (&fixture, "0-this-computer");
  wizard_fixture_press (&fixture, "Rehearse on a sample computer");
  g_assert_true (asked);
  wizard_fixture_press (&fixture, "Use a machine I already have");
  g_assert_true (fixture.finished);
  g_assert_null (fixture.finished_machine);
  wizard_fixture_press (&fixture, "Set up this computer");
  wizard_fixture_await_page (&fixture, "hardware");
  wizard_fixture_picture (&fixture, "0-this-hardware");
  wizard_fixture_tear_down (&fixture);
}


static void
test_undo (void)
{
  WizardFixture    fixture;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *tree = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  tree = g_build_filename (fixture.folder, "tree", "etc", NULL);
  before = pt_test_describe_tree (tree);
  wizard_fixture_walk_to (&fixture, "restart");
  undo_everything (&fixture);
  wizard_fixture_picture (&fixture, "b-undone");
  after = pt_test_describe_tree (tree);
  pt_test_assert_same_tree (after, before);
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_press (&fixture, "See the changes again");
  wizard_fixture_await_page (&fixture, "changes");
  wizard_fixture_tear_down (&fixture);
}


static void
test_unsupported_boot_path (void)
{
  WizardFixture    fixture;
  g_autofree char *grub = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  /* A host whose boot loader nobody recognises. */
  grub = g_build_filename (fixture.folder, "tree", "etc", "default", NULL);
  pt_test_remove_tree (g_steal_pointer (&grub));
  grub = g_build_filename (fixture.folder, "tree", "boot", "grub", NULL);
  pt_test_remove_tree (g_steal_pointer (&grub));
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture,
                                      "Passthru cannot change how this computer starts yet."));
  g_assert_true (wizard_fixture_says (&fixture, "vfio-pci.ids=1002:73df"));
  g_assert_nonnull (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Copy"));
  g_assert_false (gtk_widget_is_sensitive (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON,
                                                                "Apply…")));
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_picture (&fixture, "c-not-yet");
  wizard_fixture_tear_down (&fixture);
}


/* The recordings of other computers. */
static char *
find_recording (const char *name)
{
  return g_build_filename (g_getenv ("PASSTHRU_TEST_HOSTS"), name, NULL);
}


/* The IOMMU is merely off in the kernel: turned on first, the card reserved after that start. */
static void
test_first_part (void)
{
  WizardFixture    fixture;
  g_autofree char *recording = find_recording ("iommu-off-kernel.host");

  if (!wizard_fixture_set_up (&fixture, recording))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture, "What will change first: the IOMMU"));
  g_assert_true (wizard_fixture_says (&fixture, "intel_iommu=on"));
  g_assert_false (wizard_fixture_says (&fixture, "vfio-pci.ids="));
  g_assert_false (wizard_fixture_says (&fixture, "passthru.bind="));
  wizard_fixture_picture (&fixture, "d-first-part");
  wizard_fixture_tear_down (&fixture);
}


/* The files it starts from are root's: nothing is claimed before they are read, what goes wrong
 * loses nothing, and then the real plan stands there and is what the helper does. */
static void
test_closed_boot (void)
{
  WizardFixture    fixture;
  g_autofree char *recording = find_recording ("arch-closed-esp.host");
  g_autofree char *libexec = g_strdup (g_getenv ("PASSTHRU_LIBEXEC_DIR"));
  g_autofree char *entry = NULL;

  if (!wizard_fixture_set_up (&fixture, recording))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture, "What will change is not known yet."));
  g_assert_false (wizard_fixture_says (&fixture, "vfio-pci.ids"));
  g_assert_null (wizard_fixture_find (&fixture, ADW_TYPE_ACTION_ROW, "Try it once"));
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_picture (&fixture, "d-closed-before");

  g_setenv ("PASSTHRU_LIBEXEC_DIR", fixture.folder, TRUE);
  wizard_fixture_press (&fixture, "_Read it…");
  wizard_fixture_await_words (&fixture, "is not installed on this computer");
  wizard_fixture_await_settled (&fixture);
  wizard_fixture_picture (&fixture, "d-closed-no-helper");
  g_setenv ("PASSTHRU_LIBEXEC_DIR", libexec, TRUE);

  wizard_fixture_press (&fixture, "_Read it…");
  wizard_fixture_await_words (&fixture, "vfio-pci.ids=10de:2504,10de:228e");
  wizard_fixture_await_settled (&fixture);
  g_assert_null (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "_Read it…"));
  g_assert_nonnull (wizard_fixture_find (&fixture, ADW_TYPE_ACTION_ROW, "Try it once"));
  open_step (&fixture, "Add the kernel parameters", "@@");
  g_assert_true (wizard_fixture_says (&fixture, "+options root=/dev/nvme0n1p2 rw quiet splash "
                                                "vfio-pci.ids=10de:2504,10de:228e"));
  wizard_fixture_picture (&fixture, "d-closed-read");
  wizard_fixture_press (&fixture, "Try it once…");
  wizard_fixture_await_page (&fixture, "apply");
  wizard_fixture_await_words (&fixture, "The trial is prepared.");
  entry = g_build_filename (fixture.folder, "tree", "boot", "loader", "entries", NULL);
  g_assert_true (g_file_test (entry, G_FILE_TEST_IS_DIR));
  wizard_fixture_tear_down (&fixture);
}


/* The plan is there, and only whether it can be tried first is root's to say. */
static void
test_closed_trial (void)
{
  WizardFixture    fixture;
  g_autofree char *recording = find_recording ("fedora-closed-boot.host");

  if (!wizard_fixture_set_up (&fixture, recording))
    return;
  wizard_fixture_walk_to (&fixture, "changes");
  g_assert_true (wizard_fixture_says (&fixture, "Whether a trial is possible"));
  g_assert_true (wizard_fixture_says (&fixture, "vfio-pci.ids=10de:2504,10de:228e"));
  g_assert_false (wizard_fixture_says (&fixture, "A trial is not possible here"));
  g_assert_nonnull (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Apply…"));
  wizard_fixture_picture (&fixture, "d-closed-trial-before");
  wizard_fixture_press (&fixture, "_Read it…");
  wizard_fixture_await_words (&fixture, "Keep it at once");
  wizard_fixture_await_settled (&fixture);
  g_assert_nonnull (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Try it once…"));
  g_assert_null (wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "_Read it…"));
  wizard_fixture_tear_down (&fixture);
}


/* What went wrong is said, and what can be done. */
static void
test_closed_words (void)
{
  static const struct
  {
    int         code;
    const char *words;
  } rows[] = {
    { PT_SETUP_ERROR_DENIED, "permission was not given" },
    { PT_SETUP_ERROR_DISMISSED, "closed without an answer" },
    { PT_SETUP_ERROR_UNASKED, "polkit agent" },
    { PT_SETUP_ERROR_NO_HELPER, "not installed" },
    { PT_SETUP_ERROR_ENDED, "ended before" },
    { PT_SETUP_ERROR_BUSY, "in a moment" },
    { PT_SETUP_ERROR_FAILED, "try again" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (PT_SETUP_ERROR, rows[i].code, "x");

      g_assert_nonnull (strstr (pt_changes_explain_unread (error), rows[i].words));
    }
}


/* Computers that cannot give a card away: the reason stands there and nothing leads past it. */
static void
test_refused (gconstpointer data)
{
  WizardFixture    fixture;
  g_autofree char *name = g_strconcat (data, ".host", NULL);
  g_autofree char *recording = find_recording (name);

  if (!wizard_fixture_set_up (&fixture, recording))
    return;
  wizard_fixture_walk_to (&fixture, "card");
  g_assert_true (wizard_fixture_says (&fixture,
                                      "None of the graphics cards can be given to a machine"));
  g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
  wizard_fixture_picture (&fixture, data);
  wizard_fixture_tear_down (&fixture);
}


static void
test_machine_inputs (void)
{
  static const char *const bad[] = { "", "../x", "a/b", "-x", "a:b" };
  WizardFixture            fixture;
  GtkWidget               *name = NULL;
  GtkWidget               *create = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "machine");
  name = wizard_fixture_find (&fixture, ADW_TYPE_ENTRY_ROW, "Name");
  create = wizard_fixture_find (&fixture, GTK_TYPE_BUTTON, "Create machine");
  if (name == NULL)
    g_test_skip ("the test guest is not built here");
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (bad); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (name), bad[i]);
      g_assert_false (pt_wizard_advance (PT_WIZARD (fixture.wizard)));
      gtk_editable_set_text (GTK_EDITABLE (name), "good-name");
      g_assert_true (gtk_widget_is_sensitive (create));
    }
  wizard_fixture_tear_down (&fixture);
}


/* Nobody presses anything: libvirt stops and comes back, a monitor is plugged into the card. */
static void
test_follows (void)
{
  WizardFixture    fixture;
  const char      *root = NULL;
  g_autofree char *sockets = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *status = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  root = pt_sysroot_get_directory (fixture.sysroot);
  sockets = g_build_filename (root, "run", "libvirt", NULL);
  aside = g_build_filename (root, "libvirt-aside", NULL);
  status = g_build_filename (root, "sys", "class", "drm", "card0-DP-1", "status", NULL);
  wizard_fixture_walk_to (&fixture, "hardware");
  wizard_fixture_await_words (&fixture, "The virtual machine service is there and open to you.");
  g_assert_cmpint (g_rename (sockets, aside), ==, 0);
  wizard_fixture_await_words (&fixture, "The virtual machine service is missing");
  g_assert_cmpint (g_rename (aside, sockets), ==, 0);
  wizard_fixture_await_words (&fixture, "The virtual machine service is there and open to you.");

  wizard_fixture_walk_on_to (&fixture, "card");
  g_assert_false (wizard_fixture_says (&fixture, "One monitor attached."));
  g_assert_true (g_file_set_contents (status, "connected\n", -1, NULL));
  wizard_fixture_await_words (&fixture, "One monitor attached.");
  wizard_fixture_tear_down (&fixture);
}


static GtkWidget *
find_groups_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (PT_IS_GROUPS_WINDOW (window))
        return window;
    }
  return NULL;
}


/* A search begins a moment after the last key, a change shows a moment after it happened. */
static void
await_silence (WizardFixture *fixture,
               const char    *text)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (wizard_fixture_says (fixture, text) && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
  g_assert_false (wizard_fixture_says (fixture, text));
}


/* From the card to all groups, to search in; the window follows the computer, too. */
static void
test_groups (void)
{
  WizardFixture    fixture;
  WizardFixture    view;
  g_autofree char *device = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  device = g_build_filename (pt_sysroot_get_directory (fixture.sysroot), "sys", "bus", "pci",
                             "devices", "0000:23:00.0", NULL);
  wizard_fixture_walk_to (&fixture, "card");
  wizard_fixture_press (&fixture, "Show all groups…");
  view = fixture;
  view.wizard = find_groups_window ();
  g_assert_nonnull (view.wizard);
  wizard_fixture_await_words (&view, "Radeon RX 6700 XT is isolated");
  g_assert_true (wizard_fixture_says (&view, "Group 28"));
  wizard_fixture_picture (&view, "3-groups");

  pt_groups_window_search (PT_GROUPS_WINDOW (view.wizard), "nvme 144d");
  await_silence (&view, "2f:00.0 · 1002:73df");
  g_assert_true (wizard_fixture_says (&view, "23:00.0 · 144d:a808"));
  g_assert_false (wizard_fixture_says (&view, "is isolated"));
  wizard_fixture_picture (&view, "3-groups-search");
  g_assert_cmpint (g_unlink (device), ==, 0);
  await_silence (&view, "23:00.0 · 144d:a808");

  pt_groups_window_search (PT_GROUPS_WINDOW (view.wizard), "zzz");
  wizard_fixture_await_words (&view, "No device found");
  gtk_window_close (GTK_WINDOW (view.wizard));
  wizard_fixture_tear_down (&fixture);
}


/* A card that is not isolated: who is in the way, and what helps, the plain things first. */
static void
test_groups_shared (void)
{
  WizardFixture    fixture;
  WizardFixture    view;
  g_autofree char *recording =
    g_build_filename (g_getenv ("PASSTHRU_TEST_HOSTS"), "no-isolation.host", NULL);

  if (!wizard_fixture_set_up (&fixture, recording))
    return;
  view = fixture;
  view.wizard = pt_groups_window_new (NULL, fixture.sysroot);
  gtk_window_present (GTK_WINDOW (view.wizard));
  wizard_fixture_await_words (&view, "is not isolated");
  g_assert_true (wizard_fixture_says (&view, "Put the card into another slot."));
  wizard_fixture_picture (&view, "3-groups-shared");
  gtk_window_destroy (GTK_WINDOW (view.wizard));
  wizard_fixture_tear_down (&fixture);
}


/* The helper reads the card's own firmware, and the report says what is in it. */
static void
test_read_firmware (void)
{
  WizardFixture fixture;
  GtkWidget    *row = NULL;

  if (!wizard_fixture_set_up (&fixture, NULL))
    return;
  wizard_fixture_walk_to (&fixture, "hardware");
  row = wizard_fixture_find (&fixture, ADW_TYPE_EXPANDER_ROW, "The card's own firmware");
  g_assert_nonnull (row);
  g_assert_false (wizard_fixture_says (&fixture,
                                       "The card brings firmware that a virtual machine can use."));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  wizard_fixture_await_words (&fixture, "administrator's permission");
  wizard_fixture_press (&fixture, "_Read it");
  wizard_fixture_await_words (&fixture, "The card brings firmware that a virtual machine can use.");
  wizard_fixture_picture (&fixture, "2-hardware-firmware");
  wizard_fixture_tear_down (&fixture);
}


int
main (int   argc,
      char *argv[])
{
  g_autoptr (PtTestFolder) home = pt_test_make_folder ();

  wizard_fixture_isolate (home);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wizard/wizard/whole-way", test_whole_way);
  g_test_add_func ("/wizard/wizard/trial-resumed", test_trial_resumed);
  g_test_add_func ("/wizard/wizard/trial-not-confirmed", test_trial_not_confirmed);
  g_test_add_func ("/wizard/wizard/trial-cut-short", test_trial_cut_short);
  g_test_add_func ("/wizard/wizard/trial-cancelled", test_trial_cancelled);
  g_test_add_func ("/wizard/wizard/trial-wrong", test_trial_wrong);
  g_test_add_func ("/wizard/wizard/trial-impossible", test_trial_impossible);
  g_test_add_func ("/wizard/wizard/direct", test_direct);
  g_test_add_func ("/wizard/wizard/back", test_back);
  g_test_add_func ("/wizard/wizard/step-clicked", test_step_clicked);
  g_test_add_func ("/wizard/wizard/follows", test_follows);
  g_test_add_func ("/wizard/wizard/copy-report", test_copy_report);
  g_test_add_func ("/wizard/wizard/read-firmware", test_read_firmware);
  g_test_add_func ("/wizard/wizard/groups", test_groups);
  g_test_add_func ("/wizard/wizard/groups-shared", test_groups_shared);
  g_test_add_func ("/wizard/wizard/resume", test_resume);
  g_test_add_func ("/wizard/wizard/unsuitable-card", test_unsuitable_card);
  g_test_add_func ("/wizard/wizard/apply-fails", test_apply_fails);
  g_test_add_func ("/wizard/wizard/close-while-applying", test_close_while_applying);
  g_test_add_func ("/wizard/wizard/this-computer", test_this_computer);
  g_test_add_func ("/wizard/wizard/undo", test_undo);
  g_test_add_func ("/wizard/wizard/unsupported-boot-path", test_unsupported_boot_path);
  g_test_add_func ("/wizard/wizard/closed-boot", test_closed_boot);
  g_test_add_func ("/wizard/wizard/closed-trial", test_closed_trial);
  g_test_add_func ("/wizard/wizard/closed-words", test_closed_words);
  g_test_add_func ("/wizard/wizard/machine-inputs", test_machine_inputs);
  g_test_add_func ("/wizard/wizard/first-part", test_first_part);
  g_test_add_data_func ("/wizard/wizard/no-isolation", "no-isolation", test_refused);
  g_test_add_data_func ("/wizard/wizard/single-card", "single-card", test_refused);
  g_test_add_data_func ("/wizard/wizard/iommu-off-firmware", "iommu-off-firmware", test_refused);

  return g_test_run ();
}
