/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A recorded host: one `.host` text file that expands into a directory tree for PtSysroot. Line
 * kinds as in umockdev (`P:` device, `A:` attribute, `H:` binary attribute in hex, `L:` link,
 * `E:` property) plus `F:` for plain files and `X:` for the stand-in of a program.
 * tests/hosts/README.md has the full form. */

#define PT_HOST_FILE_ERROR (pt_host_file_error_quark ())
typedef enum {
  PT_HOST_FILE_ERROR_SYNTAX = 0,
  PT_HOST_FILE_ERROR_ESCAPES,
  PT_HOST_FILE_ERROR_FAILED,
} PtHostFileError;

GQuark pt_host_file_error_quark (void);

/* Expands @file into the existing or new directory @directory. Nothing outside @directory is
 * written, whatever the file says. On an error a part may have been written; the message has the
 * line number. */
gboolean pt_host_file_expand (const char   *file,
                              const char   *directory,
                              GCancellable *cancellable,
                              GError      **error);
/* The same from memory. @name is for messages. */
gboolean pt_host_file_expand_text (const char   *text,
                                   const char   *name,
                                   const char   *directory,
                                   GCancellable *cancellable,
                                   GError      **error);

G_END_DECLS
