/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-bls"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "pt-entries.h"
#include "pt-loader-private.h"

/* GRUB that reads Boot Loader Specification entries (Fedora and its kin). grubby changes the entry
 * that starts by default; the others, the rescue entry among them, stay as a way out. A new kernel
 * gets its parameters from /etc/kernel/cmdline where that is, else from the running command line,
 * which has ours by then. */

/* The parameters of the default entry, or of the running system where ordinary users may not read
 * the entries. (transfer full) */
static char **
pt_bls_read_words (PtLoader *self)
{
  g_autoptr (PtEntries) entries = pt_entries_read (self->sysroot, NULL);
  PtEntry    *entry = NULL;
  const char *running = pt_host_get_facts (self->host)->command_line;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (entries != NULL)
    entry = pt_entries_find_grub_default (entries, self->sysroot);
  if (entry == NULL)
    return pt_tokens_split (running != NULL ? running : "");
  tokens = pt_form_parse (PT_FORM_ENTRY, entry->text);
  for (guint i = 0; i < tokens->len; i++)
    g_strv_builder_add (words, ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_strv_builder_end (words);
}

static gboolean
pt_bls_read (PtLoader *self,
             GError  **error)
{
  g_autofree char *program = pt_sysroot_find_program (self->sysroot, PT_PROGRAM_GRUBBY);

  if (program == NULL)
    pt_loader_refuse (self, _ ("The program grubby, which changes the boot entries, is not "
                               "installed."));
  return pt_loader_add_file (self, PT_PLACE_ETC, "kernel/cmdline", NULL, error);
}

static char *
pt_bls_find (PtLoader   *self,
             const char *name)
{
  g_auto (GStrv) words = pt_bls_read_words (self);

  for (guint i = g_strv_length (words); i-- > 0;)
    if (pt_token_is (words[i], name, NULL))
      return g_strdup (words[i]);
  return NULL;
}

static gboolean
pt_bls_add_steps (PtLoader     *self,
                  PtParameters *parameters,
                  GPtrArray    *steps,
                  GError      **error)
{
  g_auto (GStrv) words = pt_bls_read_words (self);
  g_autoptr (GPtrArray) edits = pt_loader_make_edits ((const char *const *)words, parameters);
  gboolean changed = FALSE;

  if (!pt_loader_edit_files (self, parameters, steps, &changed, error))
    return FALSE;
  return pt_loader_add_command (steps, PT_PROGRAM_GRUBBY, parameters, edits, error);
}

const PtLoaderClass pt_loader_bls = {
  .read = pt_bls_read,
  .find = pt_bls_find,
  .add_steps = pt_bls_add_steps,
};
