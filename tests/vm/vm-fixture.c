/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "vm-fixture"

#include "config.h"

#include "vm-fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pt-test.h"

/* An emulated machine on a computer that has other things to do. */
#define PATIENCE 120

static char *vm_fixture_home;


void
vm_fixture_begin (void)
{
  static const char *const variables[][2] = {
    { "HOME", "home" },
    { "XDG_RUNTIME_DIR", "run" },
    { "XDG_CONFIG_HOME", "config" },
    { "XDG_CACHE_HOME", "cache" },
    { "XDG_DATA_HOME", "data" },
    { "XDG_STATE_HOME", "state" },
  };

  vm_fixture_home = g_strdup ("/tmp/ptvm-XXXXXX");
  g_assert_nonnull (g_mkdtemp (vm_fixture_home));
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *path = vm_fixture_path (variables[i][1]);

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      g_setenv (variables[i][0], path, TRUE);
    }
  /* The embedded driver speaks in our process, and warns of what is meant. */
  g_setenv ("LIBVIRT_DEBUG", "error", FALSE);
}


char *
vm_fixture_path (const char *name)
{
  return g_build_filename (vm_fixture_home, name, NULL);
}


char *
vm_fixture_name (const char *name)
{
  return g_strdup_printf ("%s-%d-", name, getpid ());
}


/* Log files stay on purpose: they tell what was. */
void
vm_fixture_assert_no_state (const char *name)
{
  g_autofree char *tree = pt_test_describe_tree (vm_fixture_home);
  g_auto (GStrv) lines = g_strsplit (tree, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (strstr (lines[i], name) != NULL && strstr (lines[i], ".log") == NULL)
        g_test_message ("left: %s", lines[i]);
      g_assert_true (strstr (lines[i], name) == NULL || strstr (lines[i], ".log") != NULL);
      g_assert_null (strstr (lines[i], "tpm2-00.permall"));
    }
}


/* 0 if there is none. */
static int
vm_fixture_read_pid (const char *file)
{
  g_autofree char *path = vm_fixture_path (file);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? atoi (text) : 0;
}


static void
vm_fixture_end_process (const char *file,
                        int         number)
{
  int pid = vm_fixture_read_pid (file);

  if (pid <= 1 || kill (pid, number) < 0)
    return;
  for (guint i = 0; i < 1000 && kill (pid, 0) == 0; i++)
    g_usleep (20 * 1000);
}


void
vm_fixture_kill_daemon (void)
{
  vm_fixture_end_process ("run/libvirt/libvirtd.pid", SIGKILL);
}


char *
vm_fixture_definition (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".xml", NULL);

  if (geteuid () == 0)
    return g_build_filename (vm_fixture_home, "state/passthru/machines/etc/qemu", file, NULL);
  return g_build_filename (vm_fixture_home, "config/libvirt/qemu", file, NULL);
}


int
vm_fixture_get_pid (const char *name)
{
  const char      *folder = geteuid () == 0 ? "state/passthru/machines/run/qemu"
                                            : "run/libvirt/qemu/run";
  g_autofree char *file = g_strconcat (folder, "/", name, ".pid", NULL);
  int              pid = vm_fixture_read_pid (file);

  g_assert_cmpint (pid, >, 1);
  return pid;
}


char *
vm_fixture_run (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
               g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  char *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return output;
}


int
vm_fixture_end (int status)
{
  g_autoptr (GDir) folder = g_dir_open ("/dev/shm", 0, NULL);
  const char *name = NULL;

  pt_test_run_pending ();
  vm_fixture_end_process ("run/libvirt/libvirtd.pid", SIGTERM);
  vm_fixture_end_process ("run/libvirt/virtlogd.pid", SIGTERM);
  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *mark = g_strdup_printf ("-%d-", getpid ());

      if (strstr (name, mark) == NULL)
        continue;
      g_printerr ("left behind: /dev/shm/%s\n", name);
      status = 1;
    }
  pt_test_remove_tree (g_steal_pointer (&vm_fixture_home));
  return status;
}


PtMachines *
vm_fixture_open (void)
{
  return vm_fixture_open_uri (pt_machines_default_uri (TRUE));
}


PtMachines *
vm_fixture_open_uri (const char *uri)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PtMachines *machines = NULL;

  pt_machines_open_async (uri, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  machines = pt_machines_open_finish (result, &error);
  g_assert_no_error (error);
  g_assert_true (pt_machines_is_connected (machines));
  return machines;
}


PtMachine *
vm_fixture_create (PtMachines          *machines,
                   const PtMachineSpec *spec)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PtMachine *machine = NULL;

  pt_machines_create_async (machines, spec, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  machine = pt_machines_create_finish (machines, result, &error);
  g_assert_no_error (error);
  return machine;
}


void
vm_fixture_create_fails (PtMachines          *machines,
                         const PtMachineSpec *spec,
                         PtVmError            code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_machines_create_async (machines, spec, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  g_assert_null (pt_machines_create_finish (machines, result, &error));
  g_assert_error (error, PT_VM_ERROR, (int)code);
}


void
vm_fixture_start (PtMachine *machine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_machine_start_async (machine, NULL, pt_test_result_cb, &result);
  g_assert_cmpint (pt_machine_get_state (machine), ==, PT_MACHINE_STARTING);
  pt_test_await_pointer (&result, PATIENCE);
  pt_machine_start_finish (machine, result, &error);
  g_assert_no_error (error);
}


void
vm_fixture_shut_down (PtMachine *machine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_machine_shut_down_async (machine, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  pt_machine_shut_down_finish (machine, result, &error);
  g_assert_no_error (error);
}


void
vm_fixture_force_off (PtMachine *machine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_machine_force_off_async (machine, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  pt_machine_force_off_finish (machine, result, &error);
  g_assert_no_error (error);
}


void
vm_fixture_remove (PtMachine *machine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pt_machine_remove_async (machine, NULL, pt_test_result_cb, &result);
  pt_test_await_pointer (&result, PATIENCE);
  pt_machine_remove_finish (machine, result, &error);
  g_assert_no_error (error);
}


static gboolean
vm_fixture_give_up_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}


/* @states: bits 1 << PtMachineState. */
static void
vm_fixture_await_any (PtMachine *machine,
                      guint      states)
{
  gboolean late = FALSE;
  guint    source = g_timeout_add_seconds (PATIENCE, vm_fixture_give_up_cb, &late);

  while (!late && (states & 1u << pt_machine_get_state (machine)) == 0)
    g_main_context_iteration (NULL, TRUE);
  if (late)
    g_test_message ("the machine is in state %d", pt_machine_get_state (machine));
  g_assert_false (late);
  g_source_remove (source);
}


void
vm_fixture_await_state (PtMachine     *machine,
                        PtMachineState state)
{
  vm_fixture_await_any (machine, 1u << state);
}


void
vm_fixture_await_end (PtMachine *machine)
{
  vm_fixture_await_any (machine, 1u << PT_MACHINE_OFF | 1u << PT_MACHINE_CRASHED);
}


PtMachineSpec *
vm_fixture_spec (const char *name)
{
  PtMachineSpec *spec = pt_machine_spec_new (name);

  spec->cores = 1;
  spec->memory = (guint64)256 << 20;
  spec->emulate = TRUE;
  spec->uefi = FALSE;
  spec->network = FALSE;
  spec->display = FALSE;
  return spec;
}
