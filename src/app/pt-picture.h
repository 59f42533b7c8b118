/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Draws @window as it is on show now, header bar included, with its own renderer and at the
 * scale of its display, and saves that as the PNG file @path. FALSE with @error if it is not
 * drawn yet or the file cannot be written. */
gboolean pt_picture_save (GtkWidget  *window,
                          const char *path,
                          GError    **error);

G_END_DECLS
