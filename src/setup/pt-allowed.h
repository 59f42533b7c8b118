/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Everything that Passthru ever changes or runs. A journal that names anything else was not written
 * by us and is not followed. */

/* TRUE if @path (logical) is a file that Passthru changes. */
gboolean pt_allowed_path (PtSysroot  *sysroot,
                          const char *path);
/* The program called @name if Passthru runs it with @arguments (NULL-ended), else PT_PROGRAM_LAST.
 * Those with edits (pt_boot_command_is_one()) are checked against them by the caller. */
PtProgram pt_allowed_command (PtSysroot         *sysroot,
                              const char        *name,
                              const char *const *arguments);

G_END_DECLS
