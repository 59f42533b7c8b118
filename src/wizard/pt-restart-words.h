/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-status-icon.h"
#include "pt-trial.h"
#include "pt-verify.h"

G_BEGIN_DECLS

/* What the page “Restart and verify” is about, and its sentences. Plain functions. */
typedef enum {
  PT_RESTART_NOTHING = 0,      /* nothing is applied */
  PT_RESTART_BEFORE,           /* applied for good, the restart is to come */
  PT_RESTART_BEFORE_TRIAL,     /* a trial is prepared */
  PT_RESTART_TRIAL,            /* this start is the trial, and all is as planned */
  PT_RESTART_TRIAL_WRONG,      /* it is, and something is not */
  PT_RESTART_CANCELLED_INSIDE, /* it is, given up already */
  PT_RESTART_CANCELLED,        /* given up, and this start is the old one */
  PT_RESTART_FAILED,           /* it was started, nobody confirmed */
  PT_RESTART_KEPT,             /* it is, made permanent, and not restarted since */
  PT_RESTART_NEXT_PART,        /* the IOMMU came on */
  PT_RESTART_READY,            /* permanent and as planned */
  PT_RESTART_WRONG,            /* permanent and not as planned */
} PtRestartStage;

typedef struct
{
  PtSetupState   setup;
  PtTrialState   trial;
  PtTrialCause   cause;
  gboolean       trial_boot;
  PtVerifyResult verified;
  gboolean       next_part; /* of the IOMMU, as the wizard's state decides it */
  guint          minutes;
  gboolean       rehearsal;
} PtRestartFacts;

typedef struct
{
  PtStatusKind kind;
  char        *heading;
  char        *body;
  char        *advice;  /* or NULL */
  const char  *forward; /* of the header's button, translated; NULL for none there */
  gboolean     can_go_forward;
} PtRestartWords;

PtRestartStage pt_restart_decide (const PtRestartFacts *facts);
/* TRUE if a restart of this computer is the next thing to happen, so that the session that begins
 * after it opens Passthru. */
gboolean pt_restart_is_awaited (PtRestartStage        stage,
                                const PtRestartFacts *facts);
/* @message: of the verification. (transfer full) */
PtRestartWords *pt_restart_words_new (PtRestartStage        stage,
                                      const PtRestartFacts *facts,
                                      const char           *message);
void            pt_restart_words_free (PtRestartWords *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtRestartWords, pt_restart_words_free)

G_END_DECLS
