/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-host-monitor"

#include "config.h"

#include "pt-host-monitor.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "pt-test-host.h"

#define CARD "sys/bus/pci/devices/0000:2f:00.0"

/* Longer than the longest wait of the monitor, and than inotify's on a busy computer. */
#define LIMIT_S 20

typedef struct
{
  PtTestHost    *machine;
  PtHostMonitor *monitor;
  GMainLoop     *loop;
  guint          told;
} Fixture;


static void
fixture_told_cb (Fixture *fixture)
{
  fixture->told++;
  g_main_loop_quit (fixture->loop);
}


static gboolean
fixture_late_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}


static void
fixture_set_up (Fixture      *fixture,
                gconstpointer unused)
{
  fixture->machine = pt_test_host_new ("sample");
  fixture->monitor = pt_host_monitor_new (pt_test_host_get_sysroot (fixture->machine));
  fixture->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect_swapped (fixture->monitor, "changed", G_CALLBACK (fixture_told_cb), fixture);
}


static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer unused)
{
  g_clear_object (&fixture->monitor);
  g_clear_pointer (&fixture->loop, g_main_loop_unref);
  g_clear_pointer (&fixture->machine, pt_test_host_free);
}


static void
fixture_run (Fixture *fixture,
             guint    milliseconds)
{
  guint late = g_timeout_add (milliseconds, fixture_late_cb, fixture->loop);

  g_main_loop_run (fixture->loop);
  g_source_remove (late);
}


static void
fixture_expect (Fixture    *fixture,
                const char *what)
{
  guint before = fixture->told;

  fixture_run (fixture, LIMIT_S * 1000);
  g_test_message ("%s: told %u times", what, fixture->told - before);
  g_assert_cmpuint (fixture->told, ==, before + 1);
}


static char *
fixture_path (Fixture    *fixture,
              const char *name)
{
  return g_build_filename (pt_test_host_get_folder (fixture->machine), name, NULL);
}


/* The card goes to vfio-pci: its old link goes, a new one comes, in one burst. */
static void
test_monitor_driver (Fixture      *fixture,
                     gconstpointer unused)
{
  g_autofree char *link = fixture_path (fixture, CARD "/driver");

  g_assert_cmpint (g_unlink (link), ==, 0);
  g_assert_cmpint (symlink ("../../../bus/pci/drivers/vfio-pci", link), ==, 0);
  fixture_expect (fixture, "driver");
}


static void
test_monitor_device (Fixture      *fixture,
                     gconstpointer unused)
{
  pt_test_host_remove (fixture->machine, CARD);
  fixture_expect (fixture, "a device went");
}


static void
test_monitor_plugged (Fixture      *fixture,
                      gconstpointer unused)
{
  g_autofree char *folder = fixture_path (fixture, "sys/class/drm");
  g_autoptr (GDir) names = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  g_assert_nonnull (names);
  while ((name = g_dir_read_name (names)) != NULL)
    {
      g_autofree char *status = g_build_filename ("sys/class/drm", name, "status", NULL);
      g_autofree char *path = fixture_path (fixture, status);

      if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
        continue;
      pt_test_host_write (fixture->machine, status, "connected\n");
      fixture_expect (fixture, status);
      return;
    }
  g_assert_not_reached ();
}


/* libvirt comes where there was none: first the folder is made, then a socket in it. */
static void
test_monitor_libvirt (Fixture      *fixture,
                      gconstpointer unused)
{
  pt_test_host_remove (fixture->machine, "run/libvirt");
  fixture_expect (fixture, "libvirt went");
  pt_test_host_write (fixture->machine, "run/libvirt/libvirt-sock", "");
  fixture_expect (fixture, "libvirt came");
  pt_test_host_remove (fixture->machine, "run/libvirt/libvirt-sock");
  fixture_expect (fixture, "its socket went");
}


/* What does not concern a scan is not told, and nothing is told to nobody. */
static void
test_monitor_quiet (Fixture      *fixture,
                    gconstpointer unused)
{
  pt_test_host_write (fixture->machine, "etc/motd", "hello\n");
  fixture_run (fixture, 800);
  g_assert_cmpuint (fixture->told, ==, 0);

  pt_test_host_remove (fixture->machine, CARD);
  g_clear_object (&fixture->monitor);
  fixture_run (fixture, 800);
  g_assert_cmpuint (fixture->told, ==, 0);
}


/* The real computer, with or without a udev: it can be watched and left. */
static void
test_monitor_real (void)
{
  g_autoptr (PtSysroot) host = pt_sysroot_new_host ();
  g_autoptr (PtHostMonitor) monitor = pt_host_monitor_new (host);

  g_assert_nonnull (monitor);
}


int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(name, func) \
  g_test_add ("/host/host-monitor/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("driver", test_monitor_driver);
  ADD ("device", test_monitor_device);
  ADD ("plugged", test_monitor_plugged);
  ADD ("libvirt", test_monitor_libvirt);
  ADD ("quiet", test_monitor_quiet);
#undef ADD
  g_test_add_func ("/host/host-monitor/real", test_monitor_real);

  return g_test_run ();
}
