/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-trial"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pt-engine-private.h"
#include "pt-ostree.h"
#include "pt-step-private.h"
#include "pt-trial-private.h"
#include "pt-undo.h"

/* What a plan does to the command line of trial @id. Borrows from both. */
static PtTrialLine
pt_trial_make_line (PtPlan     *plan,
                    const char *id,
                    guint       minutes)
{
  const PtHostFacts *facts = pt_host_get_facts (pt_plan_get_host (plan));

  return (PtTrialLine){
    .id = id,
    .minutes = minutes,
    .additions = pt_plan_get_additions (plan),
    .changes = pt_plan_get_changes (plan),
    .dracut = facts->initramfs == PT_INITRAMFS_DRACUT ||
              facts->initramfs == PT_INITRAMFS_RPM_OSTREE,
  };
}

/* In our domain, whatever could not be read. */
static void
pt_trial_take_failure (GError  *failure,
                       GError **error)
{
  if (failure->domain == PT_SETUP_ERROR)
    {
      g_propagate_error (error, failure);
      return;
    }
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED, failure->message);
  g_error_free (failure);
}

/* The entry of @line on the plan's host, as it would be now. (transfer full) */
static PtTrialMenu *
pt_trial_make_menu (PtPlan            *plan,
                    const PtTrialLine *line,
                    GError           **error)
{
  PtHost      *host = pt_plan_get_host (plan);
  GError      *failure = NULL;
  PtTrialMenu *menu = pt_trial_menu_make (pt_host_get_sysroot (host),
                                          pt_host_get_facts (host)->boot_loader, line, &failure);

  if (failure != NULL)
    pt_trial_take_failure (failure, error);
  return menu;
}

/* The step that has rpm-ostree make the deployment of @menu; NULL if what starts next is that. */
static PtStep *
pt_trial_make_deployment_step (const PtTrialMenu *menu)
{
  if (menu->edits->len == 0)
    return NULL;
  return pt_step_new_edits ("trial-entry", _ ("Make a version of the system to be tried"),
                            _ ("It is a copy of the one that runs, with the kernel parameters. The "
                               "one that runs stays."),
                            PT_PROGRAM_RPM_OSTREE, menu->edits, TRUE);
}

/* The step that puts the entry of @menu beside the others; (nullable) with no @error if it is
 * there already. */
static PtStep *
pt_trial_make_file_step (PtSysroot         *sysroot,
                         const PtTrialMenu *menu,
                         GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *old = pt_sysroot_read (sysroot, PT_PLACE_ROOT, menu->path, NULL, &local_error);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) old_bytes = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (old == NULL && !g_error_matches (local_error, PT_SYSROOT_ERROR, PT_SYSROOT_ERROR_MISSING))
    {
      pt_trial_take_failure (g_steal_pointer (&local_error), error);
      return NULL;
    }
  text = pt_trial_block_put (old, menu->entry);
  if (g_strcmp0 (old, text) == 0)
    return NULL;
  old_bytes = old != NULL ? g_bytes_new (old, strlen (old)) : NULL;
  bytes = g_bytes_new (text, strlen (text));
  return pt_step_new_block ("trial-entry", _ ("Add an entry of its own to the boot menu"),
                            _ ("It is a copy of the one that starts now, with the kernel "
                               "parameters. It is started once; the others stay as they are."),
                            menu->path, old_bytes, bytes);
}

/* What comes before the activation, and the entry in its place. */
static GPtrArray *
pt_trial_make_steps (PtPlan            *plan,
                     const PtTrialLine *line,
                     GError           **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PtTrialMenu) menu = pt_trial_make_menu (plan, line, error);
  PtSysroot *sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  GPtrArray *all = pt_plan_get_steps (plan);
  GError    *local_error = NULL;
  PtStep    *entry = NULL;

  if (menu == NULL)
    return NULL;

  for (guint i = 0; i < pt_plan_get_n_inert (plan); i++)
    g_ptr_array_add (steps, g_object_ref (g_ptr_array_index (all, i)));
  /* A deployment would start by itself: it is made when the trial is started. */
  if (menu->edits != NULL)
    return g_steal_pointer (&steps);
  entry = pt_trial_make_file_step (sysroot, menu, &local_error);
  if (entry != NULL)
    g_ptr_array_add (steps, entry);
  if (local_error == NULL)
    return g_steal_pointer (&steps);
  g_propagate_error (error, local_error);
  return NULL;
}

