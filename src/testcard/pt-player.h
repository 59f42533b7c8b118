/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-card.h"
#include "pt-producer.h"

/* PtPlayer: a producer which shows the test card at a steady rate. While nobody watches it only
 * keeps the heartbeat going. */
typedef struct _PtPlayer PtPlayer;

typedef struct
{
  uint32_t width, height;
  uint32_t rate;        /* frames per second, 1..1000 */
  bool     full_damage; /* say that everything changed in every frame */
} PtPlayerMode;

/* `1920x1080` or `1920x1080@60` into @mode, whose other fields stay. FALSE and untouched for
 * anything else. */
bool pt_player_parse_mode (const char   *text,
                           PtPlayerMode *mode);

/* NULL if the mode or the memory cannot be used. */
PtPlayer *pt_player_new (void               *memory,
                         size_t              size,
                         const PtPlayerMode *mode);
void      pt_player_free (PtPlayer *self);
/* Does what is due, then sleeps until something else is, 20 ms at most. */
void        pt_player_step (PtPlayer *self);
PtProducer *pt_player_get_producer (PtPlayer *self);
