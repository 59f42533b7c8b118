/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* PtTourHome: a home for one tour. As long as it lives, settings, state, machines and libvirt's
 * session daemon of this process are those of a temporary folder, so that a tour finds nothing of
 * the user's and leaves nothing to them. */
typedef struct _PtTourHome PtTourHome;

/* To be called before anything asks GLib for the user's folders. */
PtTourHome *pt_tour_home_new (GError **error);
/* An empty folder for the rehearsal itself. */
const char *pt_tour_home_get_rehearsal (PtTourHome *self);
/* Ends the session daemon that was started in it and removes the folder. */
void pt_tour_home_free (PtTourHome *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtTourHome, pt_tour_home_free)

G_END_DECLS