static char *
pt_trial_make_id (void)
{
  return g_strdup_printf ("%08x", g_random_int ());
}

static gboolean
pt_trial_check_possible (PtPlan  *plan,
                         GError **error)
{
  const PtHostFacts *facts = pt_host_get_facts (pt_plan_get_host (plan));
  g_autofree char   *tool = pt_sysroot_find_program (pt_host_get_sysroot (pt_plan_get_host (plan)),
                                                     PT_PROGRAM_GRUB_EDITENV);

  if (!facts->trial_boot)
    g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                 "this host cannot start another entry once: %s",
                 pt_one_shot_to_nick (facts->one_shot));
  else if (pt_plan_is_first_part (plan))
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                         "what turns the IOMMU on is not tried but applied");
  else if (tool == NULL && (facts->boot_loader == PT_BOOT_LOADER_GRUB ||
                            facts->boot_loader == PT_BOOT_LOADER_GRUB_BLS))
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_UNSUPPORTED,
                         "the program that sets GRUB's mark is not installed");
  else
    return TRUE;
  return FALSE;
}

gboolean
pt_trial_prepare (PtPlan       *plan,
                  guint         minutes,
                  PtStepFunc    progress,
                  gpointer      user_data,
                  GCancellable *cancellable,
                  GError      **error)
{
  g_autofree char *id = pt_trial_make_id ();
  g_autoptr (GPtrArray) steps = NULL;
  PtRecord   *begin = NULL;
  PtTrialLine line = { 0 };

  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);

  if (minutes < PT_TRIAL_MIN_MINUTES || minutes > PT_TRIAL_MAX_MINUTES)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                   "a trial lasts %u to %u minutes, not %u", PT_TRIAL_MIN_MINUTES,
                   PT_TRIAL_MAX_MINUTES, minutes);
      return FALSE;
    }
  if (!pt_trial_check_possible (plan, error))
    return FALSE;
  line = pt_trial_make_line (plan, id, minutes);
  steps = pt_trial_make_steps (plan, &line, error);
  if (steps == NULL)
    return FALSE;
  begin = pt_engine_make_begin (plan);
  begin->trial = g_strdup (id);
  begin->minutes = minutes;
  return pt_engine_do (plan, begin, steps, progress, user_data, cancellable, error);
}

/* The plan has to be the one that was prepared. */
static gboolean
pt_trial_check_plan (PtPlan         *plan,
                     const PtRecord *begin,
                     GError        **error)
{
  if (pt_plan_is_applicable (plan) && !pt_plan_is_first_part (plan) &&
      pt_intent_names_same (pt_plan_get_intent (plan), begin->intent) &&
      g_strv_equal (pt_plan_get_additions (plan), (const char *const *)begin->tokens))
    return TRUE;
  g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_CHANGED,
                       "this computer now asks for other parameters than the trial has");
  return FALSE;
}

/* The journal, held, with a trial on it that is neither dropped nor permanent. */
static PtJournal *
pt_trial_open (PtSysroot    *sysroot,
               PtTrialTrace *trace,
               GError      **error)
{
  g_autoptr (PtJournal) journal = pt_journal_open (sysroot, NULL, error);

  if (journal == NULL)
    return NULL;
  pt_trial_trace (pt_journal_get_records (journal), trace);
  if (pt_records_get_state (pt_journal_get_records (journal), NULL) != PT_SETUP_APPLIED)
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY,
                         "an earlier change did not finish; it has to be undone first");
  else if (trace->begin == NULL || trace->drop != NULL || trace->permanent)
    g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING, "no trial is prepared");
  else
    return g_steal_pointer (&journal);
  return NULL;
}

