/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stddef.h>

/* The guest's end of the shared memory: the second memory of the first PCI device 1af4:1110
 * (ivshmem), switched on and mapped; no kernel module is involved. NULL if there is none. */
void *pt_guest_memory_map (size_t *size);
