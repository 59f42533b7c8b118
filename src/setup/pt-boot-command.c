/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-boot-command"

#include "config.h"

#include "pt-boot-command.h"

#include <stdlib.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "pt-edits.h"
#include "pt-entries.h"
#include "pt-form.h"
#include "pt-step-private.h"
#include "pt-trial-entry.h"

#define PT_KERNELSTUB_CONFIGURATION "kernelstub/configuration"

/* How many files of others the journal keeps for one command. */
#define PT_BOOT_COMMAND_MAX_FILES 64

PtTouched *
pt_touched_new (const char  *path,
                PtFileState *before)
{
  PtTouched *self = g_new0 (PtTouched, 1);

  self->path = g_strdup (path);
  self->before = before;
  return self;
}

void
pt_touched_free (PtTouched *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->path);
  g_clear_pointer (&self->before, pt_file_state_free);
  g_free (self);
}

gboolean
pt_boot_command_is_one (PtProgram program)
{
  return program == PT_PROGRAM_GRUBBY || program == PT_PROGRAM_KERNELSTUB ||
         program == PT_PROGRAM_RPM_OSTREE;
}

gboolean
pt_boot_command_writes_entries (PtProgram program)
{
  return pt_boot_command_is_one (program) || program == PT_PROGRAM_SDBOOTUTIL;
}

/* The side of @edits that goes or comes, between blanks. (transfer full) */
static char *
pt_boot_command_join (GPtrArray *edits,
                      gboolean   comes)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (edits, i);
      const char   *word = comes ? edit->to : edit->from;

      if (*word != '\0')
        g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word);
    }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
pt_boot_command_add_joined (GStrvBuilder *arguments,
                            PtProgram     program,
                            GPtrArray    *edits,
                            gboolean      comes)
{
  g_autofree char *words = pt_boot_command_join (edits, comes);
  g_autofree char *joined = NULL;

  if (*words == '\0')
    return;
  if (program == PT_PROGRAM_KERNELSTUB)
    {
      g_strv_builder_add (arguments, comes ? "--add-options" : "--delete-options");
      g_strv_builder_add (arguments, words);
      return;
    }
  joined = g_strconcat (comes ? "--args=" : "--remove-args=", words, NULL);
  g_strv_builder_add (arguments, joined);
}

static void
pt_boot_command_add_single (GStrvBuilder *arguments,
                            GPtrArray    *edits,
                            gboolean      comes)
{
  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange    *edit = g_ptr_array_index (edits, i);
      const char      *word = comes ? edit->to : edit->from;
      g_autofree char *option = g_strconcat (comes ? "--append-if-missing="
                                                   : "--delete-if-present=",
                                             word, NULL);

      if (*word != '\0')
        g_strv_builder_add (arguments, option);
    }
}

char **
pt_boot_command_arguments (PtProgram   program,
                           const char *kernel,
                           GPtrArray  *edits)
{
  g_autoptr (GStrvBuilder) arguments = g_strv_builder_new ();
  g_autofree char *which = g_strconcat ("--update-kernel=", kernel, NULL);

  g_return_val_if_fail (pt_boot_command_is_one (program), NULL);
  g_return_val_if_fail (kernel != NULL, NULL);
  g_return_val_if_fail (edits != NULL, NULL);

  if (program == PT_PROGRAM_RPM_OSTREE)
    {
      g_strv_builder_add (arguments, "kargs");
      pt_boot_command_add_single (arguments, edits, FALSE);
      pt_boot_command_add_single (arguments, edits, TRUE);
      return g_strv_builder_end (arguments);
    }

  if (program == PT_PROGRAM_GRUBBY)
    g_strv_builder_add (arguments, which);
  pt_boot_command_add_joined (arguments, program, edits, FALSE);
  pt_boot_command_add_joined (arguments, program, edits, TRUE);
  return g_strv_builder_end (arguments);
}

/* What the programs have now */

static JsonArray *
pt_kernelstub_get_options (JsonNode *node)
{
  JsonObject *root = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                   : NULL;
  JsonNode   *user = root != NULL ? json_object_get_member (root, "user") : NULL;
  JsonNode   *options = user != NULL && JSON_NODE_HOLDS_OBJECT (user)
                          ? json_object_get_member (json_node_get_object (user), "kernel_options")
                          : NULL;

  return options != NULL && JSON_NODE_HOLDS_ARRAY (options) ? json_node_get_array (options) : NULL;
}

