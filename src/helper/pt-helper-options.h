/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-intent.h"

G_BEGIN_DECLS

/* What the helper was started to do, and the combinations that are refused. */

typedef enum {
  PT_HELPER_SERVE = 0,
  PT_HELPER_UNDO,   /* from a terminal, without any bus */
  PT_HELPER_STATUS, /* likewise; reads only */
  PT_HELPER_VERSION,
  PT_HELPER_TRIAL_START, /* these too without any bus (pt-trial.h) */
  PT_HELPER_TRIAL_CONFIRM,
  PT_HELPER_TRIAL_CANCEL,
  PT_HELPER_TRIAL_WATCH, /* by the unit of the countdown */
  PT_HELPER_BIND_NOW,    /* devices change hands while the computer runs (pt-handover.h) */
  PT_HELPER_RELEASE_NOW,
  PT_HELPER_PLAN, /* likewise; reads only */
  PT_HELPER_VERB_LAST
} PtHelperVerb;

typedef enum {
  PT_HELPER_SYSTEM_BUS = 0,
  PT_HELPER_SESSION_BUS,
  PT_HELPER_PEER, /* one socket, inherited from our parent */
} PtHelperTransport;

typedef struct
{
  PtHelperVerb      verb;
  PtHelperTransport transport;
  PtIntent         *intent;  /* of the last three verbs, else NULL */
  char             *sysroot; /* NULL = the real host */
  char             *bus_name;
  gboolean          polkit;  /* on a session bus: a polkit is there */
  int               peer_fd; /* -1 = none */
  guint             idle;    /* seconds */
  gboolean          json;    /* how a plan is printed */
} PtHelperOptions;

#define PT_HELPER_IDLE 30

/* @arguments: as main() gets them. Refuses with PT_SETUP_ERROR_INVALID: a sysroot on the system
 * bus, a session bus or a peer without one, one that is the real root directory; G_OPTION_ERROR
 * for unknown options. `--help` prints and ends the process. (transfer full) */
PtHelperOptions *pt_helper_options_parse (char   **arguments,
                                          GError **error);
void             pt_helper_options_free (PtHelperOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtHelperOptions, pt_helper_options_free)

G_END_DECLS
