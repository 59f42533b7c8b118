/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial-entry"

#include "config.h"

#include "pt-trial-entry.h"

#include <stdlib.h>
#include <string.h>

#include "pt-edits.h"
#include "pt-step-private.h"
#include "pt-tokens.h"

#define PT_TRIAL_BLOCK_BEGIN \
  "# Passthru's boot entry begins here. Undoing the set-up removes it.\n"
#define PT_TRIAL_BLOCK_END "# Passthru's boot entry ends here.\n"
/* A kernel that panics restarts by itself after so many seconds. */
#define PT_TRIAL_PANIC "panic=20"
#define PT_TRIAL_ID_LENGTH 8

gboolean
pt_trial_is_id (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return strlen (text) == PT_TRIAL_ID_LENGTH &&
         strspn (text, "0123456789abcdef") == PT_TRIAL_ID_LENGTH;
}

/* What needs no quotes in a boot menu. */
static gboolean
pt_trial_is_plain (const char *word)
{
  for (const char *p = word; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("._-=,:/+@%", *p) == NULL)
      return FALSE;
  return *word != '\0';
}

static void
pt_trial_line_change (GPtrArray          *words,
                      const PtPlanChange *change)
{
  for (guint i = words->len; i-- > 0;)
    if (g_str_equal (g_ptr_array_index (words, i), change->from))
      {
        g_ptr_array_remove_index (words, i);
        if (*change->to != '\0')
          g_ptr_array_insert (words, i, g_strdup (change->to));
        return;
      }
  if (*change->to != '\0')
    g_ptr_array_add (words, g_strdup (change->to));
}

static void
pt_trial_line_add (GPtrArray  *words,
                   const char *word)
{
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (g_ptr_array_index (words, i), word))
      return;
  g_ptr_array_add (words, g_strdup (word));
}

/* The kernel takes the last of two; an old mark or another panic= is not to be read as ours. */
static void
pt_trial_line_drop (GPtrArray  *words,
                    const char *name)
{
  for (guint i = words->len; i-- > 0;)
    if (pt_token_is (g_ptr_array_index (words, i), name, NULL))
      g_ptr_array_remove_index (words, i);
}

static void
pt_trial_line_add_mark (const PtTrialLine *self,
                        GPtrArray         *words)
{
  pt_trial_line_drop (words, PT_TRIAL_PARAMETER);
  pt_trial_line_drop (words, "panic");
  g_ptr_array_add (words, g_strdup_printf (PT_TRIAL_PARAMETER "=%s:%u", self->id, self->minutes));
  g_ptr_array_add (words, g_strdup (PT_TRIAL_PANIC));
  if (!self->dracut)
    return;
  pt_trial_line_add (words, "rd.shell=0");
  pt_trial_line_add (words, "rd.emergency=reboot");
}

static gboolean
pt_trial_line_check (const PtTrialLine *self,
                     GError           **error)
{
  const char *bad = NULL;

  for (gsize i = 0; self->additions[i] != NULL; i++)
    if (!pt_trial_is_plain (self->additions[i]))
      bad = self->additions[i];
  for (guint i = 0; i < self->changes->len; i++)
    {
      const PtPlanChange *change = g_ptr_array_index (self->changes, i);

      if (*change->to != '\0' && !pt_trial_is_plain (change->to))
        bad = change->to;
    }
  if (bad == NULL)
    return TRUE;
  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
               "the parameter %s cannot stand in a boot menu", bad);
  return FALSE;
}

char *
pt_trial_line_apply (const PtTrialLine *self,
                     const char        *arguments,
                     GError           **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) old = NULL;

  g_return_val_if_fail (self != NULL && self->id != NULL, NULL);
  g_return_val_if_fail (arguments != NULL, NULL);

  if (!pt_trial_line_check (self, error))
    return NULL;
  old = pt_tokens_split (arguments);
  for (gsize i = 0; old[i] != NULL; i++)
    g_ptr_array_add (words, g_strdup (old[i]));
  for (guint i = 0; i < self->changes->len; i++)
    pt_trial_line_change (words, g_ptr_array_index (self->changes, i));
  for (gsize i = 0; self->additions[i] != NULL; i++)
    pt_trial_line_add (words, self->additions[i]);
  pt_trial_line_add_mark (self, words);
  g_ptr_array_add (words, NULL);
  return g_strjoinv (" ", (char **)words->pdata);
}

/* @word is there, and no other that spells the same parameter. */
static void
pt_trial_line_edit_mark (GPtrArray         *edits,
                         const char *const *words,
                         const char        *word)
{
  g_autofree char *name = g_strndup (word, strcspn (word, "="));

  for (gsize i = 0; words[i] != NULL; i++)
    if (pt_token_is (words[i], name, NULL) && !g_str_equal (words[i], word))
      g_ptr_array_add (edits, pt_plan_change_new (words[i], ""));
  if (!g_strv_contains (words, word))
    g_ptr_array_add (edits, pt_plan_change_new ("", word));
}

