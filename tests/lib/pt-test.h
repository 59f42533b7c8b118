/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Small things every test needs: a folder that goes away again, and awaiting. */

/* A new empty folder below /tmp. Removed by pt_test_remove_tree(). (transfer full) */
char *pt_test_make_folder (void);
/* Removes @path and all below it; links are removed, not followed. Frees @path. */
void pt_test_remove_tree (char *path);
/* A path that goes away, with all below it, at the end of the scope. */
typedef char PtTestFolder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtTestFolder, pt_test_remove_tree)

/* Everything below @path as sorted text: kind, mode, name and content hash or link text of each
 * entry, one a line. Two equal texts are two equal trees. (transfer full) */
char *pt_test_describe_tree (const char *path);
/* Fails the test with the first line in which two such texts differ, not with all of both. */
#define pt_test_assert_same_tree(one, other) \
  pt_test_assert_same_tree_real ((one), (other), G_STRLOC)
void pt_test_assert_same_tree_real (const char *one,
                                    const char *other,
                                    const char *where);

/* Text of @name below @folder; fails the test when it cannot be read. (transfer full) */
char *pt_test_read (const char *folder,
                    const char *name);
/* Writes @text to @name below @folder, whose folders are made where missing. */
void pt_test_write (const char *folder,
                    const char *name,
                    const char *text);

/* Runs the default main context until *@pointer is not NULL; fails the test after @seconds. */
#define pt_test_await_pointer(pointer, seconds) \
  pt_test_await_pointer_real ((gpointer *)(pointer), (seconds), G_STRFUNC)
void pt_test_await_pointer_real (gpointer   *pointer,
                                 guint       seconds,
                                 const char *where);
/* The same until *@flag is TRUE. */
void pt_test_await_flag (const gboolean *flag,
                         guint           seconds);
/* A GAsyncReadyCallback that puts a reference to the result into the GAsyncResult ** @user_data. */
void pt_test_result_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data);
/* Runs what is ready in the default main context. */
void pt_test_run_pending (void);
/* Drops the last reference of *@object and fails the test if it was not the last. */
void pt_test_assert_final_unref (gpointer object);

G_END_DECLS
