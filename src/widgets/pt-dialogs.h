/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The dialogs that newer libadwaita names differently, wrapped once. */

typedef void (*PtDialogFunc) (gpointer user_data);

/* Asks before something happens. @action is the label of the button that does it (mnemonics
 * allowed); @confirmed is called if the user chose it. With
 * @owner gone nothing happens any more. */
GtkWidget *pt_dialog_confirm (GtkWidget   *owner,
                              const char  *heading,
                              const char  *body,
                              const char  *action,
                              gboolean     destructive,
                              PtDialogFunc confirmed,
                              gpointer     user_data);
/* Tells something that went wrong; @details may be NULL and is shown selectable. */
GtkWidget *pt_dialog_tell (GtkWidget  *owner,
                           const char *heading,
                           const char *body,
                           const char *details);
/* Large letters in a window of their own. */
GtkWidget *pt_dialog_show_large (GtkWidget  *owner,
                                 const char *heading,
                                 const char *text);
/* Name, version, licence. */
void pt_dialog_about (GtkWidget *owner);

G_END_DECLS
