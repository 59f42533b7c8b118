/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-wizard-flow"

#include "config.h"

#include "pt-wizard-flow.h"

static const char *const names[] = {
  [PT_PAGE_WELCOME] = "welcome",
  [PT_PAGE_HARDWARE] = "hardware",
  [PT_PAGE_CARD] = "card",
  [PT_PAGE_CHANGES] = "changes",
  [PT_PAGE_APPLY] = "apply",
  [PT_PAGE_RESTART] = "restart",
  [PT_PAGE_MACHINE] = "machine",
  [PT_PAGE_READY] = "ready",
};


const char *
pt_page_id_to_name (PtPageId id)
{
  g_return_val_if_fail (id < PT_PAGE_LAST, NULL);

  return names[id];
}


gboolean
pt_page_id_from_name (const char *name,
                      PtPageId   *id)
{
  g_return_val_if_fail (id != NULL, FALSE);

  for (guint i = 0; i < PT_PAGE_LAST; i++)
    {
      if (g_strcmp0 (name, names[i]) == 0)
        {
          *id = i;
          return TRUE;
        }
    }
  return FALSE;
}


static PtPageId
pt_flow_resume_applied (const PtFlowFacts *facts)
{
  if (facts->verified != PT_VERIFY_OK ||
      (facts->trial != PT_TRIAL_NONE && facts->trial != PT_TRIAL_CONFIRMED))
    return PT_PAGE_RESTART;
  if (facts->machine_exists && facts->left_at == PT_PAGE_READY)
    return PT_PAGE_READY;
  return PT_PAGE_MACHINE;
}


PtPageId
pt_flow_resume (const PtFlowFacts *facts)
{
  g_return_val_if_fail (facts != NULL, PT_PAGE_WELCOME);

  if (facts->setup == PT_SETUP_INTERRUPTED)
    return PT_PAGE_APPLY;
  if (facts->setup == PT_SETUP_APPLIED)
    return pt_flow_resume_applied (facts);
  if (facts->left_at > PT_PAGE_CARD && !facts->card_chosen)
    return PT_PAGE_CARD;
  return MIN (facts->left_at, PT_PAGE_CHANGES);
}
