/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <stdbool.h>

/* The power button, as `virsh shutdown` presses it. Two ways, because kernels differ: where the
 * kernel has its button driver, the key comes through an input device. Debian's cloud kernel has
 * that driver only as a module; there we arm the button's event in the ACPI registers ourselves.
 * The kernel finds no handler for it and disarms it again, and that is what we look for. */
void pt_guest_power_start (void);
/* TRUE once it was pressed. Cheap; to be asked often. */
bool pt_guest_power_pressed (void);
