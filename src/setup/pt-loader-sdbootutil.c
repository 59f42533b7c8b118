/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-sdbootutil"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-loader-private.h"

/* openSUSE with entries: sdbootutil writes them all anew from /etc/kernel/cmdline. */

static gboolean
pt_sdbootutil_read (PtLoader *self,
                    GError  **error)
{
  if (!pt_loader_add_file (self, PT_PLACE_ETC, "kernel/cmdline", NULL, error))
    return FALSE;
  if (self->files->len == 0)
    pt_loader_refuse (self, _ ("The file with the kernel parameters, /etc/kernel/cmdline, is "
                               "missing."));
  return TRUE;
}

static gboolean
pt_sdbootutil_add_steps (PtLoader     *self,
                         PtParameters *parameters,
                         GPtrArray    *steps,
                         GError      **error)
{
  static const char *const arguments[] = { "update-all-entries", NULL };
  gboolean                 changed = FALSE;

  if (!pt_loader_edit_files (self, parameters, steps, &changed, error))
    return FALSE;
  if (changed)
    pt_loader_add_update (steps, PT_PROGRAM_SDBOOTUTIL, arguments);
  return TRUE;
}

const PtLoaderClass pt_loader_sdbootutil = {
  .read = pt_sdbootutil_read,
  .add_steps = pt_sdbootutil_add_steps,
};
