/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard-state.h"

G_BEGIN_DECLS

struct _PtWizardState
{
  GObject parent_instance;

  PtSysroot      *sysroot;
  PtWizardStore  *store;
  PtHelperClient *client;
  GArray         *roms; /* PtRomFinding: what the helper read of the cards' firmware */
  PtBootFacts    *boot; /* what the helper found out about the start, or NULL */
  char           *told; /* its plan for @told_for, or NULL */
  PtIntent       *told_for;
  PtReport       *report;
  char           *text; /* of the report */
  PtPlan         *plan;
  PtVerification *verification;
  PtSetupState    setup;
  gboolean        status_known; /* the helper answered, or there was nothing to ask for */
  PtIntent       *recorded;     /* what the helper has on record */
  char           *boot_id;      /* of the boot it was applied in */
  PtTrial        *trial;        /* or NULL */
  gint64          trial_end;    /* monotonic, while it runs */
  gboolean        trial_boot;   /* this start of the computer is one */
  guint           minutes;      /* for the next trial */
  PtAddress       card;
  gboolean        has_card;
  char           *machine;
  PtMachineSpec  *spec;
  PtRequest       request;
};

/* What is planned for now. (transfer full) (nullable) */
PtIntent *pt_wizard_state_dup_intent (PtWizardState *self);
/* Ends the task @user_data, which owns a reference, with the look. */
void pt_wizard_state_looked_cb (GObject      *source,
                                GAsyncResult *result,
                                gpointer      user_data);
/* What root planned holds until something is done: then the files it was made from are others. */
void pt_wizard_state_forget_told (PtWizardState *self);

G_END_DECLS
