/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "test-machines"

#include "config.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-machines.h"
#include "pt-test.h"
#include "vm-fixture.h"

#define START_AND_LEAVE "--start-and-leave"
#define MIB ((guint64)1 << 20)


static void
test_lifecycle (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("lifecycle");
  g_autoptr (PtMachine) machine = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), ==, 0);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (machines)) == PT_TYPE_MACHINE);
  machine = vm_fixture_create (machines, spec);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), ==, 1);
  g_assert_true (pt_machines_find (machines, "lifecycle") == machine);
  g_assert_null (pt_machines_find (machines, "life"));
  g_assert_true (g_uuid_string_is_valid (pt_machine_get_uuid (machine)));
  g_assert_null (pt_machine_get_shared_memory (machine));
  g_assert_false (pt_machine_is_rehearsal (machine));
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
  vm_fixture_start (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_RUNNING);
  vm_fixture_force_off (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
  vm_fixture_remove (machine);
  /* An event from before may still be on its way and show it once more; the last one ends that. */
  while (pt_machines_find (machines, "lifecycle") != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), ==, 0);
}


static void
note_state_cb (PtMachine  *machine,
               GParamSpec *pspec,
               GString    *states)
{
  g_string_append_printf (states, "%d ", pt_machine_get_state (machine));
}


/* The firmware of a machine without a disk does not react to the button: it goes on stopping
 * until it is forced. */
static void
test_states (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("states");
  g_autoptr (PtMachine) machine = vm_fixture_create (machines, spec);
  g_autoptr (GString) states = g_string_new (NULL);
  g_autofree char *expected = NULL;

  expected = g_strdup_printf ("%d %d %d %d ", PT_MACHINE_STARTING, PT_MACHINE_RUNNING,
                              PT_MACHINE_STOPPING, PT_MACHINE_OFF);
  g_signal_connect (machine, "notify::state", G_CALLBACK (note_state_cb), states);
  vm_fixture_start (machine);
  vm_fixture_shut_down (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_STOPPING);
  vm_fixture_shut_down (machine);
  vm_fixture_force_off (machine);
  vm_fixture_remove (machine);
  g_assert_cmpstr (states->str, ==, expected);
}


typedef void (*Begin) (PtMachine          *machine,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data);
typedef gboolean (*Finish) (PtMachine    *machine,
                            GAsyncResult *result,
                            GError      **error);


static void
assert_fails (PtMachine *machine,
              Begin      begin,
              Finish     finish,
              PtVmError  code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  begin (machine, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 120);
  g_assert_false (finish (machine, result, &error));
  g_assert_error (error, PT_VM_ERROR, (int)code);
  g_test_message ("%s", error->message);
}


static void
test_wrong_states (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("wrong");
  g_autoptr (PtMachine) machine = vm_fixture_create (machines, spec);

  assert_fails (machine, pt_machine_shut_down_async, pt_machine_shut_down_finish,
                PT_VM_ERROR_WRONG_STATE);
  assert_fails (machine, pt_machine_force_off_async, pt_machine_force_off_finish,
                PT_VM_ERROR_WRONG_STATE);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
  vm_fixture_start (machine);
  assert_fails (machine, pt_machine_start_async, pt_machine_start_finish, PT_VM_ERROR_WRONG_STATE);
  assert_fails (machine, pt_machine_remove_async, pt_machine_remove_finish,
                PT_VM_ERROR_WRONG_STATE);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_RUNNING);
  vm_fixture_force_off (machine);
  vm_fixture_remove (machine);
  assert_fails (machine, pt_machine_start_async, pt_machine_start_finish, PT_VM_ERROR_NOT_FOUND);
}


/* Two starts at once: the second is told, the first goes on. */
static void
test_start_twice (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("twice");
  g_autoptr (PtMachine) machine = vm_fixture_create (machines, spec);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GError) error = NULL;

  pt_machine_start_async (machine, NULL, pt_test_result_cb, &first);
  assert_fails (machine, pt_machine_start_async, pt_machine_start_finish, PT_VM_ERROR_WRONG_STATE);
  pt_test_await_pointer (&first, 120);
  pt_machine_start_finish (machine, first, &error);
  g_assert_no_error (error);
  vm_fixture_force_off (machine);
  vm_fixture_remove (machine);
}


static void
test_new_disk (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("new-disk");
  g_autoptr (PtMachine) machine = NULL;
  g_autofree char *folder = vm_fixture_path ("disks");
  g_autofree char *output = NULL;

  spec->disk = g_build_filename (folder, "deep", "new.qcow2", NULL);
  spec->disk_size = 100 * 1024 * MIB;
  machine = vm_fixture_create (machines, spec);
  output = vm_fixture_run ((const char *[]){ "qemu-img", "info", "--output=json", spec->disk,
                                             NULL });
  g_assert_nonnull (strstr (output, "\"virtual-size\": 107374182400"));
  g_assert_nonnull (strstr (output, "\"format\": \"qcow2\""));
  vm_fixture_start (machine);
  vm_fixture_force_off (machine);
  vm_fixture_remove (machine);
  g_assert_true (g_file_test (spec->disk, G_FILE_TEST_IS_REGULAR));
  pt_test_remove_tree (g_steal_pointer (&folder));
}


