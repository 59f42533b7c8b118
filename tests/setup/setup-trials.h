/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "setup-loaders.h"

G_BEGIN_DECLS

/* What a boot loader needs to start another entry once. @loader: NULL is the sample's own GRUB. */
void pt_setup_fixture_offer_trial (PtSetupFixture      *self,
                                   const PtSetupLoader *loader);
/* The file with the entry of a trial, below the tree. Static. */
const char *pt_setup_trial_get_entry (const PtSetupLoader *loader);
/* TRUE if the mark is a variable of the firmware, FALSE if it is in grubenv. */
gboolean pt_setup_trial_is_firmware (const PtSetupLoader *loader);

G_END_DECLS
