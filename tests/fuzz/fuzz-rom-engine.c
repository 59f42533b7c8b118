/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-rom-engine"

#include "config.h"

#include <stddef.h>
#include <stdint.h>

#include "fuzz-rom.h"

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  fuzz_rom_run (data, size);
  return 0;
}
