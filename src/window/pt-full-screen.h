/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PtFullScreen:
 *
 * Moves a header bar between its place above the body and a revealer over it. In full screen it
 * slides in when the pointer rests at the top edge or the keyboard is in it, and out when both are
 * gone.
 */
#define PT_TYPE_FULL_SCREEN (pt_full_screen_get_type ())
G_DECLARE_FINAL_TYPE (PtFullScreen, pt_full_screen, PT, FULL_SCREEN, GObject)

/* @top: a box that holds @header in a window. @revealer: at the top of
 * @window, over the body. */
PtFullScreen *pt_full_screen_new (GtkWidget   *window,
                                  GtkBox      *top,
                                  GtkWidget   *header,
                                  GtkRevealer *revealer);
void          pt_full_screen_set_active (PtFullScreen *self,
                                         gboolean      active);
/* Slides the header in, for a menu that opens from it. */
void pt_full_screen_reveal (PtFullScreen *self);

G_END_DECLS