char **
pt_kernelstub_parse_words (const char *text,
                           GError    **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GStrvBuilder) words = NULL;
  JsonArray *options = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  node = json_from_string (text, NULL);
  options = pt_kernelstub_get_options (node);
  if (options == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the configuration of kernelstub is not understood");
      return NULL;
    }
  words = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (options); i++)
    {
      JsonNode *option = json_array_get_element (options, i);

      if (JSON_NODE_HOLDS_VALUE (option) && json_node_get_value_type (option) == G_TYPE_STRING)
        g_strv_builder_add (words, json_node_get_string (option));
    }
  return g_strv_builder_end (words);
}

static char **
pt_kernelstub_read_words (PtSysroot *sysroot,
                          GError   **error)
{
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_ETC, PT_KERNELSTUB_CONFIGURATION, NULL,
                                           error);

  return text != NULL ? pt_kernelstub_parse_words (text, error) : NULL;
}

char **
pt_boot_command_read_words (PtSysroot *sysroot,
                            PtProgram  program,
                            GError   **error)
{
  static const char *const arguments[] = { "kargs", NULL };
  g_autofree char         *output = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (program == PT_PROGRAM_KERNELSTUB || program == PT_PROGRAM_RPM_OSTREE, NULL);

  if (program == PT_PROGRAM_KERNELSTUB)
    return pt_kernelstub_read_words (sysroot, error);
  if (!pt_sysroot_run (sysroot, program, arguments, &output, NULL, error))
    return NULL;
  return pt_tokens_split (output);
}

/* Files */

gboolean
pt_boot_command_may_touch (PtSysroot  *sysroot,
                           const char *path)
{
  g_autofree char *configuration = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  configuration = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, PT_KERNELSTUB_CONFIGURATION);
  return g_str_equal (path, configuration) || pt_form_of_path (sysroot, path) == PT_FORM_ENTRY;
}

static gboolean
pt_boot_command_touch_file (GPtrArray  *touched,
                            PtSysroot  *sysroot,
                            const char *path,
                            GError    **error)
{
  PtFileState *before = pt_file_state_read (sysroot, path, error);

  if (before == NULL)
    return FALSE;
  if (before->kind == PT_FILE_REGULAR && touched->len < PT_BOOT_COMMAND_MAX_FILES)
    g_ptr_array_add (touched, pt_touched_new (path, before));
  else
    pt_file_state_free (before);
  return TRUE;
}

GPtrArray *
pt_boot_command_touch_entries (PtSysroot *sysroot,
                               GError   **error)
{
  g_autoptr (GPtrArray) touched = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_touched_free);
  g_autoptr (PtEntries) entries = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);

  entries = pt_entries_read (sysroot, error);
  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < entries->entries->len; i++)
    {
      const PtEntry *entry = g_ptr_array_index (entries->entries, i);

      /* Also that of a trial, which starts the same kernel: a program that dies over it must not
       * leave one that says nothing of a kernel. */
      if (!pt_boot_command_touch_file (touched, sysroot, entry->path, error))
        return NULL;
    }
  return g_steal_pointer (&touched);
}

GPtrArray *
pt_boot_command_touch (PtSysroot *sysroot,
                       PtProgram  program,
                       GError   **error)
{
  g_autoptr (GPtrArray) touched = NULL;
  g_autofree char *configuration = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), NULL);
  g_return_val_if_fail (pt_boot_command_writes_entries (program), NULL);

  /* A deployment is no file: rpm-ostree keeps the old one itself. */
  if (program == PT_PROGRAM_RPM_OSTREE)
    return g_ptr_array_new_with_free_func ((GDestroyNotify)pt_touched_free);

  touched = pt_boot_command_touch_entries (sysroot, error);
  if (touched == NULL)
    return NULL;
  configuration = pt_sysroot_logical_path (sysroot, PT_PLACE_ETC, PT_KERNELSTUB_CONFIGURATION);
  if (program == PT_PROGRAM_KERNELSTUB &&
      !pt_boot_command_touch_file (touched, sysroot, configuration, error))
    return NULL;
  return g_steal_pointer (&touched);
}

