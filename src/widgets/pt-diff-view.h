/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PtDiffView:
 *
 * A unified diff or a command, one line a label, coloured and with its + and − signs; with a button
 * that copies the whole text.
 */
#define PT_TYPE_DIFF_VIEW (pt_diff_view_get_type ())
G_DECLARE_FINAL_TYPE (PtDiffView, pt_diff_view, PT, DIFF_VIEW, GtkWidget)

GtkWidget *pt_diff_view_new (const char *diff);

/* What a line of a diff is; the classification is the first characters' and nothing else's. */
typedef enum {
  PT_DIFF_SAME = 0,
  PT_DIFF_ADDED,
  PT_DIFF_REMOVED,
  PT_DIFF_PLACE, /* @@ … @@ */
  PT_DIFF_FILE,  /* --- or +++, only ahead of the first place */
} PtDiffLine;
/* @in_body: a place was seen before. */
PtDiffLine pt_diff_line_classify (const char *line,
                                  gboolean    in_body);

G_END_DECLS