/* The kernel, or what starts by default, may have changed since the entry was copied. */
static gboolean
pt_trial_refresh (PtJournal         *journal,
                  PtPlan            *plan,
                  const PtTrialMenu *menu,
                  GError           **error)
{
  GError    *local_error = NULL;
  PtSysroot *sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  g_autoptr (PtStep) step = pt_trial_make_file_step (sysroot, menu, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  return step == NULL || pt_engine_put_step (journal, plan, step, error);
}

/* The mark that was there before any of our trials. */
static char *
pt_trial_find_previous (PtJournal *journal,
                        PtSysroot *sysroot,
                        gboolean   firmware)
{
  GPtrArray *records = pt_journal_get_records (journal);

  for (guint i = 0; i < records->len; i++)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      if (record->kind == PT_RECORD_TRIAL_START && record->firmware == firmware)
        return g_strdup (record->previous);
    }
  return pt_trial_mark_get (sysroot, firmware);
}

static PtRecord *
pt_trial_new_event (PtSysroot   *sysroot,
                    PtRecordKind kind,
                    const char  *id)
{
  PtRecord *record = pt_record_new (kind, NULL);

  record->trial = g_strdup (id);
  record->boot_id = pt_trial_get_boot_id (sysroot);
  return record;
}

static gboolean
pt_trial_mark (PtJournal         *journal,
               PtSysroot         *sysroot,
               const PtRecord    *begin,
               const PtTrialMenu *menu,
               GError           **error)
{
  PtRecord        *start = pt_trial_new_event (sysroot, PT_RECORD_TRIAL_START, begin->trial);
  g_autofree char *previous = pt_trial_find_previous (journal, sysroot, menu->firmware);
  g_autoptr (GError) local_error = NULL;

  start->previous = g_strdup (previous);
  start->firmware = menu->firmware;
  start->touched = pt_trial_mark_touch (sysroot, menu->firmware, error);
  if (start->touched == NULL)
    {
      pt_record_free (start);
      return FALSE;
    }
  if (!pt_journal_append (journal, start, error))
    return FALSE;
  if (pt_trial_mark_set (sysroot, menu->firmware, menu->mark, error))
    return TRUE;
  if (!pt_trial_mark_mend (sysroot, start->touched, &local_error) ||
      !pt_trial_mark_restore (sysroot, menu->firmware, previous, &local_error) ||
      !pt_journal_append (journal,
                          pt_trial_new_event (sysroot, PT_RECORD_TRIAL_RESET, begin->trial),
                          &local_error))
    g_prefix_error (error, "%s; ", local_error->message);
  return FALSE;
}

/* A deployment we went back from had our image as well; what runs now may be without it. */
static gboolean
pt_trial_deploy (PtJournal         *journal,
                 PtPlan            *plan,
                 const PtTrialMenu *menu,
                 GError           **error)
{
  g_autoptr (PtStep) step = pt_trial_make_deployment_step (menu);

  for (guint i = 0; i < pt_plan_get_n_inert (plan); i++)
    if (!pt_engine_put_step (journal, plan, g_ptr_array_index (pt_plan_get_steps (plan), i), error))
      return FALSE;
  return step == NULL || pt_engine_put_step (journal, plan, step, error);
}

/* The way back is held before anything leads away from it. */
static gboolean
pt_trial_start_deployment (PtJournal         *journal,
                           PtPlan            *plan,
                           const PtRecord    *begin,
                           const PtTrialMenu *menu,
                           GError           **error)
{
  PtSysroot       *sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  g_autofree char *id = NULL;
  PtRecord        *start = NULL;

  if (!pt_ostree_find_unpinned (sysroot, &id, error))
    return FALSE;
  start = pt_trial_new_event (sysroot, PT_RECORD_TRIAL_START, begin->trial);
  start->deployment = TRUE;
  start->previous = g_strdup (id);
  start->touched = g_ptr_array_new ();
  if (!pt_journal_append (journal, start, error))
    return FALSE;
  if ((id == NULL || pt_ostree_pin (sysroot, id, TRUE, error)) &&
      pt_trial_deploy (journal, plan, menu, error))
    return TRUE;
  if (!pt_undo_run_trial (journal, sysroot, NULL))
    g_debug ("the deployment of the trial is left to an undo");
  pt_journal_append (journal, pt_trial_new_event (sysroot, PT_RECORD_TRIAL_RESET, begin->trial),
                     NULL);
  return FALSE;
}

