/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <json-glib/json-glib.h>

#include "pt-device.h"

G_BEGIN_DECLS

typedef struct _PtHost PtHost;

/* What a set-up was made for, and what has become of it: devices, their groups, the firmware and
 * the kernel, kept then and compared at each look. Nothing here is trusted for what is done with
 * rights: it only says what to look at. */

typedef struct
{
  PtAddress address;
  char     *id;      /* `1002:73df` */
  int       group;   /* -1 = none was known */
  char    **members; /* of its group: `0000:2f:00.0=1002:73df`, itself included, bridges too */
} PtSeenDevice;

typedef struct
{
  char      *firmware; /* version of the board's firmware, or NULL */
  char      *kernel;   /* release, or NULL */
  GPtrArray *devices;  /* PtSeenDevice, by address */
} PtSeen;

/* What @host has at @addresses (PtAddress) now; an address without a device is left out.
 * (transfer full) */
PtSeen *pt_seen_new (PtHost *host,
                     GArray *addresses);
void    pt_seen_free (PtSeen *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtSeen, pt_seen_free)
/* One line of JSON. (transfer full) */
char *pt_seen_to_string (const PtSeen *self);
/* NULL if @text is not just what pt_seen_to_string() writes. (transfer full) */
PtSeen *pt_seen_parse (const char *text);

typedef enum {
  PT_DRIFT_MOVED = 0, /* the device is at another address */
  PT_DRIFT_GONE,      /* it is not in the computer any more */
  PT_DRIFT_REPLACED,  /* another device is at its address */
  PT_DRIFT_GROUP,     /* others are in its group than were */
  PT_DRIFT_NO_GROUP,  /* it had a group and has none */
  PT_DRIFT_FIRMWARE,
  PT_DRIFT_KERNEL, /* only told */
  PT_DRIFT_UNKNOWN /* it could not be read */
} PtDriftKind;

typedef struct
{
  PtDriftKind kind;
  char       *device; /* its address then; NULL for firmware and kernel */
  char       *before;
  char       *now;
} PtDrift;

/* What differs, in the order above for each device, then firmware and kernel. Pure. PtDrift.
 * (transfer full) */
GPtrArray *pt_drift_compare (const PtSeen *seen,
                             PtHost       *host);
/* TRUE if a machine with the device must not be started. */
gboolean pt_drift_is_serious (PtDriftKind kind);
/* `group` and so on, for evidence. */
const char *pt_drift_kind_to_nick (PtDriftKind kind);

G_END_DECLS
