/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"
#include "pt-window.h"

G_BEGIN_DECLS

/* Reads @sysroot anew, puts the report on it as text into the clipboard and says so in @window. */
void pt_copy_report (PtWindow     *window,
                     PtSysroot    *sysroot,
                     GCancellable *cancellable);

G_END_DECLS
