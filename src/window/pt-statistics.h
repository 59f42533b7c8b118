/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-display.h"

G_BEGIN_DECLS

/* What PtKvmfrSource reads; it is live with nothing else (kvmfr-protocol sections 1 and 4). */
#define PT_STATISTICS_PROTOCOL "LGMP 6 / KVMFR 20"

/* One look at the counters of the frame path. */
typedef struct
{
  gint64        time;  /* g_get_monotonic_time() */
  guint64       drawn; /* by the display */
  PtSourceStats source;
} PtStatisticsSample;

/* Rates between two looks. */
typedef struct
{
  double  drawn;    /* pictures a second */
  double  received; /* pictures a second */
  guint64 dropped;  /* since the machine was joined */
  guint64 rejected;
  double  copied; /* bytes a second */
  guint   latency_p50, latency_p99;
} PtStatisticsRates;

/* All zero when no time has passed or the counters started again. Pure. */
void pt_statistics_rates (const PtStatisticsSample *before,
                          const PtStatisticsSample *now,
                          PtStatisticsRates        *rates);

/**
 * PtStatistics:
 *
 * A small panel over the picture with the figures of one display, taken once a second while it is
 * on show.
 */
#define PT_TYPE_STATISTICS (pt_statistics_get_type ())
G_DECLARE_FINAL_TYPE (PtStatistics, pt_statistics, PT, STATISTICS, GtkWidget)

GtkWidget *pt_statistics_new (PtDisplay *display);

G_END_DECLS
