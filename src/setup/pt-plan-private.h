/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

struct _PtPlan
{
  GObject parent_instance;

  PtHost    *host;
  PtIntent  *intent;
  GPtrArray *devices;
  GPtrArray *refusals;
  char     **additions;
  GPtrArray *changes;
  GPtrArray *steps;
  guint      n_inert;
  gboolean   first_part;
  gboolean   root_only;
  char      *manual_text;
  char      *digest;
};

/* The text to paste where Passthru cannot change the boot itself, translated. @parameters:
 * whole tokens. @changes: PtPlanChange *. @obstacle (nullable): the sentence that
 * says why not. (transfer full) */
char *pt_manual_text (PtHost            *host,
                      const char *const *parameters,
                      GPtrArray         *changes,
                      const char        *obstacle);
/* Why nothing can be done while an id of the user's own, in modprobe.d file @file or (NULL) on the
 * command line, names @device. (transfer full) */
char *pt_manual_own_ids (const char *file,
                         PtDevice   *device);

G_END_DECLS
