/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Kernel parameters inside the shell assignments of a boot loader's settings file, which
 * `grub-mkconfig` reads with the shell (GRUB manual, "Simple configuration handling"). Values may
 * be quoted either way or not at all, run over several lines and be appended with `+=`. */

typedef struct
{
  char    *text; /* as the kernel gets it: quotes and escapes of the shell removed */
  gsize    start;
  gsize    end;   /* the bytes of the file that spell it */
  gboolean plain; /* spelled in one stretch without escapes, quotes or variables: replaceable */
} PtToken;

/* Tokens that @variable is given in the file @text, in order; what a later assignment replaces
 * is left out. @replaces (out): TRUE if the file also drops what @variable held before.
 * PtToken *. (transfer full) */
GPtrArray *pt_tokens_parse (const char *text,
                            const char *variable,
                            gboolean   *replaces);
/* The bytes of the file @text that spell the value @variable is given last, quotes included. FALSE
 * without one. @at_line_start (out): FALSE for one behind something else or indented, which may
 * depend on a condition. */
gboolean pt_tokens_locate (const char *text,
                           const char *variable,
                           gsize      *start,
                           gsize      *end,
                           gboolean   *at_line_start);
/* Tokens between the blanks of @text from @start to @end, which is no shell text but what the
 * kernel gets. PtToken *, added to @tokens. */
void pt_tokens_add_plain (GPtrArray  *tokens,
                          const char *text,
                          gsize       start,
                          gsize       end);
/* @text with @token spelled @replacement, or without it and one blank when @replacement is
 * empty; all other bytes stay. NULL with @error when the token is not plain or
 * @replacement needs quoting. */
char *pt_tokens_replace (const char    *text,
                         const PtToken *token,
                         const char    *replacement,
                         GError       **error);
/* TRUE if the parameter @text is called @name; the kernel takes `-` and `_` in names for the same.
 * @value (out, nullable) points behind the `=`, or is NULL without one. */
gboolean pt_token_is (const char  *text,
                      const char  *name,
                      const char **value);
/* Splits a kernel command line at blanks outside of double quotes. (transfer full) */
char **pt_tokens_split (const char *command_line);

/* Comma lists, the values of `vfio-pci.ids=`. */

/* @list with the entries of @more it lacks behind it. @list may be NULL or
 * empty. (transfer full) */
char *pt_list_merge (const char        *list,
                     const char *const *more);
/* @list without the entries of @less. (transfer full) */
char *pt_list_subtract (const char        *list,
                        const char *const *less);

void pt_token_free (PtToken *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PtToken, pt_token_free)

G_END_DECLS
