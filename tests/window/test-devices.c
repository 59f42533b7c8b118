/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-devices"

#include "config.h"

#include <string.h>

#include "pt-device-row.h"
#include "pt-devices-window.h"
#include "pt-devices-words.h"
#include "pt-handover-record.h"
#include "pt-plan.h"
#include "pt-played-kernel.h"
#include "pt-rehearsal-private.h"
#include "pt-test-host.h"

/* The view of the devices on the sample computer, with the real helper as its child. */
#define TEST_DRIVE "0000:23:00.0"
#define TEST_ROOT "0000:01:00.0"
#define TEST_USB "0000:34:00.3"
#define TEST_CARD "0000:2f:00.0"
#define TEST_WAIT 60

typedef struct
{
  PtTestHost *host;
  PtSysroot  *sysroot;
  GtkWidget  *window;
} TestFixture;


static void
test_set_up (TestFixture  *fixture,
             gconstpointer data)
{
  g_autoptr (GKeyFile) note = NULL;
  g_autoptr (GError) error = NULL;

  fixture->host = pt_test_host_new ("sample");
  fixture->sysroot = pt_test_host_get_sysroot (fixture->host);
  note = pt_rehearsal_ensure_note (fixture->sysroot, &error);
  g_assert_no_error (error);
}


static void
test_close (TestFixture *fixture)
{
  if (fixture->window != NULL)
    gtk_window_destroy (GTK_WINDOW (fixture->window));
  fixture->window = NULL;
  pt_test_run_pending ();
}


static void
test_tear_down (TestFixture  *fixture,
                gconstpointer data)
{
  test_close (fixture);
  pt_test_host_free (fixture->host);
}


static gboolean
test_late_cb (gpointer data)
{
  g_error ("%s did not come", (const char *)data);
  return G_SOURCE_REMOVE;
}


static PtOfferState
test_get_state (TestFixture *fixture,
                const char  *address)
{
  GtkWidget *row = pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), address);

  g_assert_nonnull (row);
  return pt_device_row_get_offer (PT_DEVICE_ROW (row))->state;
}


/* Until the view has looked and shows @state for @address. */
static void
test_await (TestFixture *fixture,
            const char  *address,
            PtOfferState state)
{
  guint late = g_timeout_add_seconds (TEST_WAIT, test_late_cb, (gpointer)address);

  while (!pt_devices_window_is_settled (PT_DEVICES_WINDOW (fixture->window)) ||
         test_get_state (fixture, address) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}


static void
test_open (TestFixture *fixture)
{
  fixture->window = pt_devices_window_new (NULL, fixture->sysroot);
  gtk_window_present (GTK_WINDOW (fixture->window));
  test_await (fixture, TEST_ROOT, PT_OFFER_BLOCKED);
}


static GtkWidget *
test_get_button (TestFixture *fixture,
                 const char  *address)
{
  GtkWidget *row = pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), address);

  return pt_device_row_get_button (PT_DEVICE_ROW (row));
}


static GtkWidget *
test_find_label (GtkWidget  *widget,
                 const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = test_find_label (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


static void
test_assert_says (TestFixture *fixture,
                  const char  *address,
                  const char  *text)
{
  GtkWidget *row = pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), address);

  if (test_find_label (row, text) == NULL)
    g_error ("the row of %s does not say “%s”", address, text);
}


/* The dialog on top, or NULL. */
static GtkWidget *
test_find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window) && gtk_widget_get_visible (window))
        return window;
    }
  return NULL;
}


