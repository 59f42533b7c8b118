/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What the wizard remembers of a host's set-up between two starts: one key file per host below
 * the user's state directory. Losing it costs the user a few clicks and nothing else, so damage
 * is never an error. */
typedef struct _PtWizardStore PtWizardStore;

PtWizardStore *pt_wizard_store_open (PtSysroot *sysroot);
void           pt_wizard_store_free (PtWizardStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtWizardStore, pt_wizard_store_free)

/* (transfer full) (nullable) */
char *pt_wizard_store_get (PtWizardStore *self,
                           const char    *key);
/* @value NULL forgets @key. Written at once. */
void pt_wizard_store_set (PtWizardStore *self,
                          const char    *key,
                          const char    *value);
/* Forgets everything. */
void pt_wizard_store_clear (PtWizardStore *self);

G_END_DECLS
