/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-kvmfr-source.h"
#include "pt-machine.h"

G_BEGIN_DECLS

/* What the main window shows, and why: a pure decision over the machine, its frames and the
 * time. */
typedef enum {
  PT_VIEW_CONNECTING = 0,
  PT_VIEW_UNREACHABLE, /* libvirt does not answer */
  PT_VIEW_NONE,        /* no machine */
  PT_VIEW_MISSING,     /* the machine that was asked for does not exist */
  PT_VIEW_OFF,
  PT_VIEW_STARTING,
  PT_VIEW_NO_FRAMES, /* it runs, but was made without shared memory */
  PT_VIEW_NO_MEMORY, /* it runs, the file of its frames is not there */
  PT_VIEW_DENIED,    /* the file is there, we may not open it */
  PT_VIEW_WAITING,   /* for the guest's program */
  PT_VIEW_LIVE,
  PT_VIEW_STALLED,
  PT_VIEW_WRONG_VERSION,
  PT_VIEW_TOO_SMALL,
  PT_VIEW_PAUSED,
  PT_VIEW_STOPPING,
  PT_VIEW_STOPPING_LONG, /* it has been asked a while ago */
  PT_VIEW_CRASHED,
  PT_VIEW_LAST
} PtView;

typedef struct
{
  gboolean       connecting;
  gboolean       unreachable;
  gboolean       has_machine;
  gboolean       missing;  /* a machine was named and is not there */
  gboolean       checking; /* whether it can be started is being looked at */
  PtMachineState machine;
  gint64         since;      /* µs since @machine became what it is */
  gboolean       has_memory; /* it has a file of frames */
  PtSourceState  source;
  gboolean       denied;  /* that file exists and may not be opened */
  gboolean       picture; /* one has come in this run */
} PtViewFacts;

/* A guest that ignores a shutdown for this long may be forced off. */
#define PT_VIEW_STOP_PATIENCE (15 * G_TIME_SPAN_SECOND)
/* QEMU has made the file long before. */
#define PT_VIEW_MEMORY_PATIENCE (5 * G_TIME_SPAN_SECOND)

PtView pt_view_decide (const PtViewFacts *facts);
/* µs until the decision would change by time alone, 0 = never. */
gint64 pt_view_until_change (const PtViewFacts *facts);
/* `connecting unreachable none missing off starting no-frames …` */
const char *pt_view_to_nick (PtView view);
/* The picture, if there is one, stays on show: alone when live, else dimmed under the words. */
gboolean pt_view_has_picture (PtView view);

/* Words of a view, translated; all NULL when the picture speaks. @action names the action of
 * the button that says @label, or both are NULL. Static strings. */
typedef struct
{
  const char *icon;
  const char *title;
  const char *description;
  const char *label;
  const char *action;
} PtViewWords;

void pt_view_get_words (PtView       view,
                        gboolean     rehearsal,
                        PtViewWords *words);

/* What the one coloured button does. */
typedef enum {
  PT_VIEW_BUTTON_NONE = 0,
  PT_VIEW_BUTTON_START,
  PT_VIEW_BUTTON_STOP,
  PT_VIEW_BUTTON_STOPPING, /* shown, insensitive */
  PT_VIEW_BUTTON_FORCE_OFF,
} PtViewButton;

PtViewButton pt_view_get_button (PtView view);

G_END_DECLS
