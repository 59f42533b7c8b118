/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host-monitor.h"
#include "pt-steps-bar.h"
#include "pt-wizard-page.h"
#include "pt-wizard.h"

G_BEGIN_DECLS

struct _PtWizard
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle  *title;
  GtkButton       *back;
  GtkButton       *forward;
  GtkWidget       *strip;
  PtStepsBar      *steps;
  GtkStack        *stack;
  GtkSpinner      *spinner;

  PtWizardState        *state;
  PtWizardPage         *pages[PT_PAGE_LAST];
  GCancellable         *cancellable;
  PtHostMonitor        *monitor;
  PtPageId              current;
  gboolean              loading;      /* nothing is on show yet, or a rehearsal starts over */
  gboolean              offered;      /* the keyboard was given to what the page offers */
  gboolean              touched;      /* the user did something on the page on show */
  gboolean              host_changed; /* and has not been looked at since */
  gboolean              following;
  gboolean              hardware_wanted; /* first, whatever is on record */
  GtkFileChooserNative *chooser;
};

/* Shows page @id; the one on show is left first. */
void pt_wizard_show_page (PtWizard *self,
                          PtPageId  id);
void pt_wizard_toast (PtWizard   *self,
                      const char *words);
/* Loads what is on record and shows the page to resume at. */
void pt_wizard_load (PtWizard *self);
void pt_wizard_update_actions (PtWizard *self);
/* In pt-wizard-follow.c: looks again when the computer has changed and no page is at work. */
void pt_wizard_start_following (PtWizard *self);
void pt_wizard_follow (PtWizard *self);
/* In pt-wizard-actions.c. */
void pt_wizard_install_actions (GtkWidgetClass *widget_class);
void pt_wizard_finish (PtWizard   *self,
                       const char *machine,
                       gboolean    start);
void pt_wizard_ask_rehearsal (PtWizard *self);

G_END_DECLS