static GtkWidget *
test_await_dialog (void)
{
  guint late = g_timeout_add_seconds (TEST_WAIT, test_late_cb, "a dialog");

  while (test_find_dialog () == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
  return test_find_dialog ();
}


static void
test_answer (const char *response)
{
  GtkWidget *dialog = test_await_dialog ();

  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}


static void
test_click (TestFixture *fixture,
            const char  *address)
{
  g_signal_emit_by_name (test_get_button (fixture, address), "clicked");
}


static void
test_assert_driver (TestFixture *fixture,
                    const char  *device,
                    const char  *expected)
{
  g_autofree char *name = g_build_filename (device, "driver", NULL);
  g_autofree char *driver = pt_sysroot_read_link (fixture->sysroot, PT_PLACE_PCI_DEVICES, name,
                                                  NULL);

  g_assert_cmpstr (driver, ==, expected);
}


/* What is in the way of each, and no button where something is. */
static void
test_devices_states (TestFixture  *fixture,
                     gconstpointer data)
{
  test_open (fixture);
  g_assert_cmpint (test_get_state (fixture, TEST_DRIVE), ==, PT_OFFER_FREE);
  g_assert_nonnull (test_get_button (fixture, TEST_DRIVE));
  test_assert_says (fixture, TEST_DRIVE, "23:00.0 · driver nvme · group 23");
  g_assert_null (test_get_button (fixture, TEST_ROOT));
  test_assert_says (fixture, TEST_ROOT, "This computer uses it for /, /boot/efi, [swap].");
  g_assert_nonnull (pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), TEST_USB));
  g_assert_null (pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), "0000:00:00.0"));
}


/* Asked first, then set aside, then given back; the computer is what says so. */
static void
test_devices_round (TestFixture  *fixture,
                    gconstpointer data)
{
  test_open (fixture);
  gtk_widget_grab_focus (test_get_button (fixture, TEST_DRIVE));
  test_click (fixture, TEST_DRIVE);
  g_assert_nonnull (strstr (
    adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (test_await_dialog ())), "Set “"));
  test_answer ("confirm");
  test_await (fixture, TEST_DRIVE, PT_OFFER_SET_ASIDE);
  test_assert_driver (fixture, TEST_DRIVE, "vfio-pci");
  test_assert_says (fixture, TEST_DRIVE, "driver vfio-pci");
  /* The keyboard is where it was, at the way back. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) ==
                 test_get_button (fixture, TEST_DRIVE));
  /* Another life of the window, and of its helper, sees the same. */
  test_close (fixture);
  test_open (fixture);
  test_await (fixture, TEST_DRIVE, PT_OFFER_SET_ASIDE);
  test_click (fixture, TEST_DRIVE);
  test_await (fixture, TEST_DRIVE, PT_OFFER_FREE);
  test_assert_driver (fixture, TEST_DRIVE, "nvme");
}


static void
test_devices_cancel (TestFixture  *fixture,
                     gconstpointer data)
{
  test_open (fixture);
  test_click (fixture, TEST_DRIVE);
  test_answer ("cancel");
  pt_test_run_pending ();
  g_assert_true (pt_devices_window_is_settled (PT_DEVICES_WINDOW (fixture->window)));
  test_assert_driver (fixture, TEST_DRIVE, "nvme");
}


/* A machine has it: said with what helps, and it stays on show as set aside. */
static void
test_devices_busy (TestFixture  *fixture,
                   gconstpointer data)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (TEST_DRIVE, NULL);
  g_autoptr (GError) error = NULL;
  GtkWidget *dialog = NULL;

  pt_handover_bind (fixture->sysroot, intent, NULL, &error);
  g_assert_no_error (error);
  pt_test_host_write (fixture->host, "dev/vfio/23/open", "");
  test_open (fixture);
  test_await (fixture, TEST_DRIVE, PT_OFFER_SET_ASIDE);
  test_click (fixture, TEST_DRIVE);
  dialog = test_await_dialog ();
  g_assert_nonnull (
    strstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), "was not given back"));
  g_assert_nonnull (test_find_label (dialog, "Shut the machine down"));
  g_assert_nonnull (test_find_label (dialog, "in use by a virtual machine"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_await (fixture, TEST_DRIVE, PT_OFFER_SET_ASIDE);
  test_assert_driver (fixture, TEST_DRIVE, "vfio-pci");
}


/* Its driver does not let go: said, and everything is shown as it is. */
static void
test_devices_stuck (TestFixture  *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) note = pt_rehearsal_ensure_note (fixture->sysroot, &error);
  g_autofree char *path = g_build_filename (pt_test_host_get_folder (fixture->host),
                                            PT_REHEARSAL_NOTE, NULL);
  GtkWidget       *dialog = NULL;

  g_key_file_set_string (note, PT_PLAYED_KERNEL_STUCK, TEST_USB, "unbind");
  g_assert_true (g_key_file_save_to_file (note, path, NULL));
  test_open (fixture);
  g_assert_cmpint (test_get_state (fixture, TEST_USB), ==, PT_OFFER_FREE);
  test_click (fixture, TEST_USB);
  test_answer ("confirm");
  dialog = test_await_dialog ();
  g_assert_nonnull (test_find_label (dialog, "xhci_hcd instead of vfio-pci"));
  g_assert_nonnull (
    strstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (dialog)), "was not set aside"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_await (fixture, TEST_USB, PT_OFFER_FREE);
}


