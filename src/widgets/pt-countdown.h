/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PtCountdown:
 *
 * Time that runs out, in large figures. Its timer runs once a second and only while the widget is
 * on show; a screen reader hears of whole minutes, then of the last thirty and ten seconds. Signal
 * `over ()`: the end came while it was on show.
 */
#define PT_TYPE_COUNTDOWN (pt_countdown_get_type ())
G_DECLARE_FINAL_TYPE (PtCountdown, pt_countdown, PT, COUNTDOWN, GtkWidget)

/* @end: on the clock of g_get_monotonic_time(); 0: none, nothing is counted. */
void pt_countdown_set_end (PtCountdown *self,
                           gint64       end);
/* What a screen reader is told when @seconds are left; the same for a while. (transfer full) */
char *pt_countdown_words (guint seconds);

G_END_DECLS
