/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-machine-runs"

#include "config.h"

#include <libvirt/libvirt.h>

#include "pt-machines.h"
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


int
main (int    argc,
      char **argv)
{
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vm/machine-runs/two-in-one-look", test_two_in_one_look);

  return vm_fixture_end (g_test_run ());
}