/* What happens elsewhere is seen without a click. */
static void
test_devices_live (TestFixture  *fixture,
                   gconstpointer data)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (TEST_USB, NULL);
  g_autoptr (GError) error = NULL;

  test_open (fixture);
  adw_expander_row_set_expanded (
    ADW_EXPANDER_ROW (
      pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), TEST_DRIVE)),
    TRUE);
  pt_handover_bind (fixture->sysroot, intent, NULL, &error);
  g_assert_no_error (error);
  test_await (fixture, TEST_USB, PT_OFFER_SET_ASIDE);
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (
    pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), TEST_DRIVE))));
  pt_handover_release (fixture->sysroot, intent, &error);
  g_assert_no_error (error);
  test_await (fixture, TEST_USB, PT_OFFER_FREE);
}


/* Bound by somebody else, half bound, and with a record that is not followed. */
static void
test_devices_record (TestFixture  *fixture,
                     gconstpointer data)
{
  g_autoptr (PtIntent) intent = pt_intent_new_from_string (TEST_DRIVE, NULL);
  g_autoptr (GError) error = NULL;

  pt_handover_bind (fixture->sysroot, intent, NULL, &error);
  g_assert_no_error (error);
  pt_test_host_write (fixture->host, "run/passthru/handover", "garbled");
  test_open (fixture);
  g_assert_cmpint (test_get_state (fixture, TEST_DRIVE), ==, PT_OFFER_HELD_BY);
  g_assert_null (test_get_button (fixture, TEST_DRIVE));
  test_close (fixture);
  pt_test_host_remove (fixture->host, "run/passthru");
  test_open (fixture);
  g_assert_cmpint (test_get_state (fixture, TEST_DRIVE), ==, PT_OFFER_HELD);
  g_assert_null (test_get_button (fixture, TEST_DRIVE));
  test_close (fixture);
  /* A helper that was killed between the note and the write. */
  pt_test_host_write (fixture->host, "run/passthru/handover",
                      "[handover]\nversion=1\n[" TEST_USB "]\ndriver=xhci_hcd\noverride=\n");
  test_open (fixture);
  g_assert_cmpint (test_get_state (fixture, TEST_USB), ==, PT_OFFER_INTERRUPTED);
  test_click (fixture, TEST_USB);
  test_await (fixture, TEST_USB, PT_OFFER_FREE);
  g_assert_false (pt_sysroot_exists (fixture->sysroot, PT_PLACE_RUN, "passthru"));
}