GPtrArray *
pt_trial_line_make_edits (const PtTrialLine *self,
                          const char *const *words,
                          GError           **error)
{
  g_autofree char *mark = NULL;
  GPtrArray       *edits = NULL;

  g_return_val_if_fail (self != NULL && self->id != NULL, NULL);
  g_return_val_if_fail (words != NULL, NULL);

  if (!pt_trial_line_check (self, error))
    return NULL;
  edits = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_plan_change_free);
  for (guint i = 0; i < self->changes->len; i++)
    {
      const PtPlanChange *change = g_ptr_array_index (self->changes, i);

      pt_edits_add (edits, words, change->from, change->to);
    }
  for (gsize i = 0; self->additions[i] != NULL; i++)
    pt_edits_add (edits, words, "", self->additions[i]);
  mark = g_strdup_printf (PT_TRIAL_PARAMETER "=%s:%u", self->id, self->minutes);
  pt_trial_line_edit_mark (edits, words, mark);
  pt_trial_line_edit_mark (edits, words, PT_TRIAL_PANIC);
  if (self->dracut)
    {
      pt_trial_line_edit_mark (edits, words, "rd.shell=0");
      pt_trial_line_edit_mark (edits, words, "rd.emergency=reboot");
    }
  return edits;
}

/* TRUE for a line that would make a choice of ours the default of later starts. */
static gboolean
pt_trial_is_saving (const char *line)
{
  g_autofree char *stripped = g_strstrip (g_strdup (line));

  return g_str_equal (stripped, "savedefault") || g_str_has_prefix (stripped, "save_env ");
}

/* The line of the body that loads the kernel, with our command line. */
static char *
pt_trial_entry_replace_line (const PtBootEntry *entry,
                             const char        *line,
                             const char        *arguments)
{
  const char *kernel = strstr (line + strcspn (line, " \t"), entry->kernel);

  return g_strdup_printf ("%.*s%s %s", (int)(kernel - line), line, entry->kernel, arguments);
}

static char *
pt_trial_entry_copy_body (const PtBootEntry *entry,
                          const char        *arguments,
                          GError           **error)
{
  g_auto (GStrv) lines = g_strsplit (entry->body, "\n", -1);
  GString *body = g_string_new (NULL);
  gboolean replaced = FALSE;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i] + strspn (lines[i], " \t");

      if (*line == '\0' || pt_trial_is_saving (line))
        continue;
      if (!replaced && g_str_has_prefix (line, "linux") &&
          strstr (line + strcspn (line, " \t"), entry->kernel) != NULL)
        {
          g_autofree char *ours = pt_trial_entry_replace_line (entry, line, arguments);

          g_string_append_printf (body, "\t%s\n", ours);
          replaced = TRUE;
        }
      else
        {
          g_string_append_printf (body, "\t%s\n", line);
        }
    }
  if (!replaced)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                 "the line of the boot entry %s with its kernel is not understood", entry->title);
  return g_string_free (body, !replaced);
}

char *
pt_trial_entry_copy_grub (const PtBootEntry *entry,
                          const PtTrialLine *line,
                          GError           **error)
{
  g_autofree char *arguments = NULL;
  g_autofree char *body = NULL;
  g_autofree char *title = NULL;
  g_autofree char *quoted = NULL;

  g_return_val_if_fail (entry != NULL && entry->kernel != NULL, NULL);
  g_return_val_if_fail (line != NULL, NULL);

  arguments = pt_trial_line_apply (line, entry->arguments, error);
  if (arguments == NULL)
    return NULL;
  body = pt_trial_entry_copy_body (entry, arguments, error);
  if (body == NULL)
    return NULL;
  title = g_strdup_printf ("%s (trial start by Passthru)", entry->title);
  quoted = g_shell_quote (title);
  return g_strdup_printf ("menuentry %s%s --id " PT_TRIAL_ENTRY_ID " {\n%s}\n", quoted,
                          entry->words, body);
}

/* TRUE if @line sets @key, as the Boot Loader Specification spells it. */
static gboolean
pt_trial_entry_sets (const char *line,
                     const char *key)
{
  gsize length = strlen (key);

  line += strspn (line, " \t");
  return strncmp (line, key, length) == 0 && (line[length] == ' ' || line[length] == '\t');
}

