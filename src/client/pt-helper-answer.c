/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-helper-answer"

#include "config.h"

#include "pt-helper-answer.h"

#include "pt-handover-record.h"
#include "pt-helper-wire.h"
#include "pt-plan.h"


/* The state on record; an error while a change is under way, for which there is no answer yet. */
static gboolean
pt_helper_answer_parse_state (GVariant     *status,
                              PtSetupState *state,
                              GError      **error)
{
  const char *nick = NULL;
  gboolean    working = FALSE;

  if (!g_variant_lookup (status, PT_HELPER_STATUS_STATE, "&s", &nick) ||
      !pt_helper_wire_state_from_nick (nick, state))
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_FAILED,
                   "the helper states no known state");
      return FALSE;
    }
  if (g_variant_lookup (status, PT_HELPER_STATUS_WORKING, "b", &working) && working)
    {
      g_set_error (error, PT_SETUP_ERROR, PT_SETUP_ERROR_BUSY, "a change is under way");
      return FALSE;
    }
  return TRUE;
}


/* An older helper tells nothing of a trial: there is none. (transfer full) */
static PtTrial *
pt_helper_answer_parse_trial (GVariant *status)
{
  g_autoptr (GVariant) members = g_variant_lookup_value (status, PT_HELPER_STATUS_TRIAL,
                                                         G_VARIANT_TYPE_VARDICT);
  PtTrial    *trial = g_new0 (PtTrial, 1);
  const char *nick = NULL;

  if (members == NULL)
    return trial;
  if (g_variant_lookup (members, PT_HELPER_TRIAL_STATE, "&s", &nick))
    pt_trial_state_from_nick (nick, &trial->state);
  if (g_variant_lookup (members, PT_HELPER_TRIAL_CAUSE, "&s", &nick))
    pt_trial_cause_from_nick (nick, &trial->cause);
  g_variant_lookup (members, PT_HELPER_TRIAL_MINUTES, "u", &trial->minutes);
  g_variant_lookup (members, PT_HELPER_TRIAL_SECONDS_LEFT, "u", &trial->seconds_left);
  g_variant_lookup (members, PT_HELPER_TRIAL_BOOT_ID, "s", &trial->boot_id);
  return trial;
}


GPtrArray *
pt_helper_answer_parse_handed_over (GVariant *status)
{
  g_autoptr (GVariant) list = NULL;
  GPtrArray   *entries = NULL;
  GVariantIter iter = { 0 };
  PtAddress    address = { 0 };
  const char  *driver = NULL;

  g_return_val_if_fail (status != NULL, NULL);

  list = g_variant_lookup_value (status, PT_HELPER_STATUS_HANDED_OVER,
                                 G_VARIANT_TYPE (PT_HELPER_HANDED_OVER_TYPE));
  if (list == NULL)
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify)pt_handover_entry_free);
  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "((uyyy)&s)", &address.domain, &address.bus, &address.slot,
                              &address.function, &driver))
    g_ptr_array_add (entries, pt_handover_entry_new (&address, *driver != '\0' ? driver : NULL,
                                                     NULL));
  return entries;
}


gboolean
pt_helper_answer_parse_status (GVariant     *status,
                               PtSetupState *state,
                               PtIntent    **intent,
                               char        **boot_id,
                               PtTrial     **trial,
                               GError      **error)
{
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (PtIntent) parsed = NULL;

  g_return_val_if_fail (status != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  if (!pt_helper_answer_parse_state (status, state, error))
    return FALSE;
  wire = g_variant_lookup_value (status, PT_HELPER_STATUS_INTENT, NULL);
  if (wire != NULL)
    {
      parsed = pt_intent_new_from_variant (wire, error);
      if (parsed == NULL)
        return FALSE;
    }
  if (intent != NULL)
    *intent = g_steal_pointer (&parsed);
  if (boot_id != NULL && !g_variant_lookup (status, PT_HELPER_STATUS_BOOT_ID, "s", boot_id))
    *boot_id = NULL;
  if (trial != NULL)
    *trial = pt_helper_answer_parse_trial (status);
  return TRUE;
}


gboolean
pt_helper_answer_parse_boot (GVariant    *members,
                             PtBootFacts *boot)
{
  const char *loader = NULL;
  const char *initramfs = NULL;
  const char *trial = NULL;

  g_return_val_if_fail (members != NULL, FALSE);
  g_return_val_if_fail (boot != NULL, FALSE);

  return g_variant_lookup (members, PT_HELPER_BOOT_LOADER, "&s", &loader) &&
         pt_boot_loader_from_nick (loader, &boot->boot_loader) &&
         g_variant_lookup (members, PT_HELPER_BOOT_INITRAMFS, "&s", &initramfs) &&
         pt_initramfs_from_nick (initramfs, &boot->initramfs) &&
         g_variant_lookup (members, PT_HELPER_BOOT_DROP_IN, "b", &boot->grub_drop_in) &&
         g_variant_lookup (members, PT_HELPER_BOOT_TRIAL, "&s", &trial) &&
         pt_one_shot_from_nick (trial, &boot->one_shot);
}
