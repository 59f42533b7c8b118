/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PtStatusIcon:
 *
 * How something stands, as an icon that differs by shape and colour and carries its meaning as a
 * text for screen readers and as a tooltip.
 */
#define PT_TYPE_STATUS_ICON (pt_status_icon_get_type ())
G_DECLARE_FINAL_TYPE (PtStatusIcon, pt_status_icon, PT, STATUS_ICON, GtkWidget)

typedef enum {
  PT_STATUS_KIND_PENDING = 0, /* its turn has not come */
  PT_STATUS_KIND_BUSY,
  PT_STATUS_KIND_PASS,
  PT_STATUS_KIND_WARN,
  PT_STATUS_KIND_FAIL,
  PT_STATUS_KIND_UNKNOWN,
  PT_STATUS_KIND_UNDONE,
} PtStatusKind;

/* @text: the state in words (translated). */
GtkWidget   *pt_status_icon_new (PtStatusKind kind,
                                 const char  *text);
void         pt_status_icon_set (PtStatusIcon *self,
                                 PtStatusKind  kind,
                                 const char   *text);
PtStatusKind pt_status_icon_get_kind (PtStatusIcon *self);
/* Pixels; 16 by itself. */
void pt_status_icon_set_pixel_size (PtStatusIcon *self,
                                    int           size);

G_END_DECLS