static void
test_old_disk (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("old-disk");
  g_autoptr (PtMachine) machine = NULL;
  g_autofree char *folder = vm_fixture_path ("disks");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  pt_test_write (folder, "old.qcow2", "somebody's only copy");
  before = pt_test_describe_tree (folder);
  spec->disk = g_build_filename (folder, "old.qcow2", NULL);
  machine = vm_fixture_create (machines, spec);
  /* The name is taken now; the disk must survive that as well. */
  vm_fixture_create_fails (machines, spec, PT_VM_ERROR_EXISTS);
  vm_fixture_remove (machine);
  after = pt_test_describe_tree (folder);
  pt_test_assert_same_tree (before, after);
  pt_test_remove_tree (g_steal_pointer (&folder));
}


static void
test_exists (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("exists");
  g_autoptr (PtMachineSpec) other = vm_fixture_spec ("other");
  g_autoptr (PtMachine) machine = NULL;
  g_autofree char *disk = vm_fixture_path ("exists.qcow2");

  spec->uuid = g_uuid_string_random ();
  machine = vm_fixture_create (machines, spec);
  g_assert_cmpstr (pt_machine_get_uuid (machine), ==, spec->uuid);
  spec->disk = g_strdup (disk);
  vm_fixture_create_fails (machines, spec, PT_VM_ERROR_EXISTS);
  other->uuid = g_strdup (spec->uuid);
  other->disk = g_strdup (disk);
  vm_fixture_create_fails (machines, other, PT_VM_ERROR_EXISTS);
  g_assert_false (g_file_test (disk, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), ==, 1);
  vm_fixture_remove (machine);
}


/* A folder where libvirt wants to write the definition: the disk is there by then, and goes
 * again. */
static void
test_failure_leaves_nothing (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("undefinable");
  g_autofree char *obstacle = vm_fixture_definition ("undefinable");
  g_autofree char *inside = g_build_filename (obstacle, "inside", NULL);
  g_autofree char *folder = vm_fixture_path ("disks");
  g_autofree char *disk = g_build_filename (folder, "deeper", "gone.qcow2", NULL);

  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  spec->disk = g_strdup (disk);
  vm_fixture_create_fails (machines, spec, PT_VM_ERROR_FAILED);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_null (pt_machines_find (machines, "undefinable"));
  pt_test_remove_tree (g_steal_pointer (&obstacle));
}


static void
test_disk_fails (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("no-disk");
  g_autofree char *file = vm_fixture_path ("file");

  g_assert_true (g_file_set_contents (file, "not a folder", -1, NULL));
  spec->disk = g_build_filename (file, "disk.qcow2", NULL);
  vm_fixture_create_fails (machines, spec, PT_VM_ERROR_STORAGE);
  g_assert_null (pt_machines_find (machines, "no-disk"));
  g_assert_cmpint (g_unlink (file), ==, 0);
}


static void
test_invalid (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("invalid");

  spec->cores = 0;
  vm_fixture_create_fails (machines, spec, PT_VM_ERROR_INVALID);
}


static void
test_cancelled (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = vm_fixture_path ("cancelled");

  spec->disk = g_build_filename (folder, "disk.qcow2", NULL);
  g_cancellable_cancel (cancellable);
  pt_machines_create_async (machines, spec, cancellable, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 120);
  g_assert_null (pt_machines_create_finish (machines, result, &error));
  g_assert_nonnull (error);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_null (pt_machines_find (machines, "cancelled"));
}


static void
assert_cannot_open (const char *uri)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_machines_open_async (uri, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 120);
  g_assert_null (pt_machines_open_finish (result, &error));
  g_assert_error (error, PT_VM_ERROR, PT_VM_ERROR_NO_CONNECTION);
  g_assert_nonnull (strstr (error->message, uri));
  g_test_message ("%s", error->message);
}


static void
test_wrong_uri (void)
{
  assert_cannot_open ("nonsense:///session");
  assert_cannot_open ("qemu+unix:///system?socket=/nonexistent/libvirt-sock");
  assert_cannot_open ("not a uri");
}


static void
await_count (PtMachines *machines,
             guint       count)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (g_list_model_get_n_items (G_LIST_MODEL (machines)) != count &&
         g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), ==, count);
}


/* Whatever somebody else does is seen without asking. */
static void
test_events (void)
{
  g_autoptr (PtMachines) ours = vm_fixture_open ();
  g_autoptr (PtMachines) theirs = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("events");
  g_autoptr (PtMachine) machine = vm_fixture_create (theirs, spec);
  g_autoptr (PtMachine) seen = NULL;

  await_count (ours, 1);
  seen = g_object_ref (pt_machines_find (ours, "events"));
  g_assert_true (seen != machine);
  g_assert_cmpstr (pt_machine_get_uuid (seen), ==, pt_machine_get_uuid (machine));
  vm_fixture_start (machine);
  vm_fixture_await_state (seen, PT_MACHINE_RUNNING);
  vm_fixture_force_off (machine);
  vm_fixture_await_state (seen, PT_MACHINE_OFF);
  vm_fixture_remove (machine);
  await_count (ours, 0);
}