static int
pt_boot_command_compare_words (gconstpointer a,
                               gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The words of a file in an order of their own, without what a layout puts between them. */
static char *
pt_boot_command_normalize (const PtFileState *state)
{
  g_autofree char *text = pt_file_state_dup_text (state);
  g_autofree char *joined = NULL;
  g_auto (GStrv) words = g_strsplit_set (text, " \t\n,\"[]{}", -1);

  /* Empty words sort to the front. */
  qsort (words, g_strv_length (words), sizeof (char *), pt_boot_command_compare_words);
  joined = g_strjoinv (" ", words);
  return g_strdup (g_strchug (joined));
}

static gboolean
pt_boot_command_is_as_before (const PtFileState *now,
                              const PtFileState *before)
{
  return pt_file_state_same_content (now, before) &&
         (before->changed == 0 || now->changed == before->changed);
}

/* TRUE if an entry says what to start. */
static gboolean
pt_boot_command_entry_starts (const char *text)
{
  static const char *const keys[] = { "linux", "efi", "uki" };
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (keys); k++)
      if (g_str_has_prefix (lines[i], keys[k]) && g_ascii_isspace (lines[i][strlen (keys[k])]))
        return TRUE;
  return FALSE;
}

static gboolean
pt_boot_command_is_whole (const PtTouched   *file,
                          const PtFileState *state)
{
  g_autofree char *text = pt_file_state_dup_text (state);
  g_autoptr (JsonNode) node = NULL;

  if (!g_str_has_suffix (file->path, "/" PT_KERNELSTUB_CONFIGURATION))
    return pt_boot_command_entry_starts (text);
  node = json_from_string (text, NULL);
  return pt_kernelstub_get_options (node) != NULL;
}

