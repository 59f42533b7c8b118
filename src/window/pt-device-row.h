/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <adwaita.h>

#include "pt-handover-offers.h"

G_BEGIN_DECLS

/**
 * PtDeviceRow:
 *
 * One device that could change hands: how it stands, its group member by member, and the button.
 * Signal `clicked ()`: the button.
 */
#define PT_TYPE_DEVICE_ROW (pt_device_row_get_type ())
G_DECLARE_FINAL_TYPE (PtDeviceRow, pt_device_row, PT, DEVICE_ROW, AdwExpanderRow)

/* @offer: must outlive the row. */
GtkWidget     *pt_device_row_new (const PtOffer *offer);
const PtOffer *pt_device_row_get_offer (PtDeviceRow *self);
/* TRUE if the button hands it over, FALSE if it takes it back. */
gboolean pt_device_row_is_giving (PtDeviceRow *self);
/* @busy: this one is under way. @sensitive: its button can be used. */
void pt_device_row_set_busy (PtDeviceRow *self,
                             gboolean     busy,
                             gboolean     sensitive);
/* The button, NULL where there is nothing to do. */
GtkWidget *pt_device_row_get_button (PtDeviceRow *self);

G_END_DECLS
