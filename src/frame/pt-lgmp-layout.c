/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-lgmp-layout"

#include "config.h"

#include "pt-lgmp-layout.h"

static const PtLgmpLayout layouts[] = {
  { .lgmp = 6,
    .kvmfr = 20,
    .byte_locks = FALSE,
    .frame_size = 1084,
    .data_width = 20,
    .data_height = 24,
    .frame_width = 28,
    .frame_height = 32,
    .rotation = 36,
    .pitch = 44,
    .offset = 48,
    .n_rects = 52,
    .rects = 56,
    .flags = 1080 },
  { .lgmp = 5,
    .kvmfr = 19,
    .byte_locks = TRUE,
    .frame_size = 1076,
    .frame_width = 20,
    .frame_height = 24,
    .rotation = 28,
    .pitch = 36,
    .offset = 40,
    .n_rects = 44,
    .rects = 48,
    .flags = 1072 },
};

const PtLgmpFamily pt_lgmp_families[] = {
  { 5, 6, 0, 16, 5752, 5756 },
  { 7, 7, 0, 16, 5744, 5748 },
  { 10, 11, 8064, 0, 8080, 8084 },
  { 12, 12, 9664, 0, 9680, 9684 },
};
const guint pt_lgmp_n_families = G_N_ELEMENTS (pt_lgmp_families);

const PtLgmpLayout *
pt_lgmp_layout_find (guint32 lgmp)
{
  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    if (layouts[i].lgmp == lgmp)
      return &layouts[i];
  return NULL;
}
