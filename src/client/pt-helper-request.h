/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One call; the data of its task. */
typedef struct
{
  const char      *method;
  GVariant        *parameters; /* NULL = none */
  GVariantType    *reply;
  GDBusConnection *connection;
  guint            steps; /* subscription */
  gboolean         reads; /* it changes nothing */
  gboolean         again; /* it is the second attempt */
} PtHelperRequest;

/* @parameters: floating or NULL. @reply: type string of the answer. */
PtHelperRequest *pt_helper_request_new (const char *method,
                                        GVariant   *parameters,
                                        const char *reply);
void             pt_helper_request_free (PtHelperRequest *request);
/* No more steps are listened for. */
void pt_helper_request_disconnect (PtHelperRequest *request);
/* Whether @error of GDBus means that the helper called is gone. */
gboolean pt_helper_request_lost_helper (const GError *error);
/* Whether to call once more: once, and a change only if it cannot have begun. */
gboolean pt_helper_request_may_repeat (const PtHelperRequest *request,
                                       const GError          *error);
/* What GDBus says of a helper that is not there, in our words; any other error as it is, without
 * the name it had on the bus. (transfer full) */
GError *pt_helper_request_translate (const GError *error);

G_END_DECLS
