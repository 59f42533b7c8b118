/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passthru's own files. Uninstalled runs name the folders in the environment (build-aux/run,
 * tests). */

/* Path of @name (`sample.host`, `testguest/initrd.img`): the folders of $PASSTHRU_DATA_DIR (colon
 * separated), then the installed data folder. NULL if it is in none. (transfer full) */
char *pt_data_find (const char *name);
/* Likewise for programs of ours (`passthru-helper`): $PASSTHRU_LIBEXEC_DIR, then the installed
 * one. */
char *pt_data_find_program (const char *name);

G_END_DECLS
