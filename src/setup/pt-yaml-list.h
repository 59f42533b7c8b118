/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-plan.h"

G_BEGIN_DECLS

/* Lines `KEY: A,B,C` at the top level of a YAML file, edited so that everything else stays. */

/* The words of the last such line, without quotes and comment; NULL where there is none. (transfer
 * full) */
char **pt_yaml_list_parse (const char *text,
                           const char *key);
/* @text with those of @words that are missing put in front of the list, or in a new last line.
 * @edit (out, transfer full): what changed, NULL for nothing. NULL with PT_SETUP_ERROR_FAILED if
 * the value is no plain list. (transfer full) */
char *pt_yaml_list_prepend (const char        *text,
                            const char        *key,
                            const char *const *words,
                            PtPlanChange     **edit,
                            GError           **error);
/* @text without what @edit put in, also after someone added to the same line. NULL if that cannot
 * be told. (transfer full) */
char *pt_yaml_list_undo (const char         *text,
                         const PtPlanChange *edit);

G_END_DECLS