static gboolean
pt_trial_start_prepared (PtPlan         *plan,
                         PtJournal      *journal,
                         const PtRecord *begin,
                         GError        **error)
{
  PtSysroot  *sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  PtTrialLine line = pt_trial_make_line (plan, begin->trial, begin->minutes);
  g_autoptr (PtTrialMenu) menu = NULL;

  if (!pt_trial_check_plan (plan, begin, error))
    return FALSE;
  menu = pt_trial_make_menu (plan, &line, error);
  if (menu != NULL && menu->edits != NULL)
    return pt_trial_start_deployment (journal, plan, begin, menu, error);
  return menu != NULL && pt_trial_refresh (journal, plan, menu, error) &&
         pt_trial_mark (journal, sysroot, begin, menu, error);
}

gboolean
pt_trial_start (PtPlan  *plan,
                GError **error)
{
  g_autoptr (PtJournal) journal = NULL;
  PtTrialTrace     trace = { 0 };
  PtSysroot       *sysroot = NULL;
  g_autofree char *running = NULL;
  guint            minutes = 0;
  GError          *failure = NULL;

  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);

  sysroot = pt_host_get_sysroot (pt_plan_get_host (plan));
  if (!pt_trial_check_possible (plan, error))
    return FALSE;
  if (pt_trial_is_this_boot (sysroot, &running, &minutes))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                           "this start of the computer is a trial already");
      return FALSE;
    }
  journal = pt_trial_open (sysroot, &trace, error);
  if (journal == NULL)
    return FALSE;
  if (pt_trial_start_prepared (plan, journal, trace.begin, &failure))
    return TRUE;
  pt_trial_take_failure (failure, error);
  return FALSE;
}

/* The record that confirms is of the same boot as the one that prepared: what is in force in the
 * trial need not be waited for. */
static gboolean
pt_trial_check_confirm (PtPlan    *plan,
                        PtSysroot *sysroot,
                        char     **boot_id,
                        GError   **error)
{
  g_autoptr (GPtrArray) records = pt_journal_peek (sysroot, error);
  g_autofree char *running = NULL;
  guint            minutes = 0;
  PtTrialTrace     trace = { 0 };

  if (records == NULL && *error != NULL)
    return FALSE;
  if (records != NULL)
    pt_trial_trace (records, &trace);
  if (trace.begin == NULL || trace.drop != NULL || trace.permanent)
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_NOTHING, "no trial is prepared");
      return FALSE;
    }
  if (!pt_trial_is_this_boot (sysroot, &running, &minutes) ||
      !g_str_equal (running, trace.begin->trial))
    {
      g_set_error_literal (error, PT_SETUP_ERROR, PT_SETUP_ERROR_INVALID,
                           "this start of the computer is not the trial");
      return FALSE;
    }
  *boot_id = g_strdup (trace.begin->boot_id);
  return pt_trial_check_plan (plan, trace.begin, error);
}

