/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

/* lab-machine KERNEL INITRD LOG ADDRESS...: a machine of ours at the system's libvirt that is given
 * the devices, starts KERNEL and is removed when it has switched itself off. */

#define G_LOG_DOMAIN "lab-machine"

#include "config.h"

#include "pt-machines.h"

#define PT_MIB ((guint64)1 << 20)


static void
lab_machine_store_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}


/* (transfer full) */
static GAsyncResult *
lab_machine_wait (GAsyncResult **place)
{
  while (*place == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (place);
}


static PtMachineSpec *
lab_machine_spec (char   **argv,
                  GError **error)
{
  g_autoptr (PtMachineSpec) spec = pt_machine_spec_new ("lab");

  spec->kernel = g_strdup (argv[1]);
  spec->initrd = g_strdup (argv[2]);
  spec->serial_log = g_strdup (argv[3]);
  spec->command_line = g_strdup ("console=ttyS0 quiet mitigations=off panic=-1");
  spec->cores = 1;
  spec->memory = 512 * PT_MIB;
  spec->uefi = FALSE;
  spec->network = FALSE;
  spec->display = FALSE;
  for (char **word = argv + 4; *word != NULL; word++)
    {
      PtAddress address = { 0 };

      if (!pt_address_parse (*word, &address))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s is no address", *word);
          return NULL;
        }
      g_array_append_val (spec->devices, address);
    }
  return g_steal_pointer (&spec);
}


static gboolean
lab_machine_run (PtMachine *machine,
                 GError   **error)
{
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) removed = NULL;
  GAsyncResult *place = NULL;
  g_autoptr (GError) trouble = NULL;

  pt_machine_start_async (machine, NULL, lab_machine_store_cb, &place);
  started = lab_machine_wait (&place);
  if (pt_machine_start_finish (machine, started, &trouble))
    {
      g_print ("started\n");
      while (pt_machine_get_state (machine) != PT_MACHINE_OFF &&
             pt_machine_get_state (machine) != PT_MACHINE_CRASHED)
        g_main_context_iteration (NULL, TRUE);
      g_print ("ended\n");
    }
  pt_machine_remove_async (machine, NULL, lab_machine_store_cb, &place);
  removed = lab_machine_wait (&place);
  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  return pt_machine_remove_finish (machine, removed, error);
}


static gboolean
lab_machine_main (char   **argv,
                  GError **error)
{
  g_autoptr (PtMachineSpec) spec = lab_machine_spec (argv, error);
  g_autoptr (PtMachines) machines = NULL;
  g_autoptr (PtMachine) machine = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) created = NULL;
  GAsyncResult *place = NULL;

  if (spec == NULL)
    return FALSE;
  pt_machines_open_async (pt_machines_default_uri (FALSE), NULL, lab_machine_store_cb, &place);
  opened = lab_machine_wait (&place);
  machines = pt_machines_open_finish (opened, error);
  if (machines == NULL)
    return FALSE;
  pt_machines_create_async (machines, spec, NULL, lab_machine_store_cb, &place);
  created = lab_machine_wait (&place);
  machine = pt_machines_create_finish (machines, created, error);
  return machine != NULL && lab_machine_run (machine, error);
}


int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc < 5)
    {
      g_printerr ("usage: lab-machine KERNEL INITRD LOG ADDRESS...\n");
      return 2;
    }
  if (lab_machine_main (argv, &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
