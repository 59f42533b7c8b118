/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* PtTestTree: all that a folder holds, kept in memory: to be compared with what it holds later, and
 * to be given back to it by changing only what differs. */

typedef struct
{
  guint   mode; /* with the kind */
  guint   uid;
  guint   gid;
  gint64  changed; /* nanoseconds */
  GBytes *content; /* of a file, or where a link leads; of a folder nothing */

  guint64 inode;
  gint64  status; /* nanoseconds: when its inode changed last; 0 = too lately to go by it */
} PtTestFile;

typedef struct
{
  GHashTable *files; /* relative path → PtTestFile */
} PtTestTree;

/* @left_out (nullable): NULL-ended relative paths that are not looked at. @known (nullable): an
 * earlier reading; what was not touched since is not read again. */
PtTestTree *pt_test_tree_read (const char        *folder,
                               const char *const *left_out,
                               PtTestTree        *known);
void        pt_test_tree_free (PtTestTree *self);
/* Makes @folder, which is as @now says, be like @self, of the same paths. Afterwards @now says what
 * it is then. Times of folders are nobody's business. */
void pt_test_tree_write (PtTestTree *self,
                         const char *folder,
                         PtTestTree *now);
/* What @self says of @name, or NULL. */
const PtTestFile *pt_test_tree_find (PtTestTree *self,
                                     const char *name);
/* TRUE for the same bytes, mode, owner and target, or two times nothing. */
gboolean pt_test_file_equal (const PtTestFile *a,
                             const PtTestFile *b);
/* For messages. (transfer full) */
char *pt_test_file_describe (const PtTestFile *self);
/* All names in one of @trees, sorted. char *. (transfer full) */
GPtrArray *pt_test_trees_list (PtTestTree *const *trees,
                               gsize              n_trees);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtTestTree, pt_test_tree_free)

G_END_DECLS
