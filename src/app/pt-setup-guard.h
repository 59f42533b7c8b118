/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"
#include "pt-window.h"

G_BEGIN_DECLS

/* Has @window ask the question of a trial that runs and carry out the answer, and say when this
 * start of the host of @sysroot did not bring what was planned. A start that is as planned is
 * looked at once and remembered in @settings (nullable). Lasts as long as the window. */
void pt_setup_guard_install (PtWindow  *window,
                             PtSysroot *sysroot,
                             GSettings *settings);
/* Looks again if that may bring something new: the window comes on show. */
void pt_setup_guard_look (PtWindow *window);
/* Looks because the user asks, and says what came of it whatever that is. */
void pt_setup_guard_verify (PtWindow *window);

G_END_DECLS
