/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"

G_BEGIN_DECLS

/* PtFileState: all that a name in the host's tree holds, and putting it there in one move. Paths
 * are logical ones (`/etc/default/grub`). Access lists and extended attributes are not kept. */

typedef enum {
  PT_FILE_ABSENT = 0,
  PT_FILE_REGULAR,
  PT_FILE_LINK
} PtFileKind;

typedef struct
{
  PtFileKind kind;
  GBytes    *content; /* of a file; the text of a link; NULL when absent */
  guint      mode;    /* permission bits of a file */
  guint      uid;
  guint      gid;
  gint64     changed; /* content of a file, ns since 1970; 0 = does not matter */
} PtFileState;

/* @content (nullable) is referenced. (transfer full) */
PtFileState *pt_file_state_new (PtFileKind kind,
                                GBytes    *content,
                                guint      mode,
                                guint      uid,
                                guint      gid);
void         pt_file_state_free (PtFileState *self);
/* Same kind and content; modes, owners and times may differ. */
gboolean pt_file_state_same_content (const PtFileState *a,
                                     const PtFileState *b);

/* The content as text, `""` where it is empty. (transfer full) */
char *pt_file_state_dup_text (const PtFileState *self);

/* NULL with @error for anything but a missing, regular (up to 4 MiB) or symbolic-link
 * file. (transfer full) */
PtFileState *pt_file_state_read (PtSysroot  *sysroot,
                                 const char *path,
                                 GError    **error);
/* Makes @path be @self: written beside, synced and renamed, or removed. The folder has to exist. */
gboolean pt_file_state_put (const PtFileState *self,
                            PtSysroot         *sysroot,
                            const char        *path,
                            GError           **error);
/* Removes what a killed pt_file_state_put() may have left beside @path. */
void pt_file_state_sweep (PtSysroot  *sysroot,
                          const char *path);

/* Folders on the way to @path that do not exist, outermost first, as logical
 * paths. (transfer full) */
char **pt_folders_missing (PtSysroot  *sysroot,
                           const char *path);
/* Makes @path with mode 0755 unless it is there. */
gboolean pt_folder_make (PtSysroot  *sysroot,
                         const char *path,
                         GError    **error);
/* Removes @path if it is empty; anything else is left alone. FALSE only if it is gone and may come
 * back by a power cut. */
gboolean pt_folder_remove_if_empty (PtSysroot  *sysroot,
                                    const char *path,
                                    GError    **error);
/* Writes a folder's entries to disk. TRUE also on a file system that knows no such thing; FALSE
 * with errno set. */
gboolean pt_folder_sync (int folder);
/* Writes all of @data. FALSE with errno set. */
gboolean pt_write_all (int         fd,
                       const void *data,
                       gsize       length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtFileState, pt_file_state_free)

G_END_DECLS
