/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-start-check"

#include "config.h"

#include <string.h>

#include "pt-start-check.h"
#include "pt-test-host.h"
#include "vm-fixture.h"

/* What holds at the moment of a start: machines of libvirt's driver for tests, which runs one that
 * is handed a card without having any, on the sample's computer. */

#define FAKE "test:///default"
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
} Fixture;


static PtMachine *
create (PtMachines *machines,
        const char *name,
        const char *device)
{
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec (name);
  PtAddress address = { 0 };

  g_assert_true (pt_address_parse (device, &address));
  g_array_append_val (spec->devices, address);
  return vm_fixture_create (machines, spec);
}


static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->computer = pt_test_host_new ("sample");
  pt_test_host_remove (fixture->computer, "sys/bus/pci/devices/" CARD "/driver");
  pt_test_host_add (fixture->computer, CARD_PATH "E: SUBSYSTEM=pci\nE: DRIVER=vfio-pci\n\n");
  fixture->machines = vm_fixture_open_uri (FAKE);
  fixture->machine = create (fixture->machines, "Windows", CARD);
}


static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_clear_object (&fixture->machine);
  g_clear_object (&fixture->machines);
  pt_test_host_free (fixture->computer);
}


/* What is said, "" if nothing. (transfer full) */
static char *
check (Fixture *fixture,
       gboolean refused)
{
  PtSysroot *sysroot = pt_test_host_get_sysroot (fixture->computer);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  pt_start_check_async (sysroot, fixture->machine, G_LIST_MODEL (fixture->machines), NULL,
                        pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  findings = pt_start_check_finish (sysroot, result, &error);
  g_assert_no_error (error);
  g_assert_true (pt_preflight_is_refusal (findings) == refused);
  return pt_preflight_words (findings, refused);
}


static void
test_fine (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *words = check (fixture, FALSE);

  g_assert_cmpstr (words, ==, "");
  g_assert_cmpuint (pt_machine_get_memory (fixture->machine), ==, (guint64)256 << 20);
  g_assert_false (pt_machine_uses_huge_pages (fixture->machine));
}


/* Another machine runs with the card; off again, it is in nobody's way. */
static void
test_other_machine (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (PtMachine) other = create (fixture->machines, "Games", CARD);
  g_autoptr (PtMachine) drive = create (fixture->machines, "Drive", "0000:23:00.0");
  g_autofree char *before = check (fixture, FALSE);
  g_autofree char *during = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpstr (before, ==, "");
  vm_fixture_start (other);
  vm_fixture_start (drive);
  during = check (fixture, TRUE);
  g_assert_nonnull (strstr (during, "The machine “Games” runs and has"));
  g_assert_null (strstr (during, "“Drive”"));
  vm_fixture_force_off (other);
  after = check (fixture, FALSE);
  g_assert_cmpstr (after, ==, "");
}


/* All its memory has to be there at once. One that runs has it already. */
static void
test_no_room (Fixture      *fixture,
              gconstpointer data)
{
  g_autofree char *off = NULL;
  g_autofree char *running = NULL;

  pt_test_host_write (fixture->computer, "proc/meminfo",
                      "MemTotal: 4194304 kB\nMemAvailable: 131072 kB\nSwapFree: 65536 kB\n");
  off = check (fixture, TRUE);
  g_assert_nonnull (strstr (off, "Close other programs and machines"));
  vm_fixture_start (fixture->machine);
  running = check (fixture, FALSE);
  g_assert_cmpstr (running, ==, "");
}


/* The last machine left the card dead; half a configuration space of ones is no dead card. */
static void
test_silent (Fixture      *fixture,
             gconstpointer data)
{
  const char      *name = "sys/bus/pci/devices/" CARD "/config";
  g_autofree char *ones = g_strnfill (64, '\377');
  g_autofree char *dead = NULL;
  g_autofree char *alive = NULL;

  pt_test_host_write (fixture->computer, name, ones);
  dead = check (fixture, TRUE);
  g_assert_nonnull (strstr (dead, "Put the computer to sleep"));
  ones[4] = '\6';
  pt_test_host_write (fixture->computer, name, ones);
  alive = check (fixture, FALSE);
  g_assert_cmpstr (alive, ==, "");
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

  add ("/app/start-check/fine", test_fine);
  add ("/app/start-check/other-machine", test_other_machine);
  add ("/app/start-check/no-room", test_no_room);
  add ("/app/start-check/silent", test_silent);

  return vm_fixture_end (g_test_run ());
}
