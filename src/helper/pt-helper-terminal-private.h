/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* FALSE, with a word to the user, if the real host is to be changed by somebody else than root. */
gboolean pt_helper_terminal_check_root (PtSysroot *sysroot);
/* From here on a signal is answered with a plea for patience. */
void pt_helper_terminal_hold_out (void);
/* The part of the status that is about a trial; nothing where there is none. */
gboolean pt_helper_terminal_print_trial (PtSysroot *sysroot);

G_END_DECLS
