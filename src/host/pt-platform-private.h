/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-platform.h"

G_BEGIN_DECLS

/* Fills in what is about the memory that hands over the picture. */
void pt_platform_read_memory (PtSysroot  *sysroot,
                              PtPlatform *platform);
/* Fills in what the next start is asked for, and how the machines' network stands. */
void pt_platform_read_start (PtSysroot  *sysroot,
                             PtPlatform *platform);
void pt_picture_memory_free (PtPictureMemory *self);

G_END_DECLS
