/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opening names below a directory without ever leaving it. */

/* FALSE for an absolute name, an empty component or one that is `..`. "" is the tree itself. */
gboolean pt_tree_name_is_inside (const char *name);
/* TRUE if a link at @name with the text @target points inside the tree: relative, `..` only at its
 * beginning and never above the tree. */
gboolean pt_tree_link_is_inside (const char *name,
                                 const char *target);
/* Opens @name below the directory @root. Links are followed as if @root were "/". With O_NOFOLLOW
 * or O_PATH in @flags the last component is taken as it is where open(2) does so. Returns -1 with
 * errno set; O_CREAT is not for here. */
int pt_tree_open (int         root,
                  const char *name,
                  int         flags);
/* The same without openat2(2), which kernels before 5.6 and some containers lack. */
int pt_tree_open_by_steps (int         root,
                           const char *name,
                           int         flags);
/* The same as an ordinary user of the computer that the tree is would: EACCES where the modes leave
 * a file or a folder on the way to its owner, whoever this process is. The root itself is open. */
int pt_tree_open_as_user (int         root,
                          const char *name,
                          int         flags);

G_END_DECLS
