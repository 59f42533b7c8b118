/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

#include "pt-address.h"

G_BEGIN_DECLS

/* PtIntent: what the user chose, typed; the only thing that travels to the helper. Immutable. */
#define PT_TYPE_INTENT (pt_intent_get_type ())
G_DECLARE_FINAL_TYPE (PtIntent, pt_intent, PT, INTENT, GObject)

/* @addresses: PtAddress, the named devices; the functions of a named card's slot are added by the
 * plan. (transfer full) */
PtIntent *pt_intent_new (const PtAddress *addresses,
                         gsize            n_addresses);
/* "2f:00.0,23:00.0". (transfer full), NULL with @error on anything else. */
PtIntent *pt_intent_new_from_string (const char *text,
                                     GError    **error);
/* PtAddress, sorted, no repeats. (transfer none) */
GArray *pt_intent_get_addresses (PtIntent *self);
/* TRUE if both name the same devices. */
gboolean pt_intent_names_same (PtIntent *self,
                               PtIntent *other);
/* What was at the addresses when the intent was applied, for a later comparison:
 * `0000:2f:00.0=1002:73df`, one function each, NULL-ended; empty on a new
 * intent. (transfer none) */
const char *const *pt_intent_get_identities (PtIntent *self);
/* The same choice with @identities noted. NULL with @error if one is malformed. (transfer full) */
PtIntent *pt_intent_new_with_identities (PtIntent          *self,
                                         const char *const *identities,
                                         GError           **error);
/* Takes an identity apart. @id (out): points into @identity. */
gboolean pt_identity_parse (const char  *identity,
                            PtAddress   *address,
                            const char **id);
/* `(a(uyyy)a{sv})`: addresses as four numbers each, options (`identities`, `as`). Floating. */
GVariant *pt_intent_to_variant (PtIntent *self);
/* Refuses any other type, more than 64 addresses, unknown options and out-of-range numbers. */
PtIntent *pt_intent_new_from_variant (GVariant *variant,
                                      GError  **error);

G_END_DECLS
