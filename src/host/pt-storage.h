/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-address.h"
#include "pt-sysroot.h"

G_BEGIN_DECLS

/* What of the host lives on which PCI device: mounts, swap, fstab, and members of RAID, LVM and
 * LUKS, followed through partitions and mappings to the controller. */

typedef struct
{
  char *place;  /* where it is used: `/`, `[swap]`, `[raid]` */
  char *source; /* `/dev/nvme0n1p2` */
  char *type;   /* file system, or NULL */
  char *number; /* `259:2`, or NULL */
} PtMount;

typedef struct _PtStorage PtStorage;

/* Never NULL. */
PtStorage *pt_storage_read (PtSysroot *sysroot);
void       pt_storage_free (PtStorage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtStorage, pt_storage_free)

/* FALSE if the list of mounts could not be read. */
gboolean pt_storage_is_known (PtStorage *self);
/* FALSE also if the drives of something that is mounted were not found: then none may be called
 * free. */
gboolean pt_storage_is_complete (PtStorage *self);
/* TRUE if the controllers of the file system at @place were found. */
gboolean pt_storage_is_resolved (PtStorage  *self,
                                 const char *place);
/* Uses of the device at @address, sorted, no repeats, NULL-ended. (transfer container) */
char **pt_storage_get_uses (PtStorage       *self,
                            const PtAddress *address);
/* The mount that holds @path (`/boot/grub`), or NULL. */
const PtMount *pt_storage_find_mount (PtStorage  *self,
                                      const char *path);
/* TRUE if the file system at @mount lies on a plain partition or disk, not on a mapping. */
gboolean pt_storage_is_plain (PtStorage     *self,
                              const PtMount *mount);
/* TRUE if it is known to lie on a mapping. */
gboolean pt_storage_is_mapped (PtStorage     *self,
                               const PtMount *mount);

/* Parsers. Each adds PtMount to @mounts. */
void pt_storage_parse_mountinfo (const char *text,
                                 GPtrArray  *mounts);
void pt_storage_parse_swaps (const char *text,
                             GPtrArray  *mounts);
void pt_storage_parse_fstab (const char *text,
                             GPtrArray  *mounts);
void pt_storage_parse_crypttab (const char *text,
                                GPtrArray  *mounts);
/* `[lvm]` and so on if a record of udev (/run/udev/data/b259:1) says that the block device is a
 * member of something or locked; NULL if it is neither. Static. */
const char *pt_storage_parse_member (const char *text);
void        pt_mount_free (PtMount *self);

G_END_DECLS
