/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PtStepsBar:
 *
 * A thin row that shows where one is on a way of several steps. Finished steps can be clicked:
 * signal `chosen (guint index)`. Where the names do not fit only the bars are drawn.
 */
#define PT_TYPE_STEPS_BAR (pt_steps_bar_get_type ())
G_DECLARE_FINAL_TYPE (PtStepsBar, pt_steps_bar, PT, STEPS_BAR, GtkWidget)

/* Appends a step called @title (translated). */
void pt_steps_bar_add (PtStepsBar *self,
                       const char *title);
/* Steps before @index are finished, @index is where one is. @locked: none can be clicked. */
void pt_steps_bar_set_current (PtStepsBar *self,
                               guint       index,
                               gboolean    locked);

G_END_DECLS
