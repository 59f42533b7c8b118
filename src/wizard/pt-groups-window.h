/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-sysroot.h"

G_BEGIN_DECLS

/**
 * PtGroupsWindow:
 *
 * Every IOMMU group of a host with its devices, to search in, and for each graphics card why it is
 * or is not isolated and what helps. Looks by itself and follows the computer.
 */
#define PT_TYPE_GROUPS_WINDOW (pt_groups_window_get_type ())
G_DECLARE_FINAL_TYPE (PtGroupsWindow, pt_groups_window, PT, GROUPS_WINDOW, AdwWindow)

/* @parent: the window it belongs to, or NULL. */
GtkWidget *pt_groups_window_new (GtkWindow *parent,
                                 PtSysroot *sysroot);
void       pt_groups_window_search (PtGroupsWindow *self,
                                    const char     *query);
/* TRUE once the host has been looked at. */
gboolean pt_groups_window_is_settled (PtGroupsWindow *self);

G_END_DECLS
