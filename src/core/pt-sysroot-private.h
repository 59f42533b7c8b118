/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* TRUE if @path of the host is a regular file that somebody may execute. */
gboolean pt_sysroot_is_program (PtSysroot  *self,
                                const char *path);

/* What pt_sysroot_set_kept() said, -1 = nothing. */
int pt_sysroot_get_kept (PtSysroot *self);

G_END_DECLS
