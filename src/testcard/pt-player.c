/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#include "config.h"

#include "pt-player.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PT_PLAYER_SECOND 1000000000u
#define PT_PLAYER_MS 1000000u
#define PT_PLAYER_DAY_MS (24u * 3600 * 1000)

struct _PtPlayer
{
  PtProducer  *producer;
  PtCard      *card;
  PtPlayerMode mode;
  uint32_t     number; /* of the next frame */
  uint64_t     due;    /* ns */
};


static uint64_t
pt_player_clock (clockid_t clock)
{
  struct timespec now = { 0 };

  clock_gettime (clock, &now);
  return (uint64_t)now.tv_sec * PT_PLAYER_SECOND + (uint64_t)now.tv_nsec;
}


bool
pt_player_parse_mode (const char   *text,
                      PtPlayerMode *mode)
{
  unsigned width = 0;
  unsigned height = 0;
  unsigned rate = mode->rate;
  int      end = 0;

  if (sscanf (text, "%5ux%5u%n", &width, &height, &end) != 2)
    return false;
  text += end;
  end = 0;
  if (*text != '\0' && (sscanf (text, "@%4u%n", &rate, &end) != 1 || text[end] != '\0'))
    return false;
  if (width < PT_CARD_MIN || width > PT_CARD_MAX || height < PT_CARD_MIN ||
      height > PT_CARD_MAX || rate < 1 || rate > 1000)
    return false;
  mode->width = width;
  mode->height = height;
  mode->rate = rate;
  return true;
}


PtPlayer *
pt_player_new (void               *memory,
               size_t              size,
               const PtPlayerMode *mode)
{
  PtPlayer        *self = calloc (1, sizeof *self);
  PtProducerCursor cursor = { 0 };

  if (self == NULL)
    return NULL;
  self->mode = *mode;
  self->card = pt_card_new (mode->width, mode->height);
  self->producer = self->card != NULL ? pt_producer_new (memory, size) : NULL;
  if (self->producer == NULL)
    {
      pt_player_free (self);
      return NULL;
    }
  pt_card_get_cursor (self->card, &cursor);
  pt_producer_set_cursor (self->producer, &cursor);
  self->due = pt_player_clock (CLOCK_MONOTONIC);
  return self;
}


void
pt_player_free (PtPlayer *self)
{
  if (self == NULL)
    return;
  pt_producer_free (self->producer);
  pt_card_free (self->card);
  free (self);
}


static void
pt_player_show (PtPlayer *self)
{
  PtProducerRect   rects[PT_CARD_MAX_RECTS] = { 0 };
  PtProducerFormat format = { 0 };
  uint64_t         ms = pt_player_clock (CLOCK_REALTIME) / PT_PLAYER_MS % PT_PLAYER_DAY_MS;
  unsigned         n_rects = pt_card_draw (self->card, self->number, ms, rects);
  int              x = 0;
  int              y = 0;

  pt_card_get_format (self->card, &format);
  pt_producer_send (self->producer, &format, pt_card_get_pixels (self->card), rects,
                    self->mode.full_damage ? 0 : n_rects);
  pt_card_get_cursor_position (self->card, self->number, &x, &y);
  pt_producer_move_cursor (self->producer, x, y, true);
  self->number++;
}


void
pt_player_step (PtPlayer *self)
{
  const struct timespec idle = { 0, 20 * PT_PLAYER_MS };
  const struct timespec nap = { 0, PT_PLAYER_MS };
  PtProducerStats       stats = { 0 };
  uint64_t              now = 0;

  pt_producer_tick (self->producer);
  pt_producer_get_stats (self->producer, &stats);
  now = pt_player_clock (CLOCK_MONOTONIC);
  if (stats.subscribers == 0 && self->number > 0)
    {
      self->due = now;
      nanosleep (&idle, NULL);
      return;
    }
  /* A card drawn while both regions are out would be a number nobody sees. */
  if (now >= self->due && stats.outstanding < 2)
    {
      pt_player_show (self);
      self->due += PT_PLAYER_SECOND / self->mode.rate;
      if (self->due + PT_PLAYER_SECOND / 10 < now)
        self->due = now;
    }
  now = pt_player_clock (CLOCK_MONOTONIC);
  if (now + PT_PLAYER_MS < self->due)
    {
      const uint64_t  beat = 10 * PT_PLAYER_MS;
      struct timespec wait = { 0, (long)(self->due - now < beat ? self->due - now : beat) };

      nanosleep (&wait, NULL);
    }
  else
    nanosleep (&nap, NULL);
}


PtProducer *
pt_player_get_producer (PtPlayer *self)
{
  return self->producer;
}
