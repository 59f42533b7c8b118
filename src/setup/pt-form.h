/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Passthru authors */

#pragma once

#include "pt-sysroot.h"
#include "pt-tokens.h"

G_BEGIN_DECLS

/* How a settings file of a boot loader spells kernel parameters. */
typedef enum {
  PT_FORM_NONE = 0,
  PT_FORM_GRUB,        /* shell: GRUB_CMDLINE_LINUX, then GRUB_CMDLINE_LINUX_DEFAULT */
  PT_FORM_LIMINE_TOOL, /* shell: KERNEL_CMDLINE[default] (limine-entry-tool) */
  PT_FORM_ENTRY,       /* the `options` lines of a Boot Loader Specification entry, joined */
  PT_FORM_WORDS,       /* all of it, over several lines; lines with `#` are comments */
  PT_FORM_LIMINE,      /* limine.conf: `cmdline:` of the entry that boots by default */
} PtForm;

/* The form of the host's file @path (logical), PT_FORM_NONE for any file that is none of a boot
 * loader's settings: what Passthru does not edit. */
PtForm pt_form_of_path (PtSysroot  *sysroot,
                        const char *path);
/* Tokens in the order in which the kernel gets them; of two of a name the last one counts.
 * PtToken *. (transfer full) */
GPtrArray *pt_form_parse (PtForm      form,
                          const char *text);
/* The token called @name that counts, or NULL. (transfer full) */
PtToken *pt_form_find (PtForm      form,
                       const char *text,
                       const char *name);
/* The entry of the limine.conf @text that boots by default, with @suffix behind its title and on
 * the menu's top level. NULL without one. (transfer full) */
char *pt_form_copy_limine_entry (const char *text,
                                 const char *suffix);
/* @text with @token behind the other parameters. NULL with @error where there is no
 * place for it. */
char *pt_form_append (PtForm      form,
                      const char *text,
                      const char *token,
                      GError    **error);

G_END_DECLS
