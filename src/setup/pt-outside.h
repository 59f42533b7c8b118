/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* The helper's sandbox is for what all steps need. A program that has to write elsewhere, on the
 * system's own disk or to the firmware, is run by systemd instead, by itself, and waited for.
 * @command: NULL-ended, all of it fixed or checked by the caller. */
gboolean pt_outside_run (PtSysroot         *sysroot,
                         const char *const *command,
                         GError           **error);

G_END_DECLS
