/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host-file.h"

G_BEGIN_DECLS

/* Writes below the open directory @root and nowhere else: folders on the way are made where
 * missing and never entered through a link. What is there already is replaced. Errors are
 * PtHostFileError. */

gboolean pt_tree_write_file (int           root,
                             const char   *name,
                             gconstpointer content,
                             gsize         length,
                             guint         mode,
                             GError      **error);
/* @mode 0 = 0755 when new, else as it is. */
gboolean pt_tree_write_folder (int         root,
                               const char *name,
                               guint       mode,
                               GError    **error);
gboolean pt_tree_write_link (int         root,
                             const char *name,
                             const char *target,
                             GError    **error);

G_END_DECLS
