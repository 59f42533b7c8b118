/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-engine"

#include "config.h"

#include "pt-engine.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pt-boot-command.h"
#include "pt-engine-private.h"
#include "pt-form.h"
#include "pt-generator.h"
#include "pt-step-private.h"
#include "pt-trial-private.h"
#include "pt-undo.h"

typedef struct
{
  PtSysroot         *sysroot;
  const PtGenerator *generator;
  gboolean           first_part;
  PtJournal         *journal;
  PtStepFunc         progress;
  gpointer           user_data;
  GCancellable      *cancellable;
} PtEngine;

static gboolean
pt_engine_check_plan (PtPlan  *plan,
                      GError **error)
{
  if (pt_plan_get_refusals (plan)->len > 0)
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_REFUSED,
                         "a chosen device may not be given away");
  else if (pt_plan_get_manual_text (plan) != NULL)
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                         "the start-up of this host cannot be changed by Passthru yet");
  else if (pt_plan_get_steps (plan)->len == 0)
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                         "there is nothing to change");
  else
    return TRUE;
  return FALSE;
}

static gboolean
pt_engine_is_rebuild (PtStep *step)
{
  return pt_step_get_kind (step) == PT_STEP_COMMAND &&
         pt_generator_is_rebuild (pt_step_get_program (step), pt_step_get_command (step) + 1);
}

static gboolean
pt_engine_needs_rebuild (GPtrArray *steps)
{
  for (guint i = 0; i < steps->len; i++)
    if (pt_engine_is_rebuild (g_ptr_array_index (steps, i)))
      return TRUE;
  return FALSE;
}

/* The intent with what the plan found at its addresses. */
static PtIntent *
pt_engine_identify (PtPlan *plan)
{
  GPtrArray *devices = pt_plan_get_devices (plan);
  g_autoptr (GStrvBuilder) identities = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice    *entry = g_ptr_array_index (devices, i);
      g_autofree char *identity = g_strdup_printf ("%s=%s",
                                                   pt_device_get_address_string (entry->device),
                                                   pt_device_get_id (entry->device));

      g_strv_builder_add (identities, identity);
    }
  list = g_strv_builder_end (identities);
  return pt_intent_new_with_identities (pt_plan_get_intent (plan), (const char *const *)list, NULL);
}

/* What the plan was made for, to be compared later. */
static char *
pt_engine_describe_seen (PtPlan *plan)
{
  GPtrArray *devices = pt_plan_get_devices (plan);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (PtAddress));
  g_autoptr (PtSeen) seen = NULL;

  for (guint i = 0; i < devices->len; i++)
    {
      PtPlanDevice *entry = g_ptr_array_index (devices, i);

      g_array_append_vals (addresses, pt_device_get_address (entry->device), 1);
    }
  seen = pt_seen_new (pt_plan_get_host (plan), addresses);
  return pt_seen_to_string (seen);
}

PtRecord *
pt_engine_make_begin (PtPlan *plan)
{
  PtRecord  *record = pt_record_new (PT_RECORD_BEGIN, NULL);
  PtSysroot *sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));

  record->intent = pt_engine_identify (plan);
  record->boot_id = pt_sysroot_read_text (sysroot, PT_PLACE_PROC, "sys/kernel/random/boot_id",
                                          NULL);
  record->digest = g_strdup (pt_plan_get_digest (plan));
  record->seen = pt_engine_describe_seen (plan);
  record->first_part = pt_plan_is_first_part (plan);
  record->tokens = g_strdupv ((char **)pt_plan_get_additions (plan));
  return record;
}

