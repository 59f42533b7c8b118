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

void pt_storage_add_mount (GPtrArray  *mounts,
                           const char *place,
                           const char *source,
                           const char *type,
                           const char *number);
/* The words of a line, runs of blanks and tabs between them. (transfer full) */
char **pt_storage_split (const char *line);
/* Marks the controllers below @block: its own, or those of what it is mapped on. TRUE if all were
 * found. @depth counts mappings, from 0. */
gboolean pt_storage_mark (PtStorage  *self,
                          const char *block,
                          const char *place,
                          guint       depth);
/* The name of udev's record of @block below PT_PLACE_RUN. (transfer full) (nullable) */
char *pt_storage_udev_name (PtStorage  *self,
                            const char *block);
/* Marks what udev found to be a member of something, and ZFS pools. */
void pt_storage_mark_idle (PtStorage *self);
/* Marks the partition that this boot was loaded from, mounted or not. */
void pt_storage_mark_loader (PtStorage *self);

/* The block device behind a mount. (transfer full) (nullable) */
char *pt_storage_find_block (PtStorage     *self,
                             const PtMount *mount);

G_END_DECLS
