/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-uploader.h"

G_BEGIN_DECLS

/**
 * PtGlUploader:
 *
 * Changed rectangles into one of two persistent GL textures, in a context of our own that shares
 * with GTK's. GTK draws one while the next picture goes into the other; it was the cheapest of the
 * ways measured.
 */
#define PT_TYPE_GL_UPLOADER (pt_gl_uploader_get_type ())
G_DECLARE_FINAL_TYPE (PtGlUploader, pt_gl_uploader, PT, GL_UPLOADER, PtUploader)

/* NULL with @error where GL is missing or too old. */
PtUploader *pt_gl_uploader_new (GdkSurface *surface,
                                GError    **error);

G_END_DECLS
