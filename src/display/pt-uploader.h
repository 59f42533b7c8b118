/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gtk/gtk.h>

#include "pt-frame-damage.h"

G_BEGIN_DECLS

/**
 * PtUploader:
 *
 * Makes a texture of the newest picture, from what changed since the textures it made before. Each
 * kind knows one way to the screen.
 */
#define PT_TYPE_UPLOADER (pt_uploader_get_type ())
G_DECLARE_DERIVABLE_TYPE (PtUploader, pt_uploader, PT, UPLOADER, GObject)

struct _PtUploaderClass
{
  GObjectClass parent_class;

  const char *path;
  GdkTexture *(*upload) (PtUploader        *self,
                         const PtFrameView *view,
                         GError           **error);
};

/* The best kind for what draws @native (realized). (transfer full) */
PtUploader *pt_uploader_new_for_native (GtkNative *native);
/* The kind that always works. (transfer full) */
PtUploader *pt_uploader_new_memory (void);

/* @view may be released as soon as this returns. PT_FRAME_ERROR_FAILED: this way is closed for
 * good, use another uploader. (transfer full) */
GdkTexture *pt_uploader_upload (PtUploader        *self,
                                const PtFrameView *view,
                                GError           **error);
/* For the kinds: adds what @view says has changed to what a texture lacks. */
void pt_uploader_owe (PtDamage          *damage,
                      const PtFrameView *view);
/* And what to copy then, inside the picture. @rects has room for PT_FRAME_MAX_RECTS. */
guint pt_uploader_get_rects (const PtDamage    *damage,
                             const PtFrameView *view,
                             PtRect            *rects);
/* `gl` or `memory` */
const char *pt_uploader_get_path (PtUploader *self);

G_END_DECLS
