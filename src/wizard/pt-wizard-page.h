/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-wizard-flow.h"
#include "pt-wizard-state.h"

G_BEGIN_DECLS

#define PT_WIZARD_RESOURCE(name) "/com/example/Passthru/wizard/" name

/**
 * PtWizardPage:
 *
 * What the wizard knows of a page, and all it knows: a title, the label of the one forward
 * button and whether it may be pressed, whether something is under way. Property `state` is the
 * shared model. Signal `go-on ()`: work begun by forward is done, show the next page.
 */
#define PT_TYPE_WIZARD_PAGE (pt_wizard_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (PtWizardPage, pt_wizard_page, PT, WIZARD_PAGE, AdwBin)

struct _PtWizardPageClass
{
  AdwBinClass parent_class;

  /* The page comes on show or leaves it. */
  void (*enter) (PtWizardPage *self);
  void (*leave) (PtWizardPage *self);
  /* The shared state changed while the page is on show; also called ahead of enter. */
  void (*update) (PtWizardPage *self);
  /* The forward button. TRUE: show the next page now. FALSE: the page works and emits `go-on` or
   * stays. */
  gboolean (*forward) (PtWizardPage *self);
};

PtWizardState *pt_wizard_page_get_state (PtWizardPage *self);
const char    *pt_wizard_page_get_title (PtWizardPage *self);
/* NULL: the wizard shows no button in the header. */
const char *pt_wizard_page_get_forward_label (PtWizardPage *self);
gboolean    pt_wizard_page_get_can_go_forward (PtWizardPage *self);
gboolean    pt_wizard_page_get_busy (PtWizardPage *self);
/* FALSE while something is under way that must not be left alone. */
gboolean pt_wizard_page_get_can_go_back (PtWizardPage *self);
gboolean pt_wizard_page_is_shown (PtWizardPage *self);

/* For the pages. */
void pt_wizard_page_set_forward (PtWizardPage *self,
                                 const char   *label,
                                 gboolean      can_go_forward);
void pt_wizard_page_set_busy (PtWizardPage *self,
                              gboolean      busy);
void pt_wizard_page_set_can_go_back (PtWizardPage *self,
                                     gboolean      can_go_back);
void pt_wizard_page_go_on (PtWizardPage *self);
/* Cancelled when the page leaves the show or is disposed. (transfer none) */
GCancellable *pt_wizard_page_get_cancellable (PtWizardPage *self);

/* For the wizard. */
void     pt_wizard_page_enter (PtWizardPage *self);
void     pt_wizard_page_leave (PtWizardPage *self);
gboolean pt_wizard_page_forward (PtWizardPage *self);

G_END_DECLS
