/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-check.h"
#include "pt-report.h"

G_BEGIN_DECLS

/* The one catalogue of words for checks, fixes and blockers, translated at call time. Strings are
 * static. A test fails when a check has no words or words have no check. */

/* "IOMMU" */
const char *pt_words_check_title (PtCheckId id);
/* What it asks and why it matters, one or two sentences. */
const char *pt_words_check_question (PtCheckId id);
/* What this status means for the owner, one sentence. */
const char *pt_words_check_meaning (PtCheckId id, PtStatus status);
const char *pt_words_section_title (PtCheckSection section);
/* "Ready", "Look at this", "Needs mending", "Could not tell" */
const char *pt_words_status (PtStatus status);
/* What to do, or NULL for an unknown or NULL @fix. @host gives the board vendor, whose own name
 * for the firmware switch is used where known. (transfer full) */
char *pt_words_fix (const char *fix, PtHost *host);
/* The verdict as one sentence. (transfer full) */
char *pt_words_verdict (PtVerdict verdict, PtCheck *first);
/* A mount point without what its owner called it: `/home/…`. (transfer full) */
char *pt_words_public_place (const char *place);
/* What lives on @device, as it may be told in public: below the folders where people choose names
 * only the folder is named (`/home/…`). "" if nothing does. (transfer full) */
char *pt_words_uses (PtDevice *device);
/* Why a device stands in the way, as a sentence that names it. (transfer full) */
char *pt_words_blocker (const PtBlocker *blocker);

G_END_DECLS
