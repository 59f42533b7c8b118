/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

#include "pt-trial.h"

G_BEGIN_DECLS

/* The sample computer as a tree, walked to where a test begins. */
typedef struct
{
  char      *folder;
  char      *tree;
  PtSysroot *sysroot;
} TrialFixture;

void trial_fixture_set_up (TrialFixture *self);
void trial_fixture_tear_down (TrialFixture *self);
/* Sets the card aside, for good or for a trial of five minutes, and plays the restart. */
void trial_fixture_apply (TrialFixture *self);
void trial_fixture_try (TrialFixture *self);
void trial_fixture_restart (TrialFixture *self);
/* Has @driver take the device at @address. */
void         trial_fixture_take (TrialFixture *self,
                                 const char   *address,
                                 const char   *driver);
PtTrialState trial_fixture_get_state (TrialFixture *self);

/* The first widget of @type on show, in any window, that says @text. */
GtkWidget *trial_fixture_find (GType       type,
                               const char *text);
/* Waits until a label does, or until none does. */
void trial_fixture_await_words (const char *text);
void trial_fixture_await_silence (const char *text);
/* Lets the main loop run until *@flag. */
void trial_fixture_await_flag (const gboolean *flag);

G_END_DECLS
