/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <json-glib/json-glib.h>

#include "pt-check.h"

G_BEGIN_DECLS

/* PtReport: all checks of one host. Immutable. */
#define PT_TYPE_REPORT (pt_report_get_type ())
G_DECLARE_FINAL_TYPE (PtReport, pt_report, PT, REPORT, GObject)

typedef enum {
  PT_VERDICT_READY = 0,
  PT_VERDICT_CARE,    /* ready, with something to know */
  PT_VERDICT_NOT_YET, /* something must be mended first */
} PtVerdict;

/* (transfer full) */
PtReport *pt_report_new (PtHost *host);
/* The same with what root read of the cards' firmware. @roms (nullable): PtRomFinding.
 * (transfer full) */
PtReport *pt_report_new_with_roms (PtHost *host, GArray *roms);
PtHost   *pt_report_get_host (PtReport *self);
/* PtCheck in the order of PtCheckId. (transfer none) */
GPtrArray *pt_report_get_checks (PtReport *self);
PtCheck   *pt_report_get_check (PtReport *self, PtCheckId id);
PtVerdict  pt_report_get_verdict (PtReport *self);
/* The check to mend first, or NULL when ready. (transfer none) */
PtCheck *pt_report_get_first (PtReport *self);
/* DESIGN §11. (transfer full) */
JsonNode *pt_report_to_json (PtReport *self);
/* For a terminal or a forum; nothing private. Uses the word catalogue. (transfer full) */
char *pt_report_to_text (PtReport *self);

G_END_DECLS
