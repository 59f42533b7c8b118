/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* `--check-rom`: what the firmware of a graphics card is worth to a virtual machine, in words.
 * @source is a file or the address of a card, whose own firmware is read then; @card is the
 * address of the card that a file should be for, or NULL. UTF-8, ends with a line feed.
 * (transfer full), NULL with @error when it could not be read; a bad verdict is content. */
char *pt_check_rom_text (PtSysroot  *sysroot,
                         const char *source,
                         const char *card,
                         GError    **error);

G_END_DECLS
