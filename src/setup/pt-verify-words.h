/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-verify.h"

G_BEGIN_DECLS

/* The cause and what to do, translated, with the name of what is behind it: @stranger (nullable)
 * for a group that changed, @image (nullable) for start-up files without our part.
 * (transfer full) */
char *pt_verify_describe (PtVerifyResult result,
                          PtDevice      *stranger,
                          const char    *image);

G_END_DECLS
