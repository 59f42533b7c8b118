/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-machines.h"

G_BEGIN_DECLS

/**
 * PtWindow:
 *
 * The main window: one machine, its live picture, Start and Stop, its states in words. Signal
 * `set-up ()`: the user wants the wizard. Signal `look ()`: the user wants to see what a notice is
 * about. Signal `may-start (PtMachine machine)`, answered with a gboolean: before each start; who
 * returns TRUE looks whether the machine can be started, and says so with
 * pt_window_answer_start(). Signal `trial-answer (gboolean keep)`: to the question of a trial.
 * Property `show-statistics`. Property `machine-name`
 * (read-only): the machine on show, or NULL.
 */
#define PT_TYPE_WINDOW (pt_window_get_type ())
G_DECLARE_FINAL_TYPE (PtWindow, pt_window, PT, WINDOW, AdwApplicationWindow)

/* @rehearsal: shows the machines of rehearsals, and says that this is one. Connects by itself. */
GtkWidget *pt_window_new (GtkApplication *application,
                          gboolean        rehearsal);
/* A window that does not connect: it shows the frames in @shared_memory as of a machine that
 * runs (tests). */
GtkWidget *pt_window_new_for_memory (GtkApplication *application,
                                     const char     *shared_memory);
/* Remembers size, statistics and what was explained in @settings; without, nothing is
 * remembered. */
void pt_window_set_settings (PtWindow  *self,
                             GSettings *settings);
/* Shows @name as soon as it is known; @start: starts it too. */
void pt_window_show_machine (PtWindow   *self,
                             const char *name,
                             gboolean    start);
/* The answer to `may-start` for @machine: it is started, or @refusal (translated) says why not. An
 * answer that came too late, with another machine on show, does nothing. */
void pt_window_answer_start (PtWindow   *self,
                             PtMachine  *machine,
                             const char *refusal);
/* Says @text (translated) above the picture until the user closes it; NULL: nothing. @look: with a
 * button that emits `look`. */
void pt_window_set_notice (PtWindow   *self,
                           const char *text,
                           gboolean    look);
/* This start of the computer is a trial that waits for an answer until @end (monotonic; 0: it is
 * not). @good: all is as planned, so that it can be kept right here; otherwise the window leads to
 * the wizard, which says more. */
void pt_window_ask_trial (PtWindow *self,
                          gint64    end,
                          gboolean  good);
/* An answer is being carried out: none can be given. */
void pt_window_set_trial_busy (PtWindow *self,
                               gboolean  busy);
/* Says @text (translated), about the set-up of this computer, until the user closes it, and leads
 * to the wizard; NULL: nothing. */
void pt_window_warn_setup (PtWindow   *self,
                           const char *text);
/* Says @text (translated) for a moment. */
void pt_window_toast (PtWindow   *self,
                      const char *text);

/* What a tour or a test needs. The view on show: `connecting unreachable none missing off
 * starting no-frames no-memory denied waiting live stalled wrong-version too-small paused
 * stopping stopping-long crashed`. */
const char *pt_window_get_view (PtWindow *self);
/* Pictures drawn so far. */
guint64 pt_window_get_drawn (PtWindow *self);
/* The machine on show. (transfer none) (nullable) */
PtMachine *pt_window_get_machine (PtWindow *self);
/* PtMachine: all that there are. NULL before the window is connected. (transfer none) */
GListModel *pt_window_get_machines (PtWindow *self);

G_END_DECLS
