/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-vanish"

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "pt-device-private.h"
#include "pt-test-host.h"

/* A device that is unplugged while it is looked at: it is left out, or it is in the list with what
 * it is, or with the note that it could not be read in full. It is never something else, and the
 * rest of the host is as it was. */

#define VANISH_SECONDS 2

/* The second NVMe drive of the sample machine. */
static const char vanish_address[] = "0000:23:00.0";
static const char vanish_id[] = "144d:a808";
static const char vanish_link[] = "sys/bus/pci/devices/0000:23:00.0";

typedef struct
{
  char *folder;
  char *link;
  char *folder_aside;
  char *link_aside;
  int   stop; /* atomic */
  guint rounds;
} Vanish;


static void
vanish_clear (Vanish *self)
{
  g_free (self->folder);
  g_free (self->link);
  g_free (self->folder_aside);
  g_free (self->link_aside);
}


G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Vanish, vanish_clear)


static void
vanish_init (Vanish     *self,
             PtTestHost *machine)
{
  const char      *root = pt_test_host_get_folder (machine);
  g_autofree char *folder = g_build_filename (root, "sys", "bus", "pci", "devices", NULL);
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  self->link = g_build_filename (root, vanish_link, NULL);
  target = g_file_read_link (self->link, &error);
  g_assert_no_error (error);
  self->folder = g_canonicalize_filename (target, folder);
  self->folder_aside = g_strconcat (root, ".folder", NULL);
  self->link_aside = g_strconcat (root, ".link", NULL);
}


/* In the kernel's order: first the link on the bus, then the folder; back the other way round. */
static gpointer
vanish_thread (gpointer data)
{
  Vanish *self = data;

  while (g_atomic_int_get (&self->stop) == 0)
    {
      g_assert_cmpint (g_rename (self->link, self->link_aside), ==, 0);
      g_assert_cmpint (g_rename (self->folder, self->folder_aside), ==, 0);
      g_thread_yield ();
      g_assert_cmpint (g_rename (self->folder_aside, self->folder), ==, 0);
      g_assert_cmpint (g_rename (self->link_aside, self->link), ==, 0);
      g_thread_yield ();
      self->rounds++;
    }
  return NULL;
}


/* TRUE if the device is in the list. */
static gboolean
assert_sound (PtHost *host,
              guint   all)
{
  GPtrArray *devices = pt_host_get_devices (host);
  gboolean   found = FALSE;

  for (guint i = 0; i < devices->len; i++)
    {
      PtDevice *device = g_ptr_array_index (devices, i);

      if (g_str_equal (pt_device_get_address_string (device), vanish_address))
        {
          found = TRUE;
          g_assert_true (!pt_device_is_complete (device) ||
                         g_str_equal (pt_device_get_id (device), vanish_id));
        }
      else
        g_assert_true (pt_device_is_complete (device));
    }
  g_assert_cmpuint (devices->len, ==, found ? all : all - 1);
  g_assert_cmpuint (pt_host_get_gpus (host)->len, ==, 2);
  return found;
}


static void
test_race (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) whole = pt_test_host_scan (machine);
  g_auto (Vanish) vanish = { 0 };
  guint    there = 0, gone = 0;
  gint64   end = 0;
  GThread *thread = NULL;

  vanish_init (&vanish, machine);
  thread = g_thread_new ("vanish", vanish_thread, &vanish);
  end = g_get_monotonic_time () + VANISH_SECONDS * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < end || there == 0 || gone == 0)
    {
      g_autoptr (PtHost) host = pt_test_host_scan (machine);
      g_autoptr (PtReport) report = pt_report_new (host);
      g_autofree char *text = pt_report_to_text (report);

      if (assert_sound (host, pt_host_get_devices (whole)->len))
        there++;
      else
        gone++;
    }
  g_atomic_int_set (&vanish.stop, 1);
  g_thread_join (thread);
  g_test_message ("%u times there, %u times gone, %u rounds", there, gone, vanish.rounds);
}


/* Every state on the way out, one by one: the link alone, the folder with ever less in it. */
static void
test_states (void)
{
  g_autoptr (PtTestHost) machine = pt_test_host_new ("sample");
  g_autoptr (PtHost) whole = pt_test_host_scan (machine);
  g_auto (Vanish) vanish = { 0 };
  g_autoptr (GDir) dir = NULL;
  const char *name = NULL;
  guint       all = pt_host_get_devices (whole)->len;
  guint       states = 0;

  vanish_init (&vanish, machine);
  dir = g_dir_open (vanish.folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (PtHost) host = NULL;

      pt_test_remove_tree (g_build_filename (vanish.folder, name, NULL));
      host = pt_test_host_scan (machine);
      g_assert_true (assert_sound (host, all));
      states++;
    }
  g_assert_cmpuint (states, >, 5);

  g_assert_cmpint (g_rmdir (vanish.folder), ==, 0);
  g_clear_object (&whole);
  whole = pt_test_host_scan (machine);
  g_assert_false (assert_sound (whole, all));
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/host/vanish/states", test_states);
  g_test_add_func ("/host/vanish/race", test_race);
  return g_test_run ();
}
