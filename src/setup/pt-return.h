/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Coming back after a restart: a session that begins in a trial, or after a restart the user was
 * waiting for, opens Passthru by itself. Asked at every login, so it reads two small files and asks
 * nobody. What is waited for is a note with the boot's id below the user's state folder. */

/* From now on a restart of @sysroot's host is waited for. */
void pt_return_await (PtSysroot *sysroot);
/* It is not waited for any more. */
void pt_return_forget (PtSysroot *sysroot);
/* TRUE if the restart that was waited for is over. */
gboolean pt_return_is_over (PtSysroot *sysroot);
/* TRUE if a session that begins now should open Passthru. */
gboolean pt_return_is_due (PtSysroot *sysroot);

G_END_DECLS
