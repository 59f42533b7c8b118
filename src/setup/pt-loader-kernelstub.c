/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-kernelstub"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-boot-command.h"
#include "pt-loader-private.h"

/* Pop!_OS: kernelstub keeps the parameters in its own configuration and writes the entry from
 * it. */

static gboolean
pt_kernelstub_read (PtLoader *self,
                    GError  **error)
{
  g_autofree char *program = pt_sysroot_find_program (self->sysroot, PT_PROGRAM_KERNELSTUB);
  g_auto (GStrv) words = NULL;

  if (program == NULL)
    {
      pt_loader_refuse (self, _ ("The program kernelstub, which changes the kernel parameters, is "
                                 "not installed."));
      return TRUE;
    }
  words = pt_boot_command_read_words (self->sysroot, PT_PROGRAM_KERNELSTUB, error);
  return words != NULL;
}

static char *
pt_kernelstub_find (PtLoader   *self,
                    const char *name)
{
  g_auto (GStrv) words = pt_boot_command_read_words (self->sysroot, PT_PROGRAM_KERNELSTUB, NULL);

  for (guint i = words != NULL ? g_strv_length (words) : 0; i-- > 0;)
    if (pt_token_is (words[i], name, NULL))
      return g_strdup (words[i]);
  return NULL;
}

static gboolean
pt_kernelstub_add_steps (PtLoader     *self,
                         PtParameters *parameters,
                         GPtrArray    *steps,
                         GError      **error)
{
  g_auto (GStrv) words = pt_boot_command_read_words (self->sysroot, PT_PROGRAM_KERNELSTUB, error);
  g_autoptr (GPtrArray) edits = NULL;

  if (words == NULL)
    return FALSE;
  edits = pt_loader_make_edits ((const char *const *)words, parameters);
  return pt_loader_add_command (steps, PT_PROGRAM_KERNELSTUB, parameters, edits, error);
}

const PtLoaderClass pt_loader_kernelstub = {
  .read = pt_kernelstub_read,
  .find = pt_kernelstub_find,
  .add_steps = pt_kernelstub_add_steps,
};
