/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-start-guard"

#include "config.h"

#include <string.h>

#include "pt-picture.h"
#include "pt-start-guard.h"
#include "pt-test-host.h"
#include "vm-fixture.h"

/* The real window on a real machine of a rehearsal, whose computer changes under it. */

#define CARD "0000:2f:00.0"
#define CARD_PATH \
  "P: /devices/pci0000:00/0000:00:03.1/0000:2d:00.0/0000:2e:00.0/0000:2f:00.0\n"
/* Seconds. */
#define PATIENCE 60

typedef struct
{
  PtTestHost *computer;
  PtMachines *machines;
  PtMachine  *machine;
  GtkWidget  *window;
  guint       looks; /* the user wants to see what changed */
} Fixture;


/* A label on show in any window that says @text. */
static GtkWidget *
find (GtkWidget  *widget,
      GType       type,
      const char *text)
{
  const char *says = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget))
    says = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_BUTTON (widget))
    says = gtk_button_get_label (GTK_BUTTON (widget));
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && says != NULL && strstr (says, text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


static GtkWidget *
find_anywhere (GType       type,
               const char *text)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      GtkWidget *found = find (window, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}


static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}


static void
await_words (const char *text)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, wake_cb, NULL);

  while (find_anywhere (GTK_TYPE_LABEL, text) == NULL && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if (find_anywhere (GTK_TYPE_LABEL, text) == NULL)
    g_test_message ("nothing says “%s”", text);
  g_assert_nonnull (find_anywhere (GTK_TYPE_LABEL, text));
}


static void
await_view (Fixture    *fixture,
            const char *view)
{
  gint64 end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint  wake = g_timeout_add (20, wake_cb, NULL);

  while (g_strcmp0 (pt_window_get_view (PT_WINDOW (fixture->window)), view) != 0 &&
         g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  g_assert_cmpstr (pt_window_get_view (PT_WINDOW (fixture->window)), ==, view);
}


/* What the wizard keeps with a machine: the sample's card, set aside. */
static char *
record (PtTestHost *computer)
{
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  g_autoptr (PtHost) host = pt_test_host_scan (computer);
  g_autoptr (PtSeen) seen = NULL;
  PtAddress address = { 0 };

  g_assert_true (pt_address_parse (CARD, &address));
  g_array_append_val (addresses, address);
  seen = pt_seen_new (host, addresses);
  return pt_seen_to_string (seen);
}


static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autofree char *name = vm_fixture_name ("guard");
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec (name);

  fixture->computer = pt_test_host_new ("sample");
  pt_test_host_remove (fixture->computer, "sys/bus/pci/devices/" CARD "/driver");
  pt_test_host_add (fixture->computer, CARD_PATH "E: SUBSYSTEM=pci\nE: DRIVER=vfio-pci\n\n");
  spec->rehearsal = TRUE;
  spec->seen = record (fixture->computer);
  fixture->machines = vm_fixture_open ();
  fixture->machine = vm_fixture_create (fixture->machines, spec);
  g_assert_cmpstr (pt_machine_get_seen (fixture->machine), ==, spec->seen);
}


static void
looked_cb (Fixture *fixture)
{
  fixture->looks++;
}


static void
open_window (Fixture *fixture)
{
  fixture->window = pt_window_new (NULL, TRUE);
  pt_start_guard_install (PT_WINDOW (fixture->window),
                          pt_test_host_get_sysroot (fixture->computer), NULL);
  g_signal_connect_swapped (fixture->window, "look", G_CALLBACK (looked_cb), fixture);
  pt_window_show_machine (PT_WINDOW (fixture->window), pt_machine_get_name (fixture->machine),
                          FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 500);
  gtk_window_present (GTK_WINDOW (fixture->window));
  await_view (fixture, "off");
}


static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  while (g_list_model_get_n_items (windows) > 0)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, 0);

      gtk_window_destroy (window);
    }
  pt_test_run_pending ();
  if (pt_machine_get_state (fixture->machine) != PT_MACHINE_OFF)
    vm_fixture_force_off (fixture->machine);
  vm_fixture_remove (fixture->machine);
  g_clear_object (&fixture->machine);
  g_clear_object (&fixture->machines);
  pt_test_host_free (fixture->computer);
}


/* For the window, whose start it is, and for the fixture, which has a connection of its own and
 * may know it before that start is over. */
static void
await_running (Fixture *fixture)
{
  vm_fixture_await_state (fixture->machine, PT_MACHINE_RUNNING);
  vm_fixture_await_state (pt_window_get_machine (PT_WINDOW (fixture->window)),
                          PT_MACHINE_RUNNING);
}


static void
start (Fixture *fixture)
{
  g_assert_true (gtk_widget_activate_action (fixture->window, "win.start", NULL));
}


