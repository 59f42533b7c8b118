/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-undo"

#include "config.h"

#include "pt-undo.h"

#include "pt-boot-command.h"
#include "pt-edits.h"
#include "pt-entries.h"
#include "pt-generator.h"
#include "pt-ostree.h"
#include "pt-step-private.h"
#include "pt-tokens.h"
#include "pt-trial-entry.h"
#include "pt-trial-private.h"
#include "pt-xorg-step.h"

typedef struct
{
  PtSysroot      *sysroot;
  GPtrArray      *records;
  PtStepFunc      progress;
  gpointer        user_data;
  guint           index;
  guint           total;
  const PtRecord *command;   /* to be run when what it reads is put back */
  GString        *conflicts; /* files */
  GError         *failure;   /* the first one */
} PtUndo;

static void
pt_undo_report (PtUndo     *self,
                const char *id,
                PtStepState state)
{
  if (self->progress != NULL)
    self->progress (id, self->index, self->total, state, self->user_data);
  if (state != PT_STEP_STARTED)
    self->index++;
}

static char **
pt_undo_words (PtForm      form,
               const char *text)
{
  g_autoptr (GPtrArray) tokens = pt_form_parse (form, text);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; i < tokens->len; i++)
    g_strv_builder_add (words, ((PtToken *)g_ptr_array_index (tokens, i))->text);
  return g_strv_builder_end (words);
}

/* The last token spelled @wanted. (transfer full) */
static PtToken *
pt_undo_find_token (PtForm      form,
                    const char *text,
                    const char *wanted)
{
  g_autoptr (GPtrArray) tokens = pt_form_parse (form, text);

  for (guint i = tokens->len; i-- > 0;)
    if (g_str_equal (((PtToken *)g_ptr_array_index (tokens, i))->text, wanted))
      return g_ptr_array_steal_index (tokens, i);
  return NULL;
}

char *
pt_undo_merge (PtForm      form,
               const char *text,
               GPtrArray  *edits)
{
  g_autofree char *merged = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) inverse = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (edits != NULL, NULL);

  merged = g_strdup (text);
  words = pt_undo_words (form, text);
  inverse = pt_edits_invert (edits, (const char *const *)words);
  for (guint i = 0; i < inverse->len; i++)
    {
      PtPlanChange *edit = g_ptr_array_index (inverse, i);
      g_autoptr (PtToken) token = NULL;
      char *next = NULL;

      /* A parameter of the user's that we took out: where it belongs is not for us to say. */
      if (*edit->from == '\0')
        return NULL;
      token = pt_undo_find_token (form, merged, edit->from);
      next = token != NULL ? pt_tokens_replace (merged, token, edit->to, NULL) : NULL;
      if (next == NULL)
        return NULL;
      g_free (merged);
      merged = next;
    }
  return g_steal_pointer (&merged);
}

/* TRUE if @text is what was there @before, with the end of a line behind it. */
static gboolean
pt_undo_is_ended (const char        *text,
                  const PtFileState *before)
{
  gsize       length = 0;
  const char *old = NULL;

  if (before->kind != PT_FILE_REGULAR)
    return FALSE;
  old = g_bytes_get_data (before->content, &length);
  return strlen (text) == length + 1 && text[length] == '\n' && memcmp (text, old, length) == 0;
}

/* The file without the entry of a trial; an equal one where there is none in it. */
static PtFileState *
pt_undo_take_block_out (const PtRecord    *record,
                        const PtFileState *current)
{
  g_autofree char *text = pt_file_state_dup_text (current);
  g_autofree char *rest = pt_trial_block_remove (text);
  g_autoptr (GBytes) content = NULL;

  /* An entry brought up to date has two records; the later one leaves an empty file. */
  if (*(rest != NULL ? rest : text) == '\0' && record->before->kind == PT_FILE_ABSENT)
    return pt_file_state_new (PT_FILE_ABSENT, NULL, 0, 0, 0);
  /* A last line that did not end was ended for us. */
  if (rest != NULL && pt_undo_is_ended (rest, record->before))
    rest[strlen (rest) - 1] = '\0';
  content = rest != NULL ? g_bytes_new (rest, strlen (rest)) : g_bytes_ref (current->content);
  return pt_file_state_new (PT_FILE_REGULAR, content, current->mode, current->uid, current->gid);
}

