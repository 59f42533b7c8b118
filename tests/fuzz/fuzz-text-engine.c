/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "fuzz-text-engine"

#include "config.h"

#include <stddef.h>
#include <stdint.h>

#include "fuzz-text.h"

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  fuzz_text_run_bytes (data, size);
  return 0;
}
