/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-loader-rpm-ostree"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-entries.h"
#include "pt-loader-private.h"
#include "pt-ostree.h"

/* Fedora Atomic and its kin: rpm-ostree makes a new deployment with the parameters; the present one
 * stays in the boot menu. Its entries are Boot Loader Specification entries, the highest version is
 * the default. */

static gboolean
pt_rpm_ostree_read (PtLoader *self,
                    GError  **error)
{
  g_autofree char *program = pt_sysroot_find_program (self->sysroot, PT_PROGRAM_RPM_OSTREE);

  if (program == NULL)
    pt_loader_refuse (self, _ ("The program rpm-ostree, which changes the kernel parameters, is "
                               "not installed."));
  return TRUE;
}

/* Where rpm-ostree itself does not tell, what the boot menu has: all but a change that waits for
 * the shutdown. (transfer full) */
static char **
pt_rpm_ostree_read_menu (PtLoader *self)
{
  g_autoptr (PtEntries) entries = pt_entries_read (self->sysroot, NULL);
  PtEntry    *newest = NULL;
  const char *running = pt_host_get_facts (self->host)->command_line;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; entries != NULL && i < entries->entries->len; i++)
    {
      PtEntry *entry = g_ptr_array_index (entries->entries, i);

      if (g_str_has_prefix (entry->id, "ostree-") && entry->version != NULL &&
          (newest == NULL || strverscmp (entry->version, newest->version) > 0))
        newest = entry;
    }
  if (newest == NULL)
    return pt_tokens_split (running != NULL ? running : "");
  tokens = pt_form_parse (PT_FORM_ENTRY, newest->text);
  for (guint i = 0; i < tokens->len; i++)
    g_strv_builder_add (words, ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_strv_builder_end (words);
}

/* (transfer full) */
static char **
pt_rpm_ostree_read_words (PtLoader *self)
{
  g_autoptr (GError) error = NULL;
  char **words = pt_ostree_read_settled_words (self->sysroot, &error);

  if (words != NULL)
    return words;
  g_debug ("%s", error->message);
  return pt_rpm_ostree_read_menu (self);
}

static char *
pt_rpm_ostree_find (PtLoader   *self,
                    const char *name)
{
  g_auto (GStrv) words = pt_rpm_ostree_read_words (self);

  for (guint i = g_strv_length (words); i-- > 0;)
    if (pt_token_is (words[i], name, NULL))
      return g_strdup (words[i]);
  return NULL;
}

static gboolean
pt_rpm_ostree_add_steps (PtLoader     *self,
                         PtParameters *parameters,
                         GPtrArray    *steps,
                         GError      **error)
{
  g_auto (GStrv) words = pt_rpm_ostree_read_words (self);
  g_autoptr (GPtrArray) edits = pt_loader_make_edits ((const char *const *)words, parameters);

  return pt_loader_add_command (steps, PT_PROGRAM_RPM_OSTREE, parameters, edits, error);
}

const PtLoaderClass pt_loader_rpm_ostree = {
  .read = pt_rpm_ostree_read,
  .find = pt_rpm_ostree_find,
  .add_steps = pt_rpm_ostree_add_steps,
};
