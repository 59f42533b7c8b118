/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-trial.h"
#include "pt-verify.h"

G_BEGIN_DECLS

/* The order of the wizard's pages and where one comes back to. Plain decisions, no widgets. */
typedef enum {
  PT_PAGE_WELCOME = 0,
  PT_PAGE_HARDWARE,
  PT_PAGE_CARD,
  PT_PAGE_CHANGES,
  PT_PAGE_APPLY,
  PT_PAGE_RESTART,
  PT_PAGE_MACHINE,
  PT_PAGE_READY,
  PT_PAGE_LAST
} PtPageId;

/* `welcome`, `hardware`, … */
const char *pt_page_id_to_name (PtPageId id);
/* FALSE for a name that is none. */
gboolean pt_page_id_from_name (const char *name,
                               PtPageId   *id);

/* What is known when the wizard opens. */
typedef struct
{
  PtPageId       left_at; /* the page on show when it was closed */
  gboolean       card_chosen;
  PtSetupState   setup;
  PtVerifyResult verified; /* meaningful when applied */
  gboolean       machine_exists;
  PtTrialState   trial;
} PtFlowFacts;

/* The page to open on: never behind what is on record for the host, never ahead of it. */
PtPageId pt_flow_resume (const PtFlowFacts *facts);

G_END_DECLS