/* What the plan was shown against has to be what is there. */
static gboolean
pt_engine_check_old (PtSysroot *sysroot,
                     PtStep    *step,
                     GError   **error)
{
  g_autoptr (GError) local_error = NULL;
  gsize            length = 0;
  GBytes          *old = pt_step_get_old (step);
  g_autofree char *text = pt_sysroot_read (sysroot, PT_PLACE_ROOT, pt_step_get_file (step), &length,
                                           &local_error);

  if (text == NULL && !g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, "%s", local_error->message);
      return FALSE;
    }
  if ((text == NULL) == (old == NULL) &&
      (text == NULL || (length == g_bytes_get_size (old) &&
                        memcmp (text, g_bytes_get_data (old, NULL), length) == 0)))
    return TRUE;

  g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED,
               "%s has changed since the plan was made",
               pt_step_get_file (step));
  return FALSE;
}

static PtRecord *
pt_engine_make_file_record (PtSysroot *sysroot,
                            PtStep    *step,
                            GError   **error)
{
  g_autoptr (PtRecord) record = pt_record_new (PT_RECORD_FILE, pt_step_get_id (step));
  const PtFileState *before = NULL;

  record->path = g_strdup (pt_step_get_file (step));
  record->before = pt_file_state_read (sysroot, record->path, error);
  if (record->before == NULL)
    return NULL;

  before = record->before;
  if (pt_step_get_edits (step) != NULL)
    record->edits = g_ptr_array_ref (pt_step_get_edits (step));
  record->block = pt_step_is_block (step);
  if ((record->edits != NULL || record->block) && before->kind == PT_FILE_REGULAR)
    record->after = pt_file_state_new (PT_FILE_REGULAR, pt_step_get_content (step), before->mode,
                                       before->uid, before->gid);
  else
    record->after = pt_file_state_new (PT_FILE_REGULAR, pt_step_get_content (step),
                                       pt_step_get_mode (step), geteuid (), getegid ());
  record->folders = pt_folders_missing (sysroot, record->path);
  if (record->edits != NULL && !record->block &&
      pt_form_of_path (sysroot, record->path) == PT_FORM_ENTRY)
    {
      record->touched = pt_boot_command_touch_entries (sysroot, error);
      if (record->touched == NULL)
        return NULL;
    }
  return g_steal_pointer (&record);
}

static gboolean
pt_engine_do_file (PtEngine *self,
                   PtStep   *step,
                   GError  **error)
{
  PtRecord *record = NULL;

  if (!pt_engine_check_old (self->sysroot, step, error))
    return FALSE;
  record = pt_engine_make_file_record (self->sysroot, step, error);
  if (record == NULL || !pt_journal_append (self->journal, record, error))
    return FALSE;

  for (gsize i = 0; record->folders[i] != NULL; i++)
    if (!pt_folder_make (self->sysroot, record->folders[i], error))
      return FALSE;
  return pt_file_state_put (record->after, self->sysroot, record->path, error);
}

static gboolean
pt_engine_do_command (PtEngine *self,
                      PtStep   *step,
                      GError  **error)
{
  PtRecord          *record = pt_record_new (PT_RECORD_COMMAND, pt_step_get_id (step));
  const char *const *arguments = pt_step_get_command (step) + 1;

  record->program = pt_step_get_program (step);
  record->arguments = g_strdupv ((char **)arguments);
  record->block = pt_step_is_block (step);
  if (pt_step_get_edits (step) != NULL)
    record->edits = g_ptr_array_ref (pt_step_get_edits (step));
  if (pt_boot_command_writes_entries (record->program))
    {
      record->touched = pt_boot_command_touch (self->sysroot, record->program, error);
      if (record->touched == NULL)
        {
          pt_record_free (record);
          return FALSE;
        }
    }
  if (!pt_journal_append (self->journal, record, error))
    return FALSE;
  if (!pt_sysroot_run (self->sysroot, record->program, arguments, NULL, self->cancellable, error))
    return FALSE;
  /* Also a boot loader's images may be built by it, before there is anything of ours in them. */
  return !pt_engine_is_rebuild (step) || self->first_part ||
         pt_generator_check_images (self->generator, self->sysroot, self->cancellable, error);
}