/* The user's later edit without ours; NULL if that cannot be told apart. */
static PtFileState *
pt_undo_merge_state (PtSysroot         *sysroot,
                     const PtRecord    *record,
                     const PtFileState *current)
{
  g_autofree char *text = NULL;
  g_autofree char *merged = NULL;
  g_autoptr (GBytes) content = NULL;

  if (record->block && current->kind == PT_FILE_REGULAR)
    return pt_undo_take_block_out (record, current);
  if (record->edits == NULL || current->kind != PT_FILE_REGULAR)
    return NULL;

  text = pt_file_state_dup_text (current);
  if (pt_xorg_step_owns_path (sysroot, record->path))
    merged = pt_xorg_step_undo_edits (text, record->edits);
  else if (!pt_generator_undo_edits (sysroot, record->path, text, record->edits, &merged))
    merged = pt_undo_merge (pt_form_of_path (sysroot, record->path), text, record->edits);
  if (merged == NULL)
    return NULL;
  content = g_bytes_new (merged, strlen (merged));
  return pt_file_state_new (PT_FILE_REGULAR, content, current->mode, current->uid, current->gid);
}

/* TRUE if an earlier record made the file that @record changed. */
static gboolean
pt_undo_is_made_here (PtUndo         *self,
                      const PtRecord *record)
{
  for (guint i = 0; i < self->records->len; i++)
    {
      const PtRecord *other = g_ptr_array_index (self->records, i);

      if (other == record)
        return FALSE;
      if (other->kind == PT_RECORD_FILE && other->before->kind == PT_FILE_ABSENT &&
          g_str_equal (other->path, record->path))
        return TRUE;
    }
  return FALSE;
}

static void
pt_undo_note_conflict (PtUndo     *self,
                       const char *path)
{
  g_string_append_printf (self->conflicts, "%s%s", self->conflicts->len > 0 ? ", " : "", path);
}

/* What was there before; who changed its mode or owner since has that kept. (transfer full) */
static PtFileState *
pt_undo_find_before (const PtRecord    *record,
                     const PtFileState *current)
{
  const PtFileState *before = record->before;
  const PtFileState *after = record->after;
  PtFileState       *state = pt_file_state_new (before->kind, before->content, before->mode,
                                                before->uid, before->gid);

  state->changed = before->changed;
  if (before->kind != PT_FILE_REGULAR || current->kind != PT_FILE_REGULAR)
    return state;
  if (current->mode != after->mode)
    state->mode = current->mode;
  if (current->uid != after->uid)
    state->uid = current->uid;
  if (current->gid != after->gid)
    state->gid = current->gid;
  return state;
}

/* A kernel that is gone took its boot entry along, with all of ours in it. */
static gboolean
pt_undo_is_gone_entry (PtUndo            *self,
                       const PtRecord    *record,
                       const PtFileState *current)
{
  return record->edits != NULL && current->kind == PT_FILE_ABSENT &&
         pt_form_of_path (self->sysroot, record->path) == PT_FORM_ENTRY;
}

/* TRUE also for a conflict, which is noted. */
static gboolean
pt_undo_put_back (PtUndo         *self,
                  const PtRecord *record,
                  GError        **error)
{
  g_autoptr (PtFileState) current = NULL;
  g_autoptr (PtFileState) before = NULL;
  g_autoptr (PtFileState) merged = NULL;

  pt_file_state_sweep (self->sysroot, record->path);
  current = pt_file_state_read (self->sysroot, record->path, error);
  if (current == NULL)
    return FALSE;

  if (pt_file_state_same_content (current, record->before) ||
      (current->kind == PT_FILE_ABSENT &&
       (record->block || pt_undo_is_made_here (self, record))) ||
      pt_undo_is_gone_entry (self, record, current))
    return TRUE;
  /* Also a file of ours that is gone makes room for what was there before it. */
  if (pt_file_state_same_content (current, record->after) ||
      (record->edits == NULL && current->kind == PT_FILE_ABSENT))
    {
      before = pt_undo_find_before (record, current);
      return pt_file_state_put (before, self->sysroot, record->path, error);
    }

  merged = pt_undo_merge_state (self->sysroot, record, current);
  if (merged == NULL)
    pt_undo_note_conflict (self, record->path);
  else if (!pt_file_state_same_content (merged, current))
    return pt_file_state_put (merged, self->sysroot, record->path, error);
  return TRUE;
}

/* TRUE also for a conflict, which is noted. */
static gboolean
pt_undo_entry (PtUndo         *self,
               const PtRecord *record,
               const PtEntry  *entry,
               GError        **error)
{
  g_autoptr (GPtrArray) ours = pt_boot_command_find_inherited (entry->path, entry->text,
                                                               record->edits, record->touched);
  g_autoptr (PtFileState) current = NULL;
  g_autoptr (PtFileState) state = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autofree char *merged = NULL;

  /* What we took out of another entry was never in this one, as far as we can tell. */
  for (guint i = ours->len; i-- > 0;)
    if (*((PtPlanChange *)g_ptr_array_index (ours, i))->to == '\0')
      g_ptr_array_remove_index (ours, i);

  merged = pt_undo_merge (PT_FORM_ENTRY, entry->text, ours);
  if (merged == NULL)
    pt_undo_note_conflict (self, entry->path);
  if (merged == NULL || g_str_equal (merged, entry->text))
    return TRUE;
  current = pt_file_state_read (self->sysroot, entry->path, error);
  if (current == NULL)
    return FALSE;
  content = g_bytes_new (merged, strlen (merged));
  state = pt_file_state_new (PT_FILE_REGULAR, content, current->mode, current->uid, current->gid);
  return pt_file_state_put (state, self->sysroot, entry->path, error);
}

