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
/* The part of an undo and of the status that is about what changed hands while the computer runs.
 * @any: there was something, or it cannot be told. FALSE, with a word to the user, if not all went
 * back or the record cannot be read. */
gboolean pt_helper_terminal_release_all (PtSysroot *sysroot,
                                         gboolean  *any);
gboolean pt_helper_terminal_print_handover (PtSysroot *sysroot,
                                            gboolean  *any);

G_END_DECLS
