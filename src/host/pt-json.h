/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Adds the member @name with @value to the object that @builder is in; null for a NULL @value. */
void pt_json_set_string (JsonBuilder *builder,
                         const char  *name,
                         const char  *value);

G_END_DECLS
