/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* PtTestTrace: a program run under our eyes. A filter in the kernel stops it and all that it starts
 * before each call that writes, renames, links, unlinks, syncs or spawns, whoever makes it (C
 * library, GLib, a shell, Python); at a chosen one the computer dies, a disk fails or is full. */

typedef enum {
  PT_TEST_STRIKE_NONE = 0,
  PT_TEST_STRIKE_KILL_ALL,   /* instead of call `at` all processes die by SIGKILL */
  PT_TEST_STRIKE_KILL_FIRST, /* only the program itself does, what it started goes on */
  PT_TEST_STRIKE_FAIL,       /* call `at` fails with EIO */
  PT_TEST_STRIKE_FULL,       /* from call `at` on what needs space (below `folder`, if that is
                              * given) fails with ENOSPC */
  PT_TEST_STRIKE_READ_ONLY,  /* what changes anything below `folder` fails with EROFS */
} PtTestStrike;

/* One call of those that count. Of the programs that the traced one starts, only what changes files
 * counts: their syncs and children change nothing. */
typedef struct
{
  const char *name;
  pid_t       process;
  gboolean    tool; /* made by a program that the traced one started */
  gboolean    sync;
  gboolean    space;  /* fails on a full disk */
  char       *target; /* the file it is about, an absolute path; NULL if none, or not asked for */
} PtTestCall;

typedef struct
{
  PtTestStrike strike;
  guint        at; /* counts from 1 */
  const char  *folder;
  const char  *log;     /* gets the program's output; NULL = nothing does */
  gboolean     targets; /* note them */

  /* out */
  GArray  *calls; /* PtTestCall */
  gboolean struck;
  int      status; /* as of waitpid() */
} PtTestTrace;

/* NULL, or why programs cannot be traced here. */
const char *pt_test_trace_get_obstacle (void);
/* Runs @argv[0] until it and all it started are gone. No other child of this process may run. */
void pt_test_trace_run (PtTestTrace       *self,
                        const char *const *argv);
void pt_test_trace_clear (PtTestTrace *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PtTestTrace, pt_test_trace_clear)

G_END_DECLS