static gboolean
pt_engine_do_step (PtEngine *self,
                   PtStep   *step,
                   guint     index,
                   guint     total,
                   GError  **error)
{
  gboolean done = FALSE;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (self->progress != NULL)
    self->progress (pt_step_get_id (step), index, total, PT_STEP_STARTED, self->user_data);

  if (pt_step_get_kind (step) == PT_STEP_FILE)
    done = pt_engine_do_file (self, step, error);
  else
    done = pt_engine_do_command (self, step, error);

  if (self->progress != NULL)
    self->progress (pt_step_get_id (step), index, total, done ? PT_STEP_DONE : PT_STEP_FAILED,
                    self->user_data);
  if (!done)
    g_prefix_error (error, "%s: ", pt_step_get_id (step));
  return done;
}

static gboolean
pt_engine_do_steps (PtEngine  *self,
                    GPtrArray *steps,
                    GError   **error)
{
  for (guint i = 0; i < steps->len; i++)
    if (!pt_engine_do_step (self, g_ptr_array_index (steps, i), i, steps->len, error))
      return FALSE;
  return pt_journal_append (self->journal, pt_record_new (PT_RECORD_APPLIED, NULL), error);
}

/* Puts the records from @first on back; without earlier ones nothing of ours stays. */
static gboolean
pt_engine_roll_back (PtEngine *self,
                     guint     first,
                     GError  **error)
{
  if (!pt_undo_run (self->journal, self->sysroot, first, self->progress, self->user_data, error))
    return FALSE;
  if (first > 0)
    return pt_journal_append (self->journal, pt_record_new (PT_RECORD_ROLLED_BACK, NULL), error);
  return pt_journal_remove (self->journal, error);
}

/* @error keeps its domain only for a cancellation and for what is ours already. */
static void
pt_engine_report_failure (PtEngine *self,
                          guint     first,
                          GError   *failure,
                          GError  **error)
{
  g_autoptr (GError) local_error = NULL;
  GQuark domain = failure->domain;
  int    code = failure->code;

  if (domain != PT_SETUP_ERROR && !g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      domain = PT_SETUP_ERROR;
      code = PT_SETUP_ERROR_FAILED;
    }
  if (pt_engine_roll_back (self, first, &local_error))
    g_set_error (error, domain, code, "%s; everything was put back", failure->message);
  else
    g_set_error (error, domain, code, "%s; not everything could be put back: %s", failure->message,
                 local_error->message);
}

gboolean
pt_engine_do (PtPlan       *plan,
              PtRecord     *begin,
              GPtrArray    *steps,
              PtStepFunc    progress,
              gpointer      user_data,
              GCancellable *cancellable,
              GError      **error)
{
  PtEngine self = { .progress = progress, .user_data = user_data, .cancellable = cancellable };
  g_autoptr (PtRecord) record = begin;
  g_autoptr (PtJournal) journal = NULL;
  g_autoptr (GError) failure = NULL;
  guint first = 0;

  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);
  g_return_val_if_fail (begin != NULL, FALSE);
  g_return_val_if_fail (steps != NULL, FALSE);

  self.sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  self.first_part = pt_plan_is_first_part (plan);
  self.generator = pt_generator_get (pt_host_get_facts (pt_plan_get_host (plan))->initramfs);
  if (!pt_engine_check_plan (plan, error))
    return FALSE;
  if (pt_engine_needs_rebuild (steps) &&
      !pt_generator_check_space (self.generator, self.sysroot, error))
    return FALSE;

  journal = self.journal = pt_journal_begin (self.sysroot, g_steal_pointer (&record), error);
  if (journal == NULL)
    return FALSE;
  first = pt_journal_get_records (journal)->len - 1;
  if (!pt_engine_do_steps (&self, steps, &failure))
    {
      pt_engine_report_failure (&self, first, failure, error);
      return FALSE;
    }
  /* What is permanent leaves nothing to try. */
  return begin->trial != NULL || pt_trial_drop (journal, self.sysroot, error);
}

