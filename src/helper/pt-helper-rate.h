/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How often each user may call: many times at once, and then only as fast as nothing else of the
 * computer suffers, for each call looks at the whole host as root. */

/* Calls that a user has at first, and how many come back each second, up to as many again. */
#define PT_HELPER_RATE_BURST 240
#define PT_HELPER_RATE_PER_SECOND 4

typedef struct _PtHelperRate PtHelperRate;

PtHelperRate *pt_helper_rate_new (void);
void          pt_helper_rate_free (PtHelperRate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHelperRate, pt_helper_rate_free)

/* Takes one call of @user; @now: as of g_get_monotonic_time(). FALSE with PT_SETUP_ERROR_BUSY if
 * there is none left. */
gboolean pt_helper_rate_take (PtHelperRate *self,
                              guint32       user,
                              gint64        now,
                              GError      **error);
/* Users that are remembered. */
guint pt_helper_rate_get_n_users (PtHelperRate *self);

G_END_DECLS
