/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>
#include <libvirt/libvirt.h>

#include "pt-connection-private.h"

G_BEGIN_DECLS

/* A new disk on its way: until it is kept, freeing it takes everything away again that making
 * it left behind. */
typedef struct _PtDisk PtDisk;

/* Makes a growable qcow2 image of @size bytes at @path unless a file is there, which is left
 * alone. Where machines run as ourselves qemu-img makes it; else libvirt does, in the pool of
 * the folder, since we may not write there. Blocks. (transfer full), NULL with
 * PT_VM_ERROR_STORAGE. */
PtDisk *pt_disk_make (PtConnection *connection,
                      const char   *path,
                      guint64       size,
                      GCancellable *cancellable,
                      GError      **error);
/* FALSE if the disk had been there before. */
gboolean pt_disk_is_new (PtDisk *self);
/* The disk stays. */
void pt_disk_keep (PtDisk *self);
void pt_disk_free (PtDisk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtDisk, pt_disk_free)

G_END_DECLS
