/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

#include "pt-kvmfr-source.h"

G_BEGIN_DECLS

/**
 * PtDisplay:
 *
 * Shows the newest picture of a source, aspect kept on black. Takes it at the frame clock; does no
 * work when nothing changed. Draws nothing but the picture: states in words are the window's.
 */
#define PT_TYPE_DISPLAY (pt_display_get_type ())
G_DECLARE_FINAL_TYPE (PtDisplay, pt_display, PT, DISPLAY, GtkWidget)

GtkWidget *pt_display_new (void);
/* (nullable) */
void           pt_display_set_source (PtDisplay     *self,
                                      PtKvmfrSource *source);
PtKvmfrSource *pt_display_get_source (PtDisplay *self);
/* Dims the last picture (a stalled guest). */
void pt_display_set_dimmed (PtDisplay *self,
                            gboolean   dimmed);
/* `gl` or `memory`, for the statistics; `none` before the first picture. */
const char *pt_display_get_path (PtDisplay *self);
/* Pictures that came to the screen. */
guint64 pt_display_get_drawn (PtDisplay *self);

G_END_DECLS
