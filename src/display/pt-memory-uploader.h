/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-uploader.h"

G_BEGIN_DECLS

/**
 * PtMemoryUploader:
 *
 * Textures from ordinary memory, for computers without GL and for renderers without it. Two
 * buffers take turns; each gets only what changed since it was shown last.
 */
#define PT_TYPE_MEMORY_UPLOADER (pt_memory_uploader_get_type ())
G_DECLARE_FINAL_TYPE (PtMemoryUploader, pt_memory_uploader, PT, MEMORY_UPLOADER, PtUploader)

PtUploader *pt_memory_uploader_new (void);

G_END_DECLS
