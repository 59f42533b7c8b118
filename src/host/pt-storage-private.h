/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-storage.h"

G_BEGIN_DECLS

typedef struct
{
  PtAddress address;
  char     *place;
} PtUse;

struct _PtStorage
{
  PtSysroot  *sysroot;
  gboolean    known;
  gboolean    lost;    /* something is on drives that were not found */
  char      **blocks;  /* names of the block class */
  GHashTable *numbers; /* `259:2` -> name */
  GHashTable *mapped;  /* `vg-root` -> `dm-0` */
  GPtrArray  *mounts;  /* PtMount: those of now */
  GPtrArray  *planned; /* PtMount: swap, and what fstab says */
  GArray     *uses;    /* PtUse */
};

/* The block device behind a mount. (transfer full) (nullable) */
char *pt_storage_find_block (PtStorage     *self,
                             const PtMount *mount);

G_END_DECLS
