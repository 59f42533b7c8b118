/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PtAuthority:
 *
 * Answers one question: may this caller do this? Everything that is not a clear yes is a no.
 * The only file that knows polkit (its D-Bus interface org.freedesktop.PolicyKit1.Authority).
 */
#define PT_TYPE_AUTHORITY (pt_authority_get_type ())
G_DECLARE_FINAL_TYPE (PtAuthority, pt_authority, PT, AUTHORITY, GObject)

typedef enum {
  PT_AUTHORITY_POLKIT = 0, /* polkit decides, wherever the caller can touch a real host */
  PT_AUTHORITY_SAME_USER,  /* a rehearsal: callers of our own user */
  PT_AUTHORITY_PEER,       /* a rehearsal: whoever holds the other end of our socket, our parent */
} PtAuthorityKind;

PtAuthority *pt_authority_new (GDBusConnection *connection,
                               PtAuthorityKind  kind);
/* @sender: unique bus name of the caller, NULL on a peer connection. @details: `a{ss}`, what
 * the message of the polkit action may name with $(key). @interact: whether the user may be
 * asked. Cancelling takes the question off the user's screen. */
void pt_authority_check_async (PtAuthority        *self,
                               const char         *sender,
                               const char         *action,
                               GVariant           *details,
                               gboolean            interact,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
/* FALSE with PT_SETUP_ERROR_DENIED, PT_SETUP_ERROR_DISMISSED, PT_SETUP_ERROR_UNASKED;
 * G_IO_ERROR_CANCELLED. */
gboolean pt_authority_check_finish (PtAuthority  *self,
                                    GAsyncResult *result,
                                    GError      **error);

G_END_DECLS
