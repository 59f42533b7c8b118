/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PtWelcomePicture:
 *
 * What Passthru does in one drawing: two graphics cards, one of which draws the desktop and the
 * other the window in it.
 */
#define PT_TYPE_WELCOME_PICTURE (pt_welcome_picture_get_type ())
G_DECLARE_FINAL_TYPE (PtWelcomePicture, pt_welcome_picture, PT, WELCOME_PICTURE, GtkWidget)

GtkWidget *pt_welcome_picture_new (void);

G_END_DECLS
