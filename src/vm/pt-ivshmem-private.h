/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-machine.h"

G_BEGIN_DECLS

/* The file behind an ivshmem device. QEMU makes it if it is missing and leaves it behind; what
 * is there already is taken as it is, a wrong size or an old session's contents included. */

/* Called before a start. With @own the machine runs as we do: a file of ours that nobody has
 * open is removed. Otherwise a file of ours was put there so that we may open it, and stays,
 * emptied if it has another size. One that belongs to another user is accepted if it has @size
 * bytes or none. PT_VM_ERROR_STORAGE when the start would go wrong. */
gboolean pt_ivshmem_prepare (const char *path,
                             guint64     size,
                             gboolean    own,
                             GError    **error);
/* Looks only. */
PtFrameFile pt_ivshmem_judge (const char *path,
                              guint64     size);
/* Called when the machine is off: removes a file of ours. The mapping of a reader stays valid. */
void pt_ivshmem_remove (const char *path);

G_END_DECLS
