/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"
#include "pt-window.h"

G_BEGIN_DECLS

/* Has @window start machines only after a look at the host of @sysroot (pt-start-check.h), and say
 * when the machine it shows could not be started as things are. What is only told is told once, and
 * remembered in @settings (nullable). Lasts as long as the window. */
void pt_start_guard_install (PtWindow  *window,
                             PtSysroot *sysroot,
                             GSettings *settings);

G_END_DECLS
