/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-device.h"
#include "pt-rom.h"

G_BEGIN_DECLS

/* The verdict as a sentence for people, translated. @card is the card it was compared with, or
 * NULL. (transfer full) */
char *pt_rom_describe (const PtRom *rom,
                       PtDevice    *card);
/* The same with every image, one a line. (transfer full) */
char *pt_rom_to_text (const PtRom *rom,
                      PtDevice    *card);

G_END_DECLS
