/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-rehearsal-machine"

#include "config.h"

#include "pt-machines.h"

#include "pt-data.h"

#define PT_MIB ((guint64)1 << 20)
/* What an emulated guest without keyboard need not spend its start on. */
#define PT_REHEARSAL_COMMAND_LINE \
  "console=ttyS0 quiet mitigations=off nokaslr i8042.noaux i8042.nokbd panic=-1"


/* (transfer full) */
static char *
pt_rehearsal_machine_find (const char *name,
                           GError    **error)
{
  char *path = pt_data_find (name);

  if (path == NULL)
    g_set_error (error, PT_VM_ERROR, PT_VM_ERROR_NOT_FOUND,
                 "the rehearsal's guest has no %s; build-aux/fetch-guest-kernel and the build make "
                 "it",
                 name);
  return path;
}


/* The guest's own words, for when no frame comes. The folder has to be there: the driver makes
 * only the file. (transfer full) */
static char *
pt_rehearsal_machine_log (const char *name)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "passthru", NULL);
  g_autofree char *file = g_strconcat (name, ".log", NULL);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    return NULL;
  return g_build_filename (folder, file, NULL);
}


PtMachineSpec *
pt_machines_rehearsal_spec (const char *name,
                            GError    **error)
{
  g_autoptr (PtMachineSpec) spec = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  spec = pt_machine_spec_new (name);
  spec->kernel = pt_rehearsal_machine_find ("testguest/vmlinuz", error);
  if (spec->kernel == NULL)
    return NULL;
  spec->initrd = pt_rehearsal_machine_find ("testguest/initrd.img", error);
  if (spec->initrd == NULL)
    return NULL;
  spec->command_line = g_strdup (PT_REHEARSAL_COMMAND_LINE);
  spec->cores = 1;
  spec->memory = 256 * PT_MIB;
  spec->emulate = TRUE;
  spec->rehearsal = TRUE;
  spec->uefi = FALSE;
  spec->network = FALSE;
  spec->display = FALSE;
  spec->serial_log = pt_rehearsal_machine_log (name);
  pt_machine_spec_set_shared_memory (spec, 64 * PT_MIB);
  return g_steal_pointer (&spec);
}
