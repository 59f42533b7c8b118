/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Walks the wizard and the main window by itself, on a fresh rehearsal of @recording (NULL = the
 * sample) in @directory, as a user would, and saves a picture of every view, light and dark, in
 * @folder. The machine it creates is removed at the end. Runs the main loop until it is done. FALSE
 * with @error naming the view that did not settle or could not be left; pictures so far stay. */
gboolean pt_tour_run (GtkApplication *application,
                      const char     *recording,
                      const char     *directory,
                      const char     *folder,
                      GError        **error);

G_END_DECLS
