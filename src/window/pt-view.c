/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#define G_LOG_DOMAIN "pt-view"

#include "config.h"

#include "pt-view.h"


static const char *const pt_view_nicks[] = {
  [PT_VIEW_CONNECTING] = "connecting",
  [PT_VIEW_UNREACHABLE] = "unreachable",
  [PT_VIEW_NONE] = "none",
  [PT_VIEW_MISSING] = "missing",
  [PT_VIEW_OFF] = "off",
  [PT_VIEW_STARTING] = "starting",
  [PT_VIEW_NO_FRAMES] = "no-frames",
  [PT_VIEW_NO_MEMORY] = "no-memory",
  [PT_VIEW_DENIED] = "denied",
  [PT_VIEW_WAITING] = "waiting",
  [PT_VIEW_LIVE] = "live",
  [PT_VIEW_STALLED] = "stalled",
  [PT_VIEW_WRONG_VERSION] = "wrong-version",
  [PT_VIEW_TOO_SMALL] = "too-small",
  [PT_VIEW_PAUSED] = "paused",
  [PT_VIEW_STOPPING] = "stopping",
  [PT_VIEW_STOPPING_LONG] = "stopping-long",
  [PT_VIEW_CRASHED] = "crashed",
};

G_STATIC_ASSERT (G_N_ELEMENTS (pt_view_nicks) == PT_VIEW_LAST);


static PtView
pt_view_decide_memory (const PtViewFacts *facts)
{
  if (facts->denied)
    return PT_VIEW_DENIED;
  return facts->since < PT_VIEW_MEMORY_PATIENCE ? PT_VIEW_STARTING : PT_VIEW_NO_MEMORY;
}


/* A producer that went away without a picture ever shown is one we still wait for. */
static PtView
pt_view_decide_running (const PtViewFacts *facts)
{
  if (!facts->has_memory)
    return PT_VIEW_NO_FRAMES;
  switch (facts->source)
    {
    case PT_SOURCE_NO_MEMORY:
      return pt_view_decide_memory (facts);
    case PT_SOURCE_LIVE:
      return facts->picture ? PT_VIEW_LIVE : PT_VIEW_WAITING;
    case PT_SOURCE_STALLED:
      return facts->picture ? PT_VIEW_STALLED : PT_VIEW_WAITING;
    case PT_SOURCE_WRONG_VERSION:
      return PT_VIEW_WRONG_VERSION;
    case PT_SOURCE_TOO_SMALL:
      return PT_VIEW_TOO_SMALL;
    case PT_SOURCE_STOPPED:
    case PT_SOURCE_NO_PRODUCER:
    default:
      return PT_VIEW_WAITING;
    }
}


static PtView
pt_view_decide_machine (const PtViewFacts *facts)
{
  switch (facts->machine)
    {
    case PT_MACHINE_STARTING:
      return PT_VIEW_STARTING;
    case PT_MACHINE_RUNNING:
      return pt_view_decide_running (facts);
    case PT_MACHINE_PAUSED:
      return PT_VIEW_PAUSED;
    case PT_MACHINE_STOPPING:
      return facts->since < PT_VIEW_STOP_PATIENCE ? PT_VIEW_STOPPING : PT_VIEW_STOPPING_LONG;
    case PT_MACHINE_CRASHED:
      return facts->checking ? PT_VIEW_STARTING : PT_VIEW_CRASHED;
    case PT_MACHINE_OFF:
    default:
      return facts->checking ? PT_VIEW_STARTING : PT_VIEW_OFF;
    }
}


/* What libvirt ran goes on without it: a game on the screen stays there. */
static gboolean
pt_view_lives_on (const PtViewFacts *facts)
{
  return facts->has_machine && facts->machine == PT_MACHINE_RUNNING &&
         pt_view_decide_running (facts) == PT_VIEW_LIVE;
}


PtView
pt_view_decide (const PtViewFacts *facts)
{
  g_return_val_if_fail (facts != NULL, PT_VIEW_CONNECTING);

  if (facts->connecting)
    return PT_VIEW_CONNECTING;
  if (facts->unreachable && !pt_view_lives_on (facts))
    return PT_VIEW_UNREACHABLE;
  if (facts->has_machine)
    return pt_view_decide_machine (facts);
  return facts->missing ? PT_VIEW_MISSING : PT_VIEW_NONE;
}


gint64
pt_view_until_change (const PtViewFacts *facts)
{
  PtViewFacts later = { 0 };
  gint64      at = 0;

  g_return_val_if_fail (facts != NULL, 0);

  at = facts->machine == PT_MACHINE_STOPPING ? PT_VIEW_STOP_PATIENCE : PT_VIEW_MEMORY_PATIENCE;
  later = *facts;
  later.since = at;
  if (facts->since >= at || pt_view_decide (&later) == pt_view_decide (facts))
    return 0;
  return at - facts->since;
}


const char *
pt_view_to_nick (PtView view)
{
  g_return_val_if_fail (view < PT_VIEW_LAST, NULL);

  return pt_view_nicks[view];
}


gboolean
pt_view_has_picture (PtView view)
{
  return view == PT_VIEW_LIVE || view == PT_VIEW_STALLED || view == PT_VIEW_PAUSED ||
         view == PT_VIEW_STOPPING || view == PT_VIEW_STOPPING_LONG;
}


PtViewButton
pt_view_get_button (PtView view)
{
  switch (view)
    {
    case PT_VIEW_OFF:
    case PT_VIEW_CRASHED:
      return PT_VIEW_BUTTON_START;
    case PT_VIEW_NO_FRAMES:
    case PT_VIEW_NO_MEMORY:
    case PT_VIEW_DENIED:
    case PT_VIEW_WAITING:
    case PT_VIEW_LIVE:
    case PT_VIEW_STALLED:
    case PT_VIEW_WRONG_VERSION:
    case PT_VIEW_TOO_SMALL:
      return PT_VIEW_BUTTON_STOP;
    case PT_VIEW_STARTING:
    case PT_VIEW_STOPPING:
      return PT_VIEW_BUTTON_STOPPING;
    case PT_VIEW_PAUSED:
    case PT_VIEW_STOPPING_LONG:
      return PT_VIEW_BUTTON_FORCE_OFF;
    case PT_VIEW_CONNECTING:
    case PT_VIEW_UNREACHABLE:
    case PT_VIEW_NONE:
    case PT_VIEW_MISSING:
    case PT_VIEW_LAST:
    default:
      return PT_VIEW_BUTTON_NONE;
    }
}
