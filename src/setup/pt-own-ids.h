/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-host.h"
#include "pt-loader.h"

G_BEGIN_DECLS

/* The ids that the user gives to vfio-pci, apart from ours: on the kernel command line, or else in
 * modprobe.d. The command line replaces what modprobe.d says (kmod puts it last), so it has to be
 * merged into ours; and since we load vfio-pci before all other drivers, an id that came too late
 * so far is in time from then on. */
typedef struct
{
  char **ids;  /* NULL-ended */
  char  *file; /* logical path of the modprobe.d file, NULL if they are on the command line */
} PtOwnIds;

/* (transfer full) */
PtOwnIds *pt_own_ids_read (PtLoader *loader);
void      pt_own_ids_free (PtOwnIds *self);

/* A graphics card, or a device that carries something of the host, that an id names although it is
 * neither among @devices (PtPlanDevice *) nor on vfio-pci now; or NULL. (transfer none) */
PtDevice *pt_own_ids_find_victim (const PtOwnIds *self,
                                  PtHost         *host,
                                  GPtrArray      *devices);

/* The value of `ids=` in the last `options vfio-pci` of a modprobe.d file, or NULL. (transfer
 * full) */
char *pt_own_ids_parse (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtOwnIds, pt_own_ids_free)

G_END_DECLS