gboolean
pt_trial_confirm (PtPlan       *plan,
                  PtStepFunc    progress,
                  gpointer      user_data,
                  GCancellable *cancellable,
                  GError      **error)
{
  g_autofree char *boot_id = NULL;
  g_autoptr (GError) local_error = NULL;
  PtRecord *begin = NULL;

  g_return_val_if_fail (PT_IS_PLAN (plan), FALSE);

  if (!pt_trial_check_confirm (plan, pt_host_get_sysroot (pt_plan_get_host (plan)), &boot_id,
                               &local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  begin = pt_engine_make_begin (plan);
  g_free (begin->boot_id);
  begin->boot_id = g_steal_pointer (&boot_id);
  return pt_engine_do (plan, begin, pt_plan_get_steps (plan), progress, user_data, cancellable,
                       error);
}

/* Which record begins a confirmation that was cut short; 0 if none does. */
static guint
pt_trial_find_cut (GPtrArray *records)
{
  guint cut = 0;

  for (guint i = 0; i < records->len; i++)
    {
      const PtRecord *record = g_ptr_array_index (records, i);

      if (record->kind == PT_RECORD_BEGIN)
        cut = record->trial == NULL ? i : 0;
      if (record->kind == PT_RECORD_APPLIED || record->kind == PT_RECORD_ROLLED_BACK)
        cut = 0;
      /* What is being undone ends by that. */
      if (record->kind == PT_RECORD_UNDO)
        return 0;
    }
  return cut;
}

/* TRUE if a trial is on record whose confirmation did not come to its end: its first record in
 * @cut, or 0 where only the entry is still to be dropped. */
static gboolean
pt_trial_is_cut (GPtrArray *records,
                 guint     *cut)
{
  PtTrialTrace trace = { 0 };

  pt_trial_trace (records, &trace);
  *cut = pt_trial_find_cut (records);
  if (trace.begin == NULL || trace.drop != NULL)
    return FALSE;
  return *cut > 0 ||
         (trace.permanent && pt_records_get_state (records, NULL) == PT_SETUP_APPLIED);
}

gboolean
pt_trial_mend (PtSysroot *sysroot,
               GError   **error)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (PtJournal) journal = NULL;
  g_autoptr (GError) local_error = NULL;
  guint cut = 0;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  records = pt_journal_peek (sysroot, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (records == NULL || !pt_trial_is_cut (records, &cut))
    return TRUE;
  journal = pt_journal_open (sysroot, NULL, error);
  if (journal == NULL)
    return FALSE;
  /* It may have come to its end in between. */
  if (!pt_trial_is_cut (pt_journal_get_records (journal), &cut))
    return TRUE;
  return cut > 0 ? pt_engine_put_back (journal, sysroot, cut, error)
                 : pt_trial_drop (journal, sysroot, error);
}

gboolean
pt_trial_drop (PtJournal *journal,
               PtSysroot *sysroot,
               GError   **error)
{
  PtTrialTrace trace = { 0 };

  g_return_val_if_fail (journal != NULL, FALSE);
  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  pt_trial_trace (pt_journal_get_records (journal), &trace);
  if (trace.begin == NULL || trace.drop != NULL)
    return TRUE;
  return pt_undo_run_trial (journal, sysroot, error) &&
         pt_journal_append (journal,
                            pt_trial_new_event (sysroot, PT_RECORD_TRIAL_DROP,
                                                trace.begin->trial),
                            error);
}

gboolean
pt_trial_cancel (PtSysroot *sysroot,
                 GError   **error)
{
  PtTrialTrace trace = { 0 };
  g_autoptr (PtJournal) journal = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);

  journal = pt_trial_open (sysroot, &trace, error);
  return journal != NULL && pt_trial_drop (journal, sysroot, error);
}

gboolean
pt_trial_note (PtSysroot   *sysroot,
               const char  *id,
               PtRecordKind kind)
{
  PtTrialTrace trace = { 0 };
  g_autoptr (PtJournal) journal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *here = NULL;

  g_return_val_if_fail (PT_IS_SYSROOT (sysroot), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  here = pt_trial_get_boot_id (sysroot);
  journal = pt_journal_open (sysroot, NULL, &error);
  if (journal == NULL)
    {
      g_debug ("the trial is not noted: %s", error->message);
      return FALSE;
    }
  pt_trial_trace (pt_journal_get_records (journal), &trace);
  if (trace.begin == NULL || !g_str_equal (trace.begin->trial, id))
    return FALSE;
  if (kind == PT_RECORD_TRIAL_BOOT && trace.boot != NULL &&
      g_strcmp0 (trace.boot->boot_id, here) == 0)
    return TRUE;
  return pt_journal_append (journal, pt_trial_new_event (sysroot, kind, id), NULL);
}
