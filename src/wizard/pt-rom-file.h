/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

#include "pt-device.h"

G_BEGIN_DECLS

/* A VBIOS file of the user's, judged for a card by the same parser as the card's own firmware. */

/* Reads @file (at most PT_ROM_MAX_SIZE) in a worker and compares it with @card. */
void pt_rom_file_judge_async (GFile              *file,
                              PtDevice           *card,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
/* The verdict as a translated sentence; @details (out, nullable): every image, one a line. NULL
 * with @error if the file cannot be read or is too large. (transfer full) */
char *pt_rom_file_judge_finish (GFile        *file,
                                GAsyncResult *result,
                                char        **details,
                                GError      **error);
/* A row with a button that asks for a file and tells the verdict for @card in a dialog. */
GtkWidget *pt_rom_file_row_new (PtDevice *card);

G_END_DECLS
