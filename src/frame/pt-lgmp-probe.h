/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-lgmp-layout.h"
#include "pt-shared-memory.h"

G_BEGIN_DECLS

/* A look at who writes into the memory, before anything is touched. */
typedef struct
{
  guint32             lgmp;
  guint32             kvmfr;   /* 0: not (yet) there */
  guint32             session; /* family A only */
  guint64             heartbeat;
  const PtLgmpLayout *layout;       /* NULL: a version we cannot read */
  char                producer[33]; /* its version, printable ASCII, may be empty */
} PtLgmpProbe;

/* FALSE: no producer has written here. */
gboolean pt_lgmp_probe (PtSharedMemory *memory,
                        PtLgmpProbe    *probe);
/* "LGMP 10 / KVMFR 25 (B7-rc1)". (transfer full) */
char *pt_lgmp_probe_to_string (const PtLgmpProbe *probe);

G_END_DECLS
