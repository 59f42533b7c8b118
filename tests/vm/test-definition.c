/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-definition"

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "pt-machines.h"
#include "pt-test.h"
#include "vm-fixture.h"

#define MIB ((guint64)1 << 20)

/* libvirt's own driver for tests: no hypervisor, but its parser, its schema, its storage. */
#define FAKE "test:///default"


static void
add_card (PtMachineSpec *spec)
{
  const PtAddress devices[] = { { 0, 0x2f, 0, 0 }, { 0, 0x2f, 0, 1 }, { 0, 0x34, 0, 3 } };

  g_array_append_vals (spec->devices, devices, G_N_ELEMENTS (devices));
}


/* Everything at once, as for the article's machine. */
static void
test_gaming_machine (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open_uri (FAKE);
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("Windows 11");
  g_autoptr (PtMachine) machine = NULL;
  g_autofree char *memory = NULL;

  add_card (spec);
  spec->iso = g_strdup ("/srv/isos/Win11 & more.iso");
  pt_machine_spec_set_shared_memory (spec, pt_machine_spec_frame_memory (3840, 2160));
  machine = vm_fixture_create (machines, spec);
  memory = g_build_filename ("/dev/shm", spec->shared_memory, NULL);
  g_assert_cmpstr (pt_machine_get_shared_memory (machine), ==, memory);
  g_assert_false (pt_machine_is_rehearsal (machine));
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
}


/* The driver for tests has machines of its own; they are listed like anybody's. */
static void
test_foreign_machine (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open_uri (FAKE);
  PtMachine *machine = pt_machines_find (machines, "test");

  g_assert_nonnull (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_RUNNING);
  g_assert_null (pt_machine_get_shared_memory (machine));
  g_assert_false (pt_machine_is_rehearsal (machine));
}


/* Where machines do not run as ourselves the disk is libvirt's to make. */
static void
test_disk_in_pool (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open_uri (FAKE);
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("pool");
  g_autoptr (PtMachine) machine = NULL;

  spec->disk = g_strdup ("/elsewhere/pool.qcow2");
  machine = vm_fixture_create (machines, spec);
  g_assert_false (g_file_test (spec->disk, G_FILE_TEST_EXISTS));
}


/* QEMU's own driver takes the definition with devices that are not there; starting it would not
 * do. */
static void
test_card_in_qemu (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("card");
  g_autoptr (PtMachine) machine = NULL;

  add_card (spec);
  spec->display = TRUE;
  machine = vm_fixture_create (machines, spec);
  vm_fixture_remove (machine);
}


/* The real thing but for KVM and the card: UEFI with Secure Boot, TPM, SPICE, network, disk,
 * disc, frames. */
static void
test_windows_like_machine_starts (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = NULL;
  g_autoptr (PtMachine) machine = NULL;
  g_autofree char *folder = vm_fixture_path ("windows");
  g_autofree char *name = vm_fixture_name ("windows");

  spec = pt_machine_spec_new (name);
  spec->cores = 2;
  spec->memory = 512 * MIB;
  spec->emulate = TRUE;
  spec->disk = g_build_filename (folder, "disk.qcow2", NULL);
  spec->iso = g_build_filename (folder, "disc.iso", NULL);
  pt_machine_spec_set_shared_memory (spec, 32 * MIB);
  pt_test_write (folder, "disc.iso", "not much of a disc");
  machine = vm_fixture_create (machines, spec);
  vm_fixture_start (machine);
  g_assert_true (g_file_test (pt_machine_get_shared_memory (machine), G_FILE_TEST_IS_REGULAR));
  vm_fixture_force_off (machine);
  g_assert_false (g_file_test (pt_machine_get_shared_memory (machine), G_FILE_TEST_EXISTS));
  vm_fixture_remove (machine);
  g_assert_true (g_file_test (spec->disk, G_FILE_TEST_IS_REGULAR));
  vm_fixture_assert_no_state (name);
  pt_test_remove_tree (g_steal_pointer (&folder));
}


int
main (int   argc,
      char *argv[])
{
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm/definition/gaming-machine", test_gaming_machine);
  g_test_add_func ("/vm/definition/foreign-machine", test_foreign_machine);
  g_test_add_func ("/vm/definition/disk-in-pool", test_disk_in_pool);
  g_test_add_func ("/vm/definition/card-in-qemu", test_card_in_qemu);
  g_test_add_func ("/vm/definition/windows-like-machine-starts", test_windows_like_machine_starts);
  return vm_fixture_end (g_test_run ());
}
