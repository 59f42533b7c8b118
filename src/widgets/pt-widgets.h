/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Makes the shared style sheet part of @display's looks. Every widget here calls it; more than once
 * is fine. */
void pt_widgets_ensure_style (GdkDisplay *display);

/* Looks @name (`accent_color`) up in @widget's theme; @fallback where it has none. */
void pt_widgets_lookup_color (GtkWidget  *widget,
                              const char *name,
                              const char *fallback,
                              GdkRGBA    *color);

/* Removes all rows of @list. */
void pt_widgets_clear_list (GtkListBox *list);

G_END_DECLS
