/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-wizard.h"

G_BEGIN_DECLS

/* A real wizard on the tree of a rehearsal, driven as a user would: by what stands on its
 * buttons. */
typedef struct
{
  char      *folder;
  PtSysroot *sysroot;
  GtkWidget *wizard; /* NULL while closed */
  gboolean   finished, finished_start;
  char      *finished_machine;
} WizardFixture;

/* Like G_TEST_OPTION_ISOLATE_DIRS, below @folder, but for the system's data folders: without their
 * MIME types no SVG icon can be recognised, and what is looked at here would lack its icons. */
void wizard_fixture_isolate (const char *folder);
/* FALSE (and the test is skipped, with the reason) without a display. */
gboolean wizard_fixture_set_up (WizardFixture *self,
                                const char    *recording);
void     wizard_fixture_tear_down (WizardFixture *self);
/* Opens or closes the window; closing proves that it is finalized. */
void wizard_fixture_open (WizardFixture *self);
void wizard_fixture_close (WizardFixture *self);

void wizard_fixture_await_settled (WizardFixture *self);
void wizard_fixture_await_page (WizardFixture *self,
                                const char    *page);
/* Walks to @page with the forward button only; the first one opens the window. */
void wizard_fixture_walk_to (WizardFixture *self,
                             const char    *page);
void wizard_fixture_walk_on_to (WizardFixture *self,
                                const char    *page);

/* The first widget of @type on show that says @text: label, title, tooltip or accessible label. */
GtkWidget *wizard_fixture_find (WizardFixture *self,
                                GType          type,
                                const char    *text);
/* Presses the button that says @text; fails the test if there is none or it is insensitive. */
void wizard_fixture_press (WizardFixture *self,
                           const char    *text);
/* Some label on show contains @text. */
gboolean wizard_fixture_says (WizardFixture *self,
                              const char    *text);
/* Waits until it does. */
void wizard_fixture_await_words (WizardFixture *self,
                                 const char    *text);
/* Replaces the tree's stand-in of a program below /usr/sbin by a script. */
void wizard_fixture_set_program (WizardFixture *self,
                                 const char    *name,
                                 const char    *script);
/* Saves what is on show below $PASSTHRU_TEST_PICTURES, if that is set: light, dark, 360 wide,
 * tall and with letters twice as large. */
void wizard_fixture_picture (WizardFixture *self,
                             const char    *name);

G_END_DECLS