/* Kernels that were installed since had their boot entries made from what we changed. */
static gboolean
pt_undo_later_entries (PtUndo         *self,
                       const PtRecord *record,
                       GError        **error)
{
  g_autoptr (PtEntries) entries = pt_entries_read (self->sysroot, error);

  for (guint i = 0; entries != NULL && i < entries->entries->len; i++)
    {
      const PtEntry   *entry = g_ptr_array_index (entries->entries, i);
      g_autofree char *name = g_path_get_basename (entry->path);

      if (!g_str_equal (entry->path, record->path) && !pt_trial_entry_is_ours (name) &&
          !pt_undo_entry (self, record, entry, error))
        return FALSE;
    }
  return entries != NULL;
}

static void
pt_undo_keep_failure (PtUndo *self,
                      GError *error)
{
  if (self->failure == NULL)
    self->failure = error;
  else
    g_error_free (error);
}

static void
pt_undo_file (PtUndo         *self,
              const PtRecord *record)
{
  gsize    conflicts = self->conflicts->len;
  gboolean failed = FALSE;
  GError  *error = NULL;

  pt_undo_report (self, record->id, PT_STEP_STARTED);
  failed = !pt_undo_put_back (self, record, &error);
  if (!failed && record->touched != NULL)
    failed = !pt_undo_later_entries (self, record, &error);
  for (gsize i = g_strv_length (record->folders); i-- > 0;)
    failed = !pt_folder_remove_if_empty (self->sysroot, record->folders[i],
                                         error == NULL ? &error : NULL) ||
             failed;
  if (error != NULL)
    pt_undo_keep_failure (self, error);
  pt_undo_report (self, record->id,
                  !failed && conflicts == self->conflicts->len ? PT_STEP_UNDONE : PT_STEP_FAILED);
}

/* The next start is an ordinary one again. */
static void
pt_undo_mark (PtUndo         *self,
              const PtRecord *record)
{
  GError *error = NULL;

  if (record->deployment)
    {
      if ((record->previous != NULL &&
           !pt_ostree_pin (self->sysroot, record->previous, FALSE, &error)) ||
          !pt_ostree_forget (self->sysroot, record->trial, &error))
        pt_undo_keep_failure (self, error);
      return;
    }
  if (!pt_trial_mark_mend (self->sysroot, record->touched, &error) ||
      !pt_trial_mark_restore (self->sysroot, record->firmware, record->previous, &error))
    pt_undo_keep_failure (self, error);
}

static void
pt_undo_run_command (PtUndo *self)
{
  const PtRecord *record = g_steal_pointer (&self->command);
  GError         *error = NULL;

  if (record == NULL)
    return;

  pt_undo_report (self, record->id, PT_STEP_STARTED);
  if (record->touched != NULL && !pt_boot_command_mend (self->sysroot, record->touched, &error))
    pt_undo_keep_failure (self, g_steal_pointer (&error));
  if (!pt_generator_undo_rebuild (self->sysroot, record->program,
                                  (const char *const *)record->arguments, &error))
    pt_undo_keep_failure (self, error);
  pt_undo_report (self, record->id, error == NULL ? PT_STEP_UNDONE : PT_STEP_FAILED);
}

/* TRUE if @edit is also one of those that made a trial permanent. */
static gboolean
pt_undo_is_kept (GPtrArray          *records,
                 guint               after,
                 const PtPlanChange *edit)
{
  for (guint i = after + 1; i < records->len; i++)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      if (record->kind != PT_RECORD_COMMAND || record->edits == NULL || record->block)
        continue;
      for (guint k = 0; k < record->edits->len; k++)
        {
          const PtPlanChange *kept = g_ptr_array_index (record->edits, k);

          if (g_str_equal (kept->from, edit->from) && g_str_equal (kept->to, edit->to))
            return TRUE;
        }
    }
  return FALSE;
}

