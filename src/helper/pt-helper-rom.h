/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-helper-job.h"

G_BEGIN_DECLS

/* The row of ReadRom: a card's firmware, judged. Its bytes are not told. */

gboolean  pt_helper_rom_parse (PtHelperJob *job, GVariant *parameters, GError **error);
GVariant *pt_helper_rom_describe (PtHelperJob  *job,
                                  GCancellable *cancellable,
                                  GError      **error);
GVariant *pt_helper_rom_work (PtHelperJob  *job,
                              GCancellable *cancellable,
                              GError      **error);

G_END_DECLS
