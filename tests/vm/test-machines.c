/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-machines"

#include "config.h"

#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-machines.h"
#include "pt-test.h"
#include "vm-fixture.h"


static void
test_lifecycle (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("lifecycle");
  g_autoptr (PtMachine) machine = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), ==, 0);
  machine = vm_fixture_create (machines, spec);
  g_assert_true (pt_machines_find (machines, "lifecycle") == machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
  vm_fixture_start (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_RUNNING);
  vm_fixture_force_off (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
  vm_fixture_remove (machine);
  g_assert_null (pt_machines_find (machines, "lifecycle"));
}


int
main (int   argc,
      char *argv[])
{
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm/machines/lifecycle", test_lifecycle);
  return vm_fixture_end (g_test_run ());
}