/* What only the trial of record @index needs. Borrows the edits. (transfer full) */
static GPtrArray *
pt_undo_find_trial_edits (GPtrArray *records,
                          guint      index)
{
  const PtRecord *record = g_ptr_array_index (records, index);
  GPtrArray      *edits = g_ptr_array_new ();

  for (guint i = 0; i < record->edits->len; i++)
    if (!pt_undo_is_kept (records, index, g_ptr_array_index (record->edits, i)))
      g_ptr_array_add (edits, g_ptr_array_index (record->edits, i));
  return edits;
}

/* A program that changes parameters by itself is told to take ours out. */
static void
pt_undo_edits (PtUndo         *self,
               const PtRecord *record,
               GPtrArray      *edits)
{
  GError *error = NULL;

  pt_undo_report (self, record->id, PT_STEP_STARTED);
  if (!pt_boot_command_undo (self->sysroot, record->program, edits, record->touched,
                             &error))
    pt_undo_keep_failure (self, error);
  pt_undo_report (self, record->id, error == NULL ? PT_STEP_UNDONE : PT_STEP_FAILED);
}

/* TRUE for a file that was made for the program that is still to run (pt-loader-systemd-boot.c): it
 * has to find what is right, and goes after that. */
static gboolean
pt_undo_is_source (PtUndo         *self,
                   const PtRecord *record)
{
  g_autofree char *source = pt_sysroot_logical_path (self->sysroot, PT_PLACE_ETC, "kernel/cmdline");

  return record->before->kind == PT_FILE_ABSENT && g_str_equal (record->path, source);
}

/* An earlier undo that was cut short may have taken it away already. */
static void
pt_undo_run_before_source (PtUndo         *self,
                           const PtRecord *record)
{
  g_autoptr (PtFileState) current = NULL;
  GError *error = NULL;

  if (self->command == NULL)
    return;
  current = pt_file_state_read (self->sysroot, record->path, &error);
  if (current != NULL && current->kind == PT_FILE_ABSENT)
    pt_file_state_put (record->after, self->sysroot, record->path, &error);
  if (error != NULL)
    pt_undo_keep_failure (self, error);
  pt_undo_run_command (self);
}

static void
pt_undo_walk (PtUndo    *self,
              GPtrArray *records,
              guint      first,
              gboolean   trial_only)
{
  for (guint i = records->len; i-- > first;)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      if (trial_only && !record->block && record->kind != PT_RECORD_TRIAL_START)
        continue;
      if (record->kind == PT_RECORD_COMMAND)
        {
          pt_undo_run_command (self);
          if (record->edits != NULL)
            {
              g_autoptr (GPtrArray) edits = trial_only ? pt_undo_find_trial_edits (records, i)
                                                       : g_ptr_array_ref (record->edits);

              pt_undo_edits (self, record, edits);
            }
          else
            {
              self->command = record;
            }
        }
      else if (record->kind == PT_RECORD_FILE)
        {
          if (pt_undo_is_source (self, record))
            pt_undo_run_before_source (self, record);
          pt_undo_file (self, record);
        }
      else if (record->kind == PT_RECORD_TRIAL_START)
        {
          pt_undo_mark (self, record);
        }
    }
  pt_undo_run_command (self);
}

static gboolean
pt_undo_run_some (PtJournal *journal,
                  PtSysroot *sysroot,
                  guint      first,
                  gboolean   trial_only,
                  PtStepFunc progress,
                  gpointer   user_data,
                  GError   **error)
{
  GPtrArray *records = pt_journal_get_records (journal);
  PtUndo     self = { sysroot, records, progress, user_data };
  g_autoptr (GString) conflicts = g_string_new (NULL);

  for (guint i = first; i < records->len; i++)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      self.total += record->kind == PT_RECORD_FILE || record->kind == PT_RECORD_COMMAND;
    }
  self.conflicts = conflicts;
  pt_undo_walk (&self, records, first, trial_only);

  if (conflicts->len > 0)
    {
      g_clear_error (&self.failure);
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CONFLICT,
                   "changed by someone else and left as it is: %s; everything else is undone",
                   conflicts->str);
      return FALSE;
    }
  if (self.failure != NULL)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "%s", self.failure->message);
      g_clear_error (&self.failure);
      return FALSE;
    }
  return TRUE;
}

gboolean
pt_undo_run (PtJournal *journal,
             PtSysroot *sysroot,
             guint      first,
             PtStepFunc progress,
             gpointer   user_data,
             GError   **error)
{
  g_return_val_if_fail (journal != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  return pt_undo_run_some (journal, sysroot, first, FALSE, progress, user_data, error);
}

gboolean
pt_undo_run_trial (PtJournal *journal,
                   PtSysroot *sysroot,
                   GError   **error)
{
  g_return_val_if_fail (journal != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  return pt_undo_run_some (journal, sysroot, 0, TRUE, NULL, NULL, error);
}