/* A picture of what is on show below $PASSTHRU_TEST_PICTURES, if that is set. */
static void
picture (const char *text,
         const char *name)
{
  const char      *folder = g_getenv ("PASSTHRU_TEST_PICTURES");
  GtkWidget       *label = find_anywhere (GTK_TYPE_LABEL, text);
  g_autofree char *path = folder != NULL ? g_strdup_printf ("%s/%s.png", folder, name) : NULL;
  gboolean         saved = path == NULL;
  gint64           end = g_get_monotonic_time () + PATIENCE * G_USEC_PER_SEC;
  guint            wake = g_timeout_add (20, wake_cb, NULL);

  while (!saved && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, TRUE);
      saved = pt_picture_save (GTK_WIDGET (gtk_widget_get_root (label)), path, NULL);
    }
  g_source_remove (wake);
  g_assert_true (saved);
}


/* As it was: nothing is said and it starts. */
static void
test_starts (Fixture      *fixture,
             gconstpointer data)
{
  open_window (fixture);
  start (fixture);
  g_assert_cmpstr (pt_window_get_view (PT_WINDOW (fixture->window)), ==, "starting");
  /* Once is enough. */
  start (fixture);
  await_running (fixture);
  pt_test_run_pending ();
  g_assert_null (find_anywhere (GTK_TYPE_LABEL, "was not started"));
  g_assert_null (find_anywhere (GTK_TYPE_LABEL, "could not be started"));
}


/* The card was taken out: said when the machine comes on show, and again when it is to start. */
static void
test_refuses (Fixture      *fixture,
              gconstpointer data)
{
  GtkWidget *button = NULL;

  pt_test_host_remove (fixture->computer, "sys/bus/pci/devices/" CARD);
  open_window (fixture);
  await_words ("This machine cannot be started as things are.");
  g_assert_nonnull (find_anywhere (GTK_TYPE_LABEL, "is not in this computer any more"));
  picture ("is not in this computer any more", "drift-notice");
  button = find_anywhere (GTK_TYPE_BUTTON, "_Look at It");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (fixture->looks, ==, 1);

  start (fixture);
  await_words ("The machine was not started");
  g_assert_nonnull (find_anywhere (GTK_TYPE_LABEL, "Switch the computer off"));
  picture ("Switch the computer off", "drift-refusal");
  g_assert_cmpint (pt_machine_get_state (fixture->machine), ==, PT_MACHINE_OFF);
  await_view (fixture, "off");
}


/* Put back while the window is open, it starts. */
static void
test_mended (Fixture      *fixture,
             gconstpointer data)
{
  const char *name = "sys/bus/pci/devices/" CARD "/device";

  pt_test_host_write (fixture->computer, name, "0x73bf\n");
  open_window (fixture);
  start (fixture);
  await_words ("The machine was not started");
  pt_test_host_write (fixture->computer, name, "0x73df\n");
  start (fixture);
  await_running (fixture);
}


/* A new kernel is told once, and keeps nothing. */
static void
test_told_once (Fixture      *fixture,
                gconstpointer data)
{
  pt_test_host_write (fixture->computer, "proc/sys/kernel/osrelease", "6.1.0-20-amd64\n");
  open_window (fixture);
  start (fixture);
  await_words ("The kernel has changed since the set-up");
  await_running (fixture);
  gtk_widget_activate_action (fixture->window, "win.close-notice", NULL);
  vm_fixture_force_off (pt_window_get_machine (PT_WINDOW (fixture->window)));
  await_view (fixture, "off");
  /* The fixture has a connection of its own, which may still believe in the first start. */
  vm_fixture_await_state (fixture->machine, PT_MACHINE_OFF);
  start (fixture);
  await_running (fixture);
  pt_test_run_pending ();
  g_assert_null (find_anywhere (GTK_TYPE_LABEL, "The kernel has changed"));
}


/* Closed in the middle of the look, nothing starts and nothing is said. */
static void
test_closed (Fixture      *fixture,
             gconstpointer data)
{
  open_window (fixture);
  start (fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *)&fixture->window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  for (guint i = 0; i < 500 && fixture->window != NULL; i++)
    {
      g_usleep (10 * 1000);
      pt_test_run_pending ();
    }
  g_assert_null (fixture->window);
  g_assert_cmpint (pt_machine_get_state (fixture->machine), ==, PT_MACHINE_OFF);
}


static void
add (const char *name,
     void (*func) (Fixture *, gconstpointer))
{
  g_test_add (name, Fixture, NULL, set_up, func, tear_down);
}


int
main (int    argc,
      char **argv)
{
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);
  /* GTK warns about icons, of which the folders of the test have none. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return vm_fixture_end (0);
    }
  adw_init ();
  add ("/app/start-guard/starts", test_starts);
  add ("/app/start-guard/refuses", test_refuses);
  add ("/app/start-guard/mended", test_mended);
  add ("/app/start-guard/told-once", test_told_once);
  add ("/app/start-guard/closed", test_closed);
  return vm_fixture_end (g_test_run ());
}
