/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-report.h"
#include "pt-status-icon.h"

G_BEGIN_DECLS

/* Rows that several pages show. Titles and subtitles are plain text, never markup. */

void pt_row_set_words (GtkWidget  *row,
                       const char *title,
                       const char *subtitle);
/* @title with a paragraph below it that can be selected. */
GtkWidget *pt_row_new_text (const char *title,
                            const char *text);
/* @title with @picture below it. */
GtkWidget *pt_row_new_picture (const char *title,
                               GtkWidget  *picture);
/* Likewise with fixed-width text and a copy button. */
GtkWidget *pt_row_new_evidence (const char *title,
                                const char *text);

PtStatusKind pt_status_kind (PtStatus status);
PtStatusKind pt_verdict_kind (PtVerdict verdict);

G_END_DECLS