/* QEMU dies of something else than us. */
static void
test_crash (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("crash");
  g_autoptr (PtMachine) machine = vm_fixture_create (machines, spec);

  vm_fixture_start (machine);
  g_assert_cmpint (kill (vm_fixture_get_pid ("crash"), SIGKILL), ==, 0);
  vm_fixture_await_state (machine, PT_MACHINE_CRASHED);
  vm_fixture_start (machine);
  vm_fixture_force_off (machine);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_OFF);
  vm_fixture_remove (machine);
}


/* What test_outlives_us() runs in a process of its own. */
static int
start_and_leave (void)
{
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("outlives");
  g_autoptr (PtMachine) machine = vm_fixture_create (machines, spec);

  vm_fixture_start (machine);
  return 0;
}


/* Closing the window does not stop the machine, and the next one finds it. The first test,
 * since root's embedded driver serves one process and would be in use by this one later. */
static void
test_outlives_us (gconstpointer program)
{
  g_autofree char *output = vm_fixture_run ((const char *[]){ program, START_AND_LEAVE, NULL });
  g_autoptr (PtMachines) machines = vm_fixture_open ();
  g_autoptr (PtMachine) machine = NULL;

  g_assert_nonnull (pt_machines_find (machines, "outlives"));
  machine = g_object_ref (pt_machines_find (machines, "outlives"));
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_RUNNING);
  vm_fixture_force_off (machine);
  vm_fixture_remove (machine);
}


static void
await_connected (PtMachines *machines,
                 gboolean    connected)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (pt_machines_is_connected (machines) != connected && g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_cmpint (pt_machines_is_connected (machines), ==, connected);
}


static void
test_lost (void)
{
  g_autoptr (PtMachines) machines = NULL;
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("lost");
  g_autoptr (PtMachine) machine = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root's embedded driver is this process and cannot be lost");
      return;
    }
  machines = vm_fixture_open ();
  machine = vm_fixture_create (machines, spec);
  vm_fixture_start (machine);
  vm_fixture_kill_daemon ();
  await_connected (machines, FALSE);
  assert_fails (machine, pt_machine_force_off_async, pt_machine_force_off_finish,
                PT_VM_ERROR_NO_CONNECTION);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_RUNNING);
  pt_machines_reopen_async (machines, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, 120);
  pt_machines_reopen_finish (machines, result, &error);
  g_assert_no_error (error);
  g_assert_true (pt_machines_is_connected (machines));
  g_assert_true (pt_machines_find (machines, "lost") == machine);
  vm_fixture_force_off (machine);
  vm_fixture_remove (machine);
}


/* A worker may hold the last reference for a moment longer than its result shows. */
static void
assert_goes (gpointer object)
{
  gpointer watched = object;

  g_object_add_weak_pointer (object, &watched);
  g_object_unref (object);
  for (guint i = 0; i < 10000 && watched != NULL; i++)
    {
      pt_test_run_pending ();
      g_usleep (1000);
    }
  g_assert_null (watched);
}


static void
test_final (void)
{
  PtMachines *machines = vm_fixture_open ();
  g_autoptr (PtMachineSpec) spec = vm_fixture_spec ("final");
  PtMachine *machine = vm_fixture_create (machines, spec);

  vm_fixture_remove (machine);
  assert_goes (machine);
  assert_goes (machines);
}


int
main (int   argc,
      char *argv[])
{
  if (argc == 2 && g_str_equal (argv[1], START_AND_LEAVE))
    return start_and_leave ();
  vm_fixture_begin ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/vm/machines/outlives-us", argv[0], test_outlives_us);
  g_test_add_func ("/vm/machines/lifecycle", test_lifecycle);
  g_test_add_func ("/vm/machines/states", test_states);
  g_test_add_func ("/vm/machines/wrong-states", test_wrong_states);
  g_test_add_func ("/vm/machines/start-twice", test_start_twice);
  g_test_add_func ("/vm/machines/new-disk", test_new_disk);
  g_test_add_func ("/vm/machines/old-disk", test_old_disk);
  g_test_add_func ("/vm/machines/exists", test_exists);
  g_test_add_func ("/vm/machines/failure-leaves-nothing", test_failure_leaves_nothing);
  g_test_add_func ("/vm/machines/disk-fails", test_disk_fails);
  g_test_add_func ("/vm/machines/invalid", test_invalid);
  g_test_add_func ("/vm/machines/cancelled", test_cancelled);
  g_test_add_func ("/vm/machines/wrong-uri", test_wrong_uri);
  g_test_add_func ("/vm/machines/events", test_events);
  g_test_add_func ("/vm/machines/crash", test_crash);
  g_test_add_func ("/vm/machines/lost", test_lost);
  g_test_add_func ("/vm/machines/final", test_final);
  return vm_fixture_end (g_test_run ());
}