gboolean
pt_boot_command_mend (PtSysroot *sysroot,
                      GPtrArray *touched,
                      GError   **error)
{
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (touched != NULL, FALSE);

  for (guint i = 0; i < touched->len; i++)
    {
      PtTouched *file = g_ptr_array_index (touched, i);
      g_autoptr (PtFileState) now = pt_file_state_read (sysroot, file->path, error);

      if (now == NULL)
        return FALSE;
      if (now->kind == PT_FILE_REGULAR && !pt_boot_command_is_whole (file, now) &&
          pt_boot_command_is_whole (file, file->before) &&
          !pt_file_state_put (file->before, sysroot, file->path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pt_boot_command_restore_layout (PtSysroot *sysroot,
                                GPtrArray *touched,
                                GError   **error)
{
  for (guint i = 0; i < touched->len; i++)
    {
      PtTouched *file = g_ptr_array_index (touched, i);
      g_autoptr (PtFileState) now = NULL;
      g_autofree char *then_words = NULL;
      g_autofree char *now_words = NULL;

      pt_file_state_sweep (sysroot, file->path);
      now = pt_file_state_read (sysroot, file->path, error);
      if (now == NULL)
        return FALSE;
      if (now->kind != PT_FILE_REGULAR || pt_boot_command_is_as_before (now, file->before))
        continue;
      then_words = pt_boot_command_normalize (file->before);
      now_words = pt_boot_command_normalize (now);
      if (g_str_equal (then_words, now_words) &&
          !pt_file_state_put (file->before, sysroot, file->path, error))
        return FALSE;
    }
  return TRUE;
}

/* Undo */

static char **
pt_boot_command_entry_words (const char *text)
{
  g_autoptr (GPtrArray) tokens = pt_form_parse (PT_FORM_ENTRY, text);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; i < tokens->len; i++)
    g_strv_builder_add (words, ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_strv_builder_end (words);
}

/* The parameters that the entry @path had before, or none. (transfer full) */
static char **
pt_boot_command_words_before (GPtrArray  *touched,
                              const char *path)
{
  for (guint i = 0; i < touched->len; i++)
    {
      PtTouched       *file = g_ptr_array_index (touched, i);
      g_autofree char *text = NULL;

      if (!g_str_equal (file->path, path))
        continue;
      text = pt_file_state_dup_text (file->before);
      return pt_boot_command_entry_words (text);
    }
  return g_new0 (char *, 1);
}

/* As grubby calls a kernel: an entry leaves out where its partition is mounted. */
static char *
pt_boot_command_kernel_path (PtSysroot  *sysroot,
                             const char *kernel)
{
  g_autofree char *boot = pt_sysroot_logical_path (sysroot, PT_PLACE_BOOT, NULL);
  gsize            length = strlen (boot);

  if (strncmp (kernel, boot, length) == 0 && kernel[length] == '/')
    return g_strdup (kernel);
  return g_strconcat (boot, *kernel == '/' ? "" : "/", kernel, NULL);
}

static gboolean
pt_boot_command_run_edits (PtSysroot  *sysroot,
                           PtProgram   program,
                           const char *kernel,
                           GPtrArray  *edits,
                           GError    **error)
{
  g_auto (GStrv) arguments = NULL;

  if (edits->len == 0)
    return TRUE;
  arguments = pt_boot_command_arguments (program, kernel, edits);
  return pt_sysroot_run (sysroot, program, (const char *const *)arguments, NULL, NULL, error);
}

GPtrArray *
pt_boot_command_find_inherited (const char *path,
                                const char *text,
                                GPtrArray  *edits,
                                GPtrArray  *touched)
{
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) ours = g_ptr_array_new ();

  g_return_val_if_fail (path != NULL && text != NULL, NULL);
  g_return_val_if_fail (edits != NULL && touched != NULL, NULL);

  before = pt_boot_command_words_before (touched, path);
  words = pt_boot_command_entry_words (text);
  if (g_strv_equal ((const char *const *)before, (const char *const *)words))
    return g_steal_pointer (&ours);
  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (edits, i);
      gboolean      removed = *edit->to == '\0' &&
                         !g_strv_contains ((const char *const *)before, edit->from);

      if (!removed && !g_strv_contains ((const char *const *)before, edit->to))
        g_ptr_array_add (ours, edit);
    }
  return g_steal_pointer (&ours);
}

static gboolean
pt_boot_command_undo_entry (PtSysroot *sysroot,
                            PtEntry   *entry,
                            GPtrArray *edits,
                            GPtrArray *touched,
                            GError   **error)
{
  g_auto (GStrv) words = pt_boot_command_entry_words (entry->text);
  g_autoptr (GPtrArray) ours = pt_boot_command_find_inherited (entry->path, entry->text, edits,
                                                               touched);
  g_autoptr (GPtrArray) inverse = NULL;
  g_autofree char *kernel = NULL;

  inverse = pt_edits_invert (ours, (const char *const *)words);
  kernel = pt_boot_command_kernel_path (sysroot, entry->kernel);
  return pt_boot_command_run_edits (sysroot, PT_PROGRAM_GRUBBY, kernel, inverse, error);
}

static gboolean
pt_boot_command_undo_entries (PtSysroot *sysroot,
                              GPtrArray *edits,
                              GPtrArray *touched,
                              GError   **error)
{
  g_autoptr (PtEntries) entries = pt_entries_read (sysroot, error);

  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->entries->len; i++)
    {
      PtEntry *entry = g_ptr_array_index (entries->entries, i);

      if (entry->kernel != NULL &&
          !pt_boot_command_undo_entry (sysroot, entry, edits, touched, error))
        return FALSE;
    }
  return TRUE;
}

/* TRUE if a file of @touched is not as it was. */
static gboolean
pt_boot_command_differs (PtSysroot *sysroot,
                         GPtrArray *touched)
{
  for (guint i = 0; i < touched->len; i++)
    {
      PtTouched       *file = g_ptr_array_index (touched, i);
      g_autofree char *name = g_path_get_basename (file->path);
      g_autoptr (PtFileState) now = NULL;

      /* That of a trial comes and goes. */
      if (pt_trial_entry_is_ours (name))
        continue;
      now = pt_file_state_read (sysroot, file->path, NULL);
      if (now == NULL || !pt_file_state_same_content (now, file->before))
        return TRUE;
    }
  return FALSE;
}

/* kernelstub writes the entry before its configuration: one that died in between knows nothing of
 * ours but boots with it. Told to take out what it does not have, it writes the entry anew. */
static void
pt_boot_command_add_refresh (GPtrArray *inverse,
                             GPtrArray *edits)
{
  for (guint i = 0; i < edits->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (edits, i);

      if (*edit->to != '\0')
        g_ptr_array_add (inverse, pt_plan_change_new (edit->to, ""));
    }
}

gboolean
pt_boot_command_undo (PtSysroot *sysroot,
                      PtProgram  program,
                      GPtrArray *edits,
                      GPtrArray *touched,
                      GError   **error)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) inverse = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (edits != NULL && touched != NULL, FALSE);

  if (!pt_boot_command_mend (sysroot, touched, error))
    return FALSE;
  if (program == PT_PROGRAM_GRUBBY)
    return pt_boot_command_undo_entries (sysroot, edits, touched, error) &&
           pt_boot_command_restore_layout (sysroot, touched, error);

  words = pt_boot_command_read_words (sysroot, program, error);
  if (words == NULL)
    return FALSE;
  inverse = pt_edits_invert (edits, (const char *const *)words);
  if (program == PT_PROGRAM_KERNELSTUB && inverse->len == 0 &&
      pt_boot_command_differs (sysroot, touched))
    pt_boot_command_add_refresh (inverse, edits);
  return pt_boot_command_run_edits (sysroot, program, "DEFAULT", inverse, error) &&
         pt_boot_command_restore_layout (sysroot, touched, error);
}
