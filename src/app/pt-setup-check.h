/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-trial.h"
#include "pt-verify.h"

G_BEGIN_DECLS

/* PtSetupCheck: did this start of a host bring what is on record of its set-up? */
typedef struct
{
  PtSetupState    setup;
  PtIntent       *intent;       /* or NULL */
  char           *boot_id;      /* of the boot it was applied in, or NULL */
  PtTrial        *trial;        /* or NULL */
  gint64          trial_end;    /* monotonic, while the trial runs; 0 otherwise */
  PtVerification *verification; /* NULL where nothing was to be expected of this start */
} PtSetupCheck;

void pt_setup_check_free (PtSetupCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtSetupCheck, pt_setup_check_free)

/* Asks the helper what is on record and looks at the host. Where no set-up ever was, nobody is
 * asked. */
void          pt_setup_check_async (PtSysroot          *sysroot,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
PtSetupCheck *pt_setup_check_finish (PtSysroot    *sysroot,
                                     GAsyncResult *result,
                                     GError      **error);
/* The same without the helper, by whoever may read the record, or else (a user on the real host) by
 * waiting for it. (transfer full) */
PtSetupCheck *pt_setup_check_now (PtSysroot *sysroot,
                                  GError   **error);

/* What came of it in whole sentences, translated, the cause and what to do. Static, or as long as
 * @self. */
const char *pt_setup_check_get_words (const PtSetupCheck *self);
/* TRUE if something is not as planned. */
gboolean pt_setup_check_is_wrong (const PtSetupCheck *self);
/* The sentences and a line for each device, for a terminal. (transfer full) */
char *pt_setup_check_to_text (const PtSetupCheck *self);

G_END_DECLS
