/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* Xorg's configuration of the user, where it pins a card that leaves the host: Xorg would not start
 * without that card. Its Device section, and what refers to that, become comments; everything else
 * stays as it is. Where no section is left, Xorg finds the remaining card by itself. */

/* Appends a file step for each file that names one of @devices (PtPlanDevice *) that leaves when
 * the computer starts. Files that pt_xorg_step_find_obstacle() complains about are left out. */
void pt_xorg_step_add (GPtrArray *steps,
                       PtSysroot *sysroot,
                       GPtrArray *devices);
/* Why a file cannot be read, or not be changed although it names one of @devices: a translated
 * sentence; or NULL. (transfer full) */
char *pt_xorg_step_find_obstacle (PtSysroot *sysroot,
                                  GPtrArray *devices);
/* TRUE for the logical path of a file that Xorg reads and the user writes. */
gboolean pt_xorg_step_owns_path (PtSysroot  *sysroot,
                                 const char *path);
/* @text, such a file as it is now, without @edits (PtPlanChange *); NULL if that cannot be told.
 * (transfer full) */
char *pt_xorg_step_undo_edits (const char *text,
                               GPtrArray  *edits);

G_END_DECLS
