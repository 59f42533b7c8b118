/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* Writes @sysroot as a `.host` recording that holds what the checks read and nothing private:
 * serial numbers, UUIDs, MAC addresses, host and user names are removed. (transfer full), NULL
 * with @error. */
char *pt_recorder_record (PtSysroot    *sysroot,
                          const char   *title,
                          GCancellable *cancellable,
                          GError      **error);

G_END_DECLS