gboolean
pt_engine_apply (PtPlan       *plan,
                 PtStepFunc    progress,
                 gpointer      user_data,
                 GCancellable *cancellable,
                 GError      **error)
{
  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);

  return pt_engine_do (plan, pt_engine_make_begin (plan), pt_plan_get_steps (plan), progress,
                       user_data, cancellable, error);
}

gboolean
pt_engine_put_back (PtJournal *journal,
                    PtSysroot *sysroot,
                    guint      first,
                    GError   **error)
{
  PtEngine self = { .sysroot = sysroot, .journal = journal };

  g_return_val_if_fail (journal != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (first > 0, FALSE);

  return pt_engine_roll_back (&self, first, error);
}

gboolean
pt_engine_put_step (PtJournal *journal,
                    PtPlan    *plan,
                    PtStep    *step,
                    GError   **error)
{
  PtEngine self = { .journal = journal };

  g_return_val_if_fail (journal != NULL, FALSE);
  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);
  g_return_val_if_fail (PT_IS_STEP (step), FALSE);

  self.sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  self.generator = pt_generator_get (pt_host_get_facts (pt_plan_get_host (plan))->initramfs);
  return pt_step_get_kind (step) == PT_STEP_FILE ? pt_engine_do_file (&self, step, error)
                                                 : pt_engine_do_command (&self, step, error);
}

gboolean
pt_engine_undo (PtSysroot    *sysroot,
                PtStepFunc    progress,
                gpointer      user_data,
                GCancellable *cancellable,
                GError      **error)
{
  g_autoptr (PtJournal) journal = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean swept = FALSE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  journal = pt_journal_open (sysroot, &swept, &local_error);
  if (journal == NULL && swept)
    return TRUE;
  if (journal == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  /* A full disk must not keep anybody from going back; the record only tells a reader
   * that undo has begun. */
  if (!pt_journal_append (journal, pt_record_new (PT_RECORD_UNDO, NULL), &local_error))
    g_debug ("%s", local_error->message);
  if (!pt_undo_run (journal, sysroot, 0, progress, user_data, error))
    return FALSE;
  return pt_journal_remove (journal, error);
}

PtSetupState
pt_engine_status (PtSysroot *sysroot,
                  PtIntent **intent,
                  char     **boot_id,
                  GError   **error)
{
  g_autoptr (GPtrArray) records = NULL;
  const PtRecord *begin = NULL;
  PtSetupState    state = PT_SETUP_NONE;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), PT_SETUP_NONE);

  if (intent != NULL)
    *intent = NULL;
  if (boot_id != NULL)
    *boot_id = NULL;
  records = pt_journal_peek (sysroot, error);
  if (records == NULL)
    return PT_SETUP_NONE;

  state = pt_records_get_state (records, &begin);
  if (begin != NULL && intent != NULL)
    *intent = g_object_ref (begin->intent);
  if (begin != NULL && boot_id != NULL)
    *boot_id = g_strdup (begin->boot_id);
  return state;
}

gboolean
pt_engine_get_seen (PtSysroot *sysroot,
                    char     **seen,
                    GError   **error)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) local_error = NULL;
  const PtRecord *begin = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (seen != NULL, FALSE);

  *seen = NULL;
  records = pt_journal_peek (sysroot, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (records == NULL || pt_records_get_state (records, &begin) == PT_SETUP_NONE || begin == NULL)
    return TRUE;
  *seen = g_strdup (begin->seen);
  if (*seen != NULL)
    return TRUE;
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_JOURNAL,
                       "the journal does not say what was there at the set-up");
  return FALSE;
}

void
pt_engine_tell_host (PtHost *host)
{
  g_autofree char *seen = NULL;

  g_return_if_fail (PT_IS_HOST (host));

  if (pt_engine_get_seen (pt_host_get_sysroot (host), &seen, NULL))
    pt_host_take_seen (host, seen != NULL ? pt_seen_parse (seen) : NULL);
}