/* All that could be set aside is taken out of the computer. */
static void
test_devices_empty (TestFixture  *fixture,
                    gconstpointer data)
{
  g_auto (GStrv) names = pt_sysroot_list (fixture->sysroot, PT_PLACE_PCI_DEVICES, NULL, NULL);
  guint late = g_timeout_add_seconds (TEST_WAIT, test_late_cb, "the empty view");

  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename ("sys/bus/pci/devices", names[i], NULL);

      if (!g_str_has_prefix (names[i], "0000:00:"))
        pt_test_host_remove (fixture->host, path);
    }
  fixture->window = pt_devices_window_new (NULL, fixture->sysroot);
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (!pt_devices_window_is_settled (PT_DEVICES_WINDOW (fixture->window)))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
  g_assert_true (
    gtk_widget_get_mapped (test_find_label (fixture->window, "No device to set aside")));
  g_assert_null (pt_devices_window_find_row (PT_DEVICES_WINDOW (fixture->window), TEST_DRIVE));
}


/* Each member of a group by name and address, and how it stands. */
static void
test_devices_members (TestFixture  *fixture,
                      gconstpointer data)
{
  test_open (fixture);
  test_assert_says (fixture, "0000:2a:00.3", "(2a:00.1): It shares IOMMU group 21");
  test_assert_says (fixture, "0000:2a:00.3", "2a:00.1 · driver xhci_hcd · group 21");
  test_assert_says (fixture, "0000:2f:00.0", "2f:00.1 · driver snd_hda_intel");
  test_assert_says (fixture, TEST_DRIVE, "Alone in its IOMMU group");
  test_assert_says (fixture, "0000:2a:00.1", "The last keyboard hangs on it.");
  test_assert_says (fixture, "0000:2a:00.3", "The last mouse or touchpad hangs on it.");
}


/* Who has the spare card open only root can read. The user's view says so; the helper sees that
 * nobody has, and the card goes with its sound. */
static void
test_devices_card (TestFixture  *fixture,
                   gconstpointer data)
{
  test_open (fixture);
  test_await (fixture, TEST_CARD, PT_OFFER_UNKNOWN);
  test_assert_says (fixture, TEST_CARD, "only root can read");
  test_click (fixture, TEST_CARD);
  test_answer ("confirm");
  test_await (fixture, TEST_CARD, PT_OFFER_SET_ASIDE);
  test_assert_driver (fixture, TEST_CARD, "vfio-pci");
  test_assert_driver (fixture, "0000:2f:00.1", "vfio-pci");
  test_click (fixture, TEST_CARD);
  test_await (fixture, TEST_CARD, PT_OFFER_UNKNOWN);
  test_assert_driver (fixture, TEST_CARD, "amdgpu");
}


/* Every error has words of its own kind, and says what next. */
static void
test_devices_errors (TestFixture  *fixture,
                     gconstpointer data)
{
  static const PtSetupError codes[] = { PT_SETUP_ERROR_BUSY, PT_SETUP_ERROR_IN_USE,
                                        PT_SETUP_ERROR_REFUSED,
                                        PT_SETUP_ERROR_JOURNAL, PT_SETUP_ERROR_NO_HELPER,
                                        PT_SETUP_ERROR_NOTHING, PT_SETUP_ERROR_UNASKED,
                                        PT_SETUP_ERROR_FAILED };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new (PT_SETUP_ERROR, (int)codes[i], "code %zu", i);
      char *words = pt_devices_words_error (error, FALSE);

      g_assert_true (g_str_has_suffix (words, "."));
      g_assert_true (g_hash_table_add (seen, words));
    }
}


#define TEST_ADD(name, function) \
  g_test_add ("/window/devices/" name, TestFixture, NULL, test_set_up, function, test_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* GTK warns about icons, of which the isolated data folders have none. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  TEST_ADD ("states", test_devices_states);
  TEST_ADD ("round", test_devices_round);
  TEST_ADD ("cancel", test_devices_cancel);
  TEST_ADD ("busy", test_devices_busy);
  TEST_ADD ("stuck", test_devices_stuck);
  TEST_ADD ("live", test_devices_live);
  TEST_ADD ("record", test_devices_record);
  TEST_ADD ("members", test_devices_members);
  TEST_ADD ("card", test_devices_card);
  TEST_ADD ("empty", test_devices_empty);
  TEST_ADD ("errors", test_devices_errors);
  return g_test_run ();
}
