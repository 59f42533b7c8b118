/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-engine.h"
#include "pt-host.h"
#include "pt-intent.h"
#include "pt-trial.h"

G_BEGIN_DECLS

/* What the helper answers, taken apart. It may be an older or a newer one than we are. */

/* Of Status. @intent, @boot_id, @trial: (out) (transfer full) (optional) (nullable). An error while
 * a change is under way, for which there is no answer yet. */
gboolean pt_helper_answer_parse_status (GVariant     *status,
                                        PtSetupState *state,
                                        PtIntent    **intent,
                                        char        **boot_id,
                                        PtTrial     **trial,
                                        GError      **error);
/* PtHandoverEntry; NULL if the helper cannot tell. (transfer full) */
GPtrArray *pt_helper_answer_parse_handed_over (GVariant *status);
/* Of Plan. FALSE if it is not as it has to be. */
gboolean pt_helper_answer_parse_boot (GVariant *members, PtBootFacts *boot);

G_END_DECLS
