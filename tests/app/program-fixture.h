/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One run of the real program. */
typedef struct
{
  int   status;
  char *output;
  char *errors;
} ProgramRun;

/* Without a display and a session bus. @arguments: NULL-ended, without the program.
 * (transfer full) */
ProgramRun *program_run (const char *const *arguments);
/* Where the test itself has a display and data folders of the system. */
ProgramRun *program_run_with_display (const char *const *arguments);
void        program_run_free (ProgramRun *self);
/* The same with arguments in place. */
#define PROGRAM_RUN(...) program_run ((const char *const[]){ __VA_ARGS__, NULL })

/* Fails the test unless it went well and printed one JSON object. (transfer full) */
JsonNode *program_run_json (const char *const *arguments);
#define PROGRAM_JSON(...) program_run_json ((const char *const[]){ __VA_ARGS__, NULL })

/* The element of @array whose member @key is @value; fails the test if there is none. */
JsonObject *program_find (JsonArray  *array,
                          const char *key,
                          const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProgramRun, program_run_free)

G_END_DECLS