/* The parameters of all its lines with options. */
static char *
pt_trial_entry_read_options (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *options = g_string_new (NULL);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (pt_trial_entry_sets (lines[i], "options"))
      g_string_append_printf (options, "%s%s", options->len > 0 ? " " : "",
                              g_strstrip (lines[i]) + strlen ("options "));
  return g_string_free (options, FALSE);
}

char *
pt_trial_entry_copy_file (const char        *text,
                          const PtTrialLine *line,
                          GError           **error)
{
  g_auto (GStrv) lines = NULL;
  g_autofree char *options = NULL;
  g_autofree char *arguments = NULL;
  GString         *copy = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (line != NULL, NULL);

  options = pt_trial_entry_read_options (text);
  arguments = pt_trial_line_apply (line, options, error);
  if (arguments == NULL)
    return NULL;
  copy = g_string_new (NULL);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      const char *stripped = g_strstrip (lines[i]);

      if (pt_trial_entry_sets (stripped, "title"))
        g_string_append_printf (copy, "%s (trial start by Passthru)\n", stripped);
      else if (*stripped != '\0' && !pt_trial_entry_sets (stripped, "sort-key") &&
               !pt_trial_entry_sets (stripped, "options"))
        g_string_append_printf (copy, "%s\n", stripped);
    }
  g_string_append_printf (copy, "options %s\n", arguments);
  return g_string_free (copy, FALSE);
}

gboolean
pt_trial_entry_is_ours (const char *id)
{
  g_return_val_if_fail (id != NULL, FALSE);

  return g_str_equal (id, PT_TRIAL_ENTRY_ID) || g_str_has_suffix (id, PT_TRIAL_ENTRY_FILE) ||
         g_str_has_suffix (id, PT_TRIAL_ENTRY_FILE ".conf");
}

/* Where our part of @text begins and ends; FALSE without one. */
static gboolean
pt_trial_block_find (const char  *text,
                     const char **begin,
                     const char **end)
{
  const char *found = strstr (text, PT_TRIAL_BLOCK_BEGIN);

  if (found == NULL || (found != text && found[-1] != '\n'))
    return FALSE;
  *begin = found;
  *end = strstr (found, PT_TRIAL_BLOCK_END);
  if (*end == NULL)
    return FALSE;
  *end += strlen (PT_TRIAL_BLOCK_END);
  return TRUE;
}

char *
pt_trial_block_put (const char *text,
                    const char *entry)
{
  const char      *begin = NULL;
  const char      *end = NULL;
  const char      *gap = "";
  g_autofree char *block = NULL;

  g_return_val_if_fail (entry != NULL, NULL);

  block = g_strconcat (PT_TRIAL_BLOCK_BEGIN, entry, PT_TRIAL_BLOCK_END, NULL);
  if (text == NULL)
    return g_steal_pointer (&block);
  if (pt_trial_block_find (text, &begin, &end))
    return g_strdup_printf ("%.*s%s%s", (int)(begin - text), text, block, end);
  if (*text != '\0' && !g_str_has_suffix (text, "\n"))
    gap = "\n";
  return g_strconcat (text, gap, block, NULL);
}

char *
pt_trial_block_remove (const char *text)
{
  const char *begin = NULL;
  const char *end = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!pt_trial_block_find (text, &begin, &end))
    return NULL;
  return g_strdup_printf ("%.*s%s", (int)(begin - text), text, end);
}

char *
pt_trial_block_get (const char *text)
{
  const char *begin = NULL;
  const char *end = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!pt_trial_block_find (text, &begin, &end))
    return NULL;
  begin += strlen (PT_TRIAL_BLOCK_BEGIN);
  end -= strlen (PT_TRIAL_BLOCK_END);
  return g_strndup (begin, end - begin);
}

static gboolean
pt_trial_parse_value (const char *value,
                      char      **id,
                      guint      *minutes)
{
  g_auto (GStrv) parts = g_strsplit (value, ":", -1);
  guint64 number = 0;

  if (g_strv_length (parts) != 2 || !pt_trial_is_id (parts[0]) ||
      !g_ascii_string_to_unsigned (parts[1], 10, PT_TRIAL_MIN_MINUTES, PT_TRIAL_MAX_MINUTES,
                                   &number, NULL))
    return FALSE;
  *id = g_strdup (parts[0]);
  *minutes = (guint)number;
  return TRUE;
}

gboolean
pt_trial_parse_command_line (const char *command_line,
                             char      **id,
                             guint      *minutes)
{
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (command_line != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (minutes != NULL, FALSE);

  words = pt_tokens_split (command_line);
  for (gsize i = 0; words[i] != NULL; i++)
    {
      const char *value = NULL;

      if (pt_token_is (words[i], PT_TRIAL_PARAMETER, &value) && value != NULL)
        return pt_trial_parse_value (value, id, minutes);
    }
  return FALSE;
}
