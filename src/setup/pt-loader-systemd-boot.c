/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-systemd-boot"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-entries.h"
#include "pt-facts.h"
#include "pt-loader-private.h"

/* systemd-boot with entries (type 1). The entry that starts by default changes, the others stay
 * as a way out; kernel-install makes entries of new kernels from /etc/kernel/cmdline.
 *
 * Where that file is missing, it takes the running command line instead; Debian's package has it do
 * so with each new initramfs, for the entries there are, too. In a trial they would all get the
 * trial's countdown, before the first restart lose our parameters, after an undo have them again.
 * So the file is made first, with the parameters as they are. */

/* As kernel-install lays a kernel out: TOKEN/VERSION/linux. */
static gboolean
pt_systemd_boot_is_installed (const PtEntry *entry)
{
  g_autofree char *tail = NULL;

  if (entry->version == NULL)
    return FALSE;
  tail = g_strdup_printf ("/%s/linux", entry->version);
  return g_str_has_suffix (entry->kernel, tail);
}

static void
pt_systemd_boot_write_down (PtLoader      *self,
                            const PtEntry *entry)
{
  g_autoptr (GPtrArray) tokens = pt_form_parse (PT_FORM_ENTRY, entry->text);
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *path = pt_sysroot_logical_path (self->sysroot, PT_PLACE_ETC, "kernel/cmdline");

  for (guint i = 0; i < tokens->len; i++)
    g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "",
                            ((PtToken *)g_ptr_array_index (tokens, i))->text);
  g_string_append_c (line, '\n');
  pt_loader_take_file (self, path, line->str)->missing = TRUE;
}

static gboolean
pt_systemd_boot_read (PtLoader *self,
                      GError  **error)
{
  g_autoptr (PtEntries) entries = pt_entries_read (self->sysroot, error);
  g_autofree char *named = pt_boot_read_loader_variable (self->sysroot, "LoaderEntryDefault");
  PtEntry         *entry = NULL;
  PtLoaderFile    *inherited = NULL;

  if (entries == NULL)
    return FALSE;
  /* loader.conf, which names the default, is on the EFI partition in any case. */
  if (entries->unread && named == NULL)
    {
      pt_loader_refuse_unread (self);
      return TRUE;
    }
  entry = pt_entries_find_systemd_boot_default (entries, self->sysroot);
  if (entry == NULL || entry->kernel == NULL)
    pt_loader_refuse (self, _ ("Which entry of the boot menu starts by default could not be "
                               "told."));
  else
    pt_loader_take_file (self, entry->path, entry->text);
  if (!pt_loader_add_file (self, PT_PLACE_ETC, "kernel/cmdline", &inherited, error))
    return FALSE;
  if (inherited == NULL && self->obstacle == NULL && pt_systemd_boot_is_installed (entry))
    pt_systemd_boot_write_down (self, entry);
  return TRUE;
}

static char *
pt_systemd_boot_find (PtLoader   *self,
                      const char *name)
{
  PtLoaderFile *file = g_ptr_array_index (self->files, 0);
  g_autoptr (PtToken) token = pt_form_find (file->form, file->text, name);

  return token != NULL ? g_steal_pointer (&token->text) : NULL;
}

static gboolean
pt_systemd_boot_add_steps (PtLoader     *self,
                           PtParameters *parameters,
                           GPtrArray    *steps,
                           GError      **error)
{
  gboolean changed = FALSE;

  return pt_loader_edit_files (self, parameters, steps, &changed, error);
}

const PtLoaderClass pt_loader_systemd_boot = {
  .read = pt_systemd_boot_read,
  .find = pt_systemd_boot_find,
  .add_steps = pt_systemd_boot_add_steps,
};
