/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-machine-runs"

#include "config.h"

#include <libvirt/libvirt.h>

#include "pt-machines.h"
#include "pt-test.h"
#include "vm-fixture.h"

/* A program of its own: libvirt's embedded driver can be opened only so often in one process. */


/* Somebody pulls the plug and starts it again before we look: the run that we asked to shut down
 * is over, so this one is not about to end. */
static void
test_two_in_one_look (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("runs");
  g_autoptr (PtMachine) machine = vm_fixture_create (machines, spec);
  virConnectPtr hand = virConnectOpen (pt_machines_default_uri (TRUE));
  virDomainPtr  domain = hand != NULL ? virDomainLookupByName (hand, "runs") : NULL;

  g_assert_nonnull (domain);
  vm_fixture_start (machine);
  vm_fixture_shut_down (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_STOPPING);
  /* Our main loop stands still meanwhile, so both events are read as one. */
  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  vm_fixture_await_state (machine, PT_MACHINE_RUNNING);

  vm_fixture_shut_down (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_STOPPING);
  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  vm_fixture_await_state (machine, PT_MACHINE_OFF);
  vm_fixture_remove (machine);
  virDomainFree (domain);
  virConnectClose (hand);
}


/* A start of ours, pulled by @seen as soon as that sees it run. TRUE if libvirt calls the start
 * a failed one. */
static gboolean
start_and_pull (PtMachine *machine,
                PtMachine *seen)
{
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) pulled = NULL;
  g_autoptr (GError) error = NULL;

  pt_machine_start_async (machine, NULL, pt_test_result_cb, &started);
  vm_fixture_await_state (seen, PT_MACHINE_RUNNING);
  pt_machine_force_off_async (machine, NULL, pt_test_result_cb, &pulled);
  pt_test_await_pointer (&started, 120);
  pt_test_await_pointer (&pulled, 120);
  return !pt_machine_start_finish (machine, started, &error);
}


/* Pulled in the last step of its start, which a busy computer makes long: libvirt has told that
 * it runs and that it shuts down, and never tells that it is off. Who looks on from elsewhere is
 * told the truth all the same. A machine each time: libvirt 9.0 may take the end of one run for
 * that of the next. */
static void
test_pulled_early (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachines) others = NULL;
  PtMachine *all[4] = { NULL };
  guint      failed = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *prefix = g_strdup_printf ("early%u", i);
      g_autofree char *name = vm_fixture_name (prefix);
      g_autoptr (PtMachineSpec) spec = vm_fixture_spec (name);

      all[i] = vm_fixture_create (machines, spec);
    }
  others = vm_fixture_open ();
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      PtMachine *seen = pt_machines_find (others, pt_machine_get_name (all[i]));

      failed += start_and_pull (all[i], seen) ? 1 : 0;
      vm_fixture_await_end (all[i]);
      vm_fixture_await_end (seen);
      vm_fixture_remove (all[i]);
      g_object_unref (all[i]);
    }
  g_test_message ("%u starts failed in their last step", failed);
}


int
main (int    argc,
      char **argv)
{
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vm/machine-runs/two-in-one-look", test_two_in_one_look);

  g_test_add_func ("/vm/machine-runs/pulled-early", test_pulled_early);

  return vm_fixture_end (g_test_run ());
}
